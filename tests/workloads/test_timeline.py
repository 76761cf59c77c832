import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.workloads.timeline import (
    Stay,
    escalation,
    lognormal_factor,
    months_in_service,
    paid_at,
    remaining_life_share,
    service_share,
    works_schedule,
)


def test_two_months_of_works_and_a_ramp_of_four_by_hand():
    assert service_share(Stay(2), 4, 8).tolist() == [[0.0, 0.0, 0.125, 0.375, 0.625, 0.875, 1.0, 1.0]]
    assert months_in_service(Stay(2), 4).tolist() == [[0.0, 0.0, 0.5, 1.5]]


def test_without_works_and_ramp_all_serves_at_once():
    assert service_share(Stay(0), 0, 3).tolist() == [[1.0, 1.0, 1.0]]
    assert works_schedule(0, 3).tolist() == [[1.0, 0.0, 0.0, 0.0]]


def test_works_are_paid_evenly_at_the_ends_of_the_construction_months():
    assert works_schedule(2, 4).tolist() == [[0.0, 0.5, 0.5, 0.0, 0.0]]
    assert works_schedule(4, 2).tolist() == [[0.0, 0.25, 0.25]]  # the horizon ends first
    assert works_schedule(0, 3, 2).tolist() == [[0.0, 0.0, 1.0, 0.0]]
    assert not works_schedule(0, 3, 3).any()  # month 3 is beyond a horizon of three


def test_a_payment_beyond_the_horizon_is_not_made():
    assert paid_at(2, np.array([-7.0, -8.0]), 2).tolist() == [[0.0, 0.0, -7.0], [0.0, 0.0, -8.0]]
    assert not paid_at(3, np.array([-7.0]), 2).any()


def test_escalation_counts_from_its_first_month():
    grown = escalation(0.21, 6, 31)[0]
    assert grown[:7].tolist() == [1.0] * 7
    assert grown[18] == pytest.approx(1.21)
    assert grown[30] == pytest.approx(1.21**2)


def test_book_value_falls_in_a_straight_line_to_nothing():
    assert [remaining_life_share(age, 60.0) for age in (-3.0, 0.0, 15.0, 60.0, 90.0)] == [1.0, 1.0, 0.75, 0.0, 0.0]


def test_overruns_have_the_plan_as_their_mean():
    draws = np.random.default_rng(1).standard_normal(200_000)
    assert lognormal_factor(draws, 0.2).shape == (200_000, 1)
    assert lognormal_factor(draws, 0.2).mean() == pytest.approx(1.0, abs=0.002)
    assert lognormal_factor(np.array([3.0]), 0.0)[0, 0] == 1.0


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 100))
def test_service_grows_from_nothing_to_all(construction, ramp, months):
    share = service_share(Stay(construction), ramp, months)[0]
    assert (share[: min(construction, months)] == 0.0).all()
    assert (np.diff(share) >= 0.0).all()
    assert (share[construction + ramp :] == 1.0).all()
    assert works_schedule(construction, months).sum() == pytest.approx(min(1.0, months / construction if construction else 1.0))


def test_service_ends_before_the_last_month_and_at_the_latest_with_the_horizon():
    assert service_share(Stay(2, 5), 0, 8).tolist() == [[0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]
    assert service_share(Stay(2, 50), 0, 4).tolist() == service_share(Stay(2), 0, 4).tolist()
    assert [Stay(2, until).end(8) for until in (None, 5, 8, 9)] == [8, 5, 8, 8]


def test_works_that_begin_later_are_paid_later():
    assert works_schedule(2, 5, 2).tolist() == [[0.0, 0.0, 0.0, 0.5, 0.5, 0.0]]
    assert works_schedule(0, 5, 2).tolist() == [[0.0, 0.0, 1.0, 0.0, 0.0, 0.0]]
    assert not works_schedule(0, 5, 6).any()
    assert not works_schedule(3, 5, 6).any()


def test_what_is_ordered_with_the_horizon_s_end_is_never_delivered():
    assert [Stay(month, ordered_month=ordered).delivered(8) for month, ordered in ((0, 0), (8, 7), (8, 8), (9, 7))] == [True, True, False, False]
