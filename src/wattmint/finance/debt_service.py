"""What loans do on every path: drawn, interest, repaid. The plain form; `debt_paths` is the same, compiled.

Two loans, each optional. The *project loan* pays a fixed share of every outlay for works and first machines until its commitment is
used up: what costs more than planned is the owner's. Until everything is in service its interest is added to the loan; then
it is paid, alone during the grace months and with repayment after them. The *equipment loan* pays a share of machines whenever they
are bought, replacements too; each purchase is paid back in level instalments of its own. Whatever is still owed when the horizon
ends is repaid with its last column: the site is sold there.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from wattmint.finance.functions import pmt
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

NEGLIGIBLE: Final = 1e-6
LEAST_USD: Final = 0.01
"""A year's service below this share of the largest, or below a cent, is rounding: nothing was due."""


class ProjectLoan(NamedTuple):
    """A loan on works and first machines.

    Attributes
    ----------
    share : float
        Of each outlay.
    commitment_usd : float
        No more is drawn.
    monthly_rate : float
        Interest per month.
    rolled_until : int
        Column up to which interest is added to the loan: the end of construction.
    repaid_share : FloatArray, shape (months + 1,)
        Share of the balance of column `rolled_until` that each later column repays.
    """

    share: float
    commitment_usd: float
    monthly_rate: float
    rolled_until: int
    repaid_share: FloatArray


class EquipmentLoan(NamedTuple):
    """A loan on machines, secured on them.

    Attributes
    ----------
    share : float
        Of each purchase.
    monthly_rate : float
        Interest per month.
    months : int
        Level instalments per purchase, the first a month after it.
    instalment : float
        Per dollar borrowed.
    """

    share: float
    monthly_rate: float
    months: int
    instalment: float


@dataclass(frozen=True, slots=True)
class DebtService:
    """What the loans did.

    Attributes
    ----------
    drawn_usd, interest_usd, repaid_usd : FloatArray, shape (paths, months + 1)
        Both loans together, positive: drawn; interest paid; repaid.
    rolled_up_usd, owed_at_start_usd, balloon_usd : FloatArray, shape (paths,)
        Interest added to the project loan, balance when everything is in service, and what is repaid at the end of the horizon
        beyond the schedule.
    """

    drawn_usd: FloatArray
    interest_usd: FloatArray
    repaid_usd: FloatArray
    rolled_up_usd: FloatArray
    owed_at_start_usd: FloatArray
    balloon_usd: FloatArray

    def scheduled_usd(self) -> FloatArray:
        """Return interest and repayment without the balloon, shape (paths, months + 1)."""
        service = self.interest_usd + self.repaid_usd
        service[:, -1] -= self.balloon_usd
        return service


def level_instalment(monthly_rate: float, months: int) -> float:
    """Return what repays a dollar in level instalments.

    Parameters
    ----------
    monthly_rate : float
        0 or more.
    months : int
        How many instalments, the first after one month.

    Returns
    -------
    float
        Per month.
    """
    return -pmt(monthly_rate, months, 1.0)


def level_balances(monthly_rate: float, months: int) -> FloatArray:
    """Return the balance of a dollar repaid in level instalments.

    Parameters
    ----------
    monthly_rate : float
        0 or more.
    months : int
        How many instalments.

    Returns
    -------
    FloatArray, shape (months + 1,)
        1 before the first instalment, 0 after the last.
    """
    left = np.arange(months, -1, -1)
    if monthly_rate == 0.0:
        return left / months
    return np.asarray(np.expm1(-left * np.log1p(monthly_rate)) / np.expm1(-months * np.log1p(monthly_rate)))


def sculpted_balances(service_usd: FloatArray, monthly_rate: float) -> FloatArray:
    """Return the largest loan that a planned debt service carries, and its balance after every payment.

    Interest must be payable in every month and repayment never be negative: the balance is no more than the least payment still to
    come or gone would pay interest on.

    Parameters
    ----------
    service_usd : FloatArray, shape (n,)
        What may be paid at the end of each month; below zero counts as nothing.
    monthly_rate : float
        0 or more.

    Returns
    -------
    FloatArray, shape (n + 1,)
        Falling or level, 0 at the end; without such a limit the first entry is the present value of the payments.
    """
    service = np.maximum(service_usd, 0.0)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        most = np.where(monthly_rate > 0.0, np.minimum.accumulate(service) / monthly_rate, np.inf)
    balances = np.zeros(service.size + 1)
    for month in range(service.size, 0, -1):
        balances[month - 1] = min((service[month - 1] + balances[month]) / (1.0 + monthly_rate), most[month - 1])
    return balances


