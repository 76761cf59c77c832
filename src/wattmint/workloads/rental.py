"""Rental: accelerators that the site owns, rented out by the GPU hour.

Under three-year contracts the price is fixed on the day a contract starts, for its three years; on demand it follows the market month by
month. A contract signed for accelerators that are already old starts at the market's price less their ageing.
Whether accelerators are replaced is decided as `workloads.accelerators` says.
"""

from dataclasses import dataclass
from typing import Final

from wattmint.facts.fact import Fact
from wattmint.facts.load import record, table
from wattmint.market.snapshot import Snapshot
from wattmint.provenance import MarketValue
from wattmint.scenario.model import RentalPart, Scenario
from wattmint.types import MonthLibrary, Offer, World
from wattmint.units import HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR
from wattmint.workloads.accelerators import RENTAL_KEYS, TERM_MONTHS, Terms, first_purchase, live_through, price_apiece_usd
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import GPU_RENTAL, POWER_PRICE, Plan, at_the_end, label, name_of, operations, shared_fields, whole_units, works_capital
from wattmint.workloads.timeline import service_share

GPU_HOUR: Final = "GPU-hour"
"""Unit of what is sold: an hour of one accelerator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RentalPlan(Plan):
    """A rental part, planned.

    Attributes
    ----------
    accelerators : int
        How many.
    load_factor : float
        Power drawn over the accelerators' all-in power.
    revenue_usd_per_h : float
        What all of them earn per hour when new, at the start's rental, sold and available hours counted; before the market's fee.
    sold_gpu_h_per_h : float
        Accelerator hours sold per hour of full service.
    market_fee : float
        Share of it that the marketplace keeps.
    terms : Terms
        Prices, contract and refresh.
    """

    feels = frozenset({POWER_PRICE, GPU_RENTAL})
    accelerators: int
    load_factor: float
    revenue_usd_per_h: float
    sold_gpu_h_per_h: float
    market_fee: float
    terms: Terms


def plan_rental(part: RentalPart, scenario: Scenario, snapshot: Snapshot, library: MonthLibrary) -> RentalPlan:
    """Plan a rental part.

    Parameters
    ----------
    part : RentalPart
        What the site file says.
    scenario : Scenario
        Site and money terms.
    snapshot : Snapshot
        GPU rental at the start.
    library : MonthLibrary
        Hours of weather.

    Returns
    -------
    RentalPlan
        Sized in whole accelerators, each with its share of server, network and storage.

    Raises
    ------
    UnknownNameError
        An unknown accelerator, cooling or backup; the nearest names are suggested.
    ScenarioError
        An accelerator whose all-in power, price or rental is not known, or that the part's share cannot feed.
    """
    record("chips", part.accelerator, field="accelerator")
    book = InputBook(part)
    book.given("accelerator")
    halls, load_factor = plan_halls(book, scenario, library), book.number("load_factor")
    mw_apiece = book.fact("chips", part.accelerator, "allin_kw_per_gpu", "accelerator") / KW_PER_MW
    count = whole_units(halls.it_mw, mw_apiece, "accelerator", part.accelerator)
    it_mw = count * mw_apiece
    shared = shared_fields(book, scenario, halls.hourly_pue, it_mw, "conversion", halls.backup_usd_per_mw * it_mw)
    rental = _rental_usd_per_gpu_h(book, part.accelerator) * snapshot.gpu_rental_multiplier
    utilisation = book.number("utilisation")
    revenue_usd_per_h = count * rental * utilisation * halls.availability
    market_fee = book.number("market_fee")
    terms = Terms(
        accelerators_usd=count * price_apiece_usd(book, part.accelerator),
        revenue_usd_per_month=revenue_usd_per_h * (1.0 - market_fee) * HOURS_PER_YEAR / MONTHS_PER_YEAR,
        refresh_months=int(book.number("refresh_months")),
        term_months=TERM_MONTHS[book.text("contract")],
        discount_rate=scenario.money.discount_rate,
        salvage_share=shared["works"].salvage_share,
    )
    return RentalPlan(
        label=label("rental", shared["grid_mw"], f"{count:,} {name_of('chips', part.accelerator)}"),
        interruptible=False,
        power_passthrough=0.0,
        inputs=book.used,
        accelerators=count,
        load_factor=load_factor,
        revenue_usd_per_h=revenue_usd_per_h,
        sold_gpu_h_per_h=count * utilisation * halls.availability,
        market_fee=market_fee,
        terms=terms,
        **shared,
    )


def offer_rental(plan: RentalPlan, world: World) -> Offer:
    """Return the offer of a rental part on a chunk of paths.

    Parameters
    ----------
    plan : RentalPlan
        From `plan_rental`.
    world : World
        The chunk's paths.

    Returns
    -------
    Offer
        Lines ``GPU rental`` and ``market fee`` per month; nothing per MWh, the load is firm.
    """
    life = live_through(plan.terms, plan.construction_months, world.gpu_rental_factor, world)
    service = service_share(plan.construction_months, plan.ramp_months, world.months)
    revenue = life.price_factor * (plan.revenue_usd_per_h * world.hours * service)
    works, works_salvage = works_capital(plan, world)
    return Offer(
        workload="rental",
        grid_mw=plan.grid_mw,
        it_mw=plan.it_mw,
        in_service=service,
        load_factor=plan.load_factor,
        hourly_pue=plan.hourly_pue,
        interruptible=False,
        per_mwh={},
        per_month={
            "GPU rental": revenue,
            "market fee": -plan.market_fee * revenue,
            "operations": operations(plan, world.months),
        },
        capital={
            plan.works.line: works,
            "accelerators": first_purchase(plan.construction_months, plan.terms, world.months),
            "replacement": life.replacement_usd,
            "salvage": at_the_end(works_salvage + life.salvage_usd, world.months),
        },
        power_passthrough=plan.power_passthrough,
        construction_months=plan.construction_months,
        inputs=plan.inputs,
        made_per_month={GPU_HOUR: plan.sold_gpu_h_per_h * world.hours * service},
    )


def gpu_reference(scenario: Scenario, snapshot: Snapshot) -> tuple[MarketValue, str]:
    """Return the GPU rental price that stands for the market in pictures and sensitivities.

    Parameters
    ----------
    scenario : Scenario
        Its first rental part names the accelerator and the contract; without one, the accelerator with the most providers on demand does.
    snapshot : Snapshot
        Multiplies the price.

    Returns
    -------
    tuple of (MarketValue, str)
        USD per GPU hour, and what it is the price of, e.g. ``"B200 SXM (HGX), 3-year"``.
    """
    for part in (part for build in scenario.builds for part in build.parts):
        if isinstance(part, RentalPart):
            contract = InputBook(part).text("contract")
            fact = record("chips", part.accelerator).get(RENTAL_KEYS[contract])
            return _market_value(fact, part.rental_usd_per_gpu_h, snapshot), f"{name_of('chips', part.accelerator)}, {contract}"
    providers = {name: float(facts["rental_providers"].value) for name, facts in table("chips").items() if "rental_providers" in facts}
    widest = max(providers, key=lambda name: providers[name])
    return _market_value(record("chips", widest)[RENTAL_KEYS["on-demand"]], None, snapshot), f"{name_of('chips', widest)}, on-demand"


def _market_value(fact: Fact | None, given_usd: float | None, snapshot: Snapshot) -> MarketValue:
    name, unit, by = "rental_usd_per_gpu_h", "USD/GPU-h", snapshot.gpu_rental_multiplier
    if given_usd is not None or fact is None:
        return MarketValue(name, (given_usd or 0.0) * by, unit, "", "site file", "given")
    return MarketValue(name, float(fact.value) * by, unit, fact.as_of, fact.source, fact.kind)


def _rental_usd_per_gpu_h(book: InputBook, accelerator: str) -> float:
    given = book.given("rental_usd_per_gpu_h")
    return book.fact("chips", accelerator, RENTAL_KEYS[book.text("contract")], "accelerator") if given is None else float(given)
