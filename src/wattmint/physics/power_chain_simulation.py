"""Years of a power chain, lived through: losses of feeds, what rides through, generators, fuel and paths, event by event.

The kernel is compiled; beside it stands the plain function that says what it does. Both draw from the generator that they are handed, in the same
order, so that kernel and plain function live through the same history. The rules are those of `wattmint.physics.power_chain`.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wattmint.physics.power_chain import CAUSES, Chain
from wattmint.units import HOURS_PER_YEAR

Floats = NDArray[np.float64]

RATE, LOG_MEDIAN, SIGMA, TAIL_FROM, TAIL_INDEX, LONGEST, COMMON, STRANDED, STORM, PERIOD, BEHIND, CAUSE, IF_STRANDED = range(13)
"""Columns of the kernel's rules; `BEHIND` tells paths from feeds, `RATE` is added up over the rows before; what is planned has a
`PERIOD` and adds nothing to it."""

RIDE, RIDE_FAILURE, PICKUP, MOVE_FAILURE, MOVE, NEEDED, INSTALLED, UNIT_STARTS, NONE_START, UNIT_STOPS, ALL_STOP, UNIT_RETURNS = range(12)
TANK, REFUEL, STORM_REFUEL = 12, 13, 14
"""Places of the kernel's numbers of the backup."""

UPS, TRANSFER, SET, FUEL = (CAUSES.index(cause) for cause in ("ups", "transfer", "generators", "fuel"))


class History(NamedTuple):
    """Times without power at the load, in order.

    Attributes
    ----------
    at_h : NDArray, shape (events,)
        When they began [h].
    hours : NDArray, shape (events,)
        How long they lasted; what falls into an earlier one is not counted again [h].
    causes : NDArray, shape (events,)
        Places in `wattmint.physics.power_chain.CAUSES`.
    """

    at_h: Floats
    hours: Floats
    causes: NDArray[np.int64]


def simulate_chain(rng: np.random.Generator, chain: Chain, years: int) -> History:
    """Live through years.

    Parameters
    ----------
    rng : Generator
        Draws; the same state gives the same history.
    chain : Chain
        From feeds to the load.
    years : int
        How many, at least 1.

    Returns
    -------
    History
        What the load saw.
    """
    rules, sides, numbers = rules_of(chain), sides_of(chain), numbers_of(chain)
    end = years * HOURS_PER_YEAR
    expected = (float(rules[-1, RATE]) + sum(1.0 / period for period in rules[:, PERIOD] if period > 0.0)) * end
    events = np.empty((2 * int(expected + 12.0 * np.sqrt(expected) + 64.0), 3))  # losses are at most Poisson, and each makes two events at most
    count = live_through(rng, rules, sides, numbers, end, events)
    found = events[:count][np.argsort(events[:count, 0], kind="stable")]
    return History(found[:, 0].copy(), found[:, 1].copy(), found[:, 2].astype(np.int64))


@njit(cache=True, nogil=True)
def live_through(rng: np.random.Generator, rules: Floats, sides: Floats, numbers: Floats, end: float, events: Floats) -> int:
    """Fill in events and return how many: `live_through_plain`, compiled."""
    total = rules[-1, RATE]
    back, due = np.zeros((2, 2)), np.full(rules.shape[0], np.inf)
    for row in range(rules.shape[0]):
        if rules[row, PERIOD] > 0.0:
            due[row] = rules[row, PERIOD] * rng.random()
    time, dark_until, count = 0.0, 0.0, 0
    while True:
        time, soon = time + rng.exponential() / total, np.argmin(due)
        if due[soon] <= time:
            time, due[soon] = due[soon], due[soon] + rules[soon, PERIOD]
        else:
            soon = np.searchsorted(rules[:, RATE], rng.random() * total, side="right")
        if time >= end:
            return count
        rule = rules[soon]
        lost, stranded = _struck(rng, rule, sides, back, time)
        if lost <= 0.0:
            continue
        cause = rule[IF_STRANDED] if stranded else rule[CAUSE]
        begins, ends, why, dip = 0.0, lost, cause, 0.0
        if rule[BEHIND] == 0.0:
            begins, ends, why, dip = _answered(rng, numbers, rule[STORM], lost, cause)
        if dip > 0.0:
            count, dark_until = _noted(events, count, dark_until, time, time + dip, UPS if numbers[RIDE_FAILURE] < 1.0 else cause)
        count, dark_until = _noted(events, count, dark_until, time + begins, time + ends, why)


