import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import UnknownNameError
from wattmint.facility.envelope import (
    air_classes,
    air_envelope,
    altitude_of,
    condensing_at_rest,
    coolant_limit_c,
    envelope_facts,
    liquid_classes,
    outside_air,
)
from wattmint.physics.psychrometrics import dew_point_from_rh_c, standard_pressure_pa


def causes(name, temp_c, dew_c, altitude_m=0.0):
    outside = outside_air(air_envelope(name, altitude_m), np.array([temp_c]), np.array([dew_c]))
    return {cause for cause in outside._fields if getattr(outside, cause)[0]}


def test_classes_by_name():
    # Origin: ASHRAE TC 9.9 reference card, fifth edition 2021.
    assert air_classes() == ("recommended", "recommended-corrosive", "a1", "a2", "a3", "a4", "h1-recommended", "h1")
    assert liquid_classes() == ("w17", "w27", "w32", "w40", "w45")
    a2 = air_envelope("a2")
    assert a2[2:] == (10.0, 35.0, -12.0, 21.0, 0.08, 0.8)
    assert coolant_limit_c("w32") == 32.0
    recommended = air_envelope("recommended")
    assert recommended[2:] == (18.0, 27.0, -9.0, 15.0, 0.0, 0.7)
    assert all(fact.value is not None for fact in envelope_facts("a1"))


def test_unknown_classes_are_refused():
    with pytest.raises(UnknownNameError, match="servers = 'a5'"):
        air_envelope("a5")
    with pytest.raises(UnknownNameError, match="servers = 'w45'"):
        air_envelope("w45")
    with pytest.raises(UnknownNameError, match="servers = 'a2'"):
        coolant_limit_c("a2")


@pytest.mark.parametrize(("name", "per_k"), [("a1", 300.0), ("a2", 300.0), ("a3", 175.0), ("a4", 125.0)])
def test_the_highest_temperature_falls_with_altitude(name, per_k):
    sea, town = air_envelope(name), air_envelope(name, 900.0)
    assert town == sea
    assert air_envelope(name, 900.0 + 2.0 * per_k).dry_high_c == pytest.approx(sea.dry_high_c - 2.0)
    assert air_envelope("recommended", 3000.0) == air_envelope("recommended")


@pytest.mark.parametrize(
    ("temp_c", "dew_c", "expected"),
    [
        (25.0, 10.0, set()),
        (36.0, 10.0, {"hot"}),
        (9.0, 5.0, {"cold"}),
        (30.0, 22.0, {"humid", "wet"}),
        (20.0, 18.0, {"humid"}),  # 88 % relative humidity, but no more water than the class allows: warmed to 22 °C it is inside
        (25.0, -13.0, {"dry"}),
        (34.0, -5.0, {"dry"}),  # 8 % relative humidity is the moister bound of the two in hot air
        (36.0, 25.0, {"hot", "humid", "wet"}),
    ],
)
def test_hours_outside_are_told_by_cause(temp_c, dew_c, expected):
    assert causes("a2", temp_c, dew_c) == expected


def test_altitude_turns_warm_into_hot():
    assert causes("a2", 34.5, 10.0) == set()
    assert causes("a2", 34.5, 10.0, altitude_m=1500.0) == {"hot"}


@given(temp_c=st.floats(-20.0, 50.0), rh_share=st.floats(0.01, 1.0))
def test_each_wider_class_forgives_more(temp_c, rh_share):
    dew_c = float(dew_point_from_rh_c(temp_c, rh_share))
    allowed = [not causes(name, temp_c, dew_c) for name in ("a1", "a2", "a3", "a4")]
    assert allowed == sorted(allowed)
    if not causes("recommended", temp_c, dew_c) and dew_c > -8.0:
        assert allowed[0] or rh_share < 0.08


@given(altitude_m=st.floats(-400.0, 4000.0))
def test_altitude_and_pressure_are_inverse(altitude_m):
    assert altitude_of(float(standard_pressure_pa(altitude_m))) == pytest.approx(altitude_m, abs=0.01)


def test_cold_machines_are_wet_when_warm_moist_air_comes():
    temp = np.concatenate([np.full(48, 5.0), np.full(48, 20.0)])
    dew = np.concatenate([np.full(48, 0.0), np.full(48, 15.0)])
    wet = condensing_at_rest(temp, dew, 24)
    # The mean of the past day passes 15 °C when 16 of its 24 hours are warm: wet are the 15 hours before, and the sixteenth equals it.
    assert np.flatnonzero(wet).tolist() == list(range(48, 48 + 15))
    assert not condensing_at_rest(temp, temp - 1.0, 1).any()


def test_missing_bounds_do_not_bind():
    bare = air_envelope("recommended")._replace(dew_high_c=math.inf, rh_high_share=1.0)
    assert not outside_air(bare, np.array([25.0]), np.array([24.0])).humid.any()
