"""The life of a mining fleet: generations of machines, each bought whole, wearing out and perhaps replaced."""

from dataclasses import dataclass

import numpy as np

from wattmint.physics.hashing import btc_per_mwh
from wattmint.physics.reliability import survival
from wattmint.types import FloatArray, World
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.replacement import HourCosts, fleet_usd_per_mw, margin_usd_per_mwh
from wattmint.workloads.timeline import escalation, remaining_life_share


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines of a mining part and the rule by which they are replaced.

    Attributes
    ----------
    machines : int
        How many.
    efficiency_j_per_th : float
        Of the first generation.
    usd_per_mw : float
        Price of the first generation per IT MW.
    earned_usd_per_mwh : float
        What a MWh of the first generation earned at the hash price of the day its price was quoted.
    failures_per_year : float
        Deaths per living machine and year.
    life_months : int
        Until a generation is worn out.
    replace : bool
        Whether worn-out generations may be replaced.
    payback_months : float
        Longest payback at which they are.
    costs : HourCosts
        The library's sorted hourly costs.
    delivery_usd_per_mwh : float
        Charge on each grid MWh.
    """

    machines: int
    efficiency_j_per_th: float
    usd_per_mw: float
    earned_usd_per_mwh: float
    failures_per_year: float
    life_months: int
    replace: bool
    payback_months: float
    costs: HourCosts
    delivery_usd_per_mwh: float


@dataclass(frozen=True, slots=True)
class Running:
    """What a MW of IT costs and can do while it runs, beside power.

    Attributes
    ----------
    uptime : float
        Share of hours a healthy machine is able to run.
    pool_fee : float
        Share of the reward that the pool keeps.
    opex_usd_per_mw_month : float
        At today's prices.
    inflation_per_year : float
        Escalation of the opex.
    """

    uptime: float
    pool_fee: float
    opex_usd_per_mw_month: float
    inflation_per_year: float


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation of machines.

    Attributes
    ----------
    first_month : int
        Month in which it starts.
    efficiency_j_per_th : FloatArray, shape (paths or 1,)
        Its efficiency.
    buyers : FloatArray, shape (paths or 1,)
        1 on the paths that have it, 0 on those that have stopped.
    usd_per_mw : FloatArray, shape (paths or 1,)
        Price per IT MW.
    """

    first_month: int
    efficiency_j_per_th: FloatArray
    buyers: FloatArray
    usd_per_mw: FloatArray


def generations(fleet: Fleet, running: Running, first_month: int, world: World) -> tuple[Generation, ...]:
    """Return the generations of the horizon: the first, and one per end of life.

    Parameters
    ----------
    fleet : Fleet
        Machines and rule.
    running : Running
        Costs beside power.
    first_month : int
        Month in which the first generation starts.
    world : World
        Decides, path by path, whether the next is bought. A path that stops does not start again.

    Returns
    -------
    tuple of Generation
        In order of time.
    """
    found = [Generation(first_month, np.full(1, fleet.efficiency_j_per_th), np.ones(1), np.full(1, fleet.usd_per_mw))]
    for start in range(first_month + fleet.life_months, world.months, fleet.life_months):
        found.append(_next_generation(fleet, running, found[-1], start, world))
    return tuple(found)


def by_month(generations_: tuple[Generation, ...], failures_per_year: float, months: int) -> tuple[FloatArray, FloatArray]:
    """Return the efficiency of the machines that run in each month, and the share of them alive.

    Parameters
    ----------
    generations_ : tuple of Generation
        From `generations`.
    failures_per_year : float
        Deaths per living machine and year.
    months : int
        Length of the horizon.

    Returns
    -------
    tuple of (FloatArray, FloatArray), shape (paths or 1, months) each
        Efficiency [J/TH], and share alive at the middle of the month (0 where the path has stopped; 1 before the first start).
    """
    paths = max(g.buyers.shape[0] for g in generations_)
    efficiency = np.full((paths, months), generations_[0].efficiency_j_per_th)
    alive = np.ones((paths, months))
    for generation in generations_:
        first = generation.first_month
        age_years = (np.arange(months - first) + 0.5) / MONTHS_PER_YEAR
        efficiency[:, first:] = generation.efficiency_j_per_th[:, None]
        alive[:, first:] = generation.buyers[:, None] * survival(failures_per_year, age_years)
    return efficiency, alive


def fleet_salvage_usd_per_mw(generations_: tuple[Generation, ...], fleet: Fleet, salvage_share: float, months: int) -> FloatArray:
    """Return what the last generation's machines fetch at the end of the horizon.

    Parameters
    ----------
    generations_ : tuple of Generation
        From `generations`.
    fleet : Fleet
        Its machines' life and failures; the dead fetch nothing.
    salvage_share : float
        Share of the book value that is fetched.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (paths or 1,)
        USD per IT MW.
    """
    last = generations_[-1]
    age = months - last.first_month
    if age < 0:  # not delivered within the horizon, hence not paid
        return np.zeros(1)
    share = salvage_share * remaining_life_share(age, fleet.life_months) * survival(fleet.failures_per_year, age / MONTHS_PER_YEAR)
    return np.asarray(share * last.buyers * last.usd_per_mw)


def _next_generation(fleet: Fleet, running: Running, before: Generation, start: int, world: World) -> Generation:
    """Decide with what is known at the start: the month before it, and power over the twelve months before."""
    known = start - 1
    efficiency = fleet.efficiency_j_per_th * world.frontier_factor[:, known]
    reward = (world.subsidy_btc + world.fees_btc_per_block)[:, known]
    earns = btc_per_mwh(efficiency, world.difficulty[:, known], reward) * world.btc_usd[:, known]
    level = world.power_level[:, max(start - MONTHS_PER_YEAR, 0) : start].mean(axis=1)
    price = fleet_usd_per_mw(fleet.usd_per_mw, earns / fleet.earned_usd_per_mwh)
    if not fleet.replace:
        return Generation(start, efficiency, np.zeros_like(price), price)
    per_hour = margin_usd_per_mwh(fleet.costs, earns * (1.0 - running.pool_fee), level, fleet.delivery_usd_per_mwh)
    opex = running.opex_usd_per_mw_month * float(escalation(running.inflation_per_year, 0, world.months)[0, known])
    margin_usd_per_month = per_hour * running.uptime * float(world.hours.mean()) - opex
    # What is bought must also pay back before the horizon ends: the study sees no later revenue.
    pays = margin_usd_per_month * min(fleet.payback_months, world.months - start) >= price
    return Generation(start, efficiency, before.buyers * pays, price)
