import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.outages import Duration, duration_of_mean, excess, fit_duration, mean_hours, survival

BODY = Duration(1.5, 1.1)
TAILED = Duration(1.5, 1.1, 9.0, 1.8, 720.0)
LAWS = {"body": BODY, "tailed": TAILED, "endless tail": Duration(1.5, 1.1, 9.0, 2.5), "cut body": Duration(0.01, 1.0, longest_h=5 / 60)}


@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_excess_is_the_integral_of_survival(law):
    end = law.longest_h if math.isfinite(law.longest_h) else 1e9
    for start in (0.0, 0.02, 1.0, 8.9, 9.1, 100.0):
        grid = np.concatenate([[start], start + np.geomspace(1e-7, end, 400_001)])
        assert excess(law, start) == pytest.approx(np.trapezoid(survival(law, grid), grid), rel=2e-5, abs=1e-12)


def test_a_lognormal_has_the_mean_of_the_books():
    assert mean_hours(BODY) == pytest.approx(1.5 * math.exp(1.1**2 / 2.0), rel=1e-12)
    assert survival(BODY, [0.0, 1.5]) == pytest.approx([1.0, 0.5])


def test_the_tail_is_a_power_law_and_joins_the_body():
    at, twice = survival(TAILED, [9.0, 18.0])
    assert at == pytest.approx(survival(BODY, 9.0))
    assert twice == pytest.approx(at * 2.0**-1.8)
    assert survival(TAILED, [719.9, 720.0])[1] == 0.0


@given(st.floats(0.05, 60.0))
def test_a_shape_is_stretched_to_a_mean(hours):
    law = duration_of_mean(hours, TAILED)
    assert mean_hours(law) == pytest.approx(hours, rel=1e-6)
    assert law.tail_from_h / law.median_h == pytest.approx(6.0)
    assert (law.sigma, law.tail_index, law.longest_h) == (1.1, 1.8, 720.0)


@given(st.floats(0.0, 800.0), st.floats(0.0, 800.0))
def test_longer_is_rarer_and_lasts_less_longer(first, second):
    early, late = sorted((first, second))
    for law in LAWS.values():
        assert survival(law, early) >= survival(law, late) >= 0.0
        assert excess(law, early) >= excess(law, late) - 1e-12
        assert excess(law, late) >= -1e-12


def test_a_fit_finds_body_and_tail_again():
    rng = np.random.default_rng(5)
    hours = 1.5 * np.exp(0.8 * rng.standard_normal(20_000))
    tail = hours > 4.0
    hours[tail] = 4.0 * rng.random(int(tail.sum())) ** (-1.0 / 1.7)
    found = fit_duration(hours.tolist(), float(tail.mean()), 10_000.0)
    assert found.median_h == pytest.approx(1.5, rel=0.03)
    assert found.tail_from_h == pytest.approx(4.0, rel=0.01)
    assert found.tail_index == pytest.approx(1.7, rel=0.05)
    assert survival(found, 4.0) == pytest.approx(tail.mean(), rel=0.02)


def test_a_fit_allows_what_has_happened():
    hours = [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 400.0]
    assert fit_duration(hours, 0.25, 336.0).longest_h == 400.0
