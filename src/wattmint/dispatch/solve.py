"""Offer + World + Tariff → Dispatch: what was run."""

import numpy as np

from wattmint.dispatch.duration import DurationCurves
from wattmint.dispatch.merit import PathMonths, paying_hours
from wattmint.errors import InputError
from wattmint.types import Dispatch, FloatArray, Offer, Tariff, World


def dispatch(offer: Offer, world: World, tariff: Tariff, curves: DurationCurves) -> Dispatch:
    """Run one offer through every path-month.

    An interruptible load runs in exactly the hours whose cost of an IT MWh, ``PUE · (level · price + delivery)``, lies
    below the strike, the sum of its `per_mwh` lines. Any other load runs in all hours in which it is in service.

    Parameters
    ----------
    offer : Offer
        One workload.
    world : World
        Its price levels and historical months.
    tariff : Tariff
        Delivery cost per grid MWh.
    curves : DurationCurves
        Of ``world.library`` at ``offer.hourly_pue``.

    Returns
    -------
    Dispatch
        Arrays of shape (paths, months). A library month with a data gap stands for its whole calendar month.

    Raises
    ------
    InputError
        An array has another shape, a price level is not positive, or a month is not in the library.
    """
    rows = world.history_month
    if rows.size and not (int(rows.min()) >= 0 and int(rows.max()) < curves.hours.size):
        raise InputError("world.history_month", int(rows.max()), f"rows 0 to {curves.hours.size - 1} of the month library")
    if not bool((world.power_level > 0.0).all()):
        raise InputError("world.power_level", float(world.power_level.min()), "positive")
    asked = PathMonths(
        strike_usd_per_mwh=_rows("per_mwh", strike(offer, world.months), world),
        power_level=_all_rows(world.power_level, world),
        history_month=np.ascontiguousarray(np.broadcast_to(rows, (world.paths, world.months)), dtype=np.int64),
        it_power_mw=_rows("in_service", offer.in_service * (offer.it_mw * offer.load_factor), world),
        month_hours=np.ascontiguousarray(world.hours, dtype=np.float64),
    )
    return Dispatch(*paying_hours(asked, float(tariff.delivery_usd_per_mwh), curves))


def strike(offer: Offer, months: int) -> FloatArray:
    """Return what an IT MWh of the offer must not cost.

    Parameters
    ----------
    offer : Offer
        One workload.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (paths or 1, months)
        USD per IT MWh: the sum of the `per_mwh` lines, or +inf for a load that is not interruptible.
    """
    if not offer.interruptible:
        return np.full((1, months), np.inf)
    total = np.zeros((1, months))
    for line in offer.per_mwh.values():
        total = total + line
    return total


def _rows(name: str, values: FloatArray, world: World) -> FloatArray:
    if values.shape not in {(1, world.months), (world.paths, world.months)}:
        raise InputError(f"offer.{name}", values.shape, f"shape ({world.paths} or 1, {world.months})")
    return np.ascontiguousarray(values, dtype=np.float64)


def _all_rows(values: FloatArray, world: World) -> FloatArray:
    return np.ascontiguousarray(np.broadcast_to(values, (world.paths, world.months)), dtype=np.float64)
