"""The steady state: limits that can be worked out by hand, and what must never happen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.serving_case import case

from wattmint.physics.serving_decode import decode_step
from wattmint.physics.serving_steady import steady_state


def test_without_prompts_to_speak_of_everyone_is_being_decoded():
    found = steady_state(case(prompt=1.0, output=1e5, requests=8.0, memory_bytes=1e13))
    assert found.sequences == pytest.approx([8.0, 8.0], rel=1e-3)
    assert found.tpot_s == pytest.approx(decode_step(case(prompt=1.0, output=1e5), np.array([8.0, 8.0])).total_s, rel=1e-2)
    assert found.tokens_per_s == pytest.approx(8.0 / found.tpot_s, rel=1e-2)


def test_prompts_slow_decoding_by_their_own_time_per_token():
    found = steady_state(case(requests=np.inf, most_sequences=10.0))
    step = decode_step(case(), np.array([10.0, 10.0])).total_s
    assert found.tpot_s == pytest.approx(step + 10.0 * found.prompts.work_s / 500.0)


def test_prompts_of_one_step_share_its_launches():
    short = case(requests=np.inf, output=10.0, prompt=1.0, prefill_layers_s=1.0)
    few, many = (steady_state(replace(short, software=replace(short.software, most_sequences=np.array([n, n])))).tpot_s[0] for n in (10.0, 100.0))
    assert few == pytest.approx(many, rel=0.05)


def test_prompts_on_chips_of_their_own_do_not_slow_decoding_but_take_chips():
    found = steady_state(case(requests=np.inf, most_sequences=10.0, separate=1.0))
    assert found.tpot_s == pytest.approx(decode_step(case(), np.array([10.0, 10.0])).total_s)
    assert (found.tokens_per_s < 10.0 / found.tpot_s).all()


def test_a_limit_on_the_time_per_token_is_kept_and_used():
    free = steady_state(case(requests=np.inf))
    bound = steady_state(case(requests=np.inf, tpot_limit_s=0.015, tail=1.25))
    assert (free.tpot_s > 0.015).all()
    assert bound.tpot_s == pytest.approx([0.012, 0.012], rel=1e-4)


def test_a_mean_number_running_is_taken_as_it_is():
    found = steady_state(case(requests=10.5, running=1.0))
    assert found.sequences.tolist() == [10.5, 10.5]
    assert found.tokens_per_s == pytest.approx(10.5 / found.tpot_s)


def test_more_requests_than_memory_holds_wait_for_room():
    held = steady_state(case()).held[0]
    twice = steady_state(case(requests=2.0 * np.ceil(held)))
    assert twice.sequences[0] == pytest.approx(held)
    assert twice.ttft_s[0] > 500.0 * twice.tpot_s[0] * 0.9


@given(st.floats(1.0, 300.0), st.floats(1.0, 3.0))
def test_more_requests_never_lower_throughput(requests, more):
    slow = {"memory_bytes": 1e12, "request_s": 0.05, "step_s": 1e-3, "queue": 1.0, "burst": 0.1}
    few, many = (steady_state(case(requests=n, **slow)) for n in (requests, requests * more))
    assert (many.tokens_per_s >= few.tokens_per_s * (1 - 2e-3)).all()
    assert (many.tpot_s >= few.tpot_s * (1 - 2e-3)).all()


@given(st.floats(1.0, 300.0), st.floats(1.0, 10.0))
def test_more_bandwidth_never_slows_tokens(requests, faster):
    slow, fast = (steady_state(case(requests=requests, memory_bytes=1e12, bandwidth_bytes_per_s=rate)) for rate in (3e12, 3e12 * faster))
    assert (fast.tpot_s <= slow.tpot_s * (1 + 2e-3)).all()


def test_what_is_busy_is_a_share():
    found = steady_state(case(requests=200.0))
    for share in (found.memory_busy, found.arithmetic_busy, found.prompt_share):
        assert ((share > 0.0) & (share <= 1.0)).all()
