import dataclasses

import numpy as np
import pytest

from wattmint.dispatch.duration import duration_curves
from wattmint.dispatch.solve import dispatch, strike
from wattmint.errors import InputError
from wattmint.types import Tariff

TARIFF = Tariff(delivery_usd_per_mwh=6.0, demand_charge_usd_per_kw_month=4.0, peak_avoidance=0.5)


def billed_by_the_hour(offer, world, *, stop: bool):
    """Walk every hour of every path-month as a meter would: hours on, IT MWh, grid MWh, wholesale bill."""
    totals = np.zeros((4, world.paths, world.months))
    prices = world.library.price_usd_per_mwh
    for p in range(world.paths):
        for m in range(world.months):
            row, level = world.history_month[p, m], world.power_level[p, m]
            worth = sum(float(np.broadcast_to(line, (world.paths, world.months))[p, m]) for line in offer.per_mwh.values())
            power = offer.it_mw * offer.load_factor * np.broadcast_to(offer.in_service, (world.paths, world.months))[p, m]
            length = world.hours[m] / world.library.hours[row]
            for price, pue in zip(prices[row], offer.hourly_pue[row], strict=True):
                if not np.isfinite(price) or (stop and pue * (level * price + TARIFF.delivery_usd_per_mwh) >= worth):
                    continue
                totals[:, p, m] += length * np.array([1.0, power, power * pue, power * pue * level * price])
    return totals


@pytest.mark.parametrize("interruptible", [True, False])
def test_energy_in_is_energy_billed(library, pue, world, offer_of, interruptible):
    rng = np.random.default_rng(1)
    worth = {"a": rng.uniform(40.0, 90.0, (world.paths, world.months)), "b": np.full((1, world.months), -3.0)}
    offer = offer_of(pue, world.months, interruptible=interruptible, per_mwh=worth, load_factor=0.9, in_service=np.linspace(0.5, 1.0, 6)[None, :])
    run = dispatch(offer, world, TARIFF, duration_curves(library, pue))
    by_meter = billed_by_the_hour(offer, world, stop=interruptible)
    for ours, meter in zip((run.hours_on, run.it_mwh, run.grid_mwh, run.energy_usd), by_meter, strict=True):
        np.testing.assert_allclose(ours, meter, rtol=1e-9)


def test_a_flat_price_bills_price_times_grid_energy(library, pue, world, offer_of):
    flat = dataclasses.replace(library, price_usd_per_mwh=np.where(np.isfinite(library.price_usd_per_mwh), 30.0, np.nan))
    offer = offer_of(pue, world.months, interruptible=False)
    run = dispatch(offer, dataclasses.replace(world, library=flat), TARIFF, duration_curves(flat, pue))
    np.testing.assert_allclose(run.energy_usd, 30.0 * world.power_level * run.grid_mwh, rtol=1e-12)
    np.testing.assert_array_equal(run.hours_on, np.broadcast_to(world.hours, run.hours_on.shape))


def test_stopping_never_earns_less_than_running_always(library, pue, world, offer_of):
    def margin(*, interruptible: bool) -> np.ndarray:
        offer = offer_of(pue, world.months, interruptible=interruptible)
        run = dispatch(offer, world, TARIFF, duration_curves(library, pue))
        return 60.0 * run.it_mwh - run.energy_usd - TARIFF.delivery_usd_per_mwh * run.grid_mwh

    gain = margin(interruptible=True) - margin(interruptible=False)
    assert (gain >= -1e-6).all()
    assert gain.max() > 100.0


def test_nothing_in_service_uses_nothing(library, pue, world, offer_of):
    in_service = np.ones((world.paths, world.months))
    in_service[:, :2] = 0.0
    run = dispatch(offer_of(pue, world.months, in_service=in_service), world, TARIFF, duration_curves(library, pue))
    for values in (run.hours_on, run.it_mwh, run.grid_mwh, run.energy_usd):
        assert (values[:, :2] == 0.0).all()
        assert (values[:, 2:] != 0.0).all()


def test_strike_is_the_sum_of_the_lines(pue, offer_of):
    offer = offer_of(pue, 2, per_mwh={"a": np.array([[50.0, 40.0]]), "b": np.array([[-1.0, 0.0], [-2.0, 0.0]])})
    assert strike(offer, 2).tolist() == [[49.0, 40.0], [48.0, 40.0]]
    assert np.isinf(strike(dataclasses.replace(offer, interruptible=False), 2)).all()
    assert strike(dataclasses.replace(offer, per_mwh={}), 2).tolist() == [[0.0, 0.0]]


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan])
def test_refuses_a_level_that_is_not_positive(library, pue, world, offer_of, wrong):
    level = world.power_level.copy()
    level[2, 3] = wrong
    with pytest.raises(InputError, match="power_level"):
        dispatch(offer_of(pue, world.months), dataclasses.replace(world, power_level=level), TARIFF, duration_curves(library, pue))


@pytest.mark.parametrize("wrong", [3, -1])
def test_refuses_a_month_that_is_not_in_the_library(library, pue, world, offer_of, wrong):
    rows = world.history_month.copy()
    rows[0, 0] = wrong
    with pytest.raises(InputError, match="history_month"):
        dispatch(offer_of(pue, world.months), dataclasses.replace(world, history_month=rows), TARIFF, duration_curves(library, pue))


def test_refuses_another_shape(library, pue, world, offer_of):
    with pytest.raises(InputError, match="in_service"):
        dispatch(offer_of(pue, world.months, in_service=np.ones((1, 5))), world, TARIFF, duration_curves(library, pue))
