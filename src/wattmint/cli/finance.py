"""``wattmint finance``: one project with an owner, a loan and US taxes, by the year; or a CSV of projects."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, run_cases
from wattmint.errors import InputError, SeriesError

FURTHER_RESULTS: Final = ("irr_percent", "irr_status", "mirr_percent", "payback_years", "average_dscr", "llcr", "equity_multiple")
"""Columns of ``--out`` after the reference tool's."""

MOST_BYTES: Final = 10_000_000
"""A case is a few hundred bytes; a larger file is something else."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "finance",
        help="a project with an owner, a loan and US taxes, line by line and year by year",
        description=(
            "Project finance by the year: revenue, operating cost, a level or a sculpted loan, MACRS depreciation, federal and state tax, and what "
            "the owner gets. A case is a JSON object with the fields kw, n, fed, state, real, infl, ppa, esc, tenor, i, dscr, debt_option, debt_pct, "
            "opex, opex_esc, macrs, bonus, capex, and those that docs/finance.md adds; the lines carry the names of NREL's System Advisor Model and "
            "agree with it."
        ),
    )
    verb.add_argument("--case", metavar="FILE.json", help="a JSON object with the fields of one case ('-' reads standard input)")
    add_options(verb)
    verb.set_defaults(verb=run_finance)


def run_finance(given: argparse.Namespace) -> int:
    """Work out one case, or every row of ``--cases``.

    Parameters
    ----------
    given : Namespace
        The options by name; None where left out.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When a file or a field is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    from dataclasses import asdict

    from wattmint.calculators.project.case import REQUIRED
    from wattmint.calculators.project.lines import SCALARS, project_finance
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.finance_words import in_words
    from wattmint.scenario.refusal import Words

    if check_options(given, ("case",)):
        return run_cases(given, REQUIRED, (*SCALARS, *FURTHER_RESULTS), _row)
    if given.case is None:
        raise InputError("--case", Words("(left out)"), "a JSON file with one case, unless --cases is given")
    found = project_finance(read_case(given.case))
    say_notes(found.notes)
    if given.json:
        print(as_json({**found.outputs, "returns": asdict(found.returns), "project": asdict(found.project), "notes": list(found.notes)}))
    else:
        print(in_words(found))
    return 0


def read_case(file: str) -> Mapping[str, Any]:
    """Read a case from a JSON file.

    Parameters
    ----------
    file : str
        Path, or ``-`` for standard input; an object of fields, or one that holds them under ``inputs``.

    Returns
    -------
    mapping
        Fields by name, not yet checked.

    Raises
    ------
    SeriesError
        When it cannot be read, is no JSON, or holds no object.
    """
    import json
    import sys

    try:
        text = sys.stdin.read(MOST_BYTES + 1) if file == "-" else Path(file).read_text(encoding="utf-8-sig")
        if len(text) > MOST_BYTES:
            raise SeriesError("--case", file, "a JSON file with one case; it is far too large")
        read = json.loads(text)
    except UnicodeDecodeError as error:
        raise SeriesError("--case", file, f"not UTF-8 text (byte {error.start})") from None
    except (json.JSONDecodeError, RecursionError) as error:
        at = f" (line {error.lineno}, column {error.colno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""
        raise SeriesError("--case", file, f"a JSON object{at}") from None
    except OSError as error:
        raise SeriesError("--case", file, f"cannot be read: {error.strerror}") from None
    fields = read["inputs"] if isinstance(read, dict) and "inputs" in read else read
    if not isinstance(fields, dict):
        raise SeriesError("--case", file, f"a JSON object with the fields of one case; it holds a {type(fields).__name__}")
    return fields


def _row(row: Row) -> Mapping[str, Any]:
    from wattmint.calculators.project.case import DATES, FIELDS
    from wattmint.calculators.project.lines import project_finance

    given: dict[str, Any] = {name: _cell(row[name]) for name in FIELDS if row.get(name, "").strip()}
    given |= {name: row[name].strip() for name in DATES if row.get(name, "").strip()}
    found = project_finance(given)
    further = {name: getattr(found.returns, name) for name in FURTHER_RESULTS}
    return {name: "" if value is None else value for name, value in {**found.outputs, **further}.items()}


def _cell(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text.strip()
