"""One power chain for one tenant in plain numbers, without a site file: what a row of a file of cases holds."""

from dataclasses import dataclass
from typing import Any

from wattmint.calculators.backup.cost import Bill, Money, bill
from wattmint.calculators.backup.rank import live
from wattmint.calculators.backup.tenants import WORKLOADS, Tenant, run_of
from wattmint.calculators.limits import checked
from wattmint.calculators.training.run_terms import RunBook
from wattmint.errors import InputError, UnknownNameError
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facts.load import number, record, text
from wattmint.scenario.model import HostingPart, RentalPart
from wattmint.scenario.refusal import Words
from wattmint.units import HOURS_PER_YEAR, KW_PER_MW, KWH_PER_MWH, MONTHS_PER_YEAR, SECONDS_PER_HOUR
from wattmint.workloads.contracts import customer_credits, serving_restart_h, tenant_credits, tenant_leaving
from wattmint.workloads.inputs import InputBook


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupCase:
    """One chain for one tenant as asked for; None takes the default.

    Attributes
    ----------
    workload, backup : str
        ``mining``, ``serving``, ``training`` or ``hosting``; id of the table `backup`.
    it_mw : float
        IT power.
    grid : str or None
        Id of the table `grids`.
    load_factor, fixed_usd_per_mwh, discount_rate, value_usd_per_mwh, lease_usd_per_kw_month, training_gpus, interval_s : float or None
        Words of the data dictionary; `value_usd_per_mwh` is needed but for hosting, and is what the load earns above the price of its power.
    """

    workload: str
    backup: str
    it_mw: float
    grid: str | None = None
    load_factor: float | None = None
    fixed_usd_per_mwh: float | None = None
    discount_rate: float | None = None
    value_usd_per_mwh: float | None = None
    lease_usd_per_kw_month: float | None = None
    training_gpus: float | None = None
    interval_s: float | None = None

    def number(self, name: str, default: float) -> float:
        """Return a number as given, checked, else a default."""
        given = getattr(self, name)
        return default if given is None else checked(name, given)


def case_bill(case: BackupCase, *, years: int, seed: int) -> Bill:
    """Return what a chain costs a tenant.

    Parameters
    ----------
    case : BackupCase
        As asked for.
    years, seed : int
        Of the simulation of tails.

    Returns
    -------
    Bill
        Per year.

    Raises
    ------
    InputError
        If a number is out of range, a name is unknown, or the value of the load is left out.
    """
    record("backup", case.backup, "backup")
    grid = grid_named(case.grid or DEFAULT)
    rate = case.number("discount_rate", number("defaults", "serving", "discount_rate"))
    life_years = number("defaults", "hosting", "site_life_months") / MONTHS_PER_YEAR
    money = Money(rate, number("defaults", "hosting", "hall_usd_per_m2"), life_years)
    tenant = case_tenant(case)
    return bill(tenant, *live(case.backup, grid, tenant.it_mw, tenant.load_share, years=years, seed=seed), money, seed)


def case_tenant(case: BackupCase) -> Tenant:
    """Return the tenant of a case; errors as for `case_bill`."""
    if case.workload not in WORKLOADS:
        raise UnknownNameError("workload", case.workload, WORKLOADS)
    it_mw = checked("it_mw", case.it_mw)
    load = case.number("load_factor", 1.0 if case.workload == "mining" else number("defaults", "rental", "load_factor"))
    if load == 0.0:
        raise InputError("load_factor", load, "above 0")
    price = case.number("fixed_usd_per_mwh", number("defaults", "calculator", "power_price_usd_per_kwh") * KWH_PER_MWH)
    drawn_mw, energy_usd = it_mw * load, it_mw * load * price * HOURS_PER_YEAR
    common: dict[str, Any] = {"workload": case.workload, "name": case.workload, "what": f"{it_mw:g} MW of IT", "it_mw": it_mw, "load_share": load}
    common |= {"energy_usd_per_year": energy_usd}
    if case.workload == "hosting":
        return Tenant(**common, usd_per_h=0.0, restart_h=0.0, **_lease(case, it_mw))
    if case.value_usd_per_mwh is None:
        meaning = f"needed: what an hour of {case.workload} is worth per MWh, above the price of its power"
        raise InputError("value_usd_per_mwh", Words("(left out)"), meaning)
    value = checked("value_usd_per_mwh", case.value_usd_per_mwh)
    if case.workload == "mining":
        return Tenant(**common, usd_per_h=value * drawn_mw, restart_h=number("defaults", "mining", "boot_s") / SECONDS_PER_HOUR)
    if case.workload == "serving":
        book = InputBook(RentalPart(kind="rental", accelerator=text("defaults", "training", "accelerator")))
        fee = (value + price) * drawn_mw * HOURS_PER_YEAR / MONTHS_PER_YEAR
        return Tenant(**common, usd_per_h=value * drawn_mw, restart_h=serving_restart_h(book), month_fee_usd=fee, credits=customer_credits(book))
    chip = text("defaults", "training", "accelerator")
    run = run_of(RunBook(), case.number("training_gpus", it_mw * KW_PER_MW / number("chips", chip, "allin_kw_per_gpu")))
    restart_h = (run.boot_s + run.detect_s + run.checkpointing.restart_s) / SECONDS_PER_HOUR
    interval_h = None if case.interval_s is None else checked("interval_s", case.interval_s) / SECONDS_PER_HOUR
    return Tenant(**common, usd_per_h=value * drawn_mw, restart_h=restart_h, run=run, interval_h=interval_h)


def _lease(case: BackupCase, it_mw: float) -> dict[str, Any]:
    book = InputBook(HostingPart(kind="hosting"))
    lease = case.number("lease_usd_per_kw_month", number("defaults", "hosting", "lease_usd_per_kw_month")) * it_mw * KW_PER_MW
    terms = {"credits": tenant_credits(book), "leaving": tenant_leaving(book)}
    return {**terms, "month_fee_usd": lease, "leaving_usd": book.number("vacancy_months") * lease}
