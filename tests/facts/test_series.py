"""The embedded series: they are what the table says, with their real gaps and extremes."""

import csv
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from wattmint.errors import UnknownNameError
from wattmint.facts.load import number, record, series_path, table, text
from wattmint.units import SECONDS_PER_HOUR

HOURLY = [id_ for id_, facts in table("series").items() if facts["series_kind"].value in {"price", "weather"}]
TYPICAL = [id_ for id_, facts in table("series").items() if facts["series_kind"].value == "typical weather"]
PRICES = [id_ for id_ in HOURLY if text("series", id_, "series_kind") == "price"]


def months():
    return list(csv.DictReader(series_path("btc-monthly").read_text().splitlines()))


def test_every_file_is_in_the_table_and_every_row_has_its_file():
    files = {series_path(id_) for id_ in table("series")}
    assert files == {path for path in series_path("btc-monthly").parent.iterdir() if path.is_file()}
    with pytest.raises(UnknownNameError, match="ercot-west-2024"):
        series_path("ercot-west")


@pytest.mark.parametrize("id_", HOURLY)
def test_hours_are_sorted_unique_and_as_many_as_said(id_):
    frame = pl.read_parquet(series_path(id_))
    assert frame.height == number("series", id_, "rows") == number("series", id_, "hours")
    assert not frame.null_count().sum_horizontal()[0]
    seconds = frame["utc"].dt.epoch("s").to_numpy()
    steps_h = np.diff(seconds) / SECONDS_PER_HOUR
    assert (steps_h >= 1).all()
    assert (steps_h - 1).sum() == number("series", id_, "missing_hours")
    assert f"{frame['utc'][0]:%Y-%m-%d}" == text("series", id_, "first_date")
    assert f"{frame['utc'][-1]:%Y-%m-%d}" == text("series", id_, "last_date")


@pytest.mark.parametrize("id_", PRICES)
def test_prices_keep_their_cents_and_name_a_market_with_a_level(id_):
    price = pl.read_parquet(series_path(id_))["price_usd_per_mwh"].to_numpy()
    assert np.isfinite(price).all()
    assert np.allclose(price * 100, np.round(price * 100), atol=1e-6)
    assert record("snapshot", text("series", id_, "market"))["power_level_usd_per_mwh"].value > 0


@pytest.mark.parametrize(
    ("id_", "mean", "highest", "hours"),
    [  # facts/energy notes, stylised facts of the raw files
        ("ercot-west-2024", 35.5, 3060, 8614),
        ("ercot-west-2024-dam", 36.8, 2256, 8614),
        ("pjm-dominion-2023", 35.8, 704, 8736),
    ],
)
def test_mean_and_highest_price_meet_the_raw_files(id_, mean, highest, hours):
    price = pl.read_parquet(series_path(id_))["price_usd_per_mwh"]
    assert price.mean() == pytest.approx(mean, abs=0.05)
    assert price.max() == pytest.approx(highest, abs=0.6)
    assert price.len() == hours


def test_west_2024_has_its_real_gap_and_its_negative_hours():
    frame = pl.read_parquet(series_path("ercot-west-2024"))
    gaps = frame.with_columns(step=pl.col("utc").diff().dt.total_hours()).filter(pl.col("step") > 1)
    assert gaps["utc"].to_list() == [datetime(2024, 3, 17, 8, tzinfo=UTC), datetime(2024, 11, 3, 8, tzinfo=UTC)]
    assert gaps["step"].to_list() == [170, 2]
    assert (frame["price_usd_per_mwh"] < 0).mean() == pytest.approx(0.076, abs=0.001)


def test_hub_average_has_the_freeze_and_no_gap():
    frame = pl.read_parquet(series_path("ercot-hub-2020-2024"))
    dearest = frame.sort("price_usd_per_mwh").tail(50)
    assert dearest["utc"].dt.strftime("%Y-%m").unique().to_list() == ["2021-02"]
    assert dearest["price_usd_per_mwh"].max() > 8900
    assert number("series", "ercot-hub-2020-2024", "missing_hours") == 0
    dear_days = frame.filter(pl.col("price_usd_per_mwh") > 1000)["utc"].dt.strftime("%Y-%m").to_list()
    assert dear_days.count("2023-08") > 20


@pytest.mark.parametrize("id_", TYPICAL)
def test_a_typical_year_has_every_hour_once(id_):
    frame = pl.read_parquet(series_path(id_))
    assert frame.height == number("series", id_, "rows") == 365 * 24
    assert frame.select("month", "day", "hour_of_day").n_unique() == frame.height
    assert frame["hour_of_day"].unique().to_list() == list(range(24))
    mean = frame.group_by("hour_of_day").agg(pl.col("t_dry_c").mean()).sort("t_dry_c")["hour_of_day"]
    assert mean[0] in range(4, 8)  # coldest before sunrise, warmest in the afternoon: the clock is local
    assert mean[-1] in range(13, 18)


@pytest.mark.parametrize("id_", [*TYPICAL, "dallas-2020-2024"])
def test_wet_bulb_is_below_dry_bulb_and_texan(id_):
    frame = pl.read_parquet(series_path(id_))
    assert (frame["t_wet_c"] <= frame["t_dry_c"] + 0.05).all()
    assert frame["t_dry_c"].is_between(-25, 47).all()
    assert 15 < frame["t_dry_c"].mean() < 21
    assert frame["t_wet_c"].quantile(0.996) == pytest.approx({"midland-tmy3": 22.1, "dallas-tmy3": 26.5}.get(id_, 25.5), abs=1.0)


def test_bitcoin_months_are_consecutive_and_labelled():
    rows = months()
    assert [rows[0]["month"], rows[-1]["month"]] == ["2011-01", "2026-06"]
    numbers = [int(row["month"][:4]) * 12 + int(row["month"][5:]) for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + len(rows)))
    assert len(rows) == number("series", "btc-monthly", "rows")
    for row in rows:
        assert row["fee_kind"] in {"observed", "estimated", "missing"}
        assert (row["fees_btc_per_block"] == "") == (row["fee_kind"] == "missing")
        assert float(row["btc_usd"]) > 0


def test_bitcoin_months_meet_what_is_known():
    by_month = {row["month"]: row for row in months()}
    fall = float(by_month["2026-06"]["difficulty"]) / float(by_month["2025-11"]["difficulty"])
    assert fall < 0.87  # the network shrank in the first half of 2026
    december = float(by_month["2017-12"]["fees_btc_per_block"])
    assert december / (december + 12.5) == pytest.approx(0.229, abs=0.01)  # fee share of December 2017
    june = float(by_month["2024-06"]["fees_btc_per_block"])
    assert by_month["2024-06"]["fee_kind"] == "estimated"
    assert june / (june + 3.125) == pytest.approx(0.07, abs=0.001)  # MARA's own pool


def test_epochs_are_all_there():
    rows = list(csv.DictReader(series_path("btc-epochs").read_text().splitlines()))
    assert [int(row["epoch"]) for row in rows] == list(range(474))
    times = [int(row["start_time_unix"]) for row in rows]
    assert times == sorted(times)
    assert {row["time_kind"] for row in rows} == {"exact", "derived"}
