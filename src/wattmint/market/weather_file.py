"""A weather file's columns as numbers in one set of units; a wrong unit is refused by its name, not by its first odd number.

Dry-bulb temperature is needed, and one of wet bulb, dew point and relative humidity. Pressure and fine dust (PM2.5) are read where
they are given; the unit of a pressure is what its column's name says.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.errors import SeriesError
from wattmint.market.files import Table, columns_of, numbers, pick_column, row_count
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_DAY, PA_PER_HPA, PA_PER_KPA, PERCENT

TEMP_RANGE_C: Final = (-60.0, 60.0)
"""Weather colder or hotter than any site's is a unit or a sensor error."""

HOTTEST_MEDIAN_C: Final = 42.0
"""No place is as hot as this in half of the hours, not even in July: Death Valley and Kuwait reach 39 °C."""

HOTTEST_F: Final = 140.0
"""60 °C in degrees Fahrenheit."""

PRESSURE_RANGE_PA: Final = (50_000.0, 110_000.0)
"""From 5,500 m above the sea, higher than any town, to above the highest pressure ever measured."""

MOST_HUMID_PCT: Final = 105.0
"""Sensors in fog show a little above 100 %; they count as 100 and are told. Beyond, the number means something else."""

MOST_DUST_UG_M3: Final = 10_000.0
"""Far above any hour of smoke or sand storm on record."""

TEMPERATURES: Final = ("dry-bulb", "wet-bulb", "dew-point")
HUMIDITIES: Final = ("wet-bulb", "dew-point", "humidity")

_MISSING: Final = frozenset({99.9, 999.0, 999.9, 9900.0, 9999.0, 99999.0, 999999.0})
"""Numbers, with either sign, that weather services write for a value they do not have."""

_NAMED: Final = ("kPa", "hPa", "Pa")
"""Units of pressure that a column's name can say."""

