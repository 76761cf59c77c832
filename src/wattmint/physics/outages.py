"""Losses of supply as a process: how often they strike, whom they strike together, and how long they last.

Durations have a lognormal body and a Pareto tail: most interruptions are over within an hour or two, but the few long ones make up most of the hours
without power (restoration times of utilities: Dobson et al.; Ahmad and Dobson, arXiv 2603.16841; Pareto tails: arXiv 2303.12714).
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_SQRT2: Final = math.sqrt(2.0)
_LEAST_SIGMA: Final = 0.05
_erfc = np.vectorize(math.erfc, otypes=[np.float64])


class Duration(NamedTuple):
    """How long a loss lasts.

    Attributes
    ----------
    median_h : float
        Of the lognormal body, above 0 [h].
    sigma : float
        Its standard deviation in logs, above 0.
    tail_from_h : float
        From here on the tail is a Pareto law [h]; infinite for none.
    tail_index : float
        Its exponent, above 1.
    longest_h : float
        Nothing lasts longer [h]; infinite for no limit.
    """

    median_h: float
    sigma: float
    tail_from_h: float = math.inf
    tail_index: float = 2.0
    longest_h: float = math.inf


class Hazard(NamedTuple):
    """One kind of loss that strikes each of one or two sides (feeds, or paths of distribution).

    Attributes
    ----------
    name : str
        What it is.
    per_hour : float
        Rate for one side that is up [1/h].
    hours : Duration
        How long the side is gone.
    common_share : float
        Share of these losses that take both sides where there are two.
    stranded_share : float
        Where there are two sides: chance that the load does not get over to the other one by itself when the side it is on goes.
    storm : bool
        Whether roads are blocked and refuelling is slow.
    planned : bool
        Whether it comes at regular times instead of at random, and not while the other side is gone.
    """

    name: str
    per_hour: float
    hours: Duration
    common_share: float = 0.0
    stranded_share: float = 0.0
    storm: bool = False
    planned: bool = False


def survival(duration: Duration, hours: ArrayLike) -> Floats:
    """Return the probability that a loss lasts longer than `hours` (0 or more); 1 at 0."""
    t = np.asarray(hours, dtype=np.float64)
    body = _body_survival(duration, np.minimum(t, duration.tail_from_h))
    ratio = np.maximum(t / duration.tail_from_h, 1.0) if math.isfinite(duration.tail_from_h) else np.ones(t.shape)
    return np.asarray(np.where(t < duration.longest_h, body * ratio**-duration.tail_index, 0.0))


def excess(duration: Duration, hours: ArrayLike) -> Floats:
    """Return the mean time by which a loss outlasts `hours`, ``E[(T - t)+]``; the mean duration at 0.

    Parameters
    ----------
    duration : Duration
        Law of the losses.
    hours : float or array
        0 or more.

    Returns
    -------
    NDArray
        The integral of `survival` from `hours` on, in closed form [h].
    """
    t = np.asarray(hours, dtype=np.float64)
    start = min(duration.tail_from_h, duration.longest_h)
    body = _body_excess(duration, np.minimum(t, start)) - (_body_excess(duration, np.asarray(start)) if math.isfinite(start) else 0.0)
    if duration.tail_from_h >= duration.longest_h:
        return np.asarray(body)
    slope = duration.tail_index - 1.0
    at = np.clip(t, start, duration.longest_h)
    end = (duration.longest_h / start) ** -slope if math.isfinite(duration.longest_h) else 0.0
    tail = float(_body_survival(duration, np.asarray(start))) * start / slope * ((at / start) ** -slope - end)
    return np.asarray(body + tail)


def mean_hours(duration: Duration) -> float:
    """Return the mean duration [h]."""
    return float(excess(duration, 0.0))


@lru_cache(maxsize=256)
def duration_of_mean(hours: float, shape: Duration) -> Duration:
    """Return the law of a given mean: a known shape, stretched.

    Parameters
    ----------
    hours : float
        Mean that it shall have, below `shape.longest_h` [h].
    shape : Duration
        Sigma, exponent and longest time are kept; the tail begins at the same multiple of the median.

    Returns
    -------
    Duration
        Found by halving; the mean is met to a millionth.
    """
    multiple = shape.tail_from_h / shape.median_h
    low, high = math.log(hours) - 20.0, math.log(shape.longest_h if math.isfinite(shape.longest_h) else hours) + 20.0
    for _ in range(60):
        middle = (low + high) / 2.0
        median = math.exp(middle)
        below = mean_hours(shape._replace(median_h=median, tail_from_h=median * multiple)) < hours
        low, high = (middle, high) if below else (low, middle)
    return shape._replace(median_h=math.exp(low), tail_from_h=math.exp(low) * multiple)


def fit_duration(hours: Sequence[float], tail_share: float, longest_h: float) -> Duration:
    """Fit the law to durations as they were.

    Parameters
    ----------
    hours : sequence of float
        Durations, each above 0, at least three.
    tail_share : float
        Share of the longest ones that belong to the tail, below a half.
    longest_h : float
        Nothing is taken to last longer, unless it has.

    Returns
    -------
    Duration
        Body: through the median and through the quantile where the tail begins, so that the two join. Tail: Hill's estimate of the exponent from the
        longest ones, kept within 1.05 and 5.
    """
    ordered = np.sort(np.asarray(hours, dtype=np.float64))
    tail = max(round(tail_share * ordered.size), 1)
    median, start = float(np.median(ordered)), float(ordered[-tail - 1])
    sigma = math.log(max(start / median, 1.0)) / NormalDist().inv_cdf(1.0 - tail / ordered.size)
    beyond = float(np.log(ordered[-tail:] / start).sum())
    index = tail / beyond if beyond > 0.0 else math.inf
    return Duration(median, max(sigma, _LEAST_SIGMA), max(start, median), min(max(index, 1.05), 5.0), max(longest_h, float(ordered[-1])))


def _body_survival(duration: Duration, t: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(0.5 * _erfc((np.log(t) - math.log(duration.median_h)) / duration.sigma / _SQRT2))


def _body_excess(duration: Duration, t: Floats) -> Floats:
    mu, sigma = math.log(duration.median_h), duration.sigma
    with np.errstate(divide="ignore"):
        z = (mu - np.log(t)) / sigma
    return np.asarray(math.exp(mu + sigma**2 / 2.0) * 0.5 * _erfc(-(z + sigma) / _SQRT2) - t * 0.5 * _erfc(-z / _SQRT2))
