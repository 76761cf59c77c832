import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.cooling import (
    DESIGN_RISE_K,
    Plant,
    chiller_cop,
    chiller_load_share,
    chiller_share,
    fan_share,
    pue,
    sink_temp_c,
    supply_temp_c,
)

temps_c = st.floats(min_value=-40.0, max_value=55.0)
plants = st.builds(
    Plant,
    fan_power_share=st.floats(0.0, 0.15),
    pump_power_share=st.floats(0.0, 0.1),
    approach_k=st.floats(0.0, 15.0),
    evaporative_effectiveness=st.floats(0.0, 1.0),
    supply_setpoint_c=st.floats(18.0, 55.0),
    chiller_cop=st.one_of(st.just(0.0), st.floats(2.0, 8.0)),
    ups_loss_share=st.floats(0.0, 0.1),
    distribution_loss_share=st.floats(0.0, 0.1),
    other_share=st.floats(0.0, 0.1),
)
FORCED_AIR = Plant(0.04, 0.0, 0.0, 0.0, 35.0, 0.0, 0.0, 0.02, 0.01)
CHILLED = Plant(0.04, 0.02, 4.0, 0.0, 26.0, 4.0, 0.04, 0.02, 0.01)


def test_fans_at_full_speed_by_hand():
    assert pue(35.0, 20.0, FORCED_AIR) == pytest.approx(1.07)
    assert pue(45.0, 20.0, FORCED_AIR) == pytest.approx(1.07)  # no chiller: nothing more to do


def test_twice_the_rise_takes_half_the_air_and_an_eighth_of_the_power():
    assert fan_share(35.0 - DESIGN_RISE_K, FORCED_AIR) == pytest.approx(0.04 / 8.0)


def test_chiller_by_hand_at_its_rating():
    # sink 35 + approach 4 is 13 K above the set point: more than the design rise of 12 K, so the chiller carries all.
    assert chiller_load_share(35.0, CHILLED) == 1.0
    assert chiller_cop(35.0, CHILLED) == pytest.approx(4.0)
    assert chiller_share(35.0, CHILLED) == pytest.approx(1.06 / 4.0)
    assert pue(35.0, 20.0, CHILLED) == pytest.approx(1.0 + 0.04 + 0.02 + 0.01 + 0.02 + 0.04 + 0.265)


def test_economiser_carries_what_it_can():
    assert chiller_load_share(22.0, CHILLED) == 0.0
    assert chiller_load_share(25.0, CHILLED) == pytest.approx(3.0 / DESIGN_RISE_K)


def test_wetting_the_air_brings_it_towards_the_wet_bulb():
    assert sink_temp_c(40.0, 20.0, 0.85) == pytest.approx(23.0)
    assert sink_temp_c(40.0, 41.0, 0.85) == 40.0  # a wet bulb above the dry bulb counts as equal


def test_missing_hours_stay_missing():
    found = pue(np.array([[20.0, np.nan]]), np.array([[10.0, np.nan]]), CHILLED)
    assert found.shape == (1, 2)
    assert np.isnan(found).tolist() == [[False, True]]


@given(temps_c, temps_c, plants)
def test_never_below_one_and_always_finite(dry, wet, plant):
    found = pue(dry, wet, plant)
    assert np.isfinite(found)
    assert found >= 1.0


@given(temps_c, temps_c, temps_c, plants)
def test_never_falls_as_the_dry_bulb_rises(first, second, wet, plant):
    assert pue(max(first, second), wet, plant) >= pue(min(first, second), wet, plant) - 1e-12


@given(temps_c, temps_c, temps_c, plants)
def test_never_falls_as_the_wet_bulb_rises(dry, first, second, plant):
    assert pue(dry, max(first, second), plant) >= pue(dry, min(first, second), plant) - 1e-12


@given(temps_c, temps_c, plants)
def test_one_hour_alone_equals_the_same_hour_in_an_array(dry, wet, plant):
    # A power of one number and of a vector may differ in the last bit.
    assert pue(np.array([dry, 0.0]), np.array([wet, 0.0]), plant)[0] == pytest.approx(float(pue(dry, wet, plant)), rel=1e-14)


def test_machines_breathe_outside_air_cooled_by_water_where_there_is_some():
    wetted = FORCED_AIR._replace(evaporative_effectiveness=0.8)
    assert supply_temp_c(41.0, 21.0, FORCED_AIR) == 41.0
    assert supply_temp_c(41.0, 21.0, wetted) == pytest.approx(25.0)
    assert supply_temp_c(41.0, 21.0, FORCED_AIR._replace(approach_k=8.0)) == 49.0


def test_a_chiller_holds_the_set_point():
    assert supply_temp_c(np.array([45.0, 10.0, np.nan]), 5.0, CHILLED)[:2].tolist() == [26.0, 14.0]
    assert np.isnan(supply_temp_c(np.nan, 5.0, CHILLED))
