"""What a loss of power destroys of a training run: without checkpoints, with hourly and with optimal ones, each with and without backup power.

Conventions:

- With checkpoints, how far a run is from its last one when power fails depends on all interruptions, also those of its machines. Without
  checkpoints it depends on power alone: a loss is that of a run which everything else has spared so far, and `finishes` says how likely that is.
- How often and how long power fails is the power chain's (`wattmint.facility.power_chain`): of the grid feed alone, and behind backup. Dips are times
  without power of up to five minutes.
- A GPU-hour is worth its rental on a three-year contract, unless a price is given. Time without power is listed beside the loss, not in it.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

from wattmint.calculators.training.run_terms import RunBook, machine_cause
from wattmint.errors import InputError
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import PowerChain, power_chain
from wattmint.facts.load import record
from wattmint.physics.goodput import Cause, Checkpointing, goodput, interruption_rate
from wattmint.provenance import UsedInput
from wattmint.units import KW_PER_MW, SECONDS_PER_DAY, SECONDS_PER_HOUR
from wattmint.workloads.interruption import Feed, TrainingJob, TrainingRun, curtailment_loss, feed_of, power_loss

NONE: Final = "none"
"""Id of the table `backup` for a site without any."""

REGIMES: Final = ("none", "hourly", "optimal")
"""How a run checkpoints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageCase:
    """A run and its site as asked for; None takes the default.

    Attributes
    ----------
    gpus, days, parameters_b, state_gb, mttf_gpu_hours, checkpoint_s, flush_s, detect_s, restart_s, boot_s : float or None
        The run: `training_gpus`, `training_days`, `training_parameters_b` and other words of the data dictionary.
    accelerator, backup, grid : str or None
        Ids of the tables `chips`, `backup` and `grids`.
    usd_per_gpu_h : float or None
        What an hour of an accelerator is worth.
    outages_per_year, outage_hours, dips_per_year : float or None
        Of the grid feed, without backup.
    curtailment_hours : float or None
        Length of a curtailment.
    seed : int
        Of the simulated years.
    """

    gpus: float | None = None
    days: float | None = None
    parameters_b: float | None = None
    state_gb: float | None = None
    mttf_gpu_hours: float | None = None
    checkpoint_s: float | None = None
    flush_s: float | None = None
    detect_s: float | None = None
    restart_s: float | None = None
    boot_s: float | None = None
    accelerator: str | None = None
    backup: str | None = None
    grid: str | None = None
    usd_per_gpu_h: float | None = None
    outages_per_year: float | None = None
    outage_hours: float | None = None
    dips_per_year: float | None = None
    curtailment_hours: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageRow:
    """One way to checkpoint under one kind of power. GPU-hours and USD per interruption of power and per year; tails are 95 %.

    Attributes
    ----------
    checkpoints, power : str
        One of `REGIMES`, and the id of the backup.
    interval_s : float or None
        Work between checkpoints, None without any.
    stops_per_year, goodput, finishes : float
        Losses of power; share of time that is work kept, all interruptions counted; chance that none of them strikes in the whole run.
    gpu_hours_per_stop, gpu_hours_per_stop_tail, gpu_hours_per_year, gpu_hours_per_year_tail : float
        Destroyed, noticed and restarted.
    usd_per_stop, usd_per_stop_tail, usd_per_year, usd_per_year_tail : float
        The same in money.
    dark_gpu_hours_per_year : float
        Without power, beside it.
    """

    checkpoints: str
    power: str
    interval_s: float | None
    stops_per_year: float
    goodput: float
    finishes: float
    gpu_hours_per_stop: float
    gpu_hours_per_stop_tail: float
    gpu_hours_per_year: float
    gpu_hours_per_year_tail: float
    usd_per_stop: float
    usd_per_stop_tail: float
    usd_per_year: float
    usd_per_year_tail: float
    dark_gpu_hours_per_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curtailment:
    """The price of stopping on request, with optimal checkpoints and the site's backup.

    Attributes
    ----------
    hours, it_mw : float
        Length, and power that goes off.
    gpu_hours, gpu_hours_announced : float
        Cost of one, beside its length: without notice, and announced in time for a checkpoint.
    usd, usd_announced : float
        The same in money.
    usd_per_mwh, usd_per_mwh_announced : float
        What a curtailed MWh must be paid to break even, the hours not worked included.
    """

    hours: float
    it_mw: float
    gpu_hours: float
    gpu_hours_announced: float
    usd: float
    usd_announced: float
    usd_per_mwh: float
    usd_per_mwh_announced: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageAnswer:
    """What interruptions of power destroy.

    Attributes
    ----------
    gpus, days, usd_per_gpu_h, checkpoint_s : float
        The run.
    backup : str
        Compared with none.
    rows : tuple of OutageRow
        Ways to checkpoint times kinds of power.
    backup_saves_usd_per_year : dict of str to float
        By way to checkpoint, what backup power saves of the loss.
    backup_saves_usd_per_mw_year : dict of str to float
        The same per MW of IT load.
    backup_saves_dark_usd_per_mw_year : float
        What the hours with power that it adds are worth, beside that.
    backup_usd_per_mw : float
        What it costs to build.
    curtailment : Curtailment
        The price of stopping on request.
    inputs, chain_inputs : tuple of UsedInput
        All numbers with their sources: of the run, and of the grid and the power chains.
    """

    gpus: float
    days: float
    usd_per_gpu_h: float
    checkpoint_s: float
    backup: str
    rows: tuple[OutageRow, ...]
    backup_saves_usd_per_year: dict[str, float]
    backup_saves_usd_per_mw_year: dict[str, float]
    backup_saves_dark_usd_per_mw_year: float
    backup_usd_per_mw: float
    curtailment: Curtailment
    inputs: tuple[UsedInput, ...]
    chain_inputs: tuple[UsedInput, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """The run with its numbers settled."""

    run: TrainingRun
    days: float
    machines: Cause
    usd_per_gpu_h: float
    it_mw: float
    seed: int


def training_outage(case: OutageCase) -> OutageAnswer:
    """Return what interruptions of power destroy of a run.

    Parameters
    ----------
    case : OutageCase
        The run and its site.

    Returns
    -------
    OutageAnswer
        See the module's text for the conventions.

    Raises
    ------
    InputError
        If a number is out of range, a name is unknown, or nothing is known of the accelerator's price or power.
    """
    book = RunBook()
    run = _settled(case, book)
    backup = case.backup or str(record("defaults", "hosting")["backup"].value)
    if backup == NONE:
        raise InputError("backup", backup, "a backup to compare with none, e.g. 'n+1' (see `wattmint facts list backup`)")
    grid = grid_named(case.grid or DEFAULT)
    chains = {name: power_chain(name, grid, run.it_mw) for name in (NONE, backup)}
    feeds = {NONE: _given(case, chains[NONE], book), backup: feed_of(chains[backup])}
    rows = tuple(_row(run, regime, power, feed) for regime in REGIMES for power, feed in feeds.items())
    yearly = {(row.checkpoints, row.power): row.usd_per_year for row in rows}
    saves = {regime: yearly[regime, NONE] - yearly[regime, backup] for regime in REGIMES}
    hours = book.number("curtailment_hours", case.curtailment_hours)
    if hours == 0.0:
        raise InputError("curtailment_hours", hours, "above 0")
    return OutageAnswer(
        gpus=run.run.gpus,
        days=run.days,
        usd_per_gpu_h=run.usd_per_gpu_h,
        checkpoint_s=run.run.checkpointing.blocking_s,
        backup=backup,
        rows=rows,
        backup_saves_usd_per_year=saves,
        backup_saves_usd_per_mw_year={regime: usd / run.it_mw for regime, usd in saves.items()},
        backup_saves_dark_usd_per_mw_year=(rows[0].dark_gpu_hours_per_year - rows[1].dark_gpu_hours_per_year) * run.usd_per_gpu_h / run.it_mw,
        backup_usd_per_mw=chains[backup].capex_usd_per_mw,
        curtailment=_curtailment(run, feeds[backup], hours),
        inputs=tuple(dict.fromkeys(book.inputs)),
        chain_inputs=tuple(dict.fromkeys([*chains[NONE].inputs, *chains[backup].inputs])),
    )


def _settled(case: OutageCase, book: RunBook) -> _Run:
    gpus, days = book.number("training_gpus", case.gpus), book.number("training_days", case.days)
    state = case.state_gb
    if state is None and case.parameters_b is not None:
        state = book.given("training_parameters_b", case.parameters_b) * book.number("checkpoint_bytes_per_parameter", None)
    blocking = book.checkpoint_s(gpus, state, case.checkpoint_s)
    flush = 0.0 if case.flush_s is None else book.given("flush_s", case.flush_s)
    detect, restart = book.recovery(case.detect_s, case.restart_s)
    machines = machine_cause(gpus, book.number("mttf_gpu_hours", case.mttf_gpu_hours), detect)
    name = case.accelerator or str(record("defaults", "training")["accelerator"].value)
    given = case.usd_per_gpu_h
    price = _chip(name, "rental_3_year_usd_per_gpu_h", book) if given is None else book.given("rental_usd_per_gpu_h", given)
    from_the_stop = case.restart_s is not None and case.detect_s is None and case.boot_s is None
    boot = 0.0 if from_the_stop else book.number("boot_s", case.boot_s)
    checkpointing = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=restart)
    it_mw = gpus * _chip(name, "allin_kw_per_gpu", book) / KW_PER_MW
    run = TrainingRun(gpus=gpus, checkpointing=checkpointing, detect_s=detect, boot_s=boot, machines_per_s=machines.rate_per_s)
    return _Run(run=run, days=days, machines=machines, usd_per_gpu_h=price, it_mw=it_mw, seed=case.seed)


