"""Weather files as weather services hand them out: EnergyPlus weather (EPW) and NREL's TMY3, besides plain tables.

Both become a `Table` with the columns of a plain typical year, so that one reader and one set of checks serve all. Both count hours by
their end, 1 to 24; here an hour is named by its beginning, 0 to 23. What the head of the file says about the place is kept: its
clock, its latitude and its altitude.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from wattmint.errors import SeriesError
from wattmint.market.files import Table, read_table
from wattmint.units import HOURS_PER_DAY

EPW_HEAD, TMY3_HEAD = "LOCATION,", "Date (MM/DD/YYYY)"

_EPW_FIRST_ROW: Final = 8
_EPW: Final = {"month": 1, "day": 2, "hour_of_day": 3, "t_dry_c": 6, "t_dew_c": 7, "rh_pct": 8, "p_pa": 9}
"""Places of the columns in an EPW row, from the EnergyPlus Auxiliary Programs manual."""

_TMY3: Final = {"t_dry_c": "Dry-bulb (C)", "t_dew_c": "Dew-point (C)", "rh_pct": "RHum (%)", "p_hpa": "Pressure (mbar)"}
_TMY3_TIME: Final = "Time (HH:MM)"
_HEAD_LIMITS: Final = {"latitude": (-90.0, 90.0), "altitude": (-450.0, 5500.0), "time zone": (-12.0, 14.0)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a weather file is from, as its head says; None for what it does not say.

    Attributes
    ----------
    latitude_deg, altitude_m : float or None
        North is positive; above the sea.
    time_zone : str or None
        Standard time as an IANA name such as ``Etc/GMT+6``; None for a zone with half hours, which has no such name.
    """

    latitude_deg: float | None = None
    altitude_m: float | None = None
    time_zone: str | None = None


def read_weather_table(path: Path, field: str) -> tuple[Table, Place]:
    """Read a weather file of any known layout.

    Parameters
    ----------
    path : Path
        EPW, TMY3, CSV or Parquet; the first lines tell which.
    field : str
        What the user calls it, for errors about the file as a whole.

    Returns
    -------
    tuple of (Table, Place)
        The rows, and what the head says of the place; nothing for plain tables.

    Raises
    ------
    SeriesError
        As `read_table`, or if head or rows are not those of the layout: file, line and what is needed.
    """
    head = _first_lines(path)
    if head[0].startswith(EPW_HEAD):
        return _epw(path)
    if len(head) > 1 and head[1].startswith(TMY3_HEAD):
        return _tmy3(path)
    return read_table(path, field), Place()


def _first_lines(path: Path) -> list[str]:
    if not path.is_file():
        return [""]  # `read_table` says so
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        return [stream.readline(), stream.readline()]


def _rows(path: Path) -> list[list[str]]:
    # Names of places are in whatever encoding the service had; only digits matter here.
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        return list(csv.reader(stream))


def _epw(path: Path) -> tuple[Table, Place]:
    rows = _rows(path)
    location = rows[0]
    if len(location) < 10 or len(rows) <= _EPW_FIRST_ROW:
        raise SeriesError(path.name, ",".join(location), "an EPW file: LOCATION with latitude, longitude, time zone and altitude, then 8,760 hours")
    body = [(line, row) for line, row in enumerate(rows[_EPW_FIRST_ROW:], start=_EPW_FIRST_ROW + 1) if row]
    _refuse_short(path, body, max(_EPW.values()) + 1)
    columns = {name: [row[at] for _, row in body] for name, at in _EPW.items()}
    place = _place(path, location[6], location[9], location[8])
    return _table(path, columns, [line for line, _ in body]), place


def _tmy3(path: Path) -> tuple[Table, Place]:
    rows = _rows(path)
    station, names = rows[0], [name.strip() for name in rows[1]]
    lacking = [name for name in (_TMY3_TIME, *_TMY3.values()) if name not in names]
    if len(station) < 7 or lacking:
        lacks = f"; it lacks {', '.join(lacking)}" if lacking else ""
        allowed = f"a TMY3 file: station, name, state, time zone, latitude, longitude, altitude, then named columns{lacks}"
        raise SeriesError(path.name, ",".join(station), allowed)
    body = [(line, row) for line, row in enumerate(rows[2:], start=3) if row]
    _refuse_short(path, body, len(names))
    dates, times = ([row[names.index(name)] for _, row in body] for name in (TMY3_HEAD, _TMY3_TIME))
    columns = {"month": [date.partition("/")[0] for date in dates], "day": [date.partition("/")[2].partition("/")[0] for date in dates]}
    columns |= {"hour_of_day": [time.partition(":")[0] for time in times]}
    columns |= {ours: [row[names.index(theirs)] for _, row in body] for ours, theirs in _TMY3.items()}
    place = _place(path, station[4], station[6], station[3])
    return _table(path, columns, [line for line, _ in body]), place


def _table(path: Path, columns: dict[str, list[str]], lines: list[int]) -> Table:
    hours = pl.Series(columns["hour_of_day"]).str.strip_chars().cast(pl.Int64, strict=False)
    bad = np.flatnonzero(~hours.is_between(1, int(HOURS_PER_DAY)).fill_null(value=False).to_numpy())
    if bad.size:
        raise SeriesError(f"{path.name}, line {lines[bad[0]]}, hour", columns["hour_of_day"][bad[0]], "1 to 24, the end of the hour")
    columns["hour_of_day"] = [str(hour - 1) for hour in hours]
    return Table(path.name, pl.DataFrame(columns), np.array(lines), "line")


def _refuse_short(path: Path, body: list[tuple[int, list[str]]], cells: int) -> None:
    short = next(((line, row) for line, row in body if len(row) < cells), None)
    if short is not None or not body:
        line, row = short or (len(body), [])
        raise SeriesError(f"{path.name}, line {line}", ",".join(row), f"at least {cells} cells in each row; it has {len(row)}")


def _place(path: Path, latitude: str, altitude: str, zone: str) -> Place:
    return Place(_number(path, "latitude", latitude), _number(path, "altitude", altitude), _zone(_number(path, "time zone", zone)))


def _number(path: Path, what: str, cell: str) -> float:
    low, high = _HEAD_LIMITS[what]
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise SeriesError(f"{path.name}, line 1, {what}", cell, f"a number from {low:g} to {high:g}")
    return value


def _zone(hours: float) -> str | None:
    if hours != int(hours):
        return None
    return f"Etc/GMT{-int(hours):+d}" if hours else "UTC"  # the sign of these names is that of old Unix: west is positive
