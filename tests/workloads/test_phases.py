from dataclasses import replace

import numpy as np
import pytest

from wattmint.workloads import plan_part
from wattmint.workloads.phases import clearing, most_grid_mw, when_words


@pytest.fixture
def plan_of(scenario_of, snapshot, library):
    scenario = scenario_of({"kind": "hosting", "construction_months": 4, "ramp_months": 2})
    plan = plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)
    return lambda **changes: replace(plan, **changes)


def test_clearing_is_paid_in_the_last_month_at_that_days_prices(plan_of):
    stops = plan_of(clearing_usd=100.0, until_month=13, inflation_per_year=0.10)
    line = clearing(stops, 24)["clearing"][0]
    assert np.flatnonzero(line).tolist() == [12]
    assert line[12] == pytest.approx(-110.0)
    assert clearing(stops, 13) == clearing(stops, 12) == {}  # runs to the end of the horizon, or beyond it
    assert clearing(plan_of(until_month=13), 24) == {}
    assert clearing(plan_of(clearing_usd=100.0), 24) == {}


def test_the_most_power_is_that_of_the_fullest_month(plan_of):
    goes, comes = plan_of(grid_mw=6.0, construction_months=0, until_month=9), plan_of(grid_mw=5.0, from_month=9, construction_months=3)
    stays = plan_of(grid_mw=4.0, construction_months=0)
    assert most_grid_mw((goes, stays)) == 10.0
    assert most_grid_mw((goes, comes, stays)) == 10.0
    assert most_grid_mw((comes, stays)) == 9.0
    assert most_grid_mw((goes, comes)) == 6.0


def test_a_name_says_what_is_there_and_for_how_long(plan_of):
    assert when_words(plan_of(construction_months=4), existing=False) == ""
    aged = plan_of(machine_age_months=30, until_month=6)
    assert when_words(aged, existing=True) == ", existing halls, machines 30 months old, until month 6"
    assert when_words(plan_of(from_month=6, construction_months=15), existing=False) == ", from month 21"
