"""Goodput of a training run on real accelerators: the best checkpoint interval, where the time goes, and the same run simulated."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.calculators.training.run_terms import MACHINES, REPLACED, RunCase, RunTerms, category_shares, settle
from wattmint.errors import InputError
from wattmint.physics.goodput import Shares, best_interval, daly_interval, goodput, interruption_rate, shares, wall_per_uptime, young_interval
from wattmint.physics.goodput_simulation import simulate_runs
from wattmint.units import HOURS_PER_DAY, SECONDS_PER_DAY

CURVE_POINTS: Final = 81
CURVE_FROM, CURVE_TO = 0.001, 3.0
"""Ends of the curve over the mean uptime."""

MOST_STEPS: Final = 2e8
"""Events of all simulated runs together beyond which a simulation is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodput:
    """What interruptions leave of a run.

    Attributes
    ----------
    interval_s : float
        Work between checkpoints: as given, else the best.
    goodput : float
        Share of time that ends up as work kept.
    interruptions_per_day, lost_gpu_hours_per_day : float
        Of all causes; what is not goodput.
    young_s, daly_s, best_s : float
        Intervals by Young, by Daly, and the exact optimum.
    daly_goodput : float
        With Daly's interval.
    hours_between_interruptions : float
        Mean wall time.
    shares : Shares
        Where the time goes.
    per_day : dict of str to float
        Interruptions by cause.
    machines_per_day : dict of str to float
        Those of machines and software by category, in the proportion of the counts of Llama 3.
    terms : RunTerms
        What it rests on.
    """

    interval_s: float
    goodput: float
    interruptions_per_day: float
    lost_gpu_hours_per_day: float
    young_s: float
    daly_s: float
    best_s: float
    daly_goodput: float
    hours_between_interruptions: float
    shares: Shares
    per_day: dict[str, float]
    machines_per_day: dict[str, float]
    terms: RunTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """The run, simulated.

    Attributes
    ----------
    runs, seed : int
        How many, and from which seed.
    days : float
        Work of each.
    goodput, standard_error : float
        Work over mean wall time.
    wall_days, wall_days_tail : float
        Mean time that a run takes, and not exceeded by 95 % of them.
    interruptions : float
        Mean per run.
    """

    runs: int
    seed: int
    days: float
    goodput: float
    standard_error: float
    wall_days: float
    wall_days_tail: float
    interruptions: float


def run_goodput(case: RunCase) -> Goodput:
    """Return what interruptions leave of a run.

    Parameters
    ----------
    case : RunCase
        As asked for.

    Returns
    -------
    Goodput
        With the interval that was given, or the best.

    Raises
    ------
    InputError
        If a number is out of range, or checkpoints would have to be written faster than they are.
    """
    terms = settle(case)
    pace, causes = terms.checkpointing, terms.causes
    rate = interruption_rate(causes)
    best = best_interval(pace.blocking_s, rate, pace.flush_s)
    interval = best if case.interval_s is None else checked("interval_s", case.interval_s)
    if interval < pace.flush_s - pace.blocking_s:
        least = pace.flush_s - pace.blocking_s
        raise InputError("interval_s", interval, f"at least {least:g} s: a checkpoint is durable only flush_s after it was taken, one at a time")
    daly = daly_interval(pace.blocking_s, rate)
    kept, wall = goodput(interval, pace, causes), wall_per_uptime(causes)
    per_day = {cause.name: cause.rate_per_s * SECONDS_PER_DAY / wall for cause in causes}
    total = math.fsum(per_day.values())
    return Goodput(
        interval_s=interval,
        goodput=kept,
        interruptions_per_day=total,
        lost_gpu_hours_per_day=(1.0 - kept) * terms.gpus * HOURS_PER_DAY,
        young_s=young_interval(pace.blocking_s, rate),
        daly_s=daly,
        best_s=best,
        daly_goodput=goodput(max(daly, pace.flush_s - pace.blocking_s), pace, causes),
        hours_between_interruptions=HOURS_PER_DAY / total,
        shares=shares(interval, pace, causes),
        per_day=per_day,
        machines_per_day={name: share * (per_day[MACHINES] + per_day.get(REPLACED, 0.0)) for name, share in category_shares().items()},
        terms=terms,
    )


def goodput_at(found: Goodput, interval_s: float) -> float:
    """Return what is left of an answer's time with another interval; with the least that checkpoints can be written at where it is below that.

    Parameters
    ----------
    found : Goodput
        Its answer.
    interval_s : float
        Work between checkpoints.

    Returns
    -------
    float
        Share of time that ends up as work kept.
    """
    pace = found.terms.checkpointing
    return goodput(max(interval_s, pace.flush_s - pace.blocking_s), pace, found.terms.causes)


def goodput_curve(found: Goodput) -> tuple[tuple[float, float], ...]:
    """Return what is left of the time at other intervals than an answer's.

    Parameters
    ----------
    found : Goodput
        Its answer.

    Returns
    -------
    tuple of (float, float)
        Interval [s] and goodput, `CURVE_POINTS` of them evenly spaced in the logarithm: from `CURVE_FROM` to `CURVE_TO` mean uptimes, or
        further where the answer's own intervals lie there; not below the least interval that checkpoints can be written at.
    """
    terms = found.terms
    uptime = 1.0 / interruption_rate(terms.causes)
    own = [interval for interval in (found.interval_s, found.best_s, found.daly_s) if interval > 0.0]
    low = max(min([CURVE_FROM * uptime, *(interval / 4.0 for interval in own)]), terms.checkpointing.flush_s - terms.checkpointing.blocking_s)
    intervals = np.geomspace(low, max([CURVE_TO * uptime, *(1.5 * interval for interval in own)]), CURVE_POINTS).tolist()
    return tuple((interval, goodput_at(found, interval)) for interval in intervals)


def simulate_goodput(found: Goodput, *, days: float, runs: int, seed: int) -> Simulated:
    """Return the run of an answer, simulated.

    Parameters
    ----------
    found : Goodput
        Its answer.
    days : float
        Work of each run.
    runs, seed : int
        How many, and from which seed; the same seed gives the same histories.

    Returns
    -------
    Simulated
        To set beside the formula.

    Raises
    ------
    InputError
        If a number is out of range, or the runs would take too many events.
    """
    days, least = checked("training_days", days), 2
    if runs < least:
        raise InputError("runs", runs, f"at least {least}")
    work = days * SECONDS_PER_DAY
    interval = min(found.interval_s, work)
    if interval <= 0.0:
        raise InputError(
            "checkpoint_s", found.terms.checkpointing.blocking_s, "above 0, or interval_s with it: without them the best interval is none"
        )
    segments = max(round(work / interval), 1)
    stops = found.interruptions_per_day * days / found.goodput if found.goodput > 0.0 else math.inf
    if runs * (segments / max(found.goodput, 1e-300) + stops) > MOST_STEPS:
        raise InputError("runs", runs, f"fewer runs, fewer days or a longer interval: at most {MOST_STEPS:.0e} events are simulated")
    lived = simulate_runs(np.random.default_rng(seed), interval, found.terms.checkpointing, found.terms.causes, segments=segments, runs=runs)
    walls = lived.wall_s / SECONDS_PER_DAY
    return Simulated(
        runs=runs,
        seed=seed,
        days=segments * interval / SECONDS_PER_DAY,
        goodput=lived.goodput,
        standard_error=lived.goodput_error,
        wall_days=float(walls.mean()),
        wall_days_tail=float(np.quantile(walls, 0.95)),
        interruptions=float(lived.stops.sum(axis=1).mean()),
    )
