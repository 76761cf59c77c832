"""The roof and the knee."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.roofline import attainable_flops_per_s, overlapped_seconds, ridge_flop_per_byte

SECONDS = st.floats(0.0, 1e3)


@given(SECONDS, SECONDS)
def test_overlapped_work_takes_no_less_than_the_longer_part_and_no_more_than_both(memory, arithmetic):
    found = overlapped_seconds(np.array([memory]), np.array([arithmetic]))[0]
    assert max(memory, arithmetic) <= found * (1 + 1e-12)
    assert found <= (memory + arithmetic) * (1 + 1e-12)


def test_far_from_the_knee_only_the_longer_part_counts():
    assert overlapped_seconds(np.array([1.0]), np.array([0.01]))[0] == pytest.approx(1.0, rel=1e-6)


def test_at_the_ridge_the_roof_turns_flat():
    flops, rate = np.array([1e15]), np.array([4e12])
    ridge = ridge_flop_per_byte(flops, rate)
    assert ridge == 250.0
    assert attainable_flops_per_s(ridge / 2.0, flops, rate) == 0.5e15
    assert attainable_flops_per_s(ridge * 2.0, flops, rate) == 1e15
