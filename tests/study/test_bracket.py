import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.study.bracket import MOST_STEPS, WIDE, Point, find_root, find_root_over_decades


def _ends(function, low, high):
    return Point(low, function(low)), Point(high, function(high))


@given(st.floats(0.1, 9.9), st.sampled_from([lambda d: d, lambda d: d**3, math.expm1, lambda d: math.copysign(1.0, d) if d else 0.0]))
def test_a_root_is_found_and_stays_between_the_ends(root, shape):
    best, other = find_root(lambda x: shape(x - root), *_ends(lambda x: shape(x - root), 0.0, 10.0), 1e-9)
    assert best.x == pytest.approx(root, abs=2e-3 if shape(1e-3) < 1e-6 else 1e-8)
    assert best.y == 0.0 or (best.y > 0.0) != (other.y > 0.0)


def test_smooth_functions_take_few_values():
    asked = []

    def function(x):
        asked.append(x)
        return x**2 - 2.0

    best, _ = find_root(function, Point(0.0, -2.0), Point(2.0, 2.0), 1e-12)
    assert best.x == pytest.approx(math.sqrt(2.0), abs=1e-12)
    assert len(asked) < 12


def test_it_stops_where_the_value_is_near_enough():
    asked = []

    def function(x):
        asked.append(x)
        return x - 0.5

    best, _ = find_root(function, Point(0.0, -0.5), Point(1.0, 0.7), 0.0, lambda point: abs(point.y) <= 0.1)
    assert len(asked) == 1
    assert best == Point(asked[0], asked[0] - 0.5)


def test_infinite_values_count_by_their_sign_and_nothing_loops():
    best, _ = find_root(lambda x: -1.0 if x < 3.0 else math.inf, Point(0.0, -1.0), Point(8.0, math.inf), 1e-6)
    assert best.x == pytest.approx(3.0, abs=1e-5)
    asked = []
    find_root(lambda x: asked.append(x) or -1.0, Point(0.0, -1.0), Point(1.0, 1.0), 0.0)
    assert len(asked) <= MOST_STEPS


def test_a_straight_line_is_followed_to_its_root():
    asked = []

    def function(x):
        asked.append(x)
        return 3.0 * x - 4.0

    best, _ = find_root(function, Point(1.0, -1.0), Point(2.0, 2.0), 1e-9)
    assert best.x == pytest.approx(4.0 / 3.0, abs=1e-9)
    assert asked[0] == pytest.approx(4.0 / 3.0)


@given(st.floats(2.0, 5e7))
def test_a_range_of_decades_is_narrowed_in_the_logarithm(root):
    asked = []

    def function(x):
        asked.append(x)
        return x - root

    ends = _ends(function, 1.0, 1e8)
    best, other = find_root_over_decades(function, *ends, 1e-4)
    assert best.x == pytest.approx(root, rel=2e-4)
    assert (best.y > 0.0) != (other.y > 0.0) or best.y == 0.0
    assert len(asked) < 30


def test_over_decades_ends_are_kept_as_they_are_and_near_points_end_it():
    low, high = Point(1.0, -1.0), Point(1e6, 1.0)
    best, other = find_root_over_decades(lambda _: 1.0, low, high, 1e9)
    assert {best, other} == {low, high}
    seen = []
    find_root_over_decades(lambda _: 0.5, low, high, 0.0, lambda point: seen.append(point) or True)
    assert len(seen) == 1
    assert low.x < seen[0].x < high.x


@pytest.mark.parametrize(("low", "high"), [(-1.0, 8.0), (0.0, 8.0), (4.0, 4.0 * WIDE)])
def test_close_ends_and_ends_that_have_no_logarithm_are_narrowed_as_they_are(low, high):
    def function(x):
        return x - 5.0

    asked = find_root(function, *_ends(function, low, high), 1e-6 * max(abs(low), abs(high)))
    assert find_root_over_decades(function, *_ends(function, low, high), 1e-6) == asked
