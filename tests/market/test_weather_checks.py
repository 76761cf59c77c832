import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import save, waves, with_cell

from wattmint.errors import SeriesError
from wattmint.market.files import read_table
from wattmint.market.weather_checks import check_hours, check_humidity
from wattmint.market.weather_file import read_columns

HOURS = 24 * 200
WEEK = 168


@pytest.fixture
def check(tmp_path):
    return lambda frame: check_humidity(read_columns(read_table(save(frame, tmp_path), "weather")))


@pytest.mark.parametrize("dropped", [(), ("rh_pct",), ("t_dew_c", "t_wet_c"), ("p_kpa",)])
def test_possible_weather_passes(check, dropped):
    check(waves(HOURS).drop(*dropped))


@pytest.mark.parametrize("column", ["t_wet_c", "t_dew_c"])
def test_more_than_saturated_is_refused_at_its_line(check, column):
    frame = waves(HOURS)
    bad = frame["t_dry_c"][100] + 3.0
    with pytest.raises(
        SeriesError,
        match=rf"wx\.csv, line 102, {column} = .*at or below the dry bulb, t_dry_c = .*: air cannot be more than saturated; found on 1 of",
    ):
        check(with_cell(frame, 100, column, bad))
    check(with_cell(frame, 100, column, frame["t_dry_c"][100] + 0.4))  # a rounded column may do so


def test_swapped_columns_are_named(check):
    with pytest.raises(SeriesError, match="are the two columns swapped"):
        check(waves(HOURS).rename({"t_dry_c": "t_wet_c", "t_wet_c": "t_dry_c"}))


def test_a_copy_of_the_dry_bulb_is_no_wet_bulb(check):
    with pytest.raises(SeriesError, match=r"t_wet_c = 'the same as t_dry_c': a wet bulb of its own; no air is saturated nearly always"):
        check(waves(HOURS).with_columns(pl.col("t_dry_c").alias("t_wet_c")))


def test_moister_than_any_air_on_record_is_refused(check):
    hot = waves(HOURS).with_columns(pl.col("t_dry_c") + 22.0, pl.col("t_dew_c") + 22.0).drop("rh_pct", "t_wet_c")
    with pytest.raises(SeriesError, match="no dew point above 36 °C has ever been measured; is a temperature in degrees Fahrenheit"):
        check(hot)
    with pytest.raises(SeriesError, match=r"rh_pct = .*: a humidity that goes with t_dry_c = .*the dew point would be 3[6-9] °C"):
        check(waves(HOURS).with_columns(pl.col("t_dry_c") + 22.0).drop("t_dew_c", "t_wet_c"))


@pytest.mark.parametrize("other", ["t_dew_c", "t_wet_c"])
def test_humidities_that_contradict_one_another_are_refused(check, other):
    frame = waves(HOURS).with_columns((0.5 * pl.col("rh_pct")).alias("rh_pct")).select("utc", "t_dry_c", "rh_pct", "p_kpa", other)
    with pytest.raises(SeriesError, match=rf"line \d+, rh_pct = '\d+ points of relative humidity from {other}': humidities that agree"):
        check(frame)


@pytest.mark.parametrize("columns", [("rh_pct", "t_dew_c"), ("rh_pct", "t_wet_c"), ("t_dew_c", "t_wet_c")])
def test_one_week_of_an_offset_is_enough(check, columns):
    frame = waves(HOURS)
    week = pl.int_range(HOURS).is_between(20 * WEEK, 21 * WEEK - 1)

    def with_offset(offset_k):
        return frame.with_columns(pl.when(week).then(pl.col("t_dry_c") + offset_k).otherwise(pl.col("t_dry_c")).alias("t_dry_c"))

    check(with_offset(0.5).select("utc", "t_dry_c", "p_kpa", *columns))
    with pytest.raises(SeriesError, match=rf"line {20 * WEEK + 2}, {columns[0]} = '\d+ points of relative humidity from {columns[1]}'"):
        check(with_offset(9.0).select("utc", "t_dry_c", "p_kpa", *columns))


@pytest.mark.parametrize("pressure", [("p_kpa",), ()])
def test_a_wet_bulb_below_that_of_dry_air_is_refused(check, pressure):
    frame = waves(HOURS).select("utc", "t_dry_c", "t_wet_c", *pressure)
    check(frame)
    with pytest.raises(SeriesError, match=r"line 102, t_wet_c = -15\.0: a wet bulb of at least .*, that of air without any water, with t_dry_c"):
        check(with_cell(frame, 100, "t_wet_c", -15.0))


def test_a_stuck_sensor_and_a_spike_are_refused():
    good, hourly = waves(HOURS)["t_dry_c"].to_numpy(), np.ones(HOURS - 1, dtype=bool)
    check_hours("wx", {"dry-bulb": good}, hourly, str)
    stuck = good.copy()
    stuck[1000:1047] = 21.0
    check_hours("wx", {"dry-bulb": stuck}, hourly, str)
    stuck[1000:1048] = 21.0
    with pytest.raises(
        SeriesError, match=r"wx, dry bulb = 21\.0: a dry bulb that changes; it stands still for 48 hours from hour 1000: the sensor was stuck"
    ):
        check_hours("wx", {"dry-bulb": stuck}, hourly, lambda at: f"hour {at}")
    spike = good.copy()
    spike[1000] -= 25.0
    with pytest.raises(SeriesError, match=r"wx, wet bulb = .*: no spike: one hour, 1000, differs by 2\d\.\d K from both its neighbours"):
        check_hours("wx", {"dry-bulb": good, "wet-bulb": spike}, hourly, str)
    front = good.copy()
    front[1000:] -= 22.0  # a step is no spike
    check_hours("wx", {"dry-bulb": front}, hourly, str)


def test_another_unit_in_a_part_of_the_year_is_a_step():
    dry, hourly = waves(HOURS)["t_dry_c"].to_numpy().copy(), np.ones(HOURS - 1, dtype=bool)
    dry[:744] = 1.8 * dry[:744] + 32.0  # January in Fahrenheit, below 60 throughout
    with pytest.raises(SeriesError, match=r"wx, dry bulb = -?\d.*: no step: hour 744 differs by \d\d\.\d K from the hour before; does another unit"):
        check_hours("wx", {"dry-bulb": dry}, hourly, lambda at: f"hour {at}")
    hourly[743] = False  # after a gap any temperature may follow
    check_hours("wx", {"dry-bulb": dry}, hourly, str)
