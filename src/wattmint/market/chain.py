"""The chain's own clock: blocks come at the pace that hashrate and difficulty set, and every 2,016 of them reset the difficulty.

Within a month the hashrate is level, so an epoch's end is found in closed form. Times are counted in block intervals of ten minutes.
The new difficulty is the old one times what 2,016 blocks should have taken over what they took, at most four times up or down. The
rule on the chain's integers is `wattmint.ledger.pow`; this is its mean, without luck. The plain form of what `wattmint.market.kernels` compiles.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from wattmint.ledger.pow import BLOCKS_PER_EPOCH, LARGEST_STEP
from wattmint.types import FloatArray

LEAST_PACE: Final = 1e-200
"""Keeps the time to a block finite where all but nobody mines."""


class Clock(NamedTuple):
    """Where the chain stands between two retargets.

    Attributes
    ----------
    difficulty : FloatArray, shape (paths,)
        In force.
    blocks_left, intervals_spent : FloatArray, shape (paths,)
        Blocks until the next retarget, and time since the last.
    """

    difficulty: FloatArray
    blocks_left: FloatArray
    intervals_spent: FloatArray


def clock_at(height: float, log_difficulty: float, log_hashrate: float, paths: int) -> Clock:
    """Return the clock at a height, the epoch so far mined at the hashrate given.

    Parameters
    ----------
    height : float
        Blocks so far.
    log_difficulty, log_hashrate : float
        In units of difficulty.
    paths : int
        How many alike.

    Returns
    -------
    Clock
    """
    done = height % BLOCKS_PER_EPOCH
    start = (math.exp(log_difficulty), BLOCKS_PER_EPOCH - done, done * math.exp(log_difficulty - log_hashrate))
    return Clock(*(np.full(paths, value) for value in start))


def mined(clock: Clock, log_hashrate: FloatArray, intervals: float) -> tuple[Clock, FloatArray, FloatArray]:
    """Mine for a while at a level hashrate.

    Parameters
    ----------
    clock : Clock
        At the start.
    log_hashrate : FloatArray, shape (paths,)
        In units of difficulty.
    intervals : float
        How long.

    Returns
    -------
    tuple of (Clock, FloatArray, FloatArray)
        At the end; the log of the mean difficulty over the time, the harmonic mean, at which the hashrate finds as many blocks; and
        blocks found.
    """
    difficulty, left, spent = clock
    hashrate, found = np.exp(log_hashrate), np.zeros_like(log_hashrate)
    time = np.full(log_hashrate.shape, intervals)
    while (time > 0.0).any():
        pace = np.maximum(hashrate / difficulty, LEAST_PACE)
        is_end = (left / pace < time) & (time > 0.0)
        step = np.minimum(left / pace, time)
        found = found + np.where(is_end, left, step * pace)
        spent = spent + step
        change = np.clip(BLOCKS_PER_EPOCH / np.where(is_end, spent, BLOCKS_PER_EPOCH), 1.0 / LARGEST_STEP, LARGEST_STEP)
        difficulty = np.maximum(difficulty * change, 1.0)
        left = np.where(is_end, float(BLOCKS_PER_EPOCH), left - step * pace)
        spent = np.where(is_end, 0.0, spent)
        time = np.where(is_end, time - step, 0.0)
    return Clock(difficulty, left, spent), log_hashrate - np.log(found / intervals), found
