"""What an interruption of a training run destroys, in GPU-hours: plain numbers in, plain numbers out, for whoever prices uptime.

Counted as lost are the work since the last durable checkpoint, which has to be done again, and the time to notice and to restart. The time without
power is not: it is the site's availability, which whoever sells hours has counted already; it is given beside.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.facility.power_chain import PowerChain
from wattmint.physics.goodput import Cause, Checkpointing, best_interval, lost_uptime, lost_uptime_quantile
from wattmint.physics.goodput_simulation import draw_lost_uptime
from wattmint.units import HOURS_PER_YEAR, SECONDS_PER_HOUR

TAIL: Final = 0.95
"""A tail is what is not exceeded with this probability."""

YEARS: Final = 20_000
"""Simulated for a year's tail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """How often the power of a run fails.

    Attributes
    ----------
    outages_per_year : float
        Losses of power.
    outage_hours : float
        Their mean length.
    dips_per_year : float
        Dips that stop the load but after which power is there at once.
    """

    outages_per_year: float
    outage_hours: float
    dips_per_year: float

    @property
    def stops_per_year(self) -> float:
        """Outages and dips."""
        return self.outages_per_year + self.dips_per_year

    def causes(self, wait_s: float) -> tuple[Cause, ...]:
        """Return the feed as causes of interruptions, each with a wait beside the time without power: noticed, servers up."""
        outages, dips = (per_year / (HOURS_PER_YEAR * SECONDS_PER_HOUR) for per_year in (self.outages_per_year, self.dips_per_year))
        return Cause("outages", outages, wait_s, self.outage_hours * SECONDS_PER_HOUR), Cause("dips", dips, wait_s)


def feed_of(chain: PowerChain) -> Feed:
    """Return the losses of power behind a chain."""
    return Feed(outages_per_year=chain.outages_per_year, outage_hours=chain.outage_hours, dips_per_year=chain.dips_per_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRun:
    """A run, whatever its power.

    Attributes
    ----------
    gpus : float
        Accelerators that stand still together.
    checkpointing : Checkpointing
        What checkpoints and restarts take.
    detect_s, boot_s : float
        Until an interruption is noticed; from power at the racks until servers are up.
    machines_per_s : float
        Rate of interruptions by machines and software.
    """

    gpus: float
    checkpointing: Checkpointing
    detect_s: float
    boot_s: float
    machines_per_s: float

    def job(self, feed: Feed, interval_s: float | None) -> "TrainingJob":
        """Return the run on a feed with checkpoints so far apart; None for the best interval."""
        rate, pace = self.machines_per_s + feed.stops_per_year / (HOURS_PER_YEAR * SECONDS_PER_HOUR), self.checkpointing
        interval = best_interval(pace.blocking_s, rate, pace.flush_s) if interval_s is None else max(interval_s, pace.flush_s - pace.blocking_s)
        return TrainingJob(gpus=self.gpus, interval_s=interval, checkpointing=pace, detect_s=self.detect_s, boot_s=self.boot_s, rate_per_s=rate)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """A run as its interruptions see it.

    Attributes
    ----------
    gpus : float
        Accelerators that stand still together.
    interval_s : float
        Work between checkpoints; without checkpoints the whole run.
    checkpointing : Checkpointing
        What checkpoints and restarts take.
    detect_s, boot_s : float
        Until an interruption is noticed; from power at the racks until servers are up.
    rate_per_s : float
        Of all interruptions, which decides how far a run is from its last checkpoint when the next one strikes.
    """

    gpus: float
    interval_s: float
    checkpointing: Checkpointing
    detect_s: float
    boot_s: float
    rate_per_s: float

    @property
    def recovery_s(self) -> float:
        """From power back to work: servers up, noticed and restarted."""
        return self.boot_s + self.detect_s + self.checkpointing.restart_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """GPU-hours that power takes from a run.

    Attributes
    ----------
    per_stop, per_stop_tail : float
        One interruption: mean, and not exceeded with probability `TAIL`.
    per_year, per_year_tail : float
        A year of them.
    dark_per_year : float
        GPU-hours without power in a year, beside these.
    """

    per_stop: float
    per_stop_tail: float
    per_year: float
    per_year_tail: float
    dark_per_year: float


def power_loss(job: TrainingJob, feed: Feed, seed: int = 0) -> Loss:
    """Return what a feed's failures cost a run.

    Parameters
    ----------
    job : TrainingJob
        The run.
    feed : Feed
        Its power.
    seed : int
        Of the simulated years behind `per_year_tail`; all else is exact.

    Returns
    -------
    Loss
        In GPU-hours.
    """
    hours = job.gpus / SECONDS_PER_HOUR
    mean = hours * (lost_uptime(job.interval_s, job.checkpointing, job.rate_per_s) + job.recovery_s)
    tail = hours * (lost_uptime_quantile(TAIL, job.interval_s, job.checkpointing, job.rate_per_s) + job.recovery_s)
    return Loss(
        per_stop=mean,
        per_stop_tail=tail,
        per_year=feed.stops_per_year * mean,
        per_year_tail=_year_tail(job, feed, seed) * hours,
        dark_per_year=feed.outages_per_year * feed.outage_hours * job.gpus,
    )


def curtailment_loss(job: TrainingJob, notice_s: float = 0.0) -> float:
    """Return the GPU-hours that one curtailment on request costs beside its length.

    Parameters
    ----------
    job : TrainingJob
        The run.
    notice_s : float
        How long before it is announced.

    Returns
    -------
    float
        Announced in time, a checkpoint and a restart; else what is not yet durable and a restart, about half an interval. Nothing has to be noticed,
        but servers have to come up.
    """
    write = job.checkpointing.blocking_s + job.checkpointing.flush_s
    lost = write if notice_s >= write else lost_uptime(job.interval_s, job.checkpointing, job.rate_per_s)
    return job.gpus * (lost + job.boot_s + job.checkpointing.restart_s) / SECONDS_PER_HOUR


def _year_tail(job: TrainingJob, feed: Feed, seed: int) -> float:
    """Seconds that a year's stops cost at most with probability `TAIL`, from simulated years; no more than the year has."""
    rng = np.random.default_rng(seed)
    stops = rng.poisson(feed.stops_per_year, YEARS)
    each = draw_lost_uptime(rng, int(stops.sum()), job.interval_s, job.checkpointing, job.rate_per_s) + job.recovery_s
    ends = np.concatenate([[0.0], np.cumsum(each)])[np.concatenate([[0], np.cumsum(stops)])]
    return min(float(np.quantile(np.diff(ends), TAIL)), HOURS_PER_YEAR * SECONDS_PER_HOUR)
