from datetime import date, datetime

import numpy as np
import polars as pl
import pytest

from wattmint.errors import SeriesError, UnknownNameError
from wattmint.market.files import read_table
from wattmint.market.instants import check_time_zone, local_parts, say_instant, utc_seconds

NEW_YEAR_2024_S = 1_704_067_200  # `date -u -d 2024-01-01 +%s`


def seconds_of(write_csv, cells, zone="UTC"):
    table = read_table(write_csv(["utc", *cells]), "prices")
    return utc_seconds(table, "utc", zone)


@pytest.mark.parametrize(
    "cell",
    ["2024-01-01T00:00Z", "2024-01-01 00:00:00+00:00", "2023-12-31T18:00-06:00", "2024-01-01T05:30+0530", "2024-01-01 00:00:00.000", "2024-01-01"],
)
def test_iso_8601_in_its_forms(write_csv, cell):
    seconds, _ = seconds_of(write_csv, [cell])
    assert seconds.tolist() == [NEW_YEAR_2024_S]


@pytest.mark.parametrize("cell", ["yesterday", "2024-02-30 00:00", "01/02/2024 00:00", "2024-01-01 25:00", "1704067200", ""])
def test_refuses_what_is_no_timestamp(write_csv, cell):
    table = read_table(write_csv(["utc,price", "2024-01-01 00:00,1", f"{cell},1"]), "prices")
    with pytest.raises(SeriesError) as refused:
        utc_seconds(table, "utc", "UTC")
    assert str(refused.value).startswith(f"prices.csv, line 3, utc = {cell!r}: a timestamp such as")


def test_refuses_an_offset_on_some_rows_only(write_csv):
    with pytest.raises(SeriesError, match="line 3, utc = '2024-01-01 01:00': an offset such as Z"):
        seconds_of(write_csv, ["2024-01-01 00:00Z", "2024-01-01 01:00"])


def test_local_clock_of_a_summer_and_a_winter_day(write_csv):
    seconds, notes = seconds_of(write_csv, ["2024-01-01 00:00", "2024-07-01 00:00"], "America/Chicago")
    assert (seconds[0] - NEW_YEAR_2024_S) / 3600 == 6
    assert (seconds[1] - NEW_YEAR_2024_S) / 3600 == 182 * 24 + 5
    assert "clock of America/Chicago" in notes[0]


def test_spring_has_no_gap_and_autumn_has_its_hour_twice(write_csv):
    spring = ["2024-03-10 01:00", "2024-03-10 03:00"]
    autumn = ["2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 01:00", "2024-11-03 02:00"]
    seconds, notes = seconds_of(write_csv, spring + autumn, "America/Chicago")
    assert (np.diff(seconds[:2]) / 3600).tolist() == [1]
    assert (np.diff(seconds[2:]) / 3600).tolist() == [1, 1, 1]
    assert any("no gap on 2024-03-10" in note for note in notes)
    assert any("daylight time first, standard time second on 2024-11-03" in note for note in notes)


def test_autumn_quarter_hours_repeat_in_order(write_csv):
    quarters = [f"2024-11-03 01:{minute:02d}" for minute in (0, 15, 30, 45)] * 2
    seconds, _ = seconds_of(write_csv, quarters, "America/Chicago")
    assert set(np.diff(seconds).tolist()) == {900}


def test_refuses_an_hour_that_the_clock_skips(write_csv):
    with pytest.raises(SeriesError, match=r"line 2, utc = '2024-03-10 02:00': an hour that exists: the clock of America/Chicago skips it"):
        seconds_of(write_csv, ["2024-03-10 02:00"], "America/Chicago")


def test_unknown_time_zone_names_the_nearest(write_csv):
    with pytest.raises(UnknownNameError, match=r"power\.history\.time_zone = 'America/Chicgo': unknown name; did you mean 'America/Chicago'"):
        seconds_of(write_csv, ["2024-01-01"], "America/Chicgo")
    check_time_zone("America/Chicago", "site.time_zone")


@pytest.mark.parametrize("series", [pl.Series("utc", [datetime(2024, 1, 1)]), pl.Series("utc", [date(2024, 1, 1)])])  # noqa: DTZ001 - naive on purpose
def test_parquet_dates_and_times(tmp_path, series):
    series.to_frame().write_parquet(tmp_path / "p.parquet")
    assert utc_seconds(read_table(tmp_path / "p.parquet", "prices"), "utc", "UTC")[0].tolist() == [NEW_YEAR_2024_S]


def test_parquet_with_a_zone_of_its_own(tmp_path):
    series = pl.Series("utc", [datetime(2023, 12, 31, 18)]).dt.replace_time_zone("America/Chicago")  # noqa: DTZ001 - naive on purpose
    series.to_frame().write_parquet(tmp_path / "p.parquet")
    assert utc_seconds(read_table(tmp_path / "p.parquet", "prices"), "utc", "Asia/Tokyo")[0].tolist() == [NEW_YEAR_2024_S]


def test_refuses_parquet_timestamps_that_are_numbers_or_missing(tmp_path):
    pl.DataFrame({"utc": [1, 2]}).write_parquet(tmp_path / "n.parquet")
    with pytest.raises(SeriesError, match="a column of timestamps"):
        utc_seconds(read_table(tmp_path / "n.parquet", "prices"), "utc", "UTC")
    pl.DataFrame({"utc": [datetime(2024, 1, 1), None], "price": [1, 2]}).write_parquet(tmp_path / "m.parquet")  # noqa: DTZ001 - naive on purpose
    with pytest.raises(SeriesError, match=r"m\.parquet, row 2, utc"):
        utc_seconds(read_table(tmp_path / "m.parquet", "prices"), "utc", "UTC")


def test_local_parts_follow_the_clock():
    hour = NEW_YEAR_2024_S // 3600
    year, month, day, hour_of_day = local_parts(np.array([hour, hour + 182 * 24]), "America/Chicago")
    assert (year.tolist(), month.tolist(), day.tolist(), hour_of_day.tolist()) == ([2023, 2024], [12, 6], [31, 30], [18, 19])


def test_say_instant():
    assert say_instant(NEW_YEAR_2024_S, "America/Chicago") == "2023-12-31 18:00"
