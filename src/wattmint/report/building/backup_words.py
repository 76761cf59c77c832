"""How much backup to buy, in words: the same tables and sentences at the terminal and on the page."""

from typing import Final

from wattmint.calculators.backup.cost import OWNED, Bill
from wattmint.calculators.backup.nines import Step, nines
from wattmint.calculators.backup.rank import BackupAnswer, TenantBills
from wattmint.report.digits import rate, usd
from wattmint.report.tables import Table
from wattmint.units import HOURS_PER_YEAR, SECONDS_PER_HOUR, SECONDS_PER_MINUTE, USD_PER_KUSD

HEAD: Final = ("backup", "available", "stops/y", "dark h/y", "lost h/y", *OWNED, "outages", "total", "95 % year", "99 % year")
"""Of `bill_rows`: thousands of USD per MW of IT and year from ``capital`` on; the last two are totals of a bad year."""

CHAIN_HEAD: Final = ("backup", "what it is")

STEP_HEAD: Final = (
    "from", "to", "USD/y more", "nines more", "USD/y per nine", "hours/y avoided", "USD per hour", "stops/y avoided", "saves the tenant USD/y",
)  # fmt: skip

TRAINING_HEAD: Final = (
    "GPUs a run", "checkpoints every", "goodput on none", "lost h/y on none", "outages on none", "cheapest", "its total", "outages on it",
)  # fmt: skip

MINUTES_PER_HOUR: Final = SECONDS_PER_HOUR / SECONDS_PER_MINUTE
_ENOUGH: Final = 100
"""Stops simulated below which a mean and its standard error are luck."""

_MOST, _FAR = 0.85, 5.0
"""Share of means within two standard errors, and the farthest, up to which simulation and formula are said to agree."""

_SURE: Final = 1e-9
"""Standard error of a mean, as a share of it, up to which all years are alike: nothing is left to chance."""

_KNOWN: Final = 0.2
"""Beyond this a mean hangs on a handful of bad years, and its standard error is as much luck as itself."""

_ALMOST: Final = 0.005
"""Below this share of the cheapest total, a difference is not worth a decision."""


def available(availability: float) -> str:
    """Return an availability in percent with as many digits as its nines need, e.g. ``99.9947 %``."""
    digits = 0 if availability >= 1.0 else min(max(int(nines(availability)), 0), 9)
    return f"{100.0 * availability:.{digits}f} %"


def bill_rows(bills: TenantBills) -> list[tuple[str, ...]]:
    """Return a row of text per chain under `HEAD`, the cheapest first."""
    scale = USD_PER_KUSD * bills.tenant.it_mw

    def row(one: Bill) -> tuple[str, ...]:
        money = [one.lines[name] for name in OWNED] + [one.outages_usd, one.total_usd, *one.bad_years_usd]
        often = (f"{value:.3g}" for value in (one.stops_per_year, one.dark_hours_per_year, one.lost_hours_per_year))
        return (one.backup, available(one.availability), *often, *(f"{value / scale:,.1f}" for value in money))

    return [row(one) for one in bills.bills]


def chain_rows(answer: BackupAnswer) -> list[tuple[str, ...]]:
    """Return what the names of power chains stand for, a row of text each under `CHAIN_HEAD`, in the order of the first ranking."""
    return [(one.backup, one.name) for one in answer.tenants[0].bills]


def step_rows(bills: TenantBills) -> list[tuple[str, ...]]:
    """Return a row of text per step of the frontier under `STEP_HEAD`."""

    def row(step: Step) -> tuple[str, ...]:
        owning = (f"{step.usd_per_year:,.0f}", f"{step.nines:.2f}", f"{step.usd_per_nine:,.0f}", f"{step.hours:.3g}", f"{step.usd_per_hour:,.0f}")
        return (step.over, step.backup, *owning, f"{step.stops:.3g}", f"{step.saved_usd_per_year:,.0f}")

    return [row(step) for step in bills.steps]


def training_rows(answer: BackupAnswer) -> list[tuple[str, ...]]:
    """Return a row of text per interval between checkpoints under `TRAINING_HEAD`; none where nobody trains."""
    rows: list[tuple[str, ...]] = []
    for bills in answer.tenants:
        if bills.tenant.run is not None:
            bare, best = bills.of("none"), bills.cheapest
            size, every = bills.tenant.name.split(", ")[1:]
            none = (f"{bare.goodput:.1%}", f"{bare.lost_hours_per_year:.3g}", usd(bare.outages_usd))
            rows.append((size.removesuffix(" GPUs"), every, *none, best.backup, usd(best.total_usd), usd(best.outages_usd)))
    return rows


