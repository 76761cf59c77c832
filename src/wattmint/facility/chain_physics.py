"""From a topology's row and the rows of its components to the power chain of `wattmint.physics.power_chain`.

Rules that the tables do not hold:

- What rides through is one group: `ride_units_needed` of `ride_units_installed` must answer a loss, with common causes. Besides, its output
  fails now and then and puts its path out: redundant units share a bus and controls, and only a second path is beside it.
- Generators: each set is as many of one size, none larger than `unit_mw`, as together carry the load of a block at its design, and its spares; needed
  are as many as the load at the time takes.
- A site's own line, transformer and breaker fail like a feed, and generators carry the load through it.
"""

import math
from typing import Final, NamedTuple

from wattmint.facility.grid import Grid
from wattmint.facts.load import number, text
from wattmint.physics.availability import Generators, shared_failure
from wattmint.physics.outages import Duration, Hazard, duration_of_mean
from wattmint.physics.power_chain import Backup, Chain, Sides
from wattmint.units import HOURS_PER_YEAR, MINUTES_PER_HOUR, SECONDS_PER_HOUR

NOTHING: Final = "none"
"""`rides_on` of a topology where nothing rides through."""


class GeneratorCount(NamedTuple):
    """Generators of a block.

    Attributes
    ----------
    needed, installed : int
        For the load at the time, and in all.
    rated_mw_per_mw : float
        Power of all of them per IT power of the block.
    """

    needed: int
    installed: int
    rated_mw_per_mw: float


def generator_count(topology: str, it_mw: float, load_share: float) -> GeneratorCount:
    """Return how many generators a block has and needs.

    Parameters
    ----------
    topology : str
        Id of the table `backup`.
    it_mw, load_share : float
        IT power of the site, and how much of it is drawn.

    Returns
    -------
    GeneratorCount
        Of one block; a site smaller than a block is one.
    """
    block, plant = min(it_mw, number("components", "generator", "block_mw")), number("components", "generator", "plant_ratio")
    units = math.ceil(block * plant / number("components", "generator", "unit_mw"))
    sets, spares = (int(number("backup", topology, key)) for key in ("generator_sets", "generator_spares"))
    installed = sets * (units + spares)
    return GeneratorCount(math.ceil(units * load_share), installed, plant * installed / units)


def chain_of(topology: str, grid: Grid, it_mw: float, load_share: float) -> Chain:
    """Return the chain of a topology on a grid.

    Parameters
    ----------
    topology : str
        Id of the table `backup`.
    grid : Grid
        Losses of a feed.
    it_mw, load_share : float
        IT power of the site, and how much of it is drawn.

    Returns
    -------
    Chain
        Rates per hour, times in hours.
    """
    line = Hazard("distribution", *_failures("feed"), 0.0, _of("feed", "demand_failure_share"))
    switchover = _of("feed", "switchover_seconds") / SECONDS_PER_HOUR
    feeds = Sides(int(number("backup", topology, "feed_count")), (*grid.hazards, line), _of("feed", "manual_hours"), switchover)
    paths = Sides(int(number("backup", topology, "path_count")), _faults(topology), _of("path", "manual_hours"), 0.0)
    return Chain(feeds, paths, _backup(topology, it_mw, load_share))


def _faults(topology: str) -> tuple[Hazard, ...]:
    """Return what puts a path of distribution out."""
    stranded = number("backup", topology, "path_stranded_share")
    often, lasts = number("backup", topology, "planned_stops_per_year"), number("backup", topology, "planned_hours")
    faults = [Hazard(name, *_failures(row), _of(row, "common_share"), stranded) for name, row in (("distribution", "path"), ("people", "people"))]
    faults.append(Hazard("planned", often / HOURS_PER_YEAR, duration_of_mean(lasts, _shape("planned")), planned=True))
    device = text("backup", topology, "rides_on")
    if device != NOTHING:
        faults.append(Hazard("ups", *_failures(device), _of(device, "common_share"), stranded))
    return tuple(faults)


def _backup(topology: str, it_mw: float, load_share: float) -> Backup:
    device, count = text("backup", topology, "rides_on"), generator_count(topology, it_mw, load_share)
    failure = 1.0
    if device != NOTHING:
        unit = 1.0 - _of(device, "ready_share") * (1.0 - _of(device, "demand_failure_share"))
        needed, installed = (int(number("backup", topology, f"ride_units_{what}")) for what in ("needed", "installed"))
        failure = shared_failure(needed, installed, unit, _of(device, "common_share"))
    ready, fails, stops, repair, common = (
        _of("generator", key) for key in ("ready_share", "demand_failure_share", "run_failure_hours", "component_repair_hours", "common_share")
    )
    return Backup(
        ups_failure=failure,
        ride_hours=number("backup", topology, "ride_minutes") / MINUTES_PER_HOUR / load_share,
        pickup_hours=_of("generator", "pickup_seconds") / SECONDS_PER_HOUR,
        transfer_failure=_of("transfer", "demand_failure_share"),
        transfer_hours=_of("transfer", "manual_hours"),
        generators=Generators(count.needed, count.installed, ready, fails, 1.0 / stops, 1.0 / repair, common),
        tank_hours=_of("generator", "tank_hours") / load_share,
        refuel_hours=_of("generator", "refuel_hours"),
        storm_refuel_hours=_of("generator", "storm_refuel_hours"),
    )


def _failures(row: str) -> tuple[float, Duration]:
    """Return the rate per hour of a component's failures, and how long they last."""
    return _of(row, "failures_per_year") / HOURS_PER_YEAR, duration_of_mean(_of(row, "component_repair_hours"), _shape(row))


def _shape(row: str) -> Duration:
    return Duration(1.0, _of(row, "log_sd"), longest_h=_of(row, "longest_hours"))


def _of(row: str, key: str) -> float:
    return number("components", row, key)
