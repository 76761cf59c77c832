"""Which historical months stand for a calendar month, and which of them a path lives through."""

import numpy as np

from wattmint.types import FloatArray, IntArray
from wattmint.units import MONTHS_PER_YEAR


def stand_ins(calendar_month: IntArray) -> tuple[IntArray, ...]:
    """Return the rows of a month library that stand for each calendar month.

    Parameters
    ----------
    calendar_month : IntArray, shape (n,)
        1 … 12 of each row, at least one row.

    Returns
    -------
    tuple of 12 IntArray
        Rows of the same calendar month; where there is none, of the nearest on the circle of the year, of both sides
        when equally near.
    """
    months = np.arange(1, MONTHS_PER_YEAR + 1)
    apart = np.abs(calendar_month[None, :] - months[:, None])
    apart = np.minimum(apart, MONTHS_PER_YEAR - apart)
    return tuple(np.flatnonzero(row == row.min()) for row in apart)


def drawn_months(
    rows: tuple[IntArray, ...], calendar_month: IntArray, which_month: FloatArray, which_row: FloatArray, neighbour_share: float
) -> IntArray:
    """Draw a historical month for each path and month.

    Parameters
    ----------
    rows : tuple of 12 IntArray
        From `stand_ins`.
    calendar_month : IntArray, shape (months,)
        Of the horizon, 1 … 12.
    which_month, which_row : FloatArray, shape (paths, months)
        Uniform numbers.
    neighbour_share : float
        Probability of a neighbouring calendar month, half of it before and half after.

    Returns
    -------
    IntArray, shape (paths, months)
        Rows, uniformly among those that stand for the calendar month drawn.
    """
    shift = np.where(which_month < neighbour_share / 2.0, -1, np.where(which_month < neighbour_share, 1, 0))
    month = (calendar_month - 1 + shift) % MONTHS_PER_YEAR
    count = np.array([len(own) for own in rows])
    padded = np.zeros((MONTHS_PER_YEAR, int(count.max())), dtype=np.int64)
    for line, own in zip(padded, rows, strict=True):
        line[: len(own)] = own
    return np.asarray(padded[month, (which_row * count[month]).astype(np.int64)])


def median_months(rows: tuple[IntArray, ...], mean_price: FloatArray) -> IntArray:
    """Return for each calendar month the row whose mean price is the median; the lower one of an even number.

    Parameters
    ----------
    rows : tuple of 12 IntArray
        From `stand_ins`.
    mean_price : FloatArray, shape (n,)
        Mean price of each row.

    Returns
    -------
    IntArray, shape (12,)
    """
    return np.array([own[np.argsort(mean_price[own], kind="stable")[(len(own) - 1) // 2]] for own in rows])
