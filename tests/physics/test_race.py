import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.race import (
    NEGLIGIBLE,
    catch_up,
    head_chances,
    head_tail,
    hopeless_gap,
    nakamoto,
    poisson_chances,
    poisson_tail,
    race_odds,
    rosenfeld,
    walk_averages,
)

SHARES = st.floats(0.02, 0.48)
WHITE_PAPER = [(0.1, 0, 1.0), (0.1, 1, 0.2045873), (0.1, 5, 0.0009137), (0.1, 10, 0.0000012), (0.3, 5, 0.1773523), (0.3, 50, 0.0000006)]
"""Share, blocks, probability: S. Nakamoto (2008), section 11."""

ROSENFELD_10 = [0.2, 0.056, 0.01712, 0.00546, 0.00178, 0.00059]
ROSENFELD_30 = [0.6, 0.432, 0.32616, 0.25207, 0.19762, 0.15645]
"""One to six blocks: M. Rosenfeld, arXiv:1402.2009, table 1."""


@pytest.mark.parametrize(("share", "blocks", "chance"), WHITE_PAPER)
def test_nakamoto_s_own_table(share, blocks, chance):
    assert nakamoto(share, blocks) == pytest.approx(chance, abs=5e-8)


@pytest.mark.parametrize(("share", "chances"), [(0.1, ROSENFELD_10), (0.3, ROSENFELD_30)])
def test_rosenfeld_s_own_table(share, chances):
    assert [rosenfeld(share, blocks) for blocks in range(1, 7)] == pytest.approx(chances, abs=5e-6)


def test_half_of_the_hash_power_always_succeeds():
    assert rosenfeld(0.5, 6) == nakamoto(0.6, 6) == catch_up(0.5, 1_000) == 1.0


@given(SHARES, st.integers(1, 12), st.integers(0, 2))
def test_more_blocks_or_a_longer_lead_are_harder_and_more_hash_power_easier(share, blocks, lead):
    here = rosenfeld(share, blocks, lead)
    assert rosenfeld(share, blocks + 1, lead) < here
    assert rosenfeld(share, blocks, lead + 1) < here
    assert rosenfeld(share + 0.01, blocks, lead) > here
    assert 0.0 < here <= 1.0


@given(SHARES, st.integers(0, 40))
def test_a_gap_more_costs_the_same_factor(share, gap):
    assert catch_up(share, gap + 1) == pytest.approx(catch_up(share, gap) * share / (1 - share))


@given(SHARES, st.integers(1, 10))
def test_the_attacker_s_head_start_is_a_distribution_with_its_mean(share, blocks):
    chances = head_chances(share, blocks, 400)
    assert sum(chances) == pytest.approx(1.0)
    assert sum(found * chance for found, chance in enumerate(chances)) == pytest.approx(blocks * share / (1 - share))


@given(SHARES, st.integers(1, 10), st.integers(0, 3))
def test_tails_are_what_the_heads_leave(share, blocks, lead):
    ahead = blocks + lead
    assert head_tail(share, blocks, ahead) + sum(head_chances(share, blocks, ahead)) == pytest.approx(1.0)
    mean = blocks * share / (1 - share)
    assert poisson_tail(mean, ahead) + sum(poisson_chances(mean, ahead)) == pytest.approx(1.0)


def test_the_smallest_chances_keep_their_digits():
    # Of an attacker of 1 % against 60 blocks the first term rules: C(119, 60) 2 q^60 p^60 or so.
    assert rosenfeld(0.01, 60) == pytest.approx(2 * sum(math.comb(59 + k, k) * 0.01**60 * 0.99**k for k in range(60)), rel=1e-9)
    assert 0.0 < race_odds(0.01, 60, 0, 90).success <= rosenfeld(0.01, 60) * (1 + 1e-12) < 1e-80
    assert 0.0 < nakamoto(0.01, 60) < 1e-80


def test_nothing_to_wait_for_gives_no_head_start():
    assert head_chances(0.3, 0, 3) == poisson_chances(0.0, 3) == [1.0, 0.0, 0.0]
    assert nakamoto(0.3, 0, 2) == rosenfeld(0.3, 0, 2) == pytest.approx(catch_up(0.3, 2))


@given(st.floats(0.01, 30.0))
def test_poisson_chances_are_a_distribution_with_its_mean(mean):
    chances = poisson_chances(mean, 150)
    assert sum(chances) == pytest.approx(1.0)
    assert sum(found * chance for found, chance in enumerate(chances)) == pytest.approx(mean)


@given(SHARES, st.integers(1, 8), st.integers(0, 1))
def test_an_attack_that_is_hardly_ever_given_up_is_rosenfeld_s(share, blocks, lead):
    odds = race_odds(share, blocks, lead, min(hopeless_gap(share, blocks, lead), 4_000))
    assert odds.success == pytest.approx(rosenfeld(share, blocks, lead), rel=1e-6)
    assert odds.attacker_blocks == pytest.approx(share * odds.blocks)
    assert odds.attacker_blocks_of_successes <= odds.attacker_blocks + 1e-9


def solved(share: float, give_up: int) -> np.ndarray:
    """The three averages of every gap by their linear equations: u = M u + edge, t = M t + 1, w = M w + u."""
    size = give_up - 1
    walk = np.diag(np.full(size - 1, share), -1) + np.diag(np.full(size - 1, 1 - share), 1)
    won = np.linalg.solve(np.eye(size) - walk, np.eye(size)[0] * share)
    return np.array([won, np.linalg.solve(np.eye(size) - walk, np.ones(size)), np.linalg.solve(np.eye(size) - walk, won)])


@pytest.mark.parametrize("share", [0.05, 0.3, 0.49, 0.4999, 0.5, 0.5001, 0.51, 0.7, 0.95])
@pytest.mark.parametrize("give_up", [2, 9, 40])
def test_averages_of_the_walk_solve_its_equations(share, give_up):
    found = np.array([walk_averages(share, gap, give_up) for gap in range(1, give_up)]).T
    np.testing.assert_allclose(found, solved(share, give_up), rtol=1e-6)


def test_the_walk_s_ends_and_extremes():
    assert walk_averages(0.3, 0, 9) == pytest.approx((1.0, 0.0, 0.0))
    assert walk_averages(0.3, 9, 9) == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert walk_averages(0.99, 6, 500)[0] == 1.0
    assert walk_averages(0.01, 6, 500)[0] == pytest.approx((1 / 99) ** 6)


def test_the_shortest_attack_by_hand():
    # One block to rewrite, no lead, given up at a gap of two. The attacker has found m >= 1 with probability q and has won; else it stands one
    # behind and the next block decides: q wins, p ends it.
    p, q = 0.7, 0.3
    odds = race_odds(q, 1, 0, 2)
    assert odds.success == pytest.approx(q + p * q)
    assert odds.blocks == pytest.approx(1 / p + p)
    assert odds.attacker_blocks_of_successes == pytest.approx(q / p + p * q)


@given(SHARES, st.integers(1, 10))
def test_from_a_hopeless_gap_nobody_returns(share, blocks):
    assert catch_up(share, hopeless_gap(share, blocks)) < NEGLIGIBLE
    assert hopeless_gap(share, blocks) > blocks
