"""Prompts: by hand where software loses nothing."""

import numpy as np
import pytest
from tests.physics.serving_case import case

from wattmint.physics.serving_prefill import prefill

LINEAR = {"prompt_products": 0.0}


def test_a_long_prompt_takes_as_long_as_its_arithmetic():
    found = prefill(case(prompt=1e5, **LINEAR))
    assert found.work_s[0] == pytest.approx(2.0 * 1e5 * 7e9 / 1e15)
    assert found.work_s[1] == pytest.approx(2.0 * 1e5 * (1.5e9 + 4 * 32 * 1.5e7) / 1e15)
    assert found.alone_s[0] == pytest.approx(found.work_s[0], rel=1e-3)


def test_a_short_prompt_alone_takes_as_long_as_reading_the_weights():
    assert prefill(case(prompt=1.0)).alone_s[0] == pytest.approx(2.0 * 7e9 / 3e12, rel=1e-3)


def test_attention_grows_with_the_square_until_a_window_or_a_choice_caps_it():
    def score_s(prompt, **changes):
        return (prefill(case(prompt=prompt, **changes)).flops_peak_s - prefill(case(prompt=prompt, **LINEAR)).flops_peak_s)[0]

    assert score_s(2000.0) == pytest.approx(4.0 * score_s(1000.0), rel=1e-6)
    chosen = 2.0 * 262_144 * (500.0**2 / 2 + 1500.0 * 500.0) / 1e15
    assert score_s(2000.0, index_topk=500.0) == pytest.approx(chosen)


def test_chips_share_the_work_and_pay_for_exchanging_it():
    alone, shared = prefill(case(**LINEAR)).work_s[0], prefill(case(tp=2.0, **LINEAR)).work_s[0]
    exchange = 2.0 * 32 * 1000.0 * 4096 * 2.0 / 4e11
    assert shared == pytest.approx(alone / 2.0 + exchange)


def test_launching_is_told_apart_from_working():
    found = prefill(case(prefill_layers_s=0.01, first_layers_s=0.02))
    assert found.launch_s.tolist() == [0.01, 0.01]
    assert found.alone_s == pytest.approx(prefill(case()).alone_s + 0.03)
    assert np.array_equal(found.work_s, prefill(case()).work_s)
