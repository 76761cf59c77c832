"""Tax on income: what of the interest may be deducted, which old losses may be used, and what is left to tax.

Arrays are of shape (..., years), the last axis consecutive tax years. Two balances are carried from year to year, interest
above its limit (26 USC 163(j)) and losses (26 USC 172); nothing is lost: what is not deducted in one year waits.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from wattmint.errors import InputError
from wattmint.facts.load import number, table, text
from wattmint.types import FloatArray

NO_LIMIT: Final = np.inf
"""Interest limit of a jurisdiction without one."""


@dataclass(frozen=True, slots=True)
class TaxLaw:
    """What federal law says of one tax year.

    Attributes
    ----------
    rate : float
        Tax on corporate income.
    loss_limit : float
        Share of a year's income that old losses may cover.
    interest_limit : float
        Share of adjusted taxable income up to which interest is deducted.
    interest_basis : {"ebitda", "ebit"}
        Whether that income is before or after depreciation.
    """

    rate: float
    loss_limit: float
    interest_limit: float
    interest_basis: Literal["ebitda", "ebit"]


@dataclass(frozen=True, slots=True)
class Assessment:
    """From earnings to the income that is taxed, each of shape (..., years) [USD].

    Attributes
    ----------
    interest_deducted, interest_carried : FloatArray
        Interest that lowers this year's income, and the balance that waits at its end.
    losses_used, losses_carried : FloatArray
        Losses of earlier years that lower this year's income, and the balance that waits at its end.
    taxable : FloatArray
        Income that is taxed, never negative.
    """

    interest_deducted: FloatArray
    interest_carried: FloatArray
    losses_used: FloatArray
    losses_carried: FloatArray
    taxable: FloatArray


def combined_rate(federal: ArrayLike, state: ArrayLike) -> FloatArray:
    """Return the tax on a dollar when the state's tax is deducted from what the federation taxes: ``f + s − f·s``.

    Parameters
    ----------
    federal, state : array_like
        Rates, 0 to 1.

    Returns
    -------
    FloatArray
        Of their common shape.
    """
    f, s = np.asarray(federal, dtype=np.float64), np.asarray(state, dtype=np.float64)
    return np.asarray(f + s - f * s)


def tax_law(year: int) -> TaxLaw:
    """Return the federal law of a tax year, as far as it is known.

    Parameters
    ----------
    year : int
        Tax year; later years than the last change follow it.

    Returns
    -------
    TaxLaw
        A row of the facts table `tax_law`.

    Raises
    ------
    InputError
        If the year lies before the table begins.
    """
    begins = {law: number("tax_law", law, "tax_year_from") for law in table("tax_law")}
    known = [law for law, first in begins.items() if first <= year]
    if not known:
        raise InputError("tax year", year, f"{min(begins.values()):.0f} or later: the table 'tax_law' begins there")
    law = max(known, key=begins.__getitem__)
    rate, loss, interest = (number("tax_law", law, name) for name in ("national_tax_rate", "loss_limit_share", "interest_limit_share"))
    return TaxLaw(rate, loss, interest, "ebit" if text("tax_law", law, "interest_limit_basis") == "ebit" else "ebitda")


def limit_interest(interest: ArrayLike, adjusted_income: ArrayLike, limit: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Deduct interest up to a share of adjusted income, and carry the rest forward without end.

    Parameters
    ----------
    interest : array_like, shape (..., years)
        Interest of each year, 0 or more [USD].
    adjusted_income : array_like, shape (..., years)
        Income before interest and old losses, before depreciation or after it as the law says; below 0 it counts as 0 [USD].
    limit : array_like, shape () or (years,)
        Share of it, 0.3 in most years; `NO_LIMIT` deducts everything.

    Returns
    -------
    deducted, carried : FloatArray, shape (..., years)
        Deducted in the year, and waiting at its end [USD]; ``Σ interest = Σ deducted + carried at the end``.
    """
    paid, income = np.broadcast_arrays(np.asarray(interest, dtype=np.float64), np.asarray(adjusted_income, dtype=np.float64))
    shares = np.broadcast_to(np.asarray(limit, dtype=np.float64), paid.shape[-1:])
    deducted, carried, waiting = np.empty(paid.shape), np.empty(paid.shape), np.zeros(paid.shape[:-1])
    for year, share in enumerate(shares):
        waiting = waiting + paid[..., year]
        room = waiting if share == NO_LIMIT else share * np.maximum(income[..., year], 0.0)
        deducted[..., year] = np.minimum(waiting, room)
        waiting = waiting - deducted[..., year]
        carried[..., year] = waiting
    return deducted, carried


def use_losses(income: ArrayLike, limit: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Set losses of earlier years against income up to a share of it, and carry the rest forward without end.

    Parameters
    ----------
    income : array_like, shape (..., years)
        Income of each year, a loss negative [USD].
    limit : array_like, shape () or (years,)
        Share of a year's income that old losses may cover: 0.8 in the law since 2021, 1 without a limit, 0 where losses
        are never used.

    Returns
    -------
    used, carried : FloatArray, shape (..., years)
        Used in the year, and waiting at its end [USD]; ``Σ losses = Σ used + carried at the end``.
    """
    earned = np.asarray(income, dtype=np.float64)
    shares = np.broadcast_to(np.asarray(limit, dtype=np.float64), earned.shape[-1:])
    used, carried, waiting = np.empty(earned.shape), np.empty(earned.shape), np.zeros(earned.shape[:-1])
    for year, share in enumerate(shares):
        used[..., year] = np.minimum(waiting, share * np.maximum(earned[..., year], 0.0))
        waiting = waiting - used[..., year] + np.maximum(-earned[..., year], 0.0)
        carried[..., year] = waiting
    return used, carried


def assess(ebitda: ArrayLike, depreciation: ArrayLike, interest: ArrayLike, laws: tuple[TaxLaw, ...]) -> Assessment:
    """Return what is taxed of each year's earnings.

    Parameters
    ----------
    ebitda, depreciation, interest : array_like, shape (..., years)
        Earnings before interest, tax and depreciation; what depreciation deducts; interest of the year [USD].
    laws : tuple of TaxLaw
        One for each year.

    Returns
    -------
    Assessment
        With ``taxable = max(ebitda − depreciation − interest deducted, 0) − losses used``.
    """
    earned, written_off = np.asarray(ebitda, dtype=np.float64), np.asarray(depreciation, dtype=np.float64)
    after = np.array([law.interest_basis == "ebit" for law in laws])
    limits = np.array([law.interest_limit for law in laws])
    deducted, interest_carried = limit_interest(interest, earned - after * written_off, limits)
    income = earned - written_off - deducted
    used, losses_carried = use_losses(income, np.array([law.loss_limit for law in laws]))
    return Assessment(deducted, interest_carried, used, losses_carried, np.maximum(income, 0.0) - used)
