import math

import numpy as np
import pytest

from wattmint.lab.memoryless import BINS, LEAST, exponential_p, luck_of

MEAN = 1 << 16


def drawn(size, seed=1):
    return np.random.default_rng(seed).geometric(1.0 / MEAN, size=size)


def test_honest_luck_passes_both_tests():
    luck = luck_of(drawn(3000), MEAN)
    assert luck.exponential_p > 0.01
    assert luck.independence_p > 0.01
    assert luck.longer_after_waiting == pytest.approx(math.exp(-1.0), abs=0.05)
    assert sum(luck.observed) == luck.intervals == 3000
    assert sum(luck.expected) == pytest.approx(3000)
    assert len(luck.edges) == len(luck.observed) == BINS


def test_regular_shares_are_not_exponential():
    assert luck_of(np.full(500, MEAN) + np.arange(500), MEAN).exponential_p < 1e-6


def test_luck_with_a_memory_is_found():
    assert luck_of(np.sort(drawn(500)), MEAN).independence_p < 1e-6


def test_too_few_shares_are_not_tested():
    luck = luck_of(drawn(LEAST - 1), MEAN)
    assert (luck.exponential_p, luck.independence_p, luck.serial_correlation) == (None, None, None)
    nothing = luck_of(np.zeros(0, dtype=np.int64), MEAN)
    assert (nothing.mean, nothing.longest, nothing.longer_after_waiting, nothing.intervals) == (None, None, None, 0)


def test_p_value_of_a_known_distance():
    # scipy 1.17: kstest(points, "expon").statistic = 0.256; kstwobign.sf of it times sqrt(10) + 0.12 + 0.11 / sqrt(10).
    points = -np.log1p(-(np.arange(10) + 0.3) / 12.5)
    assert exponential_p(points) == pytest.approx(0.46658398205903245, rel=1e-9)
    assert exponential_p(-np.log1p(-(np.arange(1000) + 0.5) / 1000)) == 1.0
