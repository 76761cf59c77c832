"""Cash flows of a chunk to what is kept of them: by year, and cumulated by quarter."""

from collections.abc import Mapping, Sequence

import numpy as np

from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

BAND_STEP_MONTHS = 3
"""The cumulative cash flow is kept quarterly: enough for a picture, a third of the memory."""

Quarterly = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def by_year(flows: FloatArray) -> FloatArray:
    """Sum (paths, months + 1) cash flows to (paths, years); the decision day's column counts to the first year.

    Parameters
    ----------
    flows : FloatArray, shape (paths, months + 1)
        Monthly flows.

    Returns
    -------
    FloatArray, shape (paths, years)
        A last, incomplete year is a year of its own.
    """
    months = flows.shape[1] - 1
    starts = np.arange(1, months + 1, MONTHS_PER_YEAR)
    starts[0] = 0
    return np.asarray(np.add.reduceat(flows, starts, axis=1))


def quarterly(flows: FloatArray) -> Quarterly:
    """Return the cumulative flow of (paths, months + 1) cash flows every `BAND_STEP_MONTHS` months, the day of decision first."""
    return np.cumsum(flows, axis=1)[:, ::BAND_STEP_MONTHS].astype(np.float32)


def added(chunks: Sequence[Mapping[str, FloatArray]]) -> dict[str, FloatArray]:
    """Return lines of several chunks added by name, in the order given.

    Parameters
    ----------
    chunks : sequence of mapping of str to FloatArray, shape (years,)
        A line may stand in some of them only.

    Returns
    -------
    dict of str to FloatArray
        Sums; the bits do not depend on who computed what first.
    """
    lines: dict[str, FloatArray] = {}
    for chunk in chunks:
        for name, values in chunk.items():
            lines[name] = lines[name] + values if name in lines else values
    return lines


def bands(values: Quarterly) -> dict[str, tuple[float, ...]]:
    """Return P10, P50, P90 and mean of cumulative flows by month.

    Parameters
    ----------
    values : NDArray[float32], shape (paths, quarters + 1)
        From `quarterly`.

    Returns
    -------
    dict of str to tuple of float
        ``month``, ``p10``, ``p50``, ``p90``, ``mean``.
    """
    p10, p50, p90 = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
    months = np.arange(values.shape[1]) * BAND_STEP_MONTHS
    mean = values.mean(axis=0, dtype=np.float64)
    return {key: tuple(band.tolist()) for key, band in (("month", months), ("p10", p10), ("p50", p50), ("p90", p90), ("mean", mean))}
