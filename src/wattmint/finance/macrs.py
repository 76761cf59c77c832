"""Depreciation for tax: the MACRS percentages, made from the rule as the tables of the Internal Revenue Service are, and bonus.

The rule of Publication 946, Appendix A: declining balance (twice the straight line up to 10-year property, one and a half
times for 15- and 20-year property, straight line for real property), changed for the straight line over what is left of
the life when that gives no less; each year's percentage is taken of the balance that the rounded ones before it leave, and
rounded to two places (three for 20-year and real property); the last year takes the rest. It gives every table that
is printed, but for two figures, which stand in `AS_PRINTED`: what is printed is what a taxpayer uses.
"""

import datetime as dt
import math
from fractions import Fraction
from functools import cache
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from wattmint.errors import InputError
from wattmint.facts.load import number, table, text
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

CLASSES: Final = (3, 5, 7, 10, 15, 20, 39)
"""Recovery periods in years: machines and servers 5, land improvements and power plant 15, buildings 39."""

REAL_PROPERTY: Final = 39
LONGEST_WITH_BONUS: Final = 20
LAST_QUARTER_SHARE: Final = 0.40
"""More of a year's basis than this in service in its last quarter, and the mid-quarter convention holds for all of it."""

Convention = Literal["half-year", "mid-quarter"]

AS_PRINTED: Final = {(7, Fraction(5, 8)): (0, Fraction("17.85")), (20, Fraction(7, 8)): (1, Fraction(7))}
"""Class and part of the first year → year and percentage where the printed table leaves the rule (17.86 and 7.008)."""

_QUARTERS: Final = 4
_WHOLE: Final = Fraction(100)


def macrs_shares(recovery_years: int, convention: Convention = "half-year", month: int = 1, *, straight_line: bool = False) -> FloatArray:
    """Return the share of the basis that each tax year deducts.

    Parameters
    ----------
    recovery_years : int
        One of `CLASSES`.
    convention : {"half-year", "mid-quarter"}
        When in the year the property counts as placed in service; real property always does in the middle of its month.
    month : int
        Month of the tax year in which it was placed in service, 1 to 12; does not matter for the half-year convention.
    straight_line : bool
        Whether the owner elected the straight line.

    Returns
    -------
    FloatArray, shape (years,)
        From the tax year of service on; sums to 1. Read-only.

    Raises
    ------
    InputError
        If there is no such class, convention or month.

    Examples
    --------
    >>> macrs_shares(5).tolist()
    [0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576]
    """
    if recovery_years not in CLASSES:
        raise InputError("recovery_years", recovery_years, f"one of {', '.join(map(str, CLASSES))}")
    if convention not in ("half-year", "mid-quarter"):
        raise InputError("convention", convention, "half-year or mid-quarter")
    if not 1 <= month <= MONTHS_PER_YEAR:
        raise InputError("month", month, f"1 to {MONTHS_PER_YEAR}")
    if recovery_years == REAL_PROPERTY:
        return _real_property(month)
    return _shares(recovery_years, _part_of_first_year(convention, month), straight_line)


