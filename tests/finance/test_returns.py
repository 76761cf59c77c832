import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.errors import InputError
from wattmint.finance.returns import (
    capital_need,
    discount_factors,
    discounted_payback_months,
    irr_by_path,
    irr_of_investment,
    monthly_rate,
    npv,
    payback_months,
    roi,
)

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "finance_functions.json").read_text())["cases"]
FLOWS = arrays(np.float64, (3, 7), elements=st.floats(-1e6, 1e6).map(lambda value: round(value, 2)))


def annual(monthly: float) -> float:
    return (1.0 + monthly) ** 12 - 1.0


@pytest.mark.parametrize("case", [case for case in GOLDEN if case["function"].startswith("npv")], ids=lambda case: case["id"])
def test_golden_npv(case):
    """The spreadsheet discounts its first value by one period; a first outlay is added undiscounted."""
    rate, later, *now = case["args"]
    flows = np.array([[now[0] if now else 0.0, *later]])
    assert npv(flows, annual(rate))[0] == pytest.approx(case["expected"], abs=case["tolerance"])
    assert npv(flows, annual(rate))[0] == pytest.approx(case["precise"], rel=1e-12)


def test_monthly_rate_compounds_to_the_annual():
    assert (1.0 + monthly_rate(0.1)) ** 12 == pytest.approx(1.1, rel=1e-15)
    assert monthly_rate(0.0) == 0.0


@pytest.mark.parametrize("wrong", [-1.0, -2.0, np.nan, np.inf])
def test_refuses_a_rate_that_leaves_nothing(wrong):
    with pytest.raises(InputError, match="discount_rate"):
        monthly_rate(wrong)


def test_discount_factors_start_at_one_and_halve_after_a_year_at_100_percent():
    factors = discount_factors(1.0, 24)
    assert factors[[0, 12, 24]] == pytest.approx([1.0, 0.5, 0.25], rel=1e-14)


@given(FLOWS, st.floats(-0.5, 2.0))
def test_npv_is_the_discounted_sum(flows, rate):
    by_hand = [sum(c / (1.0 + rate) ** (k / 12) for k, c in enumerate(row)) for row in flows]
    np.testing.assert_allclose(npv(flows, rate), by_hand, rtol=1e-9, atol=1e-6)


def test_npv_vanishes_at_the_irr():
    flows = np.array([[-100.0, 10.0, 30.0, 40.0, 50.0]])
    rate = irr_by_path(flows)[0][0]
    assert npv(flows, rate)[0] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("flows", "months"),
    [
        ([-100.0, 40.0, 40.0, 40.0], 2.5),
        ([-100.0, 50.0, 50.0, 0.0], 2.0),
        ([-100.0, 50.0, 0.0, 50.0], 3.0),
        ([-100.0, 99.0, 0.0, 0.5], np.nan),
        ([0.0, 5.0, 5.0, 5.0], 0.0),
        ([5.0, -3.0, -2.0, 0.0], 0.0),
        ([0.0, 0.0, -10.0, 20.0], 2.5),
        ([10.0, -30.0, 40.0, 0.0], 1.5),
        ([-100.0, 200.0, -300.0, 0.0], 0.5),
        ([-100.0, 0.0, 0.0, 0.0], np.nan),
    ],
)
def test_payback_by_hand(flows, months):
    assert payback_months(np.array([flows]))[0] == pytest.approx(months, nan_ok=True)


@given(FLOWS)
def test_at_payback_the_cumulative_flow_is_zero(flows):
    for row, months in zip(flows, payback_months(flows), strict=True):
        cumulative = np.cumsum(row)
        if np.isnan(months):
            assert (cumulative < 0.0).any()
        elif months > 0.0:
            assert np.interp(months, np.arange(row.size), cumulative) == pytest.approx(0.0, abs=1e-3)
        else:
            assert (cumulative >= 0.0).all()


def test_discounting_delays_payback():
    flows = np.array([[-100.0] + [5.0] * 40])
    assert payback_months(flows)[0] == pytest.approx(20.0)
    assert discounted_payback_months(flows, 0.0)[0] == pytest.approx(20.0)
    assert 22.0 < discounted_payback_months(flows, 0.12)[0] < 23.0
    assert np.isnan(discounted_payback_months(flows, 2.0)[0])


def test_discounted_payback_needs_a_positive_npv():
    rng = np.random.default_rng(3)
    flows = rng.uniform(0.0, 3.0, (100, 61))
    flows[:, 0] = -70.0
    paid = np.isfinite(discounted_payback_months(flows, 0.1))
    np.testing.assert_array_equal(paid, npv(flows, 0.1) >= 0.0)
    assert 0 < paid.sum() < 100


def test_capital_need_and_roi():
    flows = np.array([[-100.0, 50.0, -80.0, 200.0], [0.0, 5.0, 1.0, 0.0], [10.0, -30.0, 5.0, 0.0]])
    assert capital_need(flows).tolist() == [130.0, 0.0, 20.0]
    assert roi(flows) == pytest.approx([70.0 / 130.0, np.nan, -15.0 / 20.0], nan_ok=True)


@given(FLOWS)
def test_need_is_what_makes_the_cumulative_flow_never_negative(flows):
    need = capital_need(flows)
    assert (need >= 0.0).all()
    assert ((np.cumsum(flows, axis=1) + need[:, None]).min(axis=1) >= -1e-6).all()


def test_without_an_investment_there_is_no_rate_of_return():
    flows = np.array([[-100.0, 60.0, 60.0, 0.0], [10.0, 5.0, -14.0, 0.0], [10.0, -30.0, 40.0, 0.0], [0.0, -1.0, 50.0, 50.0], [0.0, -9.0, 9.2, 0.0]])
    rate, roots = irr_of_investment(flows, capital_need(flows))
    plain, plain_roots = irr_by_path(flows)
    assert np.isfinite(plain[[1, 3]]).all()  # a loan that is paid back, and one bad month
    assert np.isnan(rate[[1, 2, 3]]).all()
    assert not roots[[1, 2, 3]].any()
    np.testing.assert_array_equal(rate[[0, 4]], plain[[0, 4]])
    np.testing.assert_array_equal(roots[[0, 4]], plain_roots[[0, 4]])
