import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.irr import LOWEST_RATE, irr, irr_roots

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "finance_functions.json").read_text())["cases"]
RATES = [case for case in GOLDEN if case["function"] == "irr"]


@pytest.mark.parametrize("case", [case for case in RATES if isinstance(case["expected"], float)], ids=lambda case: case["id"])
def test_golden_rate(case):
    result = irr(case["args"][0])
    assert (result.status, result.reason) == ("unique", "")
    assert result.roots == pytest.approx([case["expected"]], abs=case["tolerance"])
    assert result.roots == pytest.approx([case["precise"]], rel=1e-12)


def test_golden_two_rates_are_both_reported():
    case = next(case for case in RATES if isinstance(case["expected"], list))
    result = irr(case["args"][0])
    assert (result.status, result.sign_changes) == ("multiple", 2)
    assert result.roots == pytest.approx(sorted(case["expected"]), abs=case["tolerance"])
    assert "2 rates" in result.reason


def test_golden_flows_of_one_sign_have_no_rate():
    case = next(case for case in RATES if case["expected"] is None)
    result = irr(case["args"][0])
    assert (result.roots, result.status, result.sign_changes) == ((), "undefined", 0)
    assert "do not change sign" in result.reason


@pytest.mark.parametrize("flows", [[0.0, 0.0], [-5.0], [0.0], [-1.0, -2.0, 0.0]])
def test_no_change_of_sign_is_undefined(flows):
    assert irr(flows).status == "undefined"


@pytest.mark.parametrize(
    ("flows", "rates"),
    [
        ([-100.0, 50.0], [-0.5]),
        ([-100.0, 0.0, 25.0], [-0.5]),
        ([-100.0, 50.0, 50.0], [0.0]),
        ([-100.0, 230.0, -132.0], [0.1, 0.2]),
        ([0.0, 0.0, -100.0, 110.0, 0.0], [0.1]),
        ([-1.0, 0.0, 0.0, 1e9], [999.0 - 1e-9]),
        ([1e-3, -1.0], [999.0]),
        ([-1.0, 3.3, -3.63, 1.331], [0.1]),
    ],
)
def test_by_hand(flows, rates):
    # The last has a triple root: it is one rate, known to the cube root of rounding.
    accuracy = 1e-4 if len(flows) == 4 and flows[1] == 3.3 else 1e-9
    assert irr_roots(flows) == pytest.approx(rates, abs=accuracy)


def test_a_rate_that_is_only_touched_stands_twice():
    result = irr([-1.0, 2.0, -1.0])
    assert result.status == "multiple"
    assert result.roots == pytest.approx([0.0, 0.0], abs=1e-6)


def test_a_near_miss_is_no_rate():
    """One part in a billion below touching: no rate, and not a false one."""
    result = irr([-1.0, 2.0, -1.0 - 1e-9])
    assert (result.roots, result.status, result.sign_changes) == ((), "undefined", 2)
    assert "no rate above" in result.reason


def test_two_rates_close_together_are_told_apart():
    roots = irr_roots([-1.0, 2.0, -1.0 + 1e-9])
    assert roots == pytest.approx([-3.1622e-5, 3.1623e-5], abs=1e-8)


def test_total_loss_lies_below_the_lowest_rate():
    result = irr([-1.0, 1e-3])
    assert (result.roots, result.status) == ((), "undefined")


def test_rates_that_rounding_hides_are_not_guessed():
    binomials = np.poly([1.0] * 8)[::-1]
    result = irr(binomials)
    assert (result.roots, result.status) == ((), "undefined")
    assert "too close" in result.reason


@pytest.mark.parametrize("flows", [[-1.0, np.nan], [np.inf, -1.0], [], [[-1.0, 2.0]]])
def test_refuses_what_is_no_row_of_finite_numbers(flows):
    with pytest.raises(InputError, match="flows"):
        irr(flows)


def count_exactly(flows: list[int], low: Fraction, high: Fraction) -> int:
    """Count distinct roots of Σ c_k x^k in (low, high] by Sturm's theorem in exact fractions."""
    chain = [[Fraction(c) for c in reversed(flows)]]
    while chain[0][0] == 0:
        chain[0].pop(0)
    degree = len(chain[0]) - 1
    chain.append([c * (degree - k) for k, c in enumerate(chain[0][:-1])])
    while len(chain[-1]) > 1 or chain[-1][0] != 0:
        rest = list(chain[-2])
        while len(rest) >= len(chain[-1]):
            factor = rest[0] / chain[-1][0]
            rest = [c - factor * (chain[-1][k] if k < len(chain[-1]) else 0) for k, c in enumerate(rest)][1:]
        while rest and rest[0] == 0:
            rest.pop(0)
        if not rest:
            break
        chain.append([-c for c in rest])

    def variations(x: Fraction) -> int:
        signs = []
        for polynomial in chain:
            value = Fraction(0)
            for c in polynomial:
                value = value * x + c
            if value:
                signs.append(value > 0)
        return sum(a != b for a, b in pairwise(signs))

    return variations(low) - variations(high)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.integers(-4, 4), min_size=2, max_size=8))
def test_number_of_rates_against_exact_arithmetic(flows):
    assume(flows[0] != 0 and flows[-1] != 0)
    result = irr(flows)
    assume(result.reason == "" or "too close" not in result.reason)
    distinct = {round(rate, 3) for rate in result.roots}
    highest_x = Fraction(1) / (1 + Fraction(LOWEST_RATE))
    assert len(distinct) == count_exactly(flows, Fraction(0), highest_x)
    assert len(result.roots) <= result.sign_changes


@settings(deadline=None, max_examples=100)
@given(st.lists(st.floats(-1e6, 1e6).map(lambda usd: round(usd, 6)), min_size=2, max_size=40))  # money: below 1e-100 of the rest a flow is none
def test_present_value_vanishes_at_every_rate(flows):
    for rate in irr_roots(flows):
        terms = [c * (1.0 + rate) ** -k for k, c in enumerate(flows)]
        assert abs(sum(terms)) <= 1e-8 * sum(map(abs, terms))


@settings(deadline=None, max_examples=50)
@given(st.sets(st.sampled_from([-0.9, -0.5, -0.1, 0.0, 0.02, 0.1, 0.3, 1.0, 9.0]), min_size=1, max_size=4))
def test_flows_made_from_rates_give_them_back(rates):
    flows = np.poly([1.0 / (1.0 + rate) for rate in rates])[::-1]
    assert irr_roots(flows) == pytest.approx(sorted(rates), abs=1e-6)
