"""What contracts make of downtime: credits by the month, and the right to leave after a bad one.

Downtime is counted by the month, as contracts count it, and not as a mean over years: a hall that is dark for six hours once in ten years credits
that month, though its availability keeps every promise. A stop counts in the month in which it begins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

import numpy as np

from wattmint.facility.power_chain import PowerChain, exceedance_per_year
from wattmint.physics.downtime import total_probabilities
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_YEAR, MONTHS_PER_YEAR, SECONDS_PER_HOUR
from wattmint.workloads.inputs import InputBook

MONTH_HOURS: Final = HOURS_PER_YEAR / MONTHS_PER_YEAR

STEPS: Final = 2**15
"""Lengths of stops are counted in so many steps of a month, 80 seconds each."""

Exceedance = Callable[[FloatArray], FloatArray]
"""Expected stops per year that last longer than so many hours; at 0 all of them."""


@dataclass(frozen=True, slots=True)
class HourlyCredits:
    """So many hours of the fee for every hour beyond a promise, as leases of halls have it.

    Attributes
    ----------
    promised : float
        Availability.
    multiple : float
        Hours of the fee per hour beyond it.
    cap : float
        Largest share of a month's fee.
    """

    promised: float
    multiple: float
    cap: float

    def of_month(self, hours: FloatArray) -> FloatArray:
        """Return the share of the month's fee that so many hours of downtime cost."""
        beyond = np.maximum(hours / MONTH_HOURS - (1.0 - self.promised), 0.0)
        return np.asarray(np.minimum(self.multiple * beyond, self.cap))


@dataclass(frozen=True, slots=True)
class TieredCredits:
    """A share of the month's fee by how low its availability fell, as clouds have it.

    Attributes
    ----------
    tiers : tuple of (float, float)
        Availability, and the share credited below it; the deepest counts.
    """

    tiers: tuple[tuple[float, float], ...]

    def of_month(self, hours: FloatArray) -> FloatArray:
        """Return the share of the month's fee that so many hours of downtime cost."""
        share = np.zeros(np.shape(hours))
        for availability, credit in self.tiers:
            share = np.where(hours / MONTH_HOURS > 1.0 - availability, np.maximum(share, credit), share)
        return share


@dataclass(frozen=True, slots=True)
class Leaving:
    """The right of a tenant to leave after a month that was too dark.

    Attributes
    ----------
    downtime_share : float
        Of a month, beyond which it may.
    probability : float
        That it then does.
    """

    downtime_share: float
    probability: float

    def of_month(self, hours: FloatArray) -> FloatArray:
        """Return the chance that a tenant leaves after a month with so many hours of downtime."""
        return np.where(hours / MONTH_HOURS > self.downtime_share, self.probability, 0.0)


Terms = HourlyCredits | TieredCredits | Leaving


def tenant_credits(book: InputBook) -> HourlyCredits:
    """Return the credits of a lease of halls: the keys of a hosting part, or their defaults."""
    return HourlyCredits(*(book.number(key) for key in ("sla_availability", "credit_multiple", "credit_cap_share")))


def tenant_leaving(book: InputBook) -> Leaving:
    """Return the right of a tenant of halls to leave: the keys of a hosting part, or their defaults."""
    return Leaving(book.number("leave_downtime_share"), book.number("leave_probability"))


def customer_credits(book: InputBook) -> TieredCredits:
    """Return the credits of those who rent accelerators or buy tokens: cited defaults."""
    keys = ((f"sla_availability_{tier}", f"sla_credit_{tier}") for tier in (1, 2, 3))
    return TieredCredits(tuple((book.fact("defaults", "serving", below), book.fact("defaults", "serving", credit)) for below, credit in keys))


def serving_restart_h(book: InputBook) -> float:
    """Return how long accelerators that are rented out or serve stand still after power is back: servers start, models load [h]."""
    return (book.fact("defaults", "training", "boot_s") + book.fact("defaults", "serving", "serving_load_s")) / SECONDS_PER_HOUR


class Month(NamedTuple):
    """How much downtime a month has.

    Attributes
    ----------
    hours, probability : FloatArray, shape (STEPS,)
        Totals, and how likely each is.
    """

    hours: FloatArray
    probability: FloatArray

    def mean_of(self, terms: Terms) -> float:
        """Return what contract terms make of a month, on average."""
        return float(terms.of_month(self.hours) @ self.probability)


def month_of(longer: Exceedance, added_h: float = 0.0) -> Month:
    """Return the distribution of a month's downtime.

    Parameters
    ----------
    longer : callable
        Stops by length.
    added_h : float
        Downtime that every stop adds beyond its length, until work goes on.

    Returns
    -------
    Month
        Stops are independent of one another and strike at any time.
    """
    step = MONTH_HOURS / (STEPS - 1)
    edges = (np.arange(STEPS + 1) - 0.5) * step - added_h
    above = longer(np.maximum(edges, 0.0)) / MONTHS_PER_YEAR
    stops = longer(np.zeros(1)) / MONTHS_PER_YEAR
    above = np.where(edges <= 0.0, stops, above)
    above[-1] = 0.0  # what is longer than a month fills it
    return Month(_grid(), total_probabilities(above[:-1] - above[1:]))


@lru_cache(maxsize=256)
def month_behind(chain: PowerChain, added_h: float = 0.0) -> Month:
    """Return the distribution of a month's downtime behind a power chain, planned shutdowns left out: they are announced, and contracts exempt them.

    Parameters
    ----------
    chain : PowerChain
        A topology on a grid.
    added_h : float
        As for `month_of`.

    Returns
    -------
    Month
        From the chain's rate of exceedance.
    """
    return month_of(lambda hours: exceedance_per_year(chain, hours, unplanned=True), added_h)


@cache
def _grid() -> FloatArray:
    hours = np.linspace(0.0, MONTH_HOURS, STEPS)
    hours.flags.writeable = False
    return hours
