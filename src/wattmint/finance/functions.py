"""The functions of a financial calculator, by their usual names, signs and argument order: level payments, and MIRR.

Money received is positive, money paid negative; a rate belongs to one period. The seven functions of level payments obey

    present·(1 + rate)^periods + payment·(1 + rate·when)·((1 + rate)^periods − 1)/rate + future = 0

with `when` 0 for payments at the ends of periods and 1 at their beginnings; at a rate of 0 the fraction is `periods`. Where a
spreadsheet returns an error, or one of several answers, these raise `InputError` and say why. Rates of return of any row of
flows are in `wattmint.finance.irr`, of dated flows in `wattmint.finance.dated`, paybacks in `wattmint.finance.returns`.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from wattmint.errors import InputError
from wattmint.finance.irr import irr
from wattmint.types import FloatArray


def present_value(rate: float, flows: ArrayLike) -> FloatArray:
    """Return the value of flows on the day of the first one, which is not discounted.

    Parameters
    ----------
    rate : float
        Per period, above −1.
    flows : array_like, shape (..., periods + 1)
        Money in positive. A spreadsheet's NPV discounts its first value too: give it a zero before.

    Returns
    -------
    FloatArray, shape (...)
    """
    _check_rate(rate)
    values = np.asarray(flows, dtype=np.float64)
    factors = (1.0 + rate) ** -np.arange(values.shape[-1], dtype=np.float64)
    # einsum, not a matrix product: the latter may add in another order on another number of threads.
    return np.asarray(np.einsum("...m,m->...", values, factors))


def mirr(flows: ArrayLike, finance_rate: float, reinvest_rate: float) -> FloatArray:
    """Return the modified internal rate of return: there is never more than one.

    Outflows are discounted to the first day at the rate money is borrowed at, inflows are carried to the last day at the rate
    they earn; what brings the one to the other is the result.

    Parameters
    ----------
    flows : array_like, shape (..., periods + 1)
        Two or more; money in positive.
    finance_rate, reinvest_rate : float
        Per period, above −1.

    Returns
    -------
    FloatArray, shape (...)
        Per period; −1 where nothing comes back, NaN where nothing is spent.
    """
    _check_rate(finance_rate, "finance_rate")
    _check_rate(reinvest_rate, "reinvest_rate")
    values = np.asarray(flows, dtype=np.float64)
    periods = values.shape[-1] - 1
    if periods < 1:
        raise InputError("flows", flows, "two or more flows")
    spent = -present_value(finance_rate, np.minimum(values, 0.0))
    earned = present_value(reinvest_rate, np.maximum(values, 0.0)) * (1.0 + reinvest_rate) ** periods
    ratio = np.divide(earned, spent, out=np.full(spent.shape, np.nan), where=spent > 0.0)
    return np.asarray(ratio ** (1.0 / periods) - 1.0)


def fv(rate: float, periods: float, payment: float, present: float, when: int = 0) -> float:
    """Return the amount left at the end of level payments; see the head of this module."""
    growth, payments = _growth(rate, periods, when)
    return -(present * growth + payment * payments)


def pv(rate: float, periods: float, payment: float, future: float = 0.0, when: int = 0) -> float:
    """Return the amount at the start that level payments are worth; see the head of this module."""
    growth, payments = _growth(rate, periods, when)
    return -(future + payment * payments) / growth


def pmt(rate: float, periods: float, present: float, future: float = 0.0, when: int = 0) -> float:
    """Return the level payment; see the head of this module."""
    growth, payments = _growth(rate, periods, when)
    if payments == 0.0:
        raise InputError("periods", periods, "more than 0")
    return -(present * growth + future) / payments


def ipmt(rate: float, number: int, periods: int, present: float, future: float = 0.0, when: int = 0) -> float:
    """Return the interest within one of the level payments.

    Parameters
    ----------
    rate : float
        Per period.
    number : int
        Which payment, 1 to `periods`.
    periods, present, future, when
        As for `pmt`; a payment at the very beginning holds no interest.

    Returns
    -------
    float
        Signed as the payment.
    """
    if not 1 <= number <= periods:
        raise InputError("number", number, f"1 to {periods}, the number of payments")
    if when and number == 1:
        return 0.0
    owed = fv(rate, number - 1, pmt(rate, periods, present, future, when), present, when)
    return owed * rate / (1.0 + rate if when else 1.0)


def ppmt(rate: float, number: int, periods: int, present: float, future: float = 0.0, when: int = 0) -> float:
    """Return what one of the level payments repays: the payment less `ipmt`."""
    return pmt(rate, periods, present, future, when) - ipmt(rate, number, periods, present, future, when)


def nper(rate: float, payment: float, present: float, future: float = 0.0, when: int = 0) -> float:
    """Return the number of level payments, not rounded.

    Parameters
    ----------
    rate, payment, present, future, when : float
        As for the others.

    Returns
    -------
    float
        0 or more.

    Raises
    ------
    InputError
        If no number of payments gets there: they do not cover the interest, or have the wrong sign.
    """
    _check_rate(rate)
    _check_when(when)
    if rate == 0.0:
        found = -(present + future) / payment if payment != 0.0 else math.nan
    else:
        due = payment * (1.0 + rate * when) / rate
        growth = (due - future) / (due + present) if due + present != 0.0 else math.nan
        found = math.log(growth) / math.log1p(rate) if growth > 0.0 else math.nan
    if not found >= 0.0:
        raise InputError("payment", payment, f"a payment that turns {present:g} into {-future:g} at {rate:g} per period")
    return found


def rate(periods: int, payment: float, present: float, future: float = 0.0, when: int = 0) -> float:
    """Return the rate per period at which the level payments balance: the rate of return of their flows.

    Parameters
    ----------
    periods : int
        Whole number of payments.
    payment, present, future, when
        As for the others.

    Returns
    -------
    float
        Per period.

    Raises
    ------
    InputError
        If there is no such rate, or more than one; the message says which.
    """
    if periods != int(periods) or periods < 1:
        raise InputError("periods", periods, "a whole number of 1 or more")
    _check_when(when)
    flows = np.zeros(int(periods) + 1)
    flows[1 - when : flows.size - when] = payment
    flows[0] += present
    flows[-1] += future
    found = irr(flows)
    if found.status != "unique":
        raise InputError("payment", payment, f"flows with one rate of return; {found.reason}")
    return found.roots[0]


def _growth(rate: float, periods: float, when: int) -> tuple[float, float]:
    """Return ``(1 + rate)^periods``, and what a payment of 1 per period grows to."""
    _check_rate(rate)
    _check_when(when)
    if rate == 0.0:
        return 1.0, float(periods)
    grown = periods * math.log1p(rate)
    return math.exp(grown), (1.0 + rate * when) * math.expm1(grown) / rate


def _check_rate(rate: float, name: str = "rate") -> None:
    if not (math.isfinite(rate) and rate > -1.0):
        raise InputError(name, rate, "above -1 (-100 % per period)")


def _check_when(when: int) -> None:
    if when not in (0, 1):
        raise InputError("when", when, "0 for payments at the ends of periods, 1 at their beginnings")
