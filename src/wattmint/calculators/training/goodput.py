"""Goodput of a training run on real accelerators: defaults from the tables, limits, where the time goes, and the same run simulated.

A restart that is given counts from the interruption on, unless the time to notice is given too; if neither is given both are the table's.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.errors import InputError
from wattmint.facts.load import attribute, record, table
from wattmint.physics.goodput import (
    Cause,
    Checkpointing,
    Shares,
    best_interval,
    daly_interval,
    goodput,
    interruption_rate,
    shares,
    wall_per_uptime,
    young_interval,
)
from wattmint.physics.goodput_simulation import simulate_runs
from wattmint.provenance import UsedInput
from wattmint.units import BYTES_PER_GB, DAYS_PER_YEAR, HOURS_PER_DAY, PARAMETERS_PER_B, SECONDS_PER_DAY, SECONDS_PER_HOUR

MACHINES, REPLACED, OUTAGES, CURTAILMENTS = "machines and software", "machines replaced", "outages", "curtailments"
REPAIRED: Final = ("GPU", "Host")
"""Categories of the counts whose interruptions take a machine away."""

COUNTED_RUN: Final = "llama-3-405b"
"""Run of the table `training_failures` whose counts say which causes machines and software stop for."""

GOES_WITH: Final = {
    "outage_hours": "outages_per_year", "curtailment_hours": "curtailments_per_year", "notice_s": "curtailments_per_year", "repair_hours": "spares",
}  # fmt: skip
"""Numbers that mean nothing without another."""

MOST_STEPS: Final = 2e8
"""Events of all simulated runs together beyond which a simulation is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCase:
    """A run as asked for; None takes the default.

    Attributes
    ----------
    gpus : float
        Accelerators.
    mttf_gpu_hours, checkpoint_s, flush_s, detect_s, restart_s, interval_s, state_gb, outages_per_year, outage_hours : float or None
        Words of the data dictionary.
    curtailments_per_year, curtailment_hours, notice_s, spares, repair_hours : float or None
        Likewise.
    """

    gpus: float
    mttf_gpu_hours: float | None = None
    checkpoint_s: float | None = None
    flush_s: float | None = None
    detect_s: float | None = None
    restart_s: float | None = None
    interval_s: float | None = None
    state_gb: float | None = None
    outages_per_year: float | None = None
    outage_hours: float | None = None
    curtailments_per_year: float | None = None
    curtailment_hours: float | None = None
    notice_s: float | None = None
    spares: float | None = None
    repair_hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTerms:
    """A run with every number settled.

    Attributes
    ----------
    gpus, mttf_gpu_hours, detect_s : float
        As in the case, or by default.
    checkpointing : Checkpointing
        What checkpoints and restarts take.
    causes : tuple of Cause
        Machines, then outages and curtailments where there are any.
    inputs : tuple of UsedInput
        All numbers with their sources.
    """

    gpus: float
    mttf_gpu_hours: float
    detect_s: float
    checkpointing: Checkpointing
    causes: tuple[Cause, ...]
    inputs: tuple[UsedInput, ...]


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


class RunBook:
    """Looks up a run's numbers, checks them and remembers where they come from."""

    def __init__(self) -> None:
        self.inputs: list[UsedInput] = []

    def given(self, name: str, value: float) -> float:
        """Return a number that was given, if it is in range; a word that is out of range is refused with `InputError`."""
        number = checked(name, value)
        self.inputs.append(UsedInput(name, number, attribute(name).unit, "given", "given"))
        return number

    def number(self, name: str, value: float | None) -> float:
        """Return a number as given, else the default of the table `defaults`, id ``training``."""
        if value is not None:
            return self.given(name, value)
        fact = record("defaults", "training")[name]
        self.inputs.append(fact.used())
        return float(fact.value)

    def checkpoint_s(self, gpus: float, state_gb: float | None, value: float | None) -> float:
        """Return the time of a checkpoint as given, else its size over the storage's rate."""
        if value is not None:
            return self.given("checkpoint_s", value)
        if state_gb is None:
            parameters = self.number("training_parameters_b", None) * PARAMETERS_PER_B
            state_gb = parameters * self.number("checkpoint_bytes_per_parameter", None) / BYTES_PER_GB
        else:
            state_gb = self.given("state_gb", state_gb)
        return state_gb / (gpus * self.number("checkpoint_gb_per_s_per_gpu", None))

    def recovery(self, detect_s: float | None, restart_s: float | None) -> tuple[float, float]:
        """Return the times to notice and to restart."""
        if restart_s is not None and detect_s is None:
            return 0.0, self.given("restart_s", restart_s)
        return self.number("detect_s", detect_s), self.number("restart_s", restart_s)


