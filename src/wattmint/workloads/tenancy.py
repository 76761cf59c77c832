"""Tenants come, default and are followed by others: the one recursion of hosting."""

import numpy as np
from numba import njit

from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR


def monthly_default_probability(default_per_year: float) -> float:
    """Return the probability per month that compounds to a probability per year.

    Parameters
    ----------
    default_per_year : float
        Probability per year, 0 to 1.

    Returns
    -------
    float
        ``1 - (1 - p) ** (1 / 12)``.
    """
    return float(1.0 - (1.0 - default_per_year) ** (1.0 / MONTHS_PER_YEAR))


@njit(cache=True, nogil=True)
def lease_factor(
    tenant_draw: FloatArray, relet_factor: FloatArray, monthly_probability: float, vacancy_months: int, first_month: int, out: FloatArray
) -> None:
    """Fill `out` with what multiplies the contract lease: 0 while vacant, 1 for the first tenant, the re-let factor for later ones.

    Parameters
    ----------
    tenant_draw, relet_factor, monthly_probability, vacancy_months, first_month
        As for `lease_factor_plain`, its specification.
    out : FloatArray, shape (paths, months)
        Overwritten.
    """
    paths, months = tenant_draw.shape
    for p in range(paths):
        factor, vacant = 1.0, 0
        for m in range(months):
            if m < first_month:
                out[p, m] = 0.0
                continue
            if vacant == 0 and tenant_draw[p, m] < monthly_probability:
                vacant = vacancy_months
                if vacant == 0:
                    factor = relet_factor[p, m]
            elif vacant > 0:
                vacant -= 1
                if vacant == 0:
                    factor = relet_factor[p, m]
            out[p, m] = 0.0 if vacant > 0 else factor


def lease_factor_plain(
    tenant_draw: FloatArray, relet_factor: FloatArray, monthly_probability: float, vacancy_months: int, first_month: int
) -> FloatArray:
    """Return what multiplies the contract lease, month by month.

    In a month that begins with a tenant, the tenant leaves when the draw is below the probability. The halls then stand empty for
    `vacancy_months`, that month included, and are let again at the re-let factor of the month in which the next tenant
    moves in. A month in which a tenant moves in is not drawn again.

    Parameters
    ----------
    tenant_draw : FloatArray, shape (paths, months)
        Uniform (0, 1).
    relet_factor : FloatArray, shape (paths, months)
        Lease of a tenant that moves in in that month, relative to the first contract's.
    monthly_probability : float
        Probability per month that a tenant leaves.
    vacancy_months : int
        Months without a tenant.
    first_month : int
        Month in which the first tenant moves in.

    Returns
    -------
    FloatArray, shape (paths, months)
        0 before the first month and while vacant.
    """
    paths, months = tenant_draw.shape
    out = np.zeros((paths, months))
    factor = np.ones(paths)
    vacant = np.zeros(paths, dtype=np.int64)
    for m in range(first_month, months):
        leaves = (vacant == 0) & (tenant_draw[:, m] < monthly_probability)
        vacant = np.where(leaves, vacancy_months, np.maximum(vacant - 1, 0))
        moves_in = (leaves & (vacant == 0)) | (~leaves & (vacant == 0) & (m > first_month) & (out[:, m - 1] == 0.0))
        factor = np.where(moves_in, relet_factor[:, m], factor)
        out[:, m] = np.where(vacant > 0, 0.0, factor)
    return out
