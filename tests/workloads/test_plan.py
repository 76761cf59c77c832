from pathlib import Path

import numpy as np
import pytest

from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facts.load import number
from wattmint.market.history import read_weather
from wattmint.physics.cooling import Plant, pue
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import (
    Works,
    at_the_end,
    it_limit_mw,
    label,
    name_of,
    operations,
    plant_pue,
    shared_fields,
    whole_units,
    works_capital,
)


@pytest.fixture
def scenario(scenario_of):
    return scenario_of({"kind": "hosting", "construction_months": 4, "ramp_months": 2})


@pytest.fixture
def book(scenario):
    return InputBook(scenario.builds[0].parts[0])


@pytest.fixture
def plan_of(scenario, snapshot, library):
    from dataclasses import replace

    from wattmint.workloads import plan_part

    plan = plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)
    return lambda **changes: replace(plan, **changes)


def test_it_power_is_what_the_connection_feeds_in_the_hottest_hour(scenario, book, library):
    hourly = plant_pue(book, "economiser-chiller", library)
    assert np.nanargmax(hourly[0]) == 3  # the hot one
    assert it_limit_mw(scenario, 0.6, hourly) == pytest.approx(6.0 / np.nanmax(hourly))
    assert np.isnan(hourly[:, 4:]).all()


@pytest.mark.parametrize(
    ("cooling", "mean_low", "mean_high", "hottest_low", "hottest_high"),
    [
        # vendors of mining plants state 1.02 to 1.10 for forced air, 1.03 to 1.10 for immersion
        ("open-air-fans", 1.02, 1.10, 1.02, 1.10),
        ("evaporative-wall", 1.02, 1.10, 1.02, 1.10),
        ("immersion", 1.03, 1.10, 1.03, 1.10),
        # a Google site near Dallas reports 1.13, the US mean was 1.4 in 2023; leases reserve 1.25 (TeraWulf, 250 MW for 200 MW
        # of IT), 1.45 (Cipher, 244 for 168) to 1.52 (Galaxy, 800 for 526)
        ("direct-liquid-dry-cooler", 1.08, 1.20, 1.25, 1.52),
        ("economiser-chiller", 1.10, 1.30, 1.40, 1.55),
    ],
)
def test_a_year_in_midland_lies_within_published_ranges(cooling, mean_low, mean_high, hottest_low, hottest_high):
    weather = read_weather("midland-tmy3", Path())
    plant = Plant(*(number("coolers", cooling, key) for key in Plant._fields))
    hourly = pue(weather.temp_dry_c, weather.temp_wet_c, plant)
    assert mean_low <= hourly.mean() <= mean_high
    assert hottest_low <= hourly.max() <= hottest_high


def test_standing_losses_of_the_backup_come_on_top(book, library):
    plain, with_backup = (plant_pue(book, "economiser-chiller", library, loss) for loss in (0.0, 0.01))
    assert np.nanmin(with_backup - plain) == pytest.approx(0.01)  # and a little more where the chiller removes it


def test_a_library_without_weather_is_refused(scenario):
    with pytest.raises(ScenarioError, match="both temperatures"):
        it_limit_mw(scenario, 1.0, np.full((1, 3), np.nan))


def test_an_unknown_cooling_is_refused_with_the_nearest_names(book, library):
    with pytest.raises(UnknownNameError, match=r"cooling = 'imersion'.*did you mean 'immersion'"):
        plant_pue(book, "imersion", library)


def test_machines_are_whole():
    assert whole_units(10.0, 3.0, "machine", "x") == 3
    assert whole_units(0.3, 0.1, "machine", "x") == 3  # 0.3 / 0.1 is 2.9999…
    with pytest.raises(ScenarioError, match="machine = 'x': needs 3 MW apiece"):
        whole_units(2.9, 3.0, "machine", "x")


def test_shared_fields_by_hand(scenario, book, library):
    hourly = plant_pue(book, "economiser-chiller", library)
    fields = shared_fields(book, scenario, hourly, 2.0, "conversion", backup_usd=5.0)
    assert fields["works"].usd == 2.0 * number("defaults", "hosting", "site_capex_usd_per_mw") + 5.0
    assert fields["opex_usd_per_month"] == pytest.approx(2.0 * number("defaults", "hosting", "opex_usd_per_mw_year") / 12.0)
    assert (fields["grid_mw"], fields["construction_months"], fields["ramp_months"]) == (10.0, 4, 2)


def test_operating_costs_start_with_service_and_grow(plan_of):
    line = operations(plan_of(opex_usd_per_month=100.0, inflation_per_year=0.10), 30)[0]
    assert not line[:4].any()
    assert line[12] == pytest.approx(-110.0)
    assert line[24] == pytest.approx(-121.0)


def test_works_cost_more_on_unlucky_paths_and_leave_a_book_value(plan_of, world_of):
    plan = plan_of(works=Works("conversion", 1000.0, 0.2, 100.0, 0.5))
    line, salvage = works_capital(plan, world_of(paths=2, months=24, works_draw=np.array([0.2 / 2.0, 1.1])))
    assert line[0].tolist() == pytest.approx([0.0] + [-250.0] * 4 + [0.0] * 20)
    assert line[1].sum() == pytest.approx(-1000.0 * np.exp(0.2))
    assert salvage == pytest.approx([1000.0 * 0.5 * 0.8, 1000.0 * np.exp(0.2) * 0.5 * 0.8])  # 20 of 100 months of wear


def test_the_salvage_line_pays_once_at_the_end():
    assert at_the_end(np.array([3.0, 4.0]), 2).tolist() == [[0.0, 0.0, 3.0], [0.0, 0.0, 4.0]]


def test_labels_are_for_people():
    assert label("mining", 60.0, name_of("machines", "antminer-s21-xp")) == "mining, 60 MW, Antminer S21 XP"
