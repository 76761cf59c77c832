import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.facility.chain_parts import inputs_of, parts_of, ups_loss_share
from wattmint.facility.power_chain import topologies
from wattmint.facts.load import number


def usd(topology: str, it_mw: float = 100.0) -> dict[str, float]:
    return {part.name: part.usd for part in parts_of(topology, it_mw)}


def test_nothing_bought_costs_nothing():
    assert parts_of("none", 100.0) == ()


def test_parts_are_counted_by_topology():
    assert usd("ups-only") == {"ups": 350_000.0}
    assert usd("n") == {"ups": 350_000.0, "generator": 5 * 2.5 / 10 * 650_000.0}
    assert usd("n+1") == {"ups": 437_500.0, "generator": 6 * 2.5 / 10 * 650_000.0, "path": 200_000.0}
    assert usd("2n") == {"ups": 700_000.0, "generator": 10 * 2.5 / 10 * 650_000.0, "path": 200_000.0}
    assert usd("dual-feed") == {"feed": 187_500.0}
    assert usd("bess-4h") == {"battery-storage": 1.25 * 1_980_000.0}


def test_a_battery_of_four_hours_costs_its_power_and_its_energy():
    """Power 968 USD/kW and energy 253 USD/kWh, as REopt has them."""
    assert number("components", "battery-storage", "component_usd_per_mw") == pytest.approx(1_000 * (968 + 4 * 253))


def test_a_small_site_pays_for_small_but_whole_generators():
    assert usd("n", 1.0)["generator"] == usd("n", 100.0)["generator"] == 1.25 * 650_000.0
    assert usd("n+1", 1.0)["generator"] == 2.5 * 650_000.0  # one and a spare of the same size
    assert usd("n+1", 100.0)["generator"] == pytest.approx(1.25 * 1.2 * 650_000.0)  # five and one


@pytest.mark.parametrize("topology", topologies())
def test_cost_ground_and_life_come_together(topology):
    for part in parts_of(topology, 50.0):
        assert part.mw > 0.0
        assert part.opex_usd_per_year < part.usd
        assert part.m2 > 0.0
        assert 10.0 <= part.life_years <= 50.0


@pytest.mark.parametrize("load", [0.1, 0.5, 1.0])
def test_losses_are_those_of_the_share_that_each_unit_carries(load):
    a, b, c = 0.006, 0.018, 0.012
    assert ups_loss_share("ups-only", load) == pytest.approx(a / load + b + c * load)
    assert ups_loss_share("2n", load) == pytest.approx(a / (load / 2.0) + b + c * load / 2.0)
    assert ups_loss_share("none", load) == 0.0


def test_published_efficiencies_of_double_conversion_and_eco_mode_are_met():
    """0.94 to 0.97 at usual loads, and 0.985 to 0.99 in eco mode."""
    for load in (0.4, 0.6, 0.8, 1.0):
        assert 0.94 < 1.0 / (1.0 + ups_loss_share("ups-only", load)) < 0.975
        assert 0.98 < 1.0 / (1.0 + ups_loss_share("n+1-eco", load)) < 0.992


@given(st.floats(0.05, 1.0))
def test_eco_mode_loses_less_and_idle_twins_more(load):
    assert ups_loss_share("n+1-eco", load) < ups_loss_share("n+1", load)
    assert ups_loss_share("2n", 0.5 * load) > ups_loss_share("n", 0.5 * load)


def test_inputs_are_the_rows_of_what_was_bought():
    generators = {used.value for used in inputs_of("n") if used.name == "run_failure_hours"}
    assert generators == {1100.0}
    assert not [used for used in inputs_of("dual-feed-ups") if used.name == "run_failure_hours"]
    assert [used.value for used in inputs_of("n+1-eco") if used.name == "rides_on"] == ["ups-eco"]
