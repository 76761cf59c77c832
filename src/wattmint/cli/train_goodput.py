"""``wattmint train goodput``: how often to checkpoint, and what interruptions leave of a run."""

import argparse
import math
from collections.abc import Mapping
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
    "outage_hours": ("H", "their mean length (default: table 'backup')"),
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
        When the result of the cases cannot be written.
    """
    from wattmint.calculators.training.goodput import RunCase, run_goodput
    from wattmint.cli.console import as_json, say_notes

    if check_options(given, ("gpus", *OPTIONS, "days", "runs", "seed")):
        if given.simulate:
            raise InputError("--simulate", True, "not together with --cases")
        return run_cases(given, ("gpus",), RESULTS, _row)
    _check_simulation(given)
    if given.gpus is None:
        raise InputError("--gpus", given.gpus, "how many accelerators train together, or --cases")
    found = run_goodput(RunCase(gpus=given.gpus, **{name: getattr(given, name) for name in OPTIONS}))
    simulated = _simulated(found, given) if given.simulate else None
    say_notes(default_notes(found.terms.inputs))
    print(as_json(_everything(found, simulated)) if given.json else goodput_words(found, simulated))
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


def goodput_words(found: "Goodput", simulated: "Simulated | None") -> str:
    """Return an answer in a few lines.

    Parameters
    ----------
    found : Goodput
        By the formula.
    simulated : Simulated or None
        The same run, simulated.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.report.train_words import duration
    from wattmint.units import SECONDS_PER_HOUR

    terms, went = found.terms, found.shares
    pace = terms.checkpointing
    machines = ", ".join(f"{name if name.isupper() else name.lower()} {per_day:.2g}" for name, per_day in found.machines_per_day.items())
    sources = ", ".join(f"{name} {per_day:,.3g}" for name, per_day in found.per_day.items())
    flush = f", durable {duration(pace.flush_s)} later" if pace.flush_s else ""
    recovery = f"noticed after {duration(terms.detect_s)}, restarted in {duration(pace.restart_s)}"
    intervals = f"best {duration(found.best_s)}, Daly {duration(found.daly_s)}, Young {duration(found.young_s)}"
    lost = f"checkpoints {went.checkpoints:.2%}, work redone {went.redone:.2%}, restarts {went.restart:.2%}, waiting {went.waiting:.2%}"
    lines = [
        f"{terms.gpus:,.0f} accelerators, interrupted every {duration(SECONDS_PER_HOUR * found.hours_between_interruptions)}",
        f"{found.interruptions_per_day:,.3g} interruptions a day ({sources})",
        f"of machines and software, in the proportions of Llama 3: {machines}",
        f"a checkpoint stops the run for {duration(pace.blocking_s)}{flush}; {recovery}",
        f"checkpoint after {duration(found.interval_s)} of work; {intervals}",
        f"goodput {found.goodput:.2%}: {found.lost_gpu_hours_per_day:,.0f} GPU-hours a day are lost",
        f"of the time: {lost}, announced stops {went.planned:.2%}",
    ]
    if simulated:
        lines.append(
            f"simulated {simulated.runs:,} runs of {simulated.days:,.3g} days of work: goodput {simulated.goodput:.2%} (standard error "
            f"{simulated.standard_error:.2%}), {simulated.wall_days:,.4g} days on average, {simulated.wall_days_tail:,.4g} at most in 19 of 20"
        )
    return "\n".join(lines)


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
    from wattmint.calculators.training.goodput import RunCase, run_goodput

    columns = {name: INTERVAL_COLUMN if name == "interval_s" else name for name in OPTIONS}
    values = {name: number_in(row, column) for name, column in columns.items() if row.get(column)}
    found = run_goodput(RunCase(gpus=number_in(row, "gpus"), **values))
    return {name: "" if value is None else value for name, value in _results(found).items()}
