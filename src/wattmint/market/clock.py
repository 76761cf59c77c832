"""The calendar of the horizon: which months, and how many hours each really has."""

import calendar
from dataclasses import dataclass

import numpy as np

from wattmint.errors import ScenarioError
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months of a horizon, in order.

    Attributes
    ----------
    year : IntArray, shape (months,)
        Calendar year.
    month : IntArray, shape (months,)
        1 … 12.
    hours : FloatArray, shape (months,)
        Days of the month × 24: 672, 696, 720 or 744. Clock changes cancel over a year and are not counted.
    """

    year: IntArray
    month: IntArray
    hours: FloatArray


def horizon(start: str, months: int) -> Calendar:
    """Return the calendar of `months` months from `start`.

    Parameters
    ----------
    start : str
        First month, ``YYYY-MM``.
    months : int
        How many, at least 1.

    Returns
    -------
    Calendar
        Leap years counted.

    Raises
    ------
    ScenarioError
        If `start` is no month or `months` is below 1.

    Examples
    --------
    >>> horizon("2028-02", 2).hours.tolist()
    [696.0, 744.0]
    """
    if months < 1:
        raise ScenarioError("study.horizon_months", months, "at least 1 month")
    index = month_index(start) + np.arange(months)
    year, month = index // MONTHS_PER_YEAR, index % MONTHS_PER_YEAR + 1
    hours = [calendar.monthrange(int(y), int(m))[1] * HOURS_PER_DAY for y, m in zip(year, month, strict=True)]
    return Calendar(year, month, np.array(hours))


def month_index(month: str) -> int:
    """Return the number of months from January of year 0 to `month`, so that months can be subtracted.

    Parameters
    ----------
    month : str
        ``YYYY-MM``, or a date whose day is ignored.

    Returns
    -------
    int
        ``12 * year + month - 1``.

    Raises
    ------
    ScenarioError
        If `month` is no month.

    Examples
    --------
    >>> month_index("2026-10-03") - month_index("2026-06")
    4
    """
    year, dash, rest = month.partition("-")
    number = rest[:2]
    if len(year) != len("2026") or not dash or not (year + number).isdigit() or not 1 <= int(number) <= MONTHS_PER_YEAR:
        raise ScenarioError("month", month, "a month such as '2026-12'")
    return int(year) * MONTHS_PER_YEAR + int(number) - 1
