"""At which value of a driver the ranking changes, from mean NPVs already computed on a grid of its values."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattmint.errors import InputError
from wattmint.risk.compare import ranked_names
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class LeadChange:
    """Who leads today, and where the nearest change is.

    Attributes
    ----------
    winner : str
        Highest mean NPV at the base.
    value : float or None
        Nearest value of the driver at which another takes the lead; None when none does on the grid.
    then : str or None
        Who takes it.
    """

    winner: str
    value: float | None
    then: str | None


def find_flip(values: FloatArray, npv_by_build: Mapping[str, FloatArray], base: float) -> LeadChange:
    """Return the change of lead nearest to `base`.

    Parameters
    ----------
    values : FloatArray, shape (n,)
        Values of the driver, ascending.
    npv_by_build : mapping of str to FloatArray, shape (n,)
        Mean NPV of every build at those values, the zero line among them; linear in between.
    base : float
        Today's value, within the grid.

    Returns
    -------
    LeadChange
        The lead changes where the difference of two NPVs, interpolated linearly, crosses zero. At a tie the zero line
        leads. Of a change on either side of the base, the nearer one.

    Raises
    ------
    InputError
        `values` do not ascend, `base` lies outside, or a build has another number of values.
    """
    names = ranked_names(npv_by_build)
    if values.size < 2 or not (np.diff(values) > 0.0).all():
        raise InputError("values", values.tolist(), "two or more ascending values")
    if not values[0] <= base <= values[-1]:
        raise InputError("base", base, f"within {values[0]:g} … {values[-1]:g}")
    if not names or any(npv_by_build[name].shape != values.shape for name in names):
        raise InputError("npv_by_build", {name: npv_by_build[name].shape for name in names}, f"builds with {values.size} values each")
    today = np.array([np.interp(base, values, npv_by_build[name]) for name in names])
    leader = int(today.argmax())
    grid = np.stack([npv_by_build[name] for name in names])
    found = []
    for side in (values > base, values < base):
        points, npvs = np.concatenate([[base], values[side]]), np.concatenate([today[:, None], grid[:, side]], axis=1)
        outward = np.argsort(np.abs(points - base), kind="stable")
        found.append(_first_change(points[outward], npvs[:, outward], leader))
    changes = [change for change in found if change is not None]
    if not changes:
        return LeadChange(names[leader], None, None)
    value, then = min(changes, key=lambda change: abs(change[0] - base))
    return LeadChange(names[leader], value, names[then])


def _first_change(points: FloatArray, npvs: FloatArray, leader: int) -> tuple[float, int] | None:
    """Walk along `points`; return where another row of `npvs` first exceeds the leader's, and which."""
    lead = npvs[leader] - npvs
    for i in range(points.size - 1):
        behind = np.flatnonzero(lead[:, i + 1] < 0.0)
        if behind.size:
            start, end = lead[behind, i], lead[behind, i + 1]
            along = start / (start - end)
            nearest = int(np.lexsort((end, along))[0])
            return float(points[i] + along[nearest] * (points[i + 1] - points[i])), int(behind[nearest])
    return None


def additive_win_map(
    by_first: Mapping[str, FloatArray],
    by_second: Mapping[str, FloatArray],
    today: Mapping[str, float],
) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[float, ...], ...]]:
    """Return who wins over two drivers, from one sweep of each.

    A build is a sum of parts, and no part's cash flow depends on both drivers (a mine feels the coin price, a GPU hall
    the rental price). So its mean NPV is a function of the first plus a function of the second, and
    ``npv(x, y) = npv(x, today) + npv(today, y) − npv(today, today)`` holds exactly, mixes of both included.

    Parameters
    ----------
    by_first : mapping of str to FloatArray, shape (n,)
        Mean NPV of every build over the first driver, the second as today.
    by_second : mapping of str to FloatArray, shape (k,)
        The same over the second driver, the first as today.
    today : mapping of str to float
        Mean NPV with both as today.

    Returns
    -------
    winner : tuple of k tuples of n str
        ``winner[j][i]`` at the second driver's value j and the first's value i; ties go to the zero line.
    margin_usd : tuple of k tuples of n float
        Its lead over the second; 0 when there is only one build.

    Raises
    ------
    InputError
        The three mappings do not hold the same builds.
    """
    if not (by_first.keys() == by_second.keys() == today.keys()) or not today:
        raise InputError("today", sorted(today), "the same builds in both sweeps and today")
    names = ranked_names(today)
    npvs = np.stack([by_first[name][None, :] + by_second[name][:, None] - today[name] for name in names])
    best = npvs.argmax(axis=0)
    highest = np.sort(npvs, axis=0)
    margin = highest[-1] - highest[-min(2, len(names))]
    winner = tuple(tuple(names[i] for i in row) for row in best)
    return winner, tuple(tuple(row) for row in margin.tolist())
