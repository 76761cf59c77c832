import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.market.months import drawn_months, median_months, stand_ins


def test_each_calendar_month_stands_for_itself():
    rows = stand_ins(np.array([1, 2, 1, *range(3, 13)]))
    assert rows[0].tolist() == [0, 2]
    assert rows[1].tolist() == [1]
    assert rows[11].tolist() == [12]


def test_missing_months_take_the_nearest_on_the_circle():
    rows = stand_ins(np.array([1, 7]))
    assert [r.tolist() for r in rows] == [[0], [0], [0], [0, 1], [1], [1], [1], [1], [1], [0, 1], [0], [0]]


@given(st.lists(st.integers(1, 12), min_size=1, max_size=30))
def test_every_month_has_a_stand_in_and_every_row_is_used(months):
    rows = stand_ins(np.array(months))
    assert all(len(own) for own in rows)
    assert set(np.concatenate(rows).tolist()) == set(range(len(months)))


def test_draws_are_uniform_over_rows_and_neighbours_have_their_share():
    rng = np.random.default_rng(3)
    calendar = np.tile(np.arange(1, 13), 3)  # three years: rows m-1, m+11, m+23
    library = np.tile(np.arange(1, 13), 3)
    drawn = drawn_months(stand_ins(library), calendar, *rng.random((2, 4000, 36)), 0.2)
    apart = (library[drawn] - calendar + 6) % 12 - 6
    assert (apart == 0).mean() == pytest.approx(0.8, abs=0.01)
    assert (apart == -1).mean() == pytest.approx(0.1, abs=0.01)
    assert (apart == 1).mean() == pytest.approx(0.1, abs=0.01)
    assert np.bincount(drawn.ravel() // 12) / drawn.size == pytest.approx(np.full(3, 1 / 3), abs=0.01)


def test_without_neighbours_only_the_own_month_is_drawn():
    own = np.arange(1, 13)
    uniform = np.full((5, 12), 1.0 - 2.0**-53)
    assert (drawn_months(stand_ins(own), own, uniform, uniform, 0.0) == own - 1).all()


def test_the_median_month_is_the_lower_of_two_middles():
    rows = stand_ins(np.array([1, 1, 1, 1]))
    assert median_months(rows, np.array([4.0, 1.0, 3.0, 2.0])).tolist() == [3] * 12
