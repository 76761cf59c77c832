"""The price of one more nine: what is bought along the efficient frontier of power chains, and what a promised availability takes."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.calculators.backup.cost import Bill

FAMOUS: Final = 0.9999
"""Availability that everybody asks for."""


LEAST_NINES: Final = 0.05
"""Less is no step up: formulas are not that sure of a chain's availability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one chain of the frontier to the next better one.

    Attributes
    ----------
    backup, over : str
        Ids of the chain and of the cheaper one before it.
    usd_per_year : float
        More to own.
    nines : float
        More nines of availability: the logarithm to base ten of how much less time is dark.
    hours, stops : float
        Hours without power, and stops, avoided in a year.
    saved_usd_per_year : float
        What outages cost the tenant less.
    """

    backup: str
    over: str
    usd_per_year: float
    nines: float
    hours: float
    stops: float
    saved_usd_per_year: float

    @property
    def usd_per_nine(self) -> float:
        """Price of one more nine, per year."""
        return self.usd_per_year / self.nines

    @property
    def usd_per_hour(self) -> float:
        """Price of an hour without power that is avoided."""
        return self.usd_per_year / self.hours

    @property
    def pays(self) -> bool:
        """Whether it saves the tenant at least what it costs."""
        return bool(self.saved_usd_per_year >= self.usd_per_year)


def nines(availability: float) -> float:
    """Return how many nines an availability has: 0.999 has three, 0.9995 has 3.3; infinite for one that never fails."""
    return -math.log10(1.0 - availability) if availability < 1.0 else math.inf


def frontier(bills: Sequence[Bill]) -> list[Bill]:
    """Return the chains than which none is both cheaper to own and as available to a twentieth of a nine, the cheapest first.

    Parameters
    ----------
    bills : sequence of Bill
        Of one tenant.

    Returns
    -------
    list of Bill
        Availability rises along it.
    """
    found: list[Bill] = []
    for one in sorted(bills, key=lambda bill: (bill.owned_usd, -bill.availability)):
        if not found or nines(one.availability) > nines(found[-1].availability) + LEAST_NINES:
            found.append(one)
    return found


def steps(bills: Sequence[Bill]) -> tuple[Step, ...]:
    """Return the steps along the frontier; arguments as for `frontier`."""
    edge = frontier(bills)
    return tuple(
        Step(
            backup=better.backup,
            over=worse.backup,
            usd_per_year=better.owned_usd - worse.owned_usd,
            nines=nines(better.availability) - nines(worse.availability),
            hours=worse.dark_hours_per_year - better.dark_hours_per_year,
            stops=worse.stops_per_year - better.stops_per_year,
            saved_usd_per_year=worse.outages_usd - better.outages_usd,
        )
        for worse, better in itertools.pairwise(edge)
    )


def cheapest_with(bills: Sequence[Bill], availability: float) -> Bill | None:
    """Return the chain that is cheapest to own among those at least so available.

    Parameters
    ----------
    bills : sequence of Bill
        Of one tenant.
    availability : float
        Promised.

    Returns
    -------
    Bill or None
        None where no chain reaches it.
    """
    return min((one for one in bills if one.availability >= availability), key=lambda one: one.owned_usd, default=None)
