"""Inference: accelerators that the site owns, serving an open model; its tokens are sold by the million, read and written.

What an accelerator serves within the limits on waiting, and what its node draws meanwhile, is the serving estimate. Of that throughput the
share `utilisation` is sold; idle nodes go on drawing. Nobody publishes how much hosts sell at the prices they ask. Left out, the share is
the break-even with renting out: tokens at the market's median price earn what the same accelerators would earn rented out, over the term of a
contract signed today. Serving then starts where renting out does, and what a site must believe to do better is a share that it can name.

Prices follow the market: today's price, falling at `price_decline_per_year`, times the World's cycle around that trend. Better software lets the
same accelerators serve more, at `software_gain_per_year`. New accelerators are better by as much as an ageing one's rental falls behind: what
the market pays for the hour of a new design is what that hour does more. So the revenue of a new accelerator's hour changes by software + design
- price. As when they are rented out, accelerators count as new in the month in which they start.

Whether they are replaced is decided as `workloads.accelerators` says, by the revenue of tokens. New ones are taken to draw what old ones do.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import InputError, ScenarioError, UnknownNameError, nearest_words
from wattmint.facts.load import number, record, table
from wattmint.market.snapshot import Snapshot
from wattmint.provenance import MarketValue
from wattmint.scenario.model import InferencePart, Scenario
from wattmint.scenario.refusal import Words
from wattmint.serving.names import architecture_of
from wattmint.types import FloatArray, MonthLibrary, Offer, World
from wattmint.units import MONTHS_PER_YEAR, SECONDS_PER_HOUR, TOKENS_PER_MTOK
from wattmint.workloads.accelerators import RENTAL_KEYS, TERM_MONTHS, Terms, first_purchase, live_through
from wattmint.workloads.inference_rate import Rate, Service, best_rate, fit_source
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.owned import plan_owned, terms_of
from wattmint.workloads.phases import clearing
from wattmint.workloads.plan import (
    POWER_PRICE,
    TOKEN_PRICE,
    Plan,
    at_the_end,
    label,
    name_of,
    operations,
    works_capital,
)
from wattmint.workloads.timeline import service_share

MTOK: Final = "million tokens"
"""Unit of what is sold: a million tokens, read and written together."""

SIDES: Final = ("input", "output")
"""Tokens read and tokens written; each has its price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferencePlan(Plan):
    """An inference part, planned.

    Attributes
    ----------
    accelerators : int
        How many.
    load_factor : float
        Power drawn over the accelerators' all-in power, idle hours included.
    sold_mtok_per_h : tuple of float
        Millions of tokens read and written that are sold per hour at the start's software, available hours counted.
    usd_per_mtok : tuple of float
        Their prices at the start.
    served_share : float
        Share of hours in which accelerators are at work: power is there, models are loaded.
    credit_share : float
        Share of revenue credited for downtime, on average over months.
    price_decline_per_year, software_gain_per_year : float
        Continuous rates.
    market_fee : float
        Share of revenue that a platform keeps.
    terms : Terms
        Prices and refresh.
    """

    feels = frozenset({POWER_PRICE, TOKEN_PRICE})
    accelerators: int
    load_factor: float
    sold_mtok_per_h: tuple[float, float]
    usd_per_mtok: tuple[float, float]
    served_share: float
    credit_share: float
    price_decline_per_year: float
    software_gain_per_year: float
    market_fee: float
    terms: Terms


