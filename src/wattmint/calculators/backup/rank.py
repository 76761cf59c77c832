"""`wattmint backup`: every power chain of the table for every tenant of a site, by total cost, and what one more nine costs.

Each tenant is asked as if it had the whole site. All chains hang on the same grid and live through years from the same seed. Losses are paid at the
site's own power price, whoever the contract makes pay them. What a battery could earn besides is not counted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from wattmint.calculators.backup.cost import Bill, Money, bill
from wattmint.calculators.backup.nines import FAMOUS, Step, cheapest_with, steps
from wattmint.calculators.backup.tenants import WORKLOADS, Tenant, tenants_of
from wattmint.errors import InputError
from wattmint.facility.grid import Grid
from wattmint.facility.power_chain import ChainYears, PowerChain, power_chain, simulate
from wattmint.facts.load import record, table
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Scenario
from wattmint.units import HOURS_PER_YEAR, MONTHS_PER_YEAR
from wattmint.workloads.firm import site_grid

YEARS: Final = 10_000
"""Simulated by default."""

FEWEST_YEARS: Final = 100
"""Of which one is the year that one in a hundred is worse than."""

MOST_YEARS: Final = 500_000

MOST_LOSSES: Final = 10_000_000
"""Of a feed, in all simulated years; more would fill the memory of a small machine."""


class Lived(NamedTuple):
    """A chain and years of it.

    Attributes
    ----------
    backup : str
        Id of the table `backup`.
    chain : PowerChain
        By formula.
    years : ChainYears
        Simulated.
    """

    backup: str
    chain: PowerChain
    years: ChainYears


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantBills:
    """All chains for one tenant.

    Attributes
    ----------
    tenant : Tenant
        Who is there.
    bills : tuple of Bill
        By total cost, the cheapest first.
    steps : tuple of Step
        Along the frontier of owning cost and availability.
    promised : Bill or None
        Cheapest to own of those that reach the availability asked for.
    """

    tenant: Tenant
    bills: tuple[Bill, ...]
    steps: tuple[Step, ...]
    promised: Bill | None

    @property
    def cheapest(self) -> Bill:
        """The first."""
        return self.bills[0]

    def of(self, backup: str) -> Bill:
        """Return the bill of a chain by its id."""
        return next(one for one in self.bills if one.backup == backup)


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupAnswer:
    """How much backup a site should buy.

    Attributes
    ----------
    site, grid : str
        Names.
    years, seed : int
        Of the simulation.
    target : float
        Availability whose price is told.
    money : Money
        Terms.
    tenants : tuple of TenantBills
        As asked for.
    inputs : tuple of UsedInput
        All numbers with their sources.
    """

    site: str
    grid: str
    years: int
    seed: int
    target: float
    money: Money
    tenants: tuple[TenantBills, ...]
    inputs: tuple[UsedInput, ...]


def site_backup(
    scenario: Scenario,
    *,
    years: int = YEARS,
    seed: int = 0,
    workloads: tuple[str, ...] = WORKLOADS,
    target: float = FAMOUS,
    training_gpus: float | None = None,
) -> BackupAnswer:
    """Rank the power chains for the tenants of a site.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    years, seed : int
        Of the simulation of tails; the same seed gives the same bits.
    workloads : tuple of str
        Which of `WORKLOADS`.
    target : float
        Availability whose price is told.
    training_gpus : float or None
        Accelerators of each training run; None for the default and a small one.

    Returns
    -------
    BackupAnswer
        A ranking per tenant.

    Raises
    ------
    InputError
        A number out of range, an unknown name, a series or log that is refused.
    """
    check_numbers(years, seed, target)
    grid = site_grid(scenario)
    terms, inputs = money_of(scenario)
    lived: dict[tuple[float, float], list[Lived]] = {}
    ranks = []
    for tenant in tenants_of(scenario, workloads, training_gpus):
        load = (tenant.it_mw, tenant.load_share)
        if load not in lived:
            lived[load] = [live(name, grid, *load, years=years, seed=seed) for name in table("backup")]
        ranks.append(ranked(tenant, lived[load], terms, seed=seed, target=target))
    used = [*inputs, *(one for bills in ranks for one in bills.tenant.inputs)]
    used += [one for chains in lived.values() for each in chains for one in each.chain.inputs]
    return BackupAnswer(
        site=scenario.name,
        grid=grid.name,
        years=years,
        seed=seed,
        target=target,
        money=terms,
        tenants=tuple(ranks),
        inputs=tuple(dict.fromkeys(used)),
    )


def check_numbers(years: int, seed: int, target: float) -> None:
    """Refuse years, seeds and targets out of range with `InputError`."""
    if not FEWEST_YEARS <= years <= MOST_YEARS:
        raise InputError("--years", years, f"{FEWEST_YEARS} to {MOST_YEARS:,}")
    if seed < 0:
        raise InputError("--seed", seed, "0 or above")
    if not 0.0 < target < 1.0:
        raise InputError("--target", target, "an availability above 0 and below 1, e.g. 0.9999")


def money_of(scenario: Scenario) -> tuple[Money, tuple[UsedInput, ...]]:
    """Return the terms of a site by which what is bought becomes a cost per year, and where they come from."""
    facts = record("defaults", "hosting")
    used = (facts["hall_usd_per_m2"], facts["site_life_months"])
    rate = scenario.money.discount_rate
    terms = Money(rate, float(used[0].value), float(used[1].value) / MONTHS_PER_YEAR)
    return terms, (UsedInput("discount_rate", rate, "1/year", "site file", "given"), *(fact.used() for fact in used))


def live(backup: str, grid: Grid, it_mw: float, load_share: float, *, years: int, seed: int) -> Lived:
    """Return a chain and years of it.

    Parameters
    ----------
    backup : str
        Id of the table `backup`.
    grid : Grid
        What it hangs on.
    it_mw, load_share : float
        IT power, and the share of it that is drawn.
    years, seed : int
        Of the simulation.

    Returns
    -------
    Lived
        For every tenant with that load.

    Raises
    ------
    InputError
        The grid fails too often to live through so many years of it.
    """
    losses = sum(hazard.per_hour for hazard in grid.hazards) * HOURS_PER_YEAR
    if years * losses > MOST_LOSSES:
        raise InputError("--years", years, f"at most {MOST_LOSSES / losses:,.0f} on a grid that fails {losses:,.0f} times a year")
    chain = power_chain(backup, grid, it_mw, load_share)
    return Lived(backup, chain, simulate(chain, years, seed))


def ranked(tenant: Tenant, chains: Sequence[Lived], money: Money, *, seed: int, target: float = FAMOUS) -> TenantBills:
    """Return all chains for one tenant by total cost.

    Parameters
    ----------
    tenant : Tenant
        Who is there.
    chains : sequence of Lived
        At the tenant's power and load.
    money : Money
        Terms.
    seed : int
        Of how far stops throw a training run back.
    target : float
        Availability whose price is told.

    Returns
    -------
    TenantBills
        The cheapest first.
    """
    bills = [bill(tenant, *one, money, seed) for one in chains]
    bills.sort(key=lambda one: one.total_usd)
    return TenantBills(tenant=tenant, bills=tuple(bills), steps=steps(bills), promised=cheapest_with(bills, target))


def plain(answer: BackupAnswer) -> dict[str, Any]:
    """Return an answer as plain values, with the sums and prices that follow from its fields.

    Parameters
    ----------
    answer : BackupAnswer
        From `site_backup`.

    Returns
    -------
    dict
        For JSON; the inputs of all tenants stand together at its end.
    """
    tenants = []
    for bills in answer.tenants:
        who = {key: value for key, value in asdict(bills.tenant).items() if key != "inputs"}
        rows = [
            {**asdict(one), **{name: getattr(one, name) for name in ("owned_usd", "outages_usd", "total_usd", "bad_years_usd")}}
            for one in bills.bills
        ]
        edge = [{**asdict(one), **{name: getattr(one, name) for name in ("usd_per_nine", "usd_per_hour", "pays")}} for one in bills.steps]
        promised = None if bills.promised is None else bills.promised.backup
        tenants.append({"tenant": who, "cheapest": bills.cheapest.backup, "promised": promised, "bills": rows, "steps": edge})
    return {**asdict(answer), "tenants": tenants, "inputs": [asdict(one) for one in answer.inputs]}
