"""How often machines fail as they age."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def failures_between(failures_per_year: float, growth_per_year: float, from_years: ArrayLike, to_years: ArrayLike) -> NDArray[np.float64]:
    """Return how often a machine fails between two ages, when its rate of failure grows in a straight line with age.

    Parameters
    ----------
    failures_per_year : float
        Rate when new.
    growth_per_year : float
        By how much of that rate it grows in a year.
    from_years, to_years : float or array
        Ages.

    Returns
    -------
    NDArray
        The integral of ``rate * (1 + growth * age)``: failures if each is repaired at once, or the log of survival if none is.
    """
    start, end = (np.asarray(years, dtype=np.float64) for years in (from_years, to_years))
    return np.asarray(failures_per_year * ((end - start) + growth_per_year * (end**2 - start**2) / 2.0))