def convention_of(basis_by_month_usd: ArrayLike) -> Convention:
    """Return the convention that a year's property, other than real property, follows.

    Parameters
    ----------
    basis_by_month_usd : array_like, shape (12,)
        Basis placed in service in each month of the tax year [USD].

    Returns
    -------
    {"half-year", "mid-quarter"}
        Mid-quarter when more than 40 % of it entered service in the last three months.
    """
    basis = np.asarray(basis_by_month_usd, dtype=np.float64)
    if basis.shape != (MONTHS_PER_YEAR,) or not np.isfinite(basis).all() or (basis < 0.0).any():
        raise InputError("basis_by_month_usd", basis_by_month_usd, "12 amounts of 0 or more")
    return "mid-quarter" if basis[-MONTHS_PER_YEAR // _QUARTERS :].sum() > LAST_QUARTER_SHARE * basis.sum() else "half-year"


def bonus_share(in_service: dt.date, acquired: dt.date, recovery_years: int = 5) -> float:
    """Return the share of the basis deducted at once by the federal law in force.

    Parameters
    ----------
    in_service : date
        Day on which the property is ready for use.
    acquired : date
        Day of the binding contract to buy it: since 2025 that day decides.
    recovery_years : int
        Class of the property; nothing for real property.

    Returns
    -------
    float
        0 to 1, a row of the facts table `bonus_depreciation`.

    Raises
    ------
    InputError
        If it entered service before it was acquired, or before the table begins.
    """
    if in_service < acquired:
        raise InputError("in_service", in_service.isoformat(), f"not before it was acquired, {acquired.isoformat()}")
    if recovery_years > LONGEST_WITH_BONUS:
        return 0.0
    for law in table("bonus_depreciation"):
        if _within("acquired", law, acquired) and _within("in_service", law, in_service):
            return number("bonus_depreciation", law, "bonus_share")
    first = min(text("bonus_depreciation", law, "acquired_from") for law in table("bonus_depreciation"))
    raise InputError("acquired", acquired.isoformat(), f"from {first} on: the table 'bonus_depreciation' begins there")


def depreciation(basis_usd: ArrayLike, shares: FloatArray, years: int, bonus: float = 0.0) -> FloatArray:
    """Return what each year of operation deducts.

    Parameters
    ----------
    basis_usd : array_like, shape (...)
        Cost to depreciate [USD].
    shares : FloatArray
        As from `macrs_shares`.
    years : int
        Length of the answer. What falls behind it is not deducted here: the caller decides what becomes of it.
    bonus : float
        Share deducted at once; the shares apply to the rest.

    Returns
    -------
    FloatArray, shape (..., years)
        USD; sums to the basis when the schedule ends in time.
    """
    by_year = np.zeros(years)
    inside = min(years, shares.size)
    by_year[:inside] = (1.0 - bonus) * shares[:inside]
    by_year[:1] += bonus
    return np.asarray(np.asarray(basis_usd, dtype=np.float64)[..., None] * by_year)


def _within(what: str, law: str, day: dt.date) -> bool:
    first, last = (dt.date.fromisoformat(text("bonus_depreciation", law, f"{what}_{end}")) for end in ("from", "to"))
    return first <= day <= last


def _part_of_first_year(convention: Convention, month: int) -> Fraction:
    if convention == "half-year":
        return Fraction(1, 2)
    quarter = (month - 1) * _QUARTERS // MONTHS_PER_YEAR
    return (_QUARTERS - quarter - Fraction(1, 2)) / _QUARTERS


@cache
def _shares(life: int, first: Fraction, straight_line: bool) -> FloatArray:
    places = 3 if life == LONGEST_WITH_BONUS else 2
    faster = Fraction(1) if straight_line else Fraction(2) if life <= 10 else Fraction(3, 2)
    printed_year, printed = AS_PRINTED.get((life, first), (-1, _WHOLE)) if not straight_line else (-1, _WHOLE)
    percentages: list[Fraction] = []
    balance, life_left, part = _WHOLE, Fraction(life), first
    while life_left > part or not percentages:
        declining, straight = balance * faster / life * part, balance / life_left * part
        percentages.append(_rounded(max(declining, straight), places))
        balance, life_left, part = balance - percentages[-1], life_left - part, Fraction(1)
    percentages.append(balance)
    if printed_year >= 0:
        percentages[-1] += percentages[printed_year] - printed
        percentages[printed_year] = printed
    return _read_only(percentages)


@cache
def _real_property(month: int) -> FloatArray:
    """Straight line by the month: twelfths and half a month rounded first, as the printed table has them."""
    full, monthly = (_rounded(_WHOLE / REAL_PROPERTY / parts, 3) for parts in (1, MONTHS_PER_YEAR))
    first = (MONTHS_PER_YEAR - month) * monthly + monthly / 2
    return _read_only([first, *[full] * (REAL_PROPERTY - 1), _WHOLE - first - full * (REAL_PROPERTY - 1)])


def _rounded(percent: Fraction, places: int) -> Fraction:
    return Fraction(math.floor(percent * 10**places + Fraction(1, 2)), 10**places)


def _read_only(percentages: list[Fraction]) -> FloatArray:
    shares = np.array([float(percent / _WHOLE) for percent in percentages])
    shares.flags.writeable = False
    return shares