def headline(answer: BackupAnswer) -> str:
    """Return the cheapest chain of each tenant in one line."""
    groups: dict[str, list[str]] = {}
    for bills in main_tenants(answer):
        groups.setdefault(bills.cheapest.backup, []).append(bills.tenant.workload)
    said = [f"{backup} for {_listed(who)}" for backup, who in groups.items()]
    return f"Cheapest backup at {answer.site}: {'; '.join(said)}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def main_tenants(answer: BackupAnswer) -> list[TenantBills]:
    """Return one ranking per workload: of training the first, which checkpoints best."""
    return list({bills.tenant.workload: bills for bills in reversed(answer.tenants)}.values())[::-1]


def asked(answer: BackupAnswer) -> str:
    """Return what was reckoned with, in one line."""
    simulated = f"tails from {answer.years:,} simulated years, seed {answer.seed}"
    return f"grid {answer.grid}; capital at {rate(answer.money.discount_rate)} a year; {simulated}"


def tenant_head(bills: TenantBills) -> str:
    """Return a tenant and what an outage costs it, in one line."""
    tenant = bills.tenant
    nothing = "an hour earns no more than its power costs" if tenant.leaving is None else "the lease goes on"
    parts = [f"an hour of standstill costs {usd(tenant.usd_per_h)}" if tenant.usd_per_h else nothing]
    if tenant.restart_h:
        parts.append(f"{tenant.restart_h * MINUTES_PER_HOUR:.0f} minutes pass from power to work")
    if tenant.credits is not None:
        parts.append(f"credits are shares of {usd(tenant.month_fee_usd)} a month")
    return f"{tenant.name}: {tenant.what}; {', '.join(parts)}"


def sentences(answer: BackupAnswer) -> list[str]:
    """Return what the tables say: who should buy what, and what the famous availability takes.

    Parameters
    ----------
    answer : BackupAnswer
        From `wattmint.calculators.backup.rank.site_backup`.

    Returns
    -------
    list of str
        Each derived from the numbers.
    """
    lines = [*(_cheapest(bills) for bills in main_tenants(answer)), *_checkpoints(answer), *_contract(answer)]
    lines += [_promised(answer, bills) for bills in main_tenants(answer)[-1:]]
    lines.append(_agreement(answer))
    return lines


def _cheapest(bills: TenantBills) -> str:
    """Which chain is cheapest for a tenant, and what the next best would cost and save."""
    who, best, second, bare = bills.tenant.workload, bills.cheapest, bills.bills[1], bills.of("none")
    if best.backup == "none":
        why = f"outages cost it {usd(bare.outages_usd)} a year; {_offer(second, bare)}"
        return f"{who} should buy no backup: {why}, so that none is cheaper by {usd(second.total_usd - best.total_usd)}{_bad_year(bills)}"
    why = f"outages on the bare grid cost it {usd(bare.outages_usd)} a year; {_offer(best, bare)}; {_next(best, second)}"
    return f"{who} should buy {best.backup}: {why}{_bad_year(bills)}"


def _bad_year(bills: TenantBills) -> str:
    """Which chain is cheapest in a year of which one in twenty is worse, if it is another one."""
    calm = min(bills.bills, key=_in_a_bad_year)
    if calm is bills.cheapest:
        return ""
    costs = f"{usd(_in_a_bad_year(calm))} in all, {bills.cheapest.backup} {usd(_in_a_bad_year(bills.cheapest))}"
    return f"; in a year of which one in twenty is worse {calm.backup} costs least, {costs}"


def _in_a_bad_year(one: Bill) -> float:
    return one.bad_years_usd[0]


def _offer(one: Bill, bare: Bill) -> str:
    """Return what a chain costs to own and saves."""
    saved = bare.outages_usd - one.outages_usd
    saves = f"saves {usd(saved)} of that" if saved >= 0.0 else f"adds {usd(-saved)} to that"
    return f"{one.backup} costs {usd(one.owned_usd)} a year to own and {saves}"


def _next(best: Bill, second: Bill) -> str:
    more = second.total_usd - best.total_usd
    return f"{second.backup} would be {usd(more)} dearer" if more > _ALMOST * best.total_usd else f"{second.backup} comes to the same"


