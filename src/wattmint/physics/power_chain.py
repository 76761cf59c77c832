"""How often, and for how long, a load is dark: feeds, what rides through, generators with their fuel, and paths of distribution, by formula.

Everything is a rate of exceedance: how many times a year the load is dark for longer than `d`. Its value at 0 is how often, its integral how long.

- A side (a feed, a path) fails at a constant rate while it is up and is back after a time of any law. With two sides, both are gone when one
  fails during the other's repair, ``2 l_j l_k S_j(d) E[(T_k - d)+]``, or when a common cause takes both, ``l c S(d)``. Planned work comes
  at regular times and waits.
- The load lives on side one; when that goes, it gets over to side two at once, or is stranded until a crew has switched by hand.
- A loss of all feeds meets the backup: what rides through holds for `ride_hours` or fails at once, and then the load is dark until generators
  carry it; they do so until one too many has failed or the tank is empty; what rides through and held then holds that long once more. A loss
  shorter than their pickup does not ask for them. Once they have stopped they stay so until the feeds are back, and a second loss
  before the backup is whole again is left out.
- A generator set that stopped for want of fuel carries to the end once fuel has come.

`wattmint.physics.power_chain_simulation` lives through the same rules event by event.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wattmint.physics.availability import Generators, carried
from wattmint.physics.downtime import total_probabilities
from wattmint.physics.outages import Hazard, excess, mean_hours, survival

Floats = NDArray[np.float64]

CAUSES: Final = ("grid", "ups", "transfer", "generators", "fuel", "distribution", "people", "planned")
"""What let the load go dark: nothing was there to carry it any longer; what rides through failed; a switch; generators; their fuel; distribution
equipment; human error; a planned shutdown."""

SHORTEST_H: Final = 1e-5
_POINTS: Final = 1600
_COARSE: Final = 400
_STEPS: Final = 200
_SUMS: Final = 2**17
"""Points of the table of a loss, of curves of the whole chain, of integrals over the time that generators ran, and of sums of losses."""


class Backup(NamedTuple):
    """What stands between a loss of all feeds and the load.

    Attributes
    ----------
    ups_failure : float
        Chance that what rides through (batteries and inverters) does not; 1 where there is nothing.
    ride_hours : float
        How long it holds [h].
    pickup_hours : float
        From a loss to generators carrying the load [h].
    transfer_failure : float
        Chance that the load does not get over to generators by itself.
    transfer_hours : float
        Mean time until a crew has done it by hand [h].
    generators : Generators
        The set.
    tank_hours : float
        How long its fuel lasts at this load [h].
    refuel_hours, storm_refuel_hours : float
        Mean time from the loss until fuel comes, on a normal day and in a storm [h].
    """

    ups_failure: float
    ride_hours: float
    pickup_hours: float
    transfer_failure: float
    transfer_hours: float
    generators: Generators
    tank_hours: float
    refuel_hours: float
    storm_refuel_hours: float


class Sides(NamedTuple):
    """One or two feeds, or one or two paths of distribution.

    Attributes
    ----------
    number : int
        1 or 2.
    hazards : tuple of Hazard
        What strikes them, none without end (`longest_h`); of paths, named by a word of `CAUSES`.
    switch_hours : float
        Mean time until a stranded load has been moved by hand [h].
    switchover_hours : float
        What a load sees of a transfer that works [h]; 0 where it sees nothing.
    """

    number: int
    hazards: tuple[Hazard, ...]
    switch_hours: float
    switchover_hours: float


class Chain(NamedTuple):
    """From feeds to the load.

    Attributes
    ----------
    feeds, paths : Sides
        Before and behind the backup.
    backup : Backup
        Between them.
    """

    feeds: Sides
    paths: Sides
    backup: Backup


class Loss(NamedTuple):
    """Losses of all sides together, tabulated.

    Attributes
    ----------
    word : str
        Of `CAUSES`, when nothing carries the load.
    storm : bool
        Whether refuelling is slow.
    grid_h : NDArray
        Durations [h], from 0.
    per_hour : NDArray
        Rate of losses that last longer [1/h].
    """

    word: str
    storm: bool
    grid_h: Floats
    per_hour: Floats

    def beyond(self, hours: ArrayLike) -> Floats:
        """Return the rate of losses that last longer than `hours`."""
        return np.interp(np.asarray(hours, dtype=np.float64), self.grid_h, self.per_hour)


def exceedance(chain: Chain, hours: ArrayLike) -> Floats:
    """Return how often the load is dark for longer than `hours`, by cause.

    Parameters
    ----------
    chain : Chain
        From feeds to the load.
    hours : array, shape (n,)
        0 or more [h].

    Returns
    -------
    NDArray, shape (causes, n)
        Per hour; rows as in `CAUSES`. What happens while the load is dark for another reason is not seen.
    """
    grid, beyond = curves(chain)
    return _rows_at(np.atleast_1d(np.asarray(hours, dtype=np.float64)), grid, beyond)


def dark_hours(chain: Chain, from_hours: ArrayLike = 0.0) -> Floats:
    """Return the share of time that the load is dark in losses beyond a length, by cause.

    Parameters
    ----------
    chain : Chain
        From feeds to the load.
    from_hours : array, shape (n,)
        Only losses that last longer count, with all their hours [h].

    Returns
    -------
    NDArray, shape (causes, n)
        Hours per hour.
    """
    grid, beyond = curves(chain)
    steps = np.diff(grid) * (beyond[:, 1:] + beyond[:, :-1]) / 2.0
    later = np.append(np.cumsum(steps[:, ::-1], axis=1)[:, ::-1], np.zeros((len(CAUSES), 1)), axis=1)
    return _rows_at(np.atleast_1d(np.asarray(from_hours, dtype=np.float64)), grid, later + grid * beyond)


def dark_in(hours: float, lengths_h: Floats, at_random: Floats, at_regular_times: Floats) -> tuple[Floats, Floats]:
    """Return how much darkness a stretch of time holds, and with what odds no more.

    Parameters
    ----------
    hours : float
        The stretch, e.g. a year [h].
    lengths_h, at_random, at_regular_times : NDArray, shape (n,)
        Curves of exceedance [1/h], from 0 to where they are 0: of losses whose number is Poisson's, and of those whose number is always the
        same, up to a whole one.

    Returns
    -------
    tuple of NDArray, each of shape (2**17,)
        Sums of hours, evenly spaced up to four times the longest loss, and the odds that a stretch has no more. Lengths are rounded to the spacing.
    """
    sums = np.arange(_SUMS, dtype=np.float64) * (4.0 * float(lengths_h[-1]) / _SUMS)
    edges = sums + sums[1] / 2.0
    random, regular = (-np.diff(np.interp(edges, lengths_h, curve), prepend=curve[0]) * hours for curve in (at_random, at_regular_times))
    odds = total_probabilities(random)
    times = float(regular.sum())
    if times > 0.0:
        whole, rest = divmod(times, 1.0)
        one = np.fft.rfft(regular / times, 2 * _SUMS)
        odds = np.fft.irfft(np.fft.rfft(odds, 2 * _SUMS) * one**whole * (1.0 - rest + rest * one), 2 * _SUMS)[:_SUMS]
    return sums, np.asarray(np.clip(np.cumsum(odds), 0.0, 1.0), dtype=np.float64)


@lru_cache(maxsize=256)
def curves(chain: Chain) -> tuple[Floats, Floats]:
    """Return lengths [h], from 0 to the longest loss and with both sides of every jump, and how often each is exceeded, by cause [1/h]."""
    hazards = (*chain.feeds.hazards, *chain.paths.hazards)
    longest = max(hazard.hours.longest_h for hazard in hazards)
    jumps = chain.backup.pickup_hours, chain.feeds.switchover_hours, *(hazard.hours.longest_h for hazard in hazards)
    grid = _table(longest, _COARSE, *jumps)
    before, behind = np.zeros((len(CAUSES), grid.size)), np.zeros((len(CAUSES), grid.size))
    for loss in losses(chain.feeds, longest):
        _add_supply(before, loss, chain.backup, grid)
    for loss in losses(chain.paths, longest):
        behind[CAUSES.index(loss.word)] += loss.beyond(grid)
    without_supply, without_path = (float(np.trapezoid(part.sum(axis=0), grid)) for part in (before, behind))
    beyond = before * (1.0 - without_path) + behind * (1.0 - without_supply)
    grid.flags.writeable = beyond.flags.writeable = False
    return grid, beyond


def losses(sides: Sides, longest_h: float) -> list[Loss]:
    """Return the losses of all sides together: ordinary ones and storms by cause, then those that strand the load, then those that it sees pass.

    Parameters
    ----------
    sides : Sides
        Feeds or paths.
    longest_h : float
        Where the tables end [h].

    Returns
    -------
    list of Loss
        Rates are those of a side that is up, thinned by the time that it is not.
    """
    grid = _table(longest_h, _POINTS, sides.switchover_hours, *(hazard.hours.longest_h for hazard in sides.hazards))
    rates = _rates(sides)
    gone = sum(((1.0 - hazard.common_share) * rate * excess(hazard.hours, grid) for hazard, rate in rates), np.zeros(grid.size))
    found: dict[tuple[str, bool], Floats] = {}
    for hazard, rate in rates:
        for cause, beyond in _of_hazard(hazard, rate, sides, gone, grid):
            found[cause, hazard.storm] = found.get((cause, hazard.storm), np.zeros(grid.size)) + beyond
    return [Loss(cause, storm, grid, beyond) for (cause, storm), beyond in found.items()]


def _rates(sides: Sides) -> list[tuple[Hazard, float]]:
    """Return hazards with their rates over all time: none strikes a side that is gone, but planned work does not wait for planned work."""
    at_random, planned = (sum(h.per_hour * mean_hours(h.hours) for h in sides.hazards if h.planned is which) for which in (False, True))
    free = 1.0 / (1.0 + at_random)
    return [(hazard, hazard.per_hour * free * (1.0 if hazard.planned else 1.0 - planned * free)) for hazard in sides.hazards]


def _of_hazard(hazard: Hazard, rate: float, sides: Sides, gone: Floats, grid: Floats) -> Sequence[tuple[str, Floats]]:
    """Return causes and rates of exceedance that one hazard brings; `gone` is the chance that the other side is gone for that long yet."""
    cause = hazard.name if hazard.name in CAUSES else "grid"
    lasts = survival(hazard.hours, grid)
    if sides.number == 1:
        return [(cause, rate * lasts)]
    alone = rate * (1.0 - hazard.common_share)
    both = rate * hazard.common_share * lasts + (0.0 if hazard.planned else 2.0 * alone * lasts * gone)
    stranded = alone * hazard.stranded_share * lasts * np.exp(-grid / sides.switch_hours)
    seen = alone * (1.0 - hazard.stranded_share) * lasts * (grid < sides.switchover_hours)
    return [(cause, both + seen), ("transfer" if cause == "grid" else cause, stranded)]


def _add_supply(found: Floats, loss: Loss, backup: Backup, at: Floats) -> None:
    """Add what the load sees of losses of all feeds."""
    holds, set_ = 1.0 - backup.ups_failure, backup.generators
    fails = "ups" if holds > 0.0 else loss.word
    if set_.installed == 0:
        found[CAUSES.index(fails)] += backup.ups_failure * loss.beyond(at)
        found[CAUSES.index(loss.word)] += holds * loss.beyond(at + backup.ride_hours)
        return
    moved, started, pickup = 1.0 - backup.transfer_failure, float(carried(set_, 0.0)), backup.pickup_hours
    short = loss.beyond(at) - loss.beyond(np.maximum(at, pickup))
    found[CAUSES.index(fails)] += backup.ups_failure * (short + moved * started * loss.beyond(pickup) * (at < pickup))
    refuel = backup.storm_refuel_hours if loss.storm else backup.refuel_hours
    for share, ride_hours in ((holds, backup.ride_hours), (backup.ups_failure, 0.0)):
        late, empty = at + ride_hours, at + ride_hours + backup.tank_hours
        asked = loss.beyond(np.maximum(late, pickup))
        found[CAUSES.index("transfer")] += share * backup.transfer_failure * asked * np.exp(-late / backup.transfer_hours)
        found[CAUSES.index("generators")] += share * moved * ((1.0 - started) * asked + _stopped(loss, backup, refuel, late))
        found[CAUSES.index("fuel")] += share * moved * carried(set_, backup.tank_hours) * loss.beyond(empty) * np.exp(-empty / refuel)


def _stopped(loss: Loss, backup: Backup, refuel: float, late: Floats) -> Floats:
    """Return the rate at which generators that had started fail so early that the loss lasts on for longer than `late`."""
    edges = np.union1d(_table(float(loss.grid_h[-1]), _STEPS), backup.tank_hours)
    fueled = np.where(edges[1:] <= backup.tank_hours, 1.0, -np.expm1(-backup.tank_hours / refuel))
    weight = -np.diff(carried(backup.generators, edges)) * fueled
    return np.asarray(loss.beyond(late[:, None] + (edges[1:] + edges[:-1]) / 2.0) @ weight)


def _rows_at(at: Floats, grid: Floats, rows: Floats) -> Floats:
    return np.array([np.interp(at, grid, row) for row in rows])


def _table(longest_h: float, points: int, *jumps_h: float) -> Floats:
    """Return zero, lengths evenly spaced in logs, and both sides of each jump."""
    even = np.concatenate([[0.0], np.geomspace(SHORTEST_H, longest_h, points)])
    return np.union1d(even, [side for jump in jumps_h for side in (jump, np.nextafter(jump, 0.0))])
