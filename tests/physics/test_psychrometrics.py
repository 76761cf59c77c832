import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wattmint.physics.psychrometrics import (
    SEA_LEVEL_PA,
    density_kg_per_m3,
    dew_point_c,
    dew_point_from_rh_c,
    dew_point_from_wet_bulb_c,
    enthalpy_j_per_kg,
    humidity_ratio,
    humidity_ratio_from_wet_bulb,
    rh_from_dew_point,
    saturated_temp_c,
    saturation_pressure_pa,
    standard_pressure_pa,
    vapour_pressure_pa,
    wet_bulb_c,
    wet_bulb_from_dew_point_c,
    wet_bulb_from_rh_c,
)

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "psychrometrics.json").read_text(encoding="utf-8"))
temps_c = st.floats(-30.0, 50.0)
humidities = st.floats(0.02, 1.0)
pressures_pa = st.floats(65_000.0, 104_000.0)


def test_golden_values_step_by_step():
    for cells in GOLDEN["rows"]:
        row = dict(zip(GOLDEN["columns"], cells, strict=True))
        temp, rh, pressure = row["t_c"], row["rh"], row["p_pa"]
        ratio = humidity_ratio(rh * saturation_pressure_pa(temp), pressure)
        assert ratio == pytest.approx(row["w_kg_kg"], abs=1e-7)
        assert dew_point_from_rh_c(temp, rh) == pytest.approx(row["t_dew_c"], abs=1e-3)
        assert wet_bulb_c(temp, ratio, pressure) == pytest.approx(row["t_wet_c"], abs=1e-3)
        assert wet_bulb_from_rh_c(temp, rh, pressure) == pytest.approx(row["t_wet_c"], abs=1e-3)
        assert wet_bulb_from_dew_point_c(temp, row["t_dew_c"], pressure) == pytest.approx(row["t_wet_c"], abs=1e-3)
        assert dew_point_from_wet_bulb_c(temp, row["t_wet_c"], pressure) == pytest.approx(row["t_dew_c"], abs=3e-3)
        assert enthalpy_j_per_kg(temp, ratio) == pytest.approx(row["h_j_kg"], abs=0.02)
        assert density_kg_per_m3(temp, ratio, pressure) == pytest.approx(row["rho_kg_m3"], abs=1e-5)


def test_agrees_with_psychrolib_over_a_grid():
    grid = GOLDEN["grid"]
    for temp, dews, wets in zip(grid["temps_c"], grid["dew_points_c"], grid["wet_bulbs_c"], strict=True):
        for rh, dew, by_pressure in zip(grid["rh_shares"], dews, wets, strict=True):
            if dew is not None:  # none below where its iteration stops
                assert dew_point_from_rh_c(temp, rh) == pytest.approx(dew, abs=1e-4)
            for pressure, wet in zip(grid["pressures_pa"], by_pressure, strict=True):
                assert wet_bulb_from_rh_c(temp, rh, pressure) == pytest.approx(wet, abs=1e-3)


def test_standard_atmosphere():
    assert standard_pressure_pa(0.0) == SEA_LEVEL_PA
    assert standard_pressure_pa(1000.0) == pytest.approx(89_875.0, abs=5.0)  # handbook, chapter 1, table 1
    assert standard_pressure_pa(3000.0) == pytest.approx(70_108.0, abs=10.0)


def test_water_boils_at_100_degrees_at_sea_level():
    assert saturation_pressure_pa(100.0) == pytest.approx(SEA_LEVEL_PA, rel=1e-3)
    assert dew_point_c(SEA_LEVEL_PA) == pytest.approx(100.0, abs=0.03)


def test_missing_hours_stay_missing_and_shapes_are_kept():
    dry, dew = np.array([[20.0, np.nan]]), np.array([[10.0, np.nan]])
    for found in (wet_bulb_from_dew_point_c(dry, dew, 95_000.0), rh_from_dew_point(dry, dew), dew_point_from_wet_bulb_c(dry, dew, 95_000.0)):
        assert np.isnan(found).tolist() == [[False, True]]


def test_an_impossible_wet_bulb_counts_as_the_nearest_possible():
    assert dew_point_from_wet_bulb_c(20.0, 21.0, SEA_LEVEL_PA) == pytest.approx(20.0)  # above the dry bulb: saturated
    assert dew_point_from_wet_bulb_c(40.0, -10.0, SEA_LEVEL_PA) == pytest.approx(float(dew_point_c(1.0)))  # drier than dry


@given(temps_c, humidities, pressures_pa)
def test_dew_point_wet_bulb_and_dry_bulb_stand_in_order(temp, rh, pressure):
    wet, dew = wet_bulb_from_rh_c(temp, rh, pressure), dew_point_from_rh_c(temp, rh)
    assert dew <= temp + 1e-9
    assert dew - 0.2 <= wet <= temp  # frost: over ice the wet bulb may lie a little below the dew point over water


@given(temps_c, humidities, pressures_pa)
def test_there_and_back(temp, rh, pressure):
    vapour = rh * saturation_pressure_pa(temp)
    assume(vapour > 2.0)
    ratio = humidity_ratio(vapour, pressure)
    assert vapour_pressure_pa(ratio, pressure) == pytest.approx(float(vapour), rel=1e-9)
    assert saturation_pressure_pa(dew_point_c(vapour)) == pytest.approx(float(vapour), rel=1e-6)
    assert rh_from_dew_point(temp, dew_point_from_rh_c(temp, rh)) == pytest.approx(rh, rel=1e-6)
    assert humidity_ratio_from_wet_bulb(temp, wet_bulb_c(temp, ratio, pressure), pressure) == pytest.approx(float(ratio), abs=2e-8)


@given(temps_c, pressures_pa)
def test_saturated_air_has_all_its_temperatures_alike(temp, pressure):
    ratio = humidity_ratio(saturation_pressure_pa(temp), pressure)
    assert wet_bulb_c(temp, ratio, pressure) == pytest.approx(temp, abs=1e-6)
    assert saturated_temp_c(enthalpy_j_per_kg(temp, ratio), pressure) == pytest.approx(temp, abs=1e-6)


@given(st.floats(0.0, 45.0), humidities, pressures_pa, pressures_pa)
def test_thin_air_lowers_the_wet_bulb(temp, rh, first, second):
    thin, thick = sorted((first, second))
    assert wet_bulb_from_rh_c(temp, rh, thin) <= wet_bulb_from_rh_c(temp, rh, thick) + 0.15  # but for the jump where water freezes
