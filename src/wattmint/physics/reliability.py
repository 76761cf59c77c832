"""How far downtime exceeds a promise, and how much of a fleet is left."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def excess_downtime_share(promised_availability: float, actual_availability: float) -> float:
    """Return the share of time by which downtime exceeds what was promised.

    Parameters
    ----------
    promised_availability, actual_availability : float
        Shares of time.

    Returns
    -------
    float
        ``promised - actual``, or 0 where the promise is kept. It compares long-run means; a year worse than the mean costs more.
    """
    return max(promised_availability - actual_availability, 0.0)


def survival(failures_per_year: float, age_years: ArrayLike) -> NDArray[np.float64]:
    """Return the share of a fleet alive at an age, when machines die at a constant rate and are not repaired.

    Parameters
    ----------
    failures_per_year : float
        Deaths per living machine and year.
    age_years : float or array
        Time since the fleet started; before the start (negative) all are alive.

    Returns
    -------
    NDArray
        ``exp(-rate * age)``, 1 at and before age 0.
    """
    age = np.maximum(np.asarray(age_years, dtype=np.float64), 0.0)
    return np.asarray(np.exp(-failures_per_year * age))
