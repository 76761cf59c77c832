import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, issued_sat, subsidy_sat
from wattmint.market.laws import (
    LONG_MONTHS,
    NetworkBelief,
    NetworkLaw,
    NetworkShocks,
    NetworkStart,
    mean_reverting_numpy,
    mean_reverting_variance,
    mean_subsidy,
    network_numpy,
    past_gaps,
)
from wattmint.market.tiers import TIERS, BaseLaw

MONTHS = 24
ERAS = np.array([subsidy_sat(era * HALVING_INTERVAL_BLOCKS) / 1e8 for era in range(64)])
LAW = NetworkLaw(0.003, 0.107, 0.078, 0.030, 0.179, 0.298, 0.226, 0.038, 0.027, 0.46, 1)
STILL = NetworkLaw(*(0.0,) * 7, lasting_sd=0.04, passing_sd=0.02, retarget_lag_months=0.46, delivery_lag_months=1)
START = NetworkStart(
    log_price=math.log(84_700),
    log_hashrate=math.log(1.35e14),
    log_difficulty=math.log(1.35e14),
    height=969_600.0,
    changes=np.full(LONG_MONTHS, 0.01),
    log_returns=np.full(LONG_MONTHS, 0.02),
    log_frontier=math.log(11.0),
    par_blocks=np.full(MONTHS, 4383.0),
    log_hashprice_unit=math.log(86400e15 / 2**32),
    era_blocks=HALVING_INTERVAL_BLOCKS,
    era_subsidy_btc=ERAS,
    base_share=np.full(TIERS, 1.0 / TIERS),
    base_log_j=np.log(np.linspace(16.0, 26.0, TIERS)),
    log_j_new=math.log(13.0),
)
BASE = BaseLaw(turnover=0.1, steepness=5.2, log_median_cost=math.log(0.93), log_ordinary_share=math.log(0.6))
QUIET = np.zeros((1, MONTHS))
BELIEF = NetworkBelief(np.full(1, 1.10), np.zeros(1))


def run(r, e=QUIET, n=QUIET, law=LAW, start=START, belief=BELIEF, base_law=BASE):
    return network_numpy(NetworkShocks(r, e, n, np.full(r.shape, 0.1)), belief, law, base_law, start)


def test_a_network_that_nothing_moves_stays():
    still = run(QUIET, law=STILL, start=START._replace(changes=np.zeros(LONG_MONTHS)))
    assert still.log_hashrate == pytest.approx(np.full((1, MONTHS), START.log_hashrate))
    assert still.log_difficulty == pytest.approx(np.full((1, MONTHS), START.log_difficulty))
    assert still.height[0, -1] == pytest.approx(START.height + MONTHS * 4383.0)


def test_the_equation_term_by_term():
    # One month by hand: g = .003 + .107 r + .078 r' + .030 x + (.179 + .298 + .226) · .01
    r = np.zeros((1, MONTHS))
    r[0, 0] = 0.10
    out = run(r)
    hashprice = 84_700 * 3.125 / 1.35e14 * 86400e15 / 2**32
    x = math.log(hashprice) - math.log(11.0) - 1.10
    g = 0.003 + 0.107 * 0.10 + 0.078 * 0.02 + 0.030 * x + 0.703 * 0.01
    assert out.log_hashrate[0, 0] == pytest.approx(START.log_hashrate + g)
    # 2,016 - 1,920 = 96 blocks are left of the first epoch (969,600 mod 2,016 = 1,920); the second ends in the month, the third does not
    paces, found, spent = [math.exp(g)], 96.0, 1920.0 + 96.0 / math.exp(g)
    d = [0.0, math.log(2016.0 / spent)]
    paces.append(math.exp(g - d[1]))
    d.append(d[1] + math.log(paces[1]))
    first, second = 96.0 / paces[0], 2016.0 / paces[1]
    third = 4383.0 - first - second
    # from the second retarget on, difficulty is the hashrate's
    assert d[2] == pytest.approx(g)
    assert out.height[0, 0] - START.height == pytest.approx(found + 2016.0 + third, rel=1e-9)
    assert out.log_difficulty[0, 0] - START.log_difficulty == pytest.approx(g - math.log((found + 2016.0 + third) / 4383.0), rel=1e-9)


def test_orders_arrive_with_the_delivery_lag():
    # hashprice doubles in month 0 through the price; with the price terms at zero only the gap answers, and lag months later
    r = np.zeros((1, MONTHS))
    r[0, 0] = math.log(2.0)
    start = START._replace(changes=np.zeros(LONG_MONTHS), log_returns=np.zeros(LONG_MONTHS))
    for lag in (1, 4):
        law = STILL._replace(gap=0.03, delivery_lag_months=lag)
        change = np.diff(run(r, law=law, start=start).log_hashrate[0] - run(QUIET, law=law, start=start).log_hashrate[0], prepend=0.0)
        assert change[:lag] == pytest.approx(np.zeros(lag), abs=1e-12)
        assert change[lag] == pytest.approx(0.03 * math.log(2.0), rel=1e-6)


def test_gaps_of_the_past_lead_back_from_today():
    gaps = past_gaps(START, math.log(3.125), 4)
    now = math.log(84_700 * 3.125 / 1.35e14 * 86400e15 / 2**32 / 11.0)
    assert gaps == pytest.approx([now - 3 * 0.01, now - 2 * 0.01, now - 0.01, now])


