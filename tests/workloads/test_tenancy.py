import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.workloads.tenancy import lease_factor, lease_factor_plain, monthly_default_probability

RELET = np.array([[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]])


def both(draw, relet, probability, vacancy, first):
    fast = np.empty(draw.shape)
    lease_factor(draw, relet, probability, vacancy, first, fast)
    plain = lease_factor_plain(draw, relet, probability, vacancy, first)
    assert np.array_equal(fast, plain)
    return plain


def test_a_tenant_leaves_and_another_comes_by_hand():
    draw = np.array([[0.01, 0.9, 0.01, 0.01, 0.01, 0.9, 0.01]])
    # month 0 is construction; the tenant of month 1 leaves in month 2; empty in 2 and 3; let again in month 4, undrawn; gone in 6
    assert both(draw, RELET, 0.05, 2, 1).tolist() == [[0.0, 1.0, 0.0, 0.0, 6.0, 6.0, 0.0]]


def test_without_vacancy_the_next_tenant_comes_the_same_month():
    draw = np.array([[0.9, 0.9, 0.01, 0.9, 0.9, 0.9, 0.9]])
    assert both(draw, RELET, 0.05, 0, 0).tolist() == [[1.0, 1.0, 4.0, 4.0, 4.0, 4.0, 4.0]]


def test_nobody_leaves_at_probability_zero():
    assert both(np.zeros((1, 7)), RELET, 0.0, 3, 2).tolist() == [[0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]]


def test_monthly_probability_compounds_to_the_yearly():
    assert (1.0 - monthly_default_probability(0.3)) ** 12 == pytest.approx(0.7)
    assert monthly_default_probability(1.0) == 1.0


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float64, (4, 30), elements=st.floats(0.0, 1.0)),
    arrays(np.float64, (4, 30), elements=st.floats(0.1, 5.0)),
    st.floats(0.0, 1.0),
    st.integers(0, 12),
    st.integers(0, 35),
)
def test_the_compiled_recursion_is_its_plain_twin(draw, relet, probability, vacancy, first):
    both(draw, relet, probability, vacancy, first)
