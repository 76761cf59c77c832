"""``wattmint convert``: whether a mining site can become an AI site, when, and at what price."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.conversion.answer import ConversionAnswer
    from wattmint.scenario.table import Table

RESULTS: Final = (
    "verdict_by_checks", "convertible_mw", "it_mw", "usd_per_mw_p10", "usd_per_mw_p50", "usd_per_mw_p90", "months_planned", "months_p10",
    "months_p50", "months_p90", "replaced_share", "refused_by",
)  # fmt: skip
"""Columns of ``--out``: checks, cost and months, without a look at any future."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "convert",
        help="can this mining site become an AI site, when, and at what price?",
        description=(
            "Check a mining site against the needs of AI, cost and time its conversion as a distribution, compare it with public deals, and with "
            "mining on over many futures; convert, convert part or refuse, with reasons. The site file needs the tables [existing] and [conversion]."
        ),
    )
    verb.add_argument("site", metavar="SITE.toml", help="the site file")
    verb.add_argument("--paths", type=int, metavar="N", help="number of simulated futures instead of the site file's")
    verb.add_argument("--seed", type=int, metavar="N", help="seed of all randomness instead of the site file's")
    verb.add_argument("--threads", type=int, metavar="N", help="worker threads (default: all processors); the result does not depend on it")
    verb.add_argument("--forecast", choices=("random", "median"), help="random draws many futures; median follows one deterministic forecast")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
    add_options(verb)
    verb.set_defaults(verb=run_convert)


def run_convert(given: argparse.Namespace) -> int:
    """Answer for a site, or for every row of ``--cases``: any keys of the two tables, and power_mw, as columns over the site file's own.

    Parameters
    ----------
    given : Namespace
        The options.

    Returns
    -------
    int
        Exit code; 0 also where the site should not be converted, which is an answer.

    Raises
    ------
    InputError
        When the site file, a table in it, an option or the file of cases is refused.
    OutputError
        When the result of the cases or the page cannot be written.
    """
    from wattmint.cli.console import as_json, say
    from wattmint.report.files import check_folder

    if given.threads is not None and given.threads < 1:
        raise InputError("--threads", given.threads, "a whole number from 1 up")
    if check_options(given, ("report", "paths", "seed", "threads", "forecast")):
        return _many(given)
    if given.report is not None:
        check_folder(Path(given.report).parent)
    found = answer(given)
    estimates = sum(1 for one in found.inputs if one.kind == "estimate")
    say(f"note: {len(found.inputs)} inputs, {estimates} of them estimates; --json and --report list them with their sources")
    if given.report is not None:
        _write_page(Path(given.report), found)
    print(as_json(plain(found)) if given.json else in_words(found))
    return 0


def answer(given: argparse.Namespace) -> "ConversionAnswer":
    """Return the answer for one site.

    Parameters
    ----------
    given : Namespace
        ``site``, ``paths``, ``seed``, ``threads``, ``forecast``.

    Returns
    -------
    ConversionAnswer
    """
    from wattmint.calculators.conversion.answer import conversion_answer
    from wattmint.calculators.conversion.plan import plan_conversion
    from wattmint.calculators.conversion.worth import worth_of
    from wattmint.cli.console import Progress
    from wattmint.cli.run import scenario_with
    from wattmint.study.alternatives import alternatives

    scenario = scenario_with(given)
    plan = plan_conversion(scenario)
    worth = None
    if plan.builds is not None:
        worth = worth_of(plan, alternatives(plan.builds, given.threads, Progress(scenario.name, sys.stderr)))
    return conversion_answer(plan, worth)


def plain(found: "ConversionAnswer") -> dict[str, Any]:
    """Return an answer as JSON has it: what is not finite is None.

    Parameters
    ----------
    found : ConversionAnswer
        From `answer`.

    Returns
    -------
    dict
        Plain numbers, text and lists.
    """
    from dataclasses import asdict

    whole: dict[str, Any] = _finite(asdict(found))
    return whole


