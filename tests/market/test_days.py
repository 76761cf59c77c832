import json
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from wattmint.errors import SeriesError
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS
from wattmint.market.bitcoin import epochs, monthly
from wattmint.market.days import block_height, chain_days, halving_times_s, read_day_prices
from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.units import SECONDS_PER_DAY

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "miner_months.json").read_text())


def row_of(day: str) -> int:
    return (date.fromisoformat(day) - chain_days().first).days


def prices(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_days_reach_from_the_monthly_table_to_the_end_of_the_last_epoch():
    days = chain_days()
    assert (days.first, days.last) == (date(2011, 1, 1), date(2026, 6, 27))
    columns = (days.blocks_per_hash_rate, days.subsidy_btc_per_hash_rate, days.fees_btc_per_block, days.fees_observed, days.btc_usd)
    assert {column.size for column in columns} == {days.difficulty.size} == {(days.last - days.first).days + 1}
    assert f"{days.first:%Y-%m}" == monthly().month[0]


def test_a_day_within_one_epoch_has_that_epochs_difficulty_and_subsidy():
    days, row = chain_days(), row_of("2024-01-10")
    difficulty = epochs().difficulty[epochs().start_height.tolist().index(824_544)]  # 5 to 20 January 2024
    assert days.difficulty[row] == pytest.approx(difficulty, rel=1e-12)
    assert days.blocks_per_hash_rate[row] == pytest.approx(SECONDS_PER_DAY / expected_hashes_per_block(float(difficulty)), rel=1e-12)
    assert days.subsidy_btc_per_hash_rate[row] == pytest.approx(6.25 * days.blocks_per_hash_rate[row], rel=1e-12)


def test_a_retarget_within_the_day_counts_by_its_seconds():
    table, days = epochs(), chain_days()
    at = table.start_height.tolist().index(824_544)
    moment = datetime.fromtimestamp(int(table.start_time_s[at]), UTC)
    row = row_of(moment.date().isoformat())
    before_s = (moment - datetime(moment.year, moment.month, moment.day, tzinfo=UTC)).total_seconds()
    hashes = expected_hashes_per_block(table.difficulty[at - 1 : at + 1])
    assert 0 < before_s < SECONDS_PER_DAY
    assert days.blocks_per_hash_rate[row] == pytest.approx(before_s / hashes[0] + (SECONDS_PER_DAY - before_s) / hashes[1], rel=1e-12)


def test_halvings_are_where_the_headers_put_them():
    # Origin: header times of blocks 210,000, 420,000, 630,000 and 840,000.
    real = ["2012-11-28 15:24:38", "2016-07-09 16:46:13", "2020-05-11 19:23:43", "2024-04-20 00:09:27"]
    assert [f"{datetime.fromtimestamp(time_s, UTC):%Y-%m-%d %H:%M:%S}" for time_s in halving_times_s()] == real
    assert block_height(halving_times_s()).tolist() == [HALVING_INTERVAL_BLOCKS * era for era in (1, 2, 3, 4)]


def test_a_halving_day_is_paid_in_both_subsidies():
    days, row = chain_days(), row_of("2020-05-11")
    mean = days.subsidy_btc_per_hash_rate / days.blocks_per_hash_rate
    share_after = 1 - (19 * 3600 + 23 * 60 + 43) / SECONDS_PER_DAY
    assert mean[row - 1] == 12.5
    assert mean[row] == pytest.approx(12.5 - 6.25 * share_after, rel=1e-6)
    assert mean[row + 1] == pytest.approx(6.25)


def test_heights_are_exact_at_retargets_and_rise():
    table = epochs()
    assert np.array_equal(block_height(table.start_time_s.astype(float)), table.start_height)
    assert (np.diff(block_height(np.arange(1.3e9, 1.78e9, SECONDS_PER_DAY))) > 0).all()


@pytest.mark.parametrize("run", GOLDEN["network"], ids=lambda run: run["from"])
def test_fees_of_a_day_are_the_mean_over_its_blocks_where_all_are_known(run):
    days = chain_days()
    first, last = row_of(run["from"]), row_of(run["to"])
    assert days.fees_observed[first : last + 1].all()
    assert days.fees_btc_per_block[first] == pytest.approx(run["first_day_fees"], abs=5e-9)


def test_fees_that_nobody_told_are_called_estimates():
    days = chain_days()
    estimated = {f"{date.fromordinal(days.first.toordinal() + int(n)):%Y-%m}" for n in np.flatnonzero(~days.fees_observed)}
    whole = {"2022-10", "2022-11", "2022-12", "2023-01", "2024-05", "2024-12", "2025-07", "2026-02", "2026-06"}
    assert whole <= estimated
    assert not {"2011-01", "2019-06", "2021-12", "2023-08", "2024-03", "2025-12"} & estimated


def test_monthly_fees_are_kept_by_the_days():
    days, table = chain_days(), monthly()
    for month in ("2012-06", "2017-12", "2018-02", "2020-07", "2023-06"):
        rows = [n for n in range(days.difficulty.size) if f"{date.fromordinal(days.first.toordinal() + n):%Y-%m}" == month]
        midnights = (days.first - date(1970, 1, 1)).days + np.array([*rows, rows[-1] + 1])
        blocks = np.diff(block_height(midnights * SECONDS_PER_DAY))
        mean = np.average(days.fees_btc_per_block[rows], weights=blocks)
        assert mean == pytest.approx(table.fees_btc_per_block[table.month.index(month)], rel=0.01), month


@pytest.mark.parametrize("header", ["day,price", "date,btc_usd", "Date;Close", "timestamp,PriceUSD"])
def test_day_prices_are_read_under_usual_names(tmp_path, header):
    sign = ";" if ";" in header else ","
    found = read_day_prices(prices(tmp_path, f"{header}\n2024-01-01{sign}42000\n2024-01-02{sign}0.5\n"), "btc_prices")
    assert found == {19_723: 42_000.0, 19_724: 0.5}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("day,price\n2024-01-01,0\n", "above 0"),
        ("day,price\n2024-01-01,-5\n", "above 0"),
        ("day,price\n2024-01-01,1e12\n", "up to"),
        ("day,price\n2024-01-01,\n2024-01-02,5\n", "above 0"),
        ("day,price\nJanuary,5\n", "timestamp"),
        ("day,price\n2024-01-01,5\n2024-01-01,6\n", "one price per UTC day"),
        ("day,cost\n2024-01-01,5\n", "coin price column"),
        ("day,price\n", "no rows"),
    ],
)
def test_day_prices_that_make_no_sense_are_refused(tmp_path, text, what):
    with pytest.raises(SeriesError, match=what):
        read_day_prices(prices(tmp_path, text), "btc_prices")


def test_a_missing_price_file_is_refused(tmp_path):
    with pytest.raises(SeriesError, match="no such file"):
        read_day_prices(tmp_path / "none.csv", "btc_prices")