@njit(cache=True, nogil=True)
def _noted(events: Floats, count: int, dark_until: float, begins: float, ends: float, cause: float) -> tuple[int, float]:
    """Write a time in the dark down, less what lies in an earlier one; return how many there are, and until when it is dark."""
    begins = max(begins, dark_until)
    if ends <= begins:
        return count, dark_until
    events[count, 0], events[count, 1], events[count, 2] = begins, ends - begins, cause
    return count + 1, ends


@njit(cache=True, nogil=True)
def _struck(rng: np.random.Generator, rule: Floats, sides: Floats, back: Floats, time: float) -> tuple[float, bool]:
    """How long all sides are lost, and whether the load is stranded; `_Sides.struck`, compiled."""
    lasts = np.exp(rule[LOG_MEDIAN] + rule[SIGMA] * rng.standard_normal())
    if lasts > rule[TAIL_FROM]:
        lasts = rule[TAIL_FROM] * (1.0 - rng.random()) ** (-1.0 / rule[TAIL_INDEX])
    lasts = min(lasts, rule[LONGEST])
    kind = int(rule[BEHIND])
    ends = back[kind]
    which = rng.random() * (2.0 - rule[COMMON])
    if sides[kind, 0] == 1.0 or which < rule[COMMON]:
        if min(ends[0], ends[1]) > time:
            return 0.0, False
        ends[0], ends[1] = max(ends[0], time + lasts), max(ends[1], time + lasts)
        return min(ends[0], ends[1]) - time, False
    side = 0 if which < 1.0 else 1
    if ends[side] > time or (rule[PERIOD] > 0.0 and ends[1 - side] > time):
        return 0.0, False
    ends[side] = time + lasts
    if ends[1 - side] > time:
        return min(ends[0], ends[1]) - time, False
    if side == 1:
        return 0.0, False
    if rng.random() < rule[STRANDED]:
        return min(lasts, sides[kind, 1] * rng.exponential()), True
    return min(lasts, sides[kind, 2]), False


@njit(cache=True, nogil=True)
def _answered(rng: np.random.Generator, numbers: Floats, storm: float, lost: float, cause: float) -> tuple[float, float, float, float]:
    """From when to when after a loss the load is dark, and why, and how long at once; `_answered_plain`, compiled."""
    fails = rng.random() < numbers[RIDE_FAILURE]
    ride = 0.0 if fails else numbers[RIDE]
    if numbers[INSTALLED] == 0.0 or (fails and lost <= numbers[PICKUP]):
        return ride, lost, UPS if fails and numbers[RIDE_FAILURE] < 1.0 else cause, 0.0
    moved = rng.random() >= numbers[MOVE_FAILURE]
    running = 0
    if rng.random() >= numbers[NONE_START]:
        for _ in range(int(numbers[INSTALLED])):
            running += rng.random() < numbers[UNIT_STARTS]
    if not moved:
        return ride, min(lost, numbers[MOVE] * rng.exponential()), TRANSFER, 0.0
    if running < numbers[NEEDED]:
        return ride, lost, SET, 0.0
    dip = numbers[PICKUP] if fails else 0.0
    stops = rng.exponential() / numbers[ALL_STOP] if numbers[ALL_STOP] > 0.0 else np.inf
    wears, out = 0.0, 0
    while running >= numbers[NEEDED] and wears < lost:
        fails, returns = running * numbers[UNIT_STOPS], out * numbers[UNIT_RETURNS]
        wears += rng.exponential() / (fails + returns)
        step = 1 if rng.random() * (fails + returns) < fails else -1
        running, out = running - step, out + step
    stops = min(stops, wears)
    fuel = rng.exponential() * (numbers[STORM_REFUEL] if storm else numbers[REFUEL])
    if fuel > numbers[TANK] and stops >= numbers[TANK]:
        return ride + numbers[TANK], min(lost, fuel), FUEL, dip
    return ride + stops, lost, SET, dip


