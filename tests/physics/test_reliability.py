import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.reliability import excess_downtime_share, survival


def test_downtime_by_hand():
    assert excess_downtime_share(0.9999, 0.9998) == pytest.approx(1e-4)
    assert excess_downtime_share(0.999, 0.9998) == 0.0


def test_half_life_of_a_fleet():
    assert survival(np.log(2.0), 1.0) == pytest.approx(0.5)
    assert survival(0.05, np.array([-1.0, 0.0])).tolist() == [1.0, 1.0]


@given(st.floats(min_value=0.0, max_value=2.0), st.floats(min_value=0.0, max_value=40.0), st.floats(min_value=0.0, max_value=40.0))
def test_survival_has_no_memory(rate, first, second):
    together = survival(rate, first + second)
    assert together == pytest.approx(survival(rate, first) * survival(rate, second), rel=1e-9, abs=1e-300)


@given(st.floats(min_value=0.0, max_value=1.0), st.floats(min_value=0.0, max_value=1.0))
def test_downtime_beyond_the_promise_is_never_negative(promised, actual):
    beyond = excess_downtime_share(promised, actual)
    assert 0.0 <= beyond <= 1.0
    assert beyond == 0.0 or beyond == pytest.approx(promised - actual)
