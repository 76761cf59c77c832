"""Interrupted runs, lived through: work, checkpoints, interruptions, waits and restarts, event by event.

The kernel is compiled; beside it stands the plain function that says what it does. Both draw from the generator that they are handed, in the same
order, so that kernel and plain function live through the same history. The rules are those of `wattmint.physics.goodput`.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wattmint.physics.goodput import Cause, Checkpointing

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

PLANNED: Final = 1.0
REPAIR: Final = 2.0
"""Kinds of causes in the kernel's rules: those that only pause the run, and those that take a machine away."""


class Runs(NamedTuple):
    """Runs as they went.

    Attributes
    ----------
    useful_s : float
        Work that each run had to do.
    wall_s : NDArray, shape (runs,)
        What each took.
    stops : NDArray, shape (runs, causes)
        How often each cause struck.
    """

    useful_s: float
    wall_s: Floats
    stops: Counts

    @property
    def goodput(self) -> float:
        """Useful over mean wall time."""
        return float(self.useful_s / self.wall_s.mean())

    @property
    def goodput_error(self) -> float:
        """Standard error of `goodput`, from the spread of the runs."""
        return float(self.goodput * self.wall_s.std(ddof=1) / self.wall_s.mean() / np.sqrt(self.wall_s.size))


def simulate_runs(
    rng: np.random.Generator, interval_s: float, checkpointing: Checkpointing, causes: Sequence[Cause], *, segments: int, runs: int
) -> Runs:
    """Live through runs.

    Parameters
    ----------
    rng : Generator
        Draws; the same state gives the same histories.
    interval_s : float
        Work between checkpoints, above 0.
    checkpointing : Checkpointing
        Their times.
    causes : sequence of Cause
        Of interruptions and planned stops.
    segments : int
        Checkpoints, durable, that finish a run.
    runs : int
        How many, at least 2.

    Returns
    -------
    Runs
        Their histories.
    """
    wall, stops = np.zeros(runs), np.zeros((runs, max(len(causes), 1)), dtype=np.int64)
    times = np.array([interval_s + checkpointing.blocking_s, checkpointing.flush_s, checkpointing.restart_s])
    pool = np.zeros(max((cause.spares for cause in causes if cause.spares is not None), default=0) + 1)
    live_through(rng, segments, times, rules_of(causes), pool, wall, stops)
    return Runs(segments * interval_s, wall, stops[:, : len(causes)])


def draw_lost_uptime(rng: np.random.Generator, count: int, interval_s: float, checkpointing: Checkpointing, rate_per_s: float) -> Floats:
    """Draw what interruptions destroy, as `wattmint.physics.goodput.lost_uptime` has it on average.

    Parameters
    ----------
    rng : Generator
        Draws: two per interruption.
    count : int
        How many interruptions.
    interval_s, checkpointing, rate_per_s
        As for `lost_uptime`.

    Returns
    -------
    NDArray, shape (count,)
        Seconds of work and writing.
    """
    cycle, flush = interval_s + checkpointing.blocking_s, checkpointing.flush_s
    late = rng.random(count) < np.exp(-rate_per_s * (cycle + flush))
    limit, share = np.where(late, cycle, cycle + flush), rng.random(count)
    age = limit * share if rate_per_s == 0.0 else -np.log1p(share * np.expm1(-rate_per_s * limit)) / rate_per_s
    return np.asarray(age + np.where(late, flush, 0.0), dtype=np.float64)


@njit(cache=True, nogil=True)
def live_through(rng: np.random.Generator, segments: int, times: Floats, rules: Floats, pool: Floats, wall: Floats, stops: Counts) -> None:
    """Fill in walls and stops: `live_through_plain`, compiled."""
    cycle, flush, restart = times[0], times[1], times[2]
    upto, waits, offs, kinds = rules
    total = upto[-1]
    for run in range(wall.size):
        time, done = 0.0, 0
        pool[:] = 0.0
        clock = rng.exponential() / total if total > 0.0 else np.inf
        left, restarting = cycle + flush, False
        while done < segments:
            if clock >= left:
                clock -= left
                time += left
                if restarting:
                    left, restarting = cycle + flush, False
                else:
                    done += 1
                    left = cycle
                continue
            time += clock
            left -= clock
            cause = np.searchsorted(upto, rng.random() * total, side="right")
            stops[run, cause] += 1
            if kinds[cause] == REPAIR:
                pool[np.argmin(pool)] = time + offs[cause] * rng.exponential()
                time = max(time + waits[cause], pool.min())
            else:
                time += waits[cause]
                if offs[cause] > 0.0:
                    time += offs[cause] * rng.exponential()
            if kinds[cause] != PLANNED:
                left, restarting = restart, True
            clock = rng.exponential() / total
        wall[run] = time


def live_through_plain(rng: np.random.Generator, segments: int, times: Floats, rules: Floats, pool: Floats, wall: Floats, stops: Counts) -> None:
    """Live through runs, one event after the other.

    Parameters
    ----------
    rng : Generator
        Draws.
    segments : int
        Durable checkpoints that finish a run.
    times : NDArray, shape (3,)
        Interval and blocking together, flush, restart [s].
    rules : NDArray, shape (4, causes)
        Of the causes: rates, added up [1/s]; fixed waits, and means of the exponential ones or of repairs [s]; `PLANNED`, `REPAIR` or 0.
    pool : NDArray, shape (spares + 1,)
        Room for when the spares and one machine more are back.
    wall, stops
        Filled, as in `Runs`.
    """
    cycle, flush, restart = times.tolist()
    upto, waits, offs, kinds = rules
    total = float(upto[-1])
    for run in range(wall.size):
        time, done = 0.0, 0
        away: list[float] = []
        until_stop = rng.exponential() / total if total > 0.0 else np.inf
        until_durable, until_restarted = cycle + flush, 0.0
        while done < segments:
            ahead = until_restarted or until_durable
            if until_stop >= ahead:
                time, until_stop = time + ahead, until_stop - ahead
                if until_restarted:
                    until_restarted = 0.0
                else:
                    done, until_durable = done + 1, cycle
                continue
            time += until_stop
            if until_restarted:
                until_restarted -= until_stop
            else:
                until_durable -= until_stop
            cause = int(np.searchsorted(upto, rng.random() * total, side="right"))
            stops[run, cause] += 1
            if kinds[cause] == REPAIR:
                away = [back for back in away if back > time] + [time + offs[cause] * rng.exponential()]
                time = max(time + waits[cause], min(away) if len(away) == pool.size else 0.0)
            else:
                time += waits[cause] + (offs[cause] * rng.exponential() if offs[cause] > 0.0 else 0.0)
            if kinds[cause] != PLANNED:
                until_restarted, until_durable = restart, cycle + flush
            until_stop = rng.exponential() / total
        wall[run] = time


def rules_of(causes: Sequence[Cause]) -> Floats:
    """Return causes as the kernel takes them; without any, one that never strikes."""
    rows = causes or [Cause("none", 0.0)]
    kinds = [PLANNED if cause.planned else 0.0 if cause.spares is None else REPAIR for cause in rows]
    rates = np.cumsum([cause.rate_per_s for cause in rows])
    return np.array([rates, [cause.wait_s for cause in rows], [cause.off_s for cause in rows], kinds])
