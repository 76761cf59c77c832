"""Pools: the published price of a share, identities between the schemes, and seeded simulations of blocks and windows."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.mining.pools import NETWORK_BLOCKS_PER_DAY, SCHEMES, Payout, first_days, over_days, payout, usual_pool_fee
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number, record
from wattmint.units import SAT_PER_BTC

SUBSIDY, FEES = 3.125, 0.04
DRAWS = 40_000


def paid(scheme: str, blocks: float = 0.02, fee: float = 0.01, stale: float = 0.005, **more: float) -> Payout:
    return payout(scheme, blocks, SUBSIDY, FEES, fee, stale, **{"pool_share": 0.05, "window_difficulties": 5.0, **more})


def test_a_share_of_difficulty_one_is_worth_what_is_published():
    # PPS value of a difficulty-1 share at D = 148.2T, without fee: 2.1087e-6 satoshi. Such a share is 1 / D of a block.
    per_share = payout("pps", 1.0 / 148_195_306_640_204.7, SUBSIDY, FEES, 0.0).mean_btc_per_day
    assert per_share * SAT_PER_BTC == pytest.approx(2.1087e-6, abs=5e-11)


def test_bitcoin_finds_144_blocks_a_day():
    assert NETWORK_BLOCKS_PER_DAY == 144.0


@given(blocks=st.floats(0.0, 7.0), fee=st.floats(0.0, 1.0), stale=st.floats(0.0, 1.0), fees=st.floats(0.0, 50.0))
def test_schemes_differ_in_who_carries_the_luck_and_pps_in_the_transaction_fees(blocks, fee, stale, fees):
    means = {one: payout(one, blocks, SUBSIDY, fees, fee, stale, pool_share=0.05).mean_btc_per_day for one in SCHEMES}
    for scheme in ("pps+", "pplns", "solo"):
        assert means[scheme] == pytest.approx(means["fpps"], rel=1e-12)
    fees_paid = blocks * (1.0 - stale) * fees * (1.0 - fee)
    assert means["pps"] + fees_paid == pytest.approx(means["fpps"], rel=1e-12, abs=1e-15)


def test_solo_earns_on_average_what_fpps_pays_without_a_fee():
    assert paid("solo", fee=0.0).mean_btc_per_day == paid("fpps", fee=0.0).mean_btc_per_day > paid("fpps").mean_btc_per_day


def test_spread_is_ordered_by_how_much_luck_the_miner_carries():
    spreads = [paid(scheme).sd_btc_per_day for scheme in ("fpps", "pps", "pps+", "pplns", "solo")]
    assert spreads[0] == spreads[1] == 0.0
    assert spreads[1] < spreads[2] < spreads[3] < spreads[4]
    assert [paid(scheme).luck_carried_by for scheme in SCHEMES] == ["pool", "pool", "pool (subsidy) and miner (fees)", "miner", "miner"]


def test_a_pool_that_is_the_miner_alone_is_solo():
    alone = payout("pplns", 7.2, SUBSIDY, FEES, 0.01, pool_share=0.05)
    solo = payout("solo", 7.2, SUBSIDY, FEES, 0.01)
    assert alone.mean_btc_per_day == pytest.approx(solo.mean_btc_per_day)
    assert alone.sd_btc_per_day == pytest.approx(solo.sd_btc_per_day)


def test_a_bigger_pool_pays_more_evenly():
    small, large = paid("pplns", pool_share=0.01), paid("pplns", pool_share=0.25)
    assert small.sd_btc_per_day == pytest.approx(5.0 * large.sd_btc_per_day)
    assert small.mean_btc_per_day == large.mean_btc_per_day


def check_moments(drawn: np.ndarray, mean: float, sd: float) -> None:
    """A sample of pay has that mean and standard deviation within four standard errors (fourth moment from the sample)."""
    assert abs(drawn.mean() - mean) < 4.0 * drawn.std() / math.sqrt(drawn.size)
    fourth = ((drawn - drawn.mean()) ** 4).mean()
    assert abs(drawn.var() - sd**2) < 4.0 * math.sqrt((fourth - drawn.var() ** 2) / drawn.size)


def test_solo_agrees_with_a_simulation_of_single_tries_that_may_be_stale():
    rng = np.random.default_rng(1)
    found = rng.binomial(rng.poisson(0.6 * 30, DRAWS), 1.0 - 0.05)
    expected = over_days(paid("solo", blocks=0.6, stale=0.05, fee=0.02), 30.0)
    check_moments(found * (SUBSIDY + FEES) * 0.98, expected.mean_btc, expected.sd_btc)
    assert (found == 0).mean() == pytest.approx(1.0 - expected.probability_of_a_block, abs=4.0 / math.sqrt(DRAWS))


@pytest.mark.parametrize(("scheme", "fixed", "hanging"), [("pplns", 0.0, SUBSIDY + FEES), ("pps+", SUBSIDY, FEES)])
def test_pool_schemes_agree_with_a_simulation_of_the_pool_s_blocks(scheme, fixed, hanging):
    pool_blocks, own, fee, stale, days = 0.05 * 144.0, 0.02, 0.01, 0.005, 10.0
    found = np.random.default_rng(2).poisson(pool_blocks * days, DRAWS)
    share = own / pool_blocks * (1.0 - stale) * (1.0 - fee)
    drawn = own * days * (1.0 - stale) * (1.0 - fee) * fixed + found * share * hanging
    result = over_days(paid(scheme), days)
    check_moments(drawn, result.mean_btc, result.sd_btc)
    for probability, quantile in ((0.1, result.p10_btc), (0.5, result.p50_btc), (0.9, result.p90_btc)):
        assert (drawn <= quantile * (1.0 + 1e-12)).mean() >= probability - 0.01
        assert (drawn < quantile * (1.0 - 1e-12)).mean() <= probability + 0.01


@pytest.mark.parametrize("days", [0.4, 20.0])
def test_a_window_that_fills_agrees_with_a_simulation(days):
    # Window of 5 difficulties at 0.72 blocks a day: 6.9 days. Each block pays by how full the window is when it is found.
    result = first_days(paid("pplns", pool_share=0.005), days)
    rng = np.random.default_rng(3)
    pool_blocks, window = 0.72, 5.0 / 0.72
    counts = rng.poisson(pool_blocks * days, DRAWS)
    times = rng.uniform(0.0, days, counts.sum())
    weights = np.bincount(np.repeat(np.arange(DRAWS), counts), np.minimum(1.0, times / window), DRAWS)
    share = 0.02 / pool_blocks * (1.0 - 0.005) * 0.99
    check_moments(weights * share * (SUBSIDY + FEES), result.mean_btc, result.sd_btc)
    steady = over_days(paid("pplns", pool_share=0.005), days)
    assert result.mean_btc + result.delayed_btc == pytest.approx(steady.mean_btc)


def test_half_a_window_is_delayed_and_no_more():
    pplns = paid("pplns")
    assert pplns.window_days == pytest.approx(5.0 / 7.2)
    for days in (pplns.window_days, 10.0, 1_000.0):
        assert first_days(pplns, days).delayed_btc == pytest.approx(pplns.mean_btc_per_day * pplns.window_days / 2.0)


@pytest.mark.parametrize("scheme", ["fpps", "pps", "solo"])
def test_without_a_window_the_first_days_are_like_any(scheme):
    first, any_days = first_days(paid(scheme), 3.0), over_days(paid(scheme), 3.0)
    assert (first.mean_btc, first.sd_btc) == (pytest.approx(any_days.mean_btc), pytest.approx(any_days.sd_btc))
    assert first.delayed_btc == 0.0


def test_fixed_pay_needs_no_block_and_no_hashrate_finds_none():
    steady = over_days(paid("fpps"), 7.0)
    assert steady.p10_btc == steady.p90_btc == pytest.approx(steady.mean_btc)
    assert steady.probability_of_a_block == 1.0
    nothing = over_days(paid("solo", blocks=0.0), 7.0)
    assert (nothing.mean_btc, nothing.sd_btc, nothing.probability_of_a_block) == (0.0, 0.0, 0.0)


def test_a_small_solo_miner_most_likely_gets_nothing():
    year = over_days(payout("solo", 7.0524e-5 / 365.0, SUBSIDY, FEES, 0.0), 365.0)
    assert year.probability_of_a_block == pytest.approx(7.0524e-5, rel=1e-4)
    assert year.p90_btc == 0.0
    assert year.mean_btc == pytest.approx(7.0524e-5 * (SUBSIDY + FEES))


def test_other_coins_have_other_intervals():
    assert paid("pplns", network_blocks_per_day=576.0).blocks_per_day == pytest.approx(0.05 * 576.0)


def test_the_table_s_window_is_used_when_none_is_given():
    window = number("pools", "pplns", "window_difficulties")
    assert payout("pplns", 0.01, SUBSIDY, FEES, 0.01, pool_share=0.05).window_days == pytest.approx(window / 7.2)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_has_a_usual_fee(scheme):
    assert 0.0 <= usual_pool_fee(scheme) <= 0.04
    assert (usual_pool_fee(scheme) == 0.0) == (scheme == "solo")


def test_ckpool_s_window_is_five_difficulties():
    assert record("pools", "pplns")["window_difficulties"].value == 5.0


def test_an_unknown_scheme_is_refused():
    for ask in (lambda: payout("ppls", 0.1, SUBSIDY, FEES, 0.0), lambda: usual_pool_fee("ppls")):
        with pytest.raises(UnknownNameError, match="did you mean 'pplns'"):
            ask()


@pytest.mark.parametrize("scheme", ["pplns", "pps+"])
@pytest.mark.parametrize(("share", "why"), [(None, "give the pool's share"), (0.0, "above 0"), (1.2, "at most 1"), (0.001, "miner's own share")])
def test_the_pool_s_share_is_needed_and_at_least_the_miner_s(scheme, share, why):
    with pytest.raises(InputError, match=why):
        payout(scheme, 0.5, SUBSIDY, FEES, 0.01, pool_share=share)


@pytest.mark.parametrize(("field", "value"), [
    ("blocks_per_day", -1.0), ("blocks_per_day", math.nan), ("subsidy_btc", -1.0), ("fees_btc_per_block", math.inf), ("pool_fee", 1.5),
    ("pool_fee", -0.01), ("stale_rate", 2.0), ("network_blocks_per_day", 0.0), ("window_difficulties", 0.0),
])
def test_numbers_out_of_range_are_refused_by_name(field, value):
    numbers = {"blocks_per_day": 0.1, "subsidy_btc": SUBSIDY, "fees_btc_per_block": FEES, "pool_fee": 0.01, "pool_share": 0.1, field: value}
    with pytest.raises(InputError) as refused:
        payout("pplns", **numbers)
    assert refused.value.field == field


@pytest.mark.parametrize("days", [0.0, -1.0, math.inf, math.nan])
def test_a_period_has_a_length(days):
    for ask in (over_days, first_days):
        with pytest.raises(InputError, match="days"):
            ask(paid("pplns"), days)
