from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import save, typical, waves

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.facts.load import number, table
from wattmint.market.history import read_prices, read_weather
from wattmint.physics.psychrometrics import standard_pressure_pa
from wattmint.scenario.model import PriceHistory

HERE = Path()


def history(prices, **keys):
    return PriceHistory(prices=str(prices), weather="midland-tmy3", **keys)


def hours_of(day_count, zone="Z", price="10", first="2024-01-01"):
    times = np.datetime64(f"{first}T00:00") + np.arange(24 * day_count).astype("timedelta64[h]")
    return ["utc,price", *(f"{time}{zone},{price}" for time in times)]


@pytest.mark.parametrize("name", [name for name, facts in table("series").items() if facts["series_kind"].value == "price"])
def test_embedded_prices_are_what_their_row_says(name):
    series = read_prices(history(name), HERE)
    assert series.label == name
    assert series.utc_hour.size == number("series", name, "hours")
    assert np.diff(series.utc_hour).sum() + 1 - series.utc_hour.size == number("series", name, "missing_hours")
    assert series.market == table("series")[name]["market"].value
    assert series.sources == (table("series")[name]["file"].source,)


def test_ercot_west_2024_has_its_gap_and_its_negative_prices():
    # Origin: ERCOT reports of 2024 as collected, 8,614 hours; mean 35.5 USD/MWh and 7.6 % of hours below zero (facts notes).
    series = read_prices(history("ercot-west-2024"), HERE)
    assert series.price_usd_per_mwh.mean() == pytest.approx(35.5, abs=0.05)
    assert (series.price_usd_per_mwh < 0).mean() == pytest.approx(0.076, abs=0.0005)
    assert any("hours missing from 2024-03-10" in note for note in series.notes)
    assert any("658 of 8,614 hours have a negative price" in note for note in series.notes)


def test_ercot_hub_has_the_freeze_of_2021():
    # The week of 2021-02-15: day-ahead prices at the cap of 9,000 USD/MWh.
    series = read_prices(history("ercot-hub-2020-2024"), HERE)
    freeze = series.utc_hour == np.datetime64("2021-02-18T00", "h").astype(np.int64)
    assert series.price_usd_per_mwh[freeze][0] > 5000
    assert not any("missing" in note for note in series.notes)


def test_a_file_is_read_like_an_embedded_series(write_csv):
    path = write_csv(hours_of(2, price="-1.5"))
    series = read_prices(history(path.name), path.parent)
    assert series.label == "prices.csv"
    assert series.market is None
    assert series.sources == ()
    assert series.price_usd_per_mwh.tolist() == [-1.5] * 48
    assert series.notes == ("prices.csv: 48 of 48 hours have a negative price (lowest -1.50 USD/MWh); they are kept",)


def test_csv_and_parquet_agree(write_csv):
    path = write_csv(hours_of(3, price="12.25"))
    pl.read_csv(path, try_parse_dates=True).write_parquet(path.with_suffix(".parquet"))
    by_csv, by_parquet = (read_prices(history(path.with_suffix(end)), path.parent) for end in (".csv", ".parquet"))
    assert np.array_equal(by_csv.utc_hour, by_parquet.utc_hour)
    assert np.array_equal(by_csv.price_usd_per_mwh, by_parquet.price_usd_per_mwh)


def test_a_whole_local_year_has_as_many_hours_as_utc(write_csv):
    local = np.datetime64("2024-01-01T00:00") + np.arange(366 * 24).astype("timedelta64[h]")
    spring, autumn = np.datetime64("2024-03-10T02:00"), np.datetime64("2024-11-03T01:00")
    local = np.sort(np.append(local[local != spring], autumn))
    path = write_csv(["time,lmp", *(f"{time},5" for time in local)])
    series = read_prices(history(path.name, time_zone="America/Chicago"), path.parent)
    assert series.utc_hour.size == 366 * 24
    assert set(np.diff(series.utc_hour).tolist()) == {1}


def test_names_that_are_nothing(write_csv):
    with pytest.raises(UnknownNameError, match=r"power\.history\.prices = 'ercot-west': unknown name; did you mean 'ercot-west-2024'"):
        read_prices(history("ercot-west"), HERE)
    with pytest.raises(UnknownNameError, match="unknown name"):
        read_prices(history("midland-tmy3"), HERE)  # weather, not prices
    with pytest.raises(UnknownNameError, match="did you mean 'midland-tmy3'"):
        read_weather("midland-tmy2", HERE)
    with pytest.raises(SeriesError, match=r"'mine\.csv': no such file in"):
        read_prices(history("mine.csv"), HERE)


