import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.errors import InputError
from wattmint.risk.measures import cvar, loss_probability, spread
from wattmint.risk.verdict import Spread

VALUES = arrays(np.float64, st.integers(1, 60), elements=st.floats(-1e9, 1e9))


def test_spread_of_eleven_steps():
    assert spread(np.arange(11.0)[::-1]) == Spread(5.0, 1.0, 5.0, 9.0)


def test_spread_leaves_undefined_paths_out():
    assert spread(np.array([np.nan, 2.0, np.inf, 4.0])).mean == 3.0


@pytest.mark.parametrize("values", [[], [np.nan, np.nan], [np.inf]])
def test_spread_of_nothing_is_undefined(values):
    assert spread(np.array(values)) == Spread(None, None, None, None)


def test_zero_is_no_loss():
    assert loss_probability(np.array([-1.0, 0.0, 1.0, -2.0])) == 0.5


def test_cvar_by_hand():
    values = np.arange(100.0)[::-1]
    assert cvar(values) == 2.0
    assert cvar(values, 0.015) == pytest.approx((0.0 + 0.5 * 1.0) / 1.5)
    assert cvar(values, 1.0) == 49.5
    assert cvar(np.array([7.0, 3.0])) == pytest.approx(3.0)


@given(VALUES, st.floats(0.001, 1.0), st.floats(0.001, 1.0))
def test_cvar_grows_with_its_tail_and_lies_between_worst_and_mean(values, one, other):
    low, high = sorted((cvar(values, min(one, other)), cvar(values, max(one, other))))
    slack = 1e-9 * (1.0 + float(np.abs(values).max()))
    assert cvar(values, min(one, other)) <= cvar(values, max(one, other)) + slack
    assert values.min() - slack <= low <= high <= values.mean() + slack


@given(VALUES, st.floats(0.01, 1.0), st.randoms(use_true_random=False))
def test_cvar_is_the_least_mean_over_reweighted_paths(values, tail, random):
    """The dual form: a weighting that gives no path more than 1 / (tail · n) never has a lower mean."""
    cap = 1.0 / (tail * values.size)
    weights = np.zeros(values.size)
    for path in random.sample(range(values.size), values.size):
        weights[path] = min(cap, 1.0 - weights.sum())
    assert cvar(values, tail) <= float(values @ weights) + 1e-9 * (1.0 + float(np.abs(values).max()))


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [np.inf]])
def test_refuses_paths_that_are_not_finite(values):
    with pytest.raises(InputError, match="npv_usd"):
        loss_probability(np.array(values))
    with pytest.raises(InputError, match="npv_usd"):
        cvar(np.array(values))


@pytest.mark.parametrize("tail", [0.0, -0.1, 1.1, np.nan])
def test_refuses_a_tail_that_is_no_share(tail):
    with pytest.raises(InputError, match="tail"):
        cvar(np.array([1.0]), tail)
