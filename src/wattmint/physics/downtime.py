"""How long a load is without power in a period in which stops of random lengths strike at random times: a compound Poisson sum, exactly.

Lengths lie on a grid of steps. If stops of length k steps strike at rate r[k] per period, independently, the characteristic function of their sum is
exp(R - R[0]) with R the Fourier transform of r, and the transform back gives the probability of every total. Contracts that count downtime by the
month (credits beyond a promise, a right to leave beyond a threshold) are expectations over it.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_ROOM: Final = 4
"""The transform is periodic: so many times the grid are kept free for sums beyond its end."""

_TILT: Final = 20.0
"""What lies beyond even that falls back onto the short totals, weakened by exp(-20) as lengths are weighted with an exponential that falls by so much
over the transform; taking the weight off again costs a factor of exp(20 / 4) in rounding."""


def total_probabilities(rates: ArrayLike) -> Floats:
    """Return the probability of every total length of the stops of a period.

    Parameters
    ----------
    rates : array, shape (steps,)
        Expected stops per period by length in steps, the first of length zero; what is longer than the grid belongs into its last.

    Returns
    -------
    NDArray, shape (steps,)
        Probabilities of totals of 0, 1, … steps; what adds up to more than the grid counts as its last. They sum to 1.

    References
    ----------
    The transform of a compound Poisson distribution, tilted against its period: Embrechts and Frei, Panjer recursion versus FFT for compound
    distributions, Mathematical Methods of Operations Research 69 (2009) 497.
    """
    each = np.asarray(rates, dtype=np.float64)
    size = _ROOM * each.size
    weight = np.exp(-_TILT / size * np.arange(each.size))
    weighted = np.fft.irfft(np.exp(np.fft.rfft(each * weight, size) - each.sum()), size)[: each.size]
    chance = np.maximum(weighted / weight, 0.0)
    chance[-1] = max(1.0 - chance[:-1].sum(), 0.0)
    return np.asarray(chance / chance.sum())


def total_probabilities_plain(rates: ArrayLike) -> Floats:
    """Return the same by Panjer's recursion, which says what it means and takes the square of the time.

    Parameters
    ----------
    rates : array, shape (steps,)
        As for `total_probabilities`.

    Returns
    -------
    NDArray, shape (steps,)
        p[0] = exp(-sum of r[k > 0]); p[n] = sum over k of (k / n) r[k] p[n - k]; the last is the rest.
    """
    each = np.asarray(rates, dtype=np.float64)
    steps = each.size
    chance = np.zeros(steps)
    chance[0] = np.exp(-each[1:].sum())
    for total in range(1, steps - 1):
        lengths = np.arange(1, total + 1)
        chance[total] = float((lengths * each[1 : total + 1] * chance[total - lengths]).sum()) / total
    chance[-1] = max(1.0 - chance[:-1].sum(), 0.0)
    return chance
