"""Merit order: the hours that pay, exact to the hour, by one binary search per path-month; and its plain twin.

An hour is run when ``PUE · (L · p + a) < strike`` (strictly: at equality nothing is gained). In a month sorted by
``w = PUE · p``, every hour with ``L · w + a · PUE_high < strike`` runs and every hour with ``L · w + a · PUE_low >= strike``
does not. Between the two lies a narrow band, empty when a = 0, whose hours are looked at one by one with the very
expression of the rule. Both bounds are moved apart by more than rounding can do, so no hour is ever misjudged.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from wattmint.dispatch.duration import DurationCurves
from wattmint.types import FloatArray, IntArray

ROUNDING = 1e-12
"""The band is widened by this share of the sums compared; float64 rounds each of their few operations to about 1e-16."""

TWIN_CHUNK = 128
"""Path-months the plain twin expands to hours at a time: its arrays stay in the cache (fastest of 64 … 4096, to 10 %)."""

_HUGE = 1e300

ALL: Final = np.ones(1)
"""The steps of a load with one mode: all of its power at all of its value."""

Energy = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
"""hours_on [h], it_mwh, grid_mwh, energy_usd, value_mwh, each of shape (paths, months)."""


class PathMonths(NamedTuple):
    """What every path-month asks of the curves.

    Attributes
    ----------
    strike_usd_per_mwh : FloatArray, shape (paths or 1, months)
        What an IT MWh at nominal efficiency is worth; +inf for a load that never stops.
    power_level : FloatArray, shape (paths, months)
        Positive factor L on the historical prices.
    history_month : IntArray, shape (paths, months)
        Row of the library.
    in_service : FloatArray, shape (paths or 1, months)
        Share of `full_mw` that is there.
    month_hours : FloatArray, shape (months,)
        Hours of the calendar month; a library month with a gap stands for all of them.
    full_mw : float
        IT power of all that may be there.
    power_share, value_share : FloatArray, shape (steps,)
        Steps of power, as `types.Step`: each runs in its own hours, those that cost less than its share of the strike.
    """

    strike_usd_per_mwh: FloatArray
    power_level: FloatArray
    history_month: IntArray
    in_service: FloatArray
    month_hours: FloatArray
    full_mw: float = 1.0
    power_share: FloatArray = ALL
    value_share: FloatArray = ALL


@njit(cache=True, nogil=True)
def _share_of_step(there, power_share, before):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the power of a step over all power; where machines are missing, those there may go beyond nominal by what is left."""
    share = there * power_share
    return share if before + power_share <= 1.0 else min(share, max(1.0 - there * before, 0.0))


@njit(cache=True, nogil=True)
def _surely_on(wholesale, row, hours, level, limit):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return how many hours have ``level * wholesale < limit``; the row ascends and rounding keeps order."""
    if level * wholesale[row, hours - 1] < limit:
        return hours
    below, span = 0, hours
    while span > 1:  # a step without a branch: which half is unpredictable, and mispredicted jumps are what costs
        half = span >> 1
        below += half * (level * wholesale[row, below + half - 1] < limit)
        span -= half
    return below + (level * wholesale[row, below] < limit)


@njit(cache=True, nogil=True)
def _sums_on(strike, level, row, delivery, curves):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return number and sums of capacity, capacity · PUE and capacity · PUE · price of the hours of one month that pay."""
    hours = curves.hours[row]
    extra_1, extra_2 = delivery * curves.pue_low[row], delivery * curves.pue_high[row]
    doubt = ROUNDING * (min(abs(strike), _HUGE) + abs(extra_1) + abs(extra_2))
    sure_on, sure_off = strike - max(extra_1, extra_2) - doubt, strike - min(extra_1, extra_2) + doubt
    at = _surely_on(curves.wholesale_usd_per_it_mwh, row, hours, level, sure_on)
    count, capacity = curves.able_sum[row, at], curves.capacity_sum[row, at]
    pue, wholesale = curves.pue_sum[row, at], curves.wholesale_sum[row, at]
    while at < hours and level * curves.wholesale_usd_per_it_mwh[row, at] < sure_off:
        # Added without a branch: near the strike, which hours pay is as unpredictable as a coin.
        on = curves.pue[row, at] * (level * curves.price_usd_per_mwh[row, at] + delivery) < strike
        share = on * curves.capacity[row, at]
        count += share > 0.0
        capacity += share
        pue += share * curves.pue[row, at]
        wholesale += share * curves.wholesale_usd_per_it_mwh[row, at]
        at += 1
    return count, capacity, pue, wholesale


