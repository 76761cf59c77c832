"""What weather hardly ever is: months on another clock, of another hemisphere or at another altitude are told in a note, not refused."""

from typing import Final

import numpy as np

from wattmint.market.weather_formats import Place
from wattmint.physics.psychrometrics import standard_pressure_pa
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR, PA_PER_KPA

WARMEST_H: Final = (10.0, 20.0)
"""Hours of the local clock between which the daily wave of the air's temperature peaks; everywhere it is the early afternoon, and between
12.1 and 16.8 in every single month of 98 good files."""

PRESSURE_SHARE: Final = 0.03
"""A mean pressure further off is not that of the altitude; the months of 97 good files differ by 0.015 at the most."""

_LEAST_WAVE_K: Final = 1.5
_TEMPERATE_DEG: Final = 30.0
_MONTHS: Final = range(1, MONTHS_PER_YEAR + 1)
_FEWEST: Final = 20 * int(HOURS_PER_DAY)
"""Hours from which a month is told by itself."""


def clock_note(label: str, month: IntArray, hour_of_day: IntArray, temp_dry_c: FloatArray) -> tuple[str, ...]:
    """Tell if the day's warmest hours are not in the afternoon of the clock they are told on, in all months or in some.

    Parameters
    ----------
    label : str
        Of the series.
    month, hour_of_day : IntArray, shape (n,)
        1 … 12, and 0 … 23 on the site's clock.
    temp_dry_c : FloatArray, shape (n,)
        Dry bulb.

    Returns
    -------
    tuple of str
        One note, or none: the first harmonic of the mean day peaks outside `WARMEST_H`.
    """
    peak_h, where = _warmest_h(hour_of_day, temp_dry_c), ""
    if _is_usual(peak_h):
        by_month = {one: _warmest_h(hour_of_day[month == one], temp_dry_c[month == one]) for one in _MONTHS if (month == one).sum() >= _FEWEST}
        odd = [one for one, peak in by_month.items() if not _is_usual(peak)]
        if not odd:
            return ()
        peak_h, where = by_month[odd[0]], f" in month {', '.join(str(one) for one in odd)}"
    warmest = f"{round(float(peak_h or 0.0)) % int(HOURS_PER_DAY)}:00"
    return (f"{label}: its days are warmest at about {warmest} of the site's clock{where}, usual is 15:00; is its clock another zone's?",)


def place_notes(label: str, place: Place, month: IntArray, temp_dry_c: FloatArray, pressure_pa: FloatArray | None) -> tuple[str, ...]:
    """Tell where weather contradicts the place that it is from, or one of its months the others.

    Parameters
    ----------
    label : str
        Of the series.
    place : Place
        From the head.
    month : IntArray, shape (n,)
        1 … 12.
    temp_dry_c : FloatArray, shape (n,)
        Dry bulb.
    pressure_pa : FloatArray, shape (n,), or None
        As measured.

    Returns
    -------
    tuple of str
        A warm season of the other hemisphere; a mean pressure that is not that of the altitude, or not that of most months.
    """
    notes: list[str] = []
    latitude = place.latitude_deg
    if latitude is not None and abs(latitude) > _TEMPERATE_DEG and set(month.tolist()) == set(_MONTHS):
        summer = np.isin(month, (6, 7, 8))
        winter = np.isin(month, (12, 1, 2))
        warmer_k = float(temp_dry_c[summer].mean() - temp_dry_c[winter].mean())
        if warmer_k * latitude < 0.0:
            than = f"{abs(warmer_k):.1f} K {'warmer' if warmer_k > 0.0 else 'colder'} than December to February"
            notes.append(f"{label}: June to August is {than} at latitude {latitude:g}; are its months those of the other hemisphere?")
    if pressure_pa is not None:
        notes += _pressure_notes(label, place.altitude_m, month, pressure_pa)
    return tuple(notes)


def _pressure_notes(label: str, altitude_m: float | None, month: IntArray, pressure_pa: FloatArray) -> list[str]:
    means = {one: float(pressure_pa[month == one].mean()) for one in _MONTHS if (month == one).any()}
    usual, mean, expected = float(np.median(list(means.values()))), float(pressure_pa.mean()), ""
    if altitude_m is not None:
        usual = float(standard_pressure_pa(altitude_m))
        expected = f"at {altitude_m:,.0f} m {usual / PA_PER_KPA:.1f} kPa is usual; "
        if abs(mean / usual - 1.0) > PRESSURE_SHARE:
            return [f"{label}: its mean pressure is {mean / PA_PER_KPA:.1f} kPa, {expected}is it reduced to sea level?"]
    odd = [one for one, value in means.items() if abs(value / usual - 1.0) > PRESSURE_SHARE]
    if not odd:
        return []
    told = ", ".join(f"{means[one] / PA_PER_KPA:.1f} kPa in month {one}" for one in odd)
    others = expected or f"in most months it is {usual / PA_PER_KPA:.1f} kPa; "
    return [f"{label}: its mean pressure is {told}, {others}is it reduced to sea level there?"]


def _warmest_h(hour_of_day: IntArray, temp_dry_c: FloatArray) -> float | None:
    """Return when the daily wave peaks; None where not every hour is there, or where there is hardly a wave."""
    count = np.bincount(hour_of_day, minlength=int(HOURS_PER_DAY))
    if not count.all():
        return None
    mean_day = np.bincount(hour_of_day, weights=temp_dry_c, minlength=int(HOURS_PER_DAY)) / count
    wave = np.exp(2j * np.pi * np.arange(mean_day.size) / HOURS_PER_DAY) @ mean_day * 2.0 / HOURS_PER_DAY
    return float(np.angle(wave) * HOURS_PER_DAY / (2.0 * np.pi) % HOURS_PER_DAY) if np.abs(wave) >= _LEAST_WAVE_K else None


def _is_usual(peak_h: float | None) -> bool:
    return peak_h is None or WARMEST_H[0] <= peak_h <= WARMEST_H[1]
