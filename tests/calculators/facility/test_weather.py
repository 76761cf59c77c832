from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import PRESSURE_KPA, save, typical, waves

from wattmint.calculators.facility.case import FacilityCase
from wattmint.calculators.facility.weather import SHARES, facility_weather
from wattmint.errors import SeriesError
from wattmint.facility.chain_parts import ups_loss_share
from wattmint.facility.cooling import plant_names
from wattmint.market.history import read_weather
from wattmint.physics.psychrometrics import standard_pressure_pa

HERE = Path()


def answer(folder=HERE, **changes):
    return facility_weather(FacilityCase(**{"weather": "midland-tmy3", "cooling": "open-air-fans", "it_mw": 50.0} | changes), folder)


@pytest.fixture(scope="module")
def midland():
    return answer(machine="avalon-a16xp", pm25_ug_m3=8.0)


def of(found, name):
    return next(one for one in found.classes if one.id == name)


def test_midland_is_too_warm_for_1511_hours(midland):
    # Origin: NREL TMY3 722650 has 1,511 hours above 27 °C, the recommended inlet; a hall of fans breathes what is outside.
    assert of(midland, "recommended").hours_hot == 1511
    dry = read_weather("midland-tmy3", HERE).temp_dry_c
    assert of(midland, "a2").hours_hot == int((dry > 35.0).sum())
    assert of(midland, "a1").hours_cold == int((dry < 15.0).sum())
    assert midland.max_inlet_c == dry.max()


def test_miners_throttle_by_their_own_limits(midland):
    dry = read_weather("midland-tmy3", HERE).temp_dry_c
    assert midland.miner.inlet_limit_c == 35.0
    assert midland.miner.derated_hours == int(((dry > 35.0) & (dry <= midland.miner.inlet_off_c)).sum())
    assert midland.miner.shutdown_hours == 0
    assert midland.miner.lost_hashrate_share == pytest.approx(0.1 * midland.miner.derated_hours / 8760)


@pytest.mark.parametrize("cooling", plant_names())
def test_energy_and_water_are_sums_of_hours(cooling):
    found = answer(cooling=cooling, load_share=0.5)
    hours = found.picture.cooling
    assert found.mean_pue == pytest.approx(1.0 + sum(found.shares.values()))
    assert set(found.shares) == set(SHARES)
    assert found.grid_mwh == pytest.approx(25.0 * hours.pue.sum())
    assert found.grid_mwh_per_year == pytest.approx(found.grid_mwh)
    assert found.peak_grid_mw == pytest.approx(25.0 * found.max_pue)
    assert found.water_m3 == pytest.approx(25.0 * 8760 * found.wue_l_per_kwh)
    assert 1.0 <= hours.pue.min() <= found.mean_pue <= found.p99_pue <= found.max_pue
    assert bool(found.classes) != bool(found.coolants)
    assert all(one.hours_outside <= one.hours_hot + one.hours_cold + one.hours_humid + one.hours_dry for one in found.classes)
    assert all(one.hours_wet <= one.hours_humid for one in found.classes)


def test_water_is_scaled_like_energy():
    found = answer(cooling="evaporative-wall")
    assert found.water_m3_per_year == pytest.approx(found.water_m3)
    assert found.water_m3 > 0.0


def test_backup_losses_count():
    plain, backed = answer(), answer(backup="n+1")
    assert backed.shares["ups"] == pytest.approx(ups_loss_share("n+1", 1.0))
    assert plain.shares["ups"] == 0.0
    assert backed.mean_pue > plain.mean_pue


def test_several_years_are_scaled_to_one():
    found = answer(weather="dallas-2020-2024")
    assert found.hours == 43_848
    assert found.grid_mwh_per_year == pytest.approx(found.grid_mwh * 8760 / 43_848)
    assert found.covers_year
    assert found.missing_hours == 0


def test_a_part_of_a_year_says_nothing_of_a_year(tmp_path):
    save(waves(24 * 60), tmp_path)
    found = answer(tmp_path, weather="wx.csv")
    assert (found.grid_mwh_per_year, found.water_m3_per_year, found.covers_year) == (None, None, False)
    assert "wx.csv: its 1,440 hours do not cover all seasons; nothing is said of a year" in found.notes
    assert any("those of UTC" in note for note in found.notes)


