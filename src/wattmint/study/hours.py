"""When the interruptible load runs: duration curve and month-by-hour map over the month library."""

import numpy as np

from wattmint.risk.measures import spread
from wattmint.risk.verdict import HoursPicture
from wattmint.study.collect import Collected
from wattmint.study.corridor import Prepared
from wattmint.types import FloatArray, MonthLibrary
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR

DURATION_POINTS = 201


def hours_picture(prepared: Prepared, collected: list[Collected]) -> HoursPicture | None:
    """Return the picture of the first build that has interruptible load.

    Parameters
    ----------
    prepared : Prepared
        Its library gives the hours; prices at the starting level.
    collected : list of Collected
        In the order of the builds; their strikes are used.

    Returns
    -------
    HoursPicture or None
        None when no build has interruptible load.
    """
    for build, result in zip(prepared.builds, collected, strict=True):
        for plan in build.plans:
            if plan.interruptible:
                cost = _it_mwh_cost(prepared, plan.hourly_pue)
                strike = spread(result.strike_usd_per_mwh)
                shares, costs = _duration(cost)
                able = True if plan.hourly_capacity is None else plan.hourly_capacity > 0.0
                on = (cost < (strike.p50 or 0.0)) & able
                return HoursPicture(build.name, strike, shares, costs, _on_share(prepared.library, cost, on))
    return None


def _it_mwh_cost(prepared: Prepared, hourly_pue: FloatArray) -> FloatArray:
    price = prepared.library.price_usd_per_mwh * prepared.library.market_level_factor
    return np.asarray(hourly_pue * (price + prepared.tariff.delivery_usd_per_mwh))


def _duration(cost: FloatArray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    shares = np.linspace(0.0, 1.0, DURATION_POINTS)
    costs = np.quantile(cost[np.isfinite(cost)], 1.0 - shares)
    return tuple(shares.tolist()), tuple(costs.tolist())


def _on_share(library: MonthLibrary, cost: FloatArray, on: np.ndarray) -> tuple[tuple[float, ...], ...]:
    valid = np.isfinite(cost)
    hours_per_day = int(HOURS_PER_DAY)
    cell = (library.calendar_month[:, None] - 1) * hours_per_day + library.hour_of_day
    cells = MONTHS_PER_YEAR * hours_per_day
    all_hours = np.bincount(cell[valid], minlength=cells)
    on_hours = np.bincount(cell[valid & on], minlength=cells)
    # A cell without any hour (a file shorter than a year) is undefined, not zero.
    share = np.divide(on_hours, all_hours, out=np.full(cells, np.nan), where=all_hours > 0)
    return tuple(tuple(row) for row in share.reshape(MONTHS_PER_YEAR, hours_per_day).tolist())
