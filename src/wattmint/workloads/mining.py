"""Mining: the value of an IT MWh is the coins it finds; the load stops in exactly the hours that cost more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.errors import FactsError, ScenarioError
from wattmint.facts.load import record, table
from wattmint.facts.prices import INDEX_FACTS, machine_price
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import btc_per_mwh
from wattmint.scenario.model import MiningPart, Scenario
from wattmint.types import NOMINAL, FloatArray, MonthLibrary, Offer, Step, World
from wattmint.units import HOURS_PER_DAY, J_PER_MWH, MONTHS_PER_YEAR, SECONDS_PER_DAY, TH_PER_PH, W_PER_KW, W_PER_MW
from wattmint.workloads.chain_cost import BackupCost
from wattmint.workloads.fleet import Fleet, Running, live_through
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.modes import heat_capacity, machine_steps
from wattmint.workloads.phases import clearing
from wattmint.workloads.plan import (
    BITCOIN_PRICE,
    POWER_PRICE,
    Plan,
    at_the_end,
    it_limit_mw,
    label,
    name_of,
    operations,
    plant_hours,
    shared_fields,
    whole_units,
    works_capital,
)
from wattmint.workloads.repair import WEAR_KEYS, Wear
from wattmint.workloads.replacement import hour_costs
from wattmint.workloads.resale import Quote
from wattmint.workloads.timeline import months_in_service, paid_at, service_share

PH_DAY: Final = "PH/s-day"
"""Unit of what a mine makes: a day's work of a petahash per second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningPlan(Plan):
    """A mining part, planned.

    Attributes
    ----------
    fleet : Fleet
        The machines.
    running : Running
        Uptime, pool fee and opex per MW.
    steps : tuple of Step
        The machine's modes.
    """

    feels = frozenset({BITCOIN_PRICE, POWER_PRICE})
    fleet: Fleet
    running: Running
    steps: tuple[Step, ...]


def plan_mining(part: MiningPart, scenario: Scenario, _snapshot: Snapshot, library: MonthLibrary) -> MiningPlan:
    """Plan a mining part.

    Parameters
    ----------
    part : MiningPart
        What the site file says.
    scenario : Scenario
        Site, power and money terms.
    _snapshot : Snapshot
        Not needed: machines are bought at the price quoted, whatever coins are worth.
    library : MonthLibrary
        Hours of price and weather.

    Returns
    -------
    MiningPlan
        Sized in whole machines.

    Raises
    ------
    UnknownNameError
        An unknown machine or cooling; the nearest names are suggested.
    ScenarioError
        A machine that the cooling cannot serve, without a price, too large for the part's share, or worn out before it starts.
    """
    record("machines", part.machine, field="machine")
    book = InputBook(part)
    book.given("machine")
    cooling = machine_cooling(book, part.machine)
    plant = plant_hours(book, cooling, library)
    power_mw = book.fact("machines", part.machine, "power_w") / W_PER_MW
    machines = whole_units(it_limit_mw(scenario, part.share, plant.pue), power_mw, "machine", part.machine)
    shared = shared_fields(book, scenario, plant.pue, machines * power_mw, works_line="site works", backup=BackupCost())
    opex_usd_per_mw_month = book.number("opex_usd_per_mw_year") / MONTHS_PER_YEAR
    running = Running(book.number("uptime"), book.number("pool_fee"), opex_usd_per_mw_month, scenario.money.inflation)
    efficiency = book.fact("machines", part.machine, "efficiency_j_per_th")
    for tier in INDEX_FACTS:
        book.fact(*tier)
    fleet = Fleet(
        machines=machines,
        quote=Quote(
            efficiency_j_per_th=efficiency,
            usd_per_mw=machine_usd_per_th(book, part.machine, efficiency) * W_PER_MW / efficiency,
            earned_usd_per_mwh=_earned_when_quoted(book, efficiency),
            scrap_share=book.fact("defaults", "mining", "machine_scrap_share"),
        ),
        wear=Wear(*(book.number(key) for key in WEAR_KEYS)),
        life_months=int(book.number("machine_life_months")),
        replace=book.text("end_of_life") == "replace",
        payback_months=book.number("replacement_payback_months"),
        costs=hour_costs(library, plant.pue),
        delivery_usd_per_mwh=scenario.power.delivery_usd_per_mwh,
    )
    if part.machine_age_months is not None and part.machine_age_months >= fleet.life_months:
        raise ScenarioError("machine_age_months", part.machine_age_months, f"less than machine_life_months, {fleet.life_months}")
    return MiningPlan(
        label=label("mining", shared["grid_mw"], name_of("machines", part.machine)),
        interruptible=True,
        power_passthrough=0.0,
        fleet=fleet,
        running=running,
        steps=machine_steps(book, part.machine) if book.text("modes") == "auto" else NOMINAL,
        hourly_capacity=heat_capacity(book, part.machine, plant.supply_c),
        inputs=book.used,
        **shared,
    )


