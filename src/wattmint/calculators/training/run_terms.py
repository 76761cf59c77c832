"""A training run with every number settled: as asked for or by default from the tables, checked, and with where it comes from.

A restart that is given counts from the interruption on, unless the time to notice is given too; if neither is given both are the table's.
"""

import math
from dataclasses import dataclass
from typing import Final

from wattmint.calculators.limits import checked
from wattmint.errors import InputError
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import attribute, number, record, table
from wattmint.physics.goodput import Cause, Checkpointing
from wattmint.provenance import UsedInput
from wattmint.units import BYTES_PER_GB, DAYS_PER_YEAR, KW_PER_MW, PARAMETERS_PER_B, SECONDS_PER_DAY, SECONDS_PER_HOUR

MACHINES, REPLACED, OUTAGES, CURTAILMENTS = "machines and software", "machines replaced", "outages", "curtailments"
REPAIRED: Final = ("GPU", "Host")
"""Categories of the counts whose interruptions take a machine away."""

COUNTED_RUN: Final = "llama-3-405b"
"""Run of the table `training_failures` whose counts say which causes machines and software stop for."""

GOES_WITH: Final = {
    "outage_hours": "outages_per_year", "curtailment_hours": "curtailments_per_year", "notice_s": "curtailments_per_year", "repair_hours": "spares",
}  # fmt: skip
"""Numbers that mean nothing without another."""


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
        causes.append(Cause(OUTAGES, rate, detect, _outage_hours(book, gpus, case.outage_hours) * SECONDS_PER_HOUR))
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


def category_shares() -> dict[str, float]:
    """Return the share of each category of cause among the interruptions of Llama 3 that were not planned, largest first."""
    counts: dict[str, float] = {}
    for facts in table("training_failures").values():
        if "part_of" in facts and facts["part_of"].value == COUNTED_RUN:
            name = str(facts["failure_category"].value)
            counts[name] = counts.get(name, 0.0) + float(facts["interruptions"].value)
    total = math.fsum(counts.values())
    return {name: counts[name] / total for name in sorted(counts, key=lambda name: -counts[name])}


def _replaced(machines: Cause, spares: int, repair_s: float) -> list[Cause]:
    """Split interruptions by machines and software into those that end with a restart and those that need a spare machine."""
    share = math.fsum(share for name, share in category_shares().items() if name in REPAIRED)
    rest = Cause(MACHINES, (1.0 - share) * machines.rate_per_s, machines.wait_s)
    return [rest, Cause(REPLACED, share * machines.rate_per_s, machines.wait_s, repair_s, spares=spares)]


def _outage_hours(book: RunBook, gpus: float, value: float | None) -> float:
    """Return the mean length of an outage: as given, else behind the default backup on the default grid, and until servers are up again."""
    if value is not None:
        return book.given("outage_hours", value)
    chip = str(record("defaults", "training")["accelerator"].value)
    it_mw = gpus * number("chips", chip, "allin_kw_per_gpu") / KW_PER_MW
    chain = power_chain(str(record("defaults", "hosting")["backup"].value), grid_named(DEFAULT), it_mw)
    hours = chain.outage_hours + book.number("boot_s", None) / SECONDS_PER_HOUR
    book.inputs.append(UsedInput("outage_hours", hours, attribute("outage_hours").unit, "estimate-power-chain", "derived"))
    return hours
