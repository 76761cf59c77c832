import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.dispatch.duration import duration_curves
from wattmint.dispatch.solve import Dispatcher, strike
from wattmint.errors import InputError
from wattmint.types import Step, Tariff

TARIFF = Tariff(delivery_usd_per_mwh=6.0, demand_charge_usd_per_kw_month=4.0, peak_avoidance=0.5)


def dispatch(offer, world, tariff, curves):
    return Dispatcher(world, tariff).run(offer, curves)


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


LADDER = (Step(0.6, 1.2), Step(0.4, 0.7), Step(0.1, 0.4))
STEPS = st.lists(st.tuples(st.floats(0.05, 1.0), st.floats(0.0, 2.0)), min_size=1, max_size=4).map(
    lambda pairs: tuple(Step(power, value) for (power, _), value in zip(pairs, sorted((v for _, v in pairs), reverse=True), strict=True))
)


def margin_of(offer, world, library, pue, capacity=None):
    run = dispatch(offer, world, TARIFF, duration_curves(library, pue, capacity))
    return 60.0 * run.value_mwh - run.energy_usd - TARIFF.delivery_usd_per_mwh * run.grid_mwh, run


def best_modes_by_the_hour(offer, world, capacity):
    """Try every mode, off included, in every hour: the largest margin, and the IT energy of those modes."""
    best, it_mwh = np.zeros((world.paths, world.months)), np.zeros((world.paths, world.months))
    power = np.concatenate(([0.0], np.cumsum([s.power_share for s in offer.steps])))
    value = np.concatenate(([0.0], np.cumsum([s.power_share * s.value_share for s in offer.steps])))
    for p, m in np.ndindex(best.shape):
        row, level = world.history_month[p, m], world.power_level[p, m]
        length = world.hours[m] / world.library.hours[row]
        for price, pue, share in zip(world.library.price_usd_per_mwh[row], offer.hourly_pue[row], capacity[row], strict=True):
            if np.isfinite(price):
                margins = 60.0 * value - power * pue * (level * price + TARIFF.delivery_usd_per_mwh)
                mode = int(np.argmax(margins))
                best[p, m] += length * share * margins[mode] * offer.it_mw
                it_mwh[p, m] += length * share * power[mode] * offer.it_mw
    return best, it_mwh


