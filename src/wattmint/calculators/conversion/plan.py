"""The door of the conversion calculator: a site file in; checks, build-up, schedule, and the builds that the main job is to compare out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from wattmint.calculators.conversion.backup import Backup, backups, cheapest_for
from wattmint.calculators.conversion.build_up import Item, Range, build_up, range_of
from wattmint.calculators.conversion.builds import Case, Site, cases, hosting_keys, scenario_of, starts
from wattmint.calculators.conversion.checks import REFUSES, Check, Planned, checks, most_it_mw
from wattmint.calculators.conversion.distribution import Costs, Terms, draw_costs
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.mistakes import Mistake, mistakes
from wattmint.calculators.conversion.requirements import Has, Needs, Wish, ai_classes, fitting_cooling, has_of, needs_of, tables_of, wish_of
from wattmint.calculators.conversion.schedule import Durations, Times, drawn, durations, planned
from wattmint.errors import ScenarioError
from wattmint.facility.cooling import Air, cooling_hours, plant_named
from wattmint.facts.load import attribute, record, text
from wattmint.market.library import build_library
from wattmint.provenance import UsedInput
from wattmint.scenario.existing import Conversion
from wattmint.scenario.model import HostingPart, MiningPart, Scenario
from wattmint.scenario.refusal import Words, figure
from wattmint.types import FloatArray, MonthLibrary
from wattmint.units import HOURS_PER_DAY, KW_PER_MW, MONTHS_PER_YEAR
from wattmint.workloads.firm import Halls, plan_halls, site_grid
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import it_limit_mw, plant_hours

DRAWS: Final = 4_000
"""Of costs and months."""


@dataclass(frozen=True, slots=True)
class ConversionPlan:
    """A conversion before any future is looked at.

    Attributes
    ----------
    scenario : Scenario
        The site file.
    has, needs, wish
        What the site has, what is needed, what is wished.
    planned : Planned
        What was asked for.
    checks : tuple of Check
        All eleven.
    share, grid_mw, it_mw : float
        What can be converted; 0 where a check refuses. Costs are then those of what was asked for.
    topologies : mapping of str to Backup
        By name.
    opex_usd_per_mw_year : float
        Running costs of the new halls, those of their backup included.
    items : tuple of Item
        The build-up.
    costs : Costs
        Drawn.
    durations : Durations
        Steps of the schedule.
    plan_times, times : Times
        As planned, and drawn; months after the decision.
    mistakes : tuple of Mistake
        Of the design.
    passing_classes : tuple of str
        Classes of AI that no check would refuse, each with a design that suits it.
    lease_usd_per_kw_month : float
        That the tenants pay.
    groups, starts : tuple of Case
        The builds: groups of the draws, and later starts.
    builds : Scenario or None
        The same site with these builds; None where a check refuses.
    inputs : tuple of UsedInput
        What all this rests on.
    """

    scenario: Scenario
    has: Has
    needs: Needs
    wish: Wish
    planned: Planned
    checks: tuple[Check, ...]
    share: float
    grid_mw: float
    it_mw: float
    topologies: Mapping[str, Backup]
    opex_usd_per_mw_year: float
    items: tuple[Item, ...]
    costs: Costs
    durations: Durations
    plan_times: Times
    times: Times
    mistakes: tuple[Mistake, ...]
    passing_classes: tuple[str, ...]
    lease_usd_per_kw_month: float
    groups: tuple[Case, ...]
    starts: tuple[Case, ...]
    builds: Scenario | None
    inputs: tuple[UsedInput, ...]

    @property
    def built_it_mw(self) -> float:
        """IT power that the costs are for."""
        return self.it_mw or self.planned.it_mw


def plan_conversion(scenario: Scenario, draws: int = DRAWS) -> ConversionPlan:
    """Check a site, cost and time its conversion, and name the builds to compare.

    Parameters
    ----------
    scenario : Scenario
        With the tables ``[existing]`` and ``[conversion]``.
    draws : int
        Of costs and months.

    Returns
    -------
    ConversionPlan

    Raises
    ------
    InputError
        When a table is missing, a name unknown, a series or log refused, or the horizon too short for the works.
    """
    existing, conversion = tables_of(scenario)
    site_book, book = TableBook(existing, ("existing",)), TableBook(conversion, ("conversion", "hosting"))
    has, needs = has_of(scenario, site_book), needs_of(conversion.ai_class, book)
    topologies = backups(site_grid(scenario), scenario.site.power_mw)
    wish = wish_of(conversion, has, needs, _enough(topologies, has, needs), book)
    hosting = InputBook(HostingPart(kind="hosting", share=wish.share, cooling=wish.cooling, backup=wish.backup))
    library = build_library(scenario)
    halls = plan_halls(hosting, scenario, library, hosting.number("load_factor"))
    drinks = partial(_water_l_per_day, library, halls, hosting.number("load_factor"))
    asked = _asked(scenario, wish, halls, topologies, drinks)
    found = checks(has, needs, wish, asked)
    it_mw = most_it_mw(found, asked)
    share = wish.share * it_mw / asked.it_mw
    items = build_up(has, needs, wish, found, it_mw or asked.it_mw, topologies, book)
    costs = draw_costs(items, _terms(wish, book), draws, scenario.study.seed)
    steps = durations(wish, items, book)
    times = drawn(steps, costs.delay_share, scenario.study.seed)
    lease = book.number("lease_usd_per_kw_month")
    opex = hosting.number("opex_usd_per_mw_year") + halls.backup.opex_usd_per_mw_year
    grid_mw = share * scenario.site.power_mw
    plan = ConversionPlan(
        scenario, has, needs, wish, asked, found, share, grid_mw, it_mw, topologies, opex, items, costs, steps, planned(steps),
        times, mistakes(has, needs, wish, topologies), _passing(has, wish, asked, topologies, drinks), lease, (), (), None,
        (*site_book.used, *book.used, *hosting.used),
    )  # fmt: skip
    return _with_builds(plan, library, float(book.fact("conversion", "works", "construction_inflation").value)) if it_mw > 0.0 else plan


def job_capex_usd_per_mw(plan: ConversionPlan) -> FloatArray:
    """Return what the main job is to take as the works' price per MW of IT: without clearing, and with their power chain inside.

    Parameters
    ----------
    plan : ConversionPlan
        Its costs.

    Returns
    -------
    FloatArray, shape (draws,)
        Paid by the owner.
    """
    clearing = np.array([item.id == "clearing" for item in plan.items])
    works = plan.costs.new_usd_per_mw[~clearing].sum(axis=0)
    return np.asarray(works * (1.0 - plan.wish.tenant_funded_share))


def job_clearing_usd_per_mw(plan: ConversionPlan, library: MonthLibrary) -> FloatArray:
    """Return what the main job is to take as the price of clearing, per MW of the machines that stop: in all, what the build-up says.

    Parameters
    ----------
    plan : ConversionPlan
        Its costs, per MW of the IT that is built.
    library : MonthLibrary
        Hours of weather: the mine's machines are as many as its cooling leaves power for.

    Returns
    -------
    FloatArray, shape (draws,)
        At today's prices: the job raises it by inflation.
    """
    machines = tables_of(plan.scenario)[0].machines
    pue = plant_hours(InputBook(MiningPart(kind="mining", machine=machines[0].machine)), plan.has.cooling, library).pue
    stopped_mw = it_limit_mw(plan.scenario, plan.share * sum(kind.share for kind in machines), pue)
    clearing = plan.costs.new_usd_per_mw[[item.id == "clearing" for item in plan.items]].sum(axis=0)
    return np.asarray(clearing * plan.it_mw / stopped_mw)


def _with_builds(plan: ConversionPlan, library: MonthLibrary, inflation: float) -> ConversionPlan:
    existing, conversion = tables_of(plan.scenario)
    last = plan.wish.start_month + float(np.quantile(plan.times.done[-1], 0.9))
    if last + 1.0 >= plan.scenario.study.horizon_months:
        allowed = f"more than the {last + 1.0:.0f} months after which the last block is done in nine of ten cases"
        raise ScenarioError("study.horizon_months", plan.scenario.study.horizon_months, allowed)
    age = int(float(record("defaults", "existing")["machine_age_months"].value))
    site = Site(existing.machines, age, plan.has.cooling, plan.share, hosting_keys(conversion, plan.wish, plan.opex_usd_per_mw_year))
    horizon, start = plan.scenario.study.horizon_months, plan.wish.start_month
    dearer = (1.0 + inflation) ** (start / MONTHS_PER_YEAR)  # prices of the tables are today's, the decision may be years away
    capex, clearing = job_capex_usd_per_mw(plan) * dearer, job_clearing_usd_per_mw(plan, library)
    groups = cases(plan.times, capex, clearing, start, horizon)
    later = starts(plan.times, capex, clearing, start, inflation, horizon)
    dearest, most = max(case.site_capex_usd_per_mw for case in (*groups, *later)), attribute("site_capex_usd_per_mw").high
    if most is not None and dearest > most:
        works = Words(f"(works of {figure(round(dearest))} USD per MW of IT)")
        raise ScenarioError("conversion", works, f"at most {figure(most)}; see new_build_usd_per_mw, fibre_km and start_month")
    return replace(plan, groups=groups, starts=later, builds=scenario_of(plan.scenario, site, (*groups, *later)))


def _enough(topologies: Mapping[str, Backup], has: Has, needs: Needs) -> str:
    """Return the backup of a class of AI at a site that names none: the cheapest that is enough, else the main job's default."""
    enough = cheapest_for(topologies, needs.availability_need, needs.ride_through_s, has.feeds)
    return text("defaults", "hosting", "backup") if enough is None else enough.name