@pytest.mark.parametrize(
    ("line", "cell", "told"),
    [
        (10, "2024-01-01T08:00Z,abc", r"prices\.csv, line 10, price = 'abc': a price in USD/MWh from -20,000 to 20,000"),
        (10, "2024-01-01T08:00Z,nan", r"line 10, price = 'nan'"),
        (10, "2024-01-01T08:00Z,20001", r"line 10, price = '20001'"),
        (10, "2024-01-01T08:00Z,", r"line 10, price = ''"),
        (10, "2024-01-01T07:00Z,1", r"line 10, utc = '2024-01-01T07:00Z': each instant once"),
        (10, "2024-01-01T03:00Z,1", r"line 10, utc = '2024-01-01T03:00Z': timestamps in rising order"),
        (10, "soon,1", r"line 10, utc = 'soon': a timestamp such as"),
    ],
)
def test_refuses_one_bad_line(write_csv, line, cell, told):
    lines = hours_of(2)
    lines[line - 1] = cell
    path = write_csv(lines)
    with pytest.raises(SeriesError, match=told):
        read_prices(history(path.name), path.parent)


def test_refuses_an_unknown_zone_and_a_short_file(write_csv):
    path = write_csv(hours_of(2, zone=""))
    unchecked = history(path.name).model_copy(update={"time_zone": "Europe/Berlim"})
    with pytest.raises(UnknownNameError, match="'Europe/Berlin'"):
        read_prices(unchecked, path.parent)
    short = write_csv(hours_of(2)[:20])
    with pytest.raises(SeriesError, match="at least 24 hours"):
        read_prices(history(short.name), short.parent)


def test_midland_typical_year():
    # Origin: NREL TMY3 722650, mean dry bulb 17.4 °C, 1,511 hours above 27 °C (facts notes).
    weather = read_weather("midland-tmy3", HERE)
    assert weather.is_typical
    assert weather.time_zone == "Etc/GMT+6"
    assert weather.hour.size == 8760
    assert weather.temp_dry_c.mean() == pytest.approx(17.4, abs=0.05)
    assert (weather.temp_dry_c > 27).sum() == 1511
    assert (weather.temp_wet_c <= weather.temp_dry_c + 0.1).all()


def test_dallas_actual_years():
    weather = read_weather("dallas-2020-2024", HERE)
    assert not weather.is_typical
    assert weather.hour.size == number("series", "dallas-2020-2024", "hours")
    assert set(np.diff(weather.hour).tolist()) == {1}


def test_embedded_weather_is_whole_and_possible():
    for name, altitude_m in (("midland-tmy3", 872.0), ("dallas-tmy3", 171.0), ("dallas-2020-2024", 142.0)):
        weather = read_weather(name, HERE)
        assert weather.notes == ()
        assert (weather.temp_dew_c <= weather.temp_dry_c + 0.01).all()
        assert weather.pressure_pa.mean() == pytest.approx(standard_pressure_pa(altitude_m), rel=0.01)
        assert weather.pm25_ug_m3 is None


def test_weather_from_a_file(tmp_path):
    frame = waves(24 * 60)
    weather = read_weather("wx.csv", save(frame, tmp_path).parent)
    assert weather.hour[0] == np.datetime64("2023-01-01T00", "h").astype(np.int64)
    assert np.array_equal(weather.air[:3], frame.select("t_dry_c", "t_wet_c", "t_dew_c").to_numpy().T)
    assert weather.notes == ()
    assert weather.sources == ()


@pytest.mark.parametrize("humidity", ["t_wet_c", "t_dew_c", "rh_pct"])
def test_one_column_of_humidity_is_enough(tmp_path, humidity):
    frame = waves(24 * 60)
    weather = read_weather("wx.csv", save(frame.select("utc", "t_dry_c", "p_kpa", humidity), tmp_path).parent)
    assert weather.temp_wet_c == pytest.approx(frame["t_wet_c"].to_numpy(), abs=0.2)
    assert weather.temp_dew_c == pytest.approx(frame["t_dew_c"].to_numpy(), abs=0.2)