def _chip(name: str, key: str, book: RunBook) -> float:
    facts = record("chips", name, "accelerator")
    if key not in facts:
        raise InputError("accelerator", name, f"one of which {key} is known, e.g. 'h100-sxm'")
    book.inputs.append(facts[key].used())
    return float(facts[key].value)


def _given(case: OutageCase, chain: PowerChain, book: RunBook) -> Feed:
    """Return the grid feed, with what was given instead of its own numbers."""
    words = {"outages_per_year": case.outages_per_year, "outage_hours": case.outage_hours, "dips_per_year": case.dips_per_year}
    return replace(feed_of(chain), **{name: book.given(name, value) for name, value in words.items() if value is not None})


def _job(run: _Run, regime: str, feed: Feed) -> tuple[TrainingJob, tuple[Cause, ...]]:
    """Return a run as its interruptions see it, and all of them."""
    causes = (run.machines, *feed.causes(run.run.detect_s + run.run.boot_s))
    if regime == "none":
        bare = replace(run.run, checkpointing=Checkpointing(blocking_s=0.0, restart_s=run.run.checkpointing.restart_s), machines_per_s=0.0)
        return bare.job(feed, run.days * SECONDS_PER_DAY), causes
    return run.run.job(feed, SECONDS_PER_HOUR if regime == "hourly" else None), causes


