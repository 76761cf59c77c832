import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.workloads.replacement import fleet_usd_per_mw, hour_costs, margin_usd_per_mwh


def test_margin_by_hand(library):
    # three hours at 40 and one at 400 USD/MWh, PUE 1.1: cost 44 and 440 plus delivery 1.1 × 5
    costs = hour_costs(library, np.where(np.isnan(library.price_usd_per_mwh), np.nan, 1.1))
    value = np.array([100.0, 600.0, 30.0])
    margin = margin_usd_per_mwh(costs, value, np.ones(3), 5.0)
    assert margin == pytest.approx([(100.0 - 44.0 - 5.5) * 3.0 / 4.0, 600.0 - (44.0 * 3.0 + 440.0) / 4.0 - 5.5, 0.0])


def test_power_at_twice_the_level_costs_twice(library):
    costs = hour_costs(library, np.where(np.isnan(library.price_usd_per_mwh), np.nan, 1.0))
    assert margin_usd_per_mwh(costs, np.array([100.0]), np.array([2.0]), 0.0) == pytest.approx([(100.0 - 80.0) * 0.75])


def test_a_fleet_costs_in_proportion_to_what_it_earns_within_bounds():
    assert fleet_usd_per_mw(800.0, np.array([0.1, 0.5, 1.0, 3.0, 9.0])).tolist() == [200.0, 400.0, 800.0, 2400.0, 3200.0]


@given(
    st.lists(st.floats(-50.0, 500.0), min_size=1, max_size=40),
    st.floats(0.0, 400.0),
    st.floats(0.2, 5.0),
)
def test_choosing_hours_is_never_worse_than_always_or_never(prices, value, level):
    price = np.array([prices])
    library = type("L", (), {"price_usd_per_mwh": price})
    costs = hour_costs(library, np.full(price.shape, 1.2))
    (margin,) = margin_usd_per_mwh(costs, np.array([value]), np.array([level]), 4.0)
    always = value - 1.2 * (level * price.mean() + 4.0)
    best = np.maximum(value - 1.2 * (level * price + 4.0), 0.0).mean()
    assert margin >= max(always, 0.0) - 1e-8
    assert margin == pytest.approx(best, abs=1e-8)
