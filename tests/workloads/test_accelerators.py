from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.workloads.accelerators import Terms, first_purchase, live_through, price_age_months, price_path, worth_months
from wattmint.workloads.timeline import Stay

TERMS = Terms(accelerators_usd=100.0, revenue_usd_per_month=10.0, refresh_months=12, term_months=1, discount_rate=0.0, salvage_share=0.5)


def rented_out(terms, first_month, world):
    """Walk accelerators whose hour earns what the market rents it for."""
    return live_through(terms, Stay(first_month), world.gpu_rental_factor, world)


def test_a_price_holds_for_its_term():
    assert price_age_months(np.arange(8), 3).tolist() == [0, 0, 0, 3, 3, 3, 6, 6]
    market = np.array([[9.0, 1.0, 2.0, 3.0, 4.0, 5.0]])
    assert price_path(market, 0.0, 1, 2)[0].tolist() == [1.0, 1.0, 3.0, 3.0, 5.0]
    assert price_path(market, 0.0, 1, 1)[0].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert price_path(market, 0.0, 9, 1).shape == (1, 0)


def test_a_new_contract_counts_the_age():
    assert price_path(np.ones((1, 30)), 0.2, 0, 12)[0, [0, 11, 12, 24]] == pytest.approx([1.0, 1.0, np.exp(-0.2), np.exp(-0.4)])


def test_worth_of_a_stretch_by_hand():
    assert worth_months(0, 5, 0.0, TERMS) == pytest.approx(5.0)
    assert worth_months(12, 2, 0.12, TERMS) == pytest.approx(np.exp(-0.12) + np.exp(-0.13))
    assert worth_months(0, 2, 0.0, replace(TERMS, discount_rate=1.0)) == pytest.approx(2.0 ** (-1 / 12) + 2.0 ** (-2 / 12))


def test_refresh_is_bought_where_it_earns_more_than_it_costs(world_of):
    # worth of 12 new months less 12 months a year old, at 10 USD: steep ageing makes it pay, slow ageing not
    steep = rented_out(TERMS, 0, world_of(paths=1, months=24, gpu_ageing_per_year=8.0))
    slow = rented_out(TERMS, 0, world_of(paths=1, months=24, gpu_ageing_per_year=0.1))
    assert not steep.replacement_usd.any()  # 10 × (about 2) months do not pay 100
    assert not slow.replacement_usd.any()
    rich = replace(TERMS, revenue_usd_per_month=100.0)
    bought = rented_out(rich, 0, world_of(paths=1, months=24, gpu_ageing_per_year=8.0))
    assert bought.replacement_usd[0].tolist() == [0.0] * 12 + [-100.0] + [0.0] * 12
    assert bought.price_factor[0, 12] == 1.0
    assert steep.price_factor[0, 12] == pytest.approx(np.exp(-8.0))


def test_a_refresh_costs_the_cycles_price_within_bounds(world_of):
    factor = np.repeat(np.array([[0.1], [1.3], [9.0]]), 24, axis=1)
    rich = replace(TERMS, revenue_usd_per_month=1e6)
    life = rented_out(rich, 0, world_of(paths=3, months=24, gpu_rental_factor=factor, gpu_ageing_per_year=1.0))
    assert life.replacement_usd[:, 12].tolist() == pytest.approx([-50.0, -130.0, -200.0])


def test_new_ones_follow_the_rental_cycle_in_price_whatever_their_hours_earn(world_of):
    world = world_of(paths=1, months=24, gpu_rental_factor=np.full((1, 24), 1.3), gpu_ageing_per_year=1.0)
    life = live_through(replace(TERMS, revenue_usd_per_month=1e6), Stay(0), np.linspace(1.0, 3.3, 24)[None, :], world)
    assert life.replacement_usd[0, 12] == pytest.approx(-130.0)
    assert life.price_factor[0, [0, 11, 12]] == pytest.approx([1.0, 2.1 * np.exp(-11.0 / 12.0), 2.2])


