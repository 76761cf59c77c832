"""Goodput of a run that checkpoints: what interruptions leave of it, how often to checkpoint, and how much one interruption destroys.

The model, in seconds:

- Interruptions strike while the run works, checkpoints or restarts, as a Poisson process of several causes. Each throws the run back to its last
  durable checkpoint: it waits (detection, and for power the time until it is back), then restarts and reloads, which may itself be interrupted.
- A checkpoint after each `interval` of work blocks the run for `blocking`; if it is written in the background, it is durable only `flush` later, and
  one is written at a time.
- A planned stop (a curtailment announced in time) pauses the run: it writes an extra checkpoint, waits, restarts and goes on. Nothing is lost, the
  extra checkpoint is not counted on later, and no interruption strikes in the pause.
- A cause may take a machine away for repair. With all spare machines under repair the run waits for the first to come back, beside the fixed wait.

With rate L of interruptions, mean wait W, restart R, blocking b, flush s, interval t, rate V of planned stops and their pause P, renewal gives

    goodput = L t / (exp(L (t + b)) - 1) * exp(-L (R + s)) / (1 + L W + V P)

which is Daly's 1 / (useful wall time) for W = s = V = 0. The best t depends on L and b alone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_NEWTON_STEPS: Final = 200
_BISECTIONS: Final = 200
_LAST_DIGIT: Final = 1e-15
_LARGEST: Final = 700.0
"""Exponent beyond which nothing is left of the goodput."""

_SMALL: Final = 1e-9
"""Interruptions per cycle below which their ages are uniform to nine digits."""

_SERIES: Final = 1e-5
"""Below it a closed form loses digits, and two terms of its series have them all."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a run stops.

    Attributes
    ----------
    name : str
        What it is.
    rate_per_s : float
        Of the whole run, while it works or restarts.
    wait_s : float
        Fixed wait before the restart: detection; of a planned stop its whole pause but for `off_s`.
    off_s : float
        Mean of a further, exponentially distributed wait: until power or a machine is back.
    planned : bool
        Whether it is announced, so that the run only pauses.
    spares : int or None
        Spare machines, if each interruption takes one away for a time with mean `off_s`; one cause of a run may do so.
    """

    name: str
    rate_per_s: float
    wait_s: float = 0.0
    off_s: float = 0.0
    planned: bool = False
    spares: int | None = None

    @property
    def mean_wait_s(self) -> float:
        """Mean time that the run waits before it restarts [s]."""
        return self.wait_s + (self.off_s if self.spares is None else spare_wait(self.rate_per_s, self.spares, self.off_s, self.wait_s))


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpointing:
    """What a checkpoint and a restart take.

    Attributes
    ----------
    blocking_s : float
        That the accelerators stand still for each checkpoint.
    flush_s : float
        From then until it is durable; 0 when the run waits for the write.
    restart_s : float
        To start the job again and reload.
    """

    blocking_s: float
    flush_s: float = 0.0
    restart_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Where the time of a run goes; the six add up to 1.

    Attributes
    ----------
    useful : float
        Goodput: work that is kept.
    checkpoints : float
        Writing the checkpoints of that work.
    redone : float
        Work, and checkpoints of it, that interruptions destroyed.
    restart : float
        Starting and reloading.
    waiting : float
        Detection, and waiting for power.
    planned : float
        Pauses that were announced.
    """

    useful: float
    checkpoints: float
    redone: float
    restart: float
    waiting: float
    planned: float


def spare_wait(rate_per_s: float, spares: int, repair_s: float, wait_s: float = 0.0) -> float:
    """Return the mean time that an interruption waits for a machine to come back from repair, beyond a fixed wait [s].

    Parameters
    ----------
    rate_per_s : float
        Of interruptions that take a machine away.
    spares : int
        Machines that stand by.
    repair_s : float
        Mean time until a machine is back, exponentially distributed.
    wait_s : float
        Fixed wait that goes on at the same time.

    Returns
    -------
    float
        Erlang's chance that all spares are away, times the wait for the first of them and the one just lost. Exact but that repairs get no further
        during other waits: never too short, and a little long when waits are no longer short beside the time between interruptions.
    """
    if repair_s == 0.0:
        return 0.0
    load, away = rate_per_s * repair_s, 1.0
    for count in range(1, spares + 1):
        away = load * away / (count + load * away)
    first = repair_s / (spares + 1)
    return away * first * math.exp(-wait_s / first)


