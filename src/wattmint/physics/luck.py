"""Luck as physics: blocks come as a Poisson process, because every try succeeds or fails on its own.

With n blocks expected in some time, the number found is Poisson distributed with mean n and standard deviation sqrt(n), the
chance of at least one is 1 - exp(-n), and the time to the first is exponentially distributed. Difficulty is held fixed.
"""

import math
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])

_REACH_SD: Final = 12.0
"""Counts further than that from the mean, in standard deviations, hold less than 1e-30 of a large Poisson distribution."""

_REACH_COUNTS: Final = 60
"""Counts looked at beyond that, for means so small that a standard deviation says little."""


def expected_blocks(hashrate_h_per_s: Number, duration_s: float, hashes_per_block: float) -> Number:
    """Return the mean number of blocks found.

    Parameters
    ----------
    hashrate_h_per_s : float or array
        Hashes per second.
    duration_s : float
        Time [s].
    hashes_per_block : float
        Mean tries per block, `wattmint.physics.hashing.expected_hashes_per_block` of the difficulty.

    Returns
    -------
    float or array
        Blocks, a real number.
    """
    return hashrate_h_per_s * (duration_s / hashes_per_block)


def probability_of_a_block(expected: Number) -> Number:
    """Return the probability of finding at least one block.

    Parameters
    ----------
    expected : float or array
        Mean number of blocks, at least 0.

    Returns
    -------
    float or array
        ``1 - exp(-expected)``, exact also where that is tiny.
    """
    if isinstance(expected, np.ndarray):
        return -np.expm1(-expected)
    return -math.expm1(-expected)


def time_to_first_block(blocks_per_time: float, probability: float) -> float:
    """Return the time within which the first block comes with that probability.

    Parameters
    ----------
    blocks_per_time : float
        Mean blocks per day, or per any other time.
    probability : float
        At least 0 and below 1, e.g. 0.5 for the median.

    Returns
    -------
    float
        Days, or that other time; infinite when no blocks are expected. The mean time is ``1 / blocks_per_time``, of which the
        median is ln 2 = 69 %.

    Raises
    ------
    ValueError
        For a probability of 1, which no time assures, or outside 0 to 1.
    """
    if not 0.0 <= probability < 1.0:
        raise ValueError(f"probability {probability} is not between 0 and 1, 1 excluded")
    if blocks_per_time <= 0.0:
        return math.inf
    return -math.log1p(-probability) / blocks_per_time


def relative_sd(expected: float) -> float:
    """Return the standard deviation of the number of blocks, as a share of its mean.

    Parameters
    ----------
    expected : float
        Mean number of blocks.

    Returns
    -------
    float
        ``1 / sqrt(expected)``; infinite when no blocks are expected.
    """
    return math.inf if expected <= 0.0 else 1.0 / math.sqrt(expected)


def blocks_quantile(expected: float, probability: float) -> int:
    """Return the smallest number of blocks that is not exceeded with at least that probability.

    Parameters
    ----------
    expected : float
        Mean number of blocks, at least 0.
    probability : float
        Between 0 and 1, both excluded.

    Returns
    -------
    int
        Quantile of the Poisson distribution, by summing its terms.

    Raises
    ------
    ValueError
        For a probability outside those bounds or a mean that is negative or not finite.
    """
    if not 0.0 < probability < 1.0:
        raise ValueError(f"probability {probability} is not between 0 and 1, both excluded")
    if not 0.0 <= expected < math.inf:
        raise ValueError(f"expected blocks {expected} are negative or not finite")
    if expected == 0.0:
        return 0
    reach = _REACH_SD * math.sqrt(expected)
    first = max(0, math.floor(expected - reach))
    counts = np.arange(first, math.ceil(expected + reach) + _REACH_COUNTS + 1)
    log_first = first * math.log(expected) - expected - math.lgamma(first + 1.0)
    log_terms = log_first + np.concatenate(([0.0], np.cumsum(math.log(expected) - np.log(counts[1:]))))
    return int(counts[np.searchsorted(np.cumsum(np.exp(log_terms)), probability)])
