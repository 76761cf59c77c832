"""What a power chain costs a tenant in a year: what is owned, and what outages cost, on average by formula and year by year by simulation.

The formula needs one curve of a chain: how often its load is dark for longer than so many hours. Hours lost are its integral, stops its value at
zero, and what contracts make of a month an expectation over the compound Poisson sum of its stops. The simulation lives through the chain's years
event by event, draws how far each stop throws a training run back, and applies the contracts month by month.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.calculators.backup.tenants import Tenant
from wattmint.facility.power_chain import ChainYears, PowerChain
from wattmint.facts.load import text
from wattmint.finance.functions import pmt
from wattmint.physics.goodput import Cause, goodput, lost_uptime
from wattmint.physics.goodput_simulation import draw_lost_uptime
from wattmint.physics.power_chain import CAUSES
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR
from wattmint.workloads.contracts import month_behind
from wattmint.workloads.interruption import TrainingJob, feed_of

OWNED: Final = ("capital", "operations", "losses", "floor")
OUTAGES: Final = ("hours lost", "work done again", "credits", "tenants leaving")
"""Lines of cost: of what is bought, and of what outages do."""

PLANNED: Final = CAUSES.index("planned")
"""Announced: contracts do not count it."""

TAILS: Final = (0.95, 0.99)
"""A bad year is not exceeded with these probabilities."""


@dataclass(frozen=True, slots=True)
class Money:
    """Terms by which what is bought becomes a cost per year.

    Attributes
    ----------
    discount_rate : float
        Per year.
    hall_usd_per_m2, hall_life_years : float
        Building around power equipment, and how long it lasts.
    """

    discount_rate: float
    hall_usd_per_m2: float
    hall_life_years: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What one chain costs one tenant in a year.

    Attributes
    ----------
    backup, name : str
        Id of the table `backup`, and its name.
    availability : float
        Share of time with power at the load.
    stops_per_year, dark_hours_per_year : float
        How often the load stops, dips included; hours without power.
    lost_hours_per_year : float
        Hours of the load's work that are lost: dark, restarting, done again.
    lines : dict of str to float
        USD per year by `OWNED` and `OUTAGES`.
    simulated_usd, standard_error_usd : float
        Cost of outages in a year by simulation, and how far off it may be.
    tail_usd : tuple of float
        Cost of outages in a year that is not exceeded with each probability of `TAILS`.
    goodput : float or None
        Of a training run: share of time that ends up as work kept, interruptions by machines counted too.
    """

    backup: str
    name: str
    availability: float
    stops_per_year: float
    dark_hours_per_year: float
    lost_hours_per_year: float
    lines: dict[str, float]
    simulated_usd: float
    standard_error_usd: float
    tail_usd: tuple[float, ...]
    goodput: float | None = None

    @property
    def owned_usd(self) -> float:
        """What the chain costs whether power fails or not."""
        return sum(self.lines[name] for name in OWNED)

    @property
    def outages_usd(self) -> float:
        """What outages cost, by formula."""
        return sum(self.lines[name] for name in OUTAGES)

    @property
    def total_usd(self) -> float:
        """Both."""
        return self.owned_usd + self.outages_usd

    @property
    def bad_years_usd(self) -> tuple[float, ...]:
        """What is owned and a year's outages that are not exceeded with each probability of `TAILS`."""
        return tuple(self.owned_usd + tail for tail in self.tail_usd)


def bill(tenant: Tenant, backup: str, chain: PowerChain, lived: ChainYears, money: Money, seed: int) -> Bill:
    """Return what one chain costs one tenant.

    Parameters
    ----------
    tenant : Tenant
        Who is there.
    backup : str
        Id of the chain.
    chain : PowerChain
        At the tenant's power and load.
    lived : ChainYears
        Years of it.
    money : Money
        Terms.
    seed : int
        Of how far stops throw a training run back.

    Returns
    -------
    Bill
        Its lines add up to its total.
    """
    job = None if tenant.run is None else job_on(tenant, chain)
    expected, hours = expected_outages(tenant, chain, job)
    years = drawn_years(tenant, lived, job, np.random.default_rng(seed))
    low, high = (float(value) for value in np.quantile(years, TAILS))
    return Bill(
        backup=backup,
        name=text("backup", backup, "name"),
        availability=chain.availability,
        stops_per_year=chain.outages_per_year + chain.dips_per_year,
        dark_hours_per_year=(1.0 - chain.availability) * HOURS_PER_YEAR,
        lost_hours_per_year=hours,
        lines={**owned(tenant, chain, money), **expected},
        simulated_usd=float(years.mean()),
        standard_error_usd=float(years.std(ddof=1) / np.sqrt(years.size)),
        tail_usd=(low, high),
        goodput=None if job is None else _goodput(tenant, chain, job),
    )


