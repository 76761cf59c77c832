"""Proof of work as physics: how many tries a block takes, and what a joule of tries finds.

A block is found when the double SHA-256 of its header, read as a 256-bit integer, does not exceed the target T. Of the 2^256
equally likely values T + 1 do, so each try succeeds with probability (T + 1) / 2^256, independently of every other, and a
block takes 2^256 / (T + 1) tries on average. Difficulty D says how far T lies below the largest target, 0xffff * 2^208:
T = 0xffff * 2^208 / D. Leaving the 1 out of T + 1 gives

    expected hashes = D * 2^256 / (0xffff * 2^208) = D * 2^48 / 0xffff,

which is too high by 1 part in T: less than 1e-50 for every D up to 2e17 (mainnet's stood near 1e14 in 2026).

The habitual D * 2^32 is 1 / 65,536 = 1.5e-5 below it, because it counts the largest target as 2^224 instead of 0xffff * 2^208.
Published hash rates and hash prices mostly carry that habit; ours do not, so they differ by those 15 parts per million.

Every function takes numbers or NumPy arrays and returns the same.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wattmint.units import HASHES_PER_PH, HASHES_PER_TH, J_PER_MWH, SECONDS_PER_DAY, SECONDS_PER_MINUTE

Number = TypeVar("Number", float, NDArray[np.float64])

HASHES_PER_UNIT_DIFFICULTY: Final = 2.0**48 / 0xFFFF
"""Expected hashes per block at difficulty 1: 4,295,032,833.0 (the target's own 1 left out, see above)."""

BLOCK_INTERVAL_S: Final = 10.0 * SECONDS_PER_MINUTE
"""Spacing of blocks that difficulty is set for (a rule of the chain)."""


def expected_hashes_per_block(difficulty: Number) -> Number:
    """Return the mean number of hashes that find one block.

    Parameters
    ----------
    difficulty : float or array
        Mining difficulty, 1 at the largest target.

    Returns
    -------
    float or array
        Hashes per block, ``difficulty * 2**48 / 0xffff``.

    Notes
    -----
    Source: the chain's own rule, ``hash <= target``; see the module's text for the derivation and what it leaves out.
    """
    return difficulty * HASHES_PER_UNIT_DIFFICULTY


def network_hashrate_h_per_s(difficulty: Number) -> Number:
    """Return the hashrate at which blocks come every ten minutes.

    Parameters
    ----------
    difficulty : float or array
        Mining difficulty.

    Returns
    -------
    float or array
        Hashes per second.
    """
    return expected_hashes_per_block(difficulty) / BLOCK_INTERVAL_S


def difficulty_from_hashrate(hashrate_h_per_s: Number) -> Number:
    """Return the difficulty at which that hashrate finds a block every ten minutes.

    Parameters
    ----------
    hashrate_h_per_s : float or array
        Hashes per second of the whole network.

    Returns
    -------
    float or array
        Difficulty; the inverse of `network_hashrate_h_per_s`.
    """
    return hashrate_h_per_s * BLOCK_INTERVAL_S / HASHES_PER_UNIT_DIFFICULTY


def btc_per_mwh(efficiency_j_per_th: Number, difficulty: Number, reward_btc_per_block: Number) -> Number:
    """Return the mean coins that one MWh of machine power finds.

    Parameters
    ----------
    efficiency_j_per_th : float or array
        Energy of a million million hashes at the machine's plug [J/TH], cooling of the site not included.
    difficulty : float or array
        Mining difficulty.
    reward_btc_per_block : float or array
        Subsidy, fees or their sum [BTC].

    Returns
    -------
    float or array
        BTC per MWh, before any pool fee.

    Examples
    --------
    >>> round(btc_per_mwh(17.5, 148_195_306_640_204.7, 3.125 + 0.015291) * 90_245.27, 2)  # USD per MWh
    91.59
    """
    hashes_per_mwh = J_PER_MWH * HASHES_PER_TH / efficiency_j_per_th
    return hashes_per_mwh * reward_btc_per_block / expected_hashes_per_block(difficulty)


def hashprice_btc_per_ph_day(difficulty: Number, reward_btc_per_block: Number) -> Number:
    """Return the mean coins that one PH/s finds in a day.

    Parameters
    ----------
    difficulty : float or array
        Mining difficulty.
    reward_btc_per_block : float or array
        Subsidy plus fees [BTC].

    Returns
    -------
    float or array
        BTC per PH/s and day, 1.5e-5 below the published convention (see the module's text).
    """
    return HASHES_PER_PH * SECONDS_PER_DAY * reward_btc_per_block / expected_hashes_per_block(difficulty)
