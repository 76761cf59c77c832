import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.reliability import failures_between


def test_failures_by_hand():
    # a rate of 0.1 growing by half of itself a year: 0.1 × (2 + 0.5 × 2² / 2) over two years
    assert failures_between(0.1, 0.5, 0.0, 2.0) == pytest.approx(0.3)
    assert failures_between(0.1, 0.0, np.array([0.0, 3.0]), np.array([1.0, 5.0])) == pytest.approx([0.1, 0.2])


@given(*(st.floats(min_value=0.0, max_value=5.0) for _ in range(5)))
def test_failures_of_two_stretches_add_up(rate, growth, start, first, second):
    whole = failures_between(rate, growth, start, start + first + second)
    parts = failures_between(rate, growth, start, start + first) + failures_between(rate, growth, start + first, start + first + second)
    assert whole == pytest.approx(parts, rel=1e-9, abs=1e-9)
