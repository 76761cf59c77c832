import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import save, waves, with_cell

from wattmint.errors import SeriesError
from wattmint.market.files import read_table
from wattmint.market.weather_file import read_columns

HOURS = 24 * 200


@pytest.fixture
def read(tmp_path):
    return lambda frame: read_columns(read_table(save(frame, tmp_path), "weather"))


def fahrenheit(*columns):
    return waves(HOURS).with_columns((pl.col(name) * 1.8 + 32.0).round(1) for name in columns)


def test_columns_come_in_our_units(read):
    frame = waves(HOURS)
    found = read(frame)
    assert np.array_equal(found.values["dry-bulb"], frame["t_dry_c"])
    assert found.values["humidity"] == pytest.approx(frame["rh_pct"].to_numpy() / 100.0)
    assert found.values["pressure"] == pytest.approx(97_500.0)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("name", "factor"), [("p_hpa", 10.0), ("Pressure (mbar)", 10.0), ("surface_pressure (hPa)", 10.0), ("p_pa", 1000.0), ("pressure_kpa", 1.0)]
)
def test_the_unit_of_a_pressure_is_in_its_name(read, name, factor):
    found = read(waves(HOURS).with_columns((pl.col("p_kpa") * factor).alias("p_kpa")).rename({"p_kpa": name}))
    assert found.values["pressure"] == pytest.approx(97_500.0)


def test_columns_of_open_meteo_are_known(read):
    names = {"t_dry_c": "temperature_2m (°C)", "rh_pct": "relative_humidity_2m (%)", "t_dew_c": "dew_point_2m (°C)"}
    found = read(waves(HOURS).rename(names | {"rh_pct": "relative_humidity_2m"}).drop("p_kpa", "t_wet_c"))
    assert sorted(found.values) == ["dew-point", "dry-bulb", "humidity"]


@pytest.mark.parametrize(
    ("frame", "column", "unit"),
    [
        (fahrenheit("t_dry_c"), "t_dry_c", "degrees Fahrenheit; subtract 32 and divide by 1.8"),
        (fahrenheit("t_dry_c", "t_dew_c", "t_wet_c"), "t_dry_c", "degrees Fahrenheit"),
        (fahrenheit("t_wet_c"), "t_wet_c", "degrees Fahrenheit"),
        (fahrenheit("t_dry_c").filter(pl.col("t_dry_c") < 60).head(24 * 100), "t_dry_c", "degrees Fahrenheit"),
        (waves(HOURS).with_columns(pl.col("t_dry_c") + 273.15), "t_dry_c", "kelvin; subtract 273.15"),
        (waves(HOURS).with_columns(pl.col("t_dry_c") * 10), "t_dry_c", "tenths of a degree; divide by 10"),
        (waves(HOURS).with_columns(pl.col("rh_pct") / 100), "rh_pct", "shares of 1; multiply by 100"),
        (waves(HOURS).with_columns(pl.col("p_kpa") * 1000), "p_kpa", "Pa; call it p_pa"),
        (waves(HOURS).with_columns(pl.col("p_kpa") * 10), "p_kpa", "hPa; call it p_hpa"),
        (waves(HOURS).rename({"p_kpa": "p_pa"}), "p_pa", "kPa; call it p_kpa"),
        (waves(HOURS).with_columns(pl.col("p_kpa") / 3.386389), "p_kpa", "inHg; multiply by 3.38639 for kPa"),
    ],
)
def test_wrong_units_are_named(read, frame, column, unit):
    with pytest.raises(SeriesError, match=rf"wx\.csv, line 2, {column} = .*this column looks like {unit}"):
        read(frame)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("t_dry_c", 61.0, r"t_dry_c = '61\.0': a temperature in degrees Celsius from -60 to 60 \(is it in degrees Fahrenheit\?\); found on 1 row"),
        ("t_dry_c", -9999, r"t_dry_c = '-9999': .*; it is a code for a missing value; put a measured or an interpolated one there; found on 1 row"),
        ("t_dew_c", 99.9, r"t_dew_c = '99\.9': .*a code for a missing value"),
        ("t_dry_c", None, r"t_dry_c = '': a temperature"),
        ("t_dry_c", "warm", r"t_dry_c = 'warm': a temperature"),
        ("rh_pct", 130, "rh_pct = '130': a relative humidity in percent, above 0 and up to 100"),
        ("rh_pct", -5, "rh_pct = '-5': a relative humidity"),
        ("rh_pct", 0, "rh_pct = '0': a relative humidity"),
        ("p_kpa", 45, "p_kpa = '45': an air pressure in kPa from 50 to 110"),
    ],
)
def test_one_bad_cell_is_named_with_its_line(read, column, value, told):
    with pytest.raises(SeriesError, match=rf"wx\.csv, line 102, {told}"):
        read(with_cell(waves(HOURS), 100, column, value))


