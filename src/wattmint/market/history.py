"""Hourly history of prices and weather: embedded series by name, or a user's own file.

A file's foreign column names stop here. Timestamps become hours since 1970 UTC, finer data are averaged to hours, gaps are
found and told but not filled, and what was found or done stands in the notes.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import UnknownNameError
from wattmint.facts.load import record, series_path, table
from wattmint.market.files import Table, numbers, pick_column, read_table
from wattmint.market.hours import to_hours
from wattmint.market.instants import local_parts, say_instant, utc_seconds
from wattmint.market.typical_year import follows, hours_of_year, is_typical_year, say_typical_hour, typical_month_and_hour
from wattmint.market.weather_checks import check_hours, check_humidity
from wattmint.market.weather_doubts import place_notes
from wattmint.market.weather_file import TEMPERATURES, read_columns
from wattmint.market.weather_formats import Place, read_weather_table
from wattmint.physics.psychrometrics import (
    SEA_LEVEL_PA,
    dew_point_from_rh_c,
    dew_point_from_wet_bulb_c,
    standard_pressure_pa,
    wet_bulb_from_dew_point_c,
    wet_bulb_from_rh_c,
)
from wattmint.scenario.model import PriceSource
from wattmint.types import FloatArray, IntArray
from wattmint.units import PA_PER_KPA, SECONDS_PER_HOUR

PRICE_LIMIT_USD_PER_MWH: Final = 20_000.0
"""Beyond the highest price cap any ISO has had (ERCOT's 9,000); a number above it is a unit or a typing error."""

_PRICE, _WEATHER, _TYPICAL_WEATHER = "price", "weather", "typical weather"


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
    temp_dry_c, temp_wet_c, temp_dew_c : FloatArray, shape (n,)
        Dry bulb, wet bulb and dew point; of the last two the file's own, else worked out from what it has.
    pressure_pa : FloatArray, shape (n,)
        At the altitude that was given, else the file's own, else of the standard atmosphere at the altitude of its place.
    pm25_ug_m3 : FloatArray, shape (n,), or None
        Fine dust, NaN where the file has none; None if it has no such column.
    notes, sources : tuple of str
        As in `PriceSeries`.
    altitude_m : float or None
        Of the site where it was given, else of the weather's station; None where neither is known.
    """

    label: str
    is_typical: bool
    time_zone: str | None
    hour: IntArray
    temp_dry_c: FloatArray
    temp_wet_c: FloatArray
    temp_dew_c: FloatArray
    pressure_pa: FloatArray
    pm25_ug_m3: FloatArray | None
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    altitude_m: float | None = None

    @property
    def air(self) -> FloatArray:
        """Dry bulb, wet bulb, dew point [°C] and pressure [Pa], shape (4, n)."""
        return np.stack([self.temp_dry_c, self.temp_wet_c, self.temp_dew_c, self.pressure_pa])


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


def read_weather(name: str, base_dir: Path, time_zone: str = "UTC", altitude_m: float | None = None) -> WeatherSeries:
    """Read a weather series.

    Parameters
    ----------
    name : str
        Id of an embedded series, or the path of a file: EPW, TMY3, or a CSV or Parquet table with dry bulb, one of wet bulb, dew point
        and relative humidity, and either timestamps or the hours of a typical year.
    base_dir : Path
        Folder from which a relative path is taken.
    time_zone : str, optional
        Clock of timestamps that carry no offset.
    altitude_m : float, optional
        Altitude of the site, whose standard pressure then counts instead of the file's; dry bulb and dew point stay, the wet bulb follows.

    Returns
    -------
    WeatherSeries

    Raises
    ------
    UnknownNameError
        As `read_prices`.
    SeriesError
        As `read_prices`; and for wrong units, impossible humidity, stuck sensors and spikes, each by its name.
    """
    field = "weather"
    if _is_embedded(name, (_WEATHER, _TYPICAL_WEATHER), field):
        facts = record("series", name)
        raw = replace(read_table(series_path(name), field), file=name)
        altitude = float(facts["altitude_m"].value) if "altitude_m" in facts else None
        return _weather(raw, Place(None, altitude, str(facts["time_zone"].value)), altitude_m, (facts["file"].source,))
    raw, place = read_weather_table(base_dir / name, field)
    return _weather(raw, place if is_typical_year(raw) else replace(place, time_zone=time_zone), altitude_m, ())


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


def _weather(raw: Table, place: Place, altitude_m: float | None, sources: tuple[str, ...]) -> WeatherSeries:
    found = read_columns(raw)
    check_humidity(found)
    roles = tuple(found.values)
    columns = np.column_stack([found.values[role] for role in roles])
    is_typical = is_typical_year(raw)
    if is_typical:
        hour, order, notes = hours_of_year(raw)
        columns = columns[order]
    else:
        time, zone = pick_column(raw, "time"), place.time_zone or "UTC"
        seconds, clock_notes = utc_seconds(raw, time, zone)
        hourly = to_hours(raw, time, seconds, columns, zone)
        hour, columns, notes = hourly.utc_hour, hourly.values, clock_notes + hourly.notes
    values = {role: np.ascontiguousarray(column) for role, column in zip(roles, columns.T, strict=True)}
    next_hour = follows(hour) if is_typical else np.diff(hour) == 1
    temperatures: dict[str, FloatArray] = {role: values[role] for role in TEMPERATURES if role in values}
    check_hours(raw.file, temperatures, next_hour, lambda at: _say_hour(int(hour[at]), is_typical))
    month = typical_month_and_hour(hour)[0] if is_typical else local_parts(hour, place.time_zone or "UTC")[1]
    notes += place_notes(raw.file, place, month, values["dry-bulb"], values.get("pressure"))
    known_m = place.altitude_m if altitude_m is None else altitude_m
    pressure_pa, pressure_notes = _pressure(raw.file, values, known_m if place.altitude_m is None else place.altitude_m)
    dew_c, wet_c = _dew_point(values, pressure_pa), _wet_bulb(values, pressure_pa)
    if altitude_m is not None:
        pressure_pa = np.full(hour.size, float(standard_pressure_pa(altitude_m)))
        wet_c = wet_bulb_from_dew_point_c(values["dry-bulb"], np.minimum(dew_c, values["dry-bulb"]), pressure_pa)
    return WeatherSeries(
        label=raw.file, is_typical=is_typical, time_zone=place.time_zone if is_typical else None, hour=hour, temp_dry_c=values["dry-bulb"],
        temp_wet_c=wet_c, temp_dew_c=dew_c, pressure_pa=pressure_pa,
        pm25_ug_m3=values.get("pm2.5"), notes=found.notes + notes + pressure_notes, sources=sources, altitude_m=known_m,
    )  # fmt: skip


def _say_hour(hour: int, is_typical: bool) -> str:
    return say_typical_hour(hour) if is_typical else say_instant(hour * int(SECONDS_PER_HOUR), "UTC") + "Z"


def _pressure(label: str, values: dict[str, FloatArray], altitude_m: float | None) -> tuple[FloatArray, tuple[str, ...]]:
    size = values["dry-bulb"].size
    if "pressure" in values:
        return values["pressure"], ()
    if altitude_m is not None:
        return np.full(size, float(standard_pressure_pa(altitude_m))), ()
    return np.full(size, SEA_LEVEL_PA), (f"{label}: without pressure or altitude; {SEA_LEVEL_PA / PA_PER_KPA:.1f} kPa, sea level, is taken",)


def _wet_bulb(values: dict[str, FloatArray], pressure_pa: FloatArray) -> FloatArray:
    if "wet-bulb" in values:
        return values["wet-bulb"]
    if "dew-point" in values:
        return wet_bulb_from_dew_point_c(values["dry-bulb"], np.minimum(values["dew-point"], values["dry-bulb"]), pressure_pa)
    return wet_bulb_from_rh_c(values["dry-bulb"], values["humidity"], pressure_pa)


def _dew_point(values: dict[str, FloatArray], pressure_pa: FloatArray) -> FloatArray:
    if "dew-point" in values:
        return values["dew-point"]
    if "humidity" in values:
        return dew_point_from_rh_c(values["dry-bulb"], values["humidity"])
    return dew_point_from_wet_bulb_c(values["dry-bulb"], values["wet-bulb"], pressure_pa)
