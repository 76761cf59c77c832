"""What a row of flows returns: present value, rates of return, paybacks, capital need. Before tax and without debt.

Column 0 is the day of decision, column k the end of month k; rates are per year unless a name says otherwise.
"""

from typing import Final

import numpy as np

from wattmint.errors import InputError
from wattmint.finance.functions import present_value
from wattmint.finance.irr import IrrResult, irr, irr_roots
from wattmint.finance.irr_paths import irr_by_path
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

__all__ = [
    "IrrResult",
    "capital_need",
    "discount_factors",
    "discounted_payback_months",
    "irr",
    "irr_by_path",
    "irr_of_investment",
    "irr_roots",
    "monthly_rate",
    "npv",
    "payback_months",
    "roi",
]


HIGHEST_IRR: Final = 10.0
"""Per year; what gives back more than ten times as much a year was not bought for it."""


def monthly_rate(annual_rate: float) -> float:
    """Return the monthly rate that compounds to `annual_rate`: ``(1 + annual)^(1/12) − 1``.

    Parameters
    ----------
    annual_rate : float
        Per year, above −1.

    Returns
    -------
    float
        Per month.

    Raises
    ------
    InputError
        The rate is −100 % or less, or not finite.
    """
    if not (np.isfinite(annual_rate) and annual_rate > -1.0):
        raise InputError("discount_rate", annual_rate, "above -1 (-100 % per year)")
    return float(np.expm1(np.log1p(annual_rate) / MONTHS_PER_YEAR))


def discount_factors(annual_rate: float, months: int) -> FloatArray:
    """Return what a dollar at the end of each month is worth on the day of decision.

    Parameters
    ----------
    annual_rate : float
        Per year, above −1.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (months + 1,)
        Entry 0 is 1.
    """
    return np.asarray((1.0 + monthly_rate(annual_rate)) ** -np.arange(months + 1, dtype=np.float64))


def npv(net: FloatArray, annual_rate: float) -> FloatArray:
    """Return the net present value of every path on the day of decision.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows [USD].
    annual_rate : float
        Discount rate per year.

    Returns
    -------
    FloatArray, shape (paths,)
        USD.
    """
    return present_value(monthly_rate(annual_rate), net)


def irr_of_investment(net: FloatArray, need_usd: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the rate of return of every path on which money is put in.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows [USD].
    need_usd : FloatArray, shape (paths,)
        From `capital_need`.

    Returns
    -------
    irr, roots : FloatArray, shape (paths,)
        Per year, and how many roots there are, as `irr_by_path`; NaN and 0 where money comes in first, where the cumulative flow never falls
        below zero, and beyond `HIGHEST_IRR`. The roots of such flows, those of a plant that is there already, are what borrowing from it
        costs, or come of one bad month, and are no returns.
    """
    rate, roots = irr_by_path(net)
    first = net[np.arange(net.shape[0]), (net != 0.0).argmax(axis=1)]
    invested = (need_usd > 0.0) & (first < 0.0) & ~(rate > HIGHEST_IRR)
    return np.where(invested, rate, np.nan), np.where(invested, roots, 0).astype(np.float64)


def payback_months(net: FloatArray) -> FloatArray:
    """Return when each path has first earned back what it spent.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows, of one month at least.

    Returns
    -------
    FloatArray, shape (paths,)
        Months from the day of decision to the first time the cumulative flow, having been negative, is back at zero,
        interpolated within the month. Later outlays (a replacement) may sink it again. 0 where it never was negative,
        NaN where it does not come back inside the horizon.
    """
    cumulative = np.cumsum(net, axis=1)
    below = cumulative < 0.0
    back = below[:, :-1] & ~below[:, 1:]
    month = back.argmax(axis=1)
    rows = np.arange(net.shape[0])
    paid = back[rows, month]
    result = np.where(below.any(axis=1), np.nan, 0.0)
    rows, month = rows[paid], month[paid]
    owed, flow = -cumulative[rows, month], net[rows, month + 1]
    result[rows] = month + np.minimum(owed / flow, 1.0)
    return result


def discounted_payback_months(net: FloatArray, annual_rate: float) -> FloatArray:
    """Return `payback_months` of the discounted flows.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows.
    annual_rate : float
        Discount rate per year.

    Returns
    -------
    FloatArray, shape (paths,)
        Months; 0 and NaN as in `payback_months`.
    """
    return payback_months(net * discount_factors(annual_rate, net.shape[1] - 1))


def capital_need(net: FloatArray) -> FloatArray:
    """Return the deepest point of each path's cumulative flow, as a positive number.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows [USD].

    Returns
    -------
    FloatArray, shape (paths,)
        USD; 0 where the cumulative flow never is negative.
    """
    return np.asarray(np.maximum(-np.cumsum(net, axis=1).min(axis=1), 0.0))


def roi(net: FloatArray) -> FloatArray:
    """Return total net flow per dollar of capital need.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows.

    Returns
    -------
    FloatArray, shape (paths,)
        0 means the money came back and no more; NaN where no capital was needed.
    """
    need = capital_need(net)
    return np.asarray(np.divide(net.sum(axis=1), need, out=np.full(need.shape, np.nan), where=need > 0.0))