def test_a_little_above_saturation_is_told_and_counts_as_saturated(read):
    found = read(with_cell(waves(HOURS), 100, "rh_pct", 103))
    assert found.values["humidity"].max() == 1.0
    assert found.notes == ("wx.csv: rh_pct above 100 % in 1 row (at most 103); they count as 100 %",)


def test_dust_may_have_gaps(read):
    dusty = waves(HOURS).with_columns(pl.Series("pm25_ugm3", ["12.5", "NA", "", *["30"] * (HOURS - 3)]))
    found = read(dusty)
    assert np.isnan(found.values["pm2.5"]).sum() == 2
    assert np.nanmean(found.values["pm2.5"]) == pytest.approx(30.0, abs=0.1)
    assert found.notes == ("wx.csv: pm25_ugm3 is empty in 2 of 4,800 rows; they are left out of what is said about dust",)
    with pytest.raises(SeriesError, match=r"line 6, pm25_ugm3 = '-5': fine dust"):
        read(with_cell(dusty, 4, "pm25_ugm3", -5))


@pytest.mark.parametrize("name", ["t_dry_f", "Temp (F)", "temperature_2m (°F)", "Dry bulb Fahrenheit"])
def test_columns_that_say_fahrenheit_are_refused_by_it(read, name):
    with pytest.raises(SeriesError, match="= 'degrees Fahrenheit': degrees Celsius, in a column t_dry_c; subtract 32"):
        read(waves(HOURS).rename({"t_dry_c": name}))


def test_needed_columns_are_asked_for(read):
    with pytest.raises(SeriesError, match="dry-bulb column = 'none found'"):
        read(waves(HOURS).drop("t_dry_c"))
    with pytest.raises(SeriesError, match="humidity column = 'none found': one of t_wet_c, t_dew_c and rh_pct is needed beside t_dry_c"):
        read(waves(HOURS).drop("t_wet_c", "t_dew_c", "rh_pct"))


def test_kelvin_in_a_part_of_a_file_is_named_where_it_begins(read):
    late = pl.int_range(HOURS) >= 4000
    frame = waves(HOURS).with_columns(pl.when(late).then(pl.col("t_dry_c") + 273.15).otherwise(pl.col("t_dry_c")).alias("t_dry_c"))
    with pytest.raises(SeriesError, match=r"line 4002, t_dry_c = .*from here on this column looks like kelvin; subtract 273\.15"):
        read(frame)


def test_shares_in_a_part_of_a_file_are_named_where_they_begin(read):
    def in_shares(hours):
        part = pl.int_range(HOURS).is_between(1000, 999 + hours)
        return waves(HOURS).with_columns(pl.when(part).then(pl.col("rh_pct") / 100).otherwise(pl.col("rh_pct")).alias("rh_pct"))

    with pytest.raises(SeriesError, match=r"line 1002, rh_pct = .*in 24 rows from here it is at most 0\.\d+: shares of 1; multiply by 100"):
        read(in_shares(24))
    assert read(in_shares(23)).values["humidity"].min() < 0.01  # dry hours, as far as can be told