def owned(tenant: Tenant, chain: PowerChain, money: Money) -> dict[str, float]:
    """Return what a chain costs in a year whether power fails or not, by line [USD].

    Parameters
    ----------
    tenant : Tenant
        Its power, and what energy costs it.
    chain : PowerChain
        What is bought.
    money : Money
        Capital is paid back over its life in level amounts; so is the floor that it stands on.

    Returns
    -------
    dict of str to float
        By `OWNED`.
    """
    rate, floor = money.discount_rate, chain.floor_m2_per_mw * money.hall_usd_per_m2
    return {
        "capital": -pmt(rate, chain.life_years, chain.capex_usd_per_mw * tenant.it_mw) if chain.capex_usd_per_mw else 0.0,
        "operations": chain.opex_usd_per_mw_year * tenant.it_mw,
        "losses": chain.ups_loss_share * tenant.energy_usd_per_year,
        "floor": -pmt(rate, money.hall_life_years, floor * tenant.it_mw),
    }


def job_on(tenant: Tenant, chain: PowerChain) -> TrainingJob:
    """Return a tenant's training run as it is interrupted on a chain."""
    assert tenant.run is not None  # noqa: S101 - asked only for tenants that train
    return tenant.run.job(feed_of(chain), None if tenant.interval_h is None else tenant.interval_h * SECONDS_PER_HOUR)


def _goodput(tenant: Tenant, chain: PowerChain, job: TrainingJob) -> float:
    assert tenant.run is not None  # noqa: S101 - a job is a run's
    machines = Cause("machines", tenant.run.machines_per_s, tenant.run.detect_s)
    return goodput(job.interval_s, job.checkpointing, (machines, *feed_of(chain).causes(job.detect_s + job.boot_s)))


def expected_outages(tenant: Tenant, chain: PowerChain, job: TrainingJob | None) -> tuple[dict[str, float], float]:
    """Return what outages cost in a year on average, by formula.

    Parameters
    ----------
    tenant : Tenant
        Who loses.
    chain : PowerChain
        How often, how long.
    job : TrainingJob or None
        The tenant's run on it.

    Returns
    -------
    tuple of (dict of str to float, float)
        USD by `OUTAGES`, and hours of work lost: no more than a year has, however often power fails.
    """
    stops = chain.outages_per_year + chain.dips_per_year
    standing = (1.0 - chain.availability) * HOURS_PER_YEAR + stops * tenant.restart_h
    again = 0.0 if job is None else stops * lost_uptime(job.interval_s, job.checkpointing, job.rate_per_s) / SECONDS_PER_HOUR
    standing = min(standing, HOURS_PER_YEAR)
    again = min(again, HOURS_PER_YEAR - standing)
    credited = leaving = 0.0
    if tenant.credits is not None:
        month = month_behind(chain, tenant.restart_h)
        credited = MONTHS_PER_YEAR * month.mean_of(tenant.credits) * tenant.month_fee_usd
        leaving = 0.0 if tenant.leaving is None else MONTHS_PER_YEAR * month.mean_of(tenant.leaving) * tenant.leaving_usd
    usd = (standing * tenant.usd_per_h, again * tenant.usd_per_h, credited, leaving)
    return dict(zip(OUTAGES, usd, strict=True)), standing + again


def drawn_years(tenant: Tenant, lived: ChainYears, job: TrainingJob | None, rng: np.random.Generator) -> FloatArray:
    """Return what outages cost in each simulated year.

    Parameters
    ----------
    tenant : Tenant
        Who loses.
    lived : ChainYears
        Years of its chain.
    job : TrainingJob or None
        The tenant's run on it.
    rng : Generator
        Draws how far each stop throws the run back.

    Returns
    -------
    FloatArray, shape (years,)
        USD. A stop counts in the month and year in which it begins; a year cannot lose more hours than it has.
    """
    standing = lived.hours + tenant.restart_h
    again = 0.0 if job is None else draw_lost_uptime(rng, standing.size, job.interval_s, job.checkpointing, job.rate_per_s) / SECONDS_PER_HOUR
    months = np.minimum((lived.at_years * MONTHS_PER_YEAR).astype(np.int64), lived.years * MONTHS_PER_YEAR - 1)
    lost = _by_month(months, standing + again, lived.years).sum(axis=1)
    usd = np.minimum(lost, HOURS_PER_YEAR) * tenant.usd_per_h
    if tenant.credits is not None:
        down = _by_month(months, np.where(lived.causes == PLANNED, 0.0, standing), lived.years)
        usd += tenant.credits.of_month(down).sum(axis=1) * tenant.month_fee_usd
        if tenant.leaving is not None:
            usd += tenant.leaving.of_month(down).sum(axis=1) * tenant.leaving_usd
    return np.asarray(usd)


def _by_month(months: NDArray[np.int64], hours: FloatArray, years: int) -> FloatArray:
    """Return the sum of hours in each month, shape (years, 12); without any event a count would be of whole numbers."""
    counted = np.bincount(months, weights=hours, minlength=years * MONTHS_PER_YEAR)
    return np.asarray(counted, dtype=np.float64).reshape(years, MONTHS_PER_YEAR)
