"""Offer + World + Tariff → Dispatch: what was run."""

from typing import Final

import numpy as np

from wattmint.dispatch.duration import DurationCurves
from wattmint.dispatch.merit import Energy, PathMonths, paying_hours
from wattmint.errors import InputError
from wattmint.types import Dispatch, FloatArray, Offer, Tariff, World

_OWN: Final = ("strike_usd_per_mwh", "in_service", "power_share", "value_share")
"""What of `PathMonths` is an offer's; the rest is the World's."""


class Dispatcher:
    """Runs offers on one World and tariff. What a megawatt of an offer runs is worked out once, however many parts and builds ask the same.

    Parameters
    ----------
    world : World
        Price levels and historical months.
    tariff : Tariff
        Delivery cost per grid MWh.
    """

    def __init__(self, world: World, tariff: Tariff) -> None:
        self._world, self._tariff = world, tariff
        self._known: list[tuple[PathMonths, DurationCurves, Energy]] = []

    def run(self, offer: Offer, curves: DurationCurves) -> Dispatch:
        """Run one offer through every path-month.

        An interruptible load runs each of its steps in exactly the hours whose cost of an IT MWh, ``PUE · (level · price + delivery)``,
        lies below the step's strike: the sum of its `per_mwh` lines times the step's `value_share`. As the shares fall, the steps that
        run in an hour are always the first ones, a mode of the machine, and no other mode would earn more. Any other load runs in
        all hours in which it is in service. Steps beyond nominal power use what the connection has left: all that runs never
        exceeds `it_mw`.

        Parameters
        ----------
        offer : Offer
            One workload.
        curves : DurationCurves
            Of the World's library at ``offer.hourly_pue`` and the hours' capacities; offers that are to share a run must give the same object.

        Returns
        -------
        Dispatch
            Arrays of shape (paths, months). A library month with a data gap stands for its whole calendar month.

        Raises
        ------
        InputError
            An array has another shape, a price level is not positive, a month is not in the library, or the steps are no modes.
        """
        asked = _asked(offer, self._world, curves)
        hours_on, *per_mw = self._per_mw(asked, curves)
        full_mw = float(offer.it_mw * offer.load_factor)
        return Dispatch(hours_on, *(full_mw * energy for energy in per_mw))

    def _per_mw(self, asked: PathMonths, curves: DurationCurves) -> Energy:
        for known, of, found in self._known:
            if of is curves and all(np.array_equal(getattr(known, name), getattr(asked, name)) for name in _OWN):
                return found
        fresh: Energy = paying_hours(asked, float(self._tariff.delivery_usd_per_mwh), curves)
        self._known.append((asked, curves, fresh))
        return fresh


def _asked(offer: Offer, world: World, curves: DurationCurves) -> PathMonths:
    """Return what a megawatt of the offer asks of the curves."""
    _check(offer, world, curves)
    worth = strike(offer, world.months)
    if len(offer.steps) > 1 and not bool((worth >= 0.0).all()):
        raise InputError("offer.per_mwh", float(worth.min()), "not negative for a load with several modes")
    return PathMonths(
        strike_usd_per_mwh=_rows("per_mwh", worth, world),
        power_level=_all_rows(world.power_level, world),
        history_month=np.ascontiguousarray(np.broadcast_to(world.history_month, (world.paths, world.months)), dtype=np.int64),
        in_service=_rows("in_service", offer.in_service, world),
        month_hours=np.ascontiguousarray(world.hours, dtype=np.float64),
        power_share=np.array([step.power_share for step in offer.steps]),
        value_share=np.array([step.value_share for step in offer.steps]),
    )


def _check(offer: Offer, world: World, curves: DurationCurves) -> None:
    rows = world.history_month
    if rows.size and not (int(rows.min()) >= 0 and int(rows.max()) < curves.hours.size):
        raise InputError("world.history_month", int(rows.max()), f"rows 0 to {curves.hours.size - 1} of the month library")
    if not bool((world.power_level > 0.0).all()):
        raise InputError("world.power_level", float(world.power_level.min()), "positive")
    powers, values = [step.power_share for step in offer.steps], [step.value_share for step in offer.steps]
    if not values or min(powers) <= 0.0 or min(values) < 0.0 or values != sorted(values, reverse=True):
        raise InputError("offer.steps", offer.steps, "one or more, each of positive power and worth no more per MWh than the one before")
    if len(values) > 1 and not offer.interruptible:
        raise InputError("offer.steps", offer.steps, "one step for a load that is not interruptible")


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
        USD per IT MWh at nominal efficiency: the sum of the `per_mwh` lines, or +inf for a load that is not interruptible.
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
