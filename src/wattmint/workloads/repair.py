"""Machines that break down: which are repaired, at what cost, and which are scrapped.

Breakdowns grow more frequent with age. Some cannot be repaired at all. The cost of repairing the others is exponentially distributed: most are
a fan or a cable, few are hash boards. A machine is repaired if that costs less than a working one of its kind fetches beyond scrap, for
no one repairs what a used machine replaces more cheaply; so the older and the poorer in value, the more of them are scrapped.
A machine under repair earns nothing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.reliability import failures_between
from wattmint.types import FloatArray
from wattmint.units import KW_PER_MW, MONTHS_PER_YEAR

WEAR_KEYS: Final = (
    "machine_failures_per_year", "machine_failure_growth_per_year", "machine_write_off_share", "repair_usd_per_kw", "repair_months",
)  # fmt: skip
"""Keys of the site file, and of the defaults, that `Wear` is made of, in its order."""


@dataclass(frozen=True, slots=True)
class Wear:
    """How machines break down.

    Attributes
    ----------
    failures_per_year : float
        Breakdowns per working machine and year, when new.
    growth_per_year : float
        By how much of that the rate grows with each year of age.
    write_off_share : float
        Share of breakdowns that cannot be repaired.
    repair_usd_per_kw : float
        Mean cost of a repair.
    repair_months : float
        Time out of service.
    """

    failures_per_year: float
    growth_per_year: float
    write_off_share: float
    repair_usd_per_kw: float
    repair_months: float


@dataclass(frozen=True, slots=True)
class Worn:
    """What a stretch of months did to a fleet, each of shape (paths, months) but the last.

    Attributes
    ----------
    working : FloatArray
        Share of the fleet's machines that run at mid-month: neither scrapped nor under repair.
    repairs_usd_per_mw : FloatArray
        Spent in the month, per MW of the fleet as it was bought.
    left : FloatArray, shape (paths,)
        Share not scrapped at the end.
    """

    working: FloatArray
    repairs_usd_per_mw: FloatArray
    left: FloatArray


def worn(wear: Wear, left: FloatArray, age_months: FloatArray, months: int, worth_usd_per_mw: FloatArray) -> Worn:
    """Live through some months.

    Parameters
    ----------
    wear : Wear
        How machines break down.
    left : FloatArray, shape (paths,)
        Share of the fleet not scrapped at the start.
    age_months : FloatArray, shape (paths,)
        Age at the start.
    months : int
        How many.
    worth_usd_per_mw : FloatArray, shape (paths,)
        What a MW of working machines fetches beyond scrap; taken to stay so through these months.

    Returns
    -------
    Worn
    """
    ahead = np.arange(months)
    start = (age_months[:, None] + ahead) / MONTHS_PER_YEAR
    rate = failures_between(wear.failures_per_year, wear.growth_per_year, start, start + 1.0 / MONTHS_PER_YEAR)
    share, mean_cost = repaired(worth_usd_per_mw / KW_PER_MW, wear)
    deaths = rate * (1.0 - share)[:, None]
    gone = np.cumsum(deaths, axis=1)
    alive = left[:, None] * np.exp(deaths / 2.0 - gone)
    # In balance, repairs begun equal repairs done: of the living, one works and `under_repair` do not.
    under_repair = rate * share[:, None] * wear.repair_months
    working = alive / (1.0 + under_repair)
    repairs = rate * share[:, None] * working
    return Worn(working, repairs * mean_cost[:, None] * KW_PER_MW, left * np.exp(-gone[:, -1]))


def repaired(worth_usd_per_kw: FloatArray, wear: Wear) -> tuple[FloatArray, FloatArray]:
    """Return the share of breakdowns that are repaired, and what those cost on average.

    Parameters
    ----------
    worth_usd_per_kw : FloatArray
        What a working machine fetches beyond scrap, 0 or more.
    wear : Wear
        Costs.

    Returns
    -------
    tuple of (FloatArray, FloatArray), each of the shape of `worth_usd_per_kw`
        With cost exponential of mean m and worth w: ``(1 - write-off share) (1 - exp(-w / m))`` and
        ``m - w exp(-w / m) / (1 - exp(-w / m))``, which is 0 where nothing is worth repairing.
    """
    ratio = worth_usd_per_kw / wear.repair_usd_per_kw
    cheaper = -np.expm1(-ratio)
    cost = wear.repair_usd_per_kw * (1.0 - ratio * np.exp(-ratio) / np.where(cheaper > 0.0, cheaper, 1.0))
    return (1.0 - wear.write_off_share) * cheaper, np.where(cheaper > 0.0, cost, 0.0)
