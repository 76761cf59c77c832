import calendar
import json
import statistics
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.calculators.mining.history import day_in, mined
from wattmint.errors import InputError
from wattmint.ledger.subsidy import issued_sat
from wattmint.market.days import block_height, chain_days
from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.units import HASHES_PER_EH, SAT_PER_BTC, SECONDS_PER_DAY

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "miner_months.json").read_text())
START = date(1970, 1, 1)
JANUARY = ("2024-01-01", "2024-01-31")


def of_month(month: str, hashrate_ehs: float):
    year, number = (int(part) for part in month.split("-"))
    return mined(f"{month}-01", f"{month}-{calendar.monthrange(year, number)[1]}", hashrate_ehs)


def network(first: date, last: date) -> tuple[float, float, float]:
    """Blocks, subsidy and fees that the whole network finds, each day at the hashrate its blocks show."""
    midnights = [(first + timedelta(days=n) - START).days * SECONDS_PER_DAY for n in range((last - first).days + 2)]
    blocks = np.diff(block_height(np.array(midnights)))
    subsidy = fees = 0.0
    for n, found in enumerate(blocks.tolist()):
        row = (first - chain_days().first).days + n
        hashrate_ehs = found / chain_days().blocks_per_hash_rate[row] / HASHES_PER_EH
        day = mined(first + timedelta(days=n), first + timedelta(days=n), hashrate_ehs)
        subsidy += day.subsidy_btc
        fees += day.fees_btc
    return float(blocks.sum()), subsidy, fees


def test_real_miners_months_come_out_where_fees_are_known():
    """Within 1 % at the median and 3 % at the worst; the published hashrates are means of ramping fleets to 3 or 4 digits."""
    off = []
    for case in GOLDEN["months"]:
        found = of_month(case["month"], case["hashrate_ehs"])
        if found.fee_data == "observed":
            off.append(abs(found.btc / case["btc"] - 1))
    assert len(off) == 11
    assert statistics.median(off) < 0.005
    assert max(off) < 0.03


def test_real_miners_months_come_out_where_fees_are_partly_or_wholly_estimates():
    off = []
    for case in GOLDEN["months"]:
        found = of_month(case["month"], case["hashrate_ehs"])
        if found.fee_data != "observed":
            off.append(abs(found.btc / case["btc"] - 1))
    assert len(off) == 15
    assert statistics.median(off) < 0.01
    assert max(off) < 0.02


def test_one_month_by_hand():
    """January 2024 from published digits: difficulties by epoch, 6.25 BTC, fees of 0.688 BTC per block; the company reported 341."""
    difficulty = [(5.0, 72.00e12), (15.0, 73.20e12), (11.0, 70.34e12)]  # days in the month, roughly, and trillions as quoted
    blocks = sum(5.642e18 * days * 86_400 / (trillions * 2**32) for days, trillions in difficulty)
    assert of_month("2024-01", 5.642).btc == pytest.approx(blocks * (6.25 + 0.688), rel=0.01)


@pytest.mark.parametrize("run", GOLDEN["network"], ids=lambda run: run["from"])
def test_the_whole_network_mines_what_was_mined(run):
    blocks, subsidy, fees = network(date.fromisoformat(run["from"]), date.fromisoformat(run["to"]))
    assert blocks == pytest.approx(run["blocks"], rel=0.005)  # the first and last day's blocks come unevenly
    assert subsidy == pytest.approx(run["subsidy_sat"] / SAT_PER_BTC, rel=0.005)
    assert fees == pytest.approx(run["fees_sat"] / SAT_PER_BTC, rel=0.02)


@pytest.mark.parametrize("year", ["2012", "2013", "2016", "2019", "2020", "2024", "2025"])
def test_a_year_of_the_network_issues_the_years_coins(year):
    blocks, subsidy, fees = network(date(int(year), 1, 1), date(int(year), 12, 31))
    ends = [(date(int(year) + step, 1, 1) - START).days * SECONDS_PER_DAY for step in (0, 1)]
    first, last = block_height(np.array(ends))
    issued = (issued_sat(int(last)) - issued_sat(int(first))) / SAT_PER_BTC
    assert blocks == pytest.approx(last - first)
    assert subsidy == pytest.approx(issued, rel=5e-4)  # within a retarget day one mean hashrate stands for two
    if year in GOLDEN["year_fees_btc"]:
        assert fees == pytest.approx(GOLDEN["year_fees_btc"][year], rel=0.01)


def test_the_dearest_day_in_fees():
    peak = date.fromisoformat(GOLDEN["peak_day"]["day"])
    _, subsidy, fees = network(peak, peak)
    assert fees == pytest.approx(GOLDEN["peak_day"]["fees_btc"], rel=0.02)
    assert fees / (fees + subsidy) == pytest.approx(0.73, abs=0.01)  # 72 % where the halving is taken to come an hour later


