"""What weather cannot be: impossible hours are refused by name.

The limits stand well outside everything that good files show: the air of fifteen keeps one temperature for 22 hours at the longest, jumps by
5.6 K for a single hour at the most, and has no wet bulb above 29.7 °C; in 98 it steps by 21.7 K from hour to hour at the most (a norther in the
Texas panhandle), and columns of humidity agree within 4.3 points in half of the hours of any week. What is wrong in only a part of a file is found
there: humidities are compared week by week.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.errors import SeriesError
from wattmint.market.files import row_count
from wattmint.market.weather_file import HUMIDITIES, PRESSURE_RANGE_PA, TEMPERATURES, Readings
from wattmint.physics.psychrometrics import (
    dew_point_from_rh_c,
    humidity_ratio_from_wet_bulb,
    rh_from_dew_point,
    saturation_pressure_pa,
    vapour_pressure_pa,
    wet_bulb_c,
)
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_DAY, PERCENT

WETTEST_C: Final = 36.0
"""No dew point or wet bulb above 36 °C has been measured; the records are dew points of 35 °C on the Persian Gulf."""

ROUNDING_K: Final = 0.5
"""Columns rounded to whole degrees may put a dew point this far above the dry bulb."""

MOST_APART: Final = 0.10
"""Median difference in relative humidity between two columns, over the warm hours of a week, from which they contradict one another."""

LONGEST_STILL_H: Final[Mapping[str, int]] = {"dry-bulb": 48, "wet-bulb": 48, "dew-point": 96}
"""Hours of exactly one value from which a sensor is stuck."""

HIGHEST_SPIKE_K: Final = 20.0
"""Height of a single hour above or below both its neighbours."""

HIGHEST_STEP_K: Final = 25.0
"""Difference of an hour to the one before that no front makes: where it stays, another unit or another place begins."""

WORDS: Final[Mapping[str, str]] = {"dry-bulb": "dry bulb", "wet-bulb": "wet bulb", "dew-point": "dew point"}

_SATURATED: Final = 0.95
_WEEK: Final = 168
_FEWEST: Final = int(HOURS_PER_DAY)
_WARM: Final = 0.0

BoolArray = NDArray[np.bool_]


def check_humidity(found: Readings) -> None:
    """Refuse humidity that air cannot hold, and columns that contradict one another.

    Parameters
    ----------
    found : Readings
        The file's columns in our units.

    Raises
    ------
    SeriesError
        At the first hour whose wet bulb or dew point lies above its dry bulb or above all records, or whose wet bulb is colder than air without any
        water would make it; or if a column copies the dry bulb, or two columns of humidity do not belong together in some week.
    """
    dry = found.values["dry-bulb"]
    for role in TEMPERATURES[1:]:
        if role in found.values:
            _check_below_dry_bulb(found, role)
            _refuse_first(found, role, found.values[role] > WETTEST_C, _record_words(WORDS[role]))
    if "wet-bulb" in found.values:
        _check_above_dry_air(found)
    _check_agreement(found)
    if "humidity" in found.values:
        dew_c = dew_point_from_rh_c(dry, found.values["humidity"])
        first = int(np.argmax(dew_c > WETTEST_C))
        words = f"a humidity that goes with {found.columns['dry-bulb']} = {dry[first]:g}: the dew point would be {dew_c[first]:.0f} °C"
        _refuse_first(found, "humidity", dew_c > WETTEST_C, f"{words}; {_record_words('dew point')}")


def check_hours(label: str, values: Mapping[str, FloatArray], follows: BoolArray, when: Callable[[int], str]) -> None:
    """Refuse a stuck sensor, a spike, and a step of the dry bulb.

    Parameters
    ----------
    label : str
        Of the series.
    values : mapping of str to FloatArray, shape (n,)
        Hourly temperatures [°C] in time order by ``dry-bulb``, ``wet-bulb``, ``dew-point``, as far as measured.
    follows : array of bool, shape (n - 1,)
        Whether each hour but the first is the next one after the hour before it in the arrays.
    when : callable
        From the position of an hour to its date in words.

    Raises
    ------
    SeriesError
        At the first hour of the longest still stretch, or of the highest spike or step.
    """
    for role, longest in LONGEST_STILL_H.items():
        if role in values:
            start, hours = _still(values[role])
            if hours >= longest:
                stuck = f"it stands still for {hours:,} hours from {when(start)}: the sensor was stuck or a gap was filled"
                allowed = f"a {WORDS[role]} that changes; {stuck}"
                raise SeriesError(f"{label}, {WORDS[role]}", float(values[role][start]), allowed)
    for role, column in values.items():
        at, height = _spike(column)
        if height > HIGHEST_SPIKE_K:
            allowed = f"no spike: one hour, {when(at)}, differs by {height:.1f} K from both its neighbours"
            raise SeriesError(f"{label}, {WORDS[role]}", float(column[at]), allowed)
    steps = np.where(follows, np.abs(np.diff(values["dry-bulb"])), 0.0)
    at = int(np.argmax(steps)) + 1
    if steps[at - 1] > HIGHEST_STEP_K:
        begins = f"{when(at)} differs by {steps[at - 1]:.1f} K from the hour before; does another unit or another place begin there?"
        raise SeriesError(f"{label}, {WORDS['dry-bulb']}", float(values["dry-bulb"][at]), f"no step: {begins}")


def _check_below_dry_bulb(found: Readings, role: str) -> None:
    dry, dry_name, wet, name = found.values["dry-bulb"], found.columns["dry-bulb"], found.values[role], found.columns[role]
    above = wet > dry + ROUNDING_K
    if above.any():
        first, share = int(np.argmax(above)), float(above.mean())
        remedy = "are the two columns swapped?" if share > 0.5 else f"found on {above.sum():,} of {wet.size:,} rows"
        allowed = f"a {WORDS[role]} at or below the dry bulb, {dry_name} = {dry[first]:g}: air cannot be more than saturated; {remedy}"
        raise SeriesError(found.raw.place(first, name), float(wet[first]), allowed)
    if wet.size >= _WEEK and (np.abs(wet - dry) < 0.01).mean() > _SATURATED:
        raise SeriesError(f"{found.raw.file}, {name}", f"the same as {dry_name}", f"a {WORDS[role]} of its own; no air is saturated nearly always")


def _check_above_dry_air(found: Readings) -> None:
    dry, wet, name = found.values["dry-bulb"], found.values["wet-bulb"], found.columns["wet-bulb"]
    driest_c = wet_bulb_c(dry, 0.0, found.values.get("pressure", PRESSURE_RANGE_PA[0]))  # thin air makes it coldest
    below = wet < driest_c - ROUNDING_K
    if below.any():
        first = int(np.argmax(below))
        least = f"a wet bulb of at least {driest_c[first]:.1f}, that of air without any water, with {found.columns['dry-bulb']} = {dry[first]:g}"
        raise SeriesError(found.raw.place(first, name), float(wet[first]), f"{least}; found on {row_count(int(below.sum()))}")


def _check_agreement(found: Readings) -> None:
    humidities = _humidities(found)
    warm = found.values["dry-bulb"] > _WARM  # below freezing some services count humidity over water, others over ice
    for role, other in list(humidities.items())[1:]:
        first = next(iter(humidities))
        start, points = _most_apart(np.abs(other - humidities[first]), warm)
        if points > MOST_APART:
            one, two = found.columns[first], found.columns[role]
            difference = f"{points * PERCENT:.0f} points of relative humidity from {two}"
            blamed = "one of them, the dry bulb or the pressure is in another unit or of another place"
            allowed = f"humidities that agree; in half of the hours of the week from here they are at least so far apart: {blamed}"
            raise SeriesError(found.raw.place(start, one), difference, allowed)


def _most_apart(apart: FloatArray, warm: BoolArray) -> tuple[int, float]:
    """Return first row and median difference of the week of rows in which two columns are furthest apart; what is left over joins the last."""
    starts = range(0, max(apart.size - _WEEK, 0) + 1, _WEEK)
    weeks = [slice(start, None if start == starts[-1] else start + _WEEK) for start in starts]
    medians = [float(np.median(apart[week][warm[week]])) if warm[week].sum() >= _FEWEST else 0.0 for week in weeks]
    worst = int(np.argmax(medians))
    return starts[worst], medians[worst]


def _humidities(found: Readings) -> dict[str, FloatArray]:
    """Return the relative humidity that each column means; of a wet bulb only where the pressure is known."""
    dry = found.values["dry-bulb"]
    meant: dict[str, FloatArray] = {}
    for role in HUMIDITIES[::-1]:
        if role == "humidity" and role in found.values:
            meant[role] = found.values[role]
        elif role == "dew-point" and role in found.values:
            meant[role] = rh_from_dew_point(dry, found.values[role])
        elif role == "wet-bulb" and role in found.values and "pressure" in found.values:
            pressure_pa = found.values["pressure"]
            vapour = vapour_pressure_pa(humidity_ratio_from_wet_bulb(dry, found.values[role], pressure_pa), pressure_pa)
            meant[role] = np.asarray(vapour / saturation_pressure_pa(dry))
    return meant


def _record_words(what: str) -> str:
    return f"no {what} above {WETTEST_C:g} °C has ever been measured; is a temperature in degrees Fahrenheit?"


def _refuse_first(found: Readings, role: str, bad: BoolArray, allowed: str) -> None:
    if bad.any():
        first, name = int(np.argmax(bad)), found.columns[role]
        raise SeriesError(found.raw.place(first, name), found.raw.frame[name][first], f"{allowed} (found on {row_count(int(bad.sum()))})")


def _still(values: FloatArray) -> tuple[int, int]:
    """Return first hour and length of the longest stretch of one value."""
    starts = np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1))
    lengths = np.diff(np.append(starts, values.size))
    longest = int(np.argmax(lengths))
    return int(starts[longest]), int(lengths[longest])


def _spike(values: FloatArray) -> tuple[int, float]:
    """Return the hour that differs most from both neighbours in the same direction, and by how much."""
    before, after = values[1:-1] - values[:-2], values[1:-1] - values[2:]
    height = np.where(before * after > 0.0, np.minimum(np.abs(before), np.abs(after)), 0.0)
    at = int(np.argmax(height))
    return at + 1, float(height[at])
