"""Speed for one user against output of the plant: one layout from few requests to many, and the best of all layouts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.serving.limits import MAX, Case, Estimator, Layout, estimated, grid, most_requests
from wattmint.types import FloatArray, IntArray
from wattmint.units import MS_PER_S

STEPS: Final = 25
"""Numbers of requests per layout."""


@dataclass(frozen=True, slots=True)
class Frontier:
    """Ways to run, slowest for the user first.

    Attributes
    ----------
    layouts : tuple of Layout
        How the accelerators are divided.
    requests : IntArray
        Requests at once on all copies together.
    per_user, per_gpu : FloatArray
        Tokens per second for one user once they come, and written per accelerator.
    found : Mapping of str to array
        What else the estimate says.
    """

    layouts: tuple[Layout, ...]
    requests: IntArray
    per_user: FloatArray
    per_gpu: FloatArray
    found: Mapping[str, Any]


def curve(case: Case, layout: Layout, estimator: Estimator) -> Frontier:
    """Return one layout at numbers of requests from 1 to what memory holds.

    Parameters
    ----------
    case : mapping
        By the columns of a case.
    layout : Layout
        How the accelerators are divided.
    estimator : callable
        Estimates columns of cases.

    Returns
    -------
    Frontier
        Every number of requests tried.
    """
    return _tried(case, [layout], estimator)


def frontier(case: Case, candidates: Sequence[Layout], estimator: Estimator) -> Frontier:
    """Return the ways that no other way beats for user and plant alike.

    Parameters
    ----------
    case, candidates, estimator
        As for `wattmint.serving.limits.best`.

    Returns
    -------
    Frontier
        From the most output to the fastest for one user.
    """
    return _kept(tried := _tried(case, candidates, estimator), unbeaten(tried.per_user, tried.per_gpu))


def unbeaten(one: FloatArray, other: FloatArray) -> IntArray:
    """Return which points no other point reaches in both, in rising order of `one`."""
    order = np.lexsort((other, one))[::-1]
    best_behind = np.maximum.accumulate(np.concatenate([[-np.inf], other[order][:-1]]))
    return np.asarray(order[other[order] > best_behind][::-1])


def _tried(case: Case, candidates: Sequence[Layout], estimator: Estimator) -> Frontier:
    free = {**case, "concurrency": MAX}
    caps = most_requests(free, candidates, estimator)
    held = [i for i, cap in enumerate(caps) if cap >= 1]
    steps = [grid(candidates[i].replicas, int(caps[i]), STEPS) for i in held]
    which, requests = np.repeat(held, [len(numbers) for numbers in steps]), np.concatenate(steps)
    layouts = tuple(candidates[int(i)] for i in which)
    found = estimated(free, layouts, requests, estimator)
    per_user, per_gpu = MS_PER_S / np.asarray(found["tpot_ms"], float), np.asarray(found["output_tokens_per_s_per_gpu"], float)
    tried = Frontier(layouts, requests, per_user, per_gpu, found)
    fine = np.flatnonzero(np.asarray(found["fits"], bool) & np.isfinite(per_user) & np.isfinite(per_gpu))
    return _kept(tried, fine[np.argsort(per_user[fine], kind="stable")])


def _kept(tried: Frontier, which: IntArray) -> Frontier:
    layouts = tuple(tried.layouts[int(i)] for i in which)
    found = {name: np.asarray(values)[which] for name, values in tried.found.items()}
    return Frontier(layouts, tried.requests[which], tried.per_user[which], tried.per_gpu[which], found)
