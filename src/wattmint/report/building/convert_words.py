"""A conversion in words: the same tables and sentences at the terminal and on the page. Imports no drawing library."""

from typing import Final

from wattmint.calculators.conversion.answer import CONVERT, REFUSE, CheckRow, ConversionAnswer
from wattmint.calculators.conversion.checks import LIMITS, PASSES, REFUSES, WORKS
from wattmint.calculators.conversion.deals import Place
from wattmint.calculators.conversion.worth import Worth
from wattmint.report.digits import duration, musd, quantity, rate, share, usd
from wattmint.risk.measures import Spread
from wattmint.units import MONTHS_PER_YEAR, USD_PER_KUSD

CHECK_HEAD: Final = ("check", "has", "needs", "unit", "result", "USD M", "months", "what closes the gap, or why nothing does")
ITEM_HEAD: Final = ("item", "P10", "P50", "P90", "kept")
PLACE_HEAD: Final = ("among public deals", "this site", "lowest", "median", "highest", "place")
START_HEAD: Final = ("begun", "gain mean", "P10", "P90", "ahead in")
AT_MOST: Final = ("latency", "noise")
"""Checks whose need is a limit from above."""

STATES: Final = {PASSES: "passes", WORKS: "works", LIMITS: "limits", REFUSES: "refuses"}


def headline(found: ConversionAnswer) -> str:
    """Return the verdict in one line."""
    what = f"{'all ' if found.verdict == CONVERT else ''}{power(found.grid_mw)} of {found.site}"
    if found.verdict == REFUSE:
        return f"Do not convert {found.site} for {found.ai_name[0].lower()}{found.ai_name[1:]}"
    later = "" if found.worth is None or found.best_start_month == found.worth.starts[0].month else f", begun in month {found.best_start_month}"
    return f"Convert {what}: {usd(found.usd_per_mw.p50)} per MW of IT, {duration(found.months.p50)}{later}"


def asked(found: ConversionAnswer) -> str:
    """Return what was asked, in one line."""
    blocks = "one block" if len(found.blocks) == 1 else f"{len(found.blocks)} blocks"
    return f"{found.ai_name}; {power(found.grid_mw)} of the connection, {power(found.it_mw)} of IT, in {blocks}"


def check_rows(found: ConversionAnswer) -> list[tuple[str, ...]]:
    """Return a row of text per check, under `CHECK_HEAD`."""
    return [_check_cells(row) for row in found.checks]


def item_rows(found: ConversionAnswer) -> list[tuple[str, ...]]:
    """Return a row of text per item of the build-up in thousand USD per MW of IT, and their sum, under `ITEM_HEAD`."""
    rows = [(item.name, *_thousands(item.usd_per_mw), _thousand(item.kept_usd_per_mw)) for item in found.items]
    kept = sum(item.kept_usd_per_mw for item in found.items)
    return [*rows, ("together, thousand USD per MW", *_thousands(found.usd_per_mw), _thousand(kept))]


def place_rows(found: ConversionAnswer) -> list[tuple[str, ...]]:
    """Return a row of text per number compared with public deals, under `PLACE_HEAD`."""
    return [_place_cells(place) for place in found.places]


def start_rows(worth: Worth) -> list[tuple[str, ...]]:
    """Return a row of text per start, NPV over mining on in millions of USD, under `START_HEAD`."""
    rows: list[tuple[str, ...]] = []
    first = worth.starts[0].month
    for start in worth.starts:
        gain = start.gain_usd
        rows.append((_begun(start.month, first), musd(gain.mean), musd(gain.p10), musd(gain.p90), share(start.wins_share)))
    return rows


def cost_sentences(found: ConversionAnswer) -> list[str]:
    """Return what the build-up's table does not say."""
    cost, total = found.usd_per_mw, found.usd.p50
    published = f"published: {found.published_replaced_share:.0%} or more"
    lines = [
        f"{usd(cost.p50)} per MW of IT ({usd(cost.p10)} to {usd(cost.p90)} in eight of ten cases), {usd(total)} in all.",
        f"{found.replaced_share:.0%} of the finished plant must be bought; the rest is there already ({published}).",
    ]
    return lines + [f"Among public deals, {place.name} is outside: {place.reason}." for place in found.places if not place.inside]


def time_sentences(found: ConversionAnswer) -> list[str]:
    """Return when blocks are done, and what decides it."""
    late, first = (found.months.p50 or 0.0) - found.planned_months, found.blocks[0]
    usual = f"with delays as they are usual {_months(found.months)}, {late:.0f} more at the median"
    lines = [
        f"Planned in {found.planned_months:.0f} months to the last block; {usual}.",
        f"The first block stops mining after {first.begun:.0f} months and is done after {first.done:.0f}; with delays {_months(found.first_months)}.",
    ]
    if found.slowest:
        lines.append(f"Longest on its way: {found.slowest.lower()}; all plant is there after {found.delivered_months:.0f} months.")
    return lines


