"""What ``wattmint mine`` says: a case in a few lines, the league as a table, and which defaults of which date were used."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from wattmint.calculators.mining.league import LeagueRow
from wattmint.calculators.mining.static import MiningCase
from wattmint.cli.console import aligned
from wattmint.facts.load import record
from wattmint.market.snapshot import Snapshot
from wattmint.units import KWH_PER_MWH, W_PER_KW, W_PER_MW

DEFAULTED = (("power_price", "power price {:.4g} USD/MWh"), ("pool_fee", "pool fee {:.3g}"), ("uptime", "uptime {:.3g}"))
"""Options that a reader should know were left out, and how their default is said."""


def case_words(answer: Mapping[str, Any]) -> str:
    """Return one case as lines for reading; ``--json`` has every digit.

    Parameters
    ----------
    answer : mapping
        What ``--json`` prints.

    Returns
    -------
    str
        Lines.
    """
    lines = [_fleet_line(answer), *_day_lines(answer)]
    if "pool" in answer:
        lines.append(_pool_line(answer["pool"]))
    if "life" in answer:
        lines.append(_life_line(answer["life"]))
    if "plan" in answer:
        lines.append(_plan_line(answer["plan"]))
    return "\n".join(lines)


def league_words(rows: Sequence[LeagueRow]) -> str:
    """Return the league as a table.

    Parameters
    ----------
    rows : sequence of LeagueRow
        In order.

    Returns
    -------
    str
        One line per machine under a header.
    """
    header = ("", "machine", "J/TH", "USD/TH", "price", "of", "USD/day", "payback days", "break-even USD/MWh", "grade", "source")
    cells = [
        (
            str(place),
            row.machine,
            f"{row.j_per_th:.1f}",
            "-" if row.usd_per_th is None else f"{row.usd_per_th:.2f}",
            row.price_kind,
            row.price_as_of,
            f"{row.profit_usd_per_day:.2f}",
            "never" if row.payback_days is None and row.usd_per_th is not None else "-" if row.payback_days is None else f"{row.payback_days:,.0f}",
            f"{row.breakeven_power_usd_per_kwh * KWH_PER_MWH:.1f}",
            row.grade,
            row.source,
        )
        for place, row in enumerate(rows, 1)
    ]
    return aligned([header, *cells], right=(0, 2, 3, 6, 7, 8))


def market_notes(given: argparse.Namespace, case: MiningCase, snapshot: Snapshot) -> list[str]:
    """Return which market and which defaults the answer rests on.

    Parameters
    ----------
    given : Namespace
        The options.
    case : MiningCase
        As used.
    snapshot : Snapshot
        As shipped.

    Returns
    -------
    list of str
        Notes; none about what was given.
    """
    notes = []
    if any(getattr(given, name) is None for name in ("btc_usd", "difficulty", "subsidy_btc", "fees_btc_per_block")):
        notes.append(f"what was not given is from the {market_line(snapshot)}")
    values = {"power_price": case.power_price_usd_per_kwh * KWH_PER_MWH, "pool_fee": case.pool_fee, "uptime": case.uptime}
    left_out = [words.format(values[name]) for name, words in DEFAULTED if getattr(given, name) is None]
    return [*notes, *([f"defaults: {', '.join(left_out)}"] if left_out else [])]


def market_line(snapshot: Snapshot) -> str:
    """Return the snapshot in one phrase, with its date.

    Parameters
    ----------
    snapshot : Snapshot
        As shipped.

    Returns
    -------
    str
        Without a full stop.
    """
    fact = record("snapshot", "market")["btc_usd"]
    network = f"difficulty {snapshot.difficulty:.4g} ({snapshot.network_hashrate_ehs:,.0f} EH/s), block {snapshot.height:,.0f}"
    return f"market of {fact.as_of} ({fact.source}): {snapshot.btc_usd:,.0f} USD/BTC, {network}, fees {snapshot.fees_btc_per_block:.3g} BTC/block"


def _fleet_line(answer: Mapping[str, Any]) -> str:
    case = answer["case"]
    names = " + ".join(f"{count:,} x {record('machines', id_)['name'].value}" for id_, count in answer["machines"].items())
    total_ths, total_w = case["hashrate_ths"] * case["count"], case["power_w"] * case["count"]
    power = f"{total_w / W_PER_MW:,.3g} MW" if total_w >= W_PER_MW else f"{total_w / W_PER_KW:,.3g} kW"
    fleet = names or f"{case['count']:,.0f} machine{'s' if case['count'] > 1 else ''}"
    return f"{fleet}: {total_ths:,.0f} TH/s, {power}, {case['power_w'] / case['hashrate_ths']:.1f} J/TH"


def _day_lines(answer: Mapping[str, Any]) -> list[str]:
    capex, days = answer["case"]["capex_usd"], answer["payback_days"]
    if capex is None:
        payback = "payback unknown: no price is known for the machines; give --capex-usd"
    else:
        payback = f"never pays back {capex:,.0f} USD" if days is None else f"pays back {capex:,.0f} USD in {days:,.0f} days"
    earns = f"earns {answer['revenue_usd_per_day']:,.2f} USD a day ({answer['btc_per_day']:.6g} BTC)"
    profit = f"power costs {answer['power_cost_usd_per_day']:,.2f}, profit {answer['profit_usd_per_day']:,.2f}"
    prices = f"breaks even at {answer['breakeven_power_usd_per_kwh'] * KWH_PER_MWH:,.2f} USD/MWh, or at {answer['breakeven_btc_usd']:,.0f} USD/BTC"
    cost = f"power cost per bitcoin {answer['cost_per_btc_usd']:,.0f} USD, hashprice {answer['hashprice_usd_per_ph_day']:.2f} USD per PH/s and day"
    return [f"{earns}, {profit}", prices, cost, payback if days is None else f"{payback}, at today's difficulty and subsidy"]


def _pool_line(pool: Mapping[str, Any]) -> str:
    month = pool["days_30"]
    return (
        f"{pool['scheme']}: luck carried by the {pool['luck_carried_by']}; a day's pay {pool['mean_btc_per_day']:.4g} BTC, give or take "
        f"{pool['sd_btc_per_day']:.4g}; over 30 days {month['p10_btc']:.4g} to {month['p90_btc']:.4g} BTC (P10 to P90), "
        f"chance of a block {month['probability_of_a_block']:.4g}"
    )


def _life_line(life: Mapping[str, Any]) -> str:
    halvings = ", ".join(f"day {day:,.0f}" for day in life["halving_days"]) or "none"
    loses = life["profit_if_stopped_usd"] > life["profit_usd"]
    off = f" ({life['profit_if_stopped_usd']:,.0f} when switched off while a day loses)" if loses else ""
    back = "does not pay back within it" if life["payback_days"] is None else f"pays back on day {life['payback_days']:,.0f}"
    roi = "" if life["roi"] is None else f", ROI {life['roi']:.0%}"
    return (
        f"life of {life['days']:,.0f} days at this difficulty, halvings: {halvings}: {life['btc']:.6g} BTC, revenue {life['revenue_usd']:,.0f} USD, "
        f"profit {life['profit_usd']:,.0f}{off}; {back}{roi}"
    )


def _plan_line(plan: Mapping[str, Any]) -> str:
    days = "never breaks even" if plan["breakeven_days"] is None else f"breaks even in {plan['breakeven_days']:,.1f} days"
    return f"plan: {days}, net revenue {plan['net_revenue_usd']:,.2f} USD, revenue rate {plan['revenue_rate']:.1%}"
