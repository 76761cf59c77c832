"""Power between idle and design."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.accelerator_power import accelerator_watts

SHARES = st.floats(0.0, 1.0)


def watts(memory, arithmetic):
    weights = tuple(np.array([weight]) for weight in (0.1, 1.5, 4.5))
    return accelerator_watts(np.array([700.0]), (np.array([memory]), np.array([arithmetic])), weights)[0]


def test_an_idle_chip_draws_a_tenth():
    assert watts(0.0, 0.0) == pytest.approx(700.0 * (1.0 - np.exp(-0.1)))


@given(SHARES, SHARES, SHARES)
def test_busier_never_draws_less_and_nothing_exceeds_the_design_power(memory, arithmetic, more):
    here = watts(memory, arithmetic)
    assert 0.0 < here < 700.0
    assert watts(min(memory + more, 1.0), arithmetic) >= here
    assert watts(memory, min(arithmetic + more, 1.0)) >= here