def _row(run: _Run, regime: str, power: str, feed: Feed) -> OutageRow:
    job, causes = _job(run, regime, feed)
    loss, price = power_loss(job, feed, run.seed), run.usd_per_gpu_h
    return OutageRow(
        checkpoints=regime,
        power=power,
        interval_s=None if regime == "none" else job.interval_s,
        stops_per_year=feed.stops_per_year,
        goodput=goodput(job.interval_s, job.checkpointing, causes),
        finishes=math.exp(-interruption_rate(causes) * run.days * SECONDS_PER_DAY),
        gpu_hours_per_stop=loss.per_stop,
        gpu_hours_per_stop_tail=loss.per_stop_tail,
        gpu_hours_per_year=loss.per_year,
        gpu_hours_per_year_tail=loss.per_year_tail,
        usd_per_stop=loss.per_stop * price,
        usd_per_stop_tail=loss.per_stop_tail * price,
        usd_per_year=loss.per_year * price,
        usd_per_year_tail=loss.per_year_tail * price,
        dark_gpu_hours_per_year=loss.dark_per_year,
    )


def _curtailment(run: _Run, feed: Feed, hours: float) -> Curtailment:
    job, _ = _job(run, "optimal", feed)
    gpu_hours, announced = curtailment_loss(job), curtailment_loss(job, math.inf)
    curtailed_mwh, idle = run.it_mw * hours, run.run.gpus * hours
    price = run.usd_per_gpu_h
    return Curtailment(
        hours=hours,
        it_mw=run.it_mw,
        gpu_hours=gpu_hours,
        gpu_hours_announced=announced,
        usd=gpu_hours * price,
        usd_announced=announced * price,
        usd_per_mwh=(gpu_hours + idle) * price / curtailed_mwh,
        usd_per_mwh_announced=(announced + idle) * price / curtailed_mwh,
    )
