"""The life of accelerators that the site owns: what each generation's hour fetches, rented out or serving, and when the next is bought.

Every `refresh_months` the owner may replace the accelerators. On each path the new ones are bought only if, at the price of the month
just ended and discounted at the money terms' rate, what they would earn beyond the old ones until the next refresh (or the end of
the horizon) exceeds their price less salvage. Otherwise the old ones go on ageing in service until the next occasion. New ones cost
today's price times the rental cycle, held between a half and twice: an estimate. So do the first ones of a part that begins later than the day
of decision. Accelerators that are there already cost nothing and bring their age with them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.types import FloatArray, IntArray, World
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.timeline import Stay, paid_at, remaining_life_share

RENTAL_KEYS: Final = {"3-year": "rental_3_year_usd_per_gpu_h", "on-demand": "rental_on_demand_usd_per_gpu_h"}
"""Attribute of the facts table `chips` by kind of contract."""

TERM_MONTHS: Final = {"3-year": 3 * MONTHS_PER_YEAR, "on-demand": 1}
"""Months for which a price, once agreed, holds."""

LOWEST_PRICE_RATIO: Final = 0.5
HIGHEST_PRICE_RATIO: Final = 2.0
"""Estimate: bounds of new accelerators' price over today's."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides about a refresh.

    Attributes
    ----------
    accelerators_usd : float
        Price of all accelerators today, with network and storage.
    revenue_usd_per_month : float
        What all of them earn in a mean month at the snapshot's prices when new, after the market's fee.
    refresh_months : int
        Between occasions to buy new ones; also their life in the books.
    term_months : int
        Months for which a price, once agreed, holds.
    discount_rate : float
        Per year.
    salvage_share : float
        Share of the book value fetched at the end.
    """

    accelerators_usd: float
    revenue_usd_per_month: float
    refresh_months: int
    term_months: int
    discount_rate: float
    salvage_share: float


@dataclass(frozen=True, slots=True)
class Generations:
    """What the refreshes made of each path.

    Attributes
    ----------
    price_factor : FloatArray, shape (paths, months)
        What an accelerator's hour earns over the snapshot's for a new accelerator.
    replacement_usd : FloatArray, shape (paths or 1, months + 1)
        Capital line of the refreshes, negative.
    salvage_usd : FloatArray, shape (paths,)
        What the last accelerators fetch at the end.
    """

    price_factor: FloatArray
    replacement_usd: FloatArray
    salvage_usd: FloatArray


@dataclass(slots=True)
class _Stock:
    """The accelerators on each path at one moment, shape (paths,) each: month in which they started, age then, and their price."""

    start: IntArray
    older: IntArray
    paid_usd: FloatArray


def price_age_months(age_months: IntArray, term_months: int) -> IntArray:
    """Return how old an accelerator was when the price it earns now was agreed.

    Parameters
    ----------
    age_months : IntArray
        Whole months since it was bought.
    term_months : int
        Months for which a price holds; the first contract starts with the accelerator.

    Returns
    -------
    IntArray
        The age rounded down to a whole number of terms.
    """
    return np.asarray(age_months - age_months % term_months)


def price_path(factor: FloatArray, ageing_per_year: float, first_month: int, term_months: int) -> FloatArray:
    """Return what an hour of one generation fetches over the snapshot's price of a new one.

    Parameters
    ----------
    factor : FloatArray, shape (paths, months)
        Market price of a new accelerator's hour over the snapshot's.
    ageing_per_year : float
        Rate at which an ageing one falls behind.
    first_month : int
        Month in which the generation starts.
    term_months : int
        Months for which a price holds.

    Returns
    -------
    FloatArray, shape (paths, months - first_month)
        Market price of the month in which it was agreed, times the ageing until then.
    """
    agreed = price_age_months(np.arange(max(factor.shape[1] - first_month, 0)), term_months)
    return np.asarray(factor[:, first_month + agreed] * np.exp(-ageing_per_year * agreed / MONTHS_PER_YEAR))


def worth_months(age_months: int, count: int, ageing_per_year: float, terms: Terms) -> float:
    """Return the present value of a stretch of revenue, in months of a new accelerator's revenue at today's market.

    Parameters
    ----------
    age_months : int
        Age at the start of the stretch.
    count : int
        Its length.
    ageing_per_year : float
        Rate at which an ageing accelerator falls behind.
    terms : Terms
        Contract term and discount rate.

    Returns
    -------
    float
        Months.
    """
    ahead = np.arange(count)
    ageing = np.exp(-ageing_per_year * price_age_months(age_months + ahead, terms.term_months) / MONTHS_PER_YEAR)
    return float(np.sum(ageing * (1.0 + terms.discount_rate) ** (-(ahead + 1.0) / MONTHS_PER_YEAR)))


def live_through(terms: Terms, stay: Stay, factor: FloatArray, world: World) -> Generations:
    """Walk the accelerators through their time at the site.

    Parameters
    ----------
    terms : Terms
        What decides about a refresh.
    stay : Stay
        When the first generation starts, and how long it may stay.
    factor : FloatArray, shape (paths or 1, months)
        What a new accelerator's hour earns over the snapshot's, by the month in which it is new.
    world : World
        The chunk's paths: the rental cycle, which new accelerators' price follows, and how fast an accelerator falls behind a new one.

    Returns
    -------
    Generations
        On each path a refresh is bought only where it is worth more than it costs.
    """
    paths, months, first, last = world.paths, world.months, stay.first_month, stay.end(world.months)
    older = stay.age_months or 0
    market = np.broadcast_to(factor, (paths, months))
    price = np.zeros((paths, months))
    price[:, first:] = price_path(market, world.gpu_ageing_per_year, first, terms.term_months) * _aged(older, world)
    line = np.zeros((1, months + 1))
    stock = _Stock(np.full(paths, first), np.full(paths, older), np.full(paths, 0.0))
    if stay.delivered(months):
        stock.paid_usd[:] = terms.accelerators_usd if stay.age_months is not None else first_price_usd(stay, terms, world)
    # What is older than that already may be replaced from the first month after the start.
    for start in range(first + max(terms.refresh_months - older, 1), last, terms.refresh_months):
        cost_usd, buys = _refresh(terms, (start, last), stock, market[:, start - 1], world)
        newer = price_path(market, world.gpu_ageing_per_year, start, terms.term_months)
        price[:, start:] = np.where(buys[:, None], newer, price[:, start:])
        line = line + paid_at(start, -cost_usd * buys, months)
        stock.start, stock.older = np.where(buys, start, stock.start), np.where(buys, 0, stock.older)
        stock.paid_usd = np.where(buys, cost_usd, stock.paid_usd)
    return Generations(price, line, stock.paid_usd * _salvage_share(last - stock.start + stock.older, terms))


def _refresh(terms: Terms, time: tuple[int, int], stock: _Stock, earning: FloatArray, world: World) -> tuple[FloatArray, FloatArray]:
    """Price of new accelerators on each path, and whether they are bought, by what is known the month before."""
    start, last = time
    count = min(terms.refresh_months, last - start)
    new_months = worth_months(0, count, world.gpu_ageing_per_year, terms)
    old_months = np.zeros_like(earning)
    for month in np.unique(stock.start):
        old_months[stock.start == month] = worth_months(start - int(month), count, world.gpu_ageing_per_year, terms)
    gain_usd = terms.revenue_usd_per_month * earning * (new_months - old_months * _aged(stock.older, world))
    cost_usd = _price_usd(terms, start, world)
    left = remaining_life_share(count, terms.refresh_months) * terms.salvage_share
    later = (1.0 + terms.discount_rate) ** (-count / MONTHS_PER_YEAR)
    return cost_usd, gain_usd > cost_usd * (1.0 - left * later)


def _aged(older_months: IntArray | int, world: World) -> FloatArray:
    """Return what an hour earns of accelerators that were already so old when they started, over that of new ones."""
    return np.asarray(np.exp(-world.gpu_ageing_per_year * np.asarray(older_months) / MONTHS_PER_YEAR))


def _price_usd(terms: Terms, month: int, world: World) -> FloatArray:
    """Return what new accelerators cost on each path when they are ordered in a month after the first."""
    cycle = np.broadcast_to(world.gpu_rental_factor, (world.paths, world.months))[:, month - 1]
    return np.asarray(terms.accelerators_usd * np.clip(cycle, LOWEST_PRICE_RATIO, HIGHEST_PRICE_RATIO))


def first_price_usd(stay: Stay, terms: Terms, world: World) -> FloatArray:
    """Return what the first accelerators cost: today's price on the day of decision, later the market's.

    Parameters
    ----------
    stay : Stay
        When they are ordered.
    terms : Terms
        Their price today.
    world : World
        The rental cycle.

    Returns
    -------
    FloatArray, shape (paths or 1,)
        USD; 0 where they are there already, or never come.
    """
    if stay.age_months is not None or not stay.delivered(world.months):
        return np.zeros(1)
    return np.full(1, terms.accelerators_usd) if stay.ordered_month == 0 else _price_usd(terms, stay.ordered_month, world)


def _salvage_share(age_months: IntArray, terms: Terms) -> FloatArray:
    return np.asarray(terms.salvage_share * np.clip(1.0 - age_months / terms.refresh_months, 0.0, 1.0))


def first_purchase(stay: Stay, terms: Terms, world: World) -> FloatArray:
    """Return the capital line of the first accelerators, paid on delivery.

    Parameters
    ----------
    stay : Stay
        When they are ordered and start.
    terms : Terms
        Their price.
    world : World
        The rental cycle, which moves the price of later orders.

    Returns
    -------
    FloatArray, shape (paths or 1, months + 1)
        USD, negative.
    """
    return paid_at(stay.first_month, -first_price_usd(stay, terms, world), world.months)


def price_apiece_usd(book: InputBook, accelerator: str) -> float:
    """Return what one accelerator costs with its share of the server, network and storage.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    accelerator : str
        Row of the facts table `chips`; it has the price unless the site file has.

    Returns
    -------
    float
        USD.

    Raises
    ------
    ScenarioError
        If no price is known.
    """
    given = book.given("accelerator_usd")
    servers = book.fact("chips", accelerator, "accelerator_usd", "accelerator") if given is None else float(given)
    return servers * (1.0 + book.number("network_storage_share"))
