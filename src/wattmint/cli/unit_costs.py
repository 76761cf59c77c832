"""``wattmint unit-costs``: what a million AI tokens, a bitcoin and a transaction cost, side by side, line by line."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases
from wattmint.cli.serve_options import PRECISIONS

if TYPE_CHECKING:
    from wattmint.calculators.unit_costs import UnitCosts

TEXTS: Final = ("model", "gpu", "precision", "machine")
NUMBERS: Final = ("gpus", "isl", "osl", "tpot_ms", "discount_rate", "power_price")
ASKS: Final = (*TEXTS, *NUMBERS, "report")

RESULTS: Final = (
    "usd_per_mtok", "market_usd_per_mtok", "kwh_per_mtok", "usd_per_btc", "btc_usd", "kwh_per_btc", "usd_per_transaction", "paid_usd_per_transaction",
)  # fmt: skip
"""Columns of ``--out``."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "unit-costs",
        help="what a million AI tokens, a bitcoin and a transaction cost, side by side",
        description="The cost stacks of a million AI tokens, a bitcoin and a transaction, in the same lines, at one price of power and interest.",
    )
    verb.add_argument("--model", metavar="NAME", help="an open model (default: llama-3.3-70b)")
    verb.add_argument("--gpu", metavar="NAME", help="an accelerator (default: h200-sxm)")
    verb.add_argument("--gpus", type=int, metavar="N", help="number of accelerators (default: 8)")
    verb.add_argument("--precision", choices=PRECISIONS, help="what weights are stored in (default: fp8)")
    verb.add_argument("--isl", type=float, metavar="TOKENS", help="tokens read per request (default: 1024)")
    verb.add_argument("--osl", type=float, metavar="TOKENS", help="tokens written per request (default: 1024)")
    verb.add_argument("--tpot-ms", type=float, metavar="MS", help="longest wait for each further token (default: 50)")
    verb.add_argument("--machine", metavar="NAME", help="a mining machine of the table 'machines' (default: antminer-s21-xp)")
    verb.add_argument("--power-price", type=float, metavar="USD_PER_MWH", help="all-in price of energy, of both (cited default)")
    verb.add_argument("--discount-rate", type=float, metavar="RATE", help="interest per year on all capital, of both (cited default)")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with the picture")
    add_options(verb)
    verb.set_defaults(verb=run_unit_costs)


def run_unit_costs(given: argparse.Namespace) -> int:
    """Print the stacks of one question, or of every row of ``--cases`` (any of the options' names as columns; power_price in USD/MWh).

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
        When an option, a name or the file of cases is refused.
    OutputError
        When a result cannot be written.
    """
    from wattmint.cli.console import as_json, say

    if check_options(given, ASKS):
        return run_cases(given, ("power_price",), RESULTS, _row)
    found = _answer({name: value for name in (*TEXTS, *NUMBERS) if (value := getattr(given, name)) is not None})
    if given.report is not None:
        from wattmint.report.files import write_text
        from wattmint.report.unit_costs_page import render

        write_text(Path(given.report), render(found))
        say(f"wrote {given.report}")
    print(as_json(plain(found)) if given.json else in_words(found))
    return 0


def plain(found: "UnitCosts") -> dict[str, Any]:
    """Return the stacks as JSON has them.

    Parameters
    ----------
    found : UnitCosts
        From `wattmint.calculators.unit_costs.unit_costs`.

    Returns
    -------
    dict
        ``stacks``, each with ``lines`` and ``shares`` by name, ``cost``, ``fetches``, ``fetched`` and ``kwh``; ``inputs``.
    """
    from dataclasses import asdict

    stacks = [
        {
            "name": stack.name, "how": stack.how, "lines_usd": dict(stack.lines), "shares": {n: usd / stack.cost for n, usd in stack.lines.items()},
            "cost_usd": stack.cost, "fetches_usd": dict(stack.fetches), "fetched_usd": stack.fetched,
            "kwh": dict(zip(("low", "guess", "high"), kwh, strict=True)),
        }
        for stack, kwh in zip(found.stacks, found.kwh, strict=True)
    ]  # fmt: skip
    return {"stacks": stacks, "coins_per_transaction": found.coins_per_transaction, "inputs": [asdict(used) for used in found.inputs]}


def in_words(found: "UnitCosts") -> str:
    """Return the stacks as a table, dollars and shares.

    Parameters
    ----------
    found : UnitCosts
        From `wattmint.calculators.unit_costs.unit_costs`.

    Returns
    -------
    str
        Lines, totals, what each fetches, and energy.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.unit_costs_words import KWH_NOTE, stack_rows

    how = [f"{stack.name}: {stack.how}" for stack in found.stacks]
    rows = stack_rows(found)
    return "\n".join([aligned(rows, right=range(1, len(rows[0]))), *how, KWH_NOTE])


def _answer(asked: Mapping[str, Any]) -> "UnitCosts":
    from wattmint.calculators.unit_costs import Question, unit_costs
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market
    from wattmint.units import KWH_PER_MWH

    told = {name: value for name, value in asked.items() if name != "power_price"}
    if "power_price" in asked:
        told["power_price_usd_per_kwh"] = asked["power_price"] / KWH_PER_MWH
    return unit_costs(Question(**told), market_snapshot(Market()))


def _row(row: Row) -> Mapping[str, Any]:
    asked: dict[str, Any] = {name: row[name] for name in TEXTS if row.get(name)}
    asked |= {name: number_in(row, name) for name in NUMBERS if row.get(name)}
    found = _answer(asked)
    tokens, coin, moved = found.stacks
    values = (tokens.cost, tokens.fetched, found.kwh[0][1], coin.cost, coin.fetched, found.kwh[1][1], moved.cost, moved.fetched)
    return dict(zip(RESULTS, values, strict=True))