_KELVIN: Final = (180.0, 340.0)
_OFTEN: Final = 0.05
_FEWEST: Final = int(HOURS_PER_DAY)
_PRESSURE_UNITS: Final[Mapping[str, float]] = {"kPa": PA_PER_KPA, "hPa": PA_PER_HPA, "Pa": 1.0, "inHg": 3_386.389, "psi": 6_894.757}
"""Pascals in one of them (inch of mercury and pound per square inch: NIST Special Publication 811, appendix B)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """A weather file as numbers, row by row.

    Attributes
    ----------
    raw : Table
        The file.
    columns : mapping of str to str
        Name of the file's column by what it holds: ``dry-bulb``, ``wet-bulb``, ``dew-point``, ``humidity``, ``pressure``, ``pm2.5``.
    values : mapping of str to FloatArray, shape (rows,)
        By the same names: °C, relative humidity as a share, Pa, µg/m³. PM2.5 may have gaps (NaN), the others have none.
    notes : tuple of str
        What was found and done.
    """

    raw: Table
    columns: Mapping[str, str]
    values: Mapping[str, FloatArray]
    notes: tuple[str, ...]


def read_columns(raw: Table) -> Readings:
    """Return a weather file's columns in our units.

    Parameters
    ----------
    raw : Table
        The file.

    Returns
    -------
    Readings

    Raises
    ------
    SeriesError
        If a needed column is not there, a cell is no number, or the numbers are of another unit or impossible: file, line, column, value
        and what is allowed.
    """
    _refuse_fahrenheit_by_name(raw)
    columns = {"dry-bulb": pick_column(raw, "dry-bulb")}
    optional = (*HUMIDITIES, "pressure", "pm2.5")
    columns |= {role: pick_column(raw, role) for role in optional if columns_of(raw, role)}
    if not any(role in columns for role in HUMIDITIES):
        allowed = f"one of t_wet_c, t_dew_c and rh_pct is needed beside {columns['dry-bulb']}; its columns are {', '.join(raw.frame.columns)}"
        raise SeriesError(f"{raw.file}, humidity column", "none found", allowed)
    values: dict[str, FloatArray] = {role: _temperatures(raw, columns[role]) for role in TEMPERATURES if role in columns}
    notes: tuple[str, ...] = ()
    if "humidity" in columns:
        values["humidity"], notes = _humidity(raw, columns["humidity"])
    if "pressure" in columns:
        values["pressure"] = _pressure(raw, columns["pressure"])
    if "pm2.5" in columns:
        values["pm2.5"], dust_notes = _dust(raw, columns["pm2.5"])
        notes += dust_notes
    return Readings(raw, columns, values, notes)


def _refuse_fahrenheit_by_name(raw: Table) -> None:
    named = [name for name in raw.frame.columns if name.lower().rstrip(") ").endswith(("_f", "°f", "(f", "fahrenheit"))]
    if named and not columns_of(raw, "dry-bulb"):
        allowed = "degrees Celsius, in a column t_dry_c; subtract 32 and divide by 1.8"
        raise SeriesError(f"{raw.file}, {named[0]}", "degrees Fahrenheit", allowed)


def _temperatures(raw: Table, column: str) -> FloatArray:
    low, high = TEMP_RANGE_C
    allowed = f"a temperature in degrees Celsius from {low:g} to {high:g}"
    values = _any_numbers(raw, column, allowed)
    kelvin = (values > _KELVIN[0]) & (values < _KELVIN[1])
    between = (values > high) & (values <= _KELVIN[0]) & ~_is_code(values)  # where tenths of a degree would be on cool days
    if kelvin.sum() >= _FEWEST and not between.any():
        _refuse_unit(raw, column, allowed, "kelvin; subtract 273.15", values, int(np.argmax(kelvin)))
    unit = _other_temperature_unit(values)
    if unit is not None:
        _refuse_unit(raw, column, allowed, unit, values)
    hot = values[(values > high) & ~_is_code(values)]
    if hot.size and hot.max() <= HOTTEST_F:
        allowed += " (is it in degrees Fahrenheit?)"
    _refuse_outside(raw, column, values, allowed, low, high)
    return values


def _other_temperature_unit(values: FloatArray) -> str | None:
    usual = values[~_is_code(values)]
    if usual.size < _FEWEST:
        return None
    low, high, hot = usual.min(), usual.max(), float((usual > TEMP_RANGE_C[1]).mean())
    if (hot < _OFTEN and np.median(usual) < HOTTEST_MEDIAN_C) or low < -80.0:
        return None
    if high <= HOTTEST_F:
        return "degrees Fahrenheit; subtract 32 and divide by 1.8"
    return "tenths of a degree; divide by 10" if high <= 600.0 else None


def _humidity(raw: Table, column: str) -> tuple[FloatArray, tuple[str, ...]]:
    allowed = "a relative humidity in percent, above 0 and up to 100"
    values = _any_numbers(raw, column, allowed)
    usual = values[~_is_code(values)]
    if usual.size >= _FEWEST and usual.max() <= 1.0 and usual.max() > 0.0:
        _refuse_unit(raw, column, allowed, "shares of 1; multiply by 100", values)
    _refuse_shares(raw, column, allowed, values)
    _refuse_outside(raw, column, values, allowed, np.nextafter(0.0, 1.0), MOST_HUMID_PCT)
    above = int((np.round(values, 2) > PERCENT).sum())
    notes = (f"{raw.file}: {column} above 100 % in {row_count(above)} (at most {values.max():g}); they count as 100 %",) if above else ()
    return np.minimum(values / PERCENT, 1.0), notes


def _refuse_shares(raw: Table, column: str, allowed: str, values: FloatArray) -> None:
    """Refuse a day of rows of at most one percent, which no desert has: shares of 1 in a part of the file."""
    dry = np.concatenate(([0], np.cumsum((values > 0.0) & (values <= 1.0))))
    days = np.flatnonzero(dry[_FEWEST:] - dry[:-_FEWEST] == _FEWEST)
    if days.size:
        first = int(days[0])
        highest = values[first : first + _FEWEST].max()
        unit = f"{allowed}; in {_FEWEST} rows from here it is at most {highest:g}: shares of 1; multiply by 100"
        raise SeriesError(raw.place(first, column), raw.frame[column][first], unit)


def _pressure(raw: Table, column: str) -> FloatArray:
    unit = _unit_in_name(column)
    low, high = (bound / _PRESSURE_UNITS[unit] for bound in PRESSURE_RANGE_PA)
    allowed = f"an air pressure in {unit} from {low:,.0f} to {high:,.0f}"
    values = _any_numbers(raw, column, allowed)
    middle = float(np.median(values))
    others = [name for name, pascals in _PRESSURE_UNITS.items() if name != unit and _plausible(middle * pascals)]
    if others and not _plausible(middle * _PRESSURE_UNITS[unit]):
        remedy = f"call it p_{others[0].lower()}" if others[0] in _NAMED else f"multiply by {_PRESSURE_UNITS[others[0]] / PA_PER_KPA:g} for kPa"
        _refuse_unit(raw, column, allowed, f"{others[0]}; {remedy}", values)
    _refuse_outside(raw, column, values, allowed, low, high)
    return values * _PRESSURE_UNITS[unit]


def _unit_in_name(column: str) -> str:
    name = column.lower()
    return "kPa" if "kpa" in name else "hPa" if any(word in name for word in ("hpa", "mbar", "surface")) else "Pa"


def _plausible(pressure_pa: float) -> bool:
    return PRESSURE_RANGE_PA[0] <= pressure_pa <= PRESSURE_RANGE_PA[1]


def _dust(raw: Table, column: str) -> tuple[FloatArray, tuple[str, ...]]:
    allowed = f"fine dust (PM2.5) in micrograms per cubic metre from 0 to {MOST_DUST_UG_M3:,.0f}, or empty"
    text = raw.frame[column].cast(str).str.strip_chars()
    empty = (text.is_null() | text.str.to_lowercase().is_in(["", "na", "nan"])).to_numpy()
    values = np.full(empty.size, np.nan)
    kept = Table(raw.file, raw.frame.filter(~empty), raw.row[~empty], raw.row_word)
    if kept.row.size:
        values[~empty] = numbers(kept, column, allowed, 0.0, MOST_DUST_UG_M3)
    lacking = int(empty.sum())
    notes = (f"{raw.file}: {column} is empty in {lacking:,} of {empty.size:,} rows; they are left out of what is said about dust",) if lacking else ()
    return values, notes


def _any_numbers(raw: Table, column: str, allowed: str) -> FloatArray:
    return numbers(raw, column, allowed, -sys.float_info.max, sys.float_info.max)


def _is_code(values: FloatArray) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    return np.isin(np.abs(values), list(_MISSING))


def _refuse_unit(raw: Table, column: str, allowed: str, unit: str, values: FloatArray, first: int = 0) -> None:
    looks = f"from {values.min():g} to {values.max():g}, this column looks like" if first == 0 else "from here on this column looks like"
    raise SeriesError(raw.place(first, column), raw.frame[column][first], f"{allowed}; {looks} {unit}")


def _refuse_outside(raw: Table, column: str, values: FloatArray, allowed: str, low: float, high: float) -> None:
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if bad.size:
        first = int(bad[0])
        code = "; it is a code for a missing value; put a measured or an interpolated one there" if _is_code(values[bad[:1]])[0] else ""
        raise SeriesError(raw.place(first, column), raw.frame[column][first], f"{allowed}{code}; found on {row_count(bad.size)}")