def plan_inference(part: InferencePart, scenario: Scenario, snapshot: Snapshot, library: MonthLibrary) -> InferencePlan:
    """Plan an inference part.

    Parameters
    ----------
    part : InferencePart
        What the site file says.
    scenario : Scenario
        Site and money terms.
    snapshot : Snapshot
        Multiplies token prices at the start.
    library : MonthLibrary
        Hours of weather.

    Returns
    -------
    InferencePlan
        Sized in whole accelerators, each with its share of server, network and storage.

    Raises
    ------
    UnknownNameError
        An unknown cooling or backup; the nearest names are suggested.
    ScenarioError
        A model without a market price, that does not fit or cannot keep the limits; an accelerator whose all-in power or price is not known,
        or that the part's share cannot feed.
    """
    book = InputBook(part)
    book.given("accelerator")
    book.given("model")
    model = _model_id(part, scenario)
    rate = _rate(book, part, model)
    market_fee = book.number("market_fee")
    prices = tuple(_usd_per_mtok(book, model, side) * snapshot.token_price_multiplier for side in SIDES)
    utilisation = _sold_share(book, model, rate, market_fee)
    built_kw = max(book.fact("chips", part.accelerator, "allin_kw_per_gpu", "accelerator"), rate.node_kw_per_gpu)
    at_work = utilisation + (1.0 - utilisation) * book.fact("defaults", "serving", "idle_power_share")
    load_factor = rate.node_kw_per_gpu * at_work / built_kw
    owned = plan_owned(book, scenario, library, part.accelerator, built_kw, load_factor)
    written = owned.count * rate.output_tokens_per_s_per_gpu * utilisation * owned.served_share * SECONDS_PER_HOUR / TOKENS_PER_MTOK
    sold = (written * book.number("isl") / book.number("osl"), written)
    terms = terms_of(book, scenario, part.accelerator, owned, float(np.dot(sold, prices)) * (1.0 - market_fee - owned.credit_share), 1)
    what = f"{_short_name(model)} on {owned.count:,} {name_of('chips', part.accelerator)}, {100.0 * utilisation:.3g}% of throughput sold"
    return InferencePlan(
        label=label("inference", owned.shared["grid_mw"], what),
        interruptible=False,
        power_passthrough=0.0,
        accelerators=owned.count,
        load_factor=load_factor,
        sold_mtok_per_h=sold,
        usd_per_mtok=(prices[0], prices[1]),
        served_share=owned.served_share,
        credit_share=owned.credit_share,
        price_decline_per_year=book.number("price_decline_per_year"),
        software_gain_per_year=book.number("software_gain_per_year"),
        market_fee=market_fee,
        terms=terms,
        inputs=book.used,
        **owned.shared,
    )


def offer_inference(plan: InferencePlan, world: World) -> Offer:
    """Return the offer of an inference part on a chunk of paths.

    Parameters
    ----------
    plan : InferencePlan
        From `plan_inference`.
    world : World
        The chunk's paths.

    Returns
    -------
    Offer
        Lines ``input tokens``, ``output tokens``, ``market fee`` and ``service credits`` per month; nothing per MWh, the load is firm.
    """
    years = np.arange(world.months)[None, :] / MONTHS_PER_YEAR
    price = world.token_price_factor * np.exp(-plan.price_decline_per_year * years)
    # What an hour of an accelerator that is new in the month in question serves, over one of today.
    served = np.exp((plan.software_gain_per_year + world.gpu_ageing_per_year) * years)
    life = live_through(plan.terms, plan.stay, price * served, world)
    service = service_share(plan.stay, plan.ramp_months, world.months)
    hours = world.hours * service
    usd_per_h = zip(SIDES, plan.sold_mtok_per_h, plan.usd_per_mtok, strict=True)
    lines = {f"{side} tokens": life.price_factor * (sold * usd * hours) for side, sold, usd in usd_per_h}
    works, works_salvage = works_capital(plan, world)
    return Offer(
        workload="inference",
        grid_mw=plan.grid_mw,
        it_mw=plan.it_mw,
        in_service=service,
        load_factor=plan.load_factor,
        hourly_pue=plan.hourly_pue,
        interruptible=False,
        per_mwh={},
        per_month={**lines, **_shares(plan, lines), "operations": operations(plan, world.months), **clearing(plan, world.months)},
        capital={
            plan.works.line: works,
            "accelerators": first_purchase(plan.stay, plan.terms, world),
            "replacement": life.replacement_usd,
            "salvage": at_the_end(plan.stay, works_salvage + life.salvage_usd, world.months),
        },
        power_passthrough=plan.power_passthrough,
        construction_months=plan.first_month,
        inputs=plan.inputs,
        made_per_month={MTOK: life.price_factor / price * (sum(plan.sold_mtok_per_h) * hours)},
    )


def token_reference(scenario: Scenario, snapshot: Snapshot) -> tuple[MarketValue, str] | None:
    """Return the token price that stands for the market in pictures and sensitivities.

    Parameters
    ----------
    scenario : Scenario
        Its first inference part names the model.
    snapshot : Snapshot
        Multiplies the price.

    Returns
    -------
    tuple of (MarketValue, str) or None
        USD per million tokens written, and of which model; None without an inference part.
    """
    for part in (part for build in scenario.builds for part in build.parts):
        if isinstance(part, InferencePart):
            by, name = snapshot.token_price_multiplier, _key("output")
            given = part.token_price_usd_per_mtok_output
            model = _model_id(part, scenario)
            fact = None if given is not None else table("token_prices")[model]["output_usd_per_mtok"]
            value = MarketValue(name, (given or 0.0) * by, "USD/Mtok", "", "site file", "given")
            if fact is not None:
                value = MarketValue(name, float(fact.value) * by, fact.unit, fact.as_of, fact.source, fact.kind)
            return value, f"{_short_name(model)}, written"
    return None


