import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.downtime import total_probabilities, total_probabilities_plain

RATES = st.lists(st.floats(0.0, 1.0), min_size=2, max_size=40).map(lambda each: 3.0 * np.asarray(each) / max(sum(each), 1.0))
"""Up to three stops in all: one month in a hundred then adds up to four times the grid if all are as long as it, and must not come round."""


def test_stops_of_one_length_are_poisson():
    rates = np.zeros(12)
    rates[2] = 0.7
    found = total_probabilities(rates)
    poisson = [math.exp(-0.7) * 0.7**n / math.factorial(n) for n in range(5)]
    assert found[:10:2] == pytest.approx(poisson, abs=1e-12)
    assert found[1:11:2] == pytest.approx(np.zeros(5), abs=1e-12)
    assert found[-1] == pytest.approx(1.0 - sum(poisson) - math.exp(-0.7) * 0.7**5 / 120, abs=1e-9)


def test_without_stops_nothing_is_dark():
    assert total_probabilities(np.zeros(5)).tolist() == [1.0, 0.0, 0.0, 0.0, 0.0]


@given(RATES)
def test_the_transform_is_what_the_recursion_says(rates):
    assert total_probabilities(rates) == pytest.approx(total_probabilities_plain(rates), abs=1e-9)


@given(RATES)
def test_probabilities_sum_to_one_and_more_stops_make_a_longer_total(rates):
    found, more = total_probabilities(rates), total_probabilities(rates * 1.5)
    assert found.sum() == pytest.approx(1.0)
    assert (found >= 0.0).all()
    steps = np.arange(rates.size)
    assert more @ steps >= found @ steps - 1e-9
