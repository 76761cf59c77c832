import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.availability import Generators, carried, k_of_n, shared_failure

SHARES = st.floats(0.0, 1.0)
EDG = Generators(
    needed=2, installed=3, ready_share=0.995, start_failure=0.0094, run_failures_per_hour=1 / 1100, repairs_per_hour=1 / 37, common_share=0.05
)


@pytest.fixture
def golden(root):
    return json.loads((root / "tests" / "golden" / "availability.json").read_text())


def test_k_of_n_meets_the_published_cases(golden):
    for installed, needed, _, _, unit, system in golden["k_of_n"]:
        assert k_of_n(needed, installed, unit) == pytest.approx(system, rel=1e-13)


def test_common_cause_eats_the_redundancy(golden):
    case = golden["beta"]
    assert shared_failure(1, 2, case["u_unit"], case["beta"]) == pytest.approx(case["U_1of2"], rel=1e-10)
    assert shared_failure(1, 2, case["u_unit"], 0.0) == pytest.approx(case["u_unit"] ** 2)


def test_a_single_unit_shares_its_failures_with_nobody():
    assert shared_failure(1, 1, 0.01, 0.5) == 0.01


def test_start_odds_of_two_kinds_of_generators_meet_reopt(golden):
    case = golden["reopt_start"]
    kinds = []
    for installed, ready, fails in zip(case["generators"], case["available"], case["fails_to_start"], strict=True):
        least = [float(k_of_n(i, installed, ready * (1.0 - fails))) for i in range(installed + 2)]
        kinds.append(-np.diff(least))
    assert np.outer(kinds[1], kinds[0]).ravel() == pytest.approx(case["odds"], rel=1e-5)


def test_survival_step_by_step_meets_reopt(golden):
    """Two generators, each of which fails with probability 0.2 in a step; loads of one or two go round, an outage may start at each of them.

    Where the need never falls, what is left at its end was there all the time: survival up to then is the odds at that step alone. One of the 24
    values is left out: the docstring's odds at the first step of the third window, 0.96, contradict its own survival up to there, 0.64.
    """
    case = golden["reopt_generators"]
    units = Generators(0, case["generators"], 1.0, 0.0, -math.log(1.0 - case["fails_per_step"]), 0.0, 0.0)
    for start, (cumulative, marginal) in enumerate(zip(case["cumulative"], case["marginal"], strict=True)):
        needs = [case["loads_kw"][(start + step) % 4] for step in range(3)]
        for step, need in enumerate(needs):
            odds = float(carried(units._replace(needed=need), step + 1.0))
            if (start, step) != (2, 0):
                assert odds == pytest.approx(marginal[step], abs=1e-12)
            if needs[: step + 1] == sorted(needs[: step + 1]):
                assert odds == pytest.approx(cumulative[step], abs=1e-12)


def test_generators_that_start_carry_until_one_too_many_fails():
    ready = 0.995 * (1.0 - 0.95 * 0.0094)
    assert carried(EDG, 0.0) == pytest.approx((1.0 - 0.05 * 0.0094) * k_of_n(2, 3, ready))
    lone = EDG._replace(needed=1, installed=1)
    assert carried(lone, [0.0, 1100.0]) == pytest.approx(0.995 * 0.9906 * np.exp([0.0, -1.0]))


def test_without_repairs_what_is_left_is_binomial():
    alone = EDG._replace(needed=3, installed=7, repairs_per_hour=0.0, common_share=0.0)
    for hours in (0.0, 10.0, 500.0, 3_000.0):
        assert carried(alone, hours) == pytest.approx(float(k_of_n(3, 7, 0.995 * 0.9906 * math.exp(-hours / 1100.0))), rel=1e-9)


def test_repairs_help_where_there_is_a_spare_and_nowhere_else():
    """One of two with repair fails for the first time after (3 lambda + mu) / (2 lambda^2) on average."""
    pair = Generators(1, 2, 1.0, 0.0, 1.0 / 100.0, 1.0 / 10.0, 0.0)
    hours = np.linspace(0.0, 60_000.0, 600_001)
    assert np.trapezoid(carried(pair, hours), hours) == pytest.approx((3.0 / 100.0 + 1.0 / 10.0) / (2.0 / 100.0**2), rel=1e-5)
    for needed, installed in ((1, 1), (3, 3)):
        fixed, lasting = (EDG._replace(needed=needed, installed=installed, repairs_per_hour=rate) for rate in (1.0, 0.0))
        assert carried(fixed, 300.0) == pytest.approx(float(carried(lasting, 300.0)))
    assert carried(EDG, 300.0) > carried(EDG._replace(repairs_per_hour=0.0), 300.0)


def test_no_generators_carry_nothing():
    assert carried(EDG._replace(installed=0), [0.0, 5.0]).tolist() == [0.0, 0.0]


@given(SHARES, st.integers(0, 6), st.integers(0, 6))
def test_more_units_help_and_more_needed_hurt(unit, needed, installed):
    odds = float(k_of_n(needed, installed, unit))
    assert 0.0 <= odds <= 1.0 + 1e-12
    assert odds <= float(k_of_n(needed, installed + 1, unit)) + 1e-12
    assert odds >= float(k_of_n(needed + 1, installed, unit)) - 1e-12


@given(st.floats(0.0, 0.2), SHARES)
def test_a_common_cause_never_helps_a_redundant_pair_of_good_units(failure, beta):
    assert shared_failure(1, 2, failure, beta) >= shared_failure(1, 2, failure, 0.0) - 1e-15
    assert shared_failure(1, 2, failure, beta) <= failure + 1e-15


@given(st.floats(0.0, 5_000.0), st.floats(0.0, 5_000.0))
def test_what_carries_longer_is_less_likely(first, second):
    early, late = sorted((first, second))
    assert carried(EDG, early) >= carried(EDG, late)
