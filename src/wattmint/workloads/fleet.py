"""The life of a mining fleet on each path: machines break down, are repaired, sold when newer ones pay, and worn out in the end.

About once a year there is an occasion to replace the fleet, decided path by path by what is known then: the values of the month just
ended, and the power level of the year before. New machines are bought where what they earn beyond the old ones pays their price, less what
the old ones fetch, back in time and before the horizon ends. Machines at the end of their life earn nothing more: they are replaced
by the same rule, or else sold, and the site stops there for good.

Machines of later generations stand where the first stood: as far behind the frontier of their day. What they cost and what old ones
fetch follows the market (`wattmint.workloads.replacement`, `wattmint.workloads.resale`). Of a part that begins later than the day of decision
the first generation is one of those; machines that are there already cost nothing and bring their age with them.
"""

import math
from dataclasses import dataclass

import numpy as np

from wattmint.physics.hashing import btc_per_mwh
from wattmint.types import FloatArray, World
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.repair import Wear, worn
from wattmint.workloads.replacement import HourCosts, fleet_usd_per_mw, margin_usd_per_mwh
from wattmint.workloads.resale import Quote, resale_usd_per_mw
from wattmint.workloads.timeline import Stay, escalation


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines of a mining part and the rule by which they are replaced.

    Attributes
    ----------
    machines : int
        How many.
    quote : Quote
        Efficiency and price of the first generation.
    wear : Wear
        How they break down.
    life_months : int
        Until a generation is worn out; counted in whole occasions, the last of which may fall some months later.
    replace : bool
        Whether machines may be replaced.
    payback_months : float
        Longest payback at which they are.
    costs : HourCosts
        The library's sorted hourly costs.
    delivery_usd_per_mwh : float
        Charge on each grid MWh.
    """

    machines: int
    quote: Quote
    wear: Wear
    life_months: int
    replace: bool
    payback_months: float
    costs: HourCosts
    delivery_usd_per_mwh: float

    @property
    def occasion_months(self) -> int:
        """Months from one occasion to replace to the next: the life in equal parts of at most a year."""
        return math.ceil(self.life_months / math.ceil(self.life_months / MONTHS_PER_YEAR))


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
class Life:
    """What became of the fleet on each path, per IT MW.

    Attributes
    ----------
    efficiency_j_per_th : FloatArray, shape (paths, months)
        Of the machines that stand there.
    working : FloatArray, shape (paths, months)
        Share of them that can run; 1 before the first month, 0 where the path has stopped.
    repairs_usd_per_mw : FloatArray, shape (paths, months)
        Spent on repairs.
    first_usd_per_mw : FloatArray, shape (paths or 1,)
        Paid for the first machines; 0 where they are there already, or never come.
    bought_usd_per_mw, sold_usd_per_mw : FloatArray, shape (paths, months + 1)
        Paid for new machines after the first, and fetched by old ones, in columns of a capital line; both positive.
    """

    efficiency_j_per_th: FloatArray
    working: FloatArray
    repairs_usd_per_mw: FloatArray
    first_usd_per_mw: FloatArray
    bought_usd_per_mw: FloatArray
    sold_usd_per_mw: FloatArray


@dataclass(slots=True)
class _Stock:
    """The machines on each path at one moment; shape (paths,) each."""

    efficiency: FloatArray
    bought: FloatArray
    left: FloatArray
    owns: FloatArray


def live_through(fleet: Fleet, running: Running, stay: Stay, world: World) -> Life:
    """Walk the fleet through its time at the site.

    Parameters
    ----------
    fleet : Fleet
        Machines and rules.
    running : Running
        Costs beside power.
    stay : Stay
        When the first generation starts, and how long it may stay.
    world : World
        The chunk's paths.

    Returns
    -------
    Life
        At the end all that is left is sold. A path that stops does not start again.
    """
    paths, months, last = world.paths, world.months, stay.end(world.months)
    efficiency, price = _first(fleet, stay, world)
    life = Life(
        np.full((paths, months), fleet.quote.efficiency_j_per_th), np.ones((paths, months)), np.zeros((paths, months)),
        price, np.zeros((paths, months + 1)), np.zeros((paths, months + 1)),
    )  # fmt: skip
    life.working[:, last:] = 0.0
    stock = _Stock(efficiency, np.full(paths, float(stay.first_month - (stay.age_months or 0))), np.ones(paths), np.ones(paths))
    for start in range(stay.first_month, last, fleet.occasion_months):
        worth = _worth(fleet, stock, start, world)
        if start > stay.first_month:
            worth = _replace(fleet, running, stock, worth, (start, last), world, life)
        end = min(start + fleet.occasion_months, last)
        lived = worn(fleet.wear, stock.left, start - stock.bought, end - start, worth - fleet.quote.scrap_usd_per_mw)
        life.efficiency_j_per_th[:, start:end] = stock.efficiency[:, None]
        life.working[:, start:end] = stock.owns[:, None] * lived.working
        life.repairs_usd_per_mw[:, start:end] = stock.owns[:, None] * lived.repairs_usd_per_mw
        stock.left = lived.left
    if stay.delivered(months):  # what is not delivered within the horizon is not paid for
        life.sold_usd_per_mw[:, last] = stock.owns * _fetched(fleet, stock, _worth(fleet, stock, last, world))
    return life


def _first(fleet: Fleet, stay: Stay, world: World) -> tuple[FloatArray, FloatArray]:
    """Return efficiency, shape (paths,), and price per MW of the machines that the part begins with."""
    as_quoted = np.full(world.paths, fleet.quote.efficiency_j_per_th)
    if stay.age_months is not None or not stay.delivered(world.months):
        return as_quoted, np.zeros(1)
    known = stay.ordered_month - 1
    if known < 0:
        return as_quoted, np.full(1, fleet.quote.usd_per_mw)
    efficiency = fleet.quote.efficiency_j_per_th * world.frontier_factor[:, known]
    earns = _earns(efficiency, known, world)
    return efficiency, fleet_usd_per_mw(fleet.quote.usd_per_mw, earns / fleet.quote.earned_usd_per_mwh)


def _replace(fleet: Fleet, running: Running, stock: _Stock, worth: FloatArray, time: tuple[int, int], world: World, life: Life) -> FloatArray:
    """Decide with what is known at the start: the month before it, and power over the twelve months before. Return what a MW is worth then."""
    start, last = time
    known = start - 1
    efficiency = fleet.quote.efficiency_j_per_th * world.frontier_factor[:, known]
    earns = _earns(efficiency, known, world)
    price = fleet_usd_per_mw(fleet.quote.usd_per_mw, earns / fleet.quote.earned_usd_per_mwh)
    fetched = _fetched(fleet, stock, worth)
    is_worn = start - stock.bought >= fleet.life_months
    buys = np.zeros_like(stock.owns)
    if fleet.replace:
        level = world.power_level[:, max(start - MONTHS_PER_YEAR, 0) : start].mean(axis=1)

        def margin(values: FloatArray) -> FloatArray:
            return margin_usd_per_mwh(fleet.costs, values * (1.0 - running.pool_fee), level, fleet.delivery_usd_per_mwh)

        old = np.where(is_worn, 0.0, stock.left * margin(earns * efficiency / stock.efficiency))
        # Staff stays with the old machines; where they are worn out, it is the new ones that keep it.
        opex = running.opex_usd_per_mw_month * float(escalation(running.inflation_per_year, 0, world.months)[0, known])
        gain_usd_per_month = (margin(earns) - old) * running.uptime * float(world.hours.mean()) - np.where(is_worn, opex, 0.0)
        # What is bought must also pay back before the part stops or the horizon ends: the study sees no later revenue.
        buys = stock.owns * (gain_usd_per_month * min(fleet.payback_months, last - start) >= price - fetched)
    sells = np.where(is_worn, stock.owns, buys)
    life.bought_usd_per_mw[:, start] = buys * price
    life.sold_usd_per_mw[:, start] = sells * fetched
    stock.owns = np.where(is_worn, buys, stock.owns)
    stock.efficiency = np.where(buys > 0.0, efficiency, stock.efficiency)
    stock.bought = np.where(buys > 0.0, float(start), stock.bought)
    stock.left = np.where(buys > 0.0, 1.0, stock.left)
    return np.where(buys > 0.0, price, worth)


def _earns(efficiency_j_per_th: FloatArray, month: int, world: World) -> FloatArray:
    """Return what a MWh earns before fee and power [USD]."""
    reward = world.subsidy_btc[:, month] + world.fees_btc_per_block[:, month]
    return btc_per_mwh(efficiency_j_per_th, world.difficulty[:, month], reward) * world.btc_usd[:, month]


def _worth(fleet: Fleet, stock: _Stock, start: int, world: World) -> FloatArray:
    """Return what a MW of working machines fetches at the start of a month, at the values of the one before."""
    known = max(start - 1, 0)
    life_left = np.maximum(1.0 - (start - stock.bought) / fleet.life_months, 0.0)
    earns = _earns(stock.efficiency, known, world)
    return resale_usd_per_mw(fleet.quote, stock.efficiency, life_left, world.frontier_factor[:, known], earns)


def _fetched(fleet: Fleet, stock: _Stock, worth: FloatArray) -> FloatArray:
    """Return what the fleet fetches: the living as machines, the dead as scrap."""
    return stock.left * worth + (1.0 - stock.left) * fleet.quote.scrap_usd_per_mw
