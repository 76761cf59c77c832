import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import save, typical

from wattmint.errors import ScenarioError, SeriesError
from wattmint.market.library import build_library
from wattmint.market.months import stand_ins
from wattmint.physics.psychrometrics import standard_pressure_pa
from wattmint.scenario.model import Power
from wattmint.units import MAX_HOURS_PER_MONTH

WEST = {"prices": "ercot-west-2024", "weather": "midland-tmy3"}
HUB = {"prices": "ercot-hub-2020-2024", "weather": "dallas-2020-2024"}


@pytest.fixture
def with_power(site):
    return lambda base_dir=None, **power: site.model_copy(
        update={"power": Power(**power), "base_dir": base_dir or site.base_dir},
    )


def write_hours(path, first, hours, price=lambda i: 30.0 + i % 24):
    times = np.datetime64(first, "h") + np.arange(hours)
    path.write_text("\n".join(["utc,price", *(f"{time}:00Z,{price(i)}" for i, time in enumerate(times))]) + "\n")


def test_west_2024_has_twelve_whole_local_months(library):
    assert library.calendar_month.tolist() == list(range(1, 13))
    assert library.labels[6] == "ercot-west-2024 2024-07"
    assert library.hours[6] == 744
    assert 744 / 2 < library.hours[2] < 744  # March keeps what its gap has left
    assert library.price_usd_per_mwh.shape == (12, MAX_HOURS_PER_MONTH)
    assert library.sources == ("ercot-west-2024", "tmy3")


def test_padding_is_marked_and_hours_are_not(library):
    inside = np.arange(MAX_HOURS_PER_MONTH)[None, :] < library.hours[:, None]
    for values in (library.price_usd_per_mwh, library.temp_dry_c, library.temp_wet_c, library.temp_dew_c, library.pressure_pa):
        assert np.isfinite(values[inside]).all()
        assert np.isnan(values[~inside]).all()
    assert set(library.hour_of_day[inside].tolist()) == set(range(24))
    assert set(library.hour_of_day[~inside].tolist()) == {-1}


def test_hours_of_the_day_are_local_and_clock_changes_stay(with_power):
    library = build_library(with_power(history=[HUB]))
    assert len(library.labels) == 60
    july, november, march = (library.labels.index(f"ercot-hub-2020-2024 2021-{month}") for month in ("07", "11", "03"))
    assert library.hour_of_day[july, :25].tolist() == [*range(24), 0]
    assert (library.hours[november], library.hours[march]) == (721, 743)
    assert np.bincount(library.hour_of_day[november, :721])[1] == 31


def test_the_freeze_stays_whole_with_its_weather(with_power):
    library = build_library(with_power(history=[HUB]))
    freeze = library.labels.index("ercot-hub-2020-2024 2021-02")
    dearest = np.nanargmax(library.price_usd_per_mwh[freeze])
    assert library.price_usd_per_mwh[freeze, dearest] > 5000
    assert library.temp_dry_c[freeze, dearest] < 0


def test_several_histories_come_one_after_the_other(with_power):
    library = build_library(with_power(history=[WEST, HUB]))
    assert len(library.labels) == 72
    assert library.labels[12].startswith("ercot-hub-2020-2024")
    assert library.sources == ("ercot-west-2024", "tmy3", "hpe-sustain-cluster", "open-meteo")


@pytest.mark.parametrize("history", [[WEST], [HUB], [WEST, HUB]])
def test_an_ordinary_year_meets_the_level(with_power, history):
    library = build_library(with_power(history=history, level_usd_per_mwh=40.0))
    row_mean = np.nanmean(library.price_usd_per_mwh, axis=1)
    drawn = np.mean([np.median(row_mean[rows]) for rows in stand_ins(library.calendar_month)])
    assert drawn * library.market_level_factor == pytest.approx(40.0)
    assert any("to a level of 40 USD/MWh (site file)" in note for note in library.notes)


def test_a_freeze_does_not_make_ordinary_months_cheap(with_power):
    """February 2021 is in the hub's history and lived through whole; July 2022 must not cost half because of it."""
    factor = build_library(with_power(history=[HUB], level_usd_per_mwh=40.0)).market_level_factor
    row_mean = np.nanmean(build_library(with_power(history=[HUB])).price_usd_per_mwh, axis=1)
    assert row_mean.max() > 10 * np.median(row_mean)
    assert factor > 1.3 * 40.0 / row_mean.mean()


