"""The month library: every historical month kept whole, with its hours of price and weather together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import ScenarioError, SeriesError
from wattmint.market.clock import horizon
from wattmint.market.history import read_prices, read_weather
from wattmint.market.instants import local_parts
from wattmint.market.months import stand_ins
from wattmint.market.snapshot import power_level
from wattmint.market.weather import month_hours, weather_at
from wattmint.scenario.model import PriceHistory, Scenario, Site
from wattmint.types import FloatArray, IntArray, MonthLibrary
from wattmint.units import MAX_HOURS_PER_MONTH, MONTHS_PER_YEAR

LEAST_SHARE: Final = 0.5
"""A month with a smaller share of its hours is left out: what is missing could be all that mattered."""

_NAMES: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class _Months:
    """Rows of one series: label, calendar month, hours that have data, and the padded columns of those hours."""

    labels: list[str]
    calendar_month: IntArray
    hours: IntArray
    values: FloatArray
    notes: tuple[str, ...]
    sources: tuple[str, ...]
    market: str | None


def build_library(scenario: Scenario) -> MonthLibrary:
    """Read the scenario's price history and weather into a library of whole months.

    Parameters
    ----------
    scenario : Scenario
        Its ``power`` table says which series, or which fixed price; its ``site.time_zone`` what a month and an hour of
        the day are.

    Returns
    -------
    MonthLibrary
        A row for each local calendar month of each series, in the order of the site file. A fixed price takes the months
        of ``power.weather``.

    Raises
    ------
    InputError
        If a series is refused, has no month with half of its hours, or cannot be scaled to the price level.
    """
    power, base_dir, site = scenario.power, scenario.base_dir, scenario.site
    if power.fixed_usd_per_mwh is not None:
        months = [_fixed_months(power.fixed_usd_per_mwh, str(power.weather), base_dir, site)]
    else:
        months = [_history_months(history, base_dir, site) for history in power.history]
    values = np.concatenate([one.values for one in months])
    calendar_month = np.concatenate([one.calendar_month for one in months])
    prices = np.ascontiguousarray(values[..., 0])
    ordinary = _ordinary_price(calendar_month, np.nanmean(prices, axis=1))
    factor, level_note = _level_factor(scenario, months[0].market, ordinary)
    notes = [note for one in months for note in one.notes] + _stand_in_notes(calendar_month) + level_note
    return MonthLibrary(
        labels=tuple(label for one in months for label in one.labels),
        calendar_month=calendar_month,
        hours=np.concatenate([one.hours for one in months]),
        price_usd_per_mwh=prices,
        temp_dry_c=np.ascontiguousarray(values[..., 1]),
        temp_wet_c=np.ascontiguousarray(values[..., 2]),
        temp_dew_c=np.ascontiguousarray(values[..., 3]),
        pressure_pa=np.ascontiguousarray(values[..., 4]),
        hour_of_day=np.nan_to_num(values[..., 5], nan=-1.0).astype(np.int64),
        ordinary_price_usd_per_mwh=ordinary,
        market_level_factor=factor,
        notes=tuple(dict.fromkeys(notes)),
        sources=tuple(dict.fromkeys(source for one in months for source in one.sources)),
    )


def _history_months(history: PriceHistory, base_dir: Path, site: Site) -> _Months:
    prices = read_prices(history, base_dir)
    weather = read_weather(history.weather, base_dir, history.time_zone or "UTC", site.altitude_m)
    air, weather_notes = weather_at(weather, prices.utc_hour, site.time_zone)
    year, month, _, hour = local_parts(prices.utc_hour, site.time_zone)
    columns = np.column_stack([prices.price_usd_per_mwh, *air, hour])
    notes = prices.notes + weather.notes + weather_notes
    return _whole_months(prices.label, year, month, columns, notes, prices.sources + weather.sources, prices.market)


def _fixed_months(price_usd_per_mwh: float, weather_name: str, base_dir: Path, site: Site) -> _Months:
    weather = read_weather(weather_name, base_dir, altitude_m=site.altitude_m)
    year, month, hour = month_hours(weather, site.time_zone)
    columns = np.column_stack([np.full(hour.size, price_usd_per_mwh), *weather.air, hour])
    label = f"fixed price, {weather.label}"
    return _whole_months(label, year, month, columns, weather.notes, weather.sources, None)


def _whole_months(
    label: str, year: IntArray, month: IntArray, columns: FloatArray, notes: tuple[str, ...], sources: tuple[str, ...], market: str | None
) -> _Months:
    index, first, count = np.unique(year * MONTHS_PER_YEAR + month - 1, return_index=True, return_counts=True)
    keep = count >= LEAST_SHARE * np.array([_calendar_hours(int(one)) for one in index])
    if not keep.any():
        raise SeriesError("power.history.prices", label, "at least one calendar month with half of its hours")
    values = np.full((int(keep.sum()), MAX_HOURS_PER_MONTH, _COLUMNS), np.nan)
    for row, start, hours in zip(values, first[keep], count[keep], strict=True):
        row[:hours] = columns[start : start + hours]
    labels = [f"{label} {_month_name(int(one))}" for one in index]
    dropped = ", ".join(name.rpartition(" ")[2] for name, kept in zip(labels, keep, strict=True) if not kept)
    if dropped:
        notes += (f"{label}: left out {dropped}, with less than half of its hours",)
    kept_labels = [name for name, kept in zip(labels, keep, strict=True) if kept]
    return _Months(kept_labels, index[keep] % MONTHS_PER_YEAR + 1, count[keep], values, notes, sources, market)


def _calendar_hours(index: int) -> float:
    # A typical year has no number; any common year has its months' hours.
    year = max(index // MONTHS_PER_YEAR, 1)
    return float(horizon(f"{year:04d}-{index % MONTHS_PER_YEAR + 1:02d}", 1).hours[0])


def _month_name(index: int) -> str:
    year, month = divmod(index, MONTHS_PER_YEAR)
    return f"{year}-{month + 1:02d}" if year else f"{month + 1:02d}"


def _ordinary_price(calendar_month: IntArray, row_mean: FloatArray) -> float:
    # Each calendar month counts the same, by the rows that a path may draw for it, so that a partial year does not bias.
    return float(np.mean([np.median(row_mean[rows]) for rows in stand_ins(calendar_month)]))


def _level_factor(scenario: Scenario, market: str | None, ordinary: float) -> tuple[float, list[str]]:
    # The level is that of an ordinary year, and a freeze in the history is lived through on top of it: were the freeze counted in,
    # scaling to the level would make every ordinary month too cheap.
    power = scenario.power
    if power.fixed_usd_per_mwh is not None:
        return 1.0, []
    level = power_level(power, market)
    told = f"prices: {ordinary:,.2f} USD/MWh in an ordinary year of the history (the median of each calendar month)"
    if level is None:
        return 1.0, [f"{told}; used as they are, as no price level is given or known for their market"]
    if ordinary <= 0.0:
        raise ScenarioError("power.level_usd_per_mwh", level.value, f"prices that are positive in an ordinary year; theirs are {ordinary:,.2f}")
    factor = level.value / ordinary
    return factor, [f"{told}; scaled by {factor:.3f} to a level of {level.value:g} USD/MWh ({level.source})"]


def _stand_in_notes(calendar_month: IntArray) -> list[str]:
    told = []
    for month, rows in enumerate(stand_ins(calendar_month), start=1):
        if month not in calendar_month:
            by = " or ".join(_NAMES[other - 1] for other in sorted(set(calendar_month[rows].tolist())))
            told.append(f"{_NAMES[month - 1]} by {by}")
    return [f"calendar months that the price history lacks are lived through as the nearest one: {', '.join(told)}"] if told else []
