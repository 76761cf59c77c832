"""Hourly history of prices and weather: embedded series by name, or a user's own file.

A file's foreign column names stop here. Timestamps become hours since 1970 UTC, finer data are averaged to hours, gaps are
found and told but not filled, and what was found or done stands in the notes.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.facts.load import record, series_path, table
from wattmint.market.files import Table, numbers, pick_column, read_table
from wattmint.market.hours import to_hours
from wattmint.market.instants import utc_seconds
from wattmint.scenario.model import PriceSource
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR

PRICE_LIMIT_USD_PER_MWH: Final = 20_000.0
"""Beyond the highest price cap any ISO has had (ERCOT's 9,000); a number above it is a unit or a typing error."""

TEMP_RANGE_C: Final = (-60.0, 60.0)
"""Weather colder or hotter than any site's is a unit or a sensor error."""

_TYPICAL: Final = ("month", "day", "hour_of_day")
_PRICE, _WEATHER, _TYPICAL_WEATHER = "price", "weather", "typical weather"
_DAYS: Final = 32


@dataclass(frozen=True, slots=True)
class PriceSeries:
    """Hourly prices.

    Attributes
    ----------
    label : str
        Id of the embedded series, or the file's name.
    market : str or None
        Wholesale market of an embedded series, e.g. ``ercot``; a file's market is not known.
    utc_hour : IntArray, shape (n,)
        Hours since 1970 UTC, rising; gaps are left out.
    price_usd_per_mwh : FloatArray, shape (n,)
        Mean of the hour, may be negative.
    notes : tuple of str
        What was found and done.
    sources : tuple of str
        Source ids; none for a file.
    """

    label: str
    market: str | None
    utc_hour: IntArray
    price_usd_per_mwh: FloatArray
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeatherSeries:
    """Hourly weather of actual years, or of a typical year.

    Attributes
    ----------
    label : str
        Id of the embedded series, or the file's name.
    is_typical : bool
        True for a typical year (TMY), which has no dates.
    time_zone : str or None
        Clock of a typical year, in standard time; None for the site's own.
    hour : IntArray, shape (n,)
        Rising. Actual years: hours since 1970 UTC. Typical year: `typical_hour` of month, day and hour.
    temp_dry_c, temp_wet_c : FloatArray, shape (n,)
        Dry-bulb and wet-bulb temperature.
    notes, sources : tuple of str
        As in `PriceSeries`.
    """

    label: str
    is_typical: bool
    time_zone: str | None
    hour: IntArray
    temp_dry_c: FloatArray
    temp_wet_c: FloatArray
    notes: tuple[str, ...]
    sources: tuple[str, ...]


def read_prices(history: PriceSource, base_dir: Path) -> PriceSeries:
    """Read the prices of one history.

    Parameters
    ----------
    history : PriceSource
        Its ``prices`` is the id of an embedded series or the path of a CSV or Parquet file; the other keys say how to
        read a file.
    base_dir : Path
        Folder from which a relative path is taken.

    Returns
    -------
    PriceSeries

    Raises
    ------
    UnknownNameError
        If ``prices`` is neither an embedded series nor the path of a table, or the time zone is unknown.
    SeriesError
        If the file is missing or refused: file, line, column, value and what is allowed.
    """
    field = "power.history.prices"
    if _is_embedded(history.prices, (_PRICE,), field):
        facts = record("series", history.prices)
        raw = replace(read_table(series_path(history.prices), field), file=history.prices)
        zone, market, sources = str(facts["time_zone"].value), str(facts["market"].value), (facts["file"].source,)
        return _prices(raw, history, zone, market, sources)
    raw = read_table(base_dir / history.prices, field)
    return _prices(raw, history, history.time_zone or "UTC", None, ())


def read_weather(name: str, base_dir: Path, time_zone: str = "UTC") -> WeatherSeries:
    """Read a weather series.

    Parameters
    ----------
    name : str
        Id of an embedded series, or the path of a CSV or Parquet file with dry-bulb and wet-bulb temperature and either
        timestamps or, for a typical year, the columns month, day and hour_of_day.
    base_dir : Path
        Folder from which a relative path is taken.
    time_zone : str, optional
        Clock of timestamps that carry no offset.

    Returns
    -------
    WeatherSeries

    Raises
    ------
    UnknownNameError, SeriesError
        As `read_prices`.
    """
    field = "weather"
    if _is_embedded(name, (_WEATHER, _TYPICAL_WEATHER), field):
        facts = record("series", name)
        raw = replace(read_table(series_path(name), field), file=name)
        return _weather(raw, str(facts["time_zone"].value), (facts["file"].source,))
    raw = read_table(base_dir / name, field)
    is_typical = set(_TYPICAL) <= set(raw.frame.columns)
    return _weather(raw, None if is_typical else time_zone, ())


def typical_hour(month: IntArray, day: IntArray, hour: IntArray) -> IntArray:
    """Return numbers of the hours of a typical year that rise with month, day and hour; the numbers have gaps."""
    return (month * _DAYS + day) * int(HOURS_PER_DAY) + hour


def typical_month_and_hour(hour: IntArray) -> tuple[IntArray, IntArray]:
    """Return month 1 … 12 and hour of the day 0 … 23 of what `typical_hour` numbered."""
    day_hours = int(HOURS_PER_DAY)
    return hour // (_DAYS * day_hours), hour % day_hours


def _is_embedded(name: str, kinds: tuple[str, ...], field: str) -> bool:
    series = table("series")
    known = [id_ for id_, facts in series.items() if facts["series_kind"].value in kinds]
    if name in series and name not in known:
        raise UnknownNameError(field, name, known)
    if name not in series and "." not in name and "/" not in name and "\\" not in name:
        raise UnknownNameError(field, name, known)
    return name in series


def _prices(raw: Table, history: PriceSource, zone: str, market: str | None, sources: tuple[str, ...]) -> PriceSeries:
    time = pick_column(raw, "time", history.time_column, "power.history.time_column")
    price = pick_column(raw, "price", history.price_column, "power.history.price_column")
    limit = PRICE_LIMIT_USD_PER_MWH
    values = numbers(raw, price, f"a price in USD/MWh from {-limit:,.0f} to {limit:,.0f}", -limit, limit)
    seconds, clock_notes = utc_seconds(raw, time, zone)
    hourly = to_hours(raw, time, seconds, values[:, None], zone)
    prices = np.ascontiguousarray(hourly.values[:, 0])
    notes = clock_notes + hourly.notes + _negative_note(raw.file, prices)
    return PriceSeries(raw.file, market, hourly.utc_hour, prices, notes, sources)


def _negative_note(name: str, prices: FloatArray) -> tuple[str, ...]:
    negative = int((prices < 0.0).sum())
    if not negative:
        return ()
    return (f"{name}: {negative:,} of {prices.size:,} hours have a negative price (lowest {prices.min():,.2f} USD/MWh); they are kept",)


def _weather(raw: Table, zone: str | None, sources: tuple[str, ...]) -> WeatherSeries:
    low, high = TEMP_RANGE_C
    allowed = f"a temperature in degrees Celsius from {low:g} to {high:g}"
    columns = [pick_column(raw, role) for role in ("dry-bulb", "wet-bulb")]
    values = np.column_stack([numbers(raw, column, allowed, low, high) for column in columns])
    if set(_TYPICAL) <= set(raw.frame.columns):
        hour, values = _typical_year(raw, values)
        return WeatherSeries(raw.file, True, zone, hour, values[:, 0], values[:, 1], (), sources)
    time = pick_column(raw, "time")
    seconds, clock_notes = utc_seconds(raw, time, zone or "UTC")
    hourly = to_hours(raw, time, seconds, values, zone or "UTC")
    dry, wet = np.ascontiguousarray(hourly.values.T)
    return WeatherSeries(raw.file, False, None, hourly.utc_hour, dry, wet, clock_notes + hourly.notes, sources)


def _typical_year(raw: Table, values: FloatArray) -> tuple[IntArray, FloatArray]:
    limits = (("month", 1.0, float(MONTHS_PER_YEAR)), ("day", 1.0, 31.0), ("hour_of_day", 0.0, HOURS_PER_DAY - 1.0))
    parts = [numbers(raw, name, f"{low:g} to {high:g}", low, high).astype(np.int64) for name, low, high in limits]
    hour = typical_hour(*parts)
    order = np.argsort(hour, kind="stable")
    twice = np.flatnonzero(np.diff(hour[order]) == 0)
    if twice.size:
        index = int(order[twice[0] + 1])
        raise SeriesError(raw.place(index, "month, day, hour_of_day"), str(tuple(int(part[index]) for part in parts)), "each hour of the year once")
    return hour[order], values[order]