def test_missing_hours_are_counted_and_named(tmp_path):
    save(typical().filter(np.arange(8760) % 1000 != 999), tmp_path)
    found = answer(tmp_path, weather="wx.csv")
    assert (found.hours, found.missing_hours) == (8752, 8)
    assert any("8 hours of the year missing" in note for note in found.notes)
    assert found.grid_mwh_per_year == pytest.approx(found.grid_mwh * 8760 / 8752)


def test_the_altitude_is_known_or_that_of_the_pressure(tmp_path):
    assert (answer().altitude_m, answer().altitude_by_pressure) == (872.0, False)  # Midland's station
    assert answer(altitude_m=100.0).altitude_m == 100.0
    save(typical(), tmp_path)
    found = answer(tmp_path, weather="wx.csv")
    assert found.altitude_by_pressure
    assert float(standard_pressure_pa(found.altitude_m)) == pytest.approx(1e3 * PRESSURE_KPA)


def test_filters_are_bought_for_the_design_not_for_the_load():
    full, half = (answer(load_share=load_share).ai for load_share in (1.0, 0.5))
    assert (half.filter_capex_usd, half.filter_usd_per_year) == (full.filter_capex_usd, full.filter_usd_per_year)
    assert half.filter_mwh < full.filter_mwh


def test_altitude_makes_fans_work_and_servers_hot():
    low, high = answer(), answer(altitude_m=2400.0)
    assert high.shares["fan"] > 1.1 * low.shares["fan"]
    assert of(high, "a2").dry_high_c == pytest.approx(30.0, abs=0.1)
    assert of(high, "a2").hours_hot > of(low, "a2").hours_hot


def test_dust_goes_through_machines_that_breathe_outside_air(midland):
    # 8 ug/m3 in some 80 m3/s per MW for 8,760 hours are 20 kg at full flow; fans run slower in most hours.
    assert 5.0 < midland.dust.kg_per_mw_year < 20.0
    assert midland.dust.pm25_ug_m3 == 8.0
    assert answer(pm25_ug_m3=8.0, cooling="immersion").dust.kg_per_mw_year is None
    assert answer().dust is None


def test_dust_of_the_file_counts(tmp_path):
    save(waves(24 * 60).with_columns(pl.Series("pm25_ugm3", [None] * 100 + [50.0] * (24 * 60 - 100))), tmp_path)
    assert answer(tmp_path, weather="wx.csv").dust.pm25_ug_m3 == pytest.approx(50.0)
    assert answer(tmp_path, weather="wx.csv").dust.kg_per_mw_year is None  # two months say nothing of a year


def test_condensation_is_on_what_is_cold(midland):
    assert midland.condensation_on == "machines switched off"
    assert midland.condensation_hours == 86
    liquid = answer(cooling="direct-liquid-dry-cooler")
    assert liquid.condensation_on == "coolant pipes"
    assert liquid.condensation_hours == 0  # coolant of 36 °C is above any dew point


def test_corrosive_air_has_its_own_range(midland):
    assert "recommended-corrosive" not in [one.id for one in midland.classes]
    corrosive = answer(corrosion="g2")
    assert of(corrosive, "recommended-corrosive").hours_humid > of(corrosive, "recommended").hours_humid


def test_humid_dust_and_inputs(midland):
    assert midland.humid_dust_hours == int((midland.picture.cooling.inlet_rh_share > 0.6).sum())
    assert answer(cooling="chilled-water-tower").humid_dust_hours is None
    assert all(one.source and one.kind for one in midland.inputs)
    assert {"inlet_limit_c", "dry_high_c", "filter_usd", "it_mw"} <= {one.name for one in midland.inputs}


def test_a_bad_file_is_refused_with_its_line(tmp_path):
    save(waves(24 * 60).with_columns(pl.col("t_dry_c") * 1.8 + 32.0), tmp_path)
    with pytest.raises(SeriesError, match=r"wx\.csv, line 2, t_dry_c = .* this column looks like degrees Fahrenheit"):
        answer(tmp_path, weather="wx.csv")
