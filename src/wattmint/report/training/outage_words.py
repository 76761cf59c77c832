"""What the outage of a training run is in words: the same table and sentences at the terminal and on the page."""

import math
from typing import Final

from wattmint.calculators.training.outage import NONE, OutageAnswer, OutageRow
from wattmint.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

HEAD: Final = ("checkpoints", "power", "stops/y", "goodput", "GPU-h/stop", "95 %", "USD/stop", "95 %", "GPU-h/y", "USD/y", "95 %")
"""Of `outage_rows`; a tail stands behind its mean."""


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it, with three digits."""
    if math.isinf(seconds):
        return "never"
    for unit, size in (("days", SECONDS_PER_DAY), ("h", SECONDS_PER_HOUR), ("min", SECONDS_PER_MINUTE)):
        if seconds >= 2.0 * size:
            return f"{seconds / size:,.3g} {unit}"
    return f"{seconds:.3g} s"


def power_name(power: str) -> str:
    """Return what a row's power is called."""
    return "grid alone" if power == NONE else power


def outage_rows(found: OutageAnswer) -> list[tuple[str, ...]]:
    """Return a row of text per way to checkpoint and kind of power, under `HEAD`."""
    return [_cells(row) for row in found.rows]


def outage_sentences(found: OutageAnswer) -> list[str]:
    """Return what the table does not say.

    Parameters
    ----------
    found : OutageAnswer
        What interruptions of power destroy.

    Returns
    -------
    list of str
        The chance to get through without checkpoints; what backup saves and costs; the price of stopping on request.
    """
    stop, saved = found.curtailment, found.backup_saves_usd_per_mw_year
    hours = f"{stop.hours:g} h ({stop.it_mw:,.3g} MW of IT)"
    by_regime = f"{saved['none']:,.0f} without checkpoints, {saved['hourly']:,.0f} with hourly, {saved['optimal']:,.0f} with optimal ones"
    powered = f"hours with power worth {found.backup_saves_dark_usd_per_mw_year:,.0f}"
    through = f"{found.rows[0].finishes:.2g} on the grid alone, {found.rows[1].finishes:.2g} with {found.backup}"
    request = f"{stop.usd:,.0f} USD beside the hours not worked, {stop.usd_announced:,.0f} if announced in time for a checkpoint"
    breaks_even = f"{stop.usd_per_mwh:,.0f} and {stop.usd_per_mwh_announced:,.0f} USD per curtailed MWh"
    return [
        f"without checkpoints the chance to get through all {found.days:g} days is {through}",
        f"{found.backup} saves USD per MW and year: {by_regime}; and {powered}; it costs {found.backup_usd_per_mw:,.0f} USD per MW to build",
        f"stopping on request for {hours}: {request}; breaks even at {breaks_even}",
    ]


def outage_head(found: OutageAnswer) -> str:
    """Return the run in one line."""
    price = f"{found.usd_per_gpu_h:g} USD per GPU-hour"
    return f"{found.gpus:,.0f} accelerators for {found.days:g} days at {price}; a checkpoint takes {duration(found.checkpoint_s)}"


def _cells(row: OutageRow) -> tuple[str, ...]:
    paced = row.checkpoints if row.interval_s is None or row.checkpoints == "hourly" else f"{row.checkpoints} ({duration(row.interval_s)})"
    stop = (row.gpu_hours_per_stop, row.gpu_hours_per_stop_tail, row.usd_per_stop, row.usd_per_stop_tail)
    year = (row.gpu_hours_per_year, row.usd_per_year, row.usd_per_year_tail)
    return (paced, power_name(row.power), f"{row.stops_per_year:.3g}", f"{row.goodput:.1%}", *(f"{value:,.0f}" for value in (*stop, *year)))