def repaid_shares(balances: FloatArray, rolled_until: int, grace_months: int, months: int) -> FloatArray:
    """Return which share of the loan each column repays.

    Parameters
    ----------
    balances : FloatArray, shape (n + 1,)
        Of the loan from the end of grace on; any scale.
    rolled_until, grace_months : int
        Column in which everything is in service, and months of interest only after it.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (months + 1,)
        Sums to 1, or to less when the horizon ends first.
    """
    shares = np.zeros(months + 1)
    first = rolled_until + grace_months + 1
    count = min(balances.size - 1, months + 1 - first)
    if count > 0 and balances[0] > 0.0:
        shares[first : first + count] = (balances[:-1] - balances[1:])[:count] / balances[0]
    return shares


def debt_service(spend_usd: FloatArray, bought_usd: FloatArray, project: ProjectLoan, equipment: EquipmentLoan) -> DebtService:
    """Return what the loans do on every path: the specification of `debt_paths.debt_service_by_path`.

    Parameters
    ----------
    spend_usd : FloatArray, shape (paths, months + 1)
        Outlays that the project loan shares in, positive.
    bought_usd : FloatArray, shape (paths, months + 1)
        Machines that the equipment loan shares in, positive.
    project : ProjectLoan
        Share 0 where there is none.
    equipment : EquipmentLoan
        Share 0 where there is none.

    Returns
    -------
    DebtService
        After its last column nothing is owed.
    """
    paths, columns = spend_usd.shape
    drawn, interest, repaid = (np.zeros((paths, columns)) for _ in range(3))
    balance, opening, borrowed, owed, level, rolled, at_start, balloon = (np.zeros(paths) for _ in range(8))
    lent = equipment.share * bought_usd
    for c in range(columns):
        last, accrued = c == columns - 1, balance * project.monthly_rate
        if c <= project.rolled_until:
            rolled = rolled + accrued
            balance = balance + accrued
        else:
            interest[:, c] = accrued
        due = np.minimum(opening * project.repaid_share[c], balance)
        on_machines = owed * equipment.monthly_rate
        if c > equipment.months:
            level = level - lent[:, c - equipment.months - 1] * equipment.instalment
        due_machines = np.clip(level - on_machines, 0.0, owed)
        interest[:, c] += on_machines
        if last:
            balloon = balance - due + owed - due_machines
            due, due_machines = balance, owed
        repaid[:, c] = due + due_machines
        balance, owed = balance - due, owed - due_machines
        if not last:
            draw = np.minimum(project.share * spend_usd[:, c], project.commitment_usd - borrowed)
            drawn[:, c] = draw + lent[:, c]
            borrowed, balance, owed = borrowed + draw, balance + draw, owed + lent[:, c]
            level = level + lent[:, c] * equipment.instalment
        if c == project.rolled_until:
            opening, at_start = balance, balance + owed
    return DebtService(drawn, interest, repaid, rolled, at_start, balloon)


def cover_ratios(cash_usd: FloatArray, service_usd: FloatArray, first: int, until: int) -> FloatArray:
    """Return the debt service cover ratio of every year of the loan.

    Parameters
    ----------
    cash_usd, service_usd : FloatArray, shape (paths, months + 1)
        Cash available for debt service, and scheduled service.
    first, until : int
        Columns of the first and the last payment.

    Returns
    -------
    FloatArray, shape (paths, years)
        Twelve months each from the first payment on, the last year with what is left over; NaN where nothing was due.
    """
    starts = np.arange(first, max(until - MONTHS_PER_YEAR + 2, first + 1), MONTHS_PER_YEAR)
    if first > until:
        return np.full((cash_usd.shape[0], 1), np.nan)
    cash, due = (np.add.reduceat(np.ascontiguousarray(flows[:, : until + 1]), starts, axis=1) for flows in (cash_usd, service_usd))
    counts = due > np.maximum(NEGLIGIBLE * due.max(axis=1, keepdims=True), LEAST_USD)
    return np.asarray(np.divide(cash, due, out=np.full(due.shape, np.nan), where=counts))
