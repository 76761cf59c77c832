"""What the grid does to a site: losses of a feed by kind, from a utility's indices or from the site's own log of interruptions.

A row of the table `grids` gives interruptions and hours with and without major events; what major events add are the storms. How long each kind lasts
and whether it strikes two feeds at once are rows of the table `components`.

A log is a CSV with a column ``start`` (ISO time) and a column ``end`` or ``hours``, in any order. Interruptions of up to five minutes are momentary
ones; the rest is fitted with a lognormal body and a Pareto tail. Sags are not in such logs: they are taken from the grid given beside it.
"""

import csv
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from wattmint.errors import SeriesError
from wattmint.facts.load import number, record
from wattmint.physics.outages import Duration, Hazard, duration_of_mean, fit_duration, mean_hours
from wattmint.provenance import UsedInput
from wattmint.units import HOURS_PER_YEAR, MINUTES_PER_HOUR, SECONDS_PER_HOUR

DEFAULT: Final = "us-transmission"
"""Row of `grids` for a site that names none."""

BRIEF: Final = ("sags", "momentary")
LASTING: Final = ("sustained", "storms")
"""Kinds of losses, each a row of `components` that says how long it lasts."""

MOMENTARY_H: Final = 5.0 / MINUTES_PER_HOUR
"""IEEE 1366: up to here an interruption is momentary [h]."""

FEWEST: Final = 12
"""Interruptions over five minutes that a log must hold before durations are fitted to it."""

TAIL_SHARE: Final = 0.2
"""Of the logged durations, the longest, off which the tail's exponent is read."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Losses of one feed.

    Attributes
    ----------
    name : str
        Id of the table `grids`, or the log's file name.
    hazards : tuple of Hazard
        By kind.
    inputs : tuple of UsedInput
        What they rest on.
    """

    name: str
    hazards: tuple[Hazard, ...]
    inputs: tuple[UsedInput, ...]

    @property
    def interruptions_per_year(self) -> float:
        """Losses of a feed for over five minutes."""
        return sum(hazard.per_hour for hazard in self._lasting) * HOURS_PER_YEAR

    @property
    def hours_per_year(self) -> float:
        """Hours that these last."""
        return sum(hazard.per_hour * mean_hours(hazard.hours) for hazard in self._lasting) * HOURS_PER_YEAR

    @property
    def _lasting(self) -> tuple[Hazard, ...]:
        return tuple(hazard for hazard in self.hazards if hazard.name in LASTING)


def grid_named(name: str) -> Grid:
    """Return the grid of a row of the table `grids`.

    Parameters
    ----------
    name : str
        Its id, e.g. ``us-transmission``.

    Returns
    -------
    Grid
        Major events are what its indices with them have beyond those without.

    Raises
    ------
    UnknownNameError
        If the table has no such row; the nearest are suggested.
    """
    facts = record("grids", name, field="grid")
    keys = ("saifi_per_year", "saidi_hours", "saifi_ordinary_per_year", "saidi_ordinary_hours")
    often, long, calm_often, calm_long = (number("grids", name, key) for key in keys)
    rates = {"sags": number("grids", name, "sags_per_year"), "momentary": number("grids", name, "momentary_per_year")}
    hazards = [_hazard(kind, rate, _law(kind)) for kind, rate in rates.items()]
    for kind, rate, hours in (("sustained", calm_often, calm_long), ("storms", often - calm_often, long - calm_long)):
        if rate > 0.0:
            hazards.append(_hazard(kind, rate, duration_of_mean(hours / rate, _law(kind))))
    rows = [facts, *(record("components", kind) for kind in BRIEF + LASTING)]
    return Grid(name, tuple(hazards), tuple(fact.used() for row in rows for key, fact in row.items() if key != "name"))


