"""The hours of a typical year (TMY): months from different years put together, without dates, on the place's own standard time."""

from typing import Final

import numpy as np

from wattmint.errors import SeriesError
from wattmint.market.files import Table, numbers, row_count
from wattmint.types import IntArray
from wattmint.units import HOURS_PER_COMMON_YEAR, HOURS_PER_DAY, MONTHS_PER_YEAR

LEAST_HOURS: Final = int(0.9 * HOURS_PER_COMMON_YEAR)
"""A typical year stands for all seasons; with fewer hours it is a part of one."""

_COLUMNS: Final = ("month", "day", "hour_of_day")
_NUMBERED: Final = ("hour_of_year", "hour")
_DAYS: Final = 32
_DAYS_OF_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def is_typical_year(raw: Table) -> bool:
    """Return whether a file has no dates: its hours are numbered, or told by month, day and hour of the day."""
    if set(_COLUMNS) <= set(raw.frame.columns):
        return True
    column = _numbered(raw)
    return column is not None and str(raw.frame[column][0]).strip().isdigit()


def hours_of_year(raw: Table) -> tuple[IntArray, IntArray, tuple[str, ...]]:
    """Return the hours of a typical year in time order.

    Parameters
    ----------
    raw : Table
        With the columns month, day and hour_of_day (0 … 23), or with hours numbered from 0 or from 1.

    Returns
    -------
    tuple of (IntArray, IntArray, tuple of str)
        `typical_hour` of each hour, rising; the rows in that order; and a note on hours that are missing.

    Raises
    ------
    SeriesError
        If an hour stands twice or does not exist, a month contradicts the number of its hour, or a tenth of the year or more is missing.
    """
    if set(_COLUMNS) <= set(raw.frame.columns):
        limits = (("month", 1.0, float(MONTHS_PER_YEAR)), ("day", 1.0, 31.0), ("hour_of_day", 0.0, HOURS_PER_DAY - 1.0))
        parts = [numbers(raw, name, f"{low:g} to {high:g}", low, high).astype(np.int64) for name, low, high in limits]
        hour, told = typical_hour(*parts), "month, day, hour_of_day"
    else:
        hour, told = _from_numbers(raw), str(_numbered(raw))
    order = np.argsort(hour, kind="stable")
    twice = np.flatnonzero(np.diff(hour[order]) == 0)
    if twice.size:
        first, again = int(order[twice[0]]), int(order[twice[0] + 1])
        allowed = f"each hour of the year once; it also stands in {raw.row_word} {raw.row[first]}"
        raise SeriesError(raw.place(again, told), say_typical_hour(int(hour[again])), allowed)
    return hour[order], order, _missing(raw, hour)


def typical_hour(month: IntArray, day: IntArray, hour: IntArray) -> IntArray:
    """Return numbers of the hours of a typical year that rise with month, day and hour; the numbers have gaps."""
    return (month * _DAYS + day) * int(HOURS_PER_DAY) + hour


def typical_month_and_hour(hour: IntArray) -> tuple[IntArray, IntArray]:
    """Return month 1 … 12 and hour of the day 0 … 23 of what `typical_hour` numbered."""
    day_hours = int(HOURS_PER_DAY)
    return hour // (_DAYS * day_hours), hour % day_hours


def say_typical_hour(hour: int) -> str:
    """Return what `typical_hour` numbered in words, e.g. ``month 3, day 5, hour 7``."""
    days, of_day = divmod(hour, int(HOURS_PER_DAY))
    return f"month {days // _DAYS}, day {days % _DAYS}, hour {of_day}"


def common_year() -> IntArray:
    """Return the `typical_hour` of all 8,760 hours of a common year."""
    days = np.concatenate([np.arange(1, count + 1) for count in _DAYS_OF_MONTHS])
    months = np.repeat(np.arange(1, MONTHS_PER_YEAR + 1), _DAYS_OF_MONTHS)
    day_hours = int(HOURS_PER_DAY)
    return typical_hour(np.repeat(months, day_hours), np.repeat(days, day_hours), np.tile(np.arange(day_hours), days.size))


def follows(hour: IntArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return whether each of the rising hours that `typical_hour` numbered, but the first, is the next one of the year; shape (n - 1,)."""
    return np.asarray(np.diff(np.searchsorted(common_year(), hour)) == 1)


def _numbered(raw: Table) -> str | None:
    return next((name for name in _NUMBERED if name in raw.frame.columns), None)


def _from_numbers(raw: Table) -> IntArray:
    column, last = str(_numbered(raw)), HOURS_PER_COMMON_YEAR
    number = numbers(raw, column, f"the number of an hour of a common year, 0 to {last - 1:,.0f} or 1 to {last:,.0f}", 0.0, last).astype(np.int64)
    number = number - (1 if number.max() == int(last) else 0)
    if number.min() < 0:
        raise SeriesError(f"{raw.file}, {column}", f"0 to {last:g}", f"{last:,.0f} hours of a common year; these are {last + 1:,.0f}")
    hour = common_year()[number]
    if "month" in raw.frame.columns:
        month = numbers(raw, "month", "1 to 12", 1.0, float(MONTHS_PER_YEAR)).astype(np.int64)
        wrong = np.flatnonzero(month != typical_month_and_hour(hour)[0])
        if wrong.size:
            index = int(wrong[0])
            right = typical_month_and_hour(hour)[0][index]
            allowed = f"{right} is needed, the month of hour {number[index]:,} of a common year; found on {row_count(wrong.size)}"
            raise SeriesError(raw.place(index, "month"), int(month[index]), allowed)
    return hour


def _missing(raw: Table, hour: IntArray) -> tuple[str, ...]:
    lacking = np.setdiff1d(common_year(), hour)
    if not lacking.size:
        return ()
    first = say_typical_hour(int(lacking[0]))
    if hour.size < LEAST_HOURS:
        allowed = f"a typical year is whole: {HOURS_PER_COMMON_YEAR:,.0f} hours; {lacking.size:,} are missing, the first is {first}"
        raise SeriesError(raw.file, _say_hours(hour.size), allowed)
    return (f"{raw.file}: {_say_hours(lacking.size)} of the year missing, the first is {first}; gaps are not filled",)


def _say_hours(count: int) -> str:
    return "1 hour" if count == 1 else f"{count:,} hours"
