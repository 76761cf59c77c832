"""From a build's cash flow before tax to its owner's: property, margin and income tax, and debt, as named lines on every path.

Income of a tax year is what the site earns, salvage included, less depreciation, deductible interest, the loan's fee and the other
taxes; working capital is no income. Taxes are paid in equal parts with the months of their year, as instalments are. A loss is
carried forward, or set at once against the owner's other income: then it is worth money in its own year. Losses, and interest above
its limit, that are still carried when the horizon ends are worth nothing here. Value-added tax on works and machines is paid with
them and refunded later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.finance.debt_paths import debt_service_by_path, reserve_flows_by_path
from wattmint.finance.debt_service import LEAST_USD, DebtService, cover_ratios
from wattmint.finance.debt_sizing import SizedDebt
from wattmint.finance.depreciation import TaxYears, basis_by_year
from wattmint.finance.tax import limit_interest, use_losses
from wattmint.finance.tax_terms import TaxTerms
from wattmint.types import FloatArray, IntArray

INCOME_TAX, MARGIN_TAX, PROPERTY_TAX, VAT = "income tax", "margin tax", "property tax", "VAT"
DRAWN, INTEREST, REPAID, FEE, RESERVE = "loan drawn", "loan interest", "loan repaid", "loan fee", "reserve"
"""Names of the lines that tax and debt add."""

MARGIN_SHARE: Final = 0.70
"""Gross margin counts at most as this share of revenue (Texas Tax Code 171.101)."""


@dataclass(frozen=True, slots=True)
class Outlay:
    """One class of property that a build pays for.

    Attributes
    ----------
    usd : FloatArray, shape (paths, months + 1)
        Payments, positive.
    service_year : IntArray, shape (months + 1,)
        Tax year in which what a column pays enters service.
    deducted, assessed : FloatArray, shape (years, years)
        What a dollar deducts, and what it is assessed at, by year of service and tax year.
    """

    usd: FloatArray
    service_year: IntArray
    deducted: FloatArray
    assessed: FloatArray


@dataclass(frozen=True, slots=True)
class Books:
    """A build before tax and debt, arrays of shape (paths, months + 1) [USD].

    Attributes
    ----------
    net : FloatArray
        The sum of all lines.
    works, machines : tuple of Outlay
        What its outlay lines pay for; together they are all capital but salvage.
    salvage, working_capital : FloatArray
        Those lines; shape (1, 1) where there are none.
    revenue, power : FloatArray
        Revenue, and the power bill net of what tenants reimburse (negative = paid), which a tax on gross margin looks at.
    financed, bought : FloatArray
        Outlays that the project loan and the equipment loan share in, positive.
    """

    net: FloatArray
    works: tuple[Outlay, ...]
    machines: tuple[Outlay, ...]
    salvage: FloatArray
    working_capital: FloatArray
    revenue: FloatArray
    power: FloatArray
    financed: FloatArray
    bought: FloatArray

    def cash(self) -> FloatArray:
        """Return what is there for debt service before tax: net without outlays and salvage, shape (paths, months + 1)."""
        cash = self.net - self.salvage
        for outlay in (*self.works, *self.machines):
            cash += outlay.usd
        return cash


@dataclass(frozen=True, slots=True)
class AfterTax:
    """A build after tax and debt.

    Attributes
    ----------
    lines : mapping of str to FloatArray, shape (paths, months + 1)
        What tax and debt add to the lines before them; lines that cannot be are left out.
    unlevered, equity : FloatArray, shape (paths, months + 1)
        Net cash after tax without debt, and the owner's with it (the same where there is none).
    cover : FloatArray, shape (paths, years) or None
        Debt service cover ratio of each year of the loan; NaN where nothing was due; None without debt.
    life_cover : FloatArray, shape (paths,) or None
        Loan life cover ratio: present value of the loan's years of cash over what is owed at full service.
    taxable, losses_carried, interest_carried : FloatArray, shape (paths,)
        Income over all years before old losses, what is left of them at the end, and interest never deducted (with debt).
    """

    lines: Mapping[str, FloatArray]
    unlevered: FloatArray
    equity: FloatArray
    cover: FloatArray | None
    life_cover: FloatArray | None
    taxable: FloatArray
    losses_carried: FloatArray
    interest_carried: FloatArray


@dataclass(frozen=True, slots=True)
class _Earned:
    """What tax looks at beside debt; sums by tax year of shape (paths, years)."""

    tax: TaxTerms
    ebitda: FloatArray
    sold: FloatArray
    written_off: FloatArray


@dataclass(frozen=True, slots=True)
class _Charge:
    """Income tax as a line, and what is carried; see `AfterTax`."""

    line: FloatArray
    taxable: FloatArray
    losses_carried: FloatArray
    interest_carried: FloatArray


def after_tax(books: Books, tax: TaxTerms | None, debt: SizedDebt | None) -> AfterTax:
    """Return what tax and debt leave.

    Parameters
    ----------
    books : Books
        Before both.
    tax : TaxTerms or None
        None: no tax.
    debt : SizedDebt or None
        None: no loan.

    Returns
    -------
    AfterTax
        ``books.net`` plus all `lines` is `equity`, to rounding.
    """
    lines = {} if tax is None else _levies(books, tax)
    cash, unlevered = books.cash(), books.net.copy()
    for name, levy in lines.items():
        unlevered += levy
        if name != VAT:
            cash += levy
    earned = None if tax is None else _earned(books, tax, cash)
    equity = unlevered if debt is None else unlevered.copy()
    charge = _nothing(equity) if earned is None else _income_tax(earned)
    unlevered += charge.line
    if debt is not None:
        service = debt_service_by_path(books.financed, books.bought, debt.project, debt.equipment)
        if earned is not None:
            charge = _levered_tax(books, earned, service, debt)
            equity += charge.line
            cash += charge.line
        due = service.scheduled_usd()
        loans = _loan_lines(service, debt, cash, due)
        for line in loans.values():
            equity += line
        lines |= loans
    if earned is not None:
        lines[INCOME_TAX] = charge.line
    carried = (charge.taxable, charge.losses_carried, charge.interest_carried)
    if debt is None:
        return AfterTax(lines, unlevered, equity, None, None, *carried)
    cover = cover_ratios(cash, due, debt.project.rolled_until + 1, debt.ends)
    return AfterTax(lines, unlevered, equity, cover, _life_cover(cash, service, debt), *carried)


def _levies(books: Books, tax: TaxTerms) -> dict[str, FloatArray]:
    """Property tax, margin tax and VAT: what does not depend on the other taxes."""
    levies: dict[str, FloatArray] = {}
    if tax.property_rate > 0.0:
        value = np.zeros((books.net.shape[0], tax.years.count))
        for outlay in (*books.works, *books.machines):
            value += _by_table(outlay, outlay.assessed)
        levies[PROPERTY_TAX] = _by_month(-tax.property_rate * value, tax.years)
    if tax.margin_rate > 0.0:
        revenue, power = tax.years.sums(books.revenue), tax.years.sums(books.power)
        margin = np.maximum(np.minimum(MARGIN_SHARE * revenue, revenue + power), 0.0)
        levies[MARGIN_TAX] = _by_month(-tax.margin_rate * margin, tax.years)
    if tax.vat_rate > 0.0:
        paid = np.zeros(books.net.shape)
        for outlay in (*books.works, *books.machines):
            paid -= tax.vat_rate * outlay.usd
        levies[VAT] = _refunded(paid, tax.vat_refund_months)
    return levies


def _earned(books: Books, tax: TaxTerms, cash: FloatArray) -> _Earned:
    ebitda = tax.years.sums(cash)
    if books.working_capital.any():
        ebitda -= tax.years.sums(books.working_capital)
    written_off = np.zeros(ebitda.shape)
    for outlay in (*books.works, *books.machines):
        written_off += _by_table(outlay, outlay.deducted)
    # Machines sold before the end are taxed on all they fetch: what is left of their basis goes on being deducted, to the end of their part.
    sold = tax.years.sums(np.broadcast_to(books.salvage, books.net.shape))
    return _Earned(tax, ebitda, sold, written_off)


def _nothing(like: FloatArray) -> _Charge:
    none = np.zeros(like.shape[0])
    return _Charge(np.zeros(like.shape), none, none, none)


def _levered_tax(books: Books, earned: _Earned, service: DebtService, debt: SizedDebt) -> _Charge:
    """Income tax with debt. Interest of the construction time is part of the cost of the works that are finished last."""
    years, rolled = earned.tax.years, np.zeros(earned.ebitda.shape)
    built = tuple(outlay for outlay in books.works if outlay.usd.any()) or books.works
    if built:
        last = max(built, key=lambda outlay: int(outlay.service_year[0]))
        rolled = service.rolled_up_usd[:, None] * last.deducted[int(last.service_year[0])]
    return _income_tax(earned, years.sums(service.interest_usd), _fee_by_year(debt, years) + rolled)


def _income_tax(earned: _Earned, interest: FloatArray | float = 0.0, cost_of_debt: FloatArray | float = 0.0) -> _Charge:
    tax, written_off = earned.tax, earned.written_off + cost_of_debt
    limited = earned.ebitda - written_off if tax.interest_after_depreciation else earned.ebitda
    deducted, interest_carried = limit_interest(interest, limited, tax.interest_limit)
    income = earned.ebitda + earned.sold - written_off - deducted
    if tax.losses_used:
        taxed, left = income, np.zeros(income.shape[0])
    else:
        used, losses = use_losses(income, tax.loss_limit)
        taxed, left = np.maximum(income, 0.0) - used, losses[:, -1]
    return _Charge(_by_month(-tax.rate * taxed, tax.years), income.sum(axis=1), left, interest_carried[:, -1])


def _fee_by_year(debt: SizedDebt, years: TaxYears) -> FloatArray:
    """Return the fee by tax year: deducted in equal parts a month from the decision to the end of the loan."""
    months = np.zeros((1, years.months + 1))
    months[0, 1 : debt.ends + 1] = debt.fee_usd / max(debt.ends, 1)
    return years.sums(months)


def _loan_lines(service: DebtService, debt: SizedDebt, cash: FloatArray, due: FloatArray) -> dict[str, FloatArray]:
    lines = {DRAWN: service.drawn_usd, INTEREST: -service.interest_usd, REPAID: -service.repaid_usd}
    if debt.fee_usd > 0.0:
        lines[FEE] = np.zeros(cash.shape)
        lines[FEE][:, 0] = -debt.fee_usd
    if debt.reserve_months > 0:
        lines[RESERVE] = reserve_flows_by_path(cash, due, debt.reserve_months, min(debt.project.rolled_until, cash.shape[1] - 1))
    return lines


def _life_cover(cash: FloatArray, service: DebtService, debt: SizedDebt) -> FloatArray:
    first = debt.project.rolled_until + 1
    discount = (1.0 + debt.project.monthly_rate) ** -(np.arange(first, debt.ends + 1) - debt.project.rolled_until)
    worth, owed = np.einsum("pm,m->p", cash[:, first : debt.ends + 1], discount), service.owed_at_start_usd
    return np.asarray(np.divide(worth, owed, out=np.full(owed.shape, np.nan), where=owed > LEAST_USD))


def _by_table(outlay: Outlay, table: FloatArray) -> FloatArray:
    # einsum, not a matrix product: the latter may add in another order on another number of threads.
    return np.asarray(np.einsum("pv,vy->py", basis_by_year(outlay.usd, outlay.service_year, table.shape[0]), table))


def _by_month(by_year: FloatArray, years: TaxYears) -> FloatArray:
    """Return what a year owes in equal parts of its months."""
    line, first = np.zeros((by_year.shape[0], years.months + 1)), 1
    # A slice at a time: five times as fast as repeating columns.
    for year, last in enumerate(years.last_columns.tolist()):
        line[:, first : last + 1] = by_year[:, year, None] / (last + 1 - first)
        first = last + 1
    return line


def _refunded(paid: FloatArray, months: int) -> FloatArray:
    """Add the refund of every payment, at the latest with the last column."""
    line, last = paid.copy(), paid.shape[1] - 1
    if months <= last:
        line[:, months:] -= paid[:, : last + 1 - months]
    line[:, last] -= paid[:, max(last + 1 - months, 0) :].sum(axis=1)
    return line
