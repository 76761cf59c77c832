"""``wattmint chain tokens``: how many coins there are, how many will be, and when the subsidy halves."""

import argparse
from collections.abc import Mapping
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

RESULTS: Final = ("date", "date_kind", "subsidy_btc", "issued_btc", "remaining_btc", "issued_share", "growth_per_year")
"""Columns of ``--out``; ``--json`` has height and halvings too."""

KINDS: Final = {
    "block": "block time",
    "between": "between two known blocks",
    "snapshot": "the market snapshot",
    "expected": "expected, ten minutes per block",
}
"""How a day is known, in words."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint chain``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "tokens",
        help="how many coins there are and will be, and when the subsidy halves",
        description="Bitcoin's issuance at a block height: subsidy, coins issued and to come, growth, the next halvings with expected dates.",
    )
    verb.add_argument("--height", type=int, metavar="H", help="block height (default: the market snapshot's)")
    add_options(verb)
    verb.set_defaults(verb=run_tokens)


def run_tokens(given: argparse.Namespace) -> int:
    """Tell one height, or every row of ``--cases`` (column height).

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
        When the height or the file of cases is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    from dataclasses import asdict

    from wattmint.calculators.chain.issuance import curve, issuance
    from wattmint.cli.console import as_json

    if check_options(given, ("height",)):
        return run_cases(given, ("height",), RESULTS, _row)
    found = asdict(issuance(given.height))
    print(as_json({**found, "curve": [asdict(one) for one in curve()]}) if given.json else in_words(found))
    return 0


def in_words(found: Mapping[str, Any]) -> str:
    """Return the coins at a height as lines.

    Parameters
    ----------
    found : mapping
        `wattmint.calculators.chain.issuance.Issuance` by field.

    Returns
    -------
    str
        With a table of the next halvings.
    """
    from wattmint.cli.console import aligned

    lines = [
        f"Height {found['height']:,} ({found['date']}, {KINDS[found['date_kind']]}): {found['subsidy_btc']:.8g} BTC per block",
        f"{found['issued_btc']:,.8f} BTC issued, {found['issued_share']:.3%} of all there will ever be; {found['remaining_btc']:,.8f} to come",
        f"the coins grow by {found['growth_per_year']:.3%} a year",
    ]
    if found["next_halvings"]:
        rows = [["next halvings", "day", "subsidy", "issued before"]]
        rows += [
            [f"{one['height']:,}", f"{one['date']} ({one['date_kind']})", f"{one['subsidy_btc']:.8f}", f"{one['issued_share']:.2%}"]
            for one in found["next_halvings"]
        ]
        lines.append(aligned(rows, right=(0, 2, 3)))
    return "\n".join(lines)


def _row(row: Row) -> Mapping[str, Any]:
    from dataclasses import asdict

    from wattmint.calculators.chain.issuance import issuance

    found = asdict(issuance(number_in(row, "height")))
    return {name: found[name] for name in RESULTS}
