"""The rate of return as the reference tool computes it, in order to agree with what it prints; `irr` computes the rate itself.

The tool walks towards the root along chords of one slope, that at its first guess, and stops as soon as the present value is
a millionth of the largest flow. Where the slope at the guess is steep it stops early, by up to some 1e-4 percentage points.
"""

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from wattmint.types import FloatArray

CLOSE_ENOUGH: Final = 1e-6
"""Present value over the largest flow at which the tool stops."""

MOST_STEPS: Final = 100
FURTHER_GUESSES: Final = (0.1, -0.1, 0.0)


def reference_irr(flows: ArrayLike) -> float:
    """Return the internal rate of return where the reference tool would stop.

    Parameters
    ----------
    flows : array_like, shape (periods + 1,)
        The first negative.

    Returns
    -------
    float
        Per period; NaN where the tool finds none.
    """
    values = np.asarray(flows, dtype=np.float64)
    if values.size < 2 or values[0] > 0.0 or not np.abs(values).max() > 0.0:
        return math.nan
    with np.errstate(all="ignore"):
        for guess in _guesses(values):
            rate = _walk(values, guess)
            if math.isfinite(rate):
                return rate
    return math.nan


def _guesses(values: FloatArray) -> Iterator[float]:
    """Yield the root of the first three flows, the lower one where it lies between 0 and 1; or of only two; then fixed ones."""
    if values.size == 2 and values[0] != 0.0:
        yield -(1.0 + values[1] / values[0])
    if values.size > 2 and values[0] != 0.0:
        b, c = 2.0 + values[1] / values[0], 1.0 + (values[1] + values[2]) / values[0]
        root = b * b - 4.0 * c
        if root >= 0.0:
            lower, upper = (-0.5 * b + sign * 0.5 * math.sqrt(root) for sign in (-1.0, 1.0))
            yield lower if 0.0 < lower < 1.0 else upper
    yield from FURTHER_GUESSES


def _walk(values: FloatArray, guess: float) -> float:
    """Return where the chords lead, NaN when not to a falling zero of the present value."""
    periods, scale = np.arange(values.size, dtype=np.float64), float(np.abs(values).max())
    slope = -float(np.sum(values * periods * (1.0 + guess) ** -(periods + 1.0)))
    if slope == 0.0:
        return math.nan
    rate = guess
    for _ in range(MOST_STEPS - 1):
        rate -= _present_value(values, rate) / slope
        if abs(_present_value(values, rate)) / scale <= CLOSE_ENOUGH:
            falling = _present_value(values, rate) > _present_value(values, rate + 0.001)
            return rate if falling else math.nan
    return math.nan


def _present_value(values: FloatArray, rate: float) -> float:
    if rate == -1.0:
        return math.nan
    return float(np.sum(values / (1.0 + rate) ** np.arange(values.size)))
