"""Present value and rates of return of flows on dates, counted in days over 365: XNPV and XIRR."""

import datetime as dt
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from wattmint.errors import InputError
from wattmint.finance.irr import IrrResult, irr
from wattmint.types import FloatArray
from wattmint.units import DAYS_PER_COMMON_YEAR


def xnpv(rate: float, dates: Sequence[dt.date], flows: ArrayLike) -> float:
    """Return the present value of dated flows on the first date: ``Σ c_k (1 + rate)^(−days_k/365)``.

    Parameters
    ----------
    rate : float
        Per year, above −1.
    dates : sequence of date
        In any order.
    flows : array_like, shape (n,)
        One for each date, money in positive.

    Returns
    -------
    float

    Raises
    ------
    InputError
        If there are not as many flows as dates, or the rate is −100 % or less.
    """
    if not (math.isfinite(rate) and rate > -1.0):
        raise InputError("rate", rate, "above -1 (-100 % per year)")
    values, days = _checked(dates, flows)
    return float(np.sum(values * (1.0 + rate) ** (-days / DAYS_PER_COMMON_YEAR)))


def xirr(dates: Sequence[dt.date], flows: ArrayLike) -> IrrResult:
    """Return every rate of return per year of dated flows, or why there is none.

    Parameters
    ----------
    dates : sequence of date
        In any order; flows on one day are added.
    flows : array_like, shape (n,)
        One for each date, money in positive.

    Returns
    -------
    IrrResult
        As from `wattmint.finance.irr.irr` of the flows day by day, its rates per year of 365 days; infinite where beyond float64.

    Raises
    ------
    InputError
        If there are not as many flows as dates, or one is not finite.

    Examples
    --------
    >>> import datetime as dt
    >>> round(xirr([dt.date(2025, 1, 1), dt.date(2026, 1, 1)], [-100.0, 110.0]).roots[0], 9)
    0.1
    """
    values, days = _checked(dates, flows)
    daily = np.zeros(int(days.max()) + 1)
    np.add.at(daily, days.astype(np.int64), values)
    found = irr(daily)
    with np.errstate(over="ignore"):
        roots = tuple(float(np.expm1(DAYS_PER_COMMON_YEAR * math.log1p(root))) for root in found.roots)
    return IrrResult(roots, found.status, found.sign_changes, found.reason)


def _checked(dates: Sequence[dt.date], flows: ArrayLike) -> tuple[FloatArray, FloatArray]:
    values = np.asarray(flows, dtype=np.float64)
    if values.shape != (len(dates),) or values.size == 0:
        raise InputError("flows", flows, f"one flow for each of the {len(dates)} dates")
    if not np.isfinite(values).all():
        raise InputError("flows", flows, "finite numbers")
    first = min(dates)
    return values, np.array([(day - first).days for day in dates], dtype=np.float64)
