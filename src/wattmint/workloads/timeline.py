"""When things are paid, when they serve and what they fetch at the end: the calendar that every workload shares.

Month m's flows are booked at the end of month m, in column m + 1 of a capital line; column 0 is the day of decision.

* Works begin in month `from_month`, 0 unless the site file says so, and are paid evenly over the construction months, or at once when there is
  nothing to build.
* Machines are paid on delivery: at the end of the last construction month.
* Service starts `construction_months` after the works and grows in a straight line over the ramp; a month counts with its middle.
* It ends before month `until_month`, or with the horizon: what is sold then is booked in that column.
* Works cost more or less than planned by the factor exp(sd z - sd^2 / 2), z being the path's standard normal draw: the mean is the plan.
  A lease that is not signed yet comes out dearer or cheaper in the same way.
  sd is the cited `works_cost_sd`. Works that cost more take no longer: delay is not modelled apart from the months planned.
* At the end, works and machines fetch a share of their book value, which falls in a straight line over their life.
"""

from typing import NamedTuple

import numpy as np

from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR


class Stay(NamedTuple):
    """How long the machines of a part are there.

    Attributes
    ----------
    first_month : int
        First month of service.
    until_month : int or None
        First month without it; None, or beyond the horizon: it lasts to the end.
    ordered_month : int
        Month in which they are ordered; 0 is the day of decision.
    age_months : int or None
        How old machines that are there already are in the first month of service; None where new ones are bought.
    """

    first_month: int
    until_month: int | None = None
    ordered_month: int = 0
    age_months: int | None = None

    def end(self, months: int) -> int:
        """Return the first month without service, at most the length of the horizon: also the column in which all is sold."""
        return months if self.until_month is None else min(self.until_month, months)

    def delivered(self, months: int) -> bool:
        """Return whether its machines are there before the horizon is over; a part whose works begin later never comes."""
        return self.ordered_month < months and self.first_month <= months


def service_share(stay: Stay, ramp_months: int, months: int) -> FloatArray:
    """Return the share of the plant in service.

    Parameters
    ----------
    stay : Stay
        First and last month.
    ramp_months : int
        Months from first to full service.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (1, months)
        0 during construction, rising over the ramp, then 1; 0 after the end.
    """
    age = months_in_service(stay, months)
    ramp = np.clip(age / ramp_months, 0.0, 1.0) if ramp_months > 0 else (age > 0.0).astype(np.float64)
    return np.asarray(ramp)


def months_in_service(stay: Stay, months: int) -> FloatArray:
    """Return the time since service began, at the middle of each month.

    Parameters
    ----------
    stay : Stay
        First and last month.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (1, months)
        Months; 0 before service and after it.
    """
    age = np.maximum(np.arange(months, dtype=np.float64) + 0.5 - stay.first_month, 0.0)[None, :]
    age[:, stay.end(months) :] = 0.0
    return age


def escalation(rate_per_year: float, first_month: int, months: int) -> FloatArray:
    """Return the growth of a price since its first month.

    Parameters
    ----------
    rate_per_year : float
        Growth per year, above -1.
    first_month : int
        Month in which the factor is 1; before it too.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (1, months)
        ``(1 + rate) ** years``.
    """
    years = np.maximum(np.arange(months, dtype=np.float64) - first_month, 0.0) / MONTHS_PER_YEAR
    return np.asarray((1.0 + rate_per_year) ** years)[None, :]


def lognormal_factor(draw: FloatArray, log_sd: float) -> FloatArray:
    """Return what multiplies a planned amount on each path.

    Parameters
    ----------
    draw : FloatArray, shape (paths,)
        Standard normal.
    log_sd : float
        Standard deviation of the logarithm.

    Returns
    -------
    FloatArray, shape (paths, 1)
        Lognormal with mean 1.
    """
    return np.asarray(np.exp(log_sd * draw - 0.5 * log_sd**2))[:, None]


def works_schedule(construction_months: int, months: int, from_month: int = 0) -> FloatArray:
    """Return the share of the works paid in each column.

    Parameters
    ----------
    construction_months : int
        Months of works; 0 = paid at once.
    months : int
        Length of the horizon.
    from_month : int
        Month in which they begin.

    Returns
    -------
    FloatArray, shape (1, months + 1)
        Sums to 1, or to less when the horizon ends before the works do; to 0 when they begin after it.
    """
    shares = np.zeros((1, months + 1))
    if construction_months > 0:
        shares[0, from_month + 1 : from_month + construction_months + 1] = 1.0 / construction_months
    elif from_month < months:
        shares[0, from_month] = 1.0
    return shares


def paid_at(column: int, amount_usd: FloatArray, months: int) -> FloatArray:
    """Return a capital line with one payment.

    Parameters
    ----------
    column : int
        When; beyond the horizon nothing is paid.
    amount_usd : FloatArray, shape (paths or 1,)
        Signed amount.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (paths or 1, months + 1)
        Zero but for one column.
    """
    line = np.zeros((amount_usd.shape[0], months + 1))
    if column <= months:
        line[:, column] = amount_usd
    return line


def remaining_life_share(age_months: float, life_months: float) -> float:
    """Return the book value left after straight-line wear.

    Parameters
    ----------
    age_months : float
        Time in service; not yet in service (negative) counts as new.
    life_months : float
        Life, above 0.

    Returns
    -------
    float
        1 when new, 0 at and beyond the end of life.
    """
    return min(max(1.0 - age_months / life_months, 0.0), 1.0)