def test_without_a_level_the_markets_is_used(library):
    assert library.ordinary_price_usd_per_mwh == pytest.approx(35.56, abs=0.05)
    assert library.market_level_factor == pytest.approx(30.5 / 35.56, rel=1e-3)


def test_a_file_without_a_level_is_used_as_it_is(with_power, tmp_path):
    write_hours(tmp_path / "mine.csv", "2024-01-01T06", 366 * 24)
    library = build_library(with_power(tmp_path, history=[{"prices": "mine.csv", "weather": "midland-tmy3"}]))
    assert library.market_level_factor == 1.0
    assert any("used as they are" in note for note in library.notes)


def test_a_month_with_too_few_hours_is_left_out_and_told(with_power, tmp_path):
    write_hours(tmp_path / "mine.csv", "2024-01-01T06", (31 + 29 + 31 + 10) * 24)
    library = build_library(with_power(tmp_path, history=[{"prices": "mine.csv", "weather": "midland-tmy3"}]))
    assert library.calendar_month.tolist() == [1, 2, 3]
    assert "mine.csv: left out 2024-04, with less than half of its hours" in library.notes
    told = [note for note in library.notes if "nearest" in note]
    assert len(told) == 1
    assert "April by March" in told[0]
    assert "December by January" in told[0]


def test_refuses_a_file_without_half_a_month(with_power, tmp_path):
    write_hours(tmp_path / "mine.csv", "2024-01-01T06", 48)
    with pytest.raises(SeriesError, match=r"'mine\.csv': at least one calendar month with half of its hours"):
        build_library(with_power(tmp_path, history=[{"prices": "mine.csv", "weather": "midland-tmy3"}]))


def test_refuses_to_scale_prices_without_a_positive_mean(with_power, tmp_path):
    write_hours(tmp_path / "mine.csv", "2024-01-01T06", 31 * 24, price=lambda _: -1.0)
    history = [{"prices": "mine.csv", "weather": "midland-tmy3"}]
    assert build_library(with_power(tmp_path, history=history)).market_level_factor == 1.0
    with pytest.raises(ScenarioError, match=r"power\.level_usd_per_mwh = 40\.0: prices that are positive in an ordinary year"):
        build_library(with_power(tmp_path, history=history, level_usd_per_mwh=40.0))


def test_a_fixed_price_lives_through_the_weathers_months(with_power):
    library = build_library(with_power(fixed_usd_per_mwh=45.0, weather="midland-tmy3"))
    assert library.hours.tolist() == [744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744]
    assert np.nanmax(library.price_usd_per_mwh) == np.nanmin(library.price_usd_per_mwh) == 45.0
    assert (library.market_level_factor, library.ordinary_price_usd_per_mwh) == (1.0, 45.0)
    assert library.sources == ("tmy3",)
    assert library.hour_of_day[0, :25].tolist() == [*range(24), 0]
    five_years = build_library(with_power(fixed_usd_per_mwh=45.0, weather="dallas-2020-2024"))
    assert len(five_years.labels) == 60


def test_the_sites_altitude_counts_instead_of_the_weathers(site, library):
    high = build_library(site.model_copy(update={"site": site.site.model_copy(update={"altitude_m": 2500.0})}))
    inside = ~np.isnan(library.pressure_pa)
    assert high.pressure_pa[inside] == pytest.approx(float(standard_pressure_pa(2500.0)))
    assert np.array_equal(high.temp_dew_c[inside], library.temp_dew_c[inside])
    assert (high.temp_wet_c[inside] <= library.temp_wet_c[inside] + 0.01).all()


def test_a_site_files_weather_goes_through_the_same_checks(with_power, tmp_path):
    save(typical().with_columns(pl.col("t_dry_c") * 1.8 + 32.0), tmp_path)
    with pytest.raises(SeriesError, match=r"wx\.csv, line 2, t_dry_c = .* looks like degrees Fahrenheit"):
        build_library(with_power(tmp_path, history=[{"prices": "ercot-west-2024", "weather": "wx.csv"}]))
    with pytest.raises(SeriesError, match="looks like degrees Fahrenheit"):
        build_library(with_power(tmp_path, fixed_usd_per_mwh=40.0, weather="wx.csv"))
