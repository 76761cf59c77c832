"""Depreciation on every path: what is paid for works and machines, by the tax year in which it enters service.

Tax years are calendar years. The horizon's first and last may be short; everything is sold at its end, so that what is not
yet deducted then is deducted in the last year, against what the sale fetches. A payment enters service with the month after it,
works with the first month of service. Deductions are a table (year of service × tax year), so that a path's are one product. What stops and is
sold before the end is deducted to the end in the year of its sale, and taxed no more as property afterwards.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from wattmint.finance.macrs import REAL_PROPERTY, bonus_share, macrs_shares
from wattmint.types import FloatArray, IntArray
from wattmint.units import MONTHS_PER_YEAR

Method = Literal["macrs", "straight-line"]


@dataclass(frozen=True, slots=True)
class TaxYears:
    """The calendar years of a horizon.

    Attributes
    ----------
    start : date
        First day of the first month.
    months : int
        Length of the horizon.
    """

    start: dt.date
    months: int

    @property
    def of_column(self) -> IntArray:
        """Tax year, counted from 0, of every column of a cash flow; the day of decision belongs to the first. Shape (months + 1,)."""
        month = np.maximum(np.arange(self.months + 1) - 1, 0)
        return np.asarray((self.start.month - 1 + month) // MONTHS_PER_YEAR, dtype=np.int64)

    @property
    def of_service(self) -> IntArray:
        """Tax year in which what a column pays enters service: with the next month, at the latest with the last. Shape (months + 1,)."""
        month = np.minimum(np.arange(self.months + 1), self.months - 1)
        return np.asarray((self.start.month - 1 + month) // MONTHS_PER_YEAR, dtype=np.int64)

    @property
    def count(self) -> int:
        """How many."""
        return int(self.of_column[-1]) + 1

    @property
    def last_columns(self) -> IntArray:
        """Column in which each tax year ends, shape (years,)."""
        of_column = self.of_column
        return np.flatnonzero(np.append(of_column[1:] != of_column[:-1], True))

    def calendar_month(self, column: int) -> int:
        """Return the calendar month, 1 to 12, in which what is ready with a column enters service."""
        return (self.start.month - 1 + min(column, self.months - 1)) % MONTHS_PER_YEAR + 1

    def sums(self, flows: FloatArray) -> FloatArray:
        """Return flows of shape (paths, months + 1) as sums by tax year, shape (paths, years)."""
        return np.asarray(np.add.reduceat(flows, np.concatenate(([0], self.last_columns[:-1] + 1)), axis=1))


@dataclass(frozen=True, slots=True)
class Depreciation:
    """How one class of property is deducted.

    Attributes
    ----------
    method : {"macrs", "straight-line"}
        United States' tables, or equal parts a year with half of one in the first.
    years : int
        Recovery period.
    bonus : float or None
        Share deducted at once; None takes the law in force in the year of service (``macrs`` only).
    """

    method: Method
    years: int
    bonus: float | None = None


def yearly_shares(rule: Depreciation, month: int) -> FloatArray:
    """Return the share of the basis by year of service, without bonus.

    Parameters
    ----------
    rule : Depreciation
        The class.
    month : int
        Calendar month of service, 1 to 12; matters for buildings only.

    Returns
    -------
    FloatArray, shape (years + 1,)
        Sums to 1.

    Raises
    ------
    InputError
        If the tables have no such class.
    """
    if rule.method == "macrs":
        return macrs_shares(rule.years, month=month)
    shares = np.full(rule.years + 1, 1.0 / rule.years)
    shares[[0, -1]] *= 0.5
    return shares


@cache
def deductions(rule: Depreciation, years: TaxYears, month: int, acquired: dt.date | None = None, sold: int | None = None) -> FloatArray:
    """Return what each tax year deducts of a dollar, by the tax year in which it enters service.

    Parameters
    ----------
    rule : Depreciation
        The class.
    years : TaxYears
        The horizon.
    month : int
        Calendar month of service, 1 to 12.
    acquired : date, optional
        Day of the contract; by default property is bought in the year of its service.
    sold : int, optional
        Tax year of the sale; the last by default.

    Returns
    -------
    FloatArray, shape (years, years)
        Rows sum to 1: the year of the sale takes what is left. Read-only.
    """
    shares, count = yearly_shares(rule, month), years.count
    end = count - 1 if sold is None else sold
    table = np.zeros((count, count))
    for row in range(count):
        first = _bonus(rule, years, row, acquired)
        inside = max(min(end + 1 - row, shares.size), 0)
        table[row, row : row + inside] = (1.0 - first) * shares[:inside]
        table[row, row] += first
        table[row, max(end, row)] += 1.0 - table[row].sum()
    table.flags.writeable = False
    return table


def assessed_values(rule: Depreciation, years: TaxYears, sold: int | None = None) -> FloatArray:
    """Return what a dollar is assessed at for property tax: its cost less straight-line wear, from the year of service on.

    Parameters
    ----------
    rule : Depreciation
        The class; its years are the life.
    years : TaxYears
        The horizon.
    sold : int, optional
        Last tax year in which it is there; the horizon's by default.

    Returns
    -------
    FloatArray, shape (years, years)
        Year of service × tax year.
    """
    year = np.arange(years.count)[None, :]
    age = year - np.arange(years.count)[:, None]
    return np.where((age >= 0) & (year <= (years.count if sold is None else sold)), np.maximum(1.0 - age / rule.years, 0.0), 0.0)


def basis_by_year(paid_usd: FloatArray, service_year: IntArray, count: int) -> FloatArray:
    """Return what enters service in each tax year.

    Parameters
    ----------
    paid_usd : FloatArray, shape (paths, months + 1)
        Payments, positive.
    service_year : IntArray, shape (months + 1,)
        Tax year of service of each column, ascending.
    count : int
        Number of tax years.

    Returns
    -------
    FloatArray, shape (paths, years)
        USD; sums to what was paid.
    """
    present, starts = np.unique(service_year, return_index=True)
    basis = np.zeros((paid_usd.shape[0], count))
    basis[:, present] = np.add.reduceat(paid_usd, starts, axis=1)
    return basis


def _bonus(rule: Depreciation, years: TaxYears, row: int, acquired: dt.date | None) -> float:
    if rule.bonus is not None:
        return rule.bonus
    if rule.method != "macrs" or rule.years == REAL_PROPERTY:
        return 0.0
    year = years.start.year + row
    service = dt.date(year, MONTHS_PER_YEAR, 31)
    return bonus_share(service, acquired or max(years.start, dt.date(year, 1, 1)), rule.years)
