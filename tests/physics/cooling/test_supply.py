import numpy as np
import pytest
from hypothesis import given
from tests.physics.cooling.cases import DRY_COOLER, ECONOMISER, FANS, LIQUID, TOWER, WALL, plain_air, plants, temps_c

from wattmint.physics.cooling.plant import NO_FLOOR_C
from wattmint.physics.cooling.supply import locked_out, sink_temp_c, supply_temp_c


def supply(air, plant):
    return supply_temp_c(sink_temp_c(air, plant), locked_out(air, plant), plant)


def test_a_tower_reaches_towards_the_wet_bulb_and_a_dry_cooler_does_not():
    air = plain_air(40.0, wet_c=20.0)
    assert sink_temp_c(air, TOWER) == 20.0
    assert sink_temp_c(air, DRY_COOLER) == 40.0
    assert sink_temp_c(plain_air(40.0, wet_c=41.0), TOWER) == 40.0  # a wet bulb above the dry bulb counts as equal


def test_a_wall_wets_only_down_to_its_target():
    assert sink_temp_c(plain_air(30.0, wet_c=18.0), WALL) == pytest.approx(28.0)  # it could reach 20.4
    assert sink_temp_c(plain_air(42.0, wet_c=22.0), WALL) == pytest.approx(26.0 + 2.0)
    assert sink_temp_c(plain_air(42.0, wet_c=30.0), WALL) == pytest.approx(42.0 - 0.8 * 12.0)  # not enough
    assert sink_temp_c(plain_air(20.0, wet_c=12.0), WALL) == 20.0
    assert sink_temp_c(plain_air(20.0, wet_c=10.0), WALL._replace(wetting_target_c=NO_FLOOR_C)) == pytest.approx(12.0)


def test_machines_breathe_what_is_outside_where_nothing_cools_it():
    assert supply(plain_air([-20.0, 41.0]), FANS).tolist() == [-20.0, 41.0]


def test_a_chiller_holds_the_set_point_and_return_air_the_floor():
    assert supply(plain_air([45.0, 20.0, 5.0]), ECONOMISER).tolist() == [25.0, 22.0, 18.0]


def test_humid_air_is_kept_out_by_a_plant_that_can():
    air = plain_air([20.0, 20.0], wet_c=19.0, dew_c=[18.0, 16.0])
    assert locked_out(air, ECONOMISER).tolist() == [True, False]
    assert supply(air, ECONOMISER).tolist() == [25.0, 22.0]
    for plant in (FANS, LIQUID, ECONOMISER._replace(chiller_cop=0.0)):  # nothing else would cool, or nothing comes in
        assert not locked_out(air, plant).any()


def test_a_dry_cooler_holds_its_coolant_until_it_cannot():
    assert supply(plain_air([0.0, 37.0, 40.0]), DRY_COOLER).tolist() == [45.0, 45.0, 48.0]
    assert supply(plain_air([0.0, 40.0]), LIQUID).tolist() == [36.0, 36.0]


def test_missing_hours_stay_missing():
    air = plain_air([20.0, np.nan], wet_c=[10.0, np.nan], dew_c=[0.0, np.nan])
    for plant in (FANS, WALL, DRY_COOLER, ECONOMISER, TOWER, LIQUID):
        assert np.isnan(supply(air, plant)).tolist() == [False, True]


@given(temps_c, temps_c, plants)
def test_the_sink_lies_between_wet_and_dry_bulb(dry, wet, plant):
    sink = sink_temp_c(plain_air(dry, wet_c=wet), plant)
    assert min(dry, wet) - 1e-9 <= sink <= dry
