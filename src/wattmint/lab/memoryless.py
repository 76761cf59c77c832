"""Is luck without memory? The distances between shares against the exponential law, and against one another.

Every try succeeds with the same probability whatever came before, so the tries from one share to the next follow the geometric law,
which for many tries per share is the exponential. Two things are tested, both with a law that is known beforehand and has nothing
fitted to the data: the distances' distribution (Kolmogorov-Smirnov), and that each is independent of the one before (serial correlation
of their ranks). A test's p-value is the share of honest runs that would look at least as odd: below 0.01 is a reason to look again.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.types import FloatArray, IntArray

BINS: Final = 16
"""Of the histogram, a quarter of the mean wide; the last holds everything longer."""

_PER_MEAN: Final = 4
LEAST: Final = 30
"""Intervals that the tests need: below, their large-sample laws do not hold."""

_TERMS: Final = 100


@dataclass(frozen=True, slots=True)
class Luck:
    """Distances between shares, in units of their expected mean.

    Attributes
    ----------
    intervals : int
        How many.
    mean, longest : float or None
        1 is expected of the mean.
    edges : tuple of float
        Of the histogram's bins; the last has no upper edge.
    observed, expected : tuple of float
        Counts by bin, found and by the exponential law.
    exponential_p, independence_p : float or None
        p-values of the two tests; None where there are fewer than `LEAST` intervals.
    serial_correlation : float or None
        Of each interval's rank with the one before.
    longer_after_waiting : float or None
        Among intervals that have already lasted the mean, the share that last at least another: e**-1 = 0.37 where luck has no memory.
    """

    intervals: int
    mean: float | None
    longest: float | None
    edges: tuple[float, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    exponential_p: float | None
    independence_p: float | None
    serial_correlation: float | None
    longer_after_waiting: float | None


def luck_of(intervals: IntArray, tries_per_share: int) -> Luck:
    """Return how lucky a run was, and whether its luck had a memory.

    Parameters
    ----------
    intervals : IntArray
        Tries from one share to the next.
    tries_per_share : int
        Their mean by the law.

    Returns
    -------
    Luck
        See there.
    """
    waited = intervals / tries_per_share
    edges = np.arange(BINS) / _PER_MEAN
    observed = np.bincount(np.minimum((waited * _PER_MEAN).astype(np.int64), BINS - 1), minlength=BINS)
    expected = waited.size * -np.diff(np.append(np.exp(-edges), 0.0))
    enough = waited.size >= LEAST
    correlation = _serial_correlation(waited) if enough else None
    past_mean = waited[waited >= 1.0]
    return Luck(
        intervals=waited.size,
        mean=float(waited.mean()) if waited.size else None,
        longest=float(waited.max()) if waited.size else None,
        edges=tuple(edges.tolist()),
        observed=tuple(observed.tolist()),
        expected=tuple(expected.tolist()),
        exponential_p=exponential_p(_geometric_as_exponential(intervals, tries_per_share)) if enough else None,
        independence_p=None if correlation is None else math.erfc(abs(correlation) * math.sqrt((waited.size - 1) / 2.0)),
        serial_correlation=correlation,
        longer_after_waiting=float((past_mean >= 2.0).mean()) if past_mean.size else None,
    )


def exponential_p(waited: FloatArray) -> float:
    """Return the p-value of the Kolmogorov-Smirnov test against the exponential law of mean 1.

    Parameters
    ----------
    waited : FloatArray
        Positive numbers.

    Returns
    -------
    float
        By Kolmogorov's series with Stephens' correction for small samples (Journal of the Royal Statistical Society B 32, 1970).
    """
    n = waited.size
    law: FloatArray = -np.expm1(-np.sort(waited))
    distance = max(float((np.arange(1, n + 1) / n - law).max()), float((law - np.arange(n) / n).max()))
    reach = distance * (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n))
    if reach < 0.2:
        return 1.0  # the series converges badly there, to 1 within 1e-12
    k = np.arange(1, _TERMS)
    return min(1.0, float(2.0 * np.sum(np.where(k % 2, 1.0, -1.0) * np.exp(-2.0 * (k * reach) ** 2))))


def _geometric_as_exponential(intervals: IntArray, tries_per_share: int) -> FloatArray:
    """Return numbers that follow the exponential law exactly where tries follow the geometric one, but for its steps."""
    waited: FloatArray = -(intervals.astype(np.float64) - 0.5) * math.log1p(-1.0 / tries_per_share)
    return waited


def _serial_correlation(waited: FloatArray) -> float:
    ranks = np.argsort(np.argsort(waited)).astype(np.float64)
    return float(np.corrcoef(ranks[1:], ranks[:-1])[0, 1])
