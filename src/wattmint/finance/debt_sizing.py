"""How much a lender lends: a share of the cost, and no more than a bad year of the site's cash carries.

A loan is agreed once, before anyone knows the path. So it is sized on the *lender's case*: for every year of the loan the cash that
only a stated share of paths fall below (one tenth by default, what lenders call P90). Cash is revenue less running costs before tax
and before any outlay for works or machines. With a cover ratio asked for, repayment follows that case (sculpted) and the loan is cut to what
it carries; without one, instalments are level.
"""

from dataclasses import dataclass

import numpy as np

from wattmint.finance.debt_service import EquipmentLoan, ProjectLoan, level_balances, level_instalment, repaid_shares, sculpted_balances
from wattmint.finance.returns import monthly_rate
from wattmint.scenario.model import Debt
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class SizedDebt:
    """The loans of one build.

    Attributes
    ----------
    project : ProjectLoan
        As agreed.
    equipment : EquipmentLoan
        As agreed.
    fee_usd : float
        Paid on the day of decision on the project loan's commitment.
    reserve_months : int
        Months of debt service held.
    ends : int
        Last column whose service is measured.
    cut_by_cover : bool
        Whether the cover ratio, not the share of cost, limits the project loan.
    """

    project: ProjectLoan
    equipment: EquipmentLoan
    fee_usd: float
    reserve_months: int
    ends: int
    cut_by_cover: bool


def lenders_case(cash_usd: FloatArray, first: int, months: int, quantile: float) -> FloatArray:
    """Return the monthly cash that the lender counts on.

    Parameters
    ----------
    cash_usd : FloatArray, shape (paths, columns)
        Cash before debt service.
    first, months : int
        First column, and how many from there; those behind the horizon count as nothing.
    quantile : float
        Share of paths below the cash counted on.

    Returns
    -------
    FloatArray, shape (months,)
        The quantile of each twelve months' cash, spread evenly over them; 0 where it is negative.
    """
    case = np.zeros(months)
    inside = cash_usd[:, first : first + months]
    for start in range(0, inside.shape[1], MONTHS_PER_YEAR):
        block = inside[:, start : start + MONTHS_PER_YEAR]
        case[start : start + block.shape[1]] = max(float(np.quantile(block.sum(axis=1), quantile)), 0.0) / block.shape[1]
    return case


def size_debt(debt: Debt, spend_usd: FloatArray, bought_usd: FloatArray, cash_usd: FloatArray, in_service: int) -> SizedDebt:
    """Return the loans that a build is given.

    Parameters
    ----------
    debt : Debt
        What the site file asks for.
    spend_usd, bought_usd : FloatArray, shape (paths, months + 1)
        Outlays that the project loan and the equipment loan share in, on a sample of paths.
    cash_usd : FloatArray, shape (paths, months + 1)
        Cash before debt service, on the same paths.
    in_service : int
        Column with which construction ends.

    Returns
    -------
    SizedDebt
        The commitment is the share of the mean cost, cut to what the lender's case carries.
    """
    months = cash_usd.shape[1] - 1
    rate, rate_machines = monthly_rate(debt.debt_rate), monthly_rate(debt.debt_rate if debt.equipment_rate is None else debt.equipment_rate)
    term_machines = debt.equipment_term_months or debt.debt_term_months
    equipment = EquipmentLoan(debt.equipment_share, rate_machines, term_machines, level_instalment(rate_machines, term_machines))
    planned, paying = spend_usd.mean(axis=0), debt.debt_term_months - debt.grace_months
    share, cut = debt.debt_share, False
    balances = level_balances(rate, paying)
    if debt.dscr is not None:
        case = lenders_case(cash_usd, in_service + debt.grace_months + 1, paying, debt.lenders_quantile)
        on_machines = _machine_service(bought_usd.mean(axis=0), equipment, in_service, in_service + debt.grace_months, paying)
        balances = sculpted_balances(case / debt.dscr - on_machines, rate)
        grown = float(planned @ (1.0 + rate) ** np.maximum(in_service - np.arange(months + 1), 0))
        carried = balances[0] / grown if grown > 0.0 else 0.0
        share, cut = min(share, carried), carried < share
    commitment = share * float(planned.sum())
    repaid = repaid_shares(balances, in_service, debt.grace_months, months)
    project = ProjectLoan(share, commitment, rate, in_service, repaid)
    ends = months if debt.equipment_share > 0.0 else min(in_service + debt.debt_term_months, months)
    return SizedDebt(project, equipment, debt.upfront_fee_share * commitment, debt.reserve_months, ends, cut)


def _machine_service(bought: FloatArray, loan: EquipmentLoan, in_service: int, first: int, months: int) -> FloatArray:
    """Service of the loans on the first machines, month by month from the column after `first`."""
    ends = np.flatnonzero(bought[: in_service + 1]) + loan.months
    columns = first + 1 + np.arange(months)
    lent = loan.share * loan.instalment * bought[: in_service + 1][bought[: in_service + 1] != 0.0]
    return np.asarray((lent[None, :] * (columns[:, None] <= ends[None, :])).sum(axis=1))
