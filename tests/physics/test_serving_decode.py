"""A decode step: by hand where software loses nothing, and as properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.serving_case import case

from wattmint.physics.serving_decode import decode_step, imbalance, touched_experts

ONE = np.array([1.0, 1.0])


def test_a_small_step_takes_as_long_as_reading_weights_and_cache():
    step = decode_step(case(), ONE)
    cache = 65_536 * 2.0 * 1250.0
    assert step.read_bytes[0] == 2.0 * 7.5e9 + cache
    assert step.total_s[0] == pytest.approx((2.0 * 7.5e9 + cache) / 3e12, rel=1e-3)
    assert step.read_bytes[1] == pytest.approx(2.0 * (2e9 + 4 * 32 * 1.5e7) + cache)


def test_a_large_step_takes_as_long_as_its_arithmetic():
    many = 5000.0 * ONE
    ideal = (2.0 * 7.5e9 + 2.0 * 262_144 * 1250.0) * 5000.0 / 1e15
    assert decode_step(case(full_values=0.0), many).total_s[0] == pytest.approx(ideal, rel=1e-3)


def test_one_token_touches_its_own_experts_and_many_touch_all():
    assert touched_experts(case(), ONE).tolist() == [0.0, 4.0]
    assert touched_experts(case(), 1e4 * ONE)[1] == pytest.approx(64.0)
    assert touched_experts(case(), 16.0 * ONE)[1] == pytest.approx(64.0 * (1.0 - (60 / 64) ** 16))


def test_whole_experts_are_uneven_until_all_are_touched():
    uneven = case(ep=8.0, expert_imbalance=1.0)
    assert imbalance(uneven, np.array([0.0, 8.0]))[1] > 1.5
    assert imbalance(uneven, np.array([0.0, 64.0]))[1] == 1.0
    assert imbalance(case(expert_imbalance=1.0), np.array([0.0, 8.0])).tolist() == [1.0, 1.0]


def test_overheads_add_up():
    step = decode_step(case(layers_s=1e-3, step_s=2e-3, sequence_s=1e-5, exchange_s=3e-4), 10.0 * ONE)
    assert step.overhead_s[0] == pytest.approx(3.1e-3)
    assert step.network_s[0] == pytest.approx(3e-4)
    assert step.total_s[0] == pytest.approx(decode_step(case(), 10.0 * ONE).total_s[0] + 3.4e-3)


def test_drafts_cost_arithmetic_and_experts_but_no_second_reading_of_the_cache():
    plain, drafted = decode_step(case(), 8.0 * ONE), decode_step(case(drafts=2.0), 8.0 * ONE)
    assert drafted.read_bytes[0] == plain.read_bytes[0]
    assert drafted.read_bytes[1] > plain.read_bytes[1]
    assert drafted.flops[0] == pytest.approx(3.0 * plain.flops[0])


@given(st.floats(1.0, 4096.0), st.floats(1.0, 10.0), st.sampled_from([1.0, 2.0, 8.0]))
def test_more_bandwidth_never_slows_a_step(sequences, faster, tp):
    slow = decode_step(case(tp=tp), sequences * ONE).total_s
    assert (decode_step(case(tp=tp, bandwidth_bytes_per_s=3e12 * faster), sequences * ONE).total_s <= slow * (1 + 1e-12)).all()


@given(st.floats(1.0, 4096.0), st.floats(1.0, 4.0))
def test_a_larger_batch_takes_longer_and_less_per_sequence(sequences, more):
    few, many = (decode_step(case(ep=8.0, dp=8.0, expert_imbalance=1.0, step_s=1e-3), n * ONE).total_s for n in (sequences, sequences * more))
    assert (many >= few * (1 - 1e-12)).all()
    assert (many / more <= few * (1 + 1e-9)).all()


def test_fixed_times_of_layers_grow_slowly_with_the_batch():
    slow = case(layers_s=1e-3, layer_batch_power=0.1)
    assert [decode_step(slow, n * ONE).overhead_s[0] for n in (0.5, 1.0, 32.0)] == pytest.approx([1e-3, 1e-3, 1e-3 * 32.0**0.1])


def test_a_pipeline_of_two_takes_as_long_as_one_at_half_the_batch_in_each():
    assert decode_step(case(pp=2.0), 8.0 * ONE).total_s == pytest.approx(decode_step(case(), 4.0 * ONE).total_s)
