from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.calculators.conversion.conftest import mine

from wattmint.calculators.conversion.checks import LIMITS, PASSES, REFUSES, WORKS, Planned, checks, most_it_mw
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.requirements import has_of, needs_of, wish_of

SCENARIO = mine()
BOOK = TableBook(SCENARIO.conversion, ("conversion", "hosting"))
HAS = has_of(SCENARIO, TableBook(SCENARIO.existing, ("existing",)))
NEEDS = needs_of("training", BOOK)
WISH = wish_of(SCENARIO.conversion, HAS, NEEDS, "dual-feed-ups", BOOK)
PLANNED = Planned(grid_mw=12.0, it_mw=9.0, water_l_per_day=0.0, backup_feeds=2.0, backup_ride_through_s=600.0)


def check_of(name, has=HAS, wish=WISH, planned=PLANNED):
    return next(check for check in checks(has, NEEDS, wish, planned) if check.name == name)


def test_there_are_eleven_and_each_says_what_it_has_and_needs():
    found = checks(HAS, NEEDS, WISH, PLANNED)
    names = ["power density", "firm capacity", "feeds", "cooling", "water", "floor", "fibre", "latency", "ride-through", "noise", "flood"]
    assert [check.name for check in found] == names
    assert all(check.reason and check.unit for check in found)
    assert most_it_mw(found, PLANNED) == PLANNED.it_mw


@pytest.mark.parametrize(
    ("name", "key", "fine", "bad", "state"),
    [
        ("power density", "hall_rack_kw", 140.0, 12.0, WORKS),
        ("firm capacity", "firm_mw", 12.0, 9.0, LIMITS),
        ("firm capacity", "firm_mw", 12.0, 2.0, REFUSES),
        ("feeds", "feeds", 2.0, 1.0, WORKS),
        ("feeds", "feed_kv", 138.0, 25.0, REFUSES),
        ("cooling", "cooling", "direct-liquid-dry-cooler", "open-air-fans", WORKS),
        ("floor", "land_m2", 1e6, 0.0, REFUSES),
        ("floor", "land_m2", 1e6, 5_000.0, LIMITS),
        ("fibre", "fibre_routes", 2.0, 1.0, WORKS),
        ("latency", "latency_ms", 99.0, 101.0, REFUSES),
        ("ride-through", "ride_through_s", 60.0, 0.0, WORKS),
        ("noise", "noise_db", 55.0, 56.0, WORKS),
        ("flood", "flood_return_years", 500.0, 200.0, WORKS),
        ("flood", "flood_return_years", 500.0, 100.0, REFUSES),
    ],
)
def test_a_gap_is_closed_limits_or_refuses(name, key, fine, bad, state):
    assert check_of(name, replace(HAS, **{key: fine})).state in (PASSES, WORKS if name == "floor" else PASSES)
    assert check_of(name, replace(HAS, **{key: bad})).state == state
    assert check_of(name, replace(HAS, **{key: bad})).gap > 0.0


def test_a_building_large_enough_needs_no_new_halls_and_a_shed_does():
    assert check_of("floor", replace(HAS, hall_kind="building", floor_m2=6_000.0)).state == PASSES
    assert check_of("floor", replace(HAS, hall_kind="shed", floor_m2=6_000.0)).state == WORKS


def test_water_limits_only_where_the_cooling_drinks():
    assert check_of("water").state == PASSES
    thirsty = PLANNED._replace(water_l_per_day=400_000.0)
    part = check_of("water", replace(HAS, water_l_per_day=300_000.0), planned=thirsty)
    assert (part.state, part.most_it_mw) == (LIMITS, pytest.approx(6.75))
    assert check_of("water", planned=thirsty).state == REFUSES
    drop = check_of("water", replace(HAS, water_l_per_day=1.0), planned=thirsty)
    assert (drop.state, "less than the 5 MW of a block" in drop.reason) == (REFUSES, True)


def test_towers_are_kept_and_get_loops_and_another_plant_that_would_suit_is_replaced():
    towers = replace(HAS, cooling="chilled-water-tower")
    kept = check_of("cooling", towers, replace(WISH, cooling="chilled-water-tower"))
    assert (kept.state, kept.reason) == (WORKS, "the plant is kept; loops to the racks are added")
    assert check_of("cooling", towers).reason == "direct-liquid-dry-cooler is built instead"


def test_less_than_a_block_is_refused_also_where_no_more_was_asked_for():
    small = PLANNED._replace(grid_mw=5.0, it_mw=4.0)
    assert check_of("firm capacity", planned=small).state == REFUSES
    assert most_it_mw(checks(HAS, NEEDS, WISH, small), small) == 0.0
    assert check_of("firm capacity", planned=PLANNED._replace(grid_mw=5.5, it_mw=5.0)).state == PASSES


def test_large_powers_are_spelt_out():
    large = PLANNED._replace(grid_mw=3_000.0, it_mw=2_000.0)
    assert "feeds 1,580 MW of IT" in check_of("firm capacity", replace(HAS, firm_mw=2_250.0), planned=large).reason


def test_a_design_that_does_not_suit_is_refused():
    assert check_of("cooling", wish=replace(WISH, cooling="open-air-fans")).state == REFUSES
    assert check_of("ride-through", planned=PLANNED._replace(backup_ride_through_s=0.0)).state == REFUSES


@given(firm=st.floats(0.0, 30.0), land=st.floats(0.0, 1e5))
def test_what_can_be_converted_never_exceeds_what_was_asked_nor_what_is_firm(firm, land):
    has = replace(HAS, firm_mw=firm, land_m2=land)
    room = most_it_mw(checks(has, NEEDS, WISH, PLANNED), PLANNED)
    assert 0.0 <= room <= PLANNED.it_mw
    assert room * PLANNED.grid_mw / PLANNED.it_mw * NEEDS.firm_share <= firm + 1e-9
