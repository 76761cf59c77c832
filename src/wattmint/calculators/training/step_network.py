"""How training slows down with the network between accelerators, beside what a miner of the same power needs for its pool.

Every accelerator is joined to the others by one link of a given rate and nothing else, from the maker's own (NVLink, Infinity Fabric) down to a line
to the internet; for each rate the best plan is sought anew. Rates are nominal; what exchanges reach of them is the fit's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from wattmint.calculators.training.step_cases import FIELDS, read_training_cases
from wattmint.calculators.training.step_estimate import NODE_GPUS, estimate_asked
from wattmint.calculators.training.step_run import refuse
from wattmint.calculators.training.step_table import training_fit
from wattmint.lab.network import measure_network
from wattmint.provenance import UsedInput
from wattmint.units import BITS_PER_BYTE, BITS_PER_GBIT, W_PER_KW

GBITS: Final = (400.0, 100.0, 10.0, 1.0, 0.1)
"""Rates of the curve below the maker's link, Gbit/s: InfiniBand or Ethernet between machines, an office's, a line to the internet, a poor one."""


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """One rate of the curve.

    Attributes
    ----------
    link : str
        What joins the accelerators.
    gbit_per_s : float
        Its rate, one direction.
    tokens_per_s_per_gpu, kept : float
        Speed, and its share of that on the maker's link; 0 where no plan fits.
    bytes_per_s_per_kw : float
        Sent per kilowatt of the nodes.
    tp, pp, cp, ep, sharded : float
        The plan that is fastest there.
    """

    link: str
    gbit_per_s: float
    tokens_per_s_per_gpu: float
    kept: float
    bytes_per_s_per_kw: float
    tp: float
    pp: float
    cp: float
    ep: float
    sharded: float


@dataclass(frozen=True, slots=True)
class NetworkCurve:
    """The curve, and what mining needs.

    Attributes
    ----------
    rows : tuple of NetworkRow
        Fastest link first.
    kw : float
        Of the nodes on the maker's link.
    mining_bytes_per_s_per_kw, mining_bytes_per_s : float
        Of a miner, both directions; and of miners of `kw`.
    ratio : float
        What training sends per kilowatt on the maker's link, over mining.
    inputs : tuple of UsedInput
        Everything cited for mining.
    """

    rows: tuple[NetworkRow, ...]
    kw: float
    mining_bytes_per_s_per_kw: float
    mining_bytes_per_s: float
    ratio: float
    inputs: tuple[UsedInput, ...]


def network_curve(case: Mapping[str, Any]) -> NetworkCurve:
    """Return how a case slows down.

    Parameters
    ----------
    case : mapping
        Fields of `step_cases`; parallelism that is left out is sought for each rate.

    Returns
    -------
    NetworkCurve
        From the maker's link down to `GBITS`.

    Raises
    ------
    InputError
        If a field is refused, or no plan fits on the maker's link.
    """
    asked = read_training_cases({name: [case.get(name)] * (1 + len(GBITS)) for name in FIELDS})
    if asked.errors[0]:
        refuse(case, asked.errors[0], too_large=False)
    own = float(asked.chip.scale_up[0])
    rates = np.minimum(np.array([own, *(gbit * BITS_PER_GBIT / BITS_PER_BYTE for gbit in GBITS)]), own)
    chip = replace(asked.chip, scale_up=rates, scale_out=rates, scale_up_gpus=asked.plan.gpus)
    found = estimate_asked(replace(asked, chip=chip), training_fit())
    if found["error"][0]:
        refuse(case, found["error"][0], too_large=found["fits"][0] == 0.0)
    gpus = float(asked.plan.gpus[0])
    kw = found["node_power_w"] / min(gpus, NODE_GPUS) * gpus / W_PER_KW
    sent = found["sent_bytes_per_s_per_gpu"] * gpus / kw
    speed = np.nan_to_num(found["tokens_per_s_per_gpu"])
    names = ("the maker's link", *(f"{gbit:g} Gbit/s" for gbit in GBITS))
    plans = np.nan_to_num(np.stack([found[name] for name in ("tp", "pp", "cp", "ep", "sharded")]))
    rows = [
        NetworkRow(name, float(rate * BITS_PER_BYTE / BITS_PER_GBIT), float(fast), float(fast / speed[0]), float(many), *plan)
        for name, rate, fast, many, plan in zip(names, rates, speed, np.nan_to_num(sent), plans.T.tolist(), strict=True)
    ]
    mining = measure_network()
    per_kw = mining.mining_bytes_per_s_per_kw
    return NetworkCurve(tuple(rows), float(kw[0]), per_kw, per_kw * float(kw[0]), rows[0].bytes_per_s_per_kw / per_kw, mining.inputs)
