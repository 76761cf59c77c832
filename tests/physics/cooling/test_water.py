import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.cooling.cases import DRY_COOLER, ECONOMISER, FANS, LIQUID, TOWER, WALL, air_below, loads, plain_air, plants, pressures_pa, temps_c

from wattmint.physics.cooling.power import heat_share, power_hours
from wattmint.physics.cooling.water import water_l_per_kwh
from wattmint.units import J_PER_KWH

LATENT_J_PER_KG = 2.44e6  # of water at 25 °C
ALL_EVAPORATED_L_PER_KWH = J_PER_KWH / LATENT_J_PER_KG  # 1.48: a kilowatt-hour of heat, all of it latent


def water(air, plant, load=1.0):
    return water_l_per_kwh(air, plant, power_hours(air, plant, load), load)


@pytest.mark.parametrize("plant", [FANS, DRY_COOLER, ECONOMISER, LIQUID])
def test_dry_plants_need_no_water(plant):
    assert water(plain_air([-10.0, 20.0, 45.0]), plant).tolist() == [0.0, 0.0, 0.0]


def test_a_wall_evaporates_what_cools_its_air():
    air = air_below(40.0, 20.0)
    heat = heat_share(WALL, 1.0)
    cooled_share = (40.0 - 28.0) / WALL.rise_k  # the air is cooled by 12 K and warmed by 12 K: water takes the heat of the hall
    expected = heat * cooled_share * ALL_EVAPORATED_L_PER_KWH * 4.0 / 3.0
    assert water(air, WALL) == pytest.approx(expected, rel=0.04)


def test_a_wall_is_dry_on_cool_days_and_behind_closed_shutters():
    assert water(air_below(20.0, 8.0), WALL) == 0.0
    wetted = ECONOMISER._replace(evaporative_effectiveness=0.85, wetting_target_c=22.0)
    humid = air_below(32.0, 3.0)
    assert humid.dew_point_c > ECONOMISER.economiser_dew_limit_c
    assert water(humid, wetted) == 0.0


def test_a_tower_in_hot_dry_air_evaporates_more_than_all_its_heat_and_in_cold_humid_air_much_less():
    per_heat = []
    for dry, depression in ((42.0, 22.0), (25.0, 7.0), (2.0, 0.5)):
        air = air_below(dry, depression)
        hours = power_hours(air, TOWER)
        heat = heat_share(TOWER, 1.0) + hours.fan + hours.pump + hours.chiller
        per_heat.append(float(water_l_per_kwh(air, TOWER, hours) * 3.0 / 4.0 / heat / ALL_EVAPORATED_L_PER_KWH))
    assert per_heat[0] > 1.0  # the air itself is cooled too
    assert 0.75 < per_heat[1] < 1.0
    assert per_heat[2] < 0.75


def test_flushing_by_hand():
    air = air_below(30.0, 10.0)
    few, many = (float(water(air, TOWER._replace(concentration_cycles=n))) for n in (2.0, 5.0))
    assert few / many == pytest.approx(2.0 / 1.25)


def test_missing_hours_stay_missing():
    air = plain_air([30.0, np.nan], wet_c=[20.0, np.nan], dew_c=[15.0, np.nan])
    for plant in (WALL, TOWER, FANS):
        assert np.isnan(water(air, plant)).tolist() == [False, True]


@given(temps_c, st.floats(0.0, 20.0), pressures_pa, plants, loads)
def test_water_is_never_negative(dry, depression, pressure, plant, load):
    found = float(water(air_below(dry, depression, pressure), plant, load))
    assert np.isfinite(found)
    assert found >= 0.0
