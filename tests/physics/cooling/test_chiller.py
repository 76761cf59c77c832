import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.cooling.cases import ECONOMISER, FANS, LIQUID, TOWER, loads, plants, temps_c

from wattmint.physics.cooling.chiller import (
    FIXED_SHARE,
    PART_LOAD,
    RATED_AIR_C,
    RATED_TOWER_WATER_C,
    RATED_WATER_C,
    chiller_cop,
    chiller_share,
    missed_share,
    part_power_share,
)

CURVES = json.loads((Path(__file__).parents[2] / "golden" / "chiller_curves.json").read_text(encoding="utf-8"))
OPEN = np.array(False)


def test_a_chiller_does_what_it_is_rated_for():
    assert chiller_cop(np.array(RATED_AIR_C), RATED_WATER_C, ECONOMISER) == pytest.approx(ECONOMISER.chiller_cop)
    assert chiller_cop(np.array(RATED_TOWER_WATER_C), RATED_WATER_C, TOWER) == pytest.approx(TOWER.chiller_cop)


def test_lift_by_hand():
    # 20 °C outside, water of 17 °C: condensing at 35, evaporating at 15; rated: at 50 and 4.67.
    lift, rated = 20.0 / 288.15, 45.33 / 277.82
    assert chiller_cop(np.array(20.0), 17.0, ECONOMISER) == pytest.approx(3.0 / (FIXED_SHARE + (1.0 - FIXED_SHARE) * lift / rated), rel=1e-4)
    assert chiller_cop(np.array(-40.0), 17.0, ECONOMISER) == pytest.approx(3.0 / FIXED_SHARE)  # no lift left


def deviations(row):
    """Return how far the law of lift is from one chiller's curve, over the curve's own range."""
    case = dict(zip(CURVES["columns"], row, strict=True))
    x, y = np.meshgrid(np.linspace(case["x_low_c"], case["x_high_c"], 9), np.linspace(case["y_low_c"], case["y_high_c"], 15))
    at = (case["reference_x_c"], case["reference_y_c"])

    def curve(x, y):
        return case["c0"] + case["c1"] * x + case["c2"] * x**2 + case["c3"] * y + case["c4"] * y**2 + case["c5"] * x * y

    plant = TOWER if case["condenser"] == "water" else ECONOMISER
    law = np.array([[1.0 / float(chiller_cop(np.array(b), a, plant)) for a, b in zip(*pair, strict=True)] for pair in zip(x, y, strict=True)])
    law *= float(chiller_cop(np.array(at[1]), at[0], plant))
    return law * curve(*at) / curve(x, y) - 1.0


def test_the_law_of_lift_follows_the_curves_of_real_chillers():
    off = [np.abs(deviations(row)).mean() for row in CURVES["rows"]]
    assert len(off) == 11
    assert np.mean(off) < 0.07
    assert max(off) < 0.11


@pytest.mark.parametrize(
    ("plant", "condenser_c", "least", "most"),
    [  # ASHRAE 90.1-2019: what chillers of these ratings must reach at least, and those with variable speed (path B)
        (ECONOMISER._replace(chiller_cop=2.96), (35.0, 26.67, 18.33, 12.78), 4.10, 4.60),
        (TOWER._replace(chiller_cop=6.28), (29.44, 23.89, 18.33, 18.33), 7.03, 9.26),
    ],
)
def test_the_integrated_part_load_value_is_that_of_the_energy_code(plant, condenser_c, least, most):
    loads = np.array([1.0, 0.75, 0.5, 0.25])
    cop = chiller_cop(np.array(condenser_c), RATED_WATER_C, plant) * loads / part_power_share(loads)
    assert least <= cop @ np.array([0.01, 0.42, 0.45, 0.12]) <= most  # weights of AHRI 550/590


def test_part_load_by_energyplus():
    assert sum(PART_LOAD) == pytest.approx(1.0, abs=1e-4)
    assert part_power_share(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.0, 0.03303 + 0.6852 / 2 + 0.2818 / 4, sum(PART_LOAD)])
    assert np.isnan(part_power_share(np.array(np.nan)))


def test_the_economiser_carries_what_it_can():
    sinks = np.array([20.0, 23.0, 29.0, 35.0, 45.0])
    assert missed_share(sinks, 25.0, np.zeros(5, dtype=bool), ECONOMISER) == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    assert missed_share(sinks, 25.0, np.ones(5, dtype=bool), ECONOMISER).tolist() == [1.0] * 5


def test_no_chiller_draws_nothing():
    assert chiller_share(np.array(45.0), np.array(45.0), OPEN, FANS, 1.0) == 0.0


def test_air_around_liquid_cooled_racks_needs_its_chiller_earlier():
    cool, mild, hot = (float(chiller_share(np.array(t), np.array(t), OPEN, LIQUID, 1.0)) for t in (10.0, 20.0, 40.0))
    assert cool == 0.0
    cold_bank = 0.2 * float(part_power_share(np.array(1.0)) / chiller_cop(np.array(20.0), 18.0, LIQUID))
    assert mild == pytest.approx(cold_bank)  # the coolant itself still needs none
    assert hot > 2.0 * mild


@given(temps_c, temps_c, st.booleans(), loads, plants)
def test_hotter_air_never_saves_chiller_power(first, second, locked, load, plant):
    cold, hot = sorted((first, second))
    shares = [chiller_share(np.array(t), np.array(t), np.array(locked), plant, load) for t in (cold, hot)]
    assert 0.0 <= shares[0] <= shares[1] + 1e-12
