from pathlib import Path

import numpy as np
import polars as pl
import pytest

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.facts.load import number, table
from wattmint.market.history import read_prices, read_weather, typical_hour, typical_month_and_hour
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


def test_weather_from_a_file(write_csv):
    lines = [line.replace("price", "t_dry_c,t_wet_c").replace(",10", ",20,15") for line in hours_of(2)]
    weather = read_weather("wx.csv", write_csv(lines, "wx.csv").parent)
    assert (weather.temp_dry_c == 20).all()
    assert (weather.temp_wet_c == 15).all()


@pytest.mark.parametrize("temps", ["61,15", "-60.5,-61", "20,x", "20,"])
def test_refuses_impossible_weather(write_csv, temps):
    lines = [line.replace("price", "t_dry_c,t_wet_c").replace(",10", ",20,15") for line in hours_of(2)]
    lines[5] = f"2024-01-01T04:00Z,{temps}"
    folder = write_csv(lines, "wx.csv").parent
    with pytest.raises(SeriesError, match=r"wx\.csv, line 6, t_(dry|wet)_c = .*a temperature in degrees Celsius from -60 to 60"):
        read_weather("wx.csv", folder)


def test_refuses_weather_without_a_wet_bulb(write_csv):
    with pytest.raises(SeriesError, match=r"wx\.csv, wet-bulb column = 'none found': .* call it t_wet_c"):
        read_weather("wx.csv", write_csv(["utc,t_dry_c", "2024-01-01T00:00Z,1"], "wx.csv").parent)


def test_typical_year_from_a_file_may_be_in_any_order(write_csv):
    rows = ["month,day,hour_of_day,t_dry_c,t_wet_c", "1,1,1,2,1", "1,1,0,1,0"]
    weather = read_weather("wx.csv", write_csv(rows, "wx.csv").parent)
    assert weather.is_typical
    assert weather.temp_dry_c.tolist() == [1.0, 2.0]
    with pytest.raises(SeriesError, match=r"line 4, month, day, hour_of_day = '\(1, 1, 1\)': each hour of the year once"):
        read_weather("wx.csv", write_csv([*rows, "1,1,1,5,5"], "wx.csv").parent)
    with pytest.raises(SeriesError, match="line 4, month = '13'"):
        read_weather("wx.csv", write_csv([*rows, "13,1,1,5,5"], "wx.csv").parent)


def test_typical_hours_rise_and_can_be_taken_apart():
    month, day, hour = (part.ravel() for part in np.meshgrid(np.arange(1, 13), np.arange(1, 32), np.arange(24), indexing="ij"))
    number_of = typical_hour(month, day, hour)
    assert (np.diff(number_of) > 0).all()
    back_month, back_hour = typical_month_and_hour(number_of)
    assert np.array_equal(back_month, month)
    assert np.array_equal(back_hour, hour)
