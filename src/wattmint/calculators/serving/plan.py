"""How many of which accelerator serve a number of tokens a day within limits on waiting, what they draw and what the tokens cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.calculators.serving.case import ESTIMATED, rates
from wattmint.calculators.serving.money import Terms, fixed_usd_per_gpu_h, token_costs
from wattmint.errors import InputError
from wattmint.facts.load import table, text
from wattmint.physics.transformer import Architecture
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.limits import MAX, Limits, best, copies, widest_copy
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.units import SECONDS_PER_DAY, TOKENS_PER_MTOK, W_PER_MW


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is to be served.

    Attributes
    ----------
    model : str
        Any name of a model.
    tokens_per_day : float
        Tokens read and written together, on the day that the plant is built for.
    isl, osl : float
        Tokens read and written per request.
    limits : Limits
        How long a user may wait.
    precision : str or None
        None takes fp8 where the accelerator computes in it, else bf16.
    """

    model: str
    tokens_per_day: float
    isl: float
    osl: float
    limits: Limits
    precision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """One accelerator's plan.

    Attributes
    ----------
    gpu, name, precision : str
        Row of the facts table `chips`, its name, and what is computed in.
    gpus, replicas : int
        Accelerators, and copies of the model over them.
    tp, pp, ep, dp, concurrency : int
        How a copy is cut, and its requests at once.
    output_tokens_per_s_per_gpu, ttft_ms, tpot_ms, gpu_power_w : float
        When a copy is full.
    it_mw, site_mw : float
        Of the nodes and of the site when all copies are full.
    utilisation : float
        Share of the plant's throughput that the demand takes.
    usd_per_mtok, usd_per_mtok_input, usd_per_mtok_output : float or None
        Cost of a million tokens, blended, read and written; None where the accelerator's price is not known.
    usd_per_day : float or None
        The same for the day.
    """

    gpu: str
    name: str
    precision: str
    gpus: int
    replicas: int
    tp: int
    pp: int
    ep: int
    dp: int
    concurrency: int
    output_tokens_per_s_per_gpu: float
    ttft_ms: float
    tpot_ms: float
    gpu_power_w: float
    it_mw: float
    site_mw: float
    utilisation: float
    usd_per_mtok: float | None
    usd_per_mtok_input: float | None
    usd_per_mtok_output: float | None
    usd_per_day: float | None


@dataclass(frozen=True, slots=True)
class Unsuitable:
    """An accelerator that cannot, and why."""

    gpu: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All accelerators of the table: those that can, the cheapest tokens first and those without a price last, and those that cannot."""

    rows: tuple[PlanRow, ...]
    unsuitable: tuple[Unsuitable, ...]


def plan(demand: Demand, plant: Terms, chips: Sequence[str] | None = None) -> Plan:
    """Return how many of which accelerator serve a demand.

    Parameters
    ----------
    demand : Demand
        What is to be served.
    plant : Terms
        What the plant pays; its utilisation is how much of the throughput may be planned with.
    chips : sequence of str, optional
        Accelerators to look at, by any usual name; all of the table when left out.

    Returns
    -------
    Plan
        Ranked by the cost of a million tokens.

    Raises
    ------
    UnknownNameError
        If the model or an accelerator is unknown.
    InputError
        If a number is out of range, or formulas do not describe the model.
    """
    _, arch = architecture_of(demand.model)
    for name in ("tokens_per_day", "isl", "osl"):
        checked(name, getattr(demand, name))
    rows, unsuitable = [], []
    for gpu in table("chips") if chips is None else [accelerator_of(name)[0] for name in chips]:
        try:
            rows.append(_row(demand, plant, gpu, arch))
        except InputError as refused:
            widest = widest_copy(accelerator_of(gpu)[1])
            unsuitable.append(Unsuitable(gpu, text("chips", gpu, "name"), f"with up to {widest} for a copy: {refused.allowed}"))
    unpriced = float("inf")
    rows.sort(key=lambda row: (unpriced if row.usd_per_mtok is None else row.usd_per_mtok, row.site_mw))
    return Plan(tuple(rows), tuple(unsuitable))


def _row(demand: Demand, plant: Terms, gpu: str, arch: Architecture) -> PlanRow:
    _, chip = accelerator_of(gpu)
    precision = demand.precision or ("fp8" if chip.flops_by_precision.get("fp8") else "bf16")
    case: dict[str, Any] = {"model": demand.model, "gpu": gpu, "precision": precision, "isl": demand.isl, "osl": demand.osl, "concurrency": MAX}
    chosen = best({**case, "gpus": None}, copies(arch, chip), demand.limits, estimate_columns)
    found, per_copy = chosen.found, chosen.layout.gpus
    written_per_s = demand.tokens_per_day * demand.osl / (demand.isl + demand.osl) / SECONDS_PER_DAY
    copy_per_s = float(found["output_tokens_per_s_per_gpu"]) * per_copy
    replicas = max(1, int(np.ceil(written_per_s / (copy_per_s * plant.utilisation))))
    gpus, utilisation = replicas * per_copy, written_per_s / (copy_per_s * replicas)
    costs = _costs(found, demand.isl / demand.osl, gpu, replace(plant, utilisation=utilisation))
    it_mw = gpus * float(found["node_power_w_per_gpu"]) / W_PER_MW
    return PlanRow(
        gpu=gpu, name=text("chips", gpu, "name"), precision=precision, gpus=gpus, replicas=replicas, concurrency=round(chosen.concurrency),
        tp=chosen.layout.tp, pp=chosen.layout.pp, ep=chosen.layout.ep, dp=chosen.layout.dp,
        output_tokens_per_s_per_gpu=float(found["output_tokens_per_s_per_gpu"]), ttft_ms=float(found["ttft_ms"]), tpot_ms=float(found["tpot_ms"]),
        gpu_power_w=float(found["gpu_power_w"]), it_mw=it_mw, site_mw=it_mw * plant.pue, utilisation=utilisation,
        usd_per_day=None if costs[0] is None else costs[0] * demand.tokens_per_day / TOKENS_PER_MTOK,
        usd_per_mtok=costs[0], usd_per_mtok_input=costs[1], usd_per_mtok_output=costs[2],
    )  # fmt: skip


def _costs(found: Mapping[str, Any], read_per_written: float, gpu: str, plant: Terms) -> list[float | None]:
    """Blended, read and written; None where no price is known."""
    fixed = {line: np.array([usd]) for line, usd in fixed_usd_per_gpu_h(gpu, accelerator_of(gpu)[1].tdp_w, plant).items()}
    columns = rates({name: np.array([float(found[name])]) for name in ESTIMATED}, np.array([read_per_written]))
    costs = token_costs(fixed, columns, plant)
    each = (costs.usd_per_mtok, costs.usd_per_mtok_input, costs.usd_per_mtok_output)
    return [float(usd[0]) if np.isfinite(usd[0]) else None for usd in each]
