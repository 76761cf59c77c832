import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import SeriesError
from wattmint.market.files import read_table
from wattmint.market.hours import gap_notes, to_hours

START_S = 1_704_067_200  # 2024-01-01 00:00 UTC
DAY = 24


@pytest.fixture
def table(write_csv):
    return lambda rows: read_table(write_csv(["utc", *(f"t{i}" for i in range(rows))]), "prices")


def hourly(table, seconds, values=None):
    seconds = np.asarray(seconds)
    values = np.arange(seconds.size, dtype=float) if values is None else np.asarray(values)
    return to_hours(table(seconds.size), "utc", seconds, values[:, None], "UTC")


def test_whole_hours_stay_as_they_are(table):
    out = hourly(table, START_S + 3600 * np.arange(DAY))
    assert out.values[:, 0].tolist() == list(range(DAY))
    assert np.diff(out.utc_hour).tolist() == [1] * (DAY - 1)
    assert out.notes == ()


@pytest.mark.parametrize("minutes", [5, 15, 30])
def test_finer_steps_are_averaged_and_told(table, minutes):
    per_hour = 60 // minutes
    values = np.arange(DAY * per_hour, dtype=float)
    out = hourly(table, START_S + 60 * minutes * np.arange(values.size), values)
    assert out.values[:, 0] == pytest.approx(values.reshape(DAY, per_hour).mean(axis=1))
    assert out.notes == (f"prices.csv: {values.size} rows of {minutes} minutes averaged to 24 hours",)


def test_an_hour_that_lacks_a_quarter_is_told(table):
    seconds = np.delete(START_S + 900 * np.arange(DAY * 4), 5)
    assert "1 hours lack some of their rows" in hourly(table, seconds).notes[0]


@given(st.lists(st.floats(-1e4, 1e4), min_size=DAY * 4, max_size=DAY * 4))
def test_averaging_keeps_the_mean(values):
    class Named:
        file, row_word = "prices.csv", "line"

    seconds = START_S + 900 * np.arange(DAY * 4)
    out = to_hours(Named(), "utc", seconds, np.array(values)[:, None], "UTC")
    assert out.values.mean() == pytest.approx(np.mean(values), abs=1e-6)


def test_gaps_are_found_told_and_not_filled(table):
    seconds = START_S + 3600 * np.delete(np.arange(20 * DAY), np.s_[5 * DAY : 12 * DAY])
    out = hourly(table, seconds)
    assert out.utc_hour.size == 13 * DAY
    assert out.notes == ("prices.csv: 168 hours missing from 2024-01-06 to 2024-01-12; gaps are not filled",)


def test_many_gaps_name_the_longest():
    hour = np.delete(np.arange(2000), [10, 20, 21, 30, 31, 32, 40, 50, 60, 70])
    (note,) = gap_notes("prices.csv", START_S // 3600 + hour, "UTC")
    assert "1 hour missing at 2024-01-01 10:00" in note
    assert "3 hours missing on 2024-01-02" in note
    assert "2 shorter gaps, 10 in all" in note


def test_refuses_falling_and_repeated_timestamps(table):
    seconds = START_S + 3600 * np.arange(30)
    with pytest.raises(SeriesError, match=r"line 7, utc = 't5': timestamps in rising order; line 6 is later"):
        hourly(table, np.concatenate([seconds[:5], seconds[3:]]))
    with pytest.raises(SeriesError, match=r"line 7, utc = 't5': each instant once; it also stands in line 6"):
        hourly(table, np.concatenate([seconds[:5], seconds[4:]]))


def test_refuses_less_than_a_day_and_steps_beyond_an_hour(table):
    with pytest.raises(SeriesError, match=r"'23 hours': at least 24 hours"):
        hourly(table, START_S + 3600 * np.arange(23))
    with pytest.raises(SeriesError, match=r"'24 hours between rows': steps of an hour or less"):
        hourly(table, START_S + 86400 * np.arange(40))
