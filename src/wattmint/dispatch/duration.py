"""Duration curves: each library month's hours in the order of what an IT megawatt-hour costs there, with running sums.

An IT megawatt-hour in hour h costs ``PUE_h · (L · p_h + a)``: wholesale price p at the path-month's price level L, plus
delivery a, on every grid megawatt-hour that cooling and losses make of it. Sorting by ``w_h = PUE_h · p_h`` puts the
hours in exactly this order when a = 0, and nearly so otherwise; `wattmint.dispatch.merit` settles the rest hour by hour.
"""

from typing import NamedTuple

import numpy as np

from wattmint.errors import InputError
from wattmint.types import FloatArray, IntArray, MonthLibrary


class DurationCurves(NamedTuple):
    """A month library's hours, cheapest first. A tuple, because kernels take tuples.

    Attributes
    ----------
    hours : IntArray, shape (n,)
        Hours of each month; entries behind them are padding.
    wholesale_usd_per_it_mwh : FloatArray, shape (n, h)
        ``PUE · price`` of each hour, ascending; padding +inf.
    price_usd_per_mwh, pue, capacity : FloatArray, shape (n, h)
        Of the same hours, in the same order; padding 0. Capacity is the share of its power that the load can run at.
    able_sum, capacity_sum, pue_sum, wholesale_sum : FloatArray, shape (n, h + 1)
        Entry k: over the k cheapest hours, the number of those with capacity above 0, and the sums of capacity,
        ``capacity · PUE`` and ``capacity · PUE · price``.
    pue_low, pue_high : FloatArray, shape (n,)
        Least and greatest PUE of each month.
    """

    hours: IntArray
    wholesale_usd_per_it_mwh: FloatArray
    price_usd_per_mwh: FloatArray
    pue: FloatArray
    capacity: FloatArray
    able_sum: FloatArray
    capacity_sum: FloatArray
    pue_sum: FloatArray
    wholesale_sum: FloatArray
    pue_low: FloatArray
    pue_high: FloatArray


def duration_curves(library: MonthLibrary, hourly_pue: FloatArray, hourly_capacity: FloatArray | None = None) -> DurationCurves:
    """Sort every month of the library and keep its running sums.

    Parameters
    ----------
    library : MonthLibrary
        Historical months; NaN prices are padding.
    hourly_pue : FloatArray, shape (n, h)
        Power usage effectiveness in each of the library's hours [MWh grid per MWh IT].
    hourly_capacity : FloatArray, shape (n, h), optional
        Share of its power at which the load can run in each hour, 0 to 1 (heat); 1 throughout when left out.

    Returns
    -------
    DurationCurves
        Hours of equal cost keep their order in time, so the sums are the same on every machine.

    Raises
    ------
    InputError
        A month has no hours, or an hour with a price has no positive PUE or no capacity from 0 to 1.
    """
    price = library.price_usd_per_mwh
    valid = np.isfinite(price)
    capacity = np.ones_like(price) if hourly_capacity is None else hourly_capacity
    _check(library, hourly_pue, capacity, valid)
    wholesale = np.where(valid, hourly_pue * np.where(valid, price, 0.0), np.inf)
    order = np.argsort(wholesale, axis=1, kind="stable")
    wholesale_sorted = np.take_along_axis(wholesale, order, axis=1)
    pue_sorted = np.take_along_axis(np.where(valid, hourly_pue, 0.0), order, axis=1)
    capacity_sorted = np.take_along_axis(np.where(valid, capacity, 0.0), order, axis=1)
    return DurationCurves(
        hours=valid.sum(axis=1, dtype=np.int64),
        wholesale_usd_per_it_mwh=wholesale_sorted,
        price_usd_per_mwh=np.take_along_axis(np.where(valid, price, 0.0), order, axis=1),
        pue=pue_sorted,
        capacity=capacity_sorted,
        able_sum=_running_sum((capacity_sorted > 0.0).astype(np.float64)),
        capacity_sum=_running_sum(capacity_sorted),
        pue_sum=_running_sum(capacity_sorted * pue_sorted),
        wholesale_sum=_running_sum(capacity_sorted * np.where(np.isfinite(wholesale_sorted), wholesale_sorted, 0.0)),
        pue_low=np.min(np.where(valid, hourly_pue, np.inf), axis=1),
        pue_high=np.max(np.where(valid, hourly_pue, -np.inf), axis=1),
    )


def _check(library: MonthLibrary, hourly_pue: FloatArray, hourly_capacity: FloatArray, valid: np.ndarray) -> None:
    for name, values in (("hourly_pue", hourly_pue), ("hourly_capacity", hourly_capacity)):
        if values.shape != valid.shape:
            raise InputError(name, values.shape, f"one value per hour of the month library, shape {valid.shape}")
    if not valid.any(axis=1).all():
        empty = library.labels[int(np.argmin(valid.any(axis=1)))]
        raise InputError("library", empty, "a month with at least one priced hour")
    bad = valid & ~((hourly_pue > 0.0) & np.isfinite(hourly_pue))
    if bad.any():
        raise InputError("hourly_pue", float(hourly_pue[bad][0]), "positive in every hour that has a price")
    bad = valid & ~((hourly_capacity >= 0.0) & (hourly_capacity <= 1.0))
    if bad.any():
        raise InputError("hourly_capacity", float(hourly_capacity[bad][0]), "from 0 to 1 in every hour that has a price")


def _running_sum(values: FloatArray) -> FloatArray:
    sums = np.zeros((values.shape[0], values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums
