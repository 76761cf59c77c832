"""What hosting, rental and inference share: halls behind a power chain that draw power in every hour."""

from typing import Final, NamedTuple

from wattmint.facility.chain_parts import ups_loss_share
from wattmint.facility.grid import DEFAULT, Grid, grid_from_log, grid_named
from wattmint.facility.power_chain import PowerChain, power_chain
from wattmint.facts.load import record
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray, MonthLibrary
from wattmint.units import HOURS_PER_YEAR
from wattmint.workloads.chain_cost import BackupCost, cost_beyond
from wattmint.workloads.contracts import Month, month_behind
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import it_limit_mw, plant_hours

_TOLD: Final = ("availability", "outages_per_year", "dips_per_year", "ups_loss_share")
_SOURCE: Final = "estimate-power-chain"
"""What a verdict tells of a chain, and where it stands how it comes about; the chain's own hundred numbers are in the answer of `wattmint backup`."""


class Halls(NamedTuple):
    """Halls as planned.

    Attributes
    ----------
    hourly_pue : FloatArray
        Power usage effectiveness at the load drawn, losses of the power chain included.
    it_mw : float
        IT power the part's share feeds in the hottest hour at full load.
    backup : BackupCost
        What the power chain and the floor under it cost beyond what the works and running costs contain already.
    chain : PowerChain
        How often, and for how long, the load is dark.
    """

    hourly_pue: FloatArray
    it_mw: float
    backup: BackupCost
    chain: PowerChain

    def served_share(self, restart_h: float) -> float:
        """Return the share of hours in which the load is at work, when every stop takes so long after power is back."""
        stops = self.chain.outages_per_year + self.chain.dips_per_year
        return max(self.chain.availability - stops * restart_h / HOURS_PER_YEAR, 0.0)

    def month(self, restart_h: float = 0.0) -> Month:
        """Return how much unannounced downtime a month has, restarts included."""
        return month_behind(self.chain, restart_h)


def site_grid(scenario: Scenario) -> Grid:
    """Return the grid whose interruptions a site lives with: its own log, the grid that it names, or the default.

    Parameters
    ----------
    scenario : Scenario
        The site file.

    Returns
    -------
    Grid
        As a process of losses.

    Raises
    ------
    SeriesError
        The log cannot be read or is refused.
    """
    site = scenario.site
    if site.outage_log is not None:
        return grid_from_log(scenario.base_dir / site.outage_log)
    return grid_named(site.grid or DEFAULT)


def plan_halls(book: InputBook, scenario: Scenario, library: MonthLibrary, load_share: float) -> Halls:
    """Plan the halls of a hosting, rental or inference part.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Its site.
    library : MonthLibrary
        Hours of weather.
    load_share : float
        Power drawn over contracted power.

    Returns
    -------
    Halls
        Sized so that the connection suffices in the hottest hour at full contracted power.

    Raises
    ------
    InputError
        An unknown cooling, backup or grid, with the nearest names; a log of outages that is refused.
    """
    backup, contained, grid = book.text("backup"), book.text("works_backup"), site_grid(scenario)
    for field, name in (("backup", backup), ("works_backup", contained)):
        record("backup", name, field=field)
    cooling = book.text("cooling")
    full_pue, hourly_pue = (plant_hours(book, cooling, library, ups_loss_share(backup, load), load).pue for load in (1.0, load_share))
    it_mw = it_limit_mw(scenario, book.part.share, full_pue)
    chain, works_chain = (power_chain(name, grid, it_mw, load_share) for name in (backup, contained))
    beyond = cost_beyond(chain, works_chain, book.fact("defaults", "hosting", "hall_usd_per_m2"))
    for key, value in (*beyond.named(), *((name, getattr(chain, name)) for name in _TOLD)):
        book.derived(key, value, _SOURCE)
    return Halls(hourly_pue=hourly_pue, it_mw=it_mw, backup=beyond, chain=chain)
