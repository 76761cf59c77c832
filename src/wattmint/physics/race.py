"""Rewriting blocks as physics: an attacker with a share of the hash power races the rest of the network.

Every next block is the attacker's with probability q, whoever is ahead, because hashing has no memory. The race has two parts: until
the honest branch has grown by z blocks, which is what the one who is paid waits for, and from there on a random walk of the gap.

    catching up from a gap g       (q / p)^g for q < p = 1 - q, else certain (gambler's ruin)
    Nakamoto (2008, section 11)    the first part lasts as long as z blocks do on average: the attacker's blocks in it are Poisson
    Rosenfeld (2014, section 4)    the first part is a race too: the attacker's blocks in it are negative binomial; this is exact

Both let the attacker succeed when it draws level, as if it had mined a block in advance. `lead` asks for more: 1 is an attacker who starts
with nothing and must be one block ahead.

Every function takes numbers and returns numbers. `wattmint.physics.race_simulation` runs the race itself.
"""

import math
from dataclasses import dataclass
from typing import Final

NEGLIGIBLE: Final = 1e-12
"""A chance below this is none."""


EVEN: Final = 1e-6
"""Shares so near to one half are taken as one half, where the general formulas lose their digits."""


@dataclass(frozen=True, slots=True)
class RaceOdds:
    """An attack that is given up at some gap, on average.

    Attributes
    ----------
    success : float
        Probability.
    blocks : float
        Blocks that are found in its course, by anyone: its length.
    attacker_blocks : float
        Of these the attacker's.
    attacker_blocks_of_successes : float
        The attacker's blocks counted only where it succeeds: those that end up on the chain.
    """

    success: float
    blocks: float
    attacker_blocks: float
    attacker_blocks_of_successes: float


def catch_up(share: float, gap: int) -> float:
    """Return the probability that an attacker ever makes up a gap.

    Parameters
    ----------
    share : float
        Of the hash power, above 0 and below 1.
    gap : int
        Blocks; 0 or less is made up already.

    Returns
    -------
    float
        1 from half of the hash power on.
    """
    return 1.0 if gap <= 0 or share >= 0.5 else (share / (1.0 - share)) ** gap


def nakamoto(share: float, blocks: int, lead: int = 0) -> float:
    """Return the probability to rewrite blocks by Nakamoto's formula.

    Parameters
    ----------
    share : float
        Of the hash power.
    blocks : int
        That are waited for, 0 or more.
    lead : int
        Blocks that the attacker must gain beyond drawing level.

    Returns
    -------
    float
        Near the exact value and mostly below it, because it leaves out that the time of the honest blocks varies.

    Notes
    -----
    Source: S. Nakamoto, Bitcoin: a peer-to-peer electronic cash system (2008), section 11.
    """
    mean, ahead = blocks * share / (1.0 - share), blocks + lead
    return 1.0 if share >= 0.5 else poisson_tail(mean, ahead) + _caught_up(share, ahead, poisson_chances(mean, ahead))


def rosenfeld(share: float, blocks: int, lead: int = 0) -> float:
    """Return the exact probability to rewrite blocks.

    Parameters
    ----------
    share, blocks, lead
        As in `nakamoto`.

    Returns
    -------
    float
        Of an attacker who never gives up.

    Notes
    -----
    Source: M. Rosenfeld, Analysis of hashrate-based double-spending, arXiv:1402.2009, section 4.
    """
    ahead = blocks + lead
    return 1.0 if share >= 0.5 else head_tail(share, blocks, ahead) + _caught_up(share, ahead, head_chances(share, blocks, ahead))


def _caught_up(share: float, ahead: int, head: list[float]) -> float:
    """Return the probability to make up what is missing to `ahead`, over the chances of the attacker's blocks so far."""
    return sum(chance * catch_up(share, ahead - found) for found, chance in enumerate(head))


def poisson_chances(mean: float, below: int) -> list[float]:
    """Return the probabilities of 0, 1, … events below a number, of a Poisson law.

    Parameters
    ----------
    mean : float
        0 or above.
    below : int
        Length of the list.

    Returns
    -------
    list of float
        exp(-mean) mean^found / found!, through logarithms, because the factorial overflows.
    """
    if mean == 0.0:
        return [1.0, *[0.0] * below][:below]
    return [math.exp(found * math.log(mean) - mean - math.lgamma(found + 1)) for found in range(below)]


def poisson_tail(mean: float, first: int) -> float:
    """Return the probability of `first` or more events of a Poisson law, summed from the top term down so that small ones keep their digits.

    Parameters
    ----------
    mean : float
        0 or above, and not above `first`.
    first : int
        0 or more.

    Returns
    -------
    float
        0 … 1.
    """
    if mean == 0.0 or first == 0:
        return 1.0 if first == 0 else 0.0
    term, total, found = math.exp(first * math.log(mean) - mean - math.lgamma(first + 1)), 0.0, first
    while term > NEGLIGIBLE * NEGLIGIBLE * total:
        total, found = total + term, found + 1
        term *= mean / found
    return total


