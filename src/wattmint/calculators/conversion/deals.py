"""Public deals as a yardstick: where a conversion's cost, months and lease fall among them, and why where they fall outside."""

from dataclasses import dataclass
from typing import Final

from wattmint.facts.load import table

LEASES: Final = ("lease", "retrofit lease")
"""Kinds of deals whose lease is that of powered halls per kW of IT."""


@dataclass(frozen=True, slots=True)
class Deal:
    """One number of one public deal.

    Attributes
    ----------
    name, signed : str
        Words and date.
    value, low, high : float
        The number with its own range.
    source : str
        Id in the bibliography.
    """

    name: str
    signed: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number falls among public deals.

    Attributes
    ----------
    name, unit : str
        What is compared.
    value : float
        Ours.
    low, median, high : float
        Of the deals, from the lowest low to the highest high.
    above_share : float
        Share of deals whose number is below ours.
    inside : bool
        Whether ours is between the lowest and the highest.
    reason : str
        Why it is outside; empty inside.
    deals : tuple of Deal
        By value.
    """

    name: str
    unit: str
    value: float
    low: float
    median: float
    high: float
    above_share: float
    inside: bool
    reason: str
    deals: tuple[Deal, ...]


def deals_with(key: str) -> tuple[Deal, ...]:
    """Return the public deals that give a number.

    Parameters
    ----------
    key : str
        Attribute of the table `deals`.

    Returns
    -------
    tuple of Deal
        By value; of leases, only those of powered halls.
    """
    found = []
    for facts in table("deals").values():
        if key not in facts or (key == "lease_usd_per_kw_month" and facts["deal_kind"].value not in LEASES):
            continue
        fact = facts[key]
        value = float(fact.value)
        low, high = value if fact.low is None else fact.low, value if fact.high is None else fact.high
        found.append(Deal(str(facts["name"].value), str(facts["signed_date"].value), value, low, high, fact.source))
    return tuple(sorted(found, key=lambda deal: deal.value))


def place(name: str, key: str, unit: str, value: float, why_below: str, why_above: str) -> Place:
    """Return where a number falls among public deals.

    Parameters
    ----------
    name, key, unit : str
        What is compared: words, attribute of the table `deals`, unit.
    value : float
        Ours.
    why_below, why_above : str
        Reasons, should it be outside.

    Returns
    -------
    Place
    """
    deals = deals_with(key)
    low, high = min(deal.low for deal in deals), max(deal.high for deal in deals)
    values = [deal.value for deal in deals]
    middle = len(values) // 2
    median = values[middle] if len(values) % 2 else 0.5 * (values[middle - 1] + values[middle])
    reason = why_below if value < low else why_above if value > high else ""
    below = sum(1 for one in values if one < value) / len(values)
    return Place(name, unit, value, low, median, high, below, low <= value <= high, reason, deals)