class _Sides:
    """Feeds or paths, for the plain function: until when each is gone."""

    def __init__(self, count: float, switch_hours: float, switchover_hours: float) -> None:
        self.count, self.switch_hours, self.switchover_hours = count, switch_hours, switchover_hours
        self.back = [0.0, 0.0]

    def struck(self, rng: np.random.Generator, rule: Floats, time: float) -> tuple[float, bool]:
        """How long all sides are lost after a hazard struck, and whether the load is stranded on the one that is."""
        hours = np.exp(rule[LOG_MEDIAN] + rule[SIGMA] * rng.standard_normal())
        if hours > rule[TAIL_FROM]:
            hours = rule[TAIL_FROM] * (1.0 - rng.random()) ** (-1.0 / rule[TAIL_INDEX])
        until = time + min(hours, rule[LONGEST])
        which = rng.random() * (2.0 - rule[COMMON])
        hit = (0, 1) if self.count == 1.0 or which < rule[COMMON] else (0,) if which < 1.0 else (1,)
        if all(self.back[side] > time for side in hit):  # what is gone already cannot go
            return 0.0, False
        if rule[PERIOD] and len(hit) == 1 and self.back[1 - hit[0]] > time:
            return 0.0, False
        for side in hit:
            self.back[side] = max(self.back[side], until)
        if min(self.back) > time:
            return min(self.back) - time, False
        if hit == (1,):
            return 0.0, False
        if rng.random() < rule[STRANDED]:
            return min(until - time, self.switch_hours * rng.exponential()), True
        return min(until - time, self.switchover_hours), False


def live_through_plain(rng: np.random.Generator, rules: Floats, sides: Floats, numbers: Floats, end: float, events: Floats) -> int:
    """Live through years, one loss after the other.

    Parameters
    ----------
    rng : Generator
        Draws.
    rules : NDArray, shape (hazards, 13)
        What strikes, see `rules_of`.
    sides : NDArray, shape (2, 3)
        Of feeds and of paths, see `sides_of`.
    numbers : NDArray, shape (15,)
        The backup, see `numbers_of`.
    end : float
        When to stop [h].
    events : NDArray, shape (room, 3)
        Filled: begin [h], hours, cause.

    Returns
    -------
    int
        How many events there were.
    """
    feeds, paths = (_Sides(*row) for row in sides.tolist())
    due = {row: rule[PERIOD] * rng.random() for row, rule in enumerate(rules) if rule[PERIOD]}
    time, dark_until, count = 0.0, 0.0, 0
    while True:
        time += rng.exponential() / rules[-1, RATE]
        early = [row for row in due if due[row] <= time]
        if early:
            row = min(early, key=due.__getitem__)
            time = due[row]
            due[row] += rules[row, PERIOD]
        else:
            row = int(np.searchsorted(rules[:, RATE], rng.random() * rules[-1, RATE], side="right"))
        if time >= end:
            return count
        rule = rules[row]
        lost, stranded = (paths if rule[BEHIND] else feeds).struck(rng, rule, time)
        if lost <= 0.0:
            continue
        cause = int(rule[IF_STRANDED] if stranded else rule[CAUSE])
        spans = [(0.0, lost, cause)] if rule[BEHIND] else _answered_plain(rng, numbers.tolist(), bool(rule[STORM]), lost, cause)
        for begins, ends, why in spans:
            dark = max(time + begins, dark_until)
            if time + ends > dark:
                events[count] = dark, time + ends - dark, why
                count, dark_until = count + 1, time + ends