@settings(deadline=None, max_examples=15)
@given(steps=STEPS)
def test_no_choice_of_modes_by_the_hour_earns_more(library_of, offer_of, world_of, steps):
    rng = np.random.default_rng(11)
    price, pue = rng.normal(40.0, 40.0, (3, 48)), 1.0 + 0.2 * rng.random((3, 48))
    library, capacity = library_of(price), rng.choice([0.0, 0.9, 1.0], (3, 48))
    world = world_of(library, np.exp(rng.normal(0.0, 0.4, (2, 3))), rng.integers(0, 3, (2, 3)), np.array([744.0, 672.0, 744.0]))
    total = sum(step.power_share for step in steps)
    steps = tuple(step._replace(power_share=step.power_share / max(total, 1.0)) for step in steps)  # so that the connection carries all
    offer = offer_of(pue, 3, steps=steps)
    margin, run = margin_of(offer, world, library, pue, capacity)
    best, it_mwh = best_modes_by_the_hour(offer, world, capacity)
    np.testing.assert_allclose(margin, best, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(run.it_mwh, it_mwh, rtol=1e-9, atol=1e-9)


def test_more_modes_never_lower_the_margin_of_a_path_month(library, pue, world, offer_of):
    in_service = np.linspace(0.2, 1.0, 6)[None, :]
    normal, _ = margin_of(offer_of(pue, world.months, in_service=in_service), world, library, pue)
    # 0.6 of the power for 0.72 of the value, and the rest at 0.7 of nominal: together nominal power at nominal value
    splits = (Step(0.6, 1.2), Step(0.4, 0.7))
    for steps in (splits, LADDER):
        more, run = margin_of(offer_of(pue, world.months, in_service=in_service, steps=steps), world, library, pue)
        assert (more >= normal - 1e-9).all()
        assert (more - normal).max() > 1.0
        assert (run.hours_on <= world.hours * (1.0 + 1e-12)).all()
        normal = more


def test_several_steps_bill_the_energy_they_use(library, pue, world, offer_of):
    curves = duration_curves(library, pue)
    run = dispatch(offer_of(pue, world.months, steps=LADDER, in_service=np.full((1, 6), 0.8)), world, TARIFF, curves)
    meters = []
    for step in LADDER:
        alone = offer_of(pue, world.months, per_mwh={"worth": np.full((1, 6), 60.0 * step.value_share)}, it_mw=0.8 * step.power_share)
        meters.append(billed_by_the_hour(alone, world, stop=True))
    np.testing.assert_allclose(run.hours_on, meters[0][0], rtol=1e-9)
    for at, ours in enumerate((run.it_mwh, run.grid_mwh, run.energy_usd), start=1):
        np.testing.assert_allclose(ours, sum(meter[at] for meter in meters), rtol=1e-9)
    np.testing.assert_allclose(run.value_mwh, sum(s.value_share * meter[1] for s, meter in zip(LADDER, meters, strict=True)), rtol=1e-9)


def test_one_step_is_what_it_was_and_its_energy_is_its_value(library, pue, world, offer_of):
    run = dispatch(offer_of(pue, world.months), world, TARIFF, duration_curves(library, pue))
    again = dispatch(offer_of(pue, world.months, steps=(Step(1.0, 1.0),)), world, TARIFF, duration_curves(library, pue))
    for one, other in zip(dataclasses.astuple(run), dataclasses.astuple(again), strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(run.value_mwh, run.it_mwh)


def test_machines_go_beyond_nominal_only_into_what_others_leave(library, pue, world, offer_of):
    in_service = np.array([[1.0, 0.98, 0.95, 0.5, 0.1, 0.0]])
    cheap = offer_of(pue, 6, steps=LADDER, in_service=in_service, per_mwh={"worth": np.full((1, 6), 1e6)})
    run = dispatch(cheap, world, TARIFF, duration_curves(library, pue))
    np.testing.assert_allclose(run.it_mwh, np.minimum(1.1 * in_service, 1.0) * world.hours * np.ones((world.paths, 1)), rtol=1e-12)


@pytest.mark.parametrize("wrong", [(), (Step(0.0, 1.0),), (Step(0.5, 0.5), Step(0.5, 1.0)), (Step(1.0, -0.1),)])
def test_refuses_steps_that_are_no_modes(library, pue, world, offer_of, wrong):
    with pytest.raises(InputError, match="steps"):
        dispatch(offer_of(pue, world.months, steps=wrong), world, TARIFF, duration_curves(library, pue))


def test_refuses_modes_of_a_load_that_never_stops(library, pue, world, offer_of):
    with pytest.raises(InputError, match="not interruptible"):
        dispatch(offer_of(pue, world.months, interruptible=False, steps=LADDER), world, TARIFF, duration_curves(library, pue))


def test_refuses_modes_of_a_load_that_is_worth_less_than_nothing(library, pue, world, offer_of):
    worth = {"worth": np.full((1, world.months), -1.0)}
    dispatch(offer_of(pue, world.months, per_mwh=worth), world, TARIFF, duration_curves(library, pue))
    with pytest.raises(InputError, match="per_mwh"):
        dispatch(offer_of(pue, world.months, per_mwh=worth, steps=LADDER), world, TARIFF, duration_curves(library, pue))


def test_offers_that_ask_the_same_share_a_run_whatever_their_size(library, pue, world, offer_of):
    curves, together = duration_curves(library, pue), Dispatcher(world, TARIFF)
    large, small = offer_of(pue, world.months, it_mw=100.0), offer_of(pue, world.months, it_mw=60.0)
    runs = [together.run(offer, curves) for offer in (large, small)]
    assert runs[0].hours_on is runs[1].hours_on  # looked up, not worked out again
    for offer, run in zip((large, small), runs, strict=True):
        alone = Dispatcher(world, TARIFF).run(offer, curves)
        for name in ("hours_on", "it_mwh", "grid_mwh", "energy_usd", "value_mwh"):
            np.testing.assert_array_equal(getattr(run, name), getattr(alone, name))


@pytest.mark.parametrize(
    "change", [{"in_service": np.full((1, 6), 0.5)}, {"per_mwh": {"a": np.full((1, 6), 31.0)}}, {"steps": (Step(0.5, 1.0), Step(0.5, 0.5))}]
)
def test_offers_that_differ_do_not(library, pue, world, offer_of, change):
    curves, together = duration_curves(library, pue), Dispatcher(world, TARIFF)
    together.run(offer_of(pue, world.months), curves)
    changed = offer_of(pue, world.months, **change)
    np.testing.assert_array_equal(together.run(changed, curves).it_mwh, Dispatcher(world, TARIFF).run(changed, curves).it_mwh)
    other = duration_curves(library, pue + 0.1)
    hotter = offer_of(pue + 0.1, world.months)
    np.testing.assert_array_equal(together.run(hotter, other).grid_mwh, Dispatcher(world, TARIFF).run(hotter, other).grid_mwh)
