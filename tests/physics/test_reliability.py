import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.reliability import excess_downtime_share, failures_between


def test_downtime_by_hand():
    assert excess_downtime_share(0.9999, 0.9998) == pytest.approx(1e-4)
    assert excess_downtime_share(0.999, 0.9998) == 0.0


def test_failures_by_hand():
    # a rate of 0.1 growing by half of itself a year: 0.1 × (2 + 0.5 × 2² / 2) over two years
    assert failures_between(0.1, 0.5, 0.0, 2.0) == pytest.approx(0.3)
    assert failures_between(0.1, 0.0, np.array([0.0, 3.0]), np.array([1.0, 5.0])) == pytest.approx([0.1, 0.2])


@given(*(st.floats(min_value=0.0, max_value=5.0) for _ in range(5)))
def test_failures_of_two_stretches_add_up(rate, growth, start, first, second):
    whole = failures_between(rate, growth, start, start + first + second)
    parts = failures_between(rate, growth, start, start + first) + failures_between(rate, growth, start + first, start + first + second)
    assert whole == pytest.approx(parts, rel=1e-9, abs=1e-9)


@given(st.floats(min_value=0.0, max_value=1.0), st.floats(min_value=0.0, max_value=1.0))
def test_downtime_beyond_the_promise_is_never_negative(promised, actual):
    beyond = excess_downtime_share(promised, actual)
    assert 0.0 <= beyond <= 1.0
    assert beyond == 0.0 or beyond == pytest.approx(promised - actual)
