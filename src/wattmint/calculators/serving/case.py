"""The door of the serving calculator: a model and accelerators in; tokens, waits, watts, dollars and the market's price out."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.calculators.serving.market import TokenPrices, rental_margin, rentals, token_prices
from wattmint.calculators.serving.money import (
    TERMS,
    Margin,
    Terms,
    TokenCosts,
    fixed_usd_per_gpu_h,
    margin,
    terms,
    token_costs,
    token_revenue_usd_per_gpu_h,
    used_hardware,
    used_terms,
)
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.fact import Fact
from wattmint.facts.load import table, text
from wattmint.provenance import UsedInput
from wattmint.serving.estimate import BANDED, ServingCase, estimate, estimate_columns
from wattmint.serving.forms import CARDS_IN_SERVER
from wattmint.serving.limits import MAX, PARALLEL, Best, Layout, Limits, best, layouts
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.types import FloatArray
from wattmint.units import W_PER_MW

CASE: Final = (
    "model", "gpu", "gpus", "precision", "isl", "osl", "concurrency", *PARALLEL, "backend", "software_date", "speculative", "disagg",
)  # fmt: skip
"""Columns of a case; all but the first five may be None, which is automatic."""

FIELDS: Final = (
    "output_tokens_per_s", "output_tokens_per_s_per_gpu", "total_tokens_per_s_per_gpu", "ttft_ms", "tpot_ms", "max_concurrency", "bound",
    "gpu_power_w", "node_power_w_per_gpu", "joules_per_output_token", "usd_per_mtok_output", "fits",
)  # fmt: skip
"""Results of a case, the first keys of ``--json`` and columns of ``--out``; 80 % bands follow under the names of what they are of."""

ESTIMATED: Final = ("node_power_w_per_gpu", "output_tokens_per_s_per_gpu", "prompt_time_share")
"""What an estimate must tell for money to be counted."""

BANDS: Final = tuple(f"{name}_{end}" for name in BANDED for end in ("low", "high"))


@dataclass(frozen=True, slots=True)
class Power:
    """What the plant draws, nodes and site.

    Attributes
    ----------
    site_power_w_per_gpu, site_mw : float
        Of the site per accelerator and for all of them, the plant's cooling and losses (PUE) included.
    it_mw : float
        Of the nodes.
    output_tokens_per_s_per_site_mw : float
        Tokens written per second by a megawatt of site.
    joules_per_output_token_site : float
        Energy of the site per token written.
    """

    site_power_w_per_gpu: float
    site_mw: float
    it_mw: float
    output_tokens_per_s_per_site_mw: float
    joules_per_output_token_site: float


@dataclass(frozen=True, slots=True)
class Market:
    """What the market pays, and what is left per MWh of IT load.

    Attributes
    ----------
    prices : TokenPrices or None
        Of the model's tokens; None where nobody sells them.
    tokens : Mapping of str to float, or None
        `Margin` of selling them.
    rentals : Mapping of str to Fact
        Price of an accelerator's hour by contract.
    renting : Mapping of str to Mapping of str to float
        `Margin` of renting the accelerators out instead, by contract.
    """

    prices: TokenPrices | None
    tokens: Mapping[str, float] | None
    rentals: Mapping[str, Fact]
    renting: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class ServeAnswer:
    """What a serving plant does.

    Attributes
    ----------
    case : Mapping of str to Any
        As estimated: `CASE` with layout and requests resolved; ``model_id`` and ``gpu_id`` in the tables, and how they are called;
        ``replicas``, copies of the model with tp x pp x dp accelerators each.
    estimate : Mapping of str to Any
        `FIELDS` and `BANDS`, and what else the estimate says: the roofline's point, shares of time, memory.
    power : Power
        Watts.
    costs : Mapping of str to Any
        `TokenCosts` as plain numbers.
    market : Market
        What it fetches.
    terms : Terms
        What the plant pays.
    inputs, hardware : tuple of UsedInput
        The terms with their sources, and what of the accelerator's facts the money rests on.
    tried : int
        Cases estimated to find the answer.
    """

    case: Mapping[str, Any]
    estimate: Mapping[str, Any]
    power: Power
    costs: Mapping[str, Any]
    market: Market
    terms: Terms
    inputs: tuple[UsedInput, ...]
    hardware: tuple[UsedInput, ...]
    tried: int


def serve(  # noqa: PLR0913 - the door names what can be asked, as the command line does
    model: str,
    gpu: str,
    *,
    gpus: int = 1,
    precision: str = "fp8",
    isl: float = 1024,
    osl: float = 1024,
    concurrency: float | str = MAX,
    ttft_ms: float | None = None,
    tpot_ms: float | None = None,
    parallel: str | None = None,
    **more: Any,
) -> ServeAnswer:
    """Return what a model on some accelerators yields, draws, costs and fetches.

    Parameters
    ----------
    model, gpu : str
        A model by the name of a hub or of the table, or a path to its ``config.json``; an accelerator by any usual name.
    gpus : int
        Accelerators.
    precision : str
        ``bf16``, ``fp8``, ``int8``, ``fp4`` or ``int4``.
    isl, osl : float
        Tokens read and written per request.
    concurrency : float or str
        Requests at once, or ``"max"``: as many as give most output within the limits.
    ttft_ms, tpot_ms : float, optional
        Longest wait for the first token and for each further one.
    parallel : str, optional
        ``"auto"`` seeks the best way to cut the model over the accelerators; left out, it is the one given or the best customary one.
    **more
        ``tp, pp, ep, dp, backend, software_date, speculative, disagg`` of a case, and the fields of
        `wattmint.calculators.serving.money.Terms`.

    Returns
    -------
    ServeAnswer
        For all accelerators together.

    Raises
    ------
    UnknownNameError
        If a model, an accelerator or a keyword is unknown; the nearest names are suggested.
    InputError
        If a number is out of range, the model does not fit, or no way keeps the limits.

    Examples
    --------
    >>> serve("meta-llama/Llama-3.1-70B-Instruct", "H200", gpus=8, concurrency=64).estimate["bound"]
    'memory bandwidth'
    """
    allowed = (*PARALLEL, "backend", "software_date", "speculative", "disagg")
    for name in more:
        if name not in (*allowed, *TERMS):
            raise UnknownNameError("serve", name, (*allowed, *TERMS))
    architecture_of(model)  # a wrong name is refused by itself, before anything else is looked at
    accelerator_of(gpu)
    plant = terms(**{name: more[name] for name in TERMS if name in more})
    case = {"model": model, "gpu": gpu, "gpus": gpus, "precision": precision, "isl": isl, "osl": osl, "concurrency": concurrency}
    case |= {name: more.get(name) for name in allowed}
    limits = Limits(*(None if given is None else checked(name, given) for name, given in (("ttft_ms", ttft_ms), ("tpot_ms", tpot_ms))))
    chosen = best(case, candidates(case, parallel, limits), limits, estimate_columns)
    return answer(case, chosen, plant)


def candidates(case: Mapping[str, Any], parallel: str | None, limits: Limits) -> list[Layout]:
    """Return the layouts that a case leaves open.

    Parameters
    ----------
    case : mapping
        By `CASE`.
    parallel : str or None
        As for `serve`.
    limits : Limits
        Within limits the layout with most output is not known beforehand.

    Returns
    -------
    list of Layout
        All with the search; without it, one, or within limits the customary ones: no pipeline, and either tensor parallelism or attention in
        parallel on data.

    Raises
    ------
    InputError
        If the case is refused, or no layout has what is given of it.
    """
    given = {name: case[name] for name in PARALLEL if case[name] is not None}
    if parallel is None and (given or limits == Limits()):
        found = estimate(ServingCase(**{**case, "disagg": bool(case["disagg"])}))
        return [Layout(int(found.replicas), *(int(getattr(found, name)) for name in PARALLEL))]
    if parallel not in (None, "auto"):
        raise InputError("parallel", parallel, "'auto', or left out")
    _, arch = architecture_of(case["model"])
    _, chip = accelerator_of(case["gpu"])
    every = layouts(arch, int(checked("gpus", case["gpus"])), max(chip.scale_up_gpus, CARDS_IN_SERVER))
    if parallel is None:
        return [layout for layout in every if layout.pp == 1 and 1 in (layout.tp, layout.dp)]
    fitting = [layout for layout in every if all(getattr(layout, name) == value for name, value in given.items())]
    if not fitting:
        name, value = next(iter(given.items()))
        raise InputError(name, value, f"no way to divide {case['gpus']} accelerators has it; leave it out, or leave --parallel out")
    return fitting


def answer(case: Mapping[str, Any], chosen: Best, plant: Terms) -> ServeAnswer:
    """Return the whole answer for a way that was chosen.

    Parameters
    ----------
    case : mapping
        As asked.
    chosen : Best
        Layout, requests and estimate of one copy.
    plant : Terms
        What the plant pays.

    Returns
    -------
    ServeAnswer
        For all accelerators together.
    """
    model_id, _ = architecture_of(case["model"])
    gpu_id, chip = accelerator_of(case["gpu"])
    found = {name: values.item() if isinstance(values, np.generic) else values for name, values in chosen.found.items() if name != "error"}
    columns = rates({name: np.array([found[name]]) for name in ESTIMATED}, np.array([case["isl"] / case["osl"]]))
    fixed = {line: np.array([usd]) for line, usd in fixed_usd_per_gpu_h(gpu_id, chip.tdp_w, plant).items()}
    costs = token_costs(fixed, columns, plant)
    found["usd_per_mtok_output"] = plain(costs)["usd_per_mtok_output"]
    used = {name: case[name] for name in CASE} | dataclasses.asdict(chosen.layout)
    used |= {"concurrency": chosen.concurrency, "model_id": model_id, "gpu_id": gpu_id}
    used |= {"model_name": _model_name(model_id), "gpu_name": text("chips", gpu_id, "name")}
    return ServeAnswer(
        case=used,
        estimate={name: found[name] for name in (*FIELDS, *BANDS)} | {name: value for name, value in found.items() if name not in used},
        power=_power(found, int(case["gpus"]), plant.pue),
        costs=plain(costs),
        market=_market(model_id, gpu_id, columns, costs, plant),
        terms=plant,
        inputs=used_terms(plant),
        hardware=used_hardware(gpu_id, plant),
        tried=chosen.tried,
    )


def rates(found: Mapping[str, FloatArray], read_per_written: FloatArray) -> dict[str, FloatArray]:
    """Return what money is counted from.

    Parameters
    ----------
    found : mapping
        Columns `ESTIMATED` of an estimate.
    read_per_written : FloatArray
        Tokens of a prompt over those of its answer.

    Returns
    -------
    dict of str to FloatArray
        As `wattmint.calculators.serving.money.token_costs` takes them.
    """
    written = np.asarray(found["output_tokens_per_s_per_gpu"], float)
    return {
        "node_power_w_per_gpu": np.asarray(found["node_power_w_per_gpu"], float),
        "output_tokens_per_s_per_gpu": written,
        "input_tokens_per_s_per_gpu": written * read_per_written,
        "prefill_time_share": np.asarray(found["prompt_time_share"], float),
    }


def plain(held: TokenCosts | Margin) -> dict[str, Any]:
    """Return arrays of one case as plain numbers; None where a number is not known."""
    return {field.name: _plain(getattr(held, field.name)) for field in dataclasses.fields(held)}


def _plain(value: Mapping[str, FloatArray] | FloatArray) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return float(value[0]) if np.isfinite(value[0]) else None


def _model_name(model_id: str) -> str:
    """Return what a model is called: without its maker, or after the folder of the user's own configuration."""
    if model_id not in table("models"):
        return Path(model_id).resolve().parent.name if Path(model_id).suffix else Path(model_id).name
    return text("models", model_id, "name").rsplit("/", 1)[-1]


def _power(found: Mapping[str, Any], gpus: int, pue: float) -> Power:
    site_w = float(found["node_power_w_per_gpu"]) * pue
    written = float(found["output_tokens_per_s_per_gpu"])
    return Power(site_w, site_w * gpus / W_PER_MW, site_w * gpus / W_PER_MW / pue, written / site_w * W_PER_MW, site_w / written)


def _market(model: str, chip: str, columns: Mapping[str, FloatArray], costs: TokenCosts, plant: Terms) -> Market:
    prices, contracts = token_prices(model), rentals(chip)
    selling = None if prices is None else plain(margin(token_revenue_usd_per_gpu_h(columns, prices.usd_per_mtok, plant), costs))
    return Market(prices, selling, contracts, {contract: plain(rental_margin(fact, costs, plant)) for contract, fact in contracts.items()})
