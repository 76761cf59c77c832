"""``wattmint run``: a site file in, a verdict out."""

import argparse
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from wattmint.scenario.model import Scenario

WORKBOOK: Final = "cash-flow.xlsx"
"""Name of the workbook beside the other files."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "run",
        help="evaluate a site: which build earns most, how sure that is, what would change it",
        description="Evaluate a site. Prints the verdict and writes report.html, verdict.json and paths.parquet into a folder, all or none.",
    )
    verb.add_argument("site", metavar="SITE.toml", help="the site file; 'wattmint init' writes one to start from")
    verb.add_argument("--out", metavar="DIR", help="folder for the results (default: the site's name and -verdict, in the current folder)")
    verb.add_argument("--paths", type=int, metavar="N", help="number of simulated futures instead of the site file's")
    verb.add_argument("--seed", type=int, metavar="N", help="seed of all randomness instead of the site file's")
    verb.add_argument("--threads", type=int, metavar="N", help="worker threads (default: all processors); the result does not depend on it")
    verb.add_argument("--forecast", choices=("random", "median"), help="random draws many futures; median follows one deterministic forecast")
    verb.add_argument("--json", action="store_true", help="print verdict.json instead of words")
    verb.add_argument(
        "--xlsx",
        nargs="?",
        const="",
        metavar="FILE",
        help=f"also write a workbook with live formulas: as {WORKBOOK} beside the other files, or as FILE (needs the extra 'xlsx')",
    )
    verb.set_defaults(verb=run_site)


def run_site(given: argparse.Namespace) -> int:
    """Evaluate a site, write the result files, print the verdict.

    Parameters
    ----------
    given : Namespace
        ``site``, ``out``, ``paths``, ``seed``, ``threads``, ``forecast``, ``json``, ``xlsx``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When the site file, a series in it or an option is refused.
    OutputError
        When the results cannot be written.
    """
    from wattmint.cli.console import Progress, say
    from wattmint.errors import InputError
    from wattmint.report.files import check_folder, frame_bytes, verdict_json, write_bytes, write_outputs
    from wattmint.report.verdict.page import render
    from wattmint.report.verdict.words import terminal
    from wattmint.report.workbook.book import workbook
    from wattmint.study import evaluate
    from wattmint.study.one_future import one_future

    if given.threads is not None and given.threads < 1:
        raise InputError("--threads", given.threads, "a whole number from 1 up")
    scenario = scenario_with(given)
    folder = Path(given.out) if given.out is not None else Path(f"{slug(scenario.name)}-verdict")
    if folder.exists() and not folder.is_dir():
        raise InputError("--out", str(folder), "a folder; this is a file")
    check_folder(folder)
    apart = workbook_file(given.xlsx)
    unfinished = folder.with_name(f".{folder.name}-unfinished")
    try:
        verdict = evaluate(scenario, threads=given.threads, progress=Progress(scenario.name, sys.stderr), resume_folder=unfinished)
    except KeyboardInterrupt:
        if unfinished.exists():
            say(f"finished paths are kept in {unfinished}; the same command goes on from there")
        raise
    text = verdict_json(verdict)
    contents = {"report.html": render(verdict).encode(), "verdict.json": text.encode(), "paths.parquet": frame_bytes(verdict.to_frame(), ".parquet")}
    if given.xlsx is not None:
        book = workbook(one_future(scenario))
        if apart is None:
            contents[WORKBOOK] = book
    write_outputs(folder, contents)
    if apart is not None:
        write_bytes(apart, book)
    print(text.rstrip("\n") if given.json else terminal(verdict).rstrip("\n"))
    say(f"wrote {', '.join(contents)} into {folder}{f', and {apart}' if apart is not None else ''}")
    return 0


def workbook_file(asked: str | None) -> Path | None:
    """Return where a workbook of a name of its own goes.

    Parameters
    ----------
    asked : str or None
        What ``--xlsx`` says; None without the option.

    Returns
    -------
    Path or None
        None where it stands among the other files, or is not asked for.

    Raises
    ------
    InputError
        The name does not end in ``.xlsx``, or is a folder.
    MissingExtraError
        XlsxWriter is not installed.
    OutputError
        The folder cannot be written.
    """
    from importlib.util import find_spec

    from wattmint.errors import InputError, MissingExtraError
    from wattmint.report.files import check_folder

    if asked is None:
        return None
    if find_spec("xlsxwriter") is None:
        raise MissingExtraError("--xlsx", "XlsxWriter", "xlsx")
    if not asked:
        return None
    file = Path(asked)
    if file.suffix.lower() != ".xlsx" or file.is_dir():
        raise InputError("--xlsx", asked, "a file whose name ends in .xlsx")
    if not file.parent.is_dir():
        raise InputError("--xlsx", asked, "a file in a folder that exists")
    check_folder(file.parent)
    return file


def scenario_with(given: argparse.Namespace) -> "Scenario":
    """Return the site file's scenario with the keys that options replace.

    Parameters
    ----------
    given : Namespace
        ``site``, and ``paths``, ``seed`` and ``forecast``, each None where the site file's own holds.

    Returns
    -------
    Scenario
        Checked as if the file had said so.

    Raises
    ------
    ScenarioError
        When the file cannot be read, or it or an option is refused.
    """
    from wattmint.scenario.load import read_toml
    from wattmint.scenario.model import Scenario

    tables = read_toml(given.site)
    for table, key in (("study", "paths"), ("study", "seed"), ("market", "forecast")):
        value = getattr(given, key)
        if value is not None and isinstance(tables.setdefault(table, {}), dict):
            tables[table][key] = value
    return Scenario.of(tables, base_dir=Path(given.site).parent)


def slug(name: str) -> str:
    """Return a site's name as part of a folder's name.

    Parameters
    ----------
    name : str
        Any text.

    Returns
    -------
    str
        Lower-case ASCII letters, digits and single hyphens; ``site`` where nothing is left.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(letter.lower() if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words) or "site"
