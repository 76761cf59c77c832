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
from wattmint.workloads.accelerators import RENTAL_KEYS, TERM_MONTHS, Terms, first_purchase, live_through
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.owned import plan_owned, terms_of
from wattmint.workloads.phases import clearing
from wattmint.workloads.plan import (
    GPU_RENTAL,
    POWER_PRICE,
    Plan,
    at_the_end,
    label,
    name_of,
    operations,
    works_capital,
)
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
    served_share : float
        Share of hours in which they are at work: power is there, servers have started.
    credit_share : float
        Share of revenue credited for downtime, on average over months.
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
    served_share: float
    credit_share: float
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
    load_factor = book.number("load_factor")
    built_kw = book.fact("chips", part.accelerator, "allin_kw_per_gpu", "accelerator")
    owned = plan_owned(book, scenario, library, part.accelerator, built_kw, load_factor)
    rental = _rental_usd_per_gpu_h(book, part.accelerator) * snapshot.gpu_rental_multiplier
    utilisation = book.number("utilisation")
    revenue_usd_per_h = owned.count * rental * utilisation * owned.served_share
    market_fee = book.number("market_fee")
    kept_usd_per_h = revenue_usd_per_h * (1.0 - market_fee - owned.credit_share)
    terms = terms_of(book, scenario, part.accelerator, owned, kept_usd_per_h, TERM_MONTHS[book.text("contract")])
    return RentalPlan(
        label=label("rental", owned.shared["grid_mw"], f"{owned.count:,} {name_of('chips', part.accelerator)}"),
        interruptible=False,
        power_passthrough=0.0,
        inputs=book.used,
        accelerators=owned.count,
        load_factor=load_factor,
        revenue_usd_per_h=revenue_usd_per_h,
        sold_gpu_h_per_h=owned.count * utilisation * owned.served_share,
        served_share=owned.served_share,
        credit_share=owned.credit_share,
        market_fee=market_fee,
        terms=terms,
        **owned.shared,
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
        Lines ``GPU rental``, ``market fee`` and ``service credits`` per month; nothing per MWh, the load is firm.
    """
    life = live_through(plan.terms, plan.stay, world.gpu_rental_factor, world)
    service = service_share(plan.stay, plan.ramp_months, world.months)
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
            "service credits": -plan.credit_share * revenue,
            "operations": operations(plan, world.months),
            **clearing(plan, world.months),
        },
        capital={
            plan.works.line: works,
            "accelerators": first_purchase(plan.stay, plan.terms, world),
            "replacement": life.replacement_usd,
            "salvage": at_the_end(plan.stay, works_salvage + life.salvage_usd, world.months),
        },
        power_passthrough=plan.power_passthrough,
        construction_months=plan.first_month,
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