def grid_from_log(path: str | Path, years: float | None = None, beside: str = DEFAULT) -> Grid:
    """Return the grid that a log of interruptions describes.

    Parameters
    ----------
    path : str or Path
        CSV with ``start`` and ``end`` or ``hours``.
    years : float, optional
        How long was logged; from the first to the last start and one mean interval more when left out.
    beside : str
        Row of the table `grids` for what a log does not hold: sags.

    Returns
    -------
    Grid
        Storms cannot be told apart in a log; its long interruptions are in the tail of the sustained ones.

    Raises
    ------
    SeriesError
        If the file or a row is refused, interruptions overlap, there are too few, or `years` is less than what the log spans.
    """
    file = Path(path)
    events = _read_log(file)
    span = _span_years(str(file), events, years)
    lasting = [hours for _, hours in events if hours > MOMENTARY_H]
    if len(lasting) < FEWEST:
        raise SeriesError(str(file), len(lasting), f"{FEWEST} interruptions over five minutes to fit how long they last, or name a grid instead")
    if len(set(lasting)) < FEWEST // 2:
        raise SeriesError(str(file), f"{len(set(lasting))} different durations", f"durations as they were, at least {FEWEST // 2} different ones")
    law = fit_duration(lasting, TAIL_SHARE, number("components", "sustained", "longest_hours"))
    often, brief = len(lasting) / span, (len(events) - len(lasting)) / span
    sags = number("grids", beside, "sags_per_year")
    hazards = [_hazard("sags", sags, _law("sags")), _hazard("momentary", brief, _law("momentary")), _hazard("sustained", often, law)]
    given = {"saifi_per_year": (often, "1/year"), "saidi_hours": (sum(lasting) / span, "h/year"), "momentary_per_year": (brief, "1/year")}
    used = tuple(UsedInput(key, value, unit, "site file", "given") for key, (value, unit) in given.items())
    return Grid(file.name, tuple(hazards), (*used, record("grids", beside)["sags_per_year"].used()))


def _law(kind: str) -> Duration:
    """Return how a kind of loss lasts; where the table has only a shape, of median one hour."""
    facts = record("components", kind)
    of = {key: number("components", kind, key) for key in facts if key != "name"}
    median = of.get("median_hours", 1.0)
    tail = median * of["tail_multiple"] if "tail_multiple" in of else math.inf
    return Duration(median, of["log_sd"], tail, of.get("tail_index", 2.0), of["longest_hours"])


def _hazard(kind: str, per_year: float, law: Duration) -> Hazard:
    common, stranded = number("components", kind, "common_share"), number("components", "feed", "demand_failure_share")
    return Hazard(kind, per_year / HOURS_PER_YEAR, law, common, stranded, kind == "storms")


def _read_log(file: Path) -> list[tuple[datetime, float]]:
    """Return starts and hours of a log, in order."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            columns = set(reader.fieldnames or ())
            if "start" not in columns or len(columns & {"end", "hours"}) != 1:
                raise SeriesError(str(file), sorted(columns), "columns start and end, or start and hours")
            events = sorted(_event(f"{file}:{reader.line_num}", row) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SeriesError("outage_log", str(file), f"a readable CSV file ({error.__class__.__name__})") from error
    for (start, hours), (after, _) in pairwise(events):
        if (after - start).total_seconds() < hours * SECONDS_PER_HOUR:
            raise SeriesError(str(file), after.isoformat(), f"no interruption while the one from {start.isoformat()} still lasts")
    if len(events) < FEWEST:
        raise SeriesError(str(file), len(events), f"{FEWEST} interruptions over five minutes to fit how long they last, or name a grid instead")
    return events


def _event(where: str, row: dict[str, str | None]) -> tuple[datetime, float]:
    start = _time(where, "start", row["start"])
    if "end" in row:
        hours = (_time(where, "end", row["end"]) - start).total_seconds() / SECONDS_PER_HOUR
        if hours <= 0.0:
            raise SeriesError(f"{where} end", row["end"], "later than start")
        return start, hours
    try:
        hours = float(row["hours"] or "")
    except ValueError as error:
        raise SeriesError(f"{where} hours", row["hours"], "a number of hours above 0") from error
    if not 0.0 < hours < math.inf:
        raise SeriesError(f"{where} hours", row["hours"], "a number of hours above 0")
    return start, hours


def _time(where: str, column: str, cell: str | None) -> datetime:
    try:
        time = datetime.fromisoformat((cell or "").strip())
    except ValueError as error:
        raise SeriesError(f"{where} {column}", cell, "a time such as 2024-05-17 04:30") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def _span_years(file: str, events: list[tuple[datetime, float]], years: float | None) -> float:
    """Return the years logged."""
    between = (events[-1][0] - events[0][0]).total_seconds() / SECONDS_PER_HOUR / HOURS_PER_YEAR
    if years is None:
        return between * len(events) / (len(events) - 1)
    if not between < years < math.inf:
        raise SeriesError("outage_log_years", years, f"more than the {between:.2f} years between the first and the last row of {file}")
    return years
