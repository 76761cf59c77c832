"""Timestamps of a user's file to UTC: offsets as they are, local clocks with their skipped and repeated hours."""

import zoneinfo
from typing import Final

import numpy as np
import polars as pl
from polars.exceptions import ComputeError

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.market.files import Table
from wattmint.types import IntArray
from wattmint.units import SECONDS_PER_HOUR, SECONDS_PER_MINUTE

ALLOWED: Final = "a timestamp such as 2024-07-01T13:00Z, 2024-07-01 13:00-05:00 or 2024-07-01 13:00"

_ISO: Final = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?\s*$"
_PRECISION: Final = "ms"


def utc_seconds(table: Table, column: str, time_zone: str) -> tuple[IntArray, tuple[str, ...]]:
    """Return the timestamps of a column as seconds since 1970 UTC.

    Parameters
    ----------
    table : Table
        The file.
    column : str
        Text in ISO 8601, or dates and times as Parquet stores them.
    time_zone : str
        IANA name of the clock of timestamps that carry no offset. Where that clock repeats an hour, the first one is
        daylight time and the second standard time.

    Returns
    -------
    tuple of (IntArray, shape (rows,); tuple of str)
        Seconds, and notes on clock changes.

    Raises
    ------
    UnknownNameError
        If the time zone is unknown; the nearest is named.
    SeriesError
        At the first cell that is no timestamp, lacks an offset where others have one, or names an hour that the clock
        skips.
    """
    check_time_zone(time_zone, "power.history.time_zone")
    series = table.frame[column]
    if series.dtype == pl.String:
        return _from_text(table, column, time_zone)
    if series.dtype == pl.Date:
        series = series.cast(pl.Datetime(_PRECISION))
    if not isinstance(series.dtype, pl.Datetime):
        raise SeriesError(f"{table.file}, {column}", str(series.dtype), f"a column of timestamps: {ALLOWED}")
    _refuse_first(table, column, series.is_null().to_numpy(), ALLOWED)
    if series.dtype.time_zone is not None:
        return _epoch(series), ()
    return _from_clock(table, column, series, time_zone)


def check_time_zone(name: str, field: str) -> None:
    """Refuse an unknown time zone.

    Parameters
    ----------
    name : str
        IANA name such as ``America/Chicago``.
    field : str
        What the user calls it.

    Raises
    ------
    UnknownNameError
        With the nearest known names.
    """
    probe = pl.Series([0]).cast(pl.Datetime(_PRECISION)).dt.replace_time_zone("UTC")
    try:
        probe.dt.convert_time_zone(name)
    except ComputeError as error:
        known = {zone.lower(): zone for zone in zoneinfo.available_timezones()}
        raise UnknownNameError(field, name, known.values()) from error


def local_parts(utc_hour: IntArray, time_zone: str) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return year, month, day and hour of the local clock.

    Parameters
    ----------
    utc_hour : IntArray, shape (n,)
        Hours since 1970 UTC.
    time_zone : str
        IANA name.

    Returns
    -------
    tuple of IntArray, shape (n,)
        Year, month 1 … 12, day 1 … 31, hour 0 … 23.
    """
    clock = _clock(utc_hour * int(SECONDS_PER_HOUR), time_zone).dt
    year, month, day, hour = (part.cast(pl.Int64).to_numpy() for part in (clock.year(), clock.month(), clock.day(), clock.hour()))
    return year, month, day, hour


def say_instant(utc_second: int, time_zone: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return an instant as the clock of `time_zone` shows it."""
    return str(_clock(np.array([utc_second]), time_zone).dt.strftime(form)[0])


def _clock(utc_second: IntArray, time_zone: str) -> pl.Series:
    return pl.from_epoch(pl.Series(utc_second), time_unit="s").dt.replace_time_zone("UTC").dt.convert_time_zone(time_zone)


def _from_text(table: Table, column: str, time_zone: str) -> tuple[IntArray, tuple[str, ...]]:
    parts = table.frame.select(pl.col(column).str.extract_groups(_ISO).alias("iso")).unnest("iso")
    parts.columns = ["date", "time", "second", "offset"]
    text = pl.concat_str(pl.col("date"), pl.col("time").fill_null("00:00"), pl.col("second").fill_null("00"), separator=" ")
    naive = parts.select(text.str.to_datetime("%Y-%m-%d %H:%M %S", time_unit=_PRECISION, strict=False)).to_series()
    _refuse_first(table, column, naive.is_null().to_numpy(), ALLOWED)
    has_offset = parts["offset"].is_not_null().to_numpy()
    if not has_offset.any():
        return _from_clock(table, column, naive, time_zone)
    _refuse_first(table, column, ~has_offset, "an offset such as Z or -06:00, as other rows of this column have")
    return _epoch(naive) - _offset_seconds(parts["offset"]), ()


def _offset_seconds(offset: pl.Series) -> IntArray:
    digits = offset.str.replace_all(r"[Zz:]", "").str.pad_end(len("+hhmm"), "0")
    frame = digits.to_frame("digits").select(
        sign=pl.when(pl.col("digits").str.starts_with("-")).then(-1).otherwise(1),
        hours=pl.col("digits").str.slice(1, 2).cast(pl.Int64),
        minutes=pl.col("digits").str.slice(3, 2).cast(pl.Int64),
    )
    seconds = pl.col("hours") * int(SECONDS_PER_HOUR) + pl.col("minutes") * int(SECONDS_PER_MINUTE)
    return np.asarray(frame.select(seconds * pl.col("sign")).to_series().to_numpy(), dtype=np.int64)


def _from_clock(table: Table, column: str, naive: pl.Series, time_zone: str) -> tuple[IntArray, tuple[str, ...]]:
    occurrence = naive.to_frame("t").select(pl.int_range(pl.len()).over("t")).to_series()
    which = (occurrence > 0).replace_strict({False: "earliest", True: "latest"}, return_dtype=pl.String)
    local = naive.dt.replace_time_zone(time_zone, ambiguous=which, non_existent="null")
    allowed = f"an hour that exists: the clock of {time_zone} skips it; name the zone of the file's clock (time_zone)"
    _refuse_first(table, column, local.is_null().to_numpy(), allowed)
    seconds = _epoch(local)
    return seconds, _clock_notes(table, naive, seconds, time_zone)


def _clock_notes(table: Table, naive: pl.Series, seconds: IntArray, time_zone: str) -> tuple[str, ...]:
    # The clock's lead over UTC; it steps up by the hour skipped in spring and down by the hour repeated in autumn.
    lead = _epoch(naive) - seconds
    step = np.flatnonzero(np.diff(lead))
    days = [(naive.dt.strftime("%Y-%m-%d")[int(i) + 1], lead[i + 1] > lead[i]) for i in step]
    skipped = ", ".join(day for day, spring in days if spring)
    repeated = ", ".join(day for day, spring in days if not spring)
    notes = [f"{table.file}: timestamps without an offset are read on the clock of {time_zone}"]
    if skipped:
        notes.append(f"{table.file}: the hour that the clock skips is no gap on {skipped}")
    if repeated:
        notes.append(f"{table.file}: the hour that the clock repeats is read as daylight time first, standard time second on {repeated}")
    return tuple(notes)


def _epoch(series: pl.Series) -> IntArray:
    return series.dt.epoch("s").to_numpy().astype(np.int64)


def _refuse_first(table: Table, column: str, bad: "np.ndarray[tuple[int], np.dtype[np.bool_]]", allowed: str) -> None:
    if bad.any():
        first = int(np.argmax(bad))
        value = table.frame[column][first]
        raise SeriesError(table.place(first, column), "" if value is None else str(value), allowed)
