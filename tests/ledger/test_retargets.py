"""All 473 real retargets between the 474 embedded epochs, recomputed to the exact compact bits.

A retarget follows from three things: the old bits, the time of the epoch's first block, and the time of its last. The embedded table
has the first two; the last block's header time is not in it. So the computation is turned round: there must be a whole second that,
taken as the last block's time, gives the real bits to the last digit, and the first block of the next epoch, whose time *is* known,
must follow it by a time that blocks take. `bits` have 16 to 23 significant binary digits, so that second is known to within 1 to 30.
For four retargets the last header itself is known, and there the second is the right one.
"""

import bisect
import json
import statistics
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from wattmint.ledger.pow import EPOCH_S, LARGEST_STEP, next_bits, target_from_bits
from wattmint.market.bitcoin import epochs
from wattmint.units import SECONDS_PER_HOUR

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "ledger.json").read_text())
TABLE = epochs()
RETARGETS = range(1, TABLE.bits.size)
BLOCKS_S = 600
MAY_RUN_AHEAD_S = 2 * SECONDS_PER_HOUR
"""How far a header's time may be ahead of the network's; so far two neighbours may stand the wrong way round."""

LONGEST_GAP_S = 3 * SECONDS_PER_HOUR
LONGEST_S = (LARGEST_STEP + 1) * EPOCH_S


def spans_that_give(old_bits: int, new_bits: int) -> tuple[int, int]:
    """Fewest and most seconds from an epoch's first block to its last that lead from the old bits to exactly the new; (1, 0) for none."""

    def target_after(took_s: int) -> int:
        return target_from_bits(next_bits(old_bits, 0, took_s))

    low, high = (find(range(LONGEST_S), target_from_bits(new_bits), key=target_after) for find in (bisect.bisect_left, bisect.bisect_right))
    return (low, high - 1) if low < high else (1, 0)


@cache
def gaps_s() -> Mapping[int, tuple[int, int]]:
    """By epoch: least and greatest time from the last block before it to its first that the real bits allow."""
    found = {}
    for epoch in RETARGETS:
        low, high = spans_that_give(int(TABLE.bits[epoch - 1]), int(TABLE.bits[epoch]))
        assert low <= high, f"no time of the last block gives the bits of epoch {epoch}"
        took_s = int(TABLE.start_time_s[epoch] - TABLE.start_time_s[epoch - 1])
        found[epoch] = (took_s - high, took_s - low)
    return found


def is_clamped(epoch: int) -> bool:
    """Whether any time would do beyond some point: the step was cut off at a factor of four, or difficulty stood at its least."""
    low, high = spans_that_give(int(TABLE.bits[epoch - 1]), int(TABLE.bits[epoch]))
    return low == 0 or high == LONGEST_S - 1


def is_exact(epoch: int) -> bool:
    return bool(TABLE.is_exact[epoch - 1] and TABLE.is_exact[epoch])


def test_every_retarget_has_a_last_block_that_gives_the_exact_bits():
    for epoch in RETARGETS:
        old, new, start = int(TABLE.bits[epoch - 1]), int(TABLE.bits[epoch]), int(TABLE.start_time_s[epoch])
        least, most = gaps_s()[epoch]
        for gap in {least, most}:
            assert next_bits(old, int(TABLE.start_time_s[epoch - 1]), start - gap) == new
    assert len(gaps_s()) == 473


def test_the_next_epoch_follows_that_block_as_blocks_do():
    assert sum(is_exact(epoch) for epoch in RETARGETS) == 436
    for epoch in filter(is_exact, RETARGETS):
        least, most = gaps_s()[epoch]
        assert most >= -MAY_RUN_AHEAD_S, epoch
        assert least <= LONGEST_GAP_S, epoch


def test_those_gaps_are_distributed_like_block_intervals():
    bounded = [gaps_s()[epoch] for epoch in RETARGETS if is_exact(epoch) and not is_clamped(epoch)]
    assert len(bounded) == 420
    assert max(most - least for least, most in bounded) <= 30
    assert statistics.median(most - least for least, most in bounded) <= 1
    gaps = [(least + most) / 2 for least, most in bounded]
    assert statistics.fmean(gaps) == pytest.approx(BLOCKS_S, abs=100)  # standard error of the mean: 29 s
    assert sum(gap > BLOCKS_S for gap in gaps) / len(gaps) == pytest.approx(0.368, abs=0.08)  # exp(-1) of exponential intervals
    assert min(gaps) > -MAY_RUN_AHEAD_S / 4


@pytest.mark.parametrize("case", [case for case in GOLDEN["retargets"] if "real headers" in case["origin"]], ids=lambda case: str(case["height"]))
def test_where_the_last_header_is_known_its_time_is_among_those(case):
    epoch = TABLE.start_height.tolist().index(case["height"])
    gap = int(TABLE.start_time_s[epoch]) - case["last_time_s"]
    least, most = gaps_s()[epoch]
    assert least <= gap <= most
    assert int(TABLE.bits[epoch]) == int(case["new_bits"], 16) == next_bits(int(TABLE.bits[epoch - 1]), case["first_time_s"], case["last_time_s"])
    assert int(TABLE.start_time_s[epoch - 1]) == case["first_time_s"]


def test_derived_start_times_were_made_with_ten_minutes():
    """No evidence, only consistency: these times were computed from the bits, with a gap of 600 s, and rounded."""
    derived = [gaps_s()[epoch] for epoch in RETARGETS if not is_exact(epoch)]
    assert len(derived) == 37
    assert all(BLOCKS_S - 10 <= least <= most <= BLOCKS_S for least, most in derived)


def test_start_to_start_is_nearly_but_not_quite_the_rule():
    """With the next epoch's first block instead of the last block, the target comes out 1 part in 2,016 too easy on average."""
    off, same = [], 0
    for epoch in filter(is_exact, RETARGETS):
        found = next_bits(int(TABLE.bits[epoch - 1]), int(TABLE.start_time_s[epoch - 1]), int(TABLE.start_time_s[epoch]))
        same += found == int(TABLE.bits[epoch])
        off.append(target_from_bits(found) / target_from_bits(int(TABLE.bits[epoch])) - 1)
    assert statistics.fmean(off) == pytest.approx(1 / 2016, rel=0.2)
    assert max(abs(one) for one in off) < 0.005
    assert same == 16  # difficulty at its least, or a step cut off


@pytest.mark.parametrize("epoch", [100, 250, 436])
def test_other_bits_would_need_blocks_that_never_came(epoch):
    size, mantissa = int(TABLE.bits[epoch]) >> 24, int(TABLE.bits[epoch]) & 0xFFFFFF
    for wrong in (mantissa - mantissa // 100, mantissa + mantissa // 100):
        low, high = spans_that_give(int(TABLE.bits[epoch - 1]), size << 24 | wrong)
        took_s = int(TABLE.start_time_s[epoch] - TABLE.start_time_s[epoch - 1])
        assert low > high or took_s - high > LONGEST_GAP_S or took_s - low < -MAY_RUN_AHEAD_S