def test_pressure_is_the_files_or_that_of_an_altitude(tmp_path):
    folder = save(waves(24 * 60), tmp_path).parent
    assert read_weather("wx.csv", folder).pressure_pa == pytest.approx(97_500.0)
    high = read_weather("wx.csv", folder, altitude_m=2000.0)
    assert high.pressure_pa == pytest.approx(float(standard_pressure_pa(2000.0)))
    assert np.array_equal(high.temp_dew_c, read_weather("wx.csv", folder).temp_dew_c)
    assert (high.temp_wet_c < read_weather("wx.csv", folder).temp_wet_c).mean() > 0.99  # thin air evaporates more
    save(waves(24 * 60).drop("p_kpa"), tmp_path)
    assert read_weather("wx.csv", folder).notes == ("wx.csv: without pressure or altitude; 101.3 kPa, sea level, is taken",)
    assert read_weather("wx.csv", folder, altitude_m=100.0).notes == ()


def test_gaps_are_named_and_finer_steps_averaged(tmp_path):
    frame = waves(24 * 60)
    weather = read_weather("wx.csv", save(pl.concat([frame.head(1000), frame.tail(435)]), tmp_path).parent)
    assert weather.notes == ("wx.csv: 5 hours missing on 2023-02-11; gaps are not filled",)
    half = pl.concat([frame, frame.with_columns(pl.col("utc").str.replace("00Z", "30Z"))]).sort("utc")
    assert any("rows of 30 minutes averaged" in note for note in read_weather("wx.csv", save(half, tmp_path).parent).notes)


def test_repeated_hours_are_refused(tmp_path):
    frame = waves(24 * 60)
    with pytest.raises(SeriesError, match=r"line 1002, utc = '2023-02-11T15:00Z': each instant once"):
        read_weather("wx.csv", save(pl.concat([frame.head(1000), frame.tail(441)]), tmp_path).parent)


def test_a_stuck_sensor_is_refused_with_its_hour(tmp_path):
    stuck = waves(24 * 60).with_columns(pl.Series("t_dry_c", [21.0 if 1000 <= i < 1100 else t for i, t in enumerate(waves(24 * 60)["t_dry_c"])]))
    with pytest.raises(SeriesError, match=r"dry bulb = 21\.0: .* stands still for 100 hours from 2023-02-11 16:00Z"):
        read_weather("wx.csv", save(stuck.drop("t_wet_c", "t_dew_c"), tmp_path).parent)


def test_typical_year_from_a_file(tmp_path):
    weather = read_weather("wx.csv", save(typical(), tmp_path).parent)
    assert weather.is_typical
    assert weather.time_zone is None
    assert weather.hour.size == 8760
    assert np.array_equal(read_weather("wx.csv", save(typical().reverse(), tmp_path).parent).air, weather.air)


def test_dust_comes_with_the_weather(tmp_path):
    weather = read_weather("wx.csv", save(waves(48).with_columns(pl.lit(12.0).alias("pm25_ugm3")), tmp_path).parent)
    assert (weather.pm25_ug_m3 == 12.0).all()


def test_the_altitude_is_the_sites_or_the_stations_where_either_is_known(tmp_path):
    assert read_weather("midland-tmy3", HERE).altitude_m == 872.0
    assert read_weather("midland-tmy3", HERE, altitude_m=100.0).altitude_m == 100.0
    assert read_weather("wx.csv", save(waves(24 * 60), tmp_path).parent).altitude_m is None


def test_a_wet_bulb_without_pressure_is_taken_at_the_altitude_of_the_site(tmp_path):
    folder = save(waves(24 * 60).select("utc", "t_dry_c", "t_wet_c"), tmp_path).parent
    high, low = (read_weather("wx.csv", folder, altitude_m=altitude_m) for altitude_m in (2500.0, 0.0))
    assert np.array_equal(low.temp_dew_c, read_weather("wx.csv", folder).temp_dew_c)
    assert (high.temp_dew_c > low.temp_dew_c).all()  # the same wet bulb is moister air where it evaporates more easily
    assert high.temp_wet_c == pytest.approx(low.temp_wet_c, abs=0.05)


def test_january_in_fahrenheit_is_refused_where_it_ends(tmp_path):
    frame = waves(24 * 60).select("utc", pl.col("t_dry_c") - 6.0, pl.col("t_dew_c") - 6.0)
    both = [pl.when(pl.int_range(24 * 60) < 744).then(pl.col(name) * 1.8 + 32.0).otherwise(pl.col(name)).alias(name) for name in frame.columns[1:]]
    with pytest.raises(SeriesError, match=r"wx\.csv, dry bulb = .*: no step: 2023-02-01 00:00Z differs by \d+\.\d K from the hour before"):
        read_weather("wx.csv", save(frame.with_columns(both), tmp_path).parent)
