"""``wattmint mine coin``: what machines earn with another coin than bitcoin, or with two at once (merged mining)."""

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any, Final

from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.mining.coin_mining import CoinResult
    from wattmint.calculators.mining.coins import CoinMarket

SHARED: Final = {
    "power_w": ("W", "power of one machine at the plug [W]"),
    "pool_fee": ("SHARE", "share of the reward that the pool keeps, 0.02 for 2 percent"),
    "stale_rate": ("SHARE", "share of the work that comes too late to be paid (default: 0)"),
    "uptime": ("SHARE", "share of the hours in which the machines run; scales coins and energy"),
    "pue": ("RATIO", "power of the site over power of the machines (default: 1)"),
}
"""Options that mean the same for every coin: unit and help."""

FIGURES: Final = (
    ("hashrate_ths", "TH_PER_S", "hashrate of one machine [TH/s of the coin's hashes]; instead of, or replacing, a machine's own"),
    *((name, *told) for name, told in SHARED.items()),
    ("capex_usd", "USD", "what all machines cost together, for the payback"),
)
"""Options about machines and contract."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint mine``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "coin",
        help="what machines earn with another coin, or two at once",
        description=(
            "What machines earn on a day with the given price and difficulty of a coin of the table 'coins', alone or with a second coin that "
            "accepts the same work (Dogecoin with Litecoin). Prices and difficulties are not shipped: give them."
        ),
    )
    verb.add_argument("coin", metavar="COIN", help="a coin of the table 'coins', e.g. litecoin")
    verb.add_argument("--machine", metavar="ID", help="a machine of the table 'machines' that hashes the coin's algorithm")
    verb.add_argument("--count", type=int, metavar="N", help="number of machines (default: 1)")
    verb.add_argument("--power-price", type=float, metavar="USD_PER_MWH", help="all-in price of energy")
    verb.add_argument("--coin-usd", type=float, metavar="USD", help="price of the coin")
    verb.add_argument("--difficulty", type=float, metavar="D", help="difficulty of its network")
    verb.add_argument("--height", type=int, metavar="BLOCK", help="block height, from which the subsidy follows")
    verb.add_argument("--subsidy", type=float, metavar="COINS", help="new coins per block, instead of --height")
    verb.add_argument("--fees", type=float, metavar="COINS", help="mean transaction fees per block (default: 0)")
    verb.add_argument("--merged", metavar="COIN", help="a second coin that accepts the work")
    verb.add_argument("--merged-usd", type=float, metavar="USD", help="price of the second coin")
    verb.add_argument("--merged-difficulty", type=float, metavar="D", help="difficulty of its network")
    for name, unit, text in FIGURES:
        verb.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=unit, help=text)
    verb.add_argument("--json", action="store_true", help="print the full result as JSON")
    verb.set_defaults(verb=run_coin)


def run_coin(given: argparse.Namespace) -> int:
    """Answer what machines earn with the coin.

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
        When an option, a coin or a machine is refused, or a price or difficulty is missing.
    """
    from wattmint.calculators.mining.coin_mining import mine_coins
    from wattmint.cli.console import as_json
    from wattmint.units import KWH_PER_MWH

    markets = _markets(given)
    price = None if given.power_price is None else given.power_price / KWH_PER_MWH
    figures = {name: getattr(given, name) for name, _, _ in FIGURES}
    result = mine_coins(given.machine, markets, count=given.count, power_price_usd_per_kwh=price, **figures)
    print(as_json(dataclasses.asdict(result)) if given.json else in_words(result))
    return 0


def in_words(result: "CoinResult") -> str:
    """Return a result as a few lines.

    Parameters
    ----------
    result : CoinResult
        For all machines together.

    Returns
    -------
    str
        Rounded for reading; ``--json`` has every digit.
    """
    from wattmint.units import KWH_PER_MWH

    price = f"{result.breakeven_power_usd_per_kwh * KWH_PER_MWH:,.2f} USD/MWh"
    coins = " + ".join(f"{count:.5g} {ticker} ({result.usd_per_day[ticker]:,.2f} USD)" for ticker, count in result.coins_per_day.items())
    lines = [
        f"a day earns {coins} = {result.revenue_usd_per_day:,.2f} USD",
        f"power costs {result.power_cost_usd_per_day:,.2f} USD, profit {result.profit_usd_per_day:,.2f} USD",
        f"breaks even at {price}, or at {result.breakeven_price_share:.0%} of today's coin prices",
    ]
    return "\n".join(lines if result.payback_days is None else [*lines, f"pays back in {result.payback_days:,.0f} days"])


def _markets(given: argparse.Namespace) -> "list[CoinMarket]":
    from wattmint.calculators.mining.coins import coin_market

    _needed(given, "coin_usd", "difficulty")
    fees = given.fees or 0.0
    markets = [coin_market(given.coin, given.coin_usd, given.difficulty, subsidy=given.subsidy, height=given.height, fees_coins_per_block=fees)]
    if given.merged is not None:
        _needed(given, "merged_usd", "merged_difficulty")
        markets.append(coin_market(given.merged, given.merged_usd, given.merged_difficulty))
    elif given.merged_usd is not None or given.merged_difficulty is not None:
        name, value = ("usd", given.merged_usd) if given.merged_usd is not None else ("difficulty", given.merged_difficulty)
        raise InputError(f"--merged-{name}", value, "goes with --merged, the second coin's name")
    return markets


def _needed(given: argparse.Namespace, *names: str) -> None:
    from wattmint.scenario.refusal import Words

    for name in names:
        if getattr(given, name) is None:
            raise InputError(f"--{name.replace('_', '-')}", Words("(left out)"), "needed: prices and difficulties of coins are not shipped")
