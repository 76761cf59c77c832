"""``wattmint mine``: what mining machines earn on a day like today, break-evens and payback; one case, a price list, or the league."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli import mine_coin, mine_forecast, mine_history
from wattmint.cli.cases import Row, add_options, check_options, run_cases
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.mining.static import MiningCase

RESULTS: Final = (
    "btc_per_day",
    "revenue_usd_per_day",
    "power_cost_usd_per_day",
    "profit_usd_per_day",
    "hashprice_usd_per_ph_day",
    "breakeven_power_usd_per_kwh",
    "breakeven_btc_usd",
    "cost_per_btc_usd",
    "payback_days",
)
"""Columns of ``--out`` and first keys of ``--json``."""

FIGURES: Final = (
    ("hashrate_ths", "TH_PER_S", "hashrate of one machine [TH/s]; instead of, or replacing, a machine's own"),
    ("btc_usd", "USD", "coin price (default: the market snapshot's)"),
    ("difficulty", "D", "network difficulty (default: the market snapshot's)"),
    ("subsidy_btc", "BTC", "new coins per block (default: by the snapshot's block height)"),
    ("fees_btc_per_block", "BTC", "mean transaction fees per block (default: the market snapshot's)"),
    *((name, *told) for name, told in mine_coin.SHARED.items()),
    ("capex_usd", "USD", "what all machines cost together (default: their price in the tables times their number)"),
    ("hosting_fee_usd_per_kwh", "USD", "what a host charges per kWh on top of the power price (default: 0)"),
    ("profit_share", "SHARE", "share of a day's profit that the host takes (default: 0)"),
)
"""Options that are fields of a mining case."""

MARKET: Final = {name: name for name in ("btc_usd", "difficulty", "fees_btc_per_block")} | {"block_height": "subsidy_btc"}
"""Values of the snapshot, and the option that stands in for each."""

ASKS: Final = ("machine", "count", "power_price", "pool_scheme", "pool_share", "life_months", "plan_usd", "plan_days", "plan_share_ratio")
LEAGUE_ONLY: Final = ("sort", "top")
NEEDS: Final = {"plan_days": "plan_usd", "plan_share_ratio": "plan_usd", "pool_share": "pool_scheme"}
NOT_IN_LEAGUE: Final = ("machine", "count", "hashrate_ths", "power_w", "capex_usd", "pool_share", "life_months", "plan_usd")
SORTS: Final = ("payback", "breakeven", "efficiency", "price", "profit")
SCHEMES: Final = ("fpps", "pps", "pps+", "pplns", "solo")


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "mine",
        help="what mining machines earn: revenue, break-evens, payback; price lists and the league of machines",
        description="What mining machines earn on a day like the market snapshot's. Everything left out has a cited default.",
    )
    verb.add_argument("--machine", action="append", metavar="ID[:COUNT]", help="a machine of the table 'machines'; repeat it for a mixed fleet")
    verb.add_argument("--count", type=int, metavar="N", help="number of machines (default: 1)")
    verb.add_argument("--power-price", type=float, metavar="USD_PER_MWH", help="all-in price of energy")
    for name, unit, text in FIGURES:
        verb.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=unit, help=text)
    verb.add_argument("--pool-scheme", choices=SCHEMES, help="how the pool pays (default: fpps); says what luck does besides")
    verb.add_argument("--pool-share", type=float, metavar="SHARE", help="the pool's share of the network; pps+ and pplns need it")
    verb.add_argument("--life-months", type=float, metavar="MONTHS", help="also sum up a life of so many months, halvings included")
    verb.add_argument("--plan-usd", type=float, metavar="USD", help="also judge a hash-rate plan of that price by its static rule")
    verb.add_argument("--plan-days", type=float, metavar="DAYS", help="how long the plan runs")
    verb.add_argument("--plan-share-ratio", type=float, metavar="SHARE", help="share of the plan's net revenue that its buyer keeps (default: 1)")
    verb.add_argument("--league", action="store_true", default=None, help="rank all machines of the table instead")
    verb.add_argument("--sort", choices=SORTS, help="with --league: what is ranked by (default: payback)")
    verb.add_argument("--top", type=int, metavar="N", help="with --league: only the first N")
    mine_forecast.add_options(verb)
    add_options(verb)
    verb.set_defaults(verb=run_mine)
    sub_verbs = verb.add_subparsers(title="further questions", metavar="history | coin")
    mine_history.add(sub_verbs)
    mine_coin.add(sub_verbs)


def run_mine(given: argparse.Namespace) -> int:
    """Answer one case, every row of ``--cases``, or the league.

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
        When an option, a machine or the file of cases is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    figures = [name for name, _, _ in FIGURES]
    if check_options(given, [*ASKS, *figures, *mine_forecast.OPTIONS, "league", *LEAGUE_ONLY]):
        return _many(given)
    for name in (*NOT_IN_LEAGUE, *mine_forecast.OPTIONS) if given.league else LEAGUE_ONLY:
        if getattr(given, name) is not None:
            raise InputError(f"--{name.replace('_', '-')}", getattr(given, name), f"{'does not go' if given.league else 'goes'} with --league")
    for name, other in NEEDS.items():
        if getattr(given, name) is not None and getattr(given, other) is None:
            raise InputError(f"--{name.replace('_', '-')}", getattr(given, name), f"needs --{other.replace('_', '-')}")
    return _ranked(given) if given.league else _one(given)


