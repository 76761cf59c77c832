"""Offer + World + Tariff → Dispatch: what was run."""

import numpy as np

from wattmint.dispatch.duration import DurationCurves
from wattmint.dispatch.merit import Energy, PathMonths, paying_hours
from wattmint.errors import InputError
from wattmint.types import NOMINAL, Dispatch, FloatArray, Offer, Step, Tariff, World


def dispatch(offer: Offer, world: World, tariff: Tariff, curves: DurationCurves) -> Dispatch:
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
    world : World
        Its price levels and historical months.
    tariff : Tariff
        Delivery cost per grid MWh.
    curves : DurationCurves
        Of ``world.library`` at ``offer.hourly_pue`` and the hours' capacities.

    Returns
    -------
    Dispatch
        Arrays of shape (paths, months). A library month with a data gap stands for its whole calendar month.

    Raises
    ------
    InputError
        An array has another shape, a price level is not positive, a month is not in the library, or the steps are no modes.
    """
    _check(offer, world, curves)
    worth = strike(offer, world.months)
    if len(offer.steps) > 1 and not bool((worth >= 0.0).all()):
        raise InputError("offer.per_mwh", float(worth.min()), "not negative for a load with several modes")
    level = _all_rows(world.power_level, world)
    rows = np.ascontiguousarray(np.broadcast_to(world.history_month, (world.paths, world.months)), dtype=np.int64)
    ran, before = [], 0.0
    for step in offer.steps:
        asked = PathMonths(
            strike_usd_per_mwh=_rows("per_mwh", worth * step.value_share, world),
            power_level=level,
            history_month=rows,
            it_power_mw=_rows("in_service", _share_in_service(offer, step, before) * (offer.it_mw * offer.load_factor), world),
            month_hours=np.ascontiguousarray(world.hours, dtype=np.float64),
        )
        ran.append(paying_hours(asked, float(tariff.delivery_usd_per_mwh), curves))
        before += step.power_share
    return _together(offer.steps, ran)


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


def _share_in_service(offer: Offer, step: Step, before: float) -> FloatArray:
    """Return the power of a step over `it_mw`; where machines are missing, those there may go beyond nominal by what is left."""
    share = offer.in_service * step.power_share
    if before + step.power_share <= 1.0:
        return np.asarray(share)
    return np.minimum(share, np.maximum(1.0 - offer.in_service * before, 0.0))


def _together(steps: tuple[Step, ...], ran: list[Energy]) -> Dispatch:
    """Add the energies of the steps; the first runs whenever any does."""
    hours_on, it_mwh, grid_mwh, energy_usd = ran[0]
    value_mwh = it_mwh if steps == NOMINAL else it_mwh * steps[0].value_share
    for step, (_, it, grid, usd) in zip(steps[1:], ran[1:], strict=True):
        it_mwh = it_mwh + it
        grid_mwh = grid_mwh + grid
        energy_usd = energy_usd + usd
        value_mwh = value_mwh + it * step.value_share
    return Dispatch(hours_on, it_mwh, grid_mwh, energy_usd, value_mwh)


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