def interruption_rate(causes: Sequence[Cause]) -> float:
    """Return the rate [1/s] of causes that are not planned."""
    return math.fsum(cause.rate_per_s for cause in causes if not cause.planned)


def wall_per_uptime(causes: Sequence[Cause]) -> float:
    """Return wall time over the time in which the run works, checkpoints or restarts: 1 plus the mean waits of all causes."""
    return 1.0 + math.fsum(cause.rate_per_s * cause.mean_wait_s for cause in causes)


def young_interval(blocking_s: float, rate_per_s: float) -> float:
    """Return Young's interval ``sqrt(2 blocking / rate)`` [s]; infinite without interruptions."""
    return math.sqrt(2.0 * blocking_s / rate_per_s) if rate_per_s > 0.0 else math.inf


def daly_interval(blocking_s: float, rate_per_s: float) -> float:
    """Return Daly's interval of higher order [s].

    Parameters
    ----------
    blocking_s : float
        Time of a checkpoint.
    rate_per_s : float
        Of interruptions.

    Returns
    -------
    float
        ``sqrt(2bM) (1 + sqrt(b/2M)/3 + (b/2M)/9) - b`` for b below 2M, else M; M is the mean time between interruptions. Infinite without any.

    References
    ----------
    J. T. Daly, A higher order estimate of the optimum checkpoint interval for restart dumps, FGCS 22 (2006) 303.
    """
    if rate_per_s == 0.0:
        return math.inf
    half = 0.5 * blocking_s * rate_per_s
    if half >= 1.0:
        return 1.0 / rate_per_s
    return young_interval(blocking_s, rate_per_s) * (1.0 + math.sqrt(half) / 3.0 + half / 9.0) - blocking_s


def best_interval(blocking_s: float, rate_per_s: float, flush_s: float = 0.0) -> float:
    """Return the interval at which goodput is highest [s].

    Parameters
    ----------
    blocking_s, rate_per_s : float
        As for `daly_interval`.
    flush_s : float
        Time until a checkpoint is durable; the next may not end before.

    Returns
    -------
    float
        The root of ``y + exp(-(y + rate blocking)) = 1`` over the rate, by Newton's method from above, but at least ``flush - blocking``; infinite
        without interruptions.
    """
    if rate_per_s == 0.0:
        return math.inf
    if blocking_s == 0.0:
        return flush_s
    load, y = rate_per_s * blocking_s, 1.0
    for _ in range(_NEWTON_STEPS):
        step = (y + math.expm1(-(y + load))) / -math.expm1(-(y + load))
        y -= step
        if abs(step) <= _LAST_DIGIT * y:
            break
    return max(y / rate_per_s, flush_s - blocking_s)


def goodput(interval_s: float, checkpointing: Checkpointing, causes: Sequence[Cause]) -> float:
    """Return the share of time that ends up as work kept.

    Parameters
    ----------
    interval_s : float
        Work between checkpoints; infinite for none, 0 for checkpoints that cost nothing.
    checkpointing : Checkpointing
        Their times.
    causes : sequence of Cause
        Of interruptions and planned stops.

    Returns
    -------
    float
        From 0 to 1.
    """
    rate = interruption_rate(causes)
    paused = wall_per_uptime(causes)
    if math.isinf(interval_s):
        return 1.0 / paused if rate == 0.0 else 0.0
    exponent = rate * (interval_s + checkpointing.blocking_s)
    if exponent > _LARGEST:
        return 0.0
    if exponent > 0.0:
        worked = rate * interval_s / math.expm1(exponent)
    else:
        cycle = interval_s + checkpointing.blocking_s
        worked = interval_s / cycle if cycle > 0.0 else 1.0
    return worked * math.exp(-rate * (checkpointing.restart_s + checkpointing.flush_s)) / paused