def test_accelerators_fetch_their_book_value(world_of):
    assert rented_out(TERMS, 2, world_of(months=8)).salvage_usd == pytest.approx([0.5 * 100.0 * 0.5] * 3)
    assert rented_out(TERMS, 2, world_of(months=24, gpu_ageing_per_year=0.0)).salvage_usd.tolist() == [0.0] * 3  # 22 months old
    assert rented_out(TERMS, 9, world_of(months=8)).salvage_usd.tolist() == [0.0] * 3  # never delivered


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(1, 40), st.sampled_from([1, 36]), st.floats(0.1, 1e4))
def test_whatever_happens_prices_are_positive_and_salvage_below_the_price(random_world, seed, first, months, term, revenue):
    terms = replace(TERMS, term_months=term, revenue_usd_per_month=revenue)
    life = rented_out(terms, first, random_world(seed, 3, months))
    assert np.isfinite(life.price_factor).all()
    assert (life.price_factor[:, first:] > 0.0).all()
    assert not life.price_factor[:, :first].any()
    assert (life.salvage_usd <= 200.0 * 0.5).all()
    assert (life.salvage_usd >= 0.0).all()


def test_the_first_are_paid_on_delivery_if_they_are_delivered(world_of):
    world = world_of(months=4)
    assert first_purchase(Stay(2), TERMS, world).tolist() == [[0.0, 0.0, -100.0, 0.0, 0.0]]
    assert not first_purchase(Stay(5), TERMS, world).any()


def test_accelerators_that_are_there_already_cost_nothing_and_earn_as_old_ones(world_of):
    world = world_of(months=24)
    stay = Stay(2, 20, age_months=6)
    life = live_through(TERMS, stay, world.gpu_rental_factor, world)
    assert not first_purchase(stay, TERMS, world).any()
    ageing = np.exp(-0.2 * np.arange(6) / 12.0) * np.exp(-0.2 * 6 / 12.0)
    assert life.price_factor[0, 2:8] == pytest.approx(ageing)
    # with 12 months they may be replaced, which pays nobody here; sold with 24, they are written off
    assert not life.replacement_usd.any()
    assert not life.salvage_usd.any()
    early = live_through(TERMS, Stay(2, 5, age_months=6), world.gpu_rental_factor, world)
    assert early.salvage_usd == pytest.approx(np.full(3, 100.0 * 0.5 * (1.0 - 9 / 12)))


def test_old_accelerators_are_replaced_when_they_are_due(world_of):
    world = world_of(months=36)
    rich = replace(TERMS, revenue_usd_per_month=1e6)
    bought = [
        np.flatnonzero(live_through(rich, Stay(0, until, age_months=age), world.gpu_rental_factor, world).replacement_usd[0]).tolist()
        for until, age in ((None, 4), (None, 40), (20, 4))
    ]
    assert bought == [[8, 20, 32], [1, 13, 25], [8]]


def test_later_orders_cost_what_the_rental_cycle_makes_of_the_price(world_of):
    cycle = np.tile(np.linspace(1.0, 3.4, 13), (3, 1))
    world = world_of(months=13, gpu_rental_factor=cycle)
    line = first_purchase(Stay(6, ordered_month=4), TERMS, world)
    assert line[:, 6] == pytest.approx(-100.0 * cycle[:, 3])
    assert first_purchase(Stay(12, ordered_month=12), TERMS, world)[0, 12] == -200.0  # never more than twice
    for never in (Stay(13, ordered_month=13), Stay(13, ordered_month=13, age_months=3)):
        assert not first_purchase(never, TERMS, world).any()
        assert not live_through(TERMS, never, cycle, world).salvage_usd.any()
    assert live_through(TERMS, Stay(6, 7, ordered_month=4), cycle, world).salvage_usd == pytest.approx(100.0 * cycle[:, 3] * 0.5 * 11 / 12)
