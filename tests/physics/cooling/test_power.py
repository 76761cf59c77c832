import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.cooling.cases import (
    DRY_COOLER,
    ECONOMISER,
    FANS,
    LIQUID,
    TOWER,
    WALL,
    air_below,
    air_of,
    loads,
    plain_air,
    plants,
    pressures_pa,
    temps_c,
)

from wattmint.physics.cooling.chiller import chiller_cop, part_power_share
from wattmint.physics.cooling.losses import distribution_share
from wattmint.physics.cooling.power import heat_share, power_hours
from wattmint.physics.psychrometrics import humidity_ratio, saturation_pressure_pa


def test_fans_at_full_speed_by_hand():
    assert power_hours(plain_air(35.0), FANS).pue == pytest.approx(1.0 + 0.02 + 0.01 + 0.04)
    assert power_hours(plain_air(45.0), FANS).pue == pytest.approx(1.07)  # no chiller: nothing more to do


def test_a_hot_hour_with_a_chiller_by_hand():
    # sink 38 + approach 2 is 15 K above the set point: more than the design rise of 12 K, so the chiller carries all.
    heat = 1.0 + 0.025 + 0.015 + 0.04
    chiller = heat * float(part_power_share(np.array(1.0)) / chiller_cop(np.array(38.0), 17.0, ECONOMISER))
    hours = power_hours(plain_air(38.0), ECONOMISER)
    assert hours.chiller == pytest.approx(chiller)
    assert hours.pue == pytest.approx(1.0 + 0.025 + 0.015 + 0.04 + 0.01 + chiller)


def test_humid_air_costs_the_economiser():
    dry, humid = (power_hours(plain_air(15.0, wet_c=12.0, dew_c=dew), ECONOMISER) for dew in (10.0, 18.0))
    assert dry.chiller == 0.0
    assert humid.pue > dry.pue + 0.1


def test_a_towers_fans_are_a_towers_and_a_dry_coolers_are_fans():
    air = plain_air(30.0, wet_c=20.0)
    tower, dry_cooler = power_hours(air, TOWER), power_hours(air, DRY_COOLER)
    assert tower.tower == pytest.approx(0.0126)
    assert tower.fan == pytest.approx(0.035)
    assert (dry_cooler.tower, dry_cooler.chiller) == (0.0, 0.0)
    assert dry_cooler.fan > 0.0


def test_losses_of_the_supply_come_on_top_and_heat_the_hall():
    air = plain_air([5.0, 38.0])
    more = power_hours(air, ECONOMISER._replace(ups_loss_share=0.05)).pue - power_hours(air, ECONOMISER).pue
    assert more[0] == pytest.approx(0.05)
    assert more[1] > 0.06


def test_part_load_by_hand():
    hours = power_hours(plain_air(35.0), FANS, 0.5)
    assert (hours.distribution, hours.other) == (pytest.approx(0.01 + 0.0075), 0.02)
    assert hours.fan == pytest.approx(0.04 * 0.5**3 / 0.5)


def test_heat_is_what_the_hall_must_lose():
    plant = TOWER._replace(ups_loss_share=0.04)
    assert heat_share(plant, 1.0) == pytest.approx(1.0 + 0.04 + 0.025 + 0.015)


def test_missing_hours_stay_missing():
    missing = plain_air(np.array([[20.0, np.nan]]), wet_c=np.array([[10.0, np.nan]]), dew_c=np.array([[5.0, np.nan]]))
    for plant in (FANS, WALL, DRY_COOLER, ECONOMISER, TOWER, LIQUID):
        found = power_hours(missing, plant)
        assert found.pue.shape == (1, 2)
        for hours in (found.pue, found.supply_c, found.fan, found.pump, found.chiller, found.tower):
            assert np.isnan(hours).tolist() == [[False, True]]


@given(temps_c, st.floats(0.0, 20.0), pressures_pa, plants, loads)
def test_never_below_one_and_the_shares_sum_up(dry, depression, pressure, plant, load):
    found = power_hours(air_below(dry, depression, pressure), plant, load)
    parts = (found.fan, found.pump, found.chiller, found.tower, found.distribution, found.other, found.ups)
    assert min(float(part) for part in parts) >= 0.0
    assert found.pue >= 1.0
    assert found.pue - 1.0 == pytest.approx(sum(float(part) for part in parts), abs=1e-12)


@given(temps_c, temps_c, st.floats(1e-5, 0.03), pressures_pa, plants, loads)
def test_hotter_air_of_the_same_humidity_ratio_never_helps(first, second, ratio, pressure, plant, load):
    # Saturation caps the ratio of the colder hour; then the hotter one has at least as much water.
    cold, hot = (float(power_hours(air_of(t, ratio, pressure), plant, load).pue) for t in sorted((first, second)))
    assert hot >= cold - 2e-4  # where the wet bulb crosses 0 °C, water and ice disagree by some tenths of a kelvin


@given(temps_c, temps_c, st.floats(0.0, 20.0), pressures_pa, plants, loads)
def test_hotter_air_of_the_same_wet_bulb_depression_never_helps(first, second, depression, pressure, plant, load):
    cold, hot = (float(power_hours(air_below(t, depression, pressure), plant, load).pue) for t in sorted((first, second)))
    assert hot >= cold - 1e-12


@given(temps_c, temps_c, st.floats(0.01, 1.0), pressures_pa, plants, loads)
def test_hotter_air_of_the_same_relative_humidity_never_helps(first, second, rh_share, pressure, plant, load):
    airs = [air_of(t, humidity_ratio(rh_share * saturation_pressure_pa(t), pressure), pressure) for t in sorted((first, second))]
    cold, hot = (float(power_hours(air, plant, load).pue) for air in airs)
    assert hot >= cold - 2e-4


@given(temps_c, st.floats(0.0, 20.0), pressures_pa, pressures_pa, plants, loads)
def test_thin_air_never_helps_fans(dry, depression, first, second, plant, load):
    air = air_below(dry, depression)
    thin, thick = (power_hours(air._replace(pressure_pa=np.array(p)), plant, load) for p in sorted((first, second)))
    assert thin.fan + thin.tower >= thick.fan + thick.tower
    assert thin.pue >= thick.pue


@given(plants, st.floats(0.02, 1.0))
def test_losses_by_load_are_those_of_the_transformers(plant, load):
    expected = distribution_share(plant.distribution_no_load_share, plant.distribution_load_share, load)
    assert power_hours(plain_air(20.0), plant, load).distribution == expected >= 0.0
