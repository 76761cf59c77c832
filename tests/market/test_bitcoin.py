import math

import numpy as np
import pytest

from wattmint.facts.load import number
from wattmint.ledger.pow import difficulty_from_bits
from wattmint.market.bitcoin import epochs, log_changes, mean_log_return, monthly


def test_epochs_are_all_there():
    table = epochs()
    assert np.array_equal(table.start_height, 2016 * np.arange(table.bits.size))
    assert (np.diff(table.start_time_s) > 0).all()
    assert table.is_exact[:430].all()
    assert table.difficulty[0] == 1.0


def test_difficulty_of_june_2026():
    # Origin: bits 0x170240c3 of height 953,568 (14 June 2026), Electrum checkpoints.
    table = epochs()
    at = table.start_height.tolist().index(953_568)
    assert table.bits[at] == 0x170240C3
    assert table.difficulty[at] == pytest.approx(124_932_866_006_548.16, rel=1e-12)
    assert table.difficulty[at] == difficulty_from_bits(int(table.bits[at]))


def test_monthly_table_has_no_gap_in_price_and_difficulty():
    table = monthly()
    months = [12 * int(month[:4]) + int(month[5:]) for month in table.month]
    assert set(np.diff(months).tolist()) == {1}
    assert np.isfinite(table.btc_usd).all()
    assert np.isfinite(table.difficulty).all()
    assert np.nanmin(table.fees_btc_per_block) > 0


def test_monthly_difficulty_is_that_of_the_epochs():
    table, chain = monthly(), epochs()
    start, end = (np.datetime64(month, "s").astype(np.int64) for month in ("2024-07", "2024-08"))
    seconds = np.arange(start, end, 3600)
    mean = chain.difficulty[np.searchsorted(chain.start_time_s, seconds, side="right") - 1].mean()
    assert table.difficulty[table.month.index("2024-07")] == pytest.approx(mean, rel=1e-3)


def test_mean_log_return_of_four_years():
    # Origin: monthly means of June 2022 (24,353 USD) and June 2026 (63,260 USD).
    assert mean_log_return(48) == pytest.approx(math.log(63_260 / 24_353) / 48, rel=1e-4)


def test_refuses_a_window_beyond_the_table():
    with pytest.raises(ValueError, match="monthly returns"):
        mean_log_return(10_000)
    with pytest.raises(ValueError, match="monthly returns"):
        mean_log_return(0)


def test_log_changes_reach_from_the_past_to_the_snapshot():
    table = monthly()
    price, difficulty = log_changes(36)
    assert price.shape == difficulty.shape == (36,)
    whole, _ = log_changes(table.btc_usd.size - 1)
    bridge = math.log(number("snapshot", "market", "btc_usd") / table.btc_usd[-1])
    assert whole[-4:] == pytest.approx(np.full(4, bridge / 4))  # June to October 2026
    assert whole[-5] == pytest.approx(math.log(table.btc_usd[-1] / table.btc_usd[-2]))


def test_the_network_fell_in_the_first_half_of_2026():
    table = monthly()
    first, last = (table.difficulty[table.month.index(month)] for month in ("2026-01", "2026-06"))
    assert last / first < 0.92
