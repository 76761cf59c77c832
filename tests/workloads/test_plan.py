from dataclasses import replace

import numpy as np
import pytest

from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facility.cooling import plant_keys
from wattmint.facts.load import number
from wattmint.market.library import build_library
from wattmint.physics.psychrometrics import standard_pressure_pa
from wattmint.scenario.model import Scenario
from wattmint.workloads import plan_part
from wattmint.workloads.chain_cost import BackupCost
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import (
    Works,
    at_the_end,
    it_limit_mw,
    label,
    name_of,
    operations,
    plant_hours,
    shared_fields,
    whole_units,
    works_capital,
)
from wattmint.workloads.timeline import Stay


@pytest.fixture
def scenario(scenario_of):
    return scenario_of({"kind": "hosting", "construction_months": 4, "ramp_months": 2})


@pytest.fixture
def book(scenario):
    return InputBook(scenario.builds[0].parts[0])


@pytest.fixture
def plan_of(scenario, snapshot, library):
    plan = plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)
    return lambda **changes: replace(plan, **changes)


def test_it_power_is_what_the_connection_feeds_in_the_hottest_hour(scenario, book, library):
    hourly = plant_hours(book, "economiser-chiller", library).pue
    assert np.nanargmax(hourly[0]) == 3  # the hot one
    assert it_limit_mw(scenario, 0.6, hourly) == pytest.approx(6.0 / np.nanmax(hourly))
    assert np.isnan(hourly[:, 4:]).all()


def test_losses_of_the_supply_come_on_top(book, library):
    plain, backed = (plant_hours(book, "economiser-chiller", library, loss).pue for loss in (0.0, 0.01))
    assert np.nanmin(backed - plain) == pytest.approx(0.01)  # and a little more where the chiller removes it


def test_transformers_lose_by_load(book, library):
    full, half = (plant_hours(book, "direct-liquid-dry-cooler", library, load_share=load).distribution for load in (1.0, 0.5))
    no_load, by_load = (number("coolers", "direct-liquid-dry-cooler", f"distribution_{which}_share") for which in ("no_load", "load"))
    assert (full, half) == (pytest.approx(no_load + by_load), pytest.approx(2.0 * no_load + by_load / 2.0))


def test_thin_air_takes_more_power(book, library):
    high = replace(library, pressure_pa=library.pressure_pa * 0.9)
    assert (plant_hours(book, "open-air-fans", high).pue > plant_hours(book, "open-air-fans", library).pue)[:, :4].all()


def test_the_altitude_of_the_site_reaches_its_fans(small_tables):
    def hours(**site):
        scenario = Scenario.of({**small_tables, "site": {**small_tables["site"], **site}})
        return plant_hours(InputBook(scenario.builds[0].parts[0]), "open-air-fans", build_library(scenario))

    stated, low, high = hours(), hours(altitude_m=0.0), hours(altitude_m=2500.0)
    assert np.nanmean(low.pue) < np.nanmean(stated.pue) < np.nanmean(high.pue)  # the weather station of Midland lies at 872 m
    assert np.nanmean(high.fan) / np.nanmean(low.fan) == pytest.approx((101_325.0 / standard_pressure_pa(2500.0)) ** 2)


def test_what_a_plant_is_made_of_is_recorded_with_its_sources(book, library):
    plant_hours(book, "direct-liquid-dry-cooler", library)
    used = {one.name for one in book.used}
    assert set(plant_keys("direct-liquid-dry-cooler")) <= used


def test_a_library_without_weather_is_refused(scenario):
    with pytest.raises(ScenarioError, match="both temperatures"):
        it_limit_mw(scenario, 1.0, np.full((1, 3), np.nan))


def test_an_unknown_cooling_is_refused_with_the_nearest_names(book, library):
    with pytest.raises(UnknownNameError, match=r"cooling = 'imersion'.*did you mean 'immersion'"):
        plant_hours(book, "imersion", library)


def test_machines_are_whole():
    assert whole_units(10.0, 3.0, "machine", "x") == 3
    assert whole_units(0.3, 0.1, "machine", "x") == 3  # 0.3 / 0.1 is 2.9999…
    with pytest.raises(ScenarioError, match="machine = 'x': needs 3 MW apiece"):
        whole_units(2.9, 3.0, "machine", "x")


def test_shared_fields_by_hand(scenario, book, library):
    hourly = plant_hours(book, "economiser-chiller", library).pue
    fields = shared_fields(book, scenario, hourly, 2.0, "conversion", BackupCost(2.5, 12.0))
    assert fields["works"].usd == 2.0 * number("defaults", "hosting", "site_capex_usd_per_mw") + 5.0
    assert fields["opex_usd_per_month"] == pytest.approx(2.0 * (number("defaults", "hosting", "opex_usd_per_mw_year") + 12.0) / 12.0)
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
    assert at_the_end(Stay(0), np.array([3.0, 4.0]), 2).tolist() == [[0.0, 0.0, 3.0], [0.0, 0.0, 4.0]]


def test_labels_are_for_people():
    assert label("mining", 60.0, name_of("machines", "antminer-s21-xp")) == "mining, 60 MW, Antminer S21 XP"


@pytest.mark.parametrize(
    ("part", "stands"),
    [
        ({"kind": "hosting"}, False),
        ({"kind": "hosting", "construction_months": 0}, False),
        ({"kind": "hosting", "existing": True}, True),
        ({"kind": "mining", "machine": "antminer-s21-xp", "existing": True}, False),
        ({"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 3}, True),
        ({"kind": "mining", "machine": "antminer-s21-xp", "machine_age_months": 3}, False),
        ({"kind": "rental", "accelerator": "b200-sxm", "existing": True}, False),
    ],
)
def test_a_part_stands_where_nothing_is_built_or_bought(scenario_of, snapshot, library, part, stands):
    scenario = scenario_of(part)
    assert plan_part(scenario.builds[0].parts[0], scenario, snapshot, library).stands is stands


def test_what_stands_already_is_not_built(scenario_of):
    scenario = scenario_of({"kind": "hosting", "existing": True, "until_month": 9, "clearing_usd_per_mw": 50_000.0})
    book = InputBook(scenario.builds[0].parts[0])
    fields = shared_fields(book, scenario, np.full((1, 4), 1.25), 8.0, "conversion", BackupCost(1e5))
    assert (fields["works"].usd, fields["construction_months"], fields["ramp_months"]) == (0.0, 0, 0)
    assert (fields["until_month"], fields["clearing_usd"]) == (9, 400_000.0)
    used = {one.name: one.value for one in book.used}
    assert (used["until_month"], used["clearing_usd_per_mw"]) == (9, 50_000.0)
    assert not {"site_capex_usd_per_mw", "construction_months", "from_month"} & set(used)
