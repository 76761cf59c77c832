"""The weather of a price's hour: the very same hour, or the same hour of a typical year, or a told fallback."""

import numpy as np

from wattmint.errors import SeriesError
from wattmint.market.history import WeatherSeries
from wattmint.market.instants import local_parts
from wattmint.market.typical_year import typical_hour, typical_month_and_hour
from wattmint.market.weather_doubts import clock_note
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR

_CELLS = MONTHS_PER_YEAR * int(HOURS_PER_DAY)


def weather_at(weather: WeatherSeries, utc_hour: IntArray, time_zone: str) -> tuple[FloatArray, tuple[str, ...]]:
    """Return the air of given hours.

    Parameters
    ----------
    weather : WeatherSeries
        Actual years are matched by the hour itself; a typical year by month, day and hour of its own standard time.
    utc_hour : IntArray, shape (n,)
        Hours since 1970 UTC.
    time_zone : str
        Clock of the site.

    Returns
    -------
    tuple of (FloatArray, shape (4, n); tuple of str)
        Dry bulb, wet bulb, dew point and pressure; notes. An hour the weather lacks takes the mean over the same month and hour
        of the day; and weather that is warmest at another time than the afternoon is told.

    Raises
    ------
    SeriesError
        If the weather has no hour at all of a month and hour of the day that is needed.
    """
    zone = weather.time_zone or time_zone
    _, month, day, hour = local_parts(utc_hour, zone)
    wanted = typical_hour(month, day, hour) if weather.is_typical else utc_hour
    at = np.minimum(np.searchsorted(weather.hour, wanted), weather.hour.size - 1)
    known = weather.hour[at] == wanted
    values = weather.air
    found = values[:, at]
    notes = clock_note(weather.label, month[known], hour[known], found[0][known])
    if known.all():
        return found, notes
    means = _means(weather, values, zone)[:, _cell(month, hour)[~known]]
    if np.isnan(means).any():
        index = int(np.flatnonzero(~known)[np.argmax(np.isnan(means[0]))])
        lacking = f"month {month[index]}, hour {hour[index]}"
        raise SeriesError("weather", weather.label, f"temperatures of every month and hour that the prices have; it has none of {lacking}")
    found[:, ~known] = means
    missing = int((~known).sum())
    filled = f"{weather.label}: {missing:,} of {known.size:,} hours are not in it and take the mean of the same month and hour of the day"
    return found, (*notes, filled)


def month_hours(weather: WeatherSeries, time_zone: str) -> tuple[IntArray, IntArray, IntArray]:
    """Return year, calendar month and hour of the day of every hour of a weather series.

    Parameters
    ----------
    weather : WeatherSeries
        Actual or typical.
    time_zone : str
        Clock of the site.

    Returns
    -------
    tuple of IntArray, shape (n,)
        The year of a typical year is 0; its hours stay on its own clock.
    """
    if weather.is_typical:
        return np.zeros_like(weather.hour), *typical_month_and_hour(weather.hour)
    year, month, _, hour = local_parts(weather.hour, time_zone)
    return year, month, hour


def _means(weather: WeatherSeries, values: FloatArray, zone: str) -> FloatArray:
    _, month, hour = month_hours(weather, zone)
    cell = _cell(month, hour)
    count = np.bincount(cell, minlength=_CELLS)
    sums = np.stack([np.bincount(cell, weights=row, minlength=_CELLS) for row in values])
    return np.asarray(np.where(count > 0, sums / np.maximum(count, 1), np.nan))


def _cell(month: IntArray, hour: IntArray) -> IntArray:
    return (month - 1) * int(HOURS_PER_DAY) + hour
