import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.serving.test_limits import ASKED, DENSE, made_up

from wattmint.calculators.serving.frontier import curve, frontier, unbeaten
from wattmint.serving.limits import MAX, Layout, layouts

points = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=40)


@given(points)
def test_the_unbeaten_are_those_that_no_other_reaches_in_both(drawn):
    one, other = (np.array(values, float) for values in zip(*drawn, strict=True))
    kept = [(one[i], other[i]) for i in unbeaten(one, other)]
    beaten = {(a, b) for a, b in drawn if any((x >= a and y >= b) and (x, y) != (a, b) for x, y in drawn)}
    assert set(kept) == set(drawn) - beaten
    assert len(kept) == len(set(kept))
    assert [a for a, _ in kept] == sorted(a for a, _ in kept)
    assert [b for _, b in kept] == sorted((b for _, b in kept), reverse=True)


def test_a_curve_runs_from_full_to_a_single_request():
    found = curve(ASKED, Layout(4, 2, 1, 1, 1), made_up)
    assert found.requests[0] == 800
    assert found.requests[-1] == 4
    assert (np.diff(found.per_user) > 0).all()
    assert found.per_user == pytest.approx(1000.0 * np.sqrt(2.0) / (10.0 + found.requests / 4.0))


def test_the_frontier_is_no_worse_than_any_layout():
    candidates = layouts(DENSE, 8, 8)
    best = frontier(ASKED | {"concurrency": MAX}, candidates, made_up)
    for layout in candidates:
        if layout.gpus < 2:
            continue
        own = curve(ASKED, layout, made_up)
        for user, gpu in zip(own.per_user, own.per_gpu, strict=True):
            assert any(best.per_gpu[best.per_user >= user] >= gpu)
