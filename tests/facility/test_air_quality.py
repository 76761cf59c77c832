import numpy as np
import pytest

from wattmint.facility.air_quality import (
    FINER,
    corrosion_class,
    corrosion_classes,
    filter_facts,
    filter_stages,
    filtration,
    hall_flow_m3_per_s,
)
from wattmint.facility.cooling import Air, plant_named
from wattmint.facts.load import number
from wattmint.physics.psychrometrics import SEA_LEVEL_PA, standard_pressure_pa


def air_of(temp_c, pressure_pa=SEA_LEVEL_PA):
    temps = np.atleast_1d(np.asarray(temp_c, dtype=float))
    return Air(temps, temps - 5.0, temps - 10.0, np.full(temps.shape, pressure_pa))


@pytest.mark.parametrize(
    ("copper", "silver", "expected"),
    [
        (0, 0, "g1"),
        (299, 199, "g1"),
        (300, 0, "g2"),
        (0, 200, "g2"),
        (999, 999, "g2"),
        (1000, 0, "g3"),
        (0, 1999, "g3"),
        (2000, 0, "gx"),
        (0, 9e4, "gx"),
    ],
)
def test_films_on_coupons_tell_the_class(copper, silver, expected):
    # Origin: ANSI/ISA-71.04-2013: G1 below 300 Å of copper and 200 Å of silver in 30 days, G2 below 1,000, G3 below 2,000.
    assert corrosion_class(copper, silver) == expected
    assert corrosion_classes() == ("g1", "g2", "g3", "gx")


def test_air_carries_the_heat_at_the_plants_rise():
    plant, air = plant_named("open-air-fans"), air_of(plant_named("open-air-fans").supply_setpoint_c)
    (flow,) = hall_flow_m3_per_s(plant, air, air.temp_dry_c, air.dew_point_c, 2.0, 1.0)
    # Worked by hand: 2 MW over 1006 J/(kg K) and the rise, at 1.14 kg/m3 (dry air of 35 °C at sea level has 1.146).
    assert flow == pytest.approx(2e6 / (1006.0 * plant.rise_k * 1.14), rel=0.01)


def test_thin_air_takes_more_room_and_cold_air_less():
    plant = plant_named("open-air-fans")
    sea, high, cold = air_of(30.0), air_of(30.0, float(standard_pressure_pa(1500.0))), air_of(5.0)
    at_sea, on_high, in_cold = (float(hall_flow_m3_per_s(plant, air, air.temp_dry_c, air.dew_point_c, 1.0, 1.0)[0]) for air in (sea, high, cold))
    assert on_high / at_sea == pytest.approx(SEA_LEVEL_PA / float(standard_pressure_pa(1500.0)), rel=0.005)
    assert in_cold < at_sea


@pytest.mark.parametrize(
    ("pm25", "corrosion", "expected"),
    [
        (8.9, "g1", ("merv-11",)),
        (9.1, "g1", ("merv-13",)),
        (None, "g1", ("merv-13",)),
        (5.0, "g2", ("merv-11", "gas-filter")),
        (5.0, "gx", ("merv-11", "gas-filter")),
    ],
)
def test_filters_follow_dust_and_gases(pm25, corrosion, expected):
    assert filter_stages(pm25, corrosion) == expected


def test_filters_cost_by_the_largest_flow_and_power_by_its_square():
    flow = np.array([40.0, 80.0])
    one, both = filtration((FINER,), flow, 80.0), filtration((FINER, "gas-filter"), flow, 80.0)
    assert one.filters == np.ceil(80.0 / number("air_quality", "hall-air", "filter_flow_m3_per_s"))
    changes = 12.0 / number("air_quality", FINER, "filter_life_months")
    assert one.media_usd_per_year == pytest.approx(one.filters * changes * number("air_quality", FINER, "filter_usd"))
    pressure_pa, efficiency = number("air_quality", FINER, "filter_pressure_pa"), number("air_quality", "hall-air", "filter_fan_efficiency")
    assert one.power_mw[1] == pytest.approx(80.0 * pressure_pa / efficiency / 1e6)
    assert one.power_mw[0] == pytest.approx(one.power_mw[1] / 4.0)
    assert one.pm25_passed_share == pytest.approx(1.0 - number("air_quality", FINER, "pm25_removal_share"))
    assert both.pm25_passed_share == one.pm25_passed_share  # media against gases take no dust
    assert both.capex_usd == pytest.approx(2.0 * one.capex_usd)
    assert both.power_mw.sum() > one.power_mw.sum()


def test_filters_are_sized_for_the_design_whatever_flows():
    full, little = (filtration((FINER,), np.array([flow]), 80.0) for flow in (80.0, 20.0))
    assert (little.filters, little.capex_usd, little.media_usd_per_year) == (full.filters, full.capex_usd, full.media_usd_per_year)
    assert little.power_mw[0] == pytest.approx(full.power_mw[0] / 16.0)


def test_finer_filters_pass_less():
    passed = [filtration((name,), np.array([1.0]), 1.0).pm25_passed_share for name in ("merv-8", "merv-11", "merv-13")]
    assert passed == sorted(passed, reverse=True)


def test_facts_behind_filters():
    assert filter_facts(()) == ()
    assert {fact.id for fact in filter_facts((FINER,))} == {FINER, "hall-air"}
