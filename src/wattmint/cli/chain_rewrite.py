"""``wattmint chain rewrite``: what it costs to rewrite blocks."""

import argparse
from collections.abc import Mapping
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

RESULTS: Final = (
    "success_ever",
    "give_up",
    "success",
    "hours",
    "attacker_blocks",
    "rent_usd",
    "returned_usd",
    "net_usd",
    "breakeven_payment_usd",
    "machines",
    "machines_usd",
    "sites_usd",
    "power_mw",
)
"""Columns of ``--out``; ``--json`` has these and what they rest on."""

DEFAULT_SHARE, DEFAULT_BLOCKS = 0.51, 6


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint chain``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "rewrite",
        help="what it costs to rewrite blocks: odds, rent at the hashprice, machines",
        description=(
            "What it costs to rewrite blocks with a share of the hash power: the odds, the rent at the snapshot's hashprice, what comes back, the "
            "payment that has to be stolen to break even, and the machines one would have to own."
        ),
    )
    verb.add_argument("--share", type=float, metavar="SHARE", help=f"of the hash power, the attacker's (default: {DEFAULT_SHARE:g})")
    verb.add_argument("--blocks", type=int, metavar="N", help=f"confirmations to rewrite (default: {DEFAULT_BLOCKS})")
    verb.add_argument("--price-fall", type=float, metavar="SHARE", help="of the coin price, lost when the attack is seen (default: 0)")
    verb.add_argument("--machine", metavar="ID", help="a machine of the table 'machines' to own instead (default: antminer-s21-xp)")
    add_options(verb)
    verb.set_defaults(verb=run_rewrite)


def run_rewrite(given: argparse.Namespace) -> int:
    """Price one attack, or every row of ``--cases`` (columns share, blocks; may have price_fall, machine).

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
    from wattmint.cli.chain_demo import cost_words
    from wattmint.cli.console import as_json, say_notes

    if check_options(given, ("share", "blocks", "price_fall", "machine")):
        return run_cases(given, ("share", "blocks"), RESULTS, _row)
    share = DEFAULT_SHARE if given.share is None else given.share
    found = _cost(share, DEFAULT_BLOCKS if given.blocks is None else given.blocks, given.price_fall, given.machine)
    say_notes(["difficulty, hashprice and coin price are the market snapshot's; nothing is added for a premium on rented hash power"])
    print(as_json(found) if given.json else cost_words([found]))
    return 0


def _row(row: Row) -> Mapping[str, Any]:
    fall = number_in(row, "price_fall") if row.get("price_fall") else None
    found = _cost(number_in(row, "share"), number_in(row, "blocks"), fall, row.get("machine") or None)
    return {name: "" if found[name] is None else found[name] for name in RESULTS}


def _cost(share: float, blocks: float, price_fall: float | None, machine: str | None) -> dict[str, Any]:
    from dataclasses import asdict

    from wattmint.calculators.chain.rewrite_cost import DEFAULT_MACHINE, rewrite_cost
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    return asdict(rewrite_cost(market_snapshot(Market()), share, blocks, machine=machine or DEFAULT_MACHINE, price_fall=price_fall or 0.0))
