"""Bytes by hand."""

import numpy as np
import pytest
from tests.physics.serving_case import case

from wattmint.physics.serving_memory import free_bytes, sequence_bytes, sequences_held, weight_bytes


def test_weights_by_hand():
    dense, sparse = weight_bytes(case())
    assert dense == 2.0 * (7e9 + 2 * 5e8)
    assert sparse == 2.0 * (1.5e9 + 2 * 5e8 + 64 * 32 * 1.5e7)


def test_chips_share_weights_and_groups_share_experts_only():
    dense, sparse = weight_bytes(case(tp=2.0, dp=4.0))
    assert dense == weight_bytes(case())[0] / 2.0
    assert sparse == (2.0 * 2.5e9 + 2.0 * 64 * 32 * 1.5e7 / 4.0) / 2.0


def test_a_cache_is_shared_out_by_heads_and_no_further():
    context = np.array([1000.0, 1000.0])
    alone = sequence_bytes(case(), context)[0]
    assert alone == 65_536 * 2.0 * 1000.0
    assert sequence_bytes(case(tp=8.0), context)[0] == alone / 8.0
    assert sequence_bytes(case(tp=16.0), context)[0] == alone / 8.0
    assert sequence_bytes(case(kv_heads=1.0, tp=8.0), context)[0] == alone


def test_a_window_caps_the_cache():
    few, many = (sequence_bytes(case(full_values=0.0, sliding_values=1000.0, window=128.0), np.array([n, n]))[0] for n in (128.0, 5000.0))
    assert few == many == 128 * 1000 * 2.0


def test_as_many_sequences_as_the_rest_holds_and_none_where_weights_do_not_fit():
    held = sequences_held(case())[0]
    assert held == pytest.approx(free_bytes(case())[0] / (65_536 * 2.0 * 1500.0))
    assert sequences_held(case(memory_bytes=10e9))[0] == 0.0
