"""Which build wins, how often and by how much. All builds live through the same paths, so differences are path by path."""

from collections.abc import Mapping

import numpy as np

from wattmint.errors import InputError
from wattmint.risk.measures import spread
from wattmint.risk.verdict import Winner
from wattmint.types import ZERO_LINE, FloatArray


def ranked_names(names: Mapping[str, object]) -> list[str]:
    """Return the names in the order in which ties are decided: the zero line first, the others as given.

    Equal money is no reason to build.

    Parameters
    ----------
    names : mapping of str
        Builds by name.

    Returns
    -------
    list of str
        All names.
    """
    return sorted(names, key=lambda name: name != ZERO_LINE)


def pick_winner(npv_by_build: Mapping[str, FloatArray]) -> Winner:
    """Return the build with the highest mean NPV, and by how much it leads the next.

    Parameters
    ----------
    npv_by_build : mapping of str to FloatArray, shape (paths,)
        Every build that takes part, the zero line among them.

    Returns
    -------
    Winner
        `share` counts the paths in which the winner earns more than the runner-up; when the winner is the zero line,
        those in which it earns as much count too. A build without rival is its own runner-up, with share 1 and margin 0.

    Raises
    ------
    InputError
        There is no build, or their numbers of paths differ.
    """
    _check(npv_by_build)
    order = sorted(ranked_names(npv_by_build), key=lambda name: -float(npv_by_build[name].mean()))
    first, second = order[0], order[min(1, len(order) - 1)]
    margin = npv_by_build[first] - npv_by_build[second]
    ahead = margin >= 0.0 if first in {ZERO_LINE, second} else margin > 0.0
    return Winner(first, second, float(ahead.mean()), spread(margin))


def best_shares(npv_by_build: Mapping[str, FloatArray]) -> dict[str, float]:
    """Return the share of paths in which each build has the highest NPV of all.

    Parameters
    ----------
    npv_by_build : mapping of str to FloatArray, shape (paths,)
        Every build that takes part, the zero line among them.

    Returns
    -------
    dict of str to float
        In the order given; the shares sum to 1. Ties go to the zero line, then to the build named first.

    Raises
    ------
    InputError
        There is no build, or their numbers of paths differ.
    """
    _check(npv_by_build)
    names = ranked_names(npv_by_build)
    best = np.argmax(np.stack([npv_by_build[name] for name in names]), axis=0)
    counts = np.bincount(best, minlength=len(names))
    share = {name: float(count / best.size) for name, count in zip(names, counts, strict=True)}
    return {name: share[name] for name in npv_by_build}


def _check(npv_by_build: Mapping[str, FloatArray]) -> None:
    sizes = {values.shape for values in npv_by_build.values()}
    if len(sizes) != 1 or 0 in next(iter(sizes)):
        raise InputError("npv_by_build", sorted(sizes), "one or more builds over the same paths")
