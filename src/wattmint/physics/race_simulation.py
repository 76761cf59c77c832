"""Rewriting blocks, run: attackers race the network block by block, many times over.

The kernels are compiled; beside each stands the plain function that says what it does. They draw from the generator that they are handed, one number
per block, so that kernel and plain function see the same blocks.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


def simulate(rng: np.random.Generator, share: float, blocks: int, lead: int, give_up: int, trials: int, *, timed: bool = False) -> tuple[int, int]:
    """Run attacks, block by block.

    Parameters
    ----------
    rng : Generator
        Draws.
    share, blocks, lead, give_up
        As in `race_odds`.
    trials : int
        Attacks.
    timed : bool
        Let the first part last as long as `blocks` do on average (Nakamoto's model) instead of racing for it.

    Returns
    -------
    tuple of int
        Successes, and blocks that the attackers found in all.
    """
    if timed:
        head = rng.poisson(blocks * share / (1.0 - share), trials).astype(np.int64)
    else:
        head = np.empty(trials, dtype=np.int64)
        race_heads(rng, share, blocks, head)
    wins, mine = walk_gaps(rng, share, blocks + lead, give_up, head)
    return int(wins), int(mine)


@njit(cache=True, nogil=True)
def race_heads(rng: np.random.Generator, share: float, blocks: int, head: NDArray[np.int64]) -> None:
    """Fill in the attacker's blocks until the network has found its own: `race_heads_plain`, compiled."""
    for trial in range(head.size):
        found, theirs = 0, 0
        while theirs < blocks:
            if rng.random() < share:
                found += 1
            else:
                theirs += 1
        head[trial] = found


@njit(cache=True, nogil=True)
def walk_gaps(rng: np.random.Generator, share: float, ahead: int, give_up: int, head: NDArray[np.int64]) -> tuple[int, int]:
    """Return successes and the attackers' blocks: `walk_gaps_plain`, compiled."""
    wins, mine = 0, 0
    for trial in range(head.size):
        gap = ahead - head[trial]
        mine += head[trial]
        while 0 < gap < give_up:
            if rng.random() < share:
                gap -= 1
                mine += 1
            else:
                gap += 1
        wins += gap <= 0
    return wins, mine


def race_heads_plain(rng: np.random.Generator, share: float, blocks: int, head: NDArray[np.int64]) -> None:
    """Fill in the attacker's blocks until the network has found its own.

    Parameters
    ----------
    rng : Generator
        One draw per block.
    share : float
        Probability that a block is the attacker's.
    blocks : int
        That the network must find.
    head : IntArray, shape (trials,)
        Filled.
    """
    for trial in range(head.size):
        found, theirs = 0, 0
        while theirs < blocks:
            is_attackers = rng.random() < share
            found += is_attackers
            theirs += not is_attackers
        head[trial] = found


def walk_gaps_plain(rng: np.random.Generator, share: float, ahead: int, give_up: int, head: NDArray[np.int64]) -> tuple[int, int]:
    """Walk each gap until it is closed or given up.

    Parameters
    ----------
    rng : Generator
        One draw per block.
    share : float
        Probability that a block is the attacker's.
    ahead : int
        Blocks that the attacker must have found to succeed at once.
    give_up : int
        Gap at which it stops.
    head : IntArray, shape (trials,)
        Blocks that it has.

    Returns
    -------
    tuple of int
        Successes, and the attackers' blocks in all.
    """
    wins, mine = 0, int(head.sum())
    for found in head.tolist():
        gap = ahead - found
        while 0 < gap < give_up:
            is_attackers = rng.random() < share
            gap += -1 if is_attackers else 1
            mine += is_attackers
        wins += gap <= 0
    return wins, mine