@njit(cache=True, nogil=True)
def paying_hours(asked: PathMonths, delivery_usd_per_mwh: float, curves: DurationCurves) -> Energy:
    """Run every path-month, step by step, in exactly the hours that pay.

    All steps of a path-month are settled at once: three times through the same months would read everything three times.

    Parameters
    ----------
    asked : PathMonths
        C-ordered float64 and int64 arrays.
    delivery_usd_per_mwh : float
        Added to every grid MWh before the hours are chosen; not part of the energy cost returned.
    curves : DurationCurves
        From `duration_curves`.

    Returns
    -------
    tuple of FloatArray, each of shape (paths, months)
        hours_on [h] (those with capacity, of the first step), it_mwh, grid_mwh, energy_usd (wholesale), value_mwh (`it_mwh` weighted by the
        steps' values). All zero where nothing is in service.
    """
    strikes, levels, rows, services, lengths, full_mw, power_share, value_share = asked
    paths, months = levels.shape
    hours_on, it_mwh, grid_mwh, energy_usd = (
        np.zeros((paths, months)),
        np.zeros((paths, months)),
        np.zeros((paths, months)),
        np.zeros((paths, months)),
    )
    is_nominal = value_share.size == 1 and value_share[0] == 1.0
    value_mwh = it_mwh if is_nominal else np.zeros((paths, months))
    one_strike, one_service = strikes.shape[0] == 1, services.shape[0] == 1
    for p in range(paths):
        for m in range(months):
            there = services[0 if one_service else p, m]
            if there == 0.0:
                continue
            level, row, worth = levels[p, m], rows[p, m], strikes[0 if one_strike else p, m]
            stands_for, before = lengths[m] / curves.hours[row], 0.0
            for k in range(power_share.size):
                power = _share_of_step(there, power_share[k], before) * full_mw
                before += power_share[k]
                if power == 0.0:
                    continue
                count, capacity, pue, wholesale = _sums_on(worth * value_share[k], level, row, delivery_usd_per_mwh, curves)
                if k == 0:
                    hours_on[p, m] = count * lengths[m] / curves.hours[row]  # in this order it is exact when all hours run
                it = power * (capacity * lengths[m] / curves.hours[row])
                it_mwh[p, m] += it
                grid_mwh[p, m] += power * stands_for * pue
                energy_usd[p, m] += power * stands_for * level * wholesale
                if not is_nominal:
                    value_mwh[p, m] += it * value_share[k]
    return hours_on, it_mwh, grid_mwh, energy_usd, value_mwh


def paying_hours_plain(
    asked: PathMonths, delivery_usd_per_mwh: float, price_usd_per_mwh: FloatArray, hourly_pue: FloatArray, hourly_capacity: FloatArray
) -> Energy:
    """Do what `paying_hours` does step after step by looking at every hour: its specification, in plain NumPy.

    Parameters
    ----------
    asked : PathMonths
        As for `paying_hours`.
    delivery_usd_per_mwh : float
        As for `paying_hours`.
    price_usd_per_mwh, hourly_pue, hourly_capacity : FloatArray, shape (n, h)
        The library's hours in the order of time; padding has a NaN price.

    Returns
    -------
    tuple of FloatArray, each of shape (paths, months)
        As `paying_hours`.
    """
    shape = asked.power_level.shape
    hours_on, it_mwh, grid_mwh, energy_usd, value_mwh = (np.zeros(shape) for _ in range(5))
    before = 0.0
    for step, (power_share, value_share) in enumerate(zip(asked.power_share.tolist(), asked.value_share.tolist(), strict=True)):
        left = np.inf if before + power_share <= 1.0 else np.maximum(1.0 - asked.in_service * before, 0.0)
        power = np.broadcast_to(np.minimum(asked.in_service * power_share, left) * asked.full_mw, shape)
        strike = np.broadcast_to(asked.strike_usd_per_mwh * value_share, shape)
        found = _one_step_plain(asked, (strike, power), delivery_usd_per_mwh, (price_usd_per_mwh, hourly_pue, hourly_capacity))
        hours_on = found[0] if step == 0 else hours_on
        it_mwh, grid_mwh, energy_usd = it_mwh + found[1], grid_mwh + found[2], energy_usd + found[3]
        value_mwh, before = value_mwh + found[1] * value_share, before + power_share
    return hours_on, it_mwh, grid_mwh, energy_usd, value_mwh


def _one_step_plain(
    asked: PathMonths, step: tuple[FloatArray, FloatArray], delivery_usd_per_mwh: float, hourly: tuple[FloatArray, FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return hours_on, it_mwh, grid_mwh and energy_usd of one step; `step` is its strike and power, `hourly` price, PUE and capacity."""
    shape, (price_usd_per_mwh, hourly_pue, hourly_capacity) = asked.power_level.shape, hourly
    strike, power = (values.ravel() for values in step)
    level, row = asked.power_level.ravel(), asked.history_month.ravel()
    month_hours = np.broadcast_to(asked.month_hours, shape).ravel()
    priced = np.isfinite(price_usd_per_mwh)
    prices, pues, capacities = (
        np.where(priced, values, rest) for values, rest in ((price_usd_per_mwh, np.inf), (hourly_pue, 1.0), (hourly_capacity, 0.0))
    )
    count, capacity_sum, pue_sum, wholesale_sum = (np.empty(level.size) for _ in range(4))
    for start in range(0, level.size, TWIN_CHUNK):
        part = slice(start, start + TWIN_CHUNK)
        price, pue, capacity = prices[row[part]], pues[row[part]], capacities[row[part]]
        on = pue * (level[part, None] * price + delivery_usd_per_mwh) < strike[part, None]
        count[part] = (on & (capacity > 0.0)).sum(axis=1)
        capacity_sum[part] = np.where(on, capacity, 0.0).sum(axis=1)
        pue_sum[part] = np.where(on, capacity * pue, 0.0).sum(axis=1)
        wholesale_sum[part] = np.where(on, capacity * pue * np.where(on, price, 0.0), 0.0).sum(axis=1)
    hours = priced.sum(axis=1)[row]
    hours_on, stands_for = np.where(power == 0.0, 0.0, count * month_hours / hours), month_hours / hours
    it_mwh = power * (capacity_sum * month_hours / hours)
    grid_mwh, energy_usd = power * stands_for * pue_sum, power * stands_for * level * wholesale_sum
    return hours_on.reshape(shape), it_mwh.reshape(shape), grid_mwh.reshape(shape), energy_usd.reshape(shape)
