import numpy as np
import pytest

from wattmint.calculators.mining.hashprice import hashprice_history
from wattmint.market.bitcoin import monthly


def test_a_month_by_hand():
    """Origin: the published convention 86,400e15 / (D x 2^32) x (subsidy + fees) x price, 15 parts per million above ours."""
    past, table = hashprice_history("2025-10"), monthly()
    row = table.month.index("2025-10")
    coins = 86_400e15 / (table.difficulty[row] * 2**32) * (3.125 + table.fees_btc_per_block[row])
    assert past.month[0] == "2025-10"
    assert past.usd_per_ph_day[0] == pytest.approx(coins * table.btc_usd[row], rel=2e-5)


def test_months_run_on_and_fees_only_add():
    past = hashprice_history()
    assert past.month[0] == "2011-01"
    assert len(past.month) == past.usd_per_ph_day.size == past.subsidy_usd_per_ph_day.size
    known = np.isfinite(past.usd_per_ph_day)
    assert np.isfinite(past.subsidy_usd_per_ph_day).all()
    assert (past.usd_per_ph_day[known] >= past.subsidy_usd_per_ph_day[known]).all()
    assert not known.all()


def test_the_halving_s_month_counts_both_subsidies():
    """Block 840,000 came on 2024-04-20 (UTC): of 30 days about 19 paid 6.25, the others 3.125."""
    months = hashprice_history("2024-03")
    per_subsidy = dict(zip(months.month, months.subsidy_usd_per_ph_day, strict=True))
    assert per_subsidy["2024-03"] > per_subsidy["2024-04"] > per_subsidy["2024-05"]


def test_a_later_start_leaves_the_rest_as_it_is():
    late, all_months = hashprice_history("2020-01"), hashprice_history()
    np.testing.assert_array_equal(late.subsidy_usd_per_ph_day, all_months.subsidy_usd_per_ph_day[-len(late.month) :])
    assert hashprice_history("2100-01").month == ()