def _water_l_per_day(library: MonthLibrary, halls: Halls, load_factor: float, cooling: str) -> float:
    air = Air(library.temp_dry_c, library.temp_wet_c, library.temp_dew_c, library.pressure_pa)
    litres = np.nanmean(cooling_hours(plant_named(cooling), air).water_l_per_kwh, axis=1).max()
    return float(litres) * halls.it_mw * load_factor * KW_PER_MW * HOURS_PER_DAY


def _asked(scenario: Scenario, wish: Wish, halls: Halls, topologies: Mapping[str, Backup], drinks: Callable[[str], float]) -> Planned:
    backup = topologies[wish.backup]
    return Planned(scenario.site.power_mw * wish.share, halls.it_mw, drinks(wish.cooling), backup.feeds, backup.ride_through_s)


def _terms(wish: Wish, book: TableBook) -> Terms:
    fact = record("defaults", "conversion")["new_build_usd_per_mw"]
    market = Range(1.0, 1.0, 1.0) if wish.is_new_build_given else range_of(fact).times(1.0 / float(fact.value))
    return Terms(
        market=market,
        overrun_log_sd=float(book.fact("processes", "works", "works_cost_sd").value),
        correlation=float(book.fact("conversion", "works", "cost_correlation").value),
        delay_probability=float(book.fact("conversion", "works", "delay_probability").value),
        delay_mean_share=float(book.fact("conversion", "works", "delay_mean_share").value),
    )


def _passing(has: Has, wish: Wish, asked: Planned, topologies: Mapping[str, Backup], drinks: Callable[[str], float]) -> tuple[str, ...]:
    """Return the classes of AI that no check refuses, each with the cooling and the backup that suit it."""
    found = []
    for name in ai_classes():
        needs = needs_of(name, TableBook(Conversion(ai_class=name), ()))
        fitted = replace(wish, cooling=fitting_cooling(has, needs), backup=_enough(topologies, has, needs))
        backup = topologies[fitted.backup]
        planned_ = asked._replace(
            water_l_per_day=drinks(fitted.cooling), backup_feeds=backup.feeds, backup_ride_through_s=backup.ride_through_s
        )  # fmt: skip
        if not any(check.state == REFUSES for check in checks(has, needs, fitted, planned_)):
            found.append(name)
    return tuple(found)