def test_without_retarget_halving_or_price_change_a_day_is_the_formula():
    found = mined("2024-01-10", "2024-01-10", 10.0)
    blocks = 10.0 * HASHES_PER_EH * SECONDS_PER_DAY / expected_hashes_per_block(found.mean_difficulty)
    assert found.subsidy_btc == pytest.approx(6.25 * blocks, rel=1e-12)
    assert found.revenue_usd == pytest.approx(found.btc * 42_912)  # the monthly table's January 2024
    assert found.mean_difficulty == pytest.approx(73_197_634_206_448.34, rel=1e-12)  # as quoted by block explorers


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 5600), st.integers(0, 40), st.integers(0, 40), st.floats(1e-9, 1e-3))
def test_spans_add_up_and_coins_grow_with_hashrate(start, first_days, second_days, share):
    chain = chain_days()
    first = chain.first + timedelta(days=start)
    middle = min(first + timedelta(days=first_days), chain.last - timedelta(days=1))
    last = min(middle + timedelta(days=1 + second_days), chain.last)
    whole = mined(first := min(first, middle), last, hashrate := share * 1e-6, 1.0, 50.0)
    parts = [mined(first, middle, hashrate, 1.0, 50.0), mined(middle + timedelta(days=1), last, hashrate, 1.0, 50.0)]
    for name in ("btc", "subsidy_btc", "fees_btc", "revenue_usd", "energy_mwh", "profit_usd", "days"):
        assert getattr(whole, name) == pytest.approx(sum(getattr(part, name) for part in parts), rel=1e-9)
    assert whole.btc == pytest.approx(whole.subsidy_btc + whole.fees_btc)
    assert mined(first, last, 2 * hashrate).btc == pytest.approx(2 * whole.btc)


def test_fee_data_says_how_fees_are_known():
    assert mined(*JANUARY, 5.0).fee_data == "observed"
    assert mined("2024-05-01", "2024-05-31", 5.0).fee_data == "estimated"
    april = mined("2024-04-01", "2024-04-30", 5.0)
    assert april.fee_data == "mixed"
    assert any("3 of 30 days are estimates" in note for note in april.notes)


def test_power_costs_energy_over_every_hour():
    found = mined(*JANUARY, 5.642, 163.0, 45.0)
    assert found.energy_mwh == pytest.approx(163 * 31 * 24)
    assert found.energy_cost_usd == pytest.approx(163 * 31 * 24 * 45)
    assert found.profit_usd == pytest.approx(found.revenue_usd - found.energy_cost_usd)
    assert mined(*JANUARY, 5.642).profit_usd is None
    assert mined(*JANUARY, 5.642, 163.0, -5.0).energy_cost_usd < 0  # paid for taking power


def test_prices_of_ones_own_are_taken_day_by_day(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text("date,close\n2024-01-10,40000\n2024-01-11,50000\n")
    first, second = (mined(day, day, 1.0).btc for day in ("2024-01-10", "2024-01-11"))
    assert mined("2024-01-10", "2024-01-11", 1.0, price_file=path).revenue_usd == pytest.approx(first * 40_000 + second * 50_000)
    with pytest.raises(InputError, match=r"2024-01-12.*1 of 3 days"):
        mined("2024-01-10", "2024-01-12", 1.0, price_file=path)


@pytest.mark.parametrize(
    ("given_case", "field"),
    [
        ((*JANUARY, 0.0), "hashrate_ehs"),
        ((*JANUARY, -1.0), "hashrate_ehs"),
        ((*JANUARY, float("nan")), "hashrate_ehs"),
        ((*JANUARY, 5642.0), "hashrate_ehs"),
        (("2010-12-31", "2024-01-31", 1.0), "from"),
        (("2024-01-01", "2026-06-28", 1.0), "to"),
        (("2024-02-01", "2024-01-01", 1.0), "to"),
        (("2023-02-29", "2024-01-01", 1.0), "from"),
        (("2024-01-01", "20240131", 1.0), "to"),
        (("2024-01", "2024-01-31", 1.0), "from"),
        ((*JANUARY, 1.0, 100.0), "power_price_usd_per_mwh"),
        ((*JANUARY, 1.0, None, 40.0), "power_mw"),
        ((*JANUARY, 1.0, 0.0, 40.0), "power_mw"),
        ((*JANUARY, 1.0, 20_000.0, 40.0), "power_mw"),
        ((*JANUARY, 1.0, 100.0, 1e6), "power_price_usd_per_mwh"),
        ((*JANUARY, 1.0, 100.0, float("nan")), "power_price_usd_per_mwh"),
    ],
)
def test_absurd_values_are_refused_with_what_is_allowed(given_case, field):
    with pytest.raises(InputError) as refusal:
        mined(*given_case)
    assert refusal.value.field == field


def test_the_last_day_is_accepted_and_the_range_is_told():
    assert mined("2026-06-27", "2026-06-27", 1.0).days == 1
    with pytest.raises(InputError, match="2011-01-01 to 2026-06-27"):
        mined("2026-07-01", "2026-07-02", 1.0)


def test_days_are_read_from_text_or_taken_as_they_are():
    assert day_in(" 2024-02-29 ", "from") == day_in(date(2024, 2, 29), "from") == date(2024, 2, 29)
