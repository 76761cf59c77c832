"""What each use of a site loses when its power fails: four tenants in plain numbers, from the site's own parts.

- *Mining* loses the hours: the margin of the hours that pay, and the minutes until machines hash again.
- *Serving* (an inference part of the site, else a rental part) loses what it would have sold less the power it does not buy, until its models are
  loaded again, and credits customers a share of the month's fee.
- *Training* loses the same hours of the accelerators at their rental, and beside them the work since the last checkpoint.
  Runs of one size fill the site. Two sizes and several intervals between checkpoints stand side by side.
- *Hosting* goes on being paid; it credits its tenant by the contract, and a tenant may leave after a month that was too dark.

A part that the site file lacks takes the cited defaults. Values are those of the start: markets as of the snapshot, accelerators new.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.calculators.training.run_terms import RunBook, machine_cause
from wattmint.errors import InputError
from wattmint.facts.load import record
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.library import build_library
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.market.tariff import tariff_of
from wattmint.physics.goodput import Checkpointing
from wattmint.physics.hashing import btc_per_mwh
from wattmint.provenance import UsedInput
from wattmint.scenario.model import HostingPart, InferencePart, MiningPart, RentalPart, Scenario
from wattmint.types import FloatArray, MonthLibrary, Tariff
from wattmint.units import HOURS_PER_DAY, HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR, SAT_PER_BTC, SECONDS_PER_HOUR
from wattmint.workloads import plan_part
from wattmint.workloads.accelerators import RENTAL_KEYS
from wattmint.workloads.contracts import (
    HourlyCredits,
    Leaving,
    TieredCredits,
    customer_credits,
    serving_restart_h,
    tenant_credits,
    tenant_leaving,
)
from wattmint.workloads.hosting import HostingPlan
from wattmint.workloads.inference import InferencePlan
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.interruption import TrainingRun
from wattmint.workloads.mining import MiningPlan
from wattmint.workloads.plan import name_of
from wattmint.workloads.rental import RentalPlan

WORKLOADS: Final = ("mining", "serving", "training", "hosting")

INTERVALS_H: Final = (None, 1.0, 4.0, HOURS_PER_DAY)
"""Hours of work between checkpoints of a training run; None stands for the interval at which its goodput is best."""

SMALL_RUN: Final = 512.0
"""Accelerators of a run so small that machines seldom interrupt it and power may be what does; looked at beside the default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """What a load loses when its power fails.

    Attributes
    ----------
    workload, name, what : str
        One of `WORKLOADS`; the name of its table; what is there.
    it_mw, load_share : float
        IT power, and the share of it that is drawn.
    usd_per_h : float
        Lost in an hour in which all of it stands still; 0 where an hour earns no more than its power costs.
    restart_h : float
        That it stands still after power is back.
    energy_usd_per_year : float
        What a year's losses of power cost that are as large as the IT load.
    month_fee_usd : float
        Of which contracts credit a share.
    credits : HourlyCredits, TieredCredits or None
        Their terms.
    leaving : Leaving or None
        Right to leave.
    leaving_usd : float
        What a tenant that leaves costs.
    run : TrainingRun or None
        Work that a stop destroys.
    interval_h : float or None
        Between its checkpoints; None for the best.
    inputs : tuple of UsedInput
        All numbers with their sources.
    """

    workload: str
    name: str
    what: str
    it_mw: float
    load_share: float
    usd_per_h: float
    restart_h: float
    energy_usd_per_year: float
    month_fee_usd: float = 0.0
    credits: HourlyCredits | TieredCredits | None = None
    leaving: Leaving | None = None
    leaving_usd: float = 0.0
    run: TrainingRun | None = None
    interval_h: float | None = None
    inputs: tuple[UsedInput, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What all tenants of a site share."""

    scenario: Scenario
    snapshot: Snapshot
    library: MonthLibrary
    tariff: Tariff
    training_gpus: float | None

    def plan(self, part: Any) -> Any:
        """Plan a part as if it had the whole site."""
        return plan_part(part.model_copy(update={"share": 1.0}), self.scenario, self.snapshot, self.library)

    def price_usd_per_mwh(self) -> FloatArray:
        """Return what a MWh from the grid costs in each hour of the library, delivered."""
        return self.library.price_usd_per_mwh * self.library.market_level_factor + self.tariff.delivery_usd_per_mwh


def tenants_of(scenario: Scenario, workloads: tuple[str, ...] = WORKLOADS, training_gpus: float | None = None) -> tuple[Tenant, ...]:
    """Return the tenants of a site.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    workloads : tuple of str
        Which of `WORKLOADS`.
    training_gpus : float or None
        Accelerators of each training run; all runs together fill the site. None: the default, or all that there are.

    Returns
    -------
    tuple of Tenant
        In the order of `WORKLOADS`; training once per size of run and interval of `INTERVALS_H`.

    Raises
    ------
    InputError
        A series is refused, or a name is unknown.
    """
    snapshot = market_snapshot(scenario.market, scenario.power)
    tariff, _ = tariff_of(scenario)
    ground = _Ground(scenario=scenario, snapshot=snapshot, library=build_library(scenario), tariff=tariff, training_gpus=training_gpus)
    makers = {"mining": _mining, "serving": _serving, "training": _training, "hosting": _hosting}
    return tuple(tenant for name in WORKLOADS if name in workloads for tenant in makers[name](ground))


def _mining(ground: _Ground) -> tuple[Tenant, ...]:
    part = _first(ground.scenario, MiningPart) or MiningPart(kind="mining", machine=_default("backup", "machine"))
    plan: MiningPlan = ground.plan(part)
    book = InputBook(part)
    reward = subsidy_sat(int(ground.snapshot.height)) / SAT_PER_BTC + ground.snapshot.fees_btc_per_block
    coins = btc_per_mwh(plan.fleet.quote.efficiency_j_per_th, ground.snapshot.difficulty, reward)
    value = coins * ground.snapshot.btc_usd * (1.0 - plan.running.pool_fee)
    price = ground.price_usd_per_mwh()
    cost, known = price * plan.hourly_pue, np.isfinite(price * plan.hourly_pue)
    running = known & (cost < value)
    margin, share_run = float((value - cost)[running].sum()) / known.sum(), float(running.sum()) / known.sum()
    paid = float(price[running].sum()) / known.sum()
    peaks = ground.tariff.demand_charge_usd_per_kw_month * (1.0 - ground.tariff.peak_avoidance)
    restart_h = book.fact("defaults", "mining", "boot_s") / SECONDS_PER_HOUR
    return (
        Tenant(
            workload="mining",
            name="mining",
            what=f"{plan.label}, running {share_run:.0%} of the hours",
            it_mw=plan.it_mw,
            load_share=1.0,
            usd_per_h=margin * plan.running.uptime * plan.it_mw,
            restart_h=restart_h,
            energy_usd_per_year=plan.it_mw * (paid * HOURS_PER_YEAR + peaks * KW_PER_MW * MONTHS_PER_YEAR),
            inputs=(*plan.inputs, *book.used),
        ),
    )


def _serving(ground: _Ground) -> tuple[Tenant, ...]:
    part = _accelerated(ground.scenario)
    plan: InferencePlan | RentalPlan = ground.plan(part)
    book = InputBook(part)
    sales = _sold_in_full_usd_per_h(part, plan)
    return (
        Tenant(
            workload="serving",
            name="serving",
            what=plan.label,
            it_mw=plan.it_mw,
            load_share=plan.load_factor,
            usd_per_h=max(sales * (1.0 - plan.market_fee) - _saved_usd_per_h(ground, plan), 0.0),
            restart_h=serving_restart_h(book),
            energy_usd_per_year=_energy_usd_per_year(ground, plan),
            month_fee_usd=sales * HOURS_PER_YEAR / MONTHS_PER_YEAR,
            credits=customer_credits(book),
            inputs=(*plan.inputs, *book.used),
        ),
    )


def _training(ground: _Ground) -> tuple[Tenant, ...]:
    part = _training_part(ground.scenario)
    plan: RentalPlan = ground.plan(part)
    book = RunBook()
    asked = book.number("training_gpus", ground.training_gpus)
    sizes = {min(size, float(plan.accelerators)) for size in ((asked, SMALL_RUN) if ground.training_gpus is None else (asked,))}
    rental = record("chips", part.accelerator, "accelerator")[RENTAL_KEYS["3-year"]]
    runs = [run_of(book, gpus) for gpus in sorted(sizes, reverse=True)]
    book.inputs.append(rental.used())
    worth = plan.accelerators * float(rental.value) * ground.snapshot.gpu_rental_multiplier
    usd_per_h, energy = max(worth - _saved_usd_per_h(ground, plan), 0.0), _energy_usd_per_year(ground, plan)
    return tuple(
        Tenant(
            workload="training",
            name=f"training, {run.gpus:,.0f} GPUs, {'best interval' if interval is None else f'{interval:g} h'}",
            what=f"{plan.accelerators:,} {name_of('chips', part.accelerator)} in runs of {run.gpus:,.0f}",
            it_mw=plan.it_mw,
            load_share=plan.load_factor,
            usd_per_h=usd_per_h,
            restart_h=(run.boot_s + run.detect_s + run.checkpointing.restart_s) / SECONDS_PER_HOUR,
            energy_usd_per_year=energy,
            run=run,
            interval_h=interval,
            inputs=(*plan.inputs, *book.inputs),
        )
        for run in runs
        for interval in INTERVALS_H
    )


def run_of(book: RunBook, gpus: float) -> TrainingRun:
    """Return a training run with the cited defaults.

    Parameters
    ----------
    book : RunBook
        Records what is used.
    gpus : float
        Its accelerators.

    Returns
    -------
    TrainingRun
        Of the default model.
    """
    detect, restart = book.recovery(None, None)
    return TrainingRun(
        gpus=gpus,
        checkpointing=Checkpointing(blocking_s=book.checkpoint_s(gpus, None, None), restart_s=restart),
        detect_s=detect,
        boot_s=book.number("boot_s", None),
        machines_per_s=machine_cause(gpus, book.number("mttf_gpu_hours", None), detect).rate_per_s,
    )


def _hosting(ground: _Ground) -> tuple[Tenant, ...]:
    part = _first(ground.scenario, HostingPart) or HostingPart(kind="hosting")
    plan: HostingPlan = ground.plan(part)
    book = InputBook(part)
    return (
        Tenant(
            workload="hosting",
            name="hosting",
            what=plan.label,
            it_mw=plan.it_mw,
            load_share=plan.load_factor,
            usd_per_h=0.0,
            restart_h=0.0,
            energy_usd_per_year=_energy_usd_per_year(ground, plan),
            month_fee_usd=plan.lease_usd_per_month,
            credits=tenant_credits(book),
            leaving=tenant_leaving(book),
            leaving_usd=book.number("vacancy_months") * plan.lease_usd_per_month,
            inputs=(*plan.inputs, *book.used),
        ),
    )


def _first(scenario: Scenario, kind: type) -> Any:
    return next((part for build in scenario.builds for part in build.parts if isinstance(part, kind)), None)


def _accelerated(scenario: Scenario) -> Any:
    """Return the part whose accelerators serve and train: the site's first inference part, else its first rental part, else the default."""
    found = _first(scenario, InferencePart) or _first(scenario, RentalPart)
    return found or RentalPart(kind="rental", accelerator=_default("training", "accelerator"))


def _training_part(scenario: Scenario) -> RentalPart:
    """Return the same accelerators rented out in the same halls: training draws what a rental does, not what a part that serves has sold."""
    part = _accelerated(scenario)
    if isinstance(part, RentalPart):
        return part
    same = {key: getattr(part, key) for key in ("accelerator", "cooling", "backup", "works_backup")}
    return RentalPart(kind="rental", **same)


def _default(kind: str, key: str) -> str:
    return str(record("defaults", kind)[key].value)


def _sold_in_full_usd_per_h(part: Any, plan: InferencePlan | RentalPlan) -> float:
    """Return what customers pay for an hour without any downtime, before fees and credits, whatever backup the part has."""
    if plan.served_share == 0.0:
        raise InputError("backup", part.backup, "one behind which the load is ever at work; on this grid it never is")
    sold = plan.revenue_usd_per_h if isinstance(plan, RentalPlan) else float(np.dot(plan.sold_mtok_per_h, plan.usd_per_mtok))
    return sold / plan.served_share


def _saved_usd_per_h(ground: _Ground, plan: Any) -> float:
    """Return the power that is not bought in an hour of standstill; the demand charge goes on."""
    return float(plan.it_mw * plan.load_factor * np.nanmean(ground.price_usd_per_mwh() * plan.hourly_pue))


def _energy_usd_per_year(ground: _Ground, plan: Any) -> float:
    """Return what losses as large as a firm load cost: energy, delivery, and a higher demand."""
    energy = plan.load_factor * HOURS_PER_YEAR * float(np.nanmean(ground.price_usd_per_mwh()))
    return float(plan.it_mw * (energy + ground.tariff.demand_charge_usd_per_kw_month * KW_PER_MW * MONTHS_PER_YEAR))