def machine_cooling(book: InputBook, machine: str) -> str:
    """Return the cooling of the part: the one named, else the default, else the first that suits the machine.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    machine : str
        Row of the facts table `machines`.

    Returns
    -------
    str
        Row of the facts table `coolers`.

    Raises
    ------
    UnknownNameError
        If the cooling named is in no table.
    ScenarioError
        If it does not suit the machine: water-cooled machines need water.
    """
    needs = record("machines", machine)["machine_cooling"].value
    given = book.given("cooling")
    if given is not None:
        serves = record("coolers", str(given), field="cooling").get("machine_cooling")
        if serves is not None and serves.value != needs:
            fitting = ", ".join(f"'{name}'" for name in _coolers_for(needs))
            raise ScenarioError("cooling", given, f"{machine!r} is cooled by {needs}; use {fitting}")
        return str(given)
    fitting_coolers = _coolers_for(needs)
    default = str(book.default("cooling").value)
    if default in fitting_coolers:
        return book.text("cooling")
    if not fitting_coolers:
        raise FactsError(f"coolers.csv: nothing cools {needs!r} machines such as {machine!r}")
    return fitting_coolers[0]


def _coolers_for(needs: float | str) -> list[str]:
    return [name for name, facts in table("coolers").items() if "machine_cooling" in facts and facts["machine_cooling"].value == needs]


def machine_usd_per_th(book: InputBook, machine: str, efficiency_j_per_th: float) -> float:
    """Return the price of a machine per TH/s: the site file's, else the machine's own, else its efficiency tier's.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    machine : str
        Row of the facts table `machines`.
    efficiency_j_per_th : float
        Decides the tier of the published index.

    Returns
    -------
    float
        USD per TH/s.

    Raises
    ------
    ScenarioError
        If none of the three knows a price.
    """
    given = book.given("machine_usd_per_th")
    if given is not None:
        return float(given)
    price = machine_price(machine, efficiency_j_per_th)
    if price is None:
        raise ScenarioError("machine_usd_per_th", None, f"no price is known for {machine!r} at {efficiency_j_per_th:.3g} J/TH; give one")
    return book.fact(price.table, price.id, price.attribute)


def _earned_when_quoted(book: InputBook, efficiency_j_per_th: float) -> float:
    """USD per MWh at the shipped snapshot's hash price, which is of the day of the machine prices, whatever the site file overrides."""
    per_ph_day = book.fact("snapshot", "market", "hashprice_usd_per_ph_day")
    return per_ph_day / HOURS_PER_DAY * W_PER_KW / efficiency_j_per_th


def offer_mining(plan: MiningPlan, world: World) -> Offer:
    """Return the offer of a mining part on a chunk of paths.

    Parameters
    ----------
    plan : MiningPlan
        From `plan_mining`.
    world : World
        The chunk's paths.

    Returns
    -------
    Offer
        Lines ``subsidy``, ``transaction fees`` and ``pool fee`` per IT MWh. The line ``salvage`` also holds what old machines fetch
        when they are replaced or the site stops.
    """
    life = live_through(plan.fleet, plan.running, plan.stay, world)
    works, works_salvage = works_capital(plan, world)
    stopped = life.working == 0.0
    opex = operations(plan, world.months)
    service = service_share(plan.stay, plan.ramp_months, world.months)
    return Offer(
        workload="mining",
        grid_mw=plan.grid_mw,
        it_mw=plan.it_mw,
        in_service=service * plan.running.uptime * life.working,
        load_factor=1.0,
        hourly_pue=plan.hourly_pue,
        interruptible=True,
        per_mwh=_value_lines(life.efficiency_j_per_th, plan.running.pool_fee, world),
        per_month={
            "operations": np.where(stopped, 0.0, opex) if stopped.any() else opex,
            "repairs": life.repairs_usd_per_mw * (-plan.it_mw * service),
            **clearing(plan, world.months),
        },
        capital={
            plan.works.line: works,
            "machines": paid_at(plan.first_month, -plan.it_mw * life.first_usd_per_mw, world.months),
            "replacement": -plan.it_mw * life.bought_usd_per_mw,
            "salvage": at_the_end(plan.stay, works_salvage, world.months) + plan.it_mw * life.sold_usd_per_mw,
        },
        power_passthrough=plan.power_passthrough,
        construction_months=plan.first_month,
        inputs=plan.inputs,
        steps=plan.steps,
        made_per_mwh={PH_DAY: J_PER_MWH / (TH_PER_PH * SECONDS_PER_DAY) / life.efficiency_j_per_th},
    )


def planned_mw(plans: Sequence[Plan], months: int) -> FloatArray:
    """Return the power that a build plans to have for mining, ready or growing: what its owner knows beforehand of its output.

    Parameters
    ----------
    plans : sequence of Plan
        Of any workload.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (months,)
        MW of IT.
    """
    total = np.zeros(months)
    for plan in plans:
        if isinstance(plan, MiningPlan):
            total += plan.it_mw * (months_in_service(plan.stay, months)[0] > 0.0)
    return total


def _value_lines(efficiency_j_per_th: FloatArray, pool_fee: float, world: World) -> dict[str, FloatArray]:
    usd_per_mwh_per_btc = btc_per_mwh(efficiency_j_per_th, world.difficulty, np.ones((1, 1))) * world.btc_usd
    subsidy = usd_per_mwh_per_btc * world.subsidy_btc
    fees = usd_per_mwh_per_btc * world.fees_btc_per_block
    return {"subsidy": subsidy, "transaction fees": fees, "pool fee": -pool_fee * (subsidy + fees)}
