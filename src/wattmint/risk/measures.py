"""A distribution over paths in a few numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.errors import InputError
from wattmint.types import FloatArray

TAIL = 0.05
"""Share of worst paths that `cvar` averages over."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution over paths in four numbers; None where no path defines it."""

    mean: float | None
    p10: float | None
    p50: float | None
    p90: float | None


UNDEFINED: Final = Spread(None, None, None, None)
"""Of what no path defines."""


def spread(values: FloatArray) -> Spread:
    """Return mean, P10, P50 and P90 over the paths that define the value.

    Parameters
    ----------
    values : FloatArray, shape (paths,)
        Paths that are not finite (an IRR that does not exist, a payback that never comes) are left out.

    Returns
    -------
    Spread
        P10 is the value that 10 % of paths stay below, linear between neighbours; all None when no path is defined.
    """
    defined = values[np.isfinite(values)]
    if defined.size == 0:
        return UNDEFINED
    p10, p50, p90 = np.quantile(defined, (0.1, 0.5, 0.9))
    return Spread(float(defined.mean()), float(p10), float(p50), float(p90))


def loss_probability(npv_usd: FloatArray) -> float:
    """Return the share of paths with a negative NPV.

    Parameters
    ----------
    npv_usd : FloatArray, shape (paths,)
        Finite.

    Returns
    -------
    float
        0 … 1; zero itself is no loss.

    Raises
    ------
    InputError
        There is no path, or a value is not finite.
    """
    return float((_checked(npv_usd) < 0.0).mean())


def cvar(npv_usd: FloatArray, tail: float = TAIL) -> float:
    """Return the mean NPV of the worst paths (conditional value at risk; expected shortfall).

    Parameters
    ----------
    npv_usd : FloatArray, shape (paths,)
        Finite.
    tail : float
        Share of paths averaged over, above 0 and at most 1. Where it does not make a whole number of paths, the next
        worst path counts by the fraction (Acerbi and Tasche 2002, definition 2.6).

    Returns
    -------
    float
        USD; the mean over all paths when `tail` is 1.

    Raises
    ------
    InputError
        There is no path, a value is not finite, or `tail` is outside its range.
    """
    if not 0.0 < tail <= 1.0:
        raise InputError("tail", tail, "a share above 0 and at most 1")
    worst = np.sort(_checked(npv_usd))
    counted = tail * worst.size
    whole = int(counted)
    total = float(worst[:whole].sum())
    if whole < worst.size:
        total += (counted - whole) * float(worst[whole])
    return total / counted


def _checked(npv_usd: FloatArray) -> FloatArray:
    if npv_usd.size == 0 or not np.isfinite(npv_usd).all():
        raise InputError("npv_usd", "no path, or a value that is not finite", "one finite value per path")
    return npv_usd
