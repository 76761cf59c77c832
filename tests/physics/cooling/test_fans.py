import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.cooling.cases import DRY_COOLER, FANS, TOWER, loads, plants, pressures_pa, temps_c

from wattmint.physics.cooling.fans import LOWEST_FAN_SPEED, LOWEST_PUMP_SPEED, fan_share, hall_air_speed, outdoor_air_speed, pump_share
from wattmint.physics.psychrometrics import SEA_LEVEL_PA, standard_pressure_pa

SEA_LEVEL = np.array(SEA_LEVEL_PA)


def test_twice_the_rise_takes_half_the_air_and_an_eighth_of_the_power():
    speed = hall_air_speed(np.array(FANS.supply_setpoint_c - FANS.rise_k), 1.0, FANS)
    assert speed == pytest.approx(0.5)
    assert fan_share(0.04, speed, SEA_LEVEL, 1.0) == pytest.approx(0.04 / 8.0)


def test_fans_of_a_dry_cooler_are_at_full_speed_when_it_can_just_hold_its_set_point():
    just = np.array(DRY_COOLER.supply_setpoint_c - DRY_COOLER.approach_k)
    assert outdoor_air_speed(just, 1.0, DRY_COOLER) == 1.0
    assert outdoor_air_speed(just + 10.0, 1.0, DRY_COOLER) == 1.0
    assert outdoor_air_speed(just - 10.0, 1.0, DRY_COOLER) == pytest.approx(0.5)


def test_a_closed_hall_moves_its_air_by_load_alone():
    assert hall_air_speed(np.array([25.0, 25.0]), 0.8, TOWER).tolist() == [0.8, 0.8]


def test_half_the_load_takes_half_the_air_and_a_quarter_of_the_power_per_load():
    full, half = (fan_share(0.04, hall_air_speed(np.array(25.0), load, TOWER), SEA_LEVEL, load) for load in (1.0, 0.5))
    assert half == pytest.approx(full / 4.0)


def test_thin_air_takes_more_fan_power():
    assert fan_share(0.04, np.array(1.0), standard_pressure_pa(872.0), 1.0) == pytest.approx(0.04 * (101_325.0 / 91_279.0) ** 2, rel=1e-4)


def test_speeds_do_not_fall_below_the_lowest():
    assert hall_air_speed(np.array(-30.0), 0.1, FANS) == LOWEST_FAN_SPEED
    assert outdoor_air_speed(np.array(-30.0), 0.1, DRY_COOLER) == LOWEST_FAN_SPEED
    assert pump_share(DRY_COOLER, 0.1) == pytest.approx(DRY_COOLER.pump_power_share * LOWEST_PUMP_SPEED**3 / 0.1)
    assert pump_share(DRY_COOLER, 1.0) == DRY_COOLER.pump_power_share


@given(temps_c, temps_c, loads, plants)
def test_hotter_air_never_slows_a_fan(first, second, load, plant):
    cold, hot = np.array(min(first, second)), np.array(max(first, second))
    for speed in (hall_air_speed, outdoor_air_speed):
        assert LOWEST_FAN_SPEED <= speed(cold, load, plant) <= speed(hot, load, plant) <= 1.0


@given(st.floats(0.0, 0.1), st.floats(0.3, 1.0), pressures_pa, pressures_pa, loads)
def test_altitude_never_helps_fans(full, speed, first, second, load):
    thin, thick = np.array(min(first, second)), np.array(max(first, second))
    assert fan_share(full, np.array(speed), thin, load) >= fan_share(full, np.array(speed), thick, load)
