import csv
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.facts.load import series_path
from wattmint.ledger.pow import (
    BLOCKS_PER_EPOCH,
    EASIEST_BITS,
    EPOCH_S,
    bits_from_target,
    difficulty_from_bits,
    expected_hashes,
    next_bits,
    target_from_bits,
)
from wattmint.units import SECONDS_PER_HOUR

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "ledger.json").read_text())
EPOCHS = list(csv.DictReader(series_path("btc-epochs").read_text().splitlines()))
CORE_COMPACT = [(int(case["bits"], 16), int(case["target"], 16), int(case["again"], 16)) for case in GOLDEN["compact"]]


@pytest.mark.parametrize("case", GOLDEN["retargets"], ids=[str(case["height"]) for case in GOLDEN["retargets"]])
def test_next_bits_meets_core_and_real_retargets(case):
    assert next_bits(int(case["old_bits"], 16), case["first_time_s"], case["last_time_s"]) == int(case["new_bits"], 16)


@pytest.mark.parametrize("case", GOLDEN["retargets"][:1] + GOLDEN["retargets"][4:], ids=lambda case: str(case["height"]))
def test_one_hour_more_gives_other_bits(case):
    assert next_bits(int(case["old_bits"], 16), case["first_time_s"], case["last_time_s"] + int(SECONDS_PER_HOUR)) != int(case["new_bits"], 16)


@pytest.mark.parametrize(("bits", "target", "again"), CORE_COMPACT)
def test_compact_form_meets_core(bits, target, again):
    assert target_from_bits(bits) == target
    assert bits_from_target(target) == again


@pytest.mark.parametrize("bits", [int(text, 16) for text in GOLDEN["negative"] + GOLDEN["overflow"]] + [-1, 1 << 32, 0x22010000])
def test_malformed_bits_are_refused(bits):
    with pytest.raises(InputError, match="bits"):
        target_from_bits(bits)


def test_the_largest_well_formed_sizes_are_accepted():
    assert target_from_bits(0x220000FF) == 0xFF << 248
    assert target_from_bits(0x2100FFFF) == 0xFFFF << 240


def test_sign_bit_is_never_set_by_bits_from_target():
    assert bits_from_target(0x80) == 0x02008000  # Bitcoin Core arith_uint256_tests.cpp


@given(st.integers(0, 2**256 - 1))
def test_target_survives_bits_up_to_the_mantissa(target):
    bits = bits_from_target(target)
    kept = target_from_bits(bits)
    assert bits_from_target(kept) == bits
    assert target - kept >= 0
    assert (target - kept) << 15 <= target


@given(st.integers(-(2**300), -1) | st.integers(2**256, 2**300))
def test_targets_out_of_range_are_refused(target):
    for function in (bits_from_target, expected_hashes):
        with pytest.raises(InputError, match="target"):
            function(target)


def test_difficulty_one_takes_slightly_more_than_two_to_the_32_hashes():
    assert difficulty_from_bits(EASIEST_BITS) == 1.0
    assert expected_hashes(target_from_bits(EASIEST_BITS)) == 4_295_032_833  # 2**256 // (0xffff * 2**208 + 1)


def test_difficulty_of_no_target_is_refused():
    with pytest.raises(InputError, match="above 0"):
        difficulty_from_bits(0)


def test_difficulties_of_real_epochs():
    by_height = {int(row["start_height"]): difficulty_from_bits(int(row["bits_hex"], 16)) for row in EPOCHS}
    assert by_height[953_568] == pytest.approx(124_932_866_006_548.16)  # as quoted by block explorers, June 2026
    assert by_height[32_256] == pytest.approx(1.1828995343128408)  # 0x1d00d86a, the first retarget ever


def test_every_embedded_epoch_is_its_own_compact_form():
    for row in EPOCHS:
        bits = int(row["bits_hex"], 16)
        assert bits_from_target(target_from_bits(bits)) == bits
        assert int(row["start_height"]) == int(row["epoch"]) * BLOCKS_PER_EPOCH


def test_embedded_epochs_follow_from_their_times():
    # The last block of an epoch comes about ten minutes before the next epoch's first; only that one time is not embedded.
    exact = [row for row in EPOCHS if row["time_kind"] == "exact"]
    for old, new in itertools.pairwise(exact):
        took_s = int(new["start_time_unix"]) - int(old["start_time_unix"])
        found = difficulty_from_bits(next_bits(int(old["bits_hex"], 16), 0, took_s))
        assert found == pytest.approx(difficulty_from_bits(int(new["bits_hex"], 16)), rel=0.02)


@given(st.integers(0, 10 * EPOCH_S), st.sampled_from([row["bits_hex"] for row in EPOCHS]))
def test_retarget_stays_within_a_factor_of_four_and_above_difficulty_one(took_s, old):
    before, after = difficulty_from_bits(int(old, 16)), difficulty_from_bits(next_bits(int(old, 16), 0, took_s))
    assert max(before / 4 * 0.9999, 1.0) <= after <= before * 4.0001


@given(st.sampled_from([row["bits_hex"] for row in EPOCHS]))
def test_an_epoch_of_fourteen_days_changes_nothing(old):
    assert next_bits(int(old, 16), 0, EPOCH_S) == int(old, 16)