def settle(case: RunCase) -> RunTerms:
    """Return a run with every number settled.

    Parameters
    ----------
    case : RunCase
        As asked for.

    Returns
    -------
    RunTerms
        With sources.

    Raises
    ------
    InputError
        If a number is out of range.
    """
    for name, of in GOES_WITH.items():
        if getattr(case, name) is not None and getattr(case, of) is None:
            raise InputError(name, getattr(case, name), f"goes with {of}")
    book = RunBook()
    gpus, mttf = book.given("gpus", case.gpus), book.number("mttf_gpu_hours", case.mttf_gpu_hours)
    blocking = book.checkpoint_s(gpus, case.state_gb, case.checkpoint_s)
    flush = 0.0 if case.flush_s is None else book.given("flush_s", case.flush_s)
    detect, restart = book.recovery(case.detect_s, case.restart_s)
    causes = [machine_cause(gpus, mttf, detect)]
    if case.spares is not None:
        spares, repair = int(book.given("spares", case.spares)), book.number("repair_hours", case.repair_hours) * SECONDS_PER_HOUR
        causes = _replaced(causes[0], spares, repair)
    if case.outages_per_year is not None:
        rate = book.given("outages_per_year", case.outages_per_year) / (DAYS_PER_YEAR * SECONDS_PER_DAY)
        causes.append(Cause(OUTAGES, rate, detect, _outage_hours(book, case.outage_hours) * SECONDS_PER_HOUR))
    if case.curtailments_per_year is not None:
        rate = book.given("curtailments_per_year", case.curtailments_per_year) / (DAYS_PER_YEAR * SECONDS_PER_DAY)
        off = book.number("curtailment_hours", case.curtailment_hours) * SECONDS_PER_HOUR
        announced = case.notice_s is not None and book.given("notice_s", case.notice_s) >= blocking + flush
        causes.append(Cause(CURTAILMENTS, rate, off + (blocking + flush + restart if announced else 0.0), planned=announced))
    checkpointing = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=restart)
    return RunTerms(gpus=gpus, mttf_gpu_hours=mttf, detect_s=detect, checkpointing=checkpointing, causes=tuple(causes), inputs=tuple(book.inputs))


def machine_cause(gpus: float, mttf_gpu_hours: float, detect_s: float) -> Cause:
    """Return interruptions by machines and software: so many GPU-hours apart."""
    return Cause(MACHINES, gpus / (mttf_gpu_hours * SECONDS_PER_HOUR), detect_s)


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


def category_shares() -> dict[str, float]:
    """Return the share of each category of cause among the interruptions of Llama 3 that were not planned, largest first."""
    counts: dict[str, float] = {}
    for facts in table("training_failures").values():
        if "part_of" in facts and facts["part_of"].value == COUNTED_RUN:
            name = str(facts["failure_category"].value)
            counts[name] = counts.get(name, 0.0) + float(facts["interruptions"].value)
    total = math.fsum(counts.values())
    return {name: counts[name] / total for name in sorted(counts, key=lambda name: -counts[name])}


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


def _replaced(machines: Cause, spares: int, repair_s: float) -> list[Cause]:
    """Split interruptions by machines and software into those that end with a restart and those that need a spare machine."""
    share = math.fsum(share for name, share in category_shares().items() if name in REPAIRED)
    rest = Cause(MACHINES, (1.0 - share) * machines.rate_per_s, machines.wait_s)
    return [rest, Cause(REPLACED, share * machines.rate_per_s, machines.wait_s, repair_s, spares=spares)]


def _outage_hours(book: RunBook, value: float | None) -> float:
    if value is not None:
        return book.given("outage_hours", value)
    fact = record("backup", str(record("defaults", "hosting")["backup"].value))["outage_hours"]
    book.inputs.append(fact.used())
    return float(fact.value)
