"""The numbers behind every picture, and what they rest on, as plain tables of text."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.facts.load import attributes
from wattmint.provenance import MarketValue, SourceUsed, UsedInput
from wattmint.report.digits import NOT_DEFINED, musd, price, quantity, share
from wattmint.report.figures import never_paid_back
from wattmint.report.sentences import called, short_unit
from wattmint.report.theme import Badge
from wattmint.report.verdict.maps import MONTH_NAMES
from wattmint.risk.verdict import BuildVerdict, HoursPicture, Verdict
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR

_LINK: Final = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:)\]]")
_ASIDE: Final = re.compile(r" \(see `[^`]*`\)|; leave out .*")
"""Advice in the data dictionary to whoever writes a site file; it has no place beside a number already used."""

_MAP_STEP: Final = 4
"""Every fourth point of the map's axes is enough to read it from a table."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A box of a page's headline: what it is about, and a few numbers."""

    title: str
    note: str
    colour: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class InputRow:
    """One number with where it comes from.

    Attributes
    ----------
    label, key : str
        Meaning in words (the name itself where the data dictionary has none), and the name.
    value, unit : str
        As used.
    used_by : tuple of str
        Names of the builds; empty for the site as a whole.
    source : str
        ``"site file"`` or a source id.
    number : int or None
        Number of the source in the list; None when it is not there.
    kind : str
        ``given``, ``measured``, …, ``estimate``.
    as_of : str
        Empty where the source carries the date.
    """

    label: str
    key: str
    value: str
    unit: str
    used_by: tuple[str, ...]
    source: str
    number: int | None
    kind: str
    as_of: str = ""


def cash_table(verdict: Verdict, single: bool) -> Table:
    """Return the cumulative cash at the end of each year: median, with P10 and P90 where there are bands."""
    builds = verdict.builds[:-1]
    rows = []
    for i, month in enumerate(builds[0].cumulative_usd["month"]):
        if month % MONTHS_PER_YEAR == 0:
            rows.append((f"{month / MONTHS_PER_YEAR:g}", *(_band(build.cumulative_usd, i, single) for build in builds)))
    what = "Cumulative cash, USD M" if single else "Cumulative cash, median (P10 to P90), USD M"
    return Table(what, ("Year", *(build.name for build in builds)), tuple(rows))


def payback_table(verdict: Verdict) -> Table:
    """Return the share of futures that pay back in each year, and never."""
    builds = verdict.builds[:-1]
    years = builds[0].payback_histogram["year"]
    rows = [(f"{year:g}", *(share(build.payback_histogram["share"][i]) for build in builds)) for i, year in enumerate(years)]
    rows.append(("never", *(share(never_paid_back(build)) for build in builds)))
    return Table("Share of futures that pay back in the year", ("Year", *(build.name for build in builds)), tuple(rows))


def causes_table(build: BuildVerdict) -> Table:
    """Return every cash-flow line of `build` by year, their sum and the total."""
    lines = build.lines_by_year_usd
    years = max((len(values) for values in lines.values()), default=0)
    rows = [(name, *(musd(value) for value in values), musd(sum(values))) for name, values in lines.items()]
    net = [sum(values[i] for values in lines.values()) for i in range(years)]
    rows.append(("net", *(musd(value) for value in net), musd(sum(net))))
    caption = "Cash flow by line and year, USD M; the mean where there are several futures"
    return Table(caption, ("Line", *(str(i + 1) for i in range(years)), "Total"), tuple(rows))


def duration_table(hours: HoursPicture) -> Table:
    """Return the duration curve at the dearest, the cheapest and every twentieth of the hours between."""
    last = len(hours.hours_share) - 1
    at = sorted({round(last * k / 20) for k in range(21)})
    rows = tuple((share(hours.hours_share[i]), price(hours.cost_usd_per_mwh[i])) for i in at)
    return Table("Cost of a MWh of IT load", ("Share of hours, dearest first", "USD per MWh or more"), rows)


def heat_table(hours: HoursPicture) -> Table:
    """Return the month-by-hour map in whole percent."""
    rows = [
        (MONTH_NAMES[month], *(f"{100.0 * value:.0f}" if math.isfinite(value) else NOT_DEFINED for value in row))
        for month, row in enumerate(hours.on_share)
    ]
    return Table("Share of hours running, %", ("Month", *(str(hour) for hour in range(int(HOURS_PER_DAY)))), tuple(rows))


def map_table(verdict: Verdict, marks: Mapping[str, Badge]) -> Table:
    """Return the map of winners by letter with the lead in USD M, at every fourth point of each axis."""
    grid = verdict.win_map
    columns = range(0, len(grid.btc_usd), _MAP_STEP)
    rows = [
        (price(grid.gpu_usd_per_gpu_h[i]), *(f"{marks[grid.winner[i][j]].letter} +{musd(grid.margin_usd[i][j])}" for j in columns))
        for i in range(0, len(grid.gpu_usd_per_gpu_h), _MAP_STEP)
    ]
    caption = "Best build (letter) and its lead in USD M, by GPU rental (rows, USD per GPU-hour) and bitcoin price (columns)"
    return Table(caption, ("GPU rental", *(price(grid.btc_usd[j]) for j in columns)), tuple(rows))


def flips_table(verdict: Verdict) -> Table:
    """Return at which value of each driver the lead changes."""
    rows = []
    for flip in verdict.flips:
        unit = short_unit(flip)
        label = flip.driver + flip.unit[len(unit) :]
        looked = f"{price(flip.low, unit)} to {price(flip.high, unit)}"
        if flip.value is None:
            rows.append((label, price(flip.base, unit), "no change", "", "", looked))
            continue
        change = f"{100.0 * (flip.value / flip.base - 1.0):+.0f}%" if flip.base else ""
        rows.append((label, price(flip.base, unit), price(flip.value, unit), change, called(verdict, flip.then or ""), looked))
    caption = "The nearest value of each driver, the others held, at which another build takes the lead"
    return Table(caption, ("Driver", "Today", "Lead changes at", "Change", "Then best", "Range looked at"), tuple(rows))


def market_rows(values: Sequence[MarketValue], sources: Sequence[SourceUsed]) -> tuple[InputRow, ...]:
    """Return the market snapshot.

    Parameters
    ----------
    values : sequence of MarketValue
        Its numbers.
    sources : sequence of SourceUsed
        The page's bibliography, in its order.

    Returns
    -------
    tuple of InputRow
        In the order given.
    """
    numbers = source_numbers(sources)
    return tuple(InputRow(*_named(m.name), quantity(m.value), _unit(m.unit), (), m.source, numbers.get(m.source), m.kind, m.as_of) for m in values)


def used_rows(inputs: Sequence[UsedInput], sources: Sequence[SourceUsed]) -> tuple[InputRow, ...]:
    """Return numbers that a whole answer rests on; arguments and result as for `market_rows`."""
    numbers = source_numbers(sources)
    return tuple(
        InputRow(*_named(used.name), quantity(used.value), _unit(used.unit), (), used.source, numbers.get(used.source), used.kind) for used in inputs
    )


def input_rows(verdict: Verdict) -> tuple[InputRow, ...]:
    """Return the site's numbers, then those of the builds; what several builds use alike stands once.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    tuple of InputRow
        In order of first appearance.
    """
    users: dict[UsedInput, list[str]] = {used: [] for used in verdict.inputs}
    for build in verdict.builds:
        for used in dict.fromkeys(build.inputs):
            # What the site file says for all builds keeps standing without a user.
            if used not in verdict.inputs:
                users.setdefault(used, []).append(build.name)
    numbers = source_numbers(verdict.sources)
    return tuple(
        InputRow(*_named(used.name), quantity(used.value), _unit(used.unit), tuple(names), used.source, numbers.get(used.source), used.kind)
        for used, names in users.items()
    )


def source_numbers(sources: Sequence[SourceUsed]) -> dict[str, int]:
    """Return the number of each source in the list at the end, by id."""
    return {source.id: i for i, source in enumerate(sources, start=1)}


def pieces(text: str) -> list[tuple[str, bool]]:
    """Split `text` into words and addresses.

    Parameters
    ----------
    text : str
        A citation.

    Returns
    -------
    list of tuple of str and bool
        The pieces in order; True where one is an http address.
    """
    found, at = [], 0
    for match in _LINK.finditer(text):
        found += [(text[at : match.start()], False), (match.group(), True)]
        at = match.end()
    return [piece for piece in [*found, (text[at:], False)] if piece[0]]


def _band(bands: Mapping[str, Sequence[float]], i: int, single: bool) -> str:
    middle = musd(bands["p50"][i])
    return middle if single or bands["p10"][i] == bands["p90"][i] else f"{middle} ({musd(bands['p10'][i])} to {musd(bands['p90'][i])})"


def _named(name: str) -> tuple[str, str]:
    known = attributes().get(name)
    return (_ASIDE.sub("", known.meaning) if known else name.replace("_", " ")), name


def _unit(unit: str) -> str:
    return "" if unit in ("1", "text", "list", "date") else unit
