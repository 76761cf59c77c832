"""Hosting: powered, cooled halls leased to tenants who bring their own AI servers.

The lease is paid per kW of contracted IT power. The contract's escalator keeps counting from the first lease, whoever the tenant is; a
tenant that follows one who left early pays that lease times (GPU rental relative to the snapshot) ** `relet_cycle_share`, read in
the month of moving in and kept until it leaves. A lease
named in the site file is taken as signed; the default is the mean of public deals, and each path draws how far from it the site signs.
While the halls stand empty they draw no power and earn nothing, but staff stays.
"""

from dataclasses import dataclass

import numpy as np

from wattmint.market.snapshot import Snapshot
from wattmint.scenario.model import HostingPart, Scenario
from wattmint.types import FloatArray, MonthLibrary, Offer, World
from wattmint.units import KW_PER_MW, MONTHS_PER_YEAR
from wattmint.workloads.contracts import tenant_credits, tenant_leaving
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.phases import clearing
from wattmint.workloads.plan import GPU_RENTAL, POWER_PRICE, Plan, at_the_end, label, operations, shared_fields, works_capital
from wattmint.workloads.tenancy import lease_factor, monthly_default_probability
from wattmint.workloads.timeline import escalation, lognormal_factor, service_share


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingPlan(Plan):
    """A hosting part, planned.

    Attributes
    ----------
    load_factor : float
        Power drawn over contracted IT power.
    lease_usd_per_month : float
        Of the whole part at the first lease.
    lease_log_sd : float
        Standard deviation of the log of the lease signed over that; 0 when the site file names the lease.
    escalator_per_year : float
        Growth of the lease.
    credit_share : float
        Share of the lease credited to the tenant for downtime beyond the promise, on average over months.
    default_per_year : float
        Probability per year that a tenant leaves early, for want of money or after a month that was too dark.
    vacancy_months : int
        Months without lease after that.
    relet_cycle_share : float
        Elasticity of the re-let lease to GPU rental.
    gpu_rental_multiplier : float
        GPU rental at the start over the shipped snapshot's.
    """

    feels = frozenset({POWER_PRICE, GPU_RENTAL})
    owns_machines = False
    load_factor: float
    lease_usd_per_month: float
    lease_log_sd: float
    escalator_per_year: float
    credit_share: float
    default_per_year: float
    vacancy_months: int
    relet_cycle_share: float
    gpu_rental_multiplier: float


def plan_hosting(part: HostingPart, scenario: Scenario, snapshot: Snapshot, library: MonthLibrary) -> HostingPlan:
    """Plan a hosting part.

    Parameters
    ----------
    part : HostingPart
        What the site file says.
    scenario : Scenario
        Site and money terms.
    snapshot : Snapshot
        GPU rental at the start.
    library : MonthLibrary
        Hours of weather.

    Returns
    -------
    HostingPlan
        Its IT power is the connection's over the PUE of the hottest hour.

    Raises
    ------
    UnknownNameError
        An unknown cooling or backup; the nearest names are suggested.
    """
    book = InputBook(part)
    load_factor = book.number("load_factor")
    halls = plan_halls(book, scenario, library, load_factor)
    shared = shared_fields(book, scenario, halls.hourly_pue, halls.it_mw, "conversion", halls.backup)
    month = halls.month()
    return HostingPlan(
        label=label("hosting", shared["grid_mw"], f"{halls.it_mw:.4g} MW of IT leased"),
        interruptible=False,
        power_passthrough=book.number("power_passthrough"),
        load_factor=load_factor,
        lease_usd_per_month=book.number("lease_usd_per_kw_month") * halls.it_mw * KW_PER_MW,
        lease_log_sd=0.0 if part.lease_usd_per_kw_month is not None else book.fact("processes", "leases", "lease_rate_sd"),
        escalator_per_year=book.number("lease_escalator_per_year"),
        credit_share=month.mean_of(tenant_credits(book)),
        default_per_year=min(book.number("tenant_default_per_year") + MONTHS_PER_YEAR * month.mean_of(tenant_leaving(book)), 1.0),
        vacancy_months=int(book.number("vacancy_months")),
        relet_cycle_share=book.number("relet_cycle_share"),
        gpu_rental_multiplier=snapshot.gpu_rental_multiplier,
        inputs=book.used,  # last: all numbers above are in it
        **shared,
    )


def offer_hosting(plan: HostingPlan, world: World) -> Offer:
    """Return the offer of a hosting part on a chunk of paths.

    Parameters
    ----------
    plan : HostingPlan
        From `plan_hosting`.
    world : World
        The chunk's paths.

    Returns
    -------
    Offer
        Lines ``lease`` and ``downtime credits`` per month; nothing per MWh, the load is firm.
    """
    tenancy = _tenancy(plan, world)
    service = service_share(plan.stay, plan.ramp_months, world.months)
    contract = plan.lease_usd_per_month * service * escalation(plan.escalator_per_year, plan.first_month, world.months)
    lease = tenancy * lognormal_factor(world.lease_draw, plan.lease_log_sd) * contract
    works, works_salvage = works_capital(plan, world)
    return Offer(
        workload="hosting",
        grid_mw=plan.grid_mw,
        it_mw=plan.it_mw,
        in_service=np.where(tenancy > 0.0, service, 0.0),
        load_factor=plan.load_factor,
        hourly_pue=plan.hourly_pue,
        interruptible=False,
        per_mwh={},
        per_month={
            "lease": lease,
            "downtime credits": -plan.credit_share * lease,
            "operations": operations(plan, world.months),
            **clearing(plan, world.months),
        },
        capital={plan.works.line: works, "salvage": at_the_end(plan.stay, works_salvage, world.months)},
        power_passthrough=plan.power_passthrough,
        construction_months=plan.first_month,
        inputs=plan.inputs,
    )


def _tenancy(plan: HostingPlan, world: World) -> FloatArray:
    shape = (world.paths, world.months)
    relet = (plan.gpu_rental_multiplier * world.gpu_rental_factor) ** plan.relet_cycle_share
    draw, relet = (np.ascontiguousarray(np.broadcast_to(values, shape)) for values in (world.tenant_draw, relet))
    factor = np.empty(shape)
    lease_factor(draw, relet, monthly_default_probability(plan.default_per_year), plan.vacancy_months, plan.first_month, factor)
    return factor
