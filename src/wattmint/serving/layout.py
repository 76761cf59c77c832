"""Parallelism that was left out: the layout with most throughput among the usual ones.

Tried are tensor parallelism in powers of 2 over as many chips as links and heads allow, and for models with experts attention in parallel on
data with the experts spread over the same chips. Only a model that fits in none of these is cut in a pipeline too.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.physics.serving_types import Load, Shape
from wattmint.types import FloatArray

POWERS: Final = tuple(2.0**n for n in range(8))
STAGES: Final = (1.0, 2.0, 4.0, 8.0)
PARALLEL: Final = ("tp", "pp", "ep", "dp")

Rate = Callable[[NDArray[np.intp], Load], FloatArray]
"""Output tokens per second and chip of some rows under a layout; NaN or minus infinity where the model does not fit."""


def complete(load: Load, shape: Shape, gpus: FloatArray, widest: FloatArray, rate: Rate) -> Load:
    """Return the load with every layout filled in.

    Parameters
    ----------
    load : Load
        With NaN where parallelism was left out.
    shape : Shape
        The models.
    gpus, widest : FloatArray
        Accelerators there are, and how many tensor parallelism may span.
    rate : callable
        Judges a layout.

    Returns
    -------
    Load
        Without NaN in its layout. Where nothing fits, the widest layout, so that the refusal tells the least that is lacking.
    """
    chosen = _plain(load, shape)
    # With tensor parallelism given, the rest has an obvious default; only the others are searched.
    open_rows = np.flatnonzero(np.isnan(load.tp))
    best = np.full(len(open_rows), -np.inf)
    layout = np.stack([getattr(chosen, name)[open_rows] for name in PARALLEL])
    for stages in STAGES:
        left = np.flatnonzero(~np.isfinite(best))
        if not len(left):
            break
        rows = open_rows[left]
        for tp, dp in _candidates(float(gpus[rows].max())):
            tried = _tried(load, shape, rows, (tp, stages, dp))
            fits = (tp * dp * tried.pp <= gpus[rows]) & (tp <= widest[rows])
            allowed = fits & ((dp == 1.0) | (shape.experts[rows] > 0.0)) & _kept(load, rows, tried)
            some = np.flatnonzero(allowed)
            if not len(some):
                continue
            found = np.full(len(rows), -np.inf)
            found[some] = np.nan_to_num(rate(rows[some], tried.take(some)), nan=-np.inf)
            better = np.flatnonzero((found > best[left]) | (~np.isfinite(best[left]) & allowed))
            best[left[better]] = found[better]
            layout[:, left[better]] = np.stack([getattr(tried, name)[better] for name in PARALLEL])
    columns = {}
    for name, values in zip(PARALLEL, layout, strict=True):
        columns[name] = getattr(chosen, name).copy()
        columns[name][open_rows] = values
    return replace(chosen, **columns)


def _plain(load: Load, shape: Shape) -> Load:
    """Fill in what was left out as 1; experts spread over the chips of all groups where attention is in parallel on data.

    Notes
    -----
    Experts spread over more chips than the groups named: there are as many groups more.
    """
    tp, pp, dp = (np.where(np.isnan(values), 1.0, values) for values in (load.tp, load.pp, load.dp))
    dp = np.where(load.ep > tp * dp, np.maximum(np.floor(load.ep / tp), 1.0), dp)
    ep = np.where(np.isnan(load.ep), np.where((dp > 1.0) & (shape.experts > 0.0), tp * dp, 1.0), load.ep)
    return replace(load, tp=tp, pp=pp, dp=dp, ep=ep)


def _candidates(most: float) -> Iterator[tuple[float, float]]:
    for size in POWERS:
        if size <= most:
            yield size, 1.0
            if size > 1.0:
                yield 1.0, size


def _tried(load: Load, shape: Shape, rows: NDArray[np.intp], layout: tuple[float, float, float]) -> Load:
    some = load.take(rows)
    tp, stages, dp = (np.full(len(rows), value) for value in layout)
    pp = np.where(np.isnan(some.pp), stages, some.pp)
    ep = np.where(np.isnan(some.ep), np.where(shape.experts[rows] > 0.0, tp * dp, 1.0), some.ep)
    return replace(some, tp=tp, pp=pp, dp=dp, ep=ep)


def _kept(load: Load, rows: NDArray[np.intp], tried: Load) -> NDArray[np.bool_]:
    """Whether a layout keeps what was given of it."""
    fine: NDArray[np.bool_] = np.isnan(load.dp[rows]) | (load.dp[rows] == tried.dp)
    return fine
