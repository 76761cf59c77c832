import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.ledger.pow import BLOCKS_PER_EPOCH, next_bits
from wattmint.market.chain import Clock, clock_at, mined


def fresh(d=30.0, paths=1):
    return Clock(np.full(paths, math.exp(d)), np.full(paths, 2016.0), np.zeros(paths))


def test_at_par_nothing_changes():
    clock, mean, found = mined(fresh(), np.array([30.0]), 5000.0)
    assert (clock.difficulty[0], mean[0], found[0]) == (math.exp(30.0), pytest.approx(30.0), 5000.0)
    assert clock.blocks_left[0] == 2 * 2016 + 2016 - 5000


def test_twice_the_hashrate_by_hand():
    # 2,016 blocks in 1,008 intervals, then twice the difficulty: 992 more intervals at par
    clock, mean, found = mined(fresh(), np.array([30.0 + math.log(2.0)]), 2000.0)
    assert math.log(clock.difficulty[0]) == pytest.approx(30.0 + math.log(2.0))
    assert found[0] == pytest.approx(2016 + 992)
    assert math.exp(30.0 - mean[0]) == pytest.approx((1008 + 992 / 2) / 2000)


@pytest.mark.parametrize(("change", "step"), [(math.log(10.0), math.log(4.0)), (-math.log(10.0), -math.log(4.0))])
def test_one_retarget_moves_by_four_at_most(change, step):
    clock, _, _ = mined(fresh(), np.array([30.0 + change]), 2016.0 * math.exp(-change) * 1.0001)
    assert math.log(clock.difficulty[0]) == pytest.approx(30.0 + step)


@pytest.mark.parametrize("pace", [0.5, 0.9, 1.0, 1.3, 3.9, 7.0, 0.1])
def test_a_retarget_is_that_of_the_chain_s_integers(pace):
    """Origin: `wattmint.ledger.pow.next_bits` on a real target; its time runs over 2,015 of the 2,016 intervals."""
    clock, _, _ = mined(fresh(), np.array([30.0 + math.log(pace)]), 2016.0 / pace * 1.0000001)
    bits = 0x17034219
    after = next_bits(bits, 0, round(2016 * 600 / pace))
    ratio = _target(bits) / _target(after)
    assert clock.difficulty[0] / math.exp(30.0) == pytest.approx(ratio, rel=1e-4)


def _target(bits):
    return (bits & 0x7FFFFF) * 256 ** ((bits >> 24) - 3)


@settings(max_examples=60, deadline=None)
@given(hashrate=st.floats(25.0, 36.0), first=st.floats(1.0, 4000.0), second=st.floats(1.0, 4000.0))
def test_two_stretches_are_one(hashrate, first, second):
    h = np.array([hashrate])
    halfway, one, found_one = mined(fresh(), h, first)
    end, two, found_two = mined(halfway, h, second)
    whole, mean, found = mined(fresh(), h, first + second)
    assert math.exp(-mean[0]) == pytest.approx((first * math.exp(-one[0]) + second * math.exp(-two[0])) / (first + second), rel=1e-6)
    assert found[0] == pytest.approx(found_one[0] + found_two[0], rel=1e-9)
    assert end.difficulty[0] == pytest.approx(whole.difficulty[0], rel=1e-6)


def test_the_epoch_so_far_was_mined_at_the_hashrate_given():
    clock = clock_at(2016.0 * 7 + 500.0, 30.0, 30.0 + math.log(2.0), 2)
    assert clock.blocks_left.tolist() == [BLOCKS_PER_EPOCH - 500.0] * 2
    assert clock.intervals_spent[0] == pytest.approx(250.0)


def test_difficulty_is_never_below_one():
    clock, _, _ = mined(fresh(d=0.5), np.array([-1.0]), 20_000.0)
    assert clock.difficulty[0] == 1.0
