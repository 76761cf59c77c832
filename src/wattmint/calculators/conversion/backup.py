"""The backup topologies as a conversion sees them: what each costs, rides through, and is there for."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattmint.facility.grid import Grid
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import number, table
from wattmint.units import SECONDS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class Backup:
    """A topology.

    Attributes
    ----------
    name : str
        Row of the table `backup`.
    capex_usd_per_mw : float
        Per MW of IT.
    parts : tuple of (str, float)
        What that is made of: rows of the table `components`, USD per MW.
    availability : float
        Share of time with power at the load.
    feeds : float
        Connections that it needs.
    ride_through_s : float
        How long the load runs on without the grid, generators aside.
    """

    name: str
    capex_usd_per_mw: float
    parts: tuple[tuple[str, float], ...]
    availability: float
    feeds: float
    ride_through_s: float


def backups(grid: Grid, it_mw: float) -> Mapping[str, Backup]:
    """Return all topologies at a site, by name.

    Parameters
    ----------
    grid : Grid
        The site's.
    it_mw : float
        IT power.

    Returns
    -------
    mapping of str to Backup
        In the order of the table `backup`.
    """
    found = {}
    for name in table("backup"):
        chain = power_chain(name, grid, it_mw)
        found[name] = Backup(
            name, chain.capex_usd_per_mw, chain.parts, chain.availability, number("backup", name, "feed_count"),
            number("backup", name, "ride_minutes") * SECONDS_PER_MINUTE,
        )  # fmt: skip
    return found


def cheapest_for(topologies: Mapping[str, Backup], availability: float, ride_through_s: float, feeds: float) -> Backup | None:
    """Return the cheapest topology that meets a need with the connections that are there; one more takes years, so it comes last.

    Parameters
    ----------
    topologies : mapping of str to Backup
        From `backups`.
    availability, ride_through_s : float
        At least.
    feeds : float
        Connections that the site has.

    Returns
    -------
    Backup or None
        None where no topology meets it.
    """
    fine = [one for one in topologies.values() if one.availability >= availability and one.ride_through_s >= ride_through_s]
    return min(fine, key=lambda one: (one.feeds > feeds, one.capex_usd_per_mw), default=None)
