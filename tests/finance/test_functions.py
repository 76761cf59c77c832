import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.functions import fv, ipmt, mirr, nper, pmt, ppmt, present_value, pv, rate
from wattmint.finance.irr import irr

FUNCTIONS = {function.__name__: function for function in (fv, ipmt, mirr, nper, pmt, ppmt, pv, rate)}
GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "finance_functions.json").read_text())["cases"]
MINE = [case for case in GOLDEN if case["function"] in FUNCTIONS]
RATES, WHEN = st.floats(-0.2, 0.5), st.sampled_from([0, 1])
USD = st.floats(-1e6, 1e6).map(lambda value: round(value, 2))


def test_the_golden_file_asks_for_every_function():
    assert {case["function"] for case in MINE} == set(FUNCTIONS)


@pytest.mark.parametrize("case", MINE, ids=lambda case: case["id"])
def test_golden(case):
    found = float(FUNCTIONS[case["function"]](*case["args"]))
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])
    assert found == pytest.approx(case["precise"], rel=1e-12)


@given(RATES, st.integers(1, 60), USD, USD, WHEN)
def test_level_payments_balance(r, periods, present, future, when):
    """`pv`, `fv` and `pmt` are one equation solved for three of its numbers."""
    assume(abs(r) > 1e-6 or r == 0.0)
    payment = pmt(r, periods, present, future, when)
    size = abs(present) * (1.0 + r) ** periods + abs(future) + 1.0
    assert fv(r, periods, payment, present, when) == pytest.approx(future, abs=1e-9 * size)
    assert pv(r, periods, payment, future, when) == pytest.approx(present, abs=1e-9 * size / (1.0 + r) ** periods)


@given(RATES, st.integers(1, 40), USD, USD, WHEN)
def test_repayments_sum_to_the_loan_and_payments_are_interest_and_repayment(r, periods, present, future, when):
    payments = [(ipmt(r, k, periods, present, future, when), ppmt(r, k, periods, present, future, when)) for k in range(1, periods + 1)]
    payment = pmt(r, periods, present, future, when)
    size = 1.0 + abs(present) + abs(future) + abs(payment) * periods + sum(abs(interest) for interest, _ in payments)
    assert all(interest + repaid == pytest.approx(payment, abs=1e-9 * size) for interest, repaid in payments)
    if not when:  # paid at the beginnings, a last period of interest is still to come
        assert sum(repaid for _, repaid in payments) == pytest.approx(-(present + future), abs=1e-8 * size)


@given(st.floats(0.001, 0.3), st.integers(2, 60), st.floats(1.0, 1e6), WHEN)
def test_number_of_payments_and_rate_are_found_again(r, periods, present, when):
    payment = pmt(r, periods, present, 0.0, when)
    assert nper(r, payment, present, 0.0, when) == pytest.approx(periods, rel=1e-6)
    assert rate(periods, payment, present, 0.0, when) == pytest.approx(r, rel=1e-6)


def test_a_rate_of_zero_divides_evenly():
    assert pmt(0.0, 4, 100.0) == -25.0
    assert nper(0.0, -25.0, 100.0) == 4.0
    assert fv(0.0, 4, -25.0, 100.0) == 0.0
    assert ipmt(0.0, 2, 4, 100.0) == 0.0


def test_the_first_of_payments_in_advance_holds_no_interest():
    assert ipmt(0.1, 1, 10, 1000.0, 0.0, 1) == 0.0
    assert ppmt(0.1, 1, 10, 1000.0, 0.0, 1) == pmt(0.1, 10, 1000.0, 0.0, 1)


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: nper(0.1, -5.0, 100.0), "payment = -5.0"),  # does not cover the interest
        (lambda: nper(0.0, 0.0, 100.0), "payment = 0.0"),
        (lambda: nper(0.1, -10.0, 100.0), "payment = -10.0"),  # pays the interest for ever
        (lambda: nper(0.1, 20.0, 100.0), "payment = 20.0"),  # wrong sign
        (lambda: rate(10, 5.0, 100.0), "do not change sign"),
        (lambda: rate(2, -100.0, 50.0, 200.0, 0), "rate"),
        (lambda: rate(2.5, -100.0, 150.0), "whole number"),
        (lambda: pmt(-1.0, 5, 100.0), "above -1"),
        (lambda: pmt(np.nan, 5, 100.0), "above -1"),
        (lambda: pmt(0.1, 0, 100.0), "more than 0"),
        (lambda: fv(0.1, 5, 1.0, 1.0, 2), "when = 2"),
        (lambda: ipmt(0.1, 0, 5, 100.0), "1 to 5"),
        (lambda: ipmt(0.1, 6, 5, 100.0), "1 to 5"),
        (lambda: mirr([1.0], 0.1, 0.1), "two or more"),
        (lambda: mirr([-1.0, 2.0], 0.1, -1.0), "reinvest_rate"),
    ],
)
def test_refusals(call, why):
    with pytest.raises(InputError, match=why):
        call()


@given(st.lists(USD, min_size=1, max_size=20), st.floats(-0.5, 1.0))
def test_present_value_is_the_discounted_sum(flows, r):
    by_hand = sum(flow / (1.0 + r) ** k for k, flow in enumerate(flows))
    assert present_value(r, flows) == pytest.approx(by_hand, rel=1e-9, abs=1e-6)


def test_present_value_and_mirr_take_many_rows():
    rows = np.array([[-100.0, 60.0, 60.0], [-100.0, 0.0, 121.0]])
    np.testing.assert_allclose(present_value(0.1, rows), [present_value(0.1, row) for row in rows])
    np.testing.assert_allclose(mirr(rows, 0.1, 0.1), [mirr(row, 0.1, 0.1) for row in rows])


def test_mirr_without_income_or_without_outlay():
    assert mirr([-100.0, 0.0, 0.0], 0.1, 0.1) == -1.0
    assert np.isnan(mirr([100.0, 50.0], 0.1, 0.1))


@given(st.lists(st.floats(0.0, 1e5), min_size=1, max_size=10), st.floats(100.0, 1e5))
def test_mirr_at_the_irr_is_the_irr(inflows, outlay):
    found = irr([-outlay, *inflows])
    assume(found.status == "unique" and -0.5 < found.roots[0] < 5.0)
    r = found.roots[0]
    assert mirr([-outlay, *inflows], r, r) == pytest.approx(r, abs=1e-7)
