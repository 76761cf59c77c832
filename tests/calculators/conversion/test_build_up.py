from dataclasses import replace

import pytest

from wattmint.calculators.conversion.build_up import ALL, NOTHING, Range, build_up, range_of
from wattmint.calculators.conversion.checks import checks
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.facts.load import record


def items_of(plan, has=None, wish=None):
    has, wish = has or plan.has, wish or plan.wish
    found = checks(has, plan.needs, wish, plan.planned)
    items = build_up(has, plan.needs, wish, found, plan.it_mw, plan.topologies, TableBook(plan.scenario.conversion, ()))
    return {item.id: item for item in items}


def test_shares_are_of_a_new_data_centre_and_the_backup_of_the_published_total_is_replaced(plan):
    items = items_of(plan)
    assert items["shell"].usd_per_mw.value == pytest.approx(0.21 * 9_300_000)
    inside = plan.topologies[str(record("conversion", "works")["works_backup"].value)].capex_usd_per_mw
    assert items["electrical"].usd_per_mw.value == pytest.approx(0.3816 * 9_300_000 - inside)
    own = sum(item.usd_per_mw.value for name, item in items.items() if name.startswith("backup-"))
    assert own == pytest.approx(plan.topologies[plan.wish.backup].capex_usd_per_mw)


def test_a_second_feed_that_is_there_is_kept_and_one_that_is_not_is_bought(plan):
    assert items_of(plan)["backup-feed"].kept_share.value == 1.0
    assert items_of(plan, replace(plan.has, feeds=1.0))["backup-feed"].kept_share == NOTHING


def test_a_building_and_a_liquid_loop_leave_something(plan):
    assert items_of(plan)["shell"].kept_share == items_of(plan)["cooling"].kept_share == NOTHING
    better = replace(plan.has, hall_kind="building", floor_m2=20_000.0, cooling="dry-cooler-hydro")
    assert items_of(plan, better)["shell"].kept_share.value == 0.6
    assert items_of(plan, better)["cooling"].kept_share.value == 0.3


def test_a_building_is_kept_where_it_is_large_enough_for_what_is_built(plan):
    room = plan.needs.floor_m2_per_mw * plan.it_mw
    kept = [items_of(plan, replace(plan.has, hall_kind="building", floor_m2=floor))["shell"].kept_share.value for floor in (room, 0.9 * room)]
    assert kept == [0.6, 0.0]


def test_what_meets_the_need_is_there_and_not_bought(plan):
    ready = items_of(plan, replace(plan.has, hall_rack_kw=140.0, cooling="direct-liquid-dry-cooler", ride_through_s=600.0))
    assert all(ready[name].kept_share == ALL for name in ("electrical", "white-space", "cooling", "liquid", "backup-ups"))
    assert ready["backup-path"].kept_share == NOTHING
    wish = replace(plan.wish, cooling="chilled-water-tower")
    towers = items_of(plan, replace(plan.has, cooling="chilled-water-tower"), wish)
    assert (towers["cooling"].kept_share, towers["liquid"].kept_share) == (ALL, NOTHING)


def test_what_a_check_adds_stands_beside_and_disappears_with_its_gap(plan):
    items = items_of(plan)
    assert items["fibre"].usd_per_mw.value == pytest.approx(59.9 * 16_000.0 / plan.it_mw)
    assert items["noise"].usd_per_mw.value == pytest.approx(3_000.0 * 13.0)
    assert not {"fibre", "noise", "flood"} & set(items_of(plan, replace(plan.has, fibre_routes=2.0, noise_db=50.0)))
    assert "flood" in items_of(plan, replace(plan.has, flood_return_years=200.0))


def test_every_item_with_a_check_names_one_that_exists(plan):
    names = {check.name for check in plan.checks}
    assert {item.check for item in plan.items} <= names | {""}
    assert range_of(record("conversion", "second-feed")["lead_weeks"]) == Range(80.0, 128.0, 210.0)