def head_tail(share: float, blocks: int, ahead: int) -> float:
    """Return the probability that the attacker has found `ahead` blocks or more when the network has found its last.

    Parameters
    ----------
    share : float
        Of the hash power.
    blocks : int
        That the network finds.
    ahead : int
        That the attacker finds.

    Returns
    -------
    float
        That of the attacker's block number `ahead` coming before the network's last: a sum of positive terms, exact however small.
    """
    if ahead == 0:
        return 1.0
    return sum(math.comb(ahead + theirs - 1, theirs) * share**ahead * (1.0 - share) ** theirs for theirs in range(blocks))


def head_chances(share: float, blocks: int, below: int) -> list[float]:
    """Return the probabilities that the attacker has found 0, 1, … blocks, below a number, when the network has found its last.

    Parameters
    ----------
    share : float
        Of the hash power.
    blocks : int
        That the network finds.
    below : int
        Length of the list.

    Returns
    -------
    list of float
        Negative binomial: C(found + blocks - 1, found) p^blocks q^found.
    """
    if blocks == 0:
        return [1.0, *[0.0] * below][:below]
    return [math.comb(found + blocks - 1, found) * (1.0 - share) ** blocks * share**found for found in range(below)]


def race_odds(share: float, blocks: int, lead: int, give_up: int) -> RaceOdds:
    """Return the averages of an attack that is given up when the gap reaches a limit.

    Parameters
    ----------
    share : float
        Of the hash power, above 0 and below 1.
    blocks : int
        That are waited for, at least 1.
    lead : int
        As in `nakamoto`.
    give_up : int
        Gap at which the attack ends, above `blocks + lead`.

    Returns
    -------
    RaceOdds
        Exact.
    """
    success = head_tail(share, blocks, blocks + lead)
    steps = blocks / (1.0 - share)
    kept = blocks * share / (1.0 - share)
    for found, chance in enumerate(head_chances(share, blocks, blocks + lead)):
        gap = blocks + lead - found
        won, lasts, lasts_won = walk_averages(share, gap, give_up)
        success += chance * won
        steps += chance * lasts
        kept += chance * (found * won + (lasts_won + gap * won) / 2.0 - found)
    return RaceOdds(success, steps, steps * share, max(kept, 0.0))


def walk_averages(share: float, gap: int, give_up: int) -> tuple[float, float, float]:
    """Return what becomes of a gap that is walked until it is closed or given up.

    Parameters
    ----------
    share : float
        Probability q that a block closes the gap by one; else it widens by one.
    gap : int
        At the start, 0 to `give_up`.
    give_up : int
        Gap at which the walk ends.

    Returns
    -------
    tuple of float
        Probability u that it is closed, mean length of the walk, and mean length counted only where it is closed.

    Notes
    -----
    Gambler's ruin. With p = 1 - q, s = q / p, g the gap, G its limit, and B = s^G / (1 - s^G):

        u = (s^g - s^G) / (1 - s^G)
        length = (g - G (1 - u)) / (q - p)                          because the gap less its mean drift is a martingale
        length where closed = (g (u + 2B) - 2BG (1 - u)) / (p - q)

    The last solves w(g) = q w(g-1) + p w(g+1) + u(g) with w = 0 at both ends. With q = p: (G - g) / G, g (G - g), and that share of
    g (2G - g) / 3. Source: W. Feller, An introduction to probability theory and its applications, volume 1, chapter XIV.
    """
    drift = 1.0 - 2.0 * share
    if abs(drift) < EVEN:
        closed = (give_up - gap) / give_up
        return closed, float(gap * (give_up - gap)), closed * gap * (2 * give_up - gap) / 3.0
    if drift > 0.0:
        odds = share / (1.0 - share)
        twice = 2.0 * odds**give_up / (1.0 - odds**give_up)
        closed = (odds**gap - odds**give_up) / (1.0 - odds**give_up)
    else:
        against = (1.0 - share) / share  # powers of this one do not overflow
        twice = -2.0 / (1.0 - against**give_up)
        closed = (1.0 - against ** (give_up - gap)) / (1.0 - against**give_up)
    lasts = (give_up * (1.0 - closed) - gap) / drift
    return closed, lasts, (gap * (closed + twice) - twice * give_up * (1.0 - closed)) / drift


def hopeless_gap(share: float, blocks: int, lead: int = 0) -> int:
    """Return a gap from which an attacker below half of the hash power has less than `NEGLIGIBLE` chance.

    Parameters
    ----------
    share : float
        Below one half.
    blocks, lead : int
        As in `nakamoto`.

    Returns
    -------
    int
        Above `blocks + lead`.
    """
    return blocks + lead + 1 + math.ceil(math.log(NEGLIGIBLE) / math.log(share / (1.0 - share)))