def _answered_plain(rng: np.random.Generator, numbers: list[float], storm: bool, lost: float, cause: int) -> list[tuple[float, float, int]]:
    """From when to when after a loss of all feeds the load is dark, and why."""
    holds = rng.random() >= numbers[RIDE_FAILURE]
    ride = numbers[RIDE] if holds else 0.0
    because = cause if holds or numbers[RIDE_FAILURE] == 1.0 else UPS
    if not numbers[INSTALLED] or (not holds and lost <= numbers[PICKUP]):
        return [(ride, lost, because)]
    moved = rng.random() >= numbers[MOVE_FAILURE]
    all_fail = rng.random() < numbers[NONE_START]
    running = 0 if all_fail else sum(rng.random() < numbers[UNIT_STARTS] for _ in range(int(numbers[INSTALLED])))
    if not moved:
        return [(ride, min(lost, numbers[MOVE] * rng.exponential()), TRANSFER)]
    if running < numbers[NEEDED]:
        return [(ride, lost, SET)]
    until_carried = [] if holds else [(0.0, numbers[PICKUP], because)]
    together = rng.exponential() / numbers[ALL_STOP] if numbers[ALL_STOP] > 0.0 else np.inf
    stops = min(together, _worn_out(rng, running, numbers, lost))
    fuel = rng.exponential() * numbers[STORM_REFUEL if storm else REFUEL]
    if fuel > numbers[TANK] and stops >= numbers[TANK]:
        return [*until_carried, (ride + numbers[TANK], min(lost, fuel), FUEL)]
    return [*until_carried, (ride + stops, lost, SET)]


def _worn_out(rng: np.random.Generator, started: int, numbers: list[float], lost: float) -> float:
    """When fewer generators run than are needed, some failing and some coming back; any time after the loss if that is over before."""
    time, out = 0.0, 0
    while started - out >= numbers[NEEDED] and time < lost:
        fails, returns = (started - out) * numbers[UNIT_STOPS], out * numbers[UNIT_RETURNS]
        time += rng.exponential() / (fails + returns)
        out += 1 if rng.random() * (fails + returns) < fails else -1
    return time


def rules_of(chain: Chain) -> Floats:
    """Return what strikes, as the kernel takes it: a row per hazard of feeds, then of paths; the rate is that of all sides together."""
    rows = []
    for behind, sides in enumerate((chain.feeds, chain.paths)):
        for hazard in sides.hazards:
            rate = hazard.per_hour * (1.0 if sides.number == 1 else 2.0 - hazard.common_share)
            lasts = hazard.hours
            cause = CAUSES.index(hazard.name) if hazard.name in CAUSES else CAUSES.index("grid")
            stranded = TRANSFER if cause == CAUSES.index("grid") else cause
            law = [np.log(lasts.median_h), lasts.sigma, lasts.tail_from_h, lasts.tail_index, lasts.longest_h]
            when = [0.0, 1.0 / rate] if hazard.planned else [rate, 0.0]
            kind = [hazard.common_share, hazard.stranded_share, float(hazard.storm), when[1], float(behind), float(cause), float(stranded)]
            rows.append([when[0], *law, *kind])
    rules = np.array(rows)
    rules[:, RATE] = np.cumsum(rules[:, RATE])
    return rules


def sides_of(chain: Chain) -> Floats:
    """Return feeds and paths as the kernel takes them: count, mean hours of a switch by hand, hours of one that works."""
    return np.array([[float(sides.number), sides.switch_hours, sides.switchover_hours] for sides in (chain.feeds, chain.paths)])


def numbers_of(chain: Chain) -> Floats:
    """Return the backup as the kernel takes it."""
    backup, units = chain.backup, chain.backup.generators
    beta = units.common_share if units.installed > 1 else 0.0
    starts = units.ready_share * (1.0 - (1.0 - beta) * units.start_failure)
    rates = [(1.0 - beta) * units.run_failures_per_hour, beta * units.run_failures_per_hour]
    generators = [float(units.needed), float(units.installed), starts, beta * units.start_failure, *rates, units.repairs_per_hour]
    switch = [backup.ride_hours, backup.ups_failure, backup.pickup_hours, backup.transfer_failure, backup.transfer_hours]
    return np.array([*switch, *generators, backup.tank_hours, backup.refuel_hours, backup.storm_refuel_hours])
