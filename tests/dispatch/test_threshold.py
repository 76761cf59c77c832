import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.dispatch.threshold import threshold_dispatch
from wattmint.errors import InputError, SeriesError
from wattmint.facts.load import series_path

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "threshold_dispatch.json").read_text())["cases"]


def prices_of(case: dict) -> np.ndarray:
    rows = pl.read_parquet(series_path(case["series"]))
    if case["local_year"] is not None:
        central = rows["utc"].dt.offset_by("-6h")
        rows = rows.filter(central.dt.year() == case["local_year"])
    return rows["price_usd_per_mwh"].to_numpy()


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: f"{case['series']}-{case['strike_usd_per_mwh']}")
def test_golden(case):
    result = threshold_dispatch(prices_of(case), case["strike_usd_per_mwh"])
    assert (result.hours, result.on_hours, result.starts) == (case["hours"], case["on_hours"], case["starts"])
    for name in ("uptime", "mean_price_on_usd_per_mwh", "margin_usd_per_mw", "margin_always_on_usd_per_mw"):
        assert getattr(result, name) == pytest.approx(case[name], rel=1e-9), name


def test_by_hand():
    result = threshold_dispatch(np.array([10.0, 70.0, 60.0, -5.0, np.nan, 20.0, 90.0, 59.0]), 60.0)
    assert (result.hours, result.on_hours, result.starts) == (7, 4, 2)
    assert result.mean_price_on_usd_per_mwh == 21.0
    assert result.margin_usd_per_mw == 50.0 + 65.0 + 40.0 + 1.0
    assert result.margin_always_on_usd_per_mw == 156.0 - 10.0 - 30.0


def test_never_on_has_no_mean_price():
    result = threshold_dispatch(np.array([60.0, 61.0]), 60.0)
    assert (result.on_hours, result.uptime, result.starts, result.margin_usd_per_mw) == (0, 0.0, 0, 0.0)
    assert result.mean_price_on_usd_per_mwh is None


@given(st.lists(st.floats(-500.0, 5000.0), min_size=1, max_size=50), st.floats(-500.0, 5000.0))
def test_stopping_never_earns_less(prices, strike):
    result = threshold_dispatch(np.array(prices), strike)
    assert result.margin_usd_per_mw >= max(0.0, result.margin_always_on_usd_per_mw) - 1e-6
    assert 0 <= result.on_hours <= result.hours == len(prices)
    assert result.starts <= (len(prices) + 1) // 2


@pytest.mark.parametrize("prices", [[], [np.nan, np.nan], [10.0, np.inf]])
def test_refuses_prices_that_are_none(prices):
    with pytest.raises(SeriesError, match="prices"):
        threshold_dispatch(np.array(prices), 60.0)


@pytest.mark.parametrize("strike", [np.nan, np.inf])
def test_refuses_a_strike_that_is_no_number(strike):
    with pytest.raises(InputError, match="strike"):
        threshold_dispatch(np.array([10.0]), strike)