def _checkpoints(answer: BackupAnswer) -> list[str]:
    """Return what checkpoints do to the backup that training needs."""
    runs = [bills for bills in answer.tenants if bills.tenant.run is not None]
    if not runs:
        return []
    spread = sorted(bills.of("none").outages_usd for bills in runs)
    said = f"training: outages on the bare grid cost {usd(spread[0])} to {usd(spread[-1])} a year by size of run and interval between checkpoints"
    groups: dict[str, list[str]] = {}
    for bills in runs:
        size, every = bills.tenant.name.split(", ")[1:]
        pace = f"at the {every}" if bills.tenant.interval_h is None else f"with {every} between checkpoints"
        groups.setdefault(bills.cheapest.backup, []).append(f"{size} {pace}")
    most = max(groups, key=lambda backup: len(groups[backup]))
    rest = [f"{backup} for {_listed(who)}" for backup, who in groups.items() if backup != most]
    return ["; ".join([said, ", ".join([f"{most} is cheapest in {len(groups[most])} of {len(runs)} cases", *rest])])]


def _contract(answer: BackupAnswer) -> list[str]:
    """Return what the host's bill leaves out: the tenant's own loss."""
    main = {bills.tenant.workload: bills for bills in main_tenants(answer)}
    if "hosting" not in main:
        return []
    paid = usd(main["hosting"].of("none").outages_usd)
    said = f"hosting counts only what its contract makes it pay, {paid} a year on the bare grid, and takes the lease as signed with any backup"
    tenants = [main[name] for name in ("serving", "training") if name in main]
    best = "is best for both together"
    own = [f"{usd(one.of('none').outages_usd)} if it is {one.tenant.workload} (then {one.cheapest.backup} {best})" for one in tenants]
    return [f"{said}; the tenant itself would lose {' and '.join(own)}" if own else said]


def _promised(answer: BackupAnswer, bills: TenantBills) -> str:
    """Return what must be bought for the availability asked for, and for whom it pays."""
    target = f"{100.0 * answer.target:g} %"
    if bills.promised is None:
        best = max(bills.bills, key=lambda one: one.availability)
        return f"no chain reaches {target} on this grid; {best.backup} comes to {available(best.availability)}"
    found = bills.promised
    if found.backup == "none":
        return f"{target} takes no backup: the bare grid comes to {available(found.availability)}"
    yes: list[str] = []
    no: list[str] = []
    for one in main_tenants(answer):
        gain = one.of("none").total_usd - one.of(found.backup).total_usd
        (yes if gain >= 0.0 else no).append(f"{one.tenant.workload} {usd(abs(gain))}")
    minutes = (1.0 - answer.target) * HOURS_PER_YEAR * MINUTES_PER_HOUR
    words = [f"against none it saves a year: {', '.join(yes)}"] if yes else []
    words += [f"it costs a year more than it saves: {', '.join(no)}"] if no else []
    price = f"{usd(found.owned_usd)} a year to own for {bills.tenant.workload}"
    return f"{target} ({minutes:.0f} dark minutes a year) takes {found.backup}, {price}; {'; '.join(words)}"


def _agreement(answer: BackupAnswer) -> str:
    """Return how far simulation and formula are apart, over all chains and tenants, in standard errors."""
    every = [one for bills in answer.tenants for one in bills.bills if one.stops_per_year * answer.years >= _ENOUGH]
    every = [one for one in every if _SURE * one.simulated_usd < one.standard_error_usd <= _KNOWN * one.simulated_usd]
    apart = sorted(abs(one.simulated_usd - one.outages_usd) / one.standard_error_usd for one in every)
    if not apart:
        return f"too few simulated years to hold the simulation against the formula: fewer than {_ENOUGH} stops, or means not known to {_KNOWN:.0%}"
    within = sum(value <= 2.0 for value in apart)
    verb = "agree" if within >= _MOST * len(apart) and apart[-1] < _FAR else "are apart"
    return f"simulation and formula {verb}: {within} of {len(apart)} mean costs within two standard errors, the farthest {apart[-1]:.1f}"


def bills_table(bills: TenantBills) -> Table:
    """Return a tenant's bills as a table of a page."""
    return Table(f"{bills.tenant.name}: thousands of USD per MW of IT and year", HEAD, tuple(bill_rows(bills)))


def steps_table(bills: TenantBills) -> Table:
    """Return the price of one more nine as a table of a page."""
    return Table(f"Along the efficient frontier, for the whole site ({bills.tenant.workload})", STEP_HEAD, tuple(step_rows(bills)))