def _one(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from wattmint.calculators.limits import checked
    from wattmint.calculators.mining.fleet import payout_of
    from wattmint.calculators.mining.life import life_result, plan_of
    from wattmint.calculators.mining.pools import over_days
    from wattmint.calculators.mining.static import static_result
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.mine_words import case_words, market_notes
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    snapshot = market_snapshot(Market())
    case, names = _case(given, snapshot)
    answer: dict[str, Any] = {**asdict(static_result(case)), "case": asdict(case), "machines": names}
    if given.pool_scheme is not None:
        paid = payout_of(case, given.pool_share)
        answer["pool"] = {**asdict(paid), "days_30": asdict(over_days(paid, 30.0))}
    if given.life_months is not None:
        answer["life"] = asdict(life_result(case, snapshot.height, checked("machine_life_months", given.life_months)))
    if given.plan_usd is not None:
        answer["plan"] = asdict(plan_of(case, *_plan(given)))
    answer["market_as_of"] = {value.name: value.as_of for value in snapshot.values if getattr(given, MARKET.get(value.name, ""), "") is None}
    say_notes(market_notes(given, case, snapshot))
    ahead, ahead_words = mine_forecast.run(given, case, names)
    if ahead is not None:
        answer["forecast"] = ahead
    print(as_json(answer) if given.json else "\n".join([case_words(answer), *([ahead_words] if ahead_words else [])]))
    return 0


def _ranked(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from wattmint.calculators.mining.league import league
    from wattmint.calculators.mining.static import case_of_machine
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.mine_words import league_words, market_notes
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    snapshot, figures, scheme = market_snapshot(Market()), _figures(given), given.pool_scheme or "fpps"
    if given.top is not None and given.top < 1:
        raise InputError("--top", given.top, "1 or above")
    rows = league(snapshot, sort=given.sort or "payback", pool_scheme=scheme, **figures)[: given.top]
    say_notes(market_notes(given, case_of_machine(rows[0].machine, snapshot, pool_scheme=scheme, **figures), snapshot))
    print(as_json({"league": [asdict(row) for row in rows]}) if given.json else league_words(rows))
    return 0


def _many(given: argparse.Namespace) -> int:
    from dataclasses import asdict

    from wattmint.calculators.mining.fleet import NUMBERS
    from wattmint.calculators.mining.static import case_of_machine, static_result
    from wattmint.cli.console import say_notes
    from wattmint.cli.mine_words import market_line
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    snapshot = market_snapshot(Market())
    unread: dict[str, None] = {}

    def run(row: Row) -> Mapping[str, Any]:
        unread.update(dict.fromkeys(name for name in row if name not in (*NUMBERS, "machine", "pool_scheme")))
        figures = {name: _cell(name, row[name]) for name in NUMBERS if row.get(name, "").strip()}
        machine, scheme = row.get("machine", "").strip() or None, row.get("pool_scheme", "").strip() or "fpps"
        return asdict(static_result(case_of_machine(machine, snapshot, pool_scheme=scheme, **figures)))

    code = run_cases(given, (), RESULTS, run)
    say_notes([f"blank cells take the {market_line(snapshot)}, and the cited defaults"])
    if unread:
        kept = ", ".join(f"'{name}'" for name in unread)
        say_notes([f"kept but not read: {kept}; read are machine, pool_scheme, {', '.join(NUMBERS)}"])
    return code


def _cell(name: str, cell: str) -> float:
    from wattmint.calculators.limits import checked

    try:
        return float(cell)
    except ValueError:
        return checked(name, cell)


def _case(given: argparse.Namespace, snapshot: Any) -> "tuple[MiningCase, dict[str, int]]":
    from wattmint.calculators.mining.fleet import fleet_case
    from wattmint.calculators.mining.static import case_of_machine

    figures, scheme, machines = _figures(given), given.pool_scheme or "fpps", _machines(given)
    if len(machines) > 1:
        for name in ("hashrate_ths", "power_w"):
            if name in figures:
                raise InputError(f"--{name.replace('_', '-')}", figures[name], "goes with one kind of machine")
        return fleet_case(machines, snapshot, pool_scheme=scheme, **figures), machines
    machine = next(iter(machines), None)
    figures["count"] = machines[machine] if machine is not None else 1 if given.count is None else given.count
    return case_of_machine(machine, snapshot, pool_scheme=scheme, **figures), machines


def _machines(given: argparse.Namespace) -> dict[str, int]:
    """Return number of machines by kind from ``--machine ID[:COUNT]`` and ``--count``."""
    found: dict[str, int] = {}
    words = given.machine or []
    for word in words:
        machine, colon, count = word.partition(":")
        if colon and (given.count is not None or not count.isascii() or not count.isdigit()):
            raise InputError("--machine", word, "ID or ID:COUNT with a whole number, and then without --count")
        found[machine] = found.get(machine, 0) + (int(count) if colon else given.count or 1)
    if given.count is not None and len(words) > 1:
        raise InputError("--count", given.count, "goes with one kind of machine; write --machine ID:COUNT for each")
    return found if given.count != 0 else dict.fromkeys(found, 0)


def _figures(given: argparse.Namespace) -> dict[str, float | None]:
    from wattmint.facts.load import attribute
    from wattmint.scenario.refusal import figure
    from wattmint.units import KWH_PER_MWH

    figures = {name: getattr(given, name) for name, _, _ in FIGURES if getattr(given, name) is not None}
    if given.power_price is not None:
        most = (attribute("power_price_usd_per_kwh").high or 0.0) * KWH_PER_MWH
        if not 0.0 <= given.power_price <= most:
            raise InputError("--power-price", given.power_price, f"a number from 0 to {figure(most)} USD/MWh: All-in price of energy")
        figures["power_price_usd_per_kwh"] = given.power_price / KWH_PER_MWH
    return figures


def _plan(given: argparse.Namespace) -> tuple[float, float, float]:
    from wattmint.calculators.limits import checked
    from wattmint.scenario.refusal import Words

    if given.plan_days is None:
        raise InputError("--plan-days", Words("(left out)"), "needed beside --plan-usd")
    ratio = 1.0 if given.plan_share_ratio is None else given.plan_share_ratio
    return checked("plan_usd", given.plan_usd), checked("plan_days", given.plan_days), checked("plan_share_ratio", ratio)
