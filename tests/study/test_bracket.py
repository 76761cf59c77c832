import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.study.bracket import MOST_STEPS, Point, find_root


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

    find_root(function, Point(0.0, -0.5), Point(1.0, 0.5), 0.0, near=1e-3)
    assert len(asked) == 1


def test_infinite_values_count_by_their_sign_and_nothing_loops():
    best, _ = find_root(lambda x: -1.0 if x < 3.0 else math.inf, Point(0.0, -1.0), Point(8.0, math.inf), 1e-6)
    assert best.x == pytest.approx(3.0, abs=1e-5)
    asked = []
    find_root(lambda x: asked.append(x) or -1.0, Point(0.0, -1.0), Point(1.0, 1.0), 0.0)
    assert len(asked) <= MOST_STEPS
