"""One loan by the year, as a lender writes it down: how much, what it costs to close, what is paid and what is still owed.

Two ways to size it. *Level*: a share of the cost, repaid in equal payments. *Sculpted*: each year pays its cash over
the cover ratio, and the loan is what those payments are worth at its rate; it is never more than a share of the works
(`cap_share`), and then all payments shrink by the same factor, so that cover is higher than asked for, and even. Cost is
everything paid before operation: the works, the lender's fee, the reserve.

The monthly loans of a site on many paths are in `wattmint.finance.debt_service`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from wattmint.errors import InputError
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Loan:
    """Terms of a loan.

    Attributes
    ----------
    kind : {"level", "sculpted"}
        How it is sized and repaid.
    years : int
        Years until it is repaid, grace included; 0 for no loan.
    rate : float
        Interest per year.
    share : float
        Of the cost, for a level loan.
    cover : float
        Cash over debt service in every year of repayment, for a sculpted loan.
    cap_share : float
        A sculpted loan is at most this share of the works.
    grace_years : int
        Years at the start that pay interest only.
    fee_share : float
        Paid to the lender on closing, of the loan.
    reserve_months : float
        Debt service held in reserve: so many months of the coming year's.
    """

    kind: Literal["level", "sculpted"]
    years: int
    rate: float
    share: float = 0.0
    cover: float = 1.0
    cap_share: float = 1.0
    grace_years: int = 0
    fee_share: float = 0.0
    reserve_months: float = 0.0


@dataclass(frozen=True, slots=True)
class LoanLines:
    """What a loan does, by year; column 0 is the day of closing.

    Attributes
    ----------
    size_usd, fee_usd : float
        Drawn, and paid to the lender, on the day of closing.
    capped : bool
        Whether a sculpted loan was held down to its share of the works.
    interest, principal, balance, reserve : FloatArray, shape (years + 1,)
        Paid in the year; owed, and held in reserve, at its end [USD]. Repayment is negative in a year whose cash does not pay
        the interest.
    """

    size_usd: float
    fee_usd: float
    capped: bool
    interest: FloatArray
    principal: FloatArray
    balance: FloatArray
    reserve: FloatArray

    @property
    def service(self) -> FloatArray:
        """Interest and principal of each year [USD], shape (years + 1,)."""
        return self.interest + self.principal


def loan_lines(loan: Loan, cash_usd: FloatArray, works_usd: float) -> LoanLines:
    """Size a loan and follow it until it is repaid.

    Parameters
    ----------
    loan : Loan
        Its terms.
    cash_usd : FloatArray, shape (years + 1,)
        Cash available for debt service in each year [USD]; column 0 does not count. A year without cash pays nothing
        to a sculpted loan.
    works_usd : float
        Cost before fee and reserve [USD].

    Returns
    -------
    LoanLines
        Nothing is owed after its last year.

    Raises
    ------
    InputError
        If it outlives the project, grace leaves no year of repayment, or a level loan with its fee and reserve has no finite size.
    """
    years = cash_usd.size - 1
    if not 0 <= loan.years <= years:
        raise InputError("tenor", loan.years, f"0 to {years} years, the life of the project: it could not be repaid")
    if loan.grace_years and not 0 <= loan.grace_years < loan.years:
        raise InputError("grace", loan.grace_years, f"below the tenor, {loan.years} years")
    shape = _service_of_a_dollar(loan, cash_usd)
    size, capped = _size(loan, shape, cash_usd, works_usd)
    interest, principal, balance = np.zeros(years + 1), np.zeros(years + 1), np.zeros(years + 1)
    balance[0] = size
    last = int(np.flatnonzero(shape)[-1]) if shape.any() else 0
    for year in range(1, last + 1):
        interest[year] = loan.rate * balance[year - 1]
        principal[year] = size * shape[year] - interest[year] if year < last else balance[year - 1]  # rounding is repaid too
        balance[year] = balance[year - 1] - principal[year]
    reserve = np.append((interest + principal)[1:], 0.0) * loan.reserve_months / MONTHS_PER_YEAR
    return LoanLines(size, loan.fee_share * size, capped, interest, principal, balance, reserve)


def _service_of_a_dollar(loan: Loan, cash_usd: FloatArray) -> FloatArray:
    """Return what a loan of one dollar pays in each year; zero throughout where nothing can be borrowed."""
    service, first = np.zeros(cash_usd.size), loan.grace_years + 1
    repaying = slice(first, loan.years + 1)
    service[repaying] = 1.0 if loan.kind == "level" else np.maximum(cash_usd[repaying], 0.0)
    worth = float(np.sum(service[repaying] * (1.0 + loan.rate) ** -np.arange(1.0, loan.years - loan.grace_years + 1.0)))
    if worth <= 0.0:
        return np.zeros(cash_usd.size)
    service /= worth
    service[1:first] = loan.rate
    return service


def _size(loan: Loan, shape: FloatArray, cash_usd: FloatArray, works_usd: float) -> tuple[float, bool]:
    """Return the loan, and whether its cap held it down."""
    if not shape.any():
        return 0.0, False
    if loan.kind == "level":  # a share also of its own fee and reserve, which grow with it
        dearer = loan.share * (loan.fee_share + float(shape[1]) * loan.reserve_months / MONTHS_PER_YEAR)
        if dearer >= 1.0:
            raise InputError("debt_pct", loan.share, f"below {loan.share / dearer:.4g}: fee and reserve may not cost more than the loan brings")
        return loan.share * works_usd / (1.0 - dearer), False
    best = int(np.argmax(cash_usd[loan.grace_years + 1 : loan.years + 1])) + loan.grace_years + 1
    wanted, most = float(cash_usd[best] / loan.cover / shape[best]), loan.cap_share * works_usd
    return (most, True) if wanted > most else (wanted, False)
