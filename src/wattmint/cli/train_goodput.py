"""``wattmint train goodput``: how often to checkpoint, and what interruptions leave of a run."""

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.training.goodput import Goodput, Simulated

RESULTS: Final = (
    "interval_s", "goodput", "interruptions_per_day", "lost_gpu_hours_per_day", "young_s", "daly_s", "best_s", "daly_goodput",
    "hours_between_interruptions",
)  # fmt: skip
"""Columns of ``--out``; ``--json`` has these and what they rest on."""

INTERVAL_COLUMN: Final = "given_interval_s"
"""Column of ``--cases`` for ``--interval-s``, because `interval_s` is a result."""

OPTIONS: Final = {
    "mttf_gpu_hours": ("GPU_HOURS", "GPU-hours per interruption by machines and software (default: Llama 3's, table 'training_failures')"),
    "checkpoint_s": ("S", "time that the run stands still for a checkpoint (default: state over the storage's rate)"),
    "flush_s": ("S", "further time until a checkpoint written in the background is durable (default: 0, the run waits)"),
    "restart_s": ("S", "time to start again and reload; counts from the interruption unless --detect-s is given"),
    "detect_s": ("S", "time until an interruption is noticed and its cause removed"),
    "interval_s": ("S", "work between checkpoints (default: the best)"),
    "state_gb": ("GB", "state that a checkpoint keeps (default: that of 405e9 parameters)"),
    "spares": ("N", "spare machines; with all under repair the run waits (default: always one at hand)"),
    "repair_hours": ("H", "with --spares: mean time until a machine is back"),
    "outages_per_year": ("N", "losses of power at the run (default: 0)"),
    "outage_hours": ("H", "their mean length (default: behind the default backup, and until servers are up)"),
    "curtailments_per_year": ("N", "stops on request (default: 0)"),
    "curtailment_hours": ("H", "their length"),
    "notice_s": ("S", "how long before they are announced (default: not at all)"),
}
"""Options and columns: placeholder and help."""

RUNS: Final = 200
NO_UNIT: Final = ("text", "1", "share")
MANY: Final = 10_000
"""Numbers from here on are shown whole."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint train``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "goodput",
        help="the best checkpoint interval, and the share of time that is work kept",
        description=(
            "Interruptions throw a run back to its last checkpoint. How often to checkpoint, by Young, Daly and exactly; what share of the time ends "
            "up as work kept; where the rest goes. Defaults are cited rows of the tables; standard error names them."
        ),
    )
    verb.add_argument("--gpus", type=float, metavar="N", help="accelerators that train together")
    for name, (placeholder, words) in OPTIONS.items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=placeholder, help=words)
    verb.add_argument("--simulate", action="store_true", help="live through the run as well, event by event")
    verb.add_argument("--days", type=float, metavar="DAYS", help="with --simulate: work of a run (default: Llama 3's 54)")
    verb.add_argument("--runs", type=int, metavar="N", help=f"with --simulate: how many runs (default: {RUNS})")
    verb.add_argument("--seed", type=int, metavar="N", help="with --simulate: the same seed gives the same histories (default: 0)")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
    add_options(verb)
    verb.set_defaults(verb=run_train_goodput)


def run_train_goodput(given: argparse.Namespace) -> int:
    """Answer for one run, or for every row of ``--cases`` (column gpus; may have the options' names, and `INTERVAL_COLUMN`).

    Parameters
    ----------
    given : Namespace
        The options.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option or the file of cases is refused.
    OutputError
        When the result of the cases or the page cannot be written.
    """
    from wattmint.calculators.training.goodput import run_goodput
    from wattmint.calculators.training.run_terms import RunCase
    from wattmint.cli.console import as_json, say, say_notes
    from wattmint.report.files import check_folder, write_text
    from wattmint.report.training.goodput_page import render
    from wattmint.report.training.goodput_words import goodput_words

    if check_options(given, ("gpus", *OPTIONS, "days", "runs", "seed", "report")):
        if given.simulate:
            raise InputError("--simulate", True, "not together with --cases")
        return run_cases(given, ("gpus",), RESULTS, _row)
    _check_simulation(given)
    if given.gpus is None:
        raise InputError("--gpus", given.gpus, "how many accelerators train together, or --cases")
    if given.report is not None:
        check_folder(Path(given.report).parent)
    found = run_goodput(RunCase(gpus=given.gpus, **{name: getattr(given, name) for name in OPTIONS}))
    simulated = _simulated(found, given) if given.simulate else None
    say_notes(default_notes(found.terms.inputs))
    if given.report is not None:
        write_text(Path(given.report), render(found, simulated))
        say(f"wrote {given.report}")
    print(as_json(_everything(found, simulated)) if given.json else "\n".join(goodput_words(found, simulated)))
    return 0


def default_notes(inputs: Any) -> list[str]:
    """Return a line per number that was not given: name, value, unit, kind, source.

    Parameters
    ----------
    inputs : sequence of UsedInput
        What an answer rests on.

    Returns
    -------
    list of str
        For standard error.
    """
    rest = [one for one in inputs if one.kind != "given"]
    return [f"default {one.name} {_shown(one.value)}{'' if one.unit in NO_UNIT else ' ' + one.unit} ({one.kind}, {one.source})" for one in rest]


def _shown(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= MANY else f"{value:.6g}"


def _check_simulation(given: argparse.Namespace) -> None:
    for name in ("days", "runs", "seed"):
        if getattr(given, name) is not None and not given.simulate:
            raise InputError(f"--{name}", getattr(given, name), "goes with --simulate")
    if given.seed is not None and given.seed < 0:
        raise InputError("--seed", given.seed, "0 or above")


def _simulated(found: "Goodput", given: argparse.Namespace) -> "Simulated":
    from wattmint.calculators.training.goodput import simulate_goodput
    from wattmint.facts.load import number

    days = number("defaults", "training", "training_days") if given.days is None else given.days
    return simulate_goodput(found, days=days, runs=RUNS if given.runs is None else given.runs, seed=given.seed or 0)


def _results(found: "Goodput") -> dict[str, Any]:
    """Return the columns; what is infinite, an interval without interruptions, is empty."""
    return {name: value if math.isfinite(value := getattr(found, name)) else None for name in RESULTS}


def _everything(found: "Goodput", simulated: "Simulated | None") -> dict[str, Any]:
    from dataclasses import asdict

    terms = found.terms
    return {
        **_results(found),
        "shares": asdict(found.shares),
        "per_day": found.per_day,
        "machines_per_day": found.machines_per_day,
        "simulated": asdict(simulated) if simulated else None,
        "checkpointing": asdict(terms.checkpointing),
        "inputs": [asdict(one) for one in terms.inputs],
    }


def _row(row: Row) -> Mapping[str, Any]:
    from wattmint.calculators.training.goodput import run_goodput
    from wattmint.calculators.training.run_terms import RunCase

    columns = {name: INTERVAL_COLUMN if name == "interval_s" else name for name in OPTIONS}
    values = {name: number_in(row, column) for name, column in columns.items() if row.get(column)}
    found = run_goodput(RunCase(gpus=number_in(row, "gpus"), **values))
    return {name: "" if value is None else value for name, value in _results(found).items()}
