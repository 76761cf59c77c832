"""The power chain by name: a topology of the table `backup` on a grid, as physics, and as money, ground and losses.

Conventions:

- Everything is seen from one load: the IT power that shares one set of backup (`block_mw`). A site of many blocks has each of them dark that often.
- Dark means without power at the load, up to five minutes a dip, beyond that an outage. What the tenant needs to come back is not in it.
- Costs count from zero: feeds beyond the first, what rides through, generators, paths beyond the first. `parts` names them.
- Generators carry the cooling too, what rides through only the computers; a grid-scale battery carries both.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wattmint.errors import InputError
from wattmint.facility.chain_parts import inputs_of, parts_of, ups_loss_share
from wattmint.facility.chain_physics import chain_of
from wattmint.facility.grid import MOMENTARY_H, Grid
from wattmint.facts.load import record, table
from wattmint.physics.power_chain import CAUSES, Chain, curves, dark_hours, dark_in, exceedance
from wattmint.physics.power_chain_simulation import simulate_chain
from wattmint.provenance import UsedInput
from wattmint.units import HOURS_PER_DAY, HOURS_PER_YEAR

Floats = NDArray[np.float64]

CLASS_EDGES_H: Final = (0.0, MOMENTARY_H, 1.0, 4.0, HOURS_PER_DAY, math.inf)
CLASS_NAMES: Final = ("dip, to 5 min", "5 min to 1 h", "1 to 4 h", "4 to 24 h", "over a day")
"""Classes of times without power."""

PLANNED: Final = "planned"
"""The cause that is announced."""

MOST_YEARS: Final = 200_000
"""That are simulated at once: their events must fit into memory."""


@dataclass(frozen=True, slots=True)
class CauseShare:
    """What one cause takes from a load in a year.

    Attributes
    ----------
    name : str
        Word of `wattmint.physics.power_chain.CAUSES`.
    outages_per_year, dips_per_year : float
        Longer than five minutes, and up to that.
    hours_per_year : float
        Without power.
    """

    name: str
    outages_per_year: float
    dips_per_year: float
    hours_per_year: float


@dataclass(frozen=True, slots=True)
class DurationClass:
    """Times without power between two lengths, in a year.

    Attributes
    ----------
    name : str
        In words.
    from_hours, to_hours : float
        Limits; the last is infinite.
    per_year, hours_per_year : float
        How many, and hours in them.
    """

    name: str
    from_hours: float
    to_hours: float
    per_year: float
    hours_per_year: float


@dataclass(frozen=True, slots=True)
class PowerChain:
    """A topology on a grid.

    Attributes
    ----------
    name, grid : str
        Their ids.
    capex_usd_per_mw, opex_usd_per_mw_year : float
        Per MW of IT load, from zero.
    parts : tuple of (str, float)
        What the former is made of, USD per MW.
    life_years : float
        Over which the parts together are written off: cost over the sum of cost by life; infinite where there is nothing.
    ups_loss_share : float
        Standing losses over IT energy at the load.
    floor_m2_per_mw : float
        Ground.
    availability : float
        Share of time with power at the load, planned shutdowns counted.
    outages_per_year, outage_hours, dips_per_year : float
        Outages over five minutes, their mean length, and times of up to that.
    by_cause : tuple of CauseShare
        In the order of the causes.
    classes : tuple of DurationClass
        From dips to days.
    physics : Chain
        As formula and simulation take it.
    inputs : tuple of UsedInput
        What all this rests on.
    """

    name: str
    grid: str
    capex_usd_per_mw: float
    opex_usd_per_mw_year: float
    parts: tuple[tuple[str, float], ...]
    life_years: float
    ups_loss_share: float
    floor_m2_per_mw: float
    availability: float
    outages_per_year: float
    outage_hours: float
    dips_per_year: float
    by_cause: tuple[CauseShare, ...]
    classes: tuple[DurationClass, ...]
    physics: Chain
    inputs: tuple[UsedInput, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ChainYears:
    """Simulated years of a power chain.

    Attributes
    ----------
    years : int
        How many.
    at_years : NDArray, shape (events,)
        When the load went dark, in years from the start; in order.
    hours : NDArray, shape (events,)
        For how long.
    causes : NDArray of int, shape (events,)
        Places in `wattmint.physics.power_chain.CAUSES`.
    """

    years: int
    at_years: Floats
    hours: Floats
    causes: NDArray[np.int64]

    @property
    def hours_per_year(self) -> Floats:
        """Hours without power that began in each year; shape (years,)."""
        return np.asarray(np.bincount(self.at_years.astype(np.int64), self.hours, self.years), dtype=np.float64)

    @property
    def outages_per_year(self) -> NDArray[np.int64]:
        """Outages of over five minutes in each year; shape (years,)."""
        return np.asarray(np.bincount(self.at_years[self.hours > MOMENTARY_H].astype(np.int64), minlength=self.years), dtype=np.int64)

    @property
    def dips_per_year(self) -> NDArray[np.int64]:
        """Times of up to five minutes in each year; shape (years,)."""
        return np.asarray(np.bincount(self.at_years[self.hours <= MOMENTARY_H].astype(np.int64), minlength=self.years), dtype=np.int64)

    @property
    def availability(self) -> float:
        """Share of all years with power."""
        return 1.0 - float(self.hours.sum()) / (self.years * HOURS_PER_YEAR)


def topologies() -> tuple[str, ...]:
    """Return the names of the table `backup`, in its order."""
    return tuple(table("backup"))


@cache
def power_chain(topology: str, grid: Grid, it_mw: float, load_share: float = 1.0) -> PowerChain:
    """Return a topology on a grid.

    Parameters
    ----------
    topology : str
        Id of the table `backup`.
    grid : Grid
        From `wattmint.facility.grid`.
    it_mw : float
        IT power that it is built for, above 0; what exceeds a block is more blocks of the same kind.
    load_share : float
        IT power drawn over that, above 0 to 1: generators needed and losses follow it.

    Returns
    -------
    PowerChain
        By formula.

    Raises
    ------
    UnknownNameError
        If the table has no such topology; the nearest are suggested.
    InputError
        If a number is out of range.
    """
    record("backup", topology, field="backup")
    if not 0.0 < it_mw < math.inf:
        raise InputError("it_mw", it_mw, "above 0")
    if not 0.0 < load_share <= 1.0:
        raise InputError("load_share", load_share, "above 0 and at most 1")
    chain = chain_of(topology, grid, it_mw, load_share)
    parts = parts_of(topology, it_mw)
    capex = sum(part.usd for part in parts)
    beyond, hours = exceedance(chain, CLASS_EDGES_H[:-1]), dark_hours(chain, CLASS_EDGES_H[:-1])
    classes = tuple(_classes(beyond, hours))
    dark = sum(each.hours_per_year for each in classes)
    outages = sum(each.per_year for each in classes[1:])
    return PowerChain(
        name=topology,
        grid=grid.name,
        capex_usd_per_mw=capex,
        opex_usd_per_mw_year=sum(part.opex_usd_per_year for part in parts),
        parts=tuple((part.name, part.usd) for part in parts),
        life_years=capex / sum(part.usd / part.life_years for part in parts) if parts else math.inf,
        ups_loss_share=ups_loss_share(topology, load_share),
        floor_m2_per_mw=sum(part.m2 for part in parts),
        availability=1.0 - dark / HOURS_PER_YEAR,
        outages_per_year=outages,
        outage_hours=sum(each.hours_per_year for each in classes[1:]) / outages,
        dips_per_year=classes[0].per_year,
        by_cause=tuple(_causes(beyond, hours)),
        classes=classes,
        physics=chain,
        inputs=inputs_of(topology) + grid.inputs,
    )


def exceedance_per_year(chain: PowerChain, hours: ArrayLike, *, unplanned: bool = False) -> Floats:
    """Return how often a year the load is dark for longer than `hours`.

    Parameters
    ----------
    chain : PowerChain
        A topology on a grid.
    hours : array, shape (n,)
        0 or more [h]; thousands are fine, they are read off a table.
    unplanned : bool
        Leave planned shutdowns out.

    Returns
    -------
    NDArray, shape (n,)
        Over all causes; at 0 outages and dips.
    """
    counted = [i for i, cause in enumerate(CAUSES) if not (unplanned and cause == PLANNED)]
    return np.asarray(exceedance(chain.physics, hours)[counted].sum(axis=0) * HOURS_PER_YEAR)


def year_quantiles(chain: PowerChain, shares: ArrayLike, *, unplanned: bool = False) -> Floats:
    """Return the hours in the dark that a share of years does not exceed, by formula.

    Parameters
    ----------
    chain : PowerChain
        A topology on a grid.
    shares : array, shape (n,)
        Shares of years, from 0 to below 1, e.g. 0.99 for a year such as comes once in a hundred.
    unplanned : bool
        Leave planned shutdowns out.

    Returns
    -------
    NDArray, shape (n,)
        Hours of a year [h], to about 0.06 h.

    Raises
    ------
    InputError
        If a share is not in that range: nothing is sure not to be exceeded.
    """
    wanted = np.atleast_1d(np.asarray(shares, dtype=np.float64))
    for share in wanted[~((wanted >= 0.0) & (wanted < 1.0))]:
        raise InputError("shares", float(share), "from 0 to below 1")
    lengths, beyond = curves(chain.physics)
    planned = beyond[CAUSES.index(PLANNED)]
    sums, odds = dark_in(HOURS_PER_YEAR, lengths, beyond.sum(axis=0) - planned, np.zeros(lengths.size) if unplanned else planned)
    return np.asarray(sums[np.minimum(np.searchsorted(odds, wanted), sums.size - 1)])


def simulate(chain: PowerChain, years: int, seed: int) -> ChainYears:
    """Live through years of a chain, event by event.

    Parameters
    ----------
    chain : PowerChain
        A topology on a grid.
    years : int
        How many, from 1 to `MOST_YEARS`.
    seed : int
        The same seed gives the same years.

    Returns
    -------
    ChainYears
        Its times without power.

    Raises
    ------
    InputError
        If `years` is out of range.
    """
    if not 1 <= years <= MOST_YEARS:
        raise InputError("years", years, f"from 1 to {MOST_YEARS:,}")
    found = simulate_chain(np.random.default_rng(seed), chain.physics, years)
    return ChainYears(years, found.at_h / HOURS_PER_YEAR, found.hours, found.causes)


def _classes(beyond: Floats, hours: Floats) -> Iterator[DurationClass]:
    """Yield times without power by length, from what lies beyond each edge."""
    often, dark = (np.append(by_cause.sum(axis=0), 0.0) * HOURS_PER_YEAR for by_cause in (beyond, hours))
    for i, name in enumerate(CLASS_NAMES):
        yield DurationClass(name, CLASS_EDGES_H[i], CLASS_EDGES_H[i + 1], float(often[i] - often[i + 1]), float(dark[i] - dark[i + 1]))


def _causes(beyond: Floats, hours: Floats) -> Iterator[CauseShare]:
    """Yield times without power by cause."""
    for i, cause in enumerate(CAUSES):
        every, outages, dark = (float(per_hour) * HOURS_PER_YEAR for per_hour in (beyond[i, 0], beyond[i, 1], hours[i, 0]))
        yield CauseShare(cause, outages, every - outages, dark)
