"""Luck: published odds, the textbook Poisson distribution, and its identities."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.physics.luck import blocks_quantile, expected_blocks, probability_of_a_block, relative_sd, time_to_first_block

MEANS = st.floats(1e-9, 1e5)


def test_solo_odds_as_published():
    # Solo odds of 1.2 TH/s over 365 days at difficulty 124,932,866,006,548, published as 7.0524e-5 with D * 2^32 hashes per block.
    # Ours has the exact 2^48 / 0xffff, which is 1.5e-5 more, so the odds are that much less.
    year_s = 365 * 86_400.0
    expected = expected_blocks(1.2e12, year_s, expected_hashes_per_block(124_932_866_006_548.0))
    assert probability_of_a_block(expected) == pytest.approx(7.0524e-5, rel=3e-5)
    habitual = expected_blocks(1.2e12, year_s, 124_932_866_006_548.0 * 2.0**32)
    assert round(probability_of_a_block(habitual), 9) == 7.0524e-5
    assert expected / habitual == pytest.approx(0xFFFF / 0x10000, rel=1e-12)


def test_tiny_odds_are_not_rounded_to_nothing():
    assert probability_of_a_block(1e-20) == 1e-20
    np.testing.assert_array_equal(probability_of_a_block(np.array([0.0, 1e-20])), [0.0, 1e-20])


def test_no_hashrate_finds_nothing_ever():
    assert expected_blocks(0.0, 1.0, 1.0) == 0.0
    assert time_to_first_block(0.0, 0.5) == math.inf
    assert relative_sd(0.0) == math.inf
    assert blocks_quantile(0.0, 0.99) == 0


def test_median_wait_is_69_percent_of_the_mean():
    assert time_to_first_block(0.5, 0.5) == pytest.approx(2.0 * math.log(2.0))
    assert time_to_first_block(0.5, 0.0) == 0.0


@pytest.mark.parametrize("probability", [-0.1, 1.0, 1.1, math.nan])
def test_no_time_is_certain_to_be_enough(probability):
    with pytest.raises(ValueError, match="is not between 0 and 1"):
        time_to_first_block(1.0, probability)


# Cumulative Poisson probabilities of the usual statistical tables.
@pytest.mark.parametrize(
    ("mean", "count", "cumulative"), [(1.0, 0, 0.3679), (1.0, 1, 0.7358), (2.5, 3, 0.7576), (10.0, 10, 0.5830), (10.0, 14, 0.9165)]
)
def test_quantiles_of_the_printed_tables(mean, count, cumulative):
    assert blocks_quantile(mean, cumulative - 1e-4) == count
    assert blocks_quantile(mean, cumulative + 1e-4) == count + 1


def test_a_miner_that_expects_a_hundred_blocks_varies_by_a_tenth():
    assert relative_sd(100.0) == 0.1
    assert (blocks_quantile(100.0, 0.1), blocks_quantile(100.0, 0.5), blocks_quantile(100.0, 0.9)) == (87, 100, 113)


@pytest.mark.parametrize(("mean", "probability"), [(1.0, 0.0), (1.0, 1.0), (-1.0, 0.5), (math.inf, 0.5), (math.nan, 0.5)])
def test_quantiles_out_of_range_are_refused(mean, probability):
    with pytest.raises(ValueError, match=r"not between|not finite"):
        blocks_quantile(mean, probability)


@given(mean=MEANS, probability=st.floats(0.01, 0.99))
def test_a_quantile_is_the_first_count_that_reaches_its_probability(mean, probability):
    count = blocks_quantile(mean, probability)
    assert abs(count - mean) <= 1.0 + 10.0 * math.sqrt(mean) + 1.0  # Chebyshev at one percent
    if mean < 50.0:
        terms = [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1.0)) for k in range(count + 1)]
        assert math.fsum(terms) >= probability - 1e-12
        assert math.fsum(terms[:-1]) < probability + 1e-12


@given(rate=st.floats(1e-9, 1e3), probability=st.floats(0.001, 0.999))
def test_waiting_time_and_odds_are_inverse(rate, probability):
    assert probability_of_a_block(rate * time_to_first_block(rate, probability)) == pytest.approx(probability, rel=1e-9)


def test_quantiles_agree_with_a_simulation():
    drawn = np.random.default_rng(7).poisson(3.3, 200_000)
    for probability in (0.1, 0.5, 0.9):
        count = blocks_quantile(3.3, probability)
        assert (drawn <= count).mean() >= probability - 0.005
        assert (drawn < count).mean() <= probability + 0.005