def shares(interval_s: float, checkpointing: Checkpointing, causes: Sequence[Cause]) -> Shares:
    """Return where the time goes.

    Parameters
    ----------
    interval_s, checkpointing, causes
        As for `goodput`.

    Returns
    -------
    Shares
        Long-run means.
    """
    rate, paused = interruption_rate(causes), wall_per_uptime(causes)
    useful = goodput(interval_s, checkpointing, causes)
    finite = 0.0 < interval_s < math.inf
    writing = useful * checkpointing.blocking_s / interval_s if finite else 0.0
    running = math.exp(-rate * checkpointing.restart_s) / paused
    planned = math.fsum(cause.rate_per_s * cause.mean_wait_s for cause in causes if cause.planned) / paused
    return Shares(
        useful=useful,
        checkpoints=writing,
        redone=max(running - useful - writing, 0.0),
        restart=-math.expm1(-rate * checkpointing.restart_s) / paused,
        waiting=max(1.0 - 1.0 / paused - planned, 0.0),
        planned=planned,
    )


def lost_uptime(interval_s: float, checkpointing: Checkpointing, rate_per_s: float) -> float:
    """Return the mean time of work and writing that an interruption destroys [s].

    Parameters
    ----------
    interval_s : float
        Work between checkpoints, finite.
    checkpointing : Checkpointing
        Their times.
    rate_per_s : float
        Of interruptions of all causes; 0 for one interruption of an otherwise undisturbed run.

    Returns
    -------
    float
        About half a cycle and the flush when interruptions are rare.
    """
    cycle, flush = interval_s + checkpointing.blocking_s, checkpointing.flush_s
    if rate_per_s * (cycle + flush) < _SMALL:
        return 0.5 * cycle + flush
    after_restart = math.exp(-rate_per_s * (cycle + flush))  # the chance that a fresh start reaches its first durable checkpoint
    fresh = _mean_below(cycle + flush, rate_per_s)
    return (1.0 - after_restart) * fresh + after_restart * (flush + _mean_below(cycle, rate_per_s))


def lost_uptime_quantile(quantile: float, interval_s: float, checkpointing: Checkpointing, rate_per_s: float) -> float:
    """Return what an interruption destroys at most with a probability [s]; arguments as for `lost_uptime`.

    Parameters
    ----------
    quantile : float
        Probability, e.g. 0.95.
    interval_s, checkpointing, rate_per_s
        As for `lost_uptime`.

    Returns
    -------
    float
        Found by bisection of the distribution: starts after a restart lose from 0 to cycle and flush, later ones from the flush on.
    """
    cycle, flush = interval_s + checkpointing.blocking_s, checkpointing.flush_s
    after_restart = math.exp(-rate_per_s * (cycle + flush))
    low, high = 0.0, cycle + flush
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        first = _share_below(middle, cycle + flush, rate_per_s)
        later = _share_below(max(middle - flush, 0.0), cycle, rate_per_s)
        if (1.0 - after_restart) * first + after_restart * later < quantile:
            low = middle
        else:
            high = middle
    return high


def _mean_below(limit: float, rate: float) -> float:
    """Mean of an exponential age that is below a limit."""
    scaled = rate * limit
    if scaled < _SERIES:
        return limit * (0.5 - scaled / 12.0)
    return 1.0 / rate - limit / math.expm1(scaled) if scaled < _LARGEST else 1.0 / rate


def _share_below(age: float, limit: float, rate: float) -> float:
    """Share of exponential ages below a limit that are below `age`."""
    return age / limit if rate * limit < _SMALL else math.expm1(-rate * age) / math.expm1(-rate * limit)
