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
    NetworkStart,
    mean_reverting_numpy,
    mean_reverting_variance,
    mean_subsidy,
    network_numpy,
)

MONTHS = 24
ERAS = np.array([subsidy_sat(era * HALVING_INTERVAL_BLOCKS) / 1e8 for era in range(64)])
LAW = NetworkLaw(0.003, 0.107, 0.078, 0.030, 0.179, 0.298, 0.226, 0.038, 0.027, 0.46)
STILL = NetworkLaw(*(0.0,) * 7, lasting_sd=0.04, passing_sd=0.02, retarget_lag_months=0.46)
START = NetworkStart(
    log_price=math.log(84_700),
    log_hashrate=math.log(1.35e14),
    log_difficulty=math.log(1.35e14),
    height=969_600.0,
    log_return=0.02,
    changes=np.full(LONG_MONTHS, 0.01),
    log_frontier=math.log(11.0),
    par_blocks=np.full(MONTHS, 4383.0),
    log_hashprice_unit=math.log(86400e15 / 2**32),
    era_blocks=HALVING_INTERVAL_BLOCKS,
    era_subsidy_btc=ERAS,
)
QUIET = np.zeros((1, MONTHS))
BELIEF = NetworkBelief(np.full(1, 1.10), np.zeros(1))


def test_a_network_that_nothing_moves_stays():
    still = network_numpy(QUIET, QUIET, QUIET, BELIEF, STILL, START._replace(changes=np.zeros(LONG_MONTHS)))
    assert still.log_hashrate == pytest.approx(np.full((1, MONTHS), START.log_hashrate))
    assert still.log_difficulty == pytest.approx(np.full((1, MONTHS), START.log_difficulty))
    assert still.height[0, -1] == pytest.approx(START.height + MONTHS * 4383.0)


def test_the_equation_term_by_term():
    # One month by hand: g = .003 + .107 r + .078 r' + .030 x + (.179 + .298 + .226) · .01
    r = np.zeros((1, MONTHS))
    r[0, 0] = 0.10
    out = network_numpy(r, QUIET, QUIET, BELIEF, LAW, START)
    hashprice = 84_700 * 3.125 / 1.35e14 * 86400e15 / 2**32
    x = math.log(hashprice) - math.log(11.0) - 1.10
    g = 0.003 + 0.107 * 0.10 + 0.078 * 0.02 + 0.030 * x + 0.703 * 0.01
    assert out.log_hashrate[0, 0] == pytest.approx(START.log_hashrate + g)
    assert out.log_difficulty[0, 0] == pytest.approx(START.log_hashrate + 0.54 * g)
    assert out.height[0, 0] == pytest.approx(START.height + 4383.0 * math.exp(0.46 * g))


def test_lasting_shocks_stay_and_passing_ones_go():
    shock = QUIET.copy()
    shock[0, 3] = 1.0
    start = START._replace(changes=np.zeros(LONG_MONTHS))
    lasting = network_numpy(QUIET, shock, QUIET, BELIEF, STILL, start).log_hashrate[0] - start.log_hashrate
    passing = network_numpy(QUIET, QUIET, shock, BELIEF, STILL, start).log_hashrate[0] - start.log_hashrate
    assert lasting[[2, 3, 4, -1]] == pytest.approx([0, 0.04, 0.04, 0.04])
    assert passing[[2, 3, 4, -1]] == pytest.approx([0, 0.02, 0, 0])


def test_rising_hashrate_finds_blocks_faster_until_difficulty_follows():
    shock = QUIET.copy()
    shock[0, 0] = 1.0
    start = START._replace(changes=np.zeros(LONG_MONTHS))
    found = np.diff(network_numpy(QUIET, shock, QUIET, BELIEF, STILL, start).height[0], prepend=start.height)
    assert found[0] > 4383
    assert found[1] == pytest.approx(4383)


def test_price_moves_the_network_its_way():
    up, down = (network_numpy(np.full((1, MONTHS), r), QUIET, QUIET, BELIEF, LAW, START) for r in (0.05, -0.05))
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
    out = network_numpy(r, e, n, BELIEF, LAW, start)
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