def _model_id(part: InferencePart, scenario: Scenario) -> str:
    """Return the row of the table `models`, or the path of the user's own configuration, which is looked up beside the site file."""
    own = scenario.base_dir / part.model
    try:
        return architecture_of(str(own) if own.exists() else part.model)[0]
    except UnknownNameError:
        raise
    except InputError as refused:
        raise ScenarioError("model", part.model, refused.allowed) from None


def _rate(book: InputBook, part: InferencePart, model: str) -> Rate:
    """Return what the serving estimate says; recorded."""
    size = book.given("gpus_per_replica")
    rate = best_rate(
        Service(
            model=model,
            accelerator=part.accelerator,
            precision=book.text("precision"),
            isl=int(book.number("isl")),
            osl=int(book.number("osl")),
            ttft_ms=book.number("ttft_ms"),
            tpot_ms=book.number("tpot_ms"),
            gpus_per_replica=None if size is None else int(size),
        )
    )
    for key in ("output_tokens_per_s_per_gpu", "node_kw_per_gpu", *(("gpus_per_replica",) if size is None else ())):
        book.derived(key, getattr(rate, key), fit_source())
    return rate


def _usd_per_mtok(book: InputBook, model: str, side: str) -> float:
    given = book.given(_key(side))
    if given is not None:
        return float(given)
    if model not in table("token_prices"):
        keys = " and ".join(_key(each) for each in SIDES)
        others = nearest_words(model, [each for each in table("token_prices") if each in table("models")])
        raise ScenarioError("model", model, f"nobody's price for its tokens is known; give {keys}, or take another: {others}")
    return book.fact("token_prices", model, f"{side}_usd_per_mtok", "model")


def _sold_share(book: InputBook, model: str, rate: Rate, market_fee: float) -> float:
    """Return what is given, or the share of throughput at which tokens at the market's price earn what renting the accelerators out would."""
    given = book.given("utilisation")
    if given is not None:
        return float(given)
    accelerator = book.text("accelerator")
    contract = next((contract for contract, key in RENTAL_KEYS.items() if key in record("chips", accelerator)), None)
    if contract is None or model not in table("token_prices"):
        lacking = "rental of the accelerator" if contract is None else "price of the model's tokens"
        allowed = f"no market {lacking} is known to derive it from; give the share of throughput that is sold"
        raise ScenarioError("utilisation", Words("(left out)"), allowed)
    falling = book.number("price_decline_per_year") - book.number("software_gain_per_year")
    rented = record("defaults", "rental")
    hours_sold = float(rented["utilisation"].value) * (1.0 - float(rented["market_fee"].value))
    rental = book.fact("chips", accelerator, RENTAL_KEYS[contract]) * hours_sold / mean_factor(falling, TERM_MONTHS[contract])
    read, written = (book.fact("token_prices", model, f"{side}_usd_per_mtok") for side in SIDES)
    full = (read * book.number("isl") / book.number("osl") + written) * rate.output_tokens_per_s_per_gpu * SECONDS_PER_HOUR / TOKENS_PER_MTOK
    share = rental / (full * (1.0 - market_fee)) if market_fee < 1.0 else 1.0
    if share >= number("defaults", "serving", "utilisation"):
        return book.fact("defaults", "serving", "utilisation")
    book.derived("utilisation", share, fit_source())
    return share


def mean_factor(falling_per_year: float, months: int) -> float:
    """Return the mean over some months of what falls at a continuous rate from 1."""
    return float(np.exp(-falling_per_year * np.arange(months) / MONTHS_PER_YEAR).mean())


def _key(side: str) -> str:
    return f"token_price_usd_per_mtok_{side}"


def _shares(plan: InferencePlan, lines: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """Lines that are shares of revenue: the platform's fee, and credits."""
    revenue = np.asarray(sum(lines.values()))
    return {"market fee": -plan.market_fee * revenue, "service credits": -plan.credit_share * revenue}


def _short_name(model: str) -> str:
    """Return what a model is called, without its maker, or after the folder of the user's own configuration."""
    if model in table("models"):
        return name_of("models", model).rsplit("/", 1)[-1]
    return Path(model).resolve().parent.name if Path(model).suffix else Path(model).name
