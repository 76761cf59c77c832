"""A project owned by one taxpayer, by the year, with a loan and US taxes: the lines of the reference tool's Single Owner model.

The conventions are that tool's (NREL's System Advisor Model, PySAM 8.0.0), so that its lines come out to the cent: flows at
the ends of years, all cost on day zero; revenue is a price times the output of every hour of a 365-day year; operating cost grows with
inflation and a rate of its own; depreciation by the half-year convention from year 1, bonus for the federal tax alone,
what the project's life cuts off lost; the state's tax deducted from federal income; a tax loss used by the owner's
other income in the same year; the nominal discount rate ``(1 + real)(1 + inflation) − 1``.

It departs in two places. A sculpted loan is at most its share of the works, and never negative. Fee and reserve of
a level loan enter its size exactly, not by some steps of an iteration.
"""

from dataclasses import dataclass

import numpy as np

from wattmint.finance.debt import Loan, LoanLines, loan_lines
from wattmint.finance.functions import present_value
from wattmint.finance.macrs import depreciation, macrs_shares
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_COMMON_YEAR


@dataclass(frozen=True, slots=True)
class Project:
    """What is built, sold and taxed.

    Attributes
    ----------
    capacity_kw : float
        Sold in every hour.
    years : int
        Of operation.
    price_usd_per_kwh, price_growth : float
        In year 1, and its growth per year.
    opex_usd, opex_growth : float
        In year 1, and its growth per year beyond inflation.
    capex_usd : float
        Paid on day zero.
    recovery_years : int
        Class of depreciation.
    bonus : float
        Share of cost that the federal tax deducts at once.
    federal_rate, state_rate : float
        Of tax.
    real_rate, inflation : float
        Discount rate before inflation, and inflation, per year.
    loan : Loan
        Its terms.
    """

    capacity_kw: float
    years: int
    price_usd_per_kwh: float
    price_growth: float
    opex_usd: float
    opex_growth: float
    capex_usd: float
    recovery_years: int
    bonus: float
    federal_rate: float
    state_rate: float
    real_rate: float
    inflation: float
    loan: Loan

    @property
    def nominal_rate(self) -> float:
        """Discount rate per year with inflation."""
        return (1.0 + self.real_rate) * (1.0 + self.inflation) - 1.0


@dataclass(frozen=True, slots=True)
class OwnerLines:
    """Every line of the owner's cash flow, shape (years + 1,) [USD]; column 0 is the day everything is paid for.

    Attributes
    ----------
    revenue, operating_expenses, ebitda : FloatArray
        ``ebitda = revenue − operating_expenses``.
    loan : LoanLines
        Interest, principal, balance, reserve.
    federal_depreciation, state_depreciation : FloatArray
        Deducted in the year.
    state_tax, federal_tax : FloatArray
        As flows: negative when tax is paid.
    equity_usd : float
        What the owner pays on day zero: works, fee and first reserve less the loan.
    after_tax : FloatArray
        The owner's flow: minus the equity, then ebitda less debt service and additions to the reserve, plus the tax flows.
    """

    revenue: FloatArray
    operating_expenses: FloatArray
    ebitda: FloatArray
    loan: LoanLines
    federal_depreciation: FloatArray
    state_depreciation: FloatArray
    state_tax: FloatArray
    federal_tax: FloatArray
    equity_usd: float
    after_tax: FloatArray

    @property
    def cover(self) -> FloatArray:
        """Debt service cover ratio of each year; 0 where nothing is due. Shape (years + 1,)."""
        due = self.loan.service
        return np.divide(self.ebitda, due, out=np.zeros(due.shape), where=due != 0.0)


def owner_lines(project: Project) -> OwnerLines:
    """Return every line of the owner's cash flow.

    Parameters
    ----------
    project : Project
        What is built, sold, borrowed and taxed.

    Returns
    -------
    OwnerLines
        Which add up: see there.

    Raises
    ------
    InputError
        If the loan does not fit the project.
    """
    year = np.arange(1.0, project.years + 1.0)
    revenue = _from_year_1(energy_kwh(project)[1:] * project.price_usd_per_kwh * (1.0 + project.price_growth) ** (year - 1.0))
    expenses = _from_year_1(project.opex_usd * (1.0 + project.inflation + project.opex_growth) ** (year - 1.0))
    ebitda = revenue - expenses
    loan = loan_lines(project.loan, ebitda, project.capex_usd)
    shares = macrs_shares(project.recovery_years)
    federal, state = (_from_year_1(depreciation(project.capex_usd, shares, project.years, bonus)) for bonus in (project.bonus, 0.0))
    income = ebitda - loan.interest
    state_tax = -project.state_rate * (income - state)
    federal_tax = -project.federal_rate * (income - federal + state_tax)
    equity = project.capex_usd + loan.fee_usd + float(loan.reserve[0]) - loan.size_usd
    after_tax = ebitda - loan.service - np.diff(loan.reserve, prepend=loan.reserve[0]) + state_tax + federal_tax
    after_tax[0] = -equity
    return OwnerLines(revenue, expenses, ebitda, loan, federal, state, state_tax, federal_tax, equity, after_tax)


def energy_kwh(project: Project) -> FloatArray:
    """Return what is sold in each year, shape (years + 1,) [kWh]; column 0 is zero."""
    return _from_year_1(np.full(project.years, project.capacity_kw * HOURS_PER_COMMON_YEAR))


def levelised_usd_per_kwh(project: Project, lines: OwnerLines) -> tuple[float, float, float]:
    """Return what a kilowatt-hour costs and earns over the project's life.

    Parameters
    ----------
    project : Project
        As given to `owner_lines`.
    lines : OwnerLines
        Its result.

    Returns
    -------
    tuple of float
        Cost per kWh in nominal and in real dollars (what revenue's present value exceeds the owner's by, over
        discounted energy), and revenue per kWh in nominal dollars.
    """
    revenue, owner = (float(present_value(project.nominal_rate, flows)) for flows in (lines.revenue, lines.after_tax))
    nominal, real = (float(present_value(rate, energy_kwh(project))) for rate in (project.nominal_rate, project.real_rate))
    return (revenue - owner) / nominal, (revenue - owner) / real, revenue / nominal


def _from_year_1(values: FloatArray) -> FloatArray:
    return np.concatenate([[0.0], values])