def test_lasting_shocks_stay_and_passing_ones_go():
    shock = QUIET.copy()
    shock[0, 3] = 1.0
    start = START._replace(changes=np.zeros(LONG_MONTHS))
    lasting = run(QUIET, e=shock, law=STILL, start=start).log_hashrate[0] - start.log_hashrate
    passing = run(QUIET, n=shock, law=STILL, start=start).log_hashrate[0] - start.log_hashrate
    assert lasting[[2, 3, 4, -1]] == pytest.approx([0, 0.04, 0.04, 0.04])
    assert passing[[2, 3, 4, -1]] == pytest.approx([0, 0.02, 0, 0])


def test_rising_hashrate_finds_blocks_faster_until_difficulty_follows():
    shock = QUIET.copy()
    shock[0, 0] = 1.0
    start = START._replace(changes=np.zeros(LONG_MONTHS))
    found = np.diff(run(QUIET, e=shock, law=STILL, start=start).height[0], prepend=start.height)
    assert found[0] > 4383
    assert found[2] == pytest.approx(4383)


def test_a_coin_worth_little_shuts_the_network_down_tier_by_tier():
    shares, marginal = [], []
    for fall in (0.0, -0.9, -1.5, -3.0):
        r = QUIET.copy()
        r[0, 0] = fall
        out = run(r, law=STILL, start=START._replace(changes=np.zeros(LONG_MONTHS)))
        shares.append(math.exp(out.log_hashrate[0, 0] - START.log_hashrate))
        marginal.append(math.exp(out.log_marginal_j[0, 0]))
    assert shares[0] == 1.0
    assert shares == sorted(shares, reverse=True)
    assert 0.3 < shares[2] < 0.8
    assert shares[3] < 0.15
    assert marginal == sorted(marginal, reverse=True)
    assert marginal[0] > 24.0 > marginal[2]


def test_what_was_off_comes_back_in_the_month_that_pays():
    r = QUIET.copy()
    r[0, 2], r[0, 8] = -1.5, 1.5
    h = run(r, law=STILL, start=START._replace(changes=np.zeros(LONG_MONTHS))).log_hashrate[0] - START.log_hashrate
    assert h[1] == 0.0
    assert (h[2:8] < -0.2).all()
    assert h[8] == pytest.approx(0.0, abs=1e-12)


def test_a_worthless_coin_leaves_the_chain_all_but_standing_still():
    """No blocks, no retarget: difficulty keeps its level although next to nobody mines."""
    r = QUIET.copy()
    r[0, 0] = -9.0
    out = run(r, law=STILL, start=START._replace(changes=np.zeros(LONG_MONTHS)))
    assert out.log_hashrate[0, -1] < START.log_hashrate - 6.0
    assert out.height[0, -1] - START.height < 500.0


def test_price_moves_the_network_its_way():
    up, down = (run(np.full((1, MONTHS), r)) for r in (0.05, -0.05))
    assert (up.log_hashrate > down.log_hashrate).all()
    assert down.log_hashrate[0, -1] < START.log_hashrate  # two years of falling prices shrink the network


@given(first=st.integers(1, 3_000_000), blocks=st.integers(1, 200_000))
def test_mean_subsidy_times_blocks_is_what_the_ledger_issues(first, blocks):
    mean = mean_subsidy(np.array([float(first)]), np.array([float(first + blocks)]), HALVING_INTERVAL_BLOCKS, ERAS)[0]
    issued = issued_sat(first + blocks - 1) - issued_sat(first - 1)
    assert mean * blocks * 1e8 == pytest.approx(issued, rel=1e-12)


def test_subsidy_on_both_sides_of_a_halving():
    at = np.array([1_049_990.0, 1_049_995.0, 1_050_000.0])
    assert mean_subsidy(at, at + 10.0, HALVING_INTERVAL_BLOCKS, ERAS) == pytest.approx([3.125, 2.34375, 1.5625])
    assert mean_subsidy(at, at, HALVING_INTERVAL_BLOCKS, ERAS).tolist() == [3.125, 3.125, 1.5625]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000))
def test_coins_along_a_path_are_those_the_ledger_issues(seed):
    rng = np.random.default_rng(seed)
    start = START._replace(height=1_020_000.0)  # so that a halving falls inside two years
    r, e, n = rng.standard_normal((3, 8, MONTHS)) * np.array([0.14, 1, 1])[:, None, None]
    out = run(r, e, n, start=start)
    found = np.diff(out.height, prepend=start.height)
    coins = (found * out.subsidy_btc).sum(axis=1)
    issued = [(issued_sat(int(h) - 1) - issued_sat(int(start.height) - 1)) / 1e8 + (h % 1) * subsidy_sat(int(h)) / 1e8 for h in out.height[:, -1]]
    assert coins == pytest.approx(issued, rel=1e-10)


def test_mean_reversion_halves_a_distance_in_its_half_life():
    keep = 0.5 ** (1 / 6)
    x = mean_reverting_numpy(np.zeros((1, 12)), 1.0, 0.0, keep, 0.3)
    assert x[0, [5, 11]] == pytest.approx([0.5, 0.25])


def test_mean_reversion_has_the_variance_it_says():
    shock = np.random.default_rng(5).standard_normal((20_000, 24))
    x = mean_reverting_numpy(shock, 0.0, 0.0, 0.9, 0.2)
    assert x.var(axis=0) == pytest.approx(mean_reverting_variance(24, 0.9, 0.2), rel=0.05)
    assert mean_reverting_variance(600, 0.9, 0.2)[-1] == pytest.approx(0.2**2 / (1 - 0.9**2))
