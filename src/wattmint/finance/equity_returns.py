"""What the owner's money returns beside NPV and IRR: modified rate of return, multiple, and rates without inflation."""

import numpy as np

from wattmint.finance.functions import mirr
from wattmint.finance.returns import monthly_rate
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR


def mirr_by_path(net: FloatArray, annual_rate: float) -> FloatArray:
    """Return each path's modified internal rate of return per year, money out financed and money in reinvested at one rate.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows [USD].
    annual_rate : float
        Of finance and reinvestment, per year.

    Returns
    -------
    FloatArray, shape (paths,)
        ``(worth of the inflows at the end / worth of the outflows at the start)^(12 / months) − 1``; NaN without outflow, −1 without inflow.
    """
    monthly = monthly_rate(annual_rate)
    return np.asarray((1.0 + mirr(net, monthly, monthly)) ** MONTHS_PER_YEAR - 1.0)


def multiple(net: FloatArray) -> FloatArray:
    """Return what each path gives back per dollar put in.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows of the owner [USD].

    Returns
    -------
    FloatArray, shape (paths,)
        Sum of inflows over sum of outflows; NaN where nothing is put in.
    """
    paid = np.maximum(-net, 0.0).sum(axis=1)
    return np.asarray(np.divide(net.sum(axis=1) + paid, paid, out=np.full(paid.shape, np.nan), where=paid > 0.0))


def real_rate(nominal: FloatArray, inflation: float) -> FloatArray:
    """Return rates of return in money of constant worth: ``(1 + nominal) / (1 + inflation) − 1``.

    Parameters
    ----------
    nominal : FloatArray
        Per year.
    inflation : float
        Per year.

    Returns
    -------
    FloatArray
        Of the same shape.
    """
    return np.asarray((1.0 + nominal) / (1.0 + inflation) - 1.0)
