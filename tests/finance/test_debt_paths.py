import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.finance.debt_paths import reserve_flows, reserve_flows_by_path


def test_a_reserve_is_filled_used_filled_again_and_given_back():
    due = np.array([[0.0, 0.0, 10.0, 10.0, 10.0, 10.0]])
    cash = np.array([[0.0, 0.0, 10.0, 4.0, 25.0, 10.0]])
    flows = reserve_flows(cash, due, 2, 1)
    assert flows.tolist() == [[0.0, -20.0, 0.0, 6.0, 4.0, 10.0]]


def test_a_short_year_takes_no_more_than_is_held():
    due, cash = np.array([[0.0, 10.0, 10.0]]), np.array([[0.0, -50.0, -50.0]])
    assert reserve_flows(cash, due, 1, 0).tolist() == [[-10.0, 10.0, 0.0]]


@settings(deadline=None)  # the first example waits for the compiler
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 20))
def test_a_reserve_sums_to_zero_and_the_compiled_form_agrees(seed, months, funded):
    rng = np.random.default_rng(seed)
    cash, due = rng.normal(5.0, 20.0, (4, 21)), rng.uniform(0.0, 10.0, (4, 21))
    plain, quick = reserve_flows(cash, due, months, funded), reserve_flows_by_path(cash, due, months, funded)
    np.testing.assert_allclose(plain.sum(axis=1), 0.0, atol=1e-9)
    held = -np.cumsum(plain, axis=1)
    assert held.min() == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(quick, plain, atol=1e-9)