def worth_sentences(worth: Worth) -> list[str]:
    """Return what converting is worth against mining on."""
    gain, irr, best, first = worth.gain_usd, worth.gain_irr, worth.best_start, worth.starts[0].month
    npv = f"converting {_begun(first, first)} is worth {usd(worth.npv_usd.mean)}, mining on {usd(worth.mining_npv_usd.mean)}"
    modified = f"modified IRR {rate(worth.gain_mirr.p50)} ({rate(worth.gain_mirr.p10)} to {rate(worth.gain_mirr.p90)})"
    rates = f"{rate(irr.p50)} at the median ({rate(irr.p10)} to {rate(irr.p90)}) of the {share(worth.gain_irr_defined_share)} that have one"
    lost = f"{usd(worth.lost_revenue_usd)} of mining revenue is lost, {usd(worth.lost_margin_usd)} after power and staff"
    lines = [
        f"Over {futures(worth.paths)} {npv}: a gain of {usd(gain.mean)} ({usd(gain.p10)} to {usd(gain.p90)}), ahead in {share(worth.wins_share)}.",
        f"IRR of the money put in, over mining on: {rates}; {modified} in all.",
        f"While works run, {lost}; machines fetch {usd(worth.machines_usd)} when their blocks stop, clearing costs {usd(worth.clearing_usd)}.",
        _ramp(worth),
    ]
    if (best.gain_usd.mean or 0.0) <= 0.0:
        return [*lines, f"In no year does it gain on average; least is lost when it is begun {_begun(best.month, first)}."]
    if best is worth.starts[0]:
        return [*lines, f"Best begun {_begun(first, first)}: every later year gains less on average."]
    return [*lines, f"Best begun {_begun(best.month, first)}: {usd(best.gain_usd.mean)} on average."]


def other_sentences(found: ConversionAnswer) -> list[str]:
    """Return mistakes of the design, and what else the site would be fit for."""
    lines = []
    for mistake in found.mistakes:
        cost = "" if mistake.usd_per_mw is None else f" ({usd(mistake.usd_per_mw)} per MW of IT)"
        lines.append(f"Mistake: {mistake.name}{cost}: {mistake.reason}.")
    if found.verdict == REFUSE and found.worth is None:
        passing = ", ".join(found.passing_classes)
        lines.append(f"With a design that suits no check stands in the way of: {passing}." if passing else "No class of AI passes here.")
    return lines


def _check_cells(row: CheckRow) -> tuple[str, ...]:
    check = row.check
    has, needs = (value if isinstance(value, str) else quantity(float(f"{value:.3g}")) for value in (check.has, check.needs))
    needs = f"at most {needs}" if check.name in AT_MOST else needs
    cost = musd(row.usd) if row.usd else "-"
    return (check.name, has, needs, check.unit, STATES[check.state], cost, f"{row.months:.0f}" if row.months else "-", check.reason)


def _place_cells(place: Place) -> tuple[str, ...]:
    unit = place.unit
    cells = [_in_unit(value, unit) for value in (place.value, place.low, place.median, place.high)]
    where = "inside" if place.inside else "above" if place.value > place.high else "below"
    return (place.name, *cells, f"{where}; above {round(place.above_share * len(place.deals))} of {len(place.deals)} deals")


def _in_unit(value: float, unit: str) -> str:
    if unit == "USD/MW":
        return f"{usd(value)}/MW"
    return f"{value:.0f} months" if unit == "month" else f"${value:.0f}/kW-month"


def _ramp(worth: Worth) -> str:
    if worth.first_lease_month is None:
        return "No lease is paid within the horizon."
    full = f"reaches nine tenths of its full {usd(worth.full_lease_usd)} a month in month {worth.ramped_lease_month}"
    return f"Rent comes in from month {worth.first_lease_month} on and {full}."


def futures(paths: int) -> str:
    """Return how many futures were looked at."""
    return "one future" if paths == 1 else f"{paths:,} futures"


def power(power_mw: float) -> str:
    """Return MW with three digits."""
    return f"{quantity(float(f'{power_mw:.3g}'))} MW"


def _begun(month: int, first: int) -> str:
    years = (month - first) // MONTHS_PER_YEAR
    if years == 0:
        return f"in month {first}" if first else "now"
    return f"{years} year{'s' if years > 1 else ''} later"


def _months(spread: Spread) -> str:
    return f"{spread.p50 or 0.0:.0f} ({spread.p10 or 0.0:.0f} to {spread.p90 or 0.0:.0f})"


def _thousands(spread: Spread) -> tuple[str, str, str]:
    return _thousand(spread.p10 or 0.0), _thousand(spread.p50 or 0.0), _thousand(spread.p90 or 0.0)


def _thousand(value: float) -> str:
    return f"{value / USD_PER_KUSD:,.0f}" if value else "-"
