import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.cooling.cases import DRY_COOLER, ECONOMISER, FANS, LIQUID, TOWER, WALL, air_below, plain_air, plants, pressures_pa, temps_c

from wattmint.physics.cooling.humidity import inlet_dew_point_c
from wattmint.physics.cooling.power import power_hours
from wattmint.physics.psychrometrics import dew_point_from_wet_bulb_c


def test_outside_air_keeps_its_dew_point_and_wetted_air_gains():
    air = air_below(40.0, 20.0)
    assert inlet_dew_point_c(air, FANS) == air.dew_point_c
    assert inlet_dew_point_c(air, DRY_COOLER) == air.dew_point_c
    assert inlet_dew_point_c(air, WALL) == pytest.approx(float(dew_point_from_wet_bulb_c(28.0, 20.0, 101_325.0)), abs=1e-6)
    assert inlet_dew_point_c(air_below(20.0, 5.0), WALL) == air_below(20.0, 5.0).dew_point_c


def test_chilled_water_dries_the_air():
    humid = plain_air([30.0, 30.0], wet_c=27.0, dew_c=[26.0, 10.0])
    assert inlet_dew_point_c(humid, TOWER).tolist() == [18.0, 10.0]
    assert inlet_dew_point_c(humid, LIQUID).tolist() == [18.0, 10.0]
    assert inlet_dew_point_c(humid, ECONOMISER).tolist() == [17.0, 10.0]


@given(temps_c, st.floats(0.0, 20.0), pressures_pa, plants)
def test_the_inlet_of_open_air_is_never_more_than_saturated(dry, depression, pressure, plant):
    air = air_below(dry, depression, pressure)
    plant = plant._replace(open_air=True, chiller_cop=0.0, approach_k=0.0)
    assert inlet_dew_point_c(air, plant) <= power_hours(air, plant).supply_c + 0.01


def test_missing_hours_stay_missing():
    air = plain_air([30.0, np.nan], wet_c=[20.0, np.nan], dew_c=[15.0, np.nan])
    for plant in (WALL, TOWER, FANS, ECONOMISER):
        assert np.isnan(inlet_dew_point_c(air, plant)).tolist() == [False, True]