def in_words(found: "ConversionAnswer") -> str:
    """Return an answer as tables and sentences.

    Parameters
    ----------
    found : ConversionAnswer
        From `answer`.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.building import convert_words as words

    lines = [f"{words.headline(found)}.", words.asked(found) + ".", *(f"- {reason}" for reason in found.reasons), ""]
    lines += [aligned([words.CHECK_HEAD, *words.check_rows(found)], (1, 5, 6)), ""]
    lines += [aligned([words.ITEM_HEAD, *words.item_rows(found)], range(1, 5)), *words.cost_sentences(found), ""]
    lines += [aligned([words.PLACE_HEAD, *words.place_rows(found)], range(1, 5)), "", *filter(None, words.time_sentences(found))]
    if found.worth is not None:
        lines += ["", *words.worth_sentences(found.worth), "", "NPV over mining on, millions of USD"]
        lines += [aligned([words.START_HEAD, *words.start_rows(found.worth)], range(1, 5))]
    others = words.other_sentences(found)
    return "\n".join([*lines, *(["", *others] if others else [])])


def _finite(value: Any) -> Any:
    from math import isfinite

    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _write_page(path: Path, found: "ConversionAnswer") -> None:
    from wattmint.cli.console import say
    from wattmint.report.building.convert_page import render
    from wattmint.report.files import write_text

    write_text(path, render(found))
    say(f"wrote {path}")


def _many(given: argparse.Namespace) -> int:
    from wattmint.cli.console import say_notes
    from wattmint.scenario.load import read_toml

    tables = read_toml(given.site)
    unread: dict[str, None] = {}

    def run(row: Row) -> Mapping[str, Any]:
        unread.update(dict.fromkeys(column for column in row if _table_of(column) is None))
        return _row(row, tables, Path(given.site).parent)

    code = run_cases(given, (), RESULTS, run)
    if unread:
        kept = ", ".join(f"'{name}'" for name in unread)
        say_notes([f"kept but not read: {kept}; read are power_mw and the keys of [existing] and [conversion]"])
    return code


def _row(row: Row, tables: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    from wattmint.calculators.conversion.answer import conversion_answer
    from wattmint.calculators.conversion.checks import REFUSES
    from wattmint.calculators.conversion.plan import plan_conversion
    from wattmint.scenario.model import Scenario

    found = conversion_answer(plan_conversion(Scenario.of(with_columns(row, tables), base_dir=folder)), None)
    refused = [one.check.name for one in found.checks if one.check.state == REFUSES]
    converted = 0.0 if refused else found.grid_mw
    cost, months = found.usd_per_mw, found.months
    values = (
        found.verdict, converted, found.it_mw if converted else 0.0, cost.p10, cost.p50, cost.p90, found.planned_months, months.p10, months.p50,
        months.p90, found.replaced_share, "; ".join(refused),
    )  # fmt: skip
    return dict(zip(RESULTS, values, strict=True))


def with_columns(row: Row, tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return a site file's tables with the keys that a row of cases has.

    Parameters
    ----------
    row : mapping of str to str
        By column; empty cells leave the site file's own.
    tables : mapping
        As TOML gave them.

    Returns
    -------
    dict
        To be checked.

    Raises
    ------
    InputError
        When a number is none.
    """
    from wattmint.scenario.refusal import plain_types

    changed = dict(tables)
    for column, cell in row.items():
        found = _table_of(column)
        if not cell.strip() or found is None:
            continue
        name, model = found
        kinds = plain_types(model.model_fields[column].annotation)
        number = number_in(row, column) if kinds & {int, float} else 0.0
        value = (int(number) if int in kinds and number == int(number) else number) if kinds & {int, float} else cell.strip()
        table = changed.get(name, {})
        if isinstance(table, dict):  # what is no table is refused with the rest of the file
            changed[name] = {**table, column: value}
    return changed


def _table_of(column: str) -> "tuple[str, type[Table]] | None":
    """Return the table of the site file that a column of cases goes into; where both have the key, what is wished goes before what is there."""
    from wattmint.scenario.existing import Conversion, Existing
    from wattmint.scenario.model import Site

    if column == "power_mw":
        return "site", Site
    return next(((name, model) for name, model in (("conversion", Conversion), ("existing", Existing)) if column in model.model_fields), None)
