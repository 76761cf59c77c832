"""From timestamps with values to whole hours: order checked, finer steps averaged, gaps found and told, none filled."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.errors import SeriesError
from wattmint.market.files import Table
from wattmint.market.instants import say_instant
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

_HOUR_S: Final = int(SECONDS_PER_HOUR)
_FEWEST: Final = int(HOURS_PER_DAY)
_GAPS_TOLD: Final = 5


@dataclass(frozen=True, slots=True)
class Hourly:
    """Values by the hour.

    Attributes
    ----------
    utc_hour : IntArray, shape (n,)
        Hours since 1970 UTC, rising; a step above 1 is a gap.
    values : FloatArray, shape (n, columns)
        Mean over the hour.
    notes : tuple of str
        What was averaged and what is missing.
    """

    utc_hour: IntArray
    values: FloatArray
    notes: tuple[str, ...]


def to_hours(table: Table, column: str, seconds: IntArray, values: FloatArray, time_zone: str) -> Hourly:
    """Return values by the hour.

    Parameters
    ----------
    table : Table
        The file, for messages.
    column : str
        Its timestamps.
    seconds : IntArray, shape (rows,)
        The same as seconds since 1970 UTC.
    values : FloatArray, shape (rows, columns)
        Numbers of the same rows.
    time_zone : str
        Clock on which instants are told.

    Returns
    -------
    Hourly

    Raises
    ------
    SeriesError
        If timestamps are not rising, one comes twice, steps are longer than an hour, or fewer than 24 hours are there.
    """
    step = np.diff(seconds)
    _refuse_order(table, column, step)
    usual_step = int(np.median(step)) if step.size else _HOUR_S
    if usual_step > _HOUR_S:
        found = f"{usual_step / SECONDS_PER_HOUR:g} hours between rows"
        raise SeriesError(f"{table.file}, {column}", found, "steps of an hour or less")
    hour, first = np.unique(seconds // _HOUR_S, return_index=True)
    if hour.size < _FEWEST:
        raise SeriesError(f"{table.file}, {column}", f"{hour.size} hours", f"at least {_FEWEST} hours")
    count = np.diff(np.append(first, seconds.size))
    means = np.add.reduceat(values, first, axis=0) / count[:, None]
    notes = _averaging_note(table.file, usual_step, seconds.size, count) + gap_notes(table.file, hour, time_zone)
    return Hourly(hour, means, notes)


def gap_notes(name: str, utc_hour: IntArray, time_zone: str) -> tuple[str, ...]:
    """Say which hours are missing between the first and the last.

    Parameters
    ----------
    name : str
        Of the series.
    utc_hour : IntArray, shape (n,)
        Hours since 1970 UTC, rising.
    time_zone : str
        Clock on which days are told.

    Returns
    -------
    tuple of str
        One note, naming the longest gaps; none if no hour is missing.
    """
    missing = np.diff(utc_hour) - 1
    at = np.flatnonzero(missing)
    if not at.size:
        return ()
    longest = np.sort(at[np.argsort(-missing[at], kind="stable")][:_GAPS_TOLD])
    told = [_say_gap(int(missing[i]), int(utc_hour[i]) + 1, time_zone) for i in longest]
    if at.size > _GAPS_TOLD:
        told.append(f"{at.size - _GAPS_TOLD} shorter gaps")
    total = f", {missing.sum():,} in all" if at.size > 1 else ""
    return (f"{name}: {'; '.join(told)}{total}; gaps are not filled",)


def _say_gap(hours: int, first_hour: int, time_zone: str) -> str:
    first, last = (say_instant(hour * _HOUR_S, time_zone, "%Y-%m-%d") for hour in (first_hour, first_hour + hours - 1))
    if hours == 1:
        return f"1 hour missing at {say_instant(first_hour * _HOUR_S, time_zone)}"
    return f"{hours:,} hours missing on {first}" if first == last else f"{hours:,} hours missing from {first} to {last}"


def _refuse_order(table: Table, column: str, step: IntArray) -> None:
    falling = np.flatnonzero(step <= 0)
    if not falling.size:
        return
    index = int(falling[0]) + 1
    value = str(table.frame[column][index])
    if step[index - 1] == 0:
        raise SeriesError(table.place(index, column), value, f"each instant once; it also stands in {table.row_word} {table.row[index - 1]}")
    raise SeriesError(table.place(index, column), value, f"timestamps in rising order; {table.row_word} {table.row[index - 1]} is later")


def _averaging_note(name: str, step_s: int, rows: int, count: IntArray) -> tuple[str, ...]:
    if count.max() == 1:
        return ()
    full = _HOUR_S // step_s if step_s else 1
    partial = int((count < full).sum())
    lacking = f"; {partial:,} hours lack some of their rows" if partial else ""
    return (f"{name}: {rows:,} rows of {step_s / SECONDS_PER_MINUTE:g} minutes averaged to {count.size:,} hours{lacking}",)
