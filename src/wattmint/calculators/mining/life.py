"""Over a machine's life: the halving, which the static day does not know; and hash-rate plans by their seller's static rule.

Difficulty, coin price and fees stay those of the day; only the subsidy moves, by block height. At a difficulty that stays,
blocks come every ten minutes, so a life is a handful of eras of constant profit and every sum is closed: days of the era
before each halving times that era's day. The life begins on the day of the snapshot's block height.
"""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

from wattmint.calculators.mining.static import MiningCase, MiningResult, static_result
from wattmint.errors import InputError
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS
from wattmint.physics.hashing import BLOCK_INTERVAL_S
from wattmint.units import DAYS_PER_YEAR, MONTHS_PER_YEAR, SAT_PER_BTC, SECONDS_PER_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningLife:
    """What a case makes over its machines' life, the halving included.

    Attributes
    ----------
    days : float
        Length of the life.
    halving_days : tuple of float
        Days from the start to each halving within the life.
    btc, revenue_usd, power_cost_usd, profit_usd : float
        Sums over the life, the machines running on whatever a day earns.
    profit_if_stopped_usd : float
        The same when they stay off in the eras that lose money.
    payback_days : float or None
        Day on which the profits so far reach the capital, the machines off in eras that lose; None when not within the life,
        or no capital is known.
    roi : float or None
        `profit_if_stopped_usd` less capital, over capital; None without capital.
    """

    days: float
    halving_days: tuple[float, ...]
    btc: float
    revenue_usd: float
    power_cost_usd: float
    profit_usd: float
    profit_if_stopped_usd: float
    payback_days: float | None
    roi: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A hash-rate plan by its seller's static rule.

    Attributes
    ----------
    output_usd_per_th_day, electricity_usd_per_th_day : float
        What a TH/s earns and what its electricity costs in a day.
    breakeven_days : float or None
        Days until the plan's price is earned back; None when a day earns nothing.
    net_revenue_usd : float
        What is left at the end of the plan, times the buyer's share.
    revenue_rate : float
        Net revenue over the plan's price.
    """

    output_usd_per_th_day: float
    electricity_usd_per_th_day: float
    breakeven_days: float | None
    net_revenue_usd: float
    revenue_rate: float


def life_result(case: MiningCase, height: float, months: float) -> MiningLife:
    """Return what a case makes over a life of so many months.

    Parameters
    ----------
    case : MiningCase
        Its subsidy is that of the first era.
    height : float
        Block height on the first day, as of the snapshot.
    months : float
        Life, above 0; a month is a twelfth of 365.25 days.

    Returns
    -------
    MiningLife
        At static difficulty, price and fees.

    Raises
    ------
    InputError
        If `months` is not above 0 and finite, or `height` is negative.
    """
    if not 0.0 < months < math.inf:
        raise InputError("life_months", months, "above 0")
    if not 0.0 <= height < math.inf:
        raise InputError("height", height, "0 or above")
    days = months * DAYS_PER_YEAR / MONTHS_PER_YEAR
    halvings = halving_days(height, days)
    spans = [end - start for start, end in zip((0.0, *halvings), (*halvings, days), strict=True)]
    eras = [(span, static_result(_in_era(case, era))) for era, span in enumerate(spans)]
    profit_if_stopped = sum(span * max(day.profit_usd_per_day, 0.0) for span, day in eras)
    return MiningLife(
        days=days,
        halving_days=halvings,
        btc=sum(span * day.btc_per_day for span, day in eras),
        revenue_usd=sum(span * day.revenue_usd_per_day for span, day in eras),
        power_cost_usd=sum(span * day.power_cost_usd_per_day for span, day in eras),
        profit_usd=sum(span * day.profit_usd_per_day for span, day in eras),
        profit_if_stopped_usd=profit_if_stopped,
        payback_days=_payback(case.capex_usd, eras),
        roi=(profit_if_stopped - case.capex_usd) / case.capex_usd if case.capex_usd else None,
    )


def halving_days(height: float, days: float) -> tuple[float, ...]:
    """Return when the subsidy halves within a span of days, at a block every ten minutes.

    Parameters
    ----------
    height : float
        Block height on the first day.
    days : float
        Length of the span.

    Returns
    -------
    tuple of float
        Days from the start, rising, below `days`.
    """
    blocks_per_day = SECONDS_PER_DAY / BLOCK_INTERVAL_S
    first = (HALVING_INTERVAL_BLOCKS - height % HALVING_INTERVAL_BLOCKS) / blocks_per_day
    count = max(0, math.ceil((days - first) * blocks_per_day / HALVING_INTERVAL_BLOCKS))
    return tuple(first + number * HALVING_INTERVAL_BLOCKS / blocks_per_day for number in range(count))


def plan_result(
    plan_usd: float, plan_days: float, hashrate_ths: float, output_usd_per_th_day: float, electricity_usd_per_th_day: float, share_ratio: float = 1.0
) -> PlanResult:
    """Return a hash-rate plan's static break-even, net revenue and revenue rate as its sellers compute them.

    Parameters
    ----------
    plan_usd : float
        Price of the plan (the hash-rate fee), above 0.
    plan_days : float
        How long it runs.
    hashrate_ths : float
        Hashrate bought, above 0.
    output_usd_per_th_day, electricity_usd_per_th_day : float
        What a TH/s earns, and what its electricity is charged at, per day.
    share_ratio : float
        Share of the net revenue that the buyer keeps, 0 to 1.

    Returns
    -------
    PlanResult
        ``break-even days = fee / (TH × (output − electricity))``,
        ``net revenue = (days − break-even days) × TH × (output − electricity) × share ratio``, ``rate = net revenue / fee``.
        The product is computed as ``(days × TH × (output − electricity) − fee) × share ratio``, which is the same and also holds
        where a day earns nothing.
    """
    usd_per_day = hashrate_ths * (output_usd_per_th_day - electricity_usd_per_th_day)
    net_revenue = (plan_days * usd_per_day - plan_usd) * share_ratio
    return PlanResult(
        output_usd_per_th_day=output_usd_per_th_day,
        electricity_usd_per_th_day=electricity_usd_per_th_day,
        breakeven_days=plan_usd / usd_per_day if usd_per_day > 0.0 else None,
        net_revenue_usd=net_revenue,
        revenue_rate=net_revenue / plan_usd,
    )


def plan_of(case: MiningCase, plan_usd: float, plan_days: float, share_ratio: float = 1.0) -> PlanResult:
    """Return the plan's result at what the case's hashrate earns and its electricity costs; arguments as for `plan_result`."""
    day = static_result(case)
    hashrate_ths = case.hashrate_ths * case.count
    output, electricity = day.revenue_usd_per_day / hashrate_ths, day.power_cost_usd_per_day / hashrate_ths
    return plan_result(plan_usd, plan_days, hashrate_ths, output, electricity, share_ratio)


def _in_era(case: MiningCase, halvings: int) -> MiningCase:
    """Return the case after so many halvings; the chain counts in satoshi and drops the odd one."""
    if halvings == 0:
        return case
    satoshi = round(case.subsidy_btc * SAT_PER_BTC) >> halvings
    return dataclasses.replace(case, subsidy_btc=satoshi / SAT_PER_BTC)


def _payback(capex_usd: float | None, eras: Sequence[tuple[float, MiningResult]]) -> float | None:
    if capex_usd is None:
        return None
    owed, day = capex_usd, 0.0
    for span, result in eras:
        profit = result.profit_usd_per_day
        if profit > 0.0:
            if owed <= span * profit:
                return day + owed / profit
            owed -= span * profit
        day += span
    return None
