"""``wattmint train outage``: what a loss of power destroys of a training run, with and without checkpoints and backup power."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

if TYPE_CHECKING:
    from wattmint.calculators.training.outage import OutageAnswer

OPTIONS: Final = {
    "gpus": ("N", "accelerators that train together (default: 16,384)"),
    "days": ("DAYS", "length of the run if nothing interrupted it (default: 54)"),
    "parameters_b": ("BILLIONS", "parameters of the model (default: 405)"),
    "state_gb": ("GB", "state that a checkpoint keeps, instead of parameters times bytes"),
    "mttf_gpu_hours": ("GPU_HOURS", "GPU-hours per interruption by machines and software (default: Llama 3's)"),
    "checkpoint_s": ("S", "time that the run stands still for a checkpoint (default: state over the storage's rate)"),
    "flush_s": ("S", "further time until a checkpoint written in the background is durable (default: 0)"),
    "detect_s": ("S", "time until an interruption is noticed and its cause removed"),
    "restart_s": ("S", "time to start again and reload; counts from the interruption unless --detect-s is given"),
    "boot_s": ("S", "time from power at the racks until servers are up"),
    "usd_per_gpu_h": ("USD", "what an hour of an accelerator is worth (default: its rental on a three-year contract)"),
    "outages_per_year": ("N", "losses of power of the grid feed (default: the grid's, table 'grids')"),
    "outage_hours": ("H", "their mean length"),
    "dips_per_year": ("N", "voltage dips and losses of up to five minutes"),
    "curtailment_hours": ("H", "length of a stop on request"),
}
"""Options and columns with numbers: placeholder and help."""

NAMES: Final = {
    "accelerator": ("NAME", "whose power and price count (default: h100-sxm; see 'wattmint facts list chips')"),
    "backup": ("NAME", "compared with none (default: dual-feed-ups; see 'wattmint facts list backup')"),
    "grid": ("NAME", "that the run hangs on (default: us-transmission; see 'wattmint facts list grids')"),
}
"""Options and columns with names."""

RESULTS: Final = (
    "usd_per_stop_unsaved", "usd_per_stop_unsaved_tail", "usd_per_stop_hourly", "usd_per_stop_optimal", "usd_per_year_grid", "usd_per_year_grid_tail",
    "usd_per_year_backup", "usd_per_year_backup_tail", "gpu_hours_per_stop_optimal", "goodput_grid", "goodput_backup", "curtailment_usd",
    "curtailment_announced_usd",
)  # fmt: skip
"""Columns of ``--out``: years, goodput and curtailment with optimal checkpoints; losses per stop on the grid alone. ``--json`` has all of it."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint train``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "outage",
        help="what a loss of power destroys: GPU-hours and dollars, with and without checkpoints and backup",
        description=(
            "The same run without checkpoints, with hourly ones and with optimal ones, each on the grid alone and with backup power: what a loss of "
            "power destroys, on average and in the worst twentieth, per interruption and per year; and the price of stopping on request."
        ),
    )
    for name, (placeholder, words) in (OPTIONS | NAMES).items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=float if name in OPTIONS else str, metavar=placeholder, help=words)
    verb.add_argument("--seed", type=int, metavar="N", help="of the simulated years (default: 0)")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
    add_options(verb)
    verb.set_defaults(verb=run_train_outage)


def run_train_outage(given: argparse.Namespace) -> int:
    """Answer for one run, or for every row of ``--cases`` (any of the options as columns, at least gpus).

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
    from dataclasses import asdict

    from wattmint.calculators.training.outage import OutageCase, training_outage
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.train_goodput import default_notes
    from wattmint.errors import InputError
    from wattmint.report.files import check_folder

    if check_options(given, (*OPTIONS, *NAMES, "seed", "report")):
        return run_cases(given, ("gpus",), RESULTS, _row)
    if given.seed is not None and given.seed < 0:
        raise InputError("--seed", given.seed, "0 or above")
    if given.report is not None:
        check_folder(Path(given.report).parent)
    values = {name: value for name in (*OPTIONS, *NAMES, "seed") if (value := getattr(given, name)) is not None}
    found = training_outage(OutageCase(**values))
    say_notes([*default_notes(found.inputs), f"{len(found.chain_inputs)} cited numbers of grid and power chain: see --json or --report"])
    if given.report is not None:
        _write_page(Path(given.report), found)
    print(as_json(asdict(found)) if given.json else outage_words(found))
    return 0


def outage_words(found: "OutageAnswer") -> str:
    """Return an answer as a table and a few lines.

    Parameters
    ----------
    found : OutageAnswer
        What interruptions of power destroy.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.training.outage_words import HEAD, outage_head, outage_rows, outage_sentences

    return "\n".join([outage_head(found), aligned([HEAD, *outage_rows(found)], range(2, len(HEAD))), *outage_sentences(found)])


def _write_page(path: Path, found: "OutageAnswer") -> None:
    from wattmint.cli.console import say
    from wattmint.report.files import write_text
    from wattmint.report.training.outage_page import render

    write_text(path, render(found))
    say(f"wrote {path}")


def _row(row: Row) -> Mapping[str, Any]:
    from wattmint.calculators.training.outage import OutageCase, training_outage

    values: dict[str, Any] = {name: number_in(row, name) for name in OPTIONS if row.get(name)}
    values |= {name: row[name] for name in NAMES if row.get(name)}
    found = training_outage(OutageCase(**values))
    unsaved, _, hourly, _, grid, backup = found.rows
    results = (
        unsaved.usd_per_stop, unsaved.usd_per_stop_tail, hourly.usd_per_stop, grid.usd_per_stop, grid.usd_per_year, grid.usd_per_year_tail,
        backup.usd_per_year, backup.usd_per_year_tail, grid.gpu_hours_per_stop, grid.goodput, backup.goodput, found.curtailment.usd,
        found.curtailment.usd_announced,
    )  # fmt: skip
    return dict(zip(RESULTS, results, strict=True))
