import numpy as np
import polars as pl
import pytest
from tests.market.weather_files import save, typical

from wattmint.errors import SeriesError
from wattmint.market.files import read_table
from wattmint.market.typical_year import (
    common_year,
    follows,
    hours_of_year,
    is_typical_year,
    say_typical_hour,
    typical_hour,
    typical_month_and_hour,
)


@pytest.fixture
def table(tmp_path):
    return lambda frame: read_table(save(frame, tmp_path), "weather")


def told_by_parts():
    hour = common_year()
    return pl.DataFrame({"month": hour // 24 // 32, "day": hour // 24 % 32, "hour_of_day": hour % 24})


def one_too_many():
    return pl.concat([typical(), typical().tail(1).with_columns(pl.col("hour") + 1)])


def test_hours_follow_across_the_ends_of_months_but_not_across_gaps():
    hour = common_year()
    assert follows(hour).all()
    assert np.flatnonzero(~follows(np.delete(hour, [1000, 1001, 5000]))).tolist() == [999, 4997]


def test_typical_hours_rise_and_can_be_taken_apart():
    month, day, hour = (part.ravel() for part in np.meshgrid(np.arange(1, 13), np.arange(1, 32), np.arange(24), indexing="ij"))
    number_of = typical_hour(month, day, hour)
    assert (np.diff(number_of) > 0).all()
    back_month, back_hour = typical_month_and_hour(number_of)
    assert np.array_equal(back_month, month)
    assert np.array_equal(back_hour, hour)
    assert say_typical_hour(int(typical_hour(np.int64(3), np.int64(5), np.int64(7)))) == "month 3, day 5, hour 7"


def test_a_common_year_has_8760_hours_and_no_29_february():
    hour = common_year()
    assert hour.size == np.unique(hour).size == 8760
    assert typical_hour(np.int64(2), np.int64(29), np.int64(0)) not in hour


@pytest.mark.parametrize("frame", [typical(), typical().drop("month"), typical().with_columns(pl.col("hour") + 1), told_by_parts()])
def test_every_layout_gives_the_same_hours(table, frame):
    raw = table(frame)
    hour, order, notes = hours_of_year(raw)
    assert is_typical_year(raw)
    assert np.array_equal(hour, common_year())
    assert np.array_equal(order, np.arange(8760))
    assert notes == ()


def test_rows_may_be_in_any_order(table):
    hour, order, _ = hours_of_year(table(told_by_parts().reverse()))
    assert np.array_equal(hour, common_year())
    assert np.array_equal(order, np.arange(8760)[::-1])


def test_dates_are_no_typical_year(table):
    assert not is_typical_year(table(pl.DataFrame({"hour": ["2024-01-01T00:00Z"], "t_dry_c": [1.0]})))


def test_missing_hours_are_named(table):
    _, _, notes = hours_of_year(table(typical().filter(~pl.col("hour").is_in([3000, 3001]))))
    assert notes == ("wx.csv: 2 hours of the year missing, the first is month 5, day 6, hour 0; gaps are not filled",)
    with pytest.raises(
        SeriesError, match=r"wx\.csv = '4,380 hours': a typical year is whole: 8,760 hours; 4,380 are missing, the first is month 7, day 2"
    ):
        hours_of_year(table(typical().head(4380)))


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (pl.concat([typical().head(3001), typical().tail(5760)]), "line 3003, hour = 'month 5, day 6, hour 0': each hour .* in line 3002"),
        (pl.concat([told_by_parts(), told_by_parts().tail(1)]), "line 8762, month, day, hour_of_day = 'month 12, day 31, hour 23': each hour"),
        (typical().with_columns(pl.lit(7).alias("month")), "line 2, month = 7: 1 is needed, the month of hour 0 .* found on 8,016 rows"),
        (typical().with_columns(pl.col("hour") + 24), "hour = '8761': the number of an hour of a common year, 0 to 8,759 or 1 to 8,760"),
        (one_too_many(), "8,760 hours of a common year; these are 8,761"),
        (told_by_parts().with_columns(pl.lit(13).alias("month")), "line 2, month = '13': 1 to 12"),
    ],
)  # fmt: skip
def test_refuses_by_name(table, frame, told):
    with pytest.raises(SeriesError, match=told):
        hours_of_year(table(frame))
