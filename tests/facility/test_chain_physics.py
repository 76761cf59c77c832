import pytest

from wattmint.facility.chain_physics import chain_of, generator_count
from wattmint.facility.grid import grid_named
from wattmint.facility.power_chain import topologies
from wattmint.facts.load import number
from wattmint.physics.outages import mean_hours
from wattmint.units import HOURS_PER_YEAR

GRID = grid_named("us-distribution")


@pytest.mark.parametrize(
    ("topology", "it_mw", "load", "needed", "installed"),
    [
        ("n", 100.0, 1.0, 5, 5),
        ("n+1", 100.0, 1.0, 5, 6),
        ("n+1", 100.0, 0.5, 3, 6),
        ("2n", 100.0, 0.8, 4, 10),
        ("n+1", 1.0, 1.0, 1, 2),
        ("n", 3.0, 0.5, 1, 2),
        ("none", 100.0, 1.0, 5, 0),
    ],
)
def test_generators_are_counted_for_a_block_by_the_load_that_they_carry(topology, it_mw, load, needed, installed):
    assert generator_count(topology, it_mw, load)[:2] == (needed, installed)


@pytest.mark.parametrize("it_mw", [0.1, 1.0, 2.1, 10.0, 1000.0])
def test_generators_of_a_small_site_are_small(it_mw):
    ratio = number("components", "generator", "plant_ratio")
    assert generator_count("n", it_mw, 1.0).rated_mw_per_mw == pytest.approx(ratio)
    spare = generator_count("n+1", it_mw, 1.0)
    assert spare.rated_mw_per_mw == pytest.approx(ratio * spare.installed / spare.needed)


def test_a_topology_is_the_chain_of_its_rows():
    chain = chain_of("n+1", GRID, 100.0, 0.8)
    assert (chain.feeds.number, chain.paths.number) == (1, 2)
    assert [hazard.name for hazard in chain.paths.hazards] == ["distribution", "people", "planned", "ups"]
    assert [hazard.stranded_share for hazard in chain.paths.hazards] == [1.0, 1.0, 0.0, 1.0]
    assert chain.backup.ride_hours == pytest.approx(10.0 / 60.0 / 0.8)
    assert chain.backup.tank_hours == pytest.approx(48.0 / 0.8)
    assert 0.0 < chain.backup.ups_failure < 0.002


def test_a_site_s_own_transformer_is_a_feed_s_hazard():
    line = chain_of("none", GRID, 100.0, 1.0).feeds.hazards[-1]
    assert line.name == "distribution"
    assert line.per_hour * HOURS_PER_YEAR == pytest.approx(number("components", "feed", "failures_per_year"))
    assert mean_hours(line.hours) == pytest.approx(number("components", "feed", "component_repair_hours"), rel=1e-5)


def test_where_nothing_rides_through_it_fails_for_certain():
    assert chain_of("dual-feed", GRID, 100.0, 1.0).backup.ups_failure == 1.0


@pytest.mark.parametrize("topology", topologies())
def test_planned_work_is_as_long_and_as_often_as_the_row_says(topology):
    planned = next(hazard for hazard in chain_of(topology, GRID, 100.0, 1.0).paths.hazards if hazard.name == "planned")
    assert planned.planned
    assert planned.per_hour * HOURS_PER_YEAR == pytest.approx(number("backup", topology, "planned_stops_per_year"))
    assert mean_hours(planned.hours) == pytest.approx(number("backup", topology, "planned_hours"), rel=1e-5)
