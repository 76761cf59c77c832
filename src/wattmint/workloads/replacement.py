"""What a new fleet of miners would earn and cost when the old one is worn out.

At the end of each fleet's life, path by path, a new fleet is bought if, at the values of the month just ended, it pays back in time
and before the horizon ends; otherwise the site stops there for good. What it would earn counts only the hours that pay, looked up
in the library's sorted hourly costs at the mean power level of the twelve months before.

The price of new machines is an estimate: it moves with what they earn (USD per TH/s in proportion to the hash price),
because sellers of machines price them so; per MW it is held between a quarter and four times today's.
"""

from typing import Final, NamedTuple

import numpy as np

from wattmint.types import FloatArray, MonthLibrary

LOWEST_PRICE_RATIO: Final = 0.25
HIGHEST_PRICE_RATIO: Final = 4.0
"""Estimate: bounds of a new fleet's price per MW over today's."""


class HourCosts(NamedTuple):
    """The library's hours, sorted by what an IT MWh costs there at level 1, delivery left out.

    Attributes
    ----------
    cost_usd_per_mwh : FloatArray, shape (hours,)
        Price × PUE, ascending.
    cost_sums, pue_sums : FloatArray, shape (hours + 1,)
        Sums over the cheapest n hours of the cost and of the PUE.
    """

    cost_usd_per_mwh: FloatArray
    cost_sums: FloatArray
    pue_sums: FloatArray


def hour_costs(library: MonthLibrary, hourly_pue: FloatArray) -> HourCosts:
    """Sort the library's hours by cost.

    Parameters
    ----------
    library : MonthLibrary
        Prices.
    hourly_pue : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Of the plant, NaN in the padding.

    Returns
    -------
    HourCosts
        Over all hours that have both.
    """
    cost = (library.price_usd_per_mwh * hourly_pue).ravel()
    known = np.isfinite(cost)
    cost, pue = cost[known], hourly_pue.ravel()[known]
    order = np.argsort(cost)  # not stable: hours of equal cost are interchangeable
    return HourCosts(cost[order], _sums(cost[order]), _sums(pue[order]))


def margin_usd_per_mwh(costs: HourCosts, value_usd_per_mwh: FloatArray, power_level: FloatArray, delivery_usd_per_mwh: float) -> FloatArray:
    """Return the mean margin over all hours when only hours that pay are run.

    Parameters
    ----------
    costs : HourCosts
        From `hour_costs`.
    value_usd_per_mwh : FloatArray, shape (paths,)
        What an IT MWh earns.
    power_level : FloatArray, shape (paths,)
        Multiplies the prices, above 0.
    delivery_usd_per_mwh : float
        Delivery charge on each grid MWh; its hourly variation with PUE moves costs, not the order of the hours.

    Returns
    -------
    FloatArray, shape (paths,)
        USD per hour and IT MW, hours off counting as 0. Not below what always or never running earns by more than that order.
    """
    hours = costs.cost_usd_per_mwh.size
    mean_delivery = delivery_usd_per_mwh * costs.pue_sums[-1] / hours
    on = np.searchsorted(costs.cost_usd_per_mwh, (value_usd_per_mwh - mean_delivery) / power_level, side="left")
    spent = power_level * costs.cost_sums[on] + delivery_usd_per_mwh * costs.pue_sums[on]
    return np.asarray((on * value_usd_per_mwh - spent) / hours)


def fleet_usd_per_mw(today_usd_per_mw: float, earns_ratio: FloatArray) -> FloatArray:
    """Return the price of a new fleet.

    Parameters
    ----------
    today_usd_per_mw : float
        Price of the machines of a MW today.
    earns_ratio : FloatArray
        What a MW of the new fleet earns before power, over what a MW of today's earned at the snapshot.

    Returns
    -------
    FloatArray
        USD per IT MW, moving with what it earns within the bounds above.
    """
    return np.asarray(today_usd_per_mw * np.clip(earns_ratio, LOWEST_PRICE_RATIO, HIGHEST_PRICE_RATIO))


def _sums(values: FloatArray) -> FloatArray:
    return np.concatenate(([0.0], np.cumsum(values)))
