"""A whole training run: step, time, energy and money for so many tokens, with and without what interruptions take.

Energy is that of the nodes; with PUE it is the site's. Money is the rental of the accelerators for the hours that the run takes with interruptions;
their power is in it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wattmint.calculators.limits import checked
from wattmint.calculators.training.goodput import run_goodput
from wattmint.calculators.training.run_terms import RunBook, RunCase
from wattmint.calculators.training.step_cases import FIELDS
from wattmint.calculators.training.step_estimate import KEPT, NODE_GPUS, NUMBERS, RESULTS, estimate_training
from wattmint.errors import InputError
from wattmint.facts.load import record
from wattmint.physics.transformer import parameters
from wattmint.provenance import UsedInput
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.units import BYTES_PER_GB, HOURS_PER_DAY, J_PER_MWH, SECONDS_PER_DAY, TOKENS_PER_MTOK

RENTAL: Final = "rental_3_year_usd_per_gpu_h"
ADAPTER_STATE_SHARE: Final = 0.01
"""Estimate: state of adapters over that of the whole model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """What is asked besides the case.

    Attributes
    ----------
    tokens : float or None
        Tokens that the run reads; None asks for the step alone.
    pue : float or None
        Site's energy over that of its nodes; None is the table's.
    usd_per_gpu_h : float or None
        What an hour of an accelerator is worth; None is its rental on a three-year contract, where one is known.
    """

    tokens: float | None = None
    pue: float | None = None
    usd_per_gpu_h: float | None = None


@dataclass(frozen=True, slots=True)
class TrainingAnswer:
    """What a run takes.

    Attributes
    ----------
    model, gpu : str
        Ids.
    asked : mapping
        The case as given.
    estimate : mapping of str to float
        `NUMBERS` of `step_estimate`.
    totals : mapping of str to float or None
        With tokens: days with and without interruptions, energy, money; None where no price is known. Empty without.
    inputs : tuple of UsedInput
        Everything cited.
    """

    model: str
    gpu: str
    asked: Mapping[str, Any]
    estimate: Mapping[str, float]
    totals: Mapping[str, float | None]
    inputs: tuple[UsedInput, ...]


def train(case: Mapping[str, Any], run: TrainingRun) -> TrainingAnswer:
    """Return what a training run takes.

    Parameters
    ----------
    case : mapping
        Fields of `step_cases`; those left out or None are automatic.
    run : TrainingRun
        Length and prices.

    Returns
    -------
    TrainingAnswer
        Step and, with tokens, the whole run.

    Raises
    ------
    InputError
        If a field is refused, the plan does not keep the counts, or memory does not hold it.
    """
    found = estimate_training({name: [case.get(name)] for name in FIELDS})
    if found["error"][0]:
        refuse(case, str(found["error"][0]), too_large=found["fits"][0] == 0.0)
    estimate = {name: float(found[name][0]) for name in NUMBERS}
    model, arch = architecture_of(str(case["model"]))
    gpu = accelerator_of(str(case["gpu"]))[0]
    book = RunBook()
    totals: dict[str, float | None] = {}
    if run.tokens is not None:
        totals = _totals(case, run, estimate, gpu, parameters(arch)[0], book)
    return TrainingAnswer(model, gpu, dict(case), estimate, totals, tuple(book.inputs))


def refuse(case: Mapping[str, Any], reason: str, *, too_large: bool) -> None:
    """Raise what a case was refused for.

    Parameters
    ----------
    case : mapping
        As asked.
    reason : str
        The estimate's.
    too_large : bool
        Whether memory does not hold it.

    Raises
    ------
    InputError
        Always.
    """
    if not too_large:
        name, _, rest = reason.partition(" = ")
        value, _, allowed = rest.partition(": ")
        raise InputError(name, int(value) if value.isdigit() else value.strip("'"), allowed or reason)
    raise InputError("gpus", case.get("gpus"), f"more accelerators, or more memory in each: {case.get('model')} {reason}")


def _totals(
    case: Mapping[str, Any], run: TrainingRun, estimate: Mapping[str, float], gpu: str, total_parameters: int, book: RunBook
) -> dict[str, float | None]:
    gpus = float(case["gpus"])
    tokens = checked("training_tokens", run.tokens)
    days = tokens / (estimate["tokens_per_s_per_gpu"] * gpus) / SECONDS_PER_DAY
    state_gb = total_parameters * book.number("checkpoint_bytes_per_parameter", None) / BYTES_PER_GB
    goodput = run_goodput(RunCase(gpus=gpus, state_gb=state_gb * (ADAPTER_STATE_SHARE if case.get("task") == "lora" else 1.0)))
    book.inputs.extend(one for one in goodput.terms.inputs if one.kind != "given")
    wall_days = days / goodput.goodput
    watts = estimate["node_power_w"] / min(gpus, NODE_GPUS) * gpus
    mwh = watts * wall_days * SECONDS_PER_DAY / J_PER_MWH
    pue = _pue(run, book)
    price = _price(run, gpu, book)
    gpu_hours = gpus * wall_days * HOURS_PER_DAY
    return {
        "tokens": tokens,
        "days_uninterrupted": days,
        "goodput": goodput.goodput,
        "days": wall_days,
        "gpu_hours": gpu_hours,
        "energy_it_mwh": mwh,
        "energy_site_mwh": mwh * pue,
        "pue": pue,
        "usd_per_gpu_h": price,
        "cost_usd": None if price is None else gpu_hours * price,
        "usd_per_mtok": None if price is None else gpu_hours * price / tokens * TOKENS_PER_MTOK,
    }


def _pue(run: TrainingRun, book: RunBook) -> float:
    if run.pue is not None:
        return book.given("pue", run.pue)
    fact = record("defaults", "serving")["pue"]
    book.inputs.append(fact.used())
    return float(fact.value)


def _price(run: TrainingRun, gpu: str, book: RunBook) -> float | None:
    if run.usd_per_gpu_h is not None:
        return book.given("rental_usd_per_gpu_h", run.usd_per_gpu_h)
    facts = record("chips", gpu)
    if RENTAL not in facts:
        return None
    book.inputs.append(facts[RENTAL].used())
    return float(facts[RENTAL].value)


def solve_training(rows: list[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Return `RESULTS` and the error of each row of a file of cases.

    Parameters
    ----------
    rows : list of mapping
        Cells by column; fields of `step_cases` are read.

    Returns
    -------
    list of dict
        Results as cells, empty where a row was refused (`fits` is 0 where it was for memory), and ``error``.
    """
    found = estimate_training({name: [row.get(name, "") for row in rows] for name in FIELDS})
    columns = {name: found[name].tolist() for name in RESULTS}
    cells = []
    for i, error in enumerate(found["error"]):
        one = {name: _cell(name, columns[name][i]) for name in RESULTS}
        cells.append({**one, "error": " ".join(error.split())})
    return cells


def _cell(name: str, value: float) -> Any:
    if math.isnan(value):
        return ""
    return int(value) if name in KEPT else float(f"{value:.6g}")
