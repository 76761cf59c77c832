"""The league of machines: every machine of the table at one power price and one market, and how far each row can be trusted."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from wattmint.calculators.mining.coins import coin
from wattmint.calculators.mining.static import BITCOIN, case_of_machine, static_result
from wattmint.errors import UnknownNameError
from wattmint.facts.load import Fact, table
from wattmint.facts.prices import machine_price
from wattmint.market.snapshot import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueRow:
    """One machine's place.

    Attributes
    ----------
    machine, name, release_date : str
        Id and name in the facts table `machines`; the date is empty when unknown.
    j_per_th : float
        Energy per terahash.
    usd_per_th : float or None
        Price; None beyond the tiers of the published index.
    price_kind : str
        ``own`` (of this machine), ``tier`` (of its efficiency tier) or ``none``.
    price_source, price_as_of : str
        Where the price is from.
    profit_usd_per_day : float
        Of one machine.
    payback_days : float or None
        None when it never pays back, or has no price.
    breakeven_power_usd_per_kwh : float
        Power price at which it earns nothing.
    grade : str
        Of the source of hashrate and power: A vendor or dated listing, B secondary, C doubtful.
    source : str
        Id of that source in the bibliography.
    """

    machine: str
    name: str
    release_date: str
    j_per_th: float
    usd_per_th: float | None
    price_kind: str
    price_source: str
    price_as_of: str
    profit_usd_per_day: float
    payback_days: float | None
    breakeven_power_usd_per_kwh: float
    grade: str
    source: str


def _or_last(value: float | None) -> float:
    return math.inf if value is None else value


SORTS: Final[Mapping[str, Callable[[LeagueRow], float]]] = {
    "payback": lambda row: _or_last(row.payback_days),
    "breakeven": lambda row: -row.breakeven_power_usd_per_kwh,
    "efficiency": lambda row: row.j_per_th,
    "price": lambda row: _or_last(row.usd_per_th),
    "profit": lambda row: -row.profit_usd_per_day,
}
"""What the league can be sorted by, the best first; rows that lack it last."""


def league(snapshot: Snapshot, *, sort: str = "payback", pool_scheme: str = "fpps", **given: float | None) -> tuple[LeagueRow, ...]:
    """Return every bitcoin machine of the facts table, ranked.

    Parameters
    ----------
    snapshot : Snapshot
        The market where `given` does not say otherwise.
    sort : str
        One of `SORTS`; equals are ranked by break-even power price.
    pool_scheme, **given
        As for `wattmint.calculators.mining.static.case_of_machine`, for one machine of each kind.

    Returns
    -------
    tuple of LeagueRow
        The best first.

    Raises
    ------
    UnknownNameError, InputError
        If the sort is unknown or a number is refused.
    """
    if sort not in SORTS:
        raise UnknownNameError("sort", sort, SORTS)
    algorithm = coin(BITCOIN).algorithm
    of_bitcoin = {machine: facts for machine, facts in table("machines").items() if facts["algorithm"].value == algorithm}
    rows = [_row(machine, facts, snapshot, pool_scheme, given) for machine, facts in of_bitcoin.items()]
    return tuple(sorted(rows, key=lambda row: (SORTS[sort](row), -row.breakeven_power_usd_per_kwh)))


def _row(machine: str, facts: Mapping[str, Fact], snapshot: Snapshot, pool_scheme: str, given: Mapping[str, Any]) -> LeagueRow:
    result = static_result(case_of_machine(machine, snapshot, pool_scheme=pool_scheme, **given))
    efficiency = float(facts["power_w"].value) / float(facts["hashrate_ths"].value)
    price = machine_price(machine, efficiency)
    return LeagueRow(
        machine=machine,
        name=str(facts["name"].value),
        release_date=str(facts["release_date"].value) if "release_date" in facts else "",
        j_per_th=efficiency,
        usd_per_th=None if price is None else float(price.value),
        price_kind="none" if price is None else "own" if price.table == "machines" else "tier",
        price_source="" if price is None else price.source,
        price_as_of="" if price is None else price.as_of,
        profit_usd_per_day=result.profit_usd_per_day,
        payback_days=result.payback_days,
        breakeven_power_usd_per_kwh=result.breakeven_power_usd_per_kwh,
        grade=str(facts["reliability"].value),
        source=facts["hashrate_ths"].source,
    )
