"""Halls full of accelerators that the site owns: how many, in which share of the hours they are at work, and what decides about new ones."""

from dataclasses import dataclass
from typing import Any

from wattmint.scenario.model import Scenario
from wattmint.types import MonthLibrary
from wattmint.units import HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR
from wattmint.workloads.accelerators import Terms, price_apiece_usd
from wattmint.workloads.contracts import customer_credits, serving_restart_h
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import shared_fields, whole_units


@dataclass(frozen=True, slots=True)
class Owned:
    """Accelerators in their halls, as planned.

    Attributes
    ----------
    count : int
        How many.
    served_share : float
        Share of hours in which they are at work: power is there, servers have started, models are loaded.
    credit_share : float
        Share of revenue credited for downtime, on average over months.
    shared : dict of str to Any
        The fields that every plan has.
    """

    count: int
    served_share: float
    credit_share: float
    shared: dict[str, Any]


def plan_owned(book: InputBook, scenario: Scenario, library: MonthLibrary, accelerator: str, built_kw: float, load_share: float) -> Owned:
    """Plan halls and fill them.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Its site.
    library : MonthLibrary
        Hours of weather.
    accelerator : str
        Row of the facts table `chips`.
    built_kw : float
        Power that the halls have for each, with its share of server, network and storage.
    load_share : float
        Power drawn over that.

    Returns
    -------
    Owned
        A whole number of them.

    Raises
    ------
    InputError
        An unknown cooling, backup or grid; a part that cannot feed one accelerator.
    """
    halls = plan_halls(book, scenario, library, load_share)
    restart_h = serving_restart_h(book)
    count = whole_units(halls.it_mw, built_kw / KW_PER_MW, "accelerator", accelerator)
    return Owned(
        count=count,
        served_share=halls.served_share(restart_h),
        credit_share=halls.month(restart_h).mean_of(customer_credits(book)),
        shared=shared_fields(book, scenario, halls.hourly_pue, count * built_kw / KW_PER_MW, "conversion", halls.backup),
    )


def terms_of(book: InputBook, scenario: Scenario, accelerator: str, owned: Owned, revenue_usd_per_h: float, term_months: int) -> Terms:
    """Return what decides about replacing them.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Money terms.
    accelerator : str
        Row of the facts table `chips`.
    owned : Owned
        From `plan_owned`.
    revenue_usd_per_h : float
        What all of them earn in a mean hour when new, after the market's fee and service credits.
    term_months : int
        Months for which a price, once agreed, holds.

    Returns
    -------
    Terms
        For `wattmint.workloads.accelerators.live_through`.
    """
    return Terms(
        accelerators_usd=owned.count * price_apiece_usd(book, accelerator),
        revenue_usd_per_month=revenue_usd_per_h * HOURS_PER_YEAR / MONTHS_PER_YEAR,
        refresh_months=int(book.number("refresh_months")),
        term_months=term_months,
        discount_rate=scenario.money.discount_rate,
        salvage_share=owned.shared["works"].salvage_share,
    )
