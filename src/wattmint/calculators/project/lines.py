"""The project-finance calculator: one project, one owner, one loan, US taxes, by the year; the reference tool's names and lines."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.calculators.project.case import project_of
from wattmint.finance.equity_returns import multiple
from wattmint.finance.functions import mirr, present_value
from wattmint.finance.irr import IrrResult, irr
from wattmint.finance.macrs import macrs_shares
from wattmint.finance.reference_irr import reference_irr
from wattmint.finance.returns import payback_months
from wattmint.finance.single_owner import OwnerLines, Project, levelised_usd_per_kwh, owner_lines
from wattmint.types import FloatArray

PER_CENT: Final = 100.0

SCALARS: Final = (
    "size_of_debt", "size_of_equity", "project_return_aftertax_irr", "project_return_aftertax_npv", "min_dscr", "lcoe_nom", "lcoe_real", "lppa_nom",
)  # fmt: skip
"""Results of the reference tool that are one number: USD, per cent, USD, ratio, cents per kWh."""

LINES: Final = (
    "cf_total_revenue", "cf_operating_expenses", "cf_ebitda", "cf_debt_payment_interest", "cf_debt_payment_principal", "cf_debt_balance",
    "cf_feddepr_total", "cf_stadepr_total", "cf_statax", "cf_fedtax", "cf_project_return_aftertax", "cf_pretax_dscr",
)  # fmt: skip
"""Its lines: one number for each year, year 0 first."""


@dataclass(frozen=True, slots=True)
class ProjectReturns:
    """What the owner's after-tax flow returns beside the reference tool's numbers.

    Attributes
    ----------
    irr_percent : float or None
        The exact rate of return where there is exactly one.
    irr_status, irr_reason : str
        ``unique``, ``multiple`` or ``undefined``, and why it is not unique.
    irr_roots_percent : tuple of float
        Every rate at which the present value vanishes.
    sign_changes : int
        How often the flow changes its sign.
    mirr_percent : float or None
        Modified rate of return, financed and reinvested at the nominal discount rate.
    payback_years : float or None
        Until the owner has the money back.
    equity_multiple : float or None
        Money received over money put in.
    average_dscr, llcr : float or None
        Mean cover ratio of the years with debt service; worth of the cash during the loan, at its rate, over the loan.
    fee_usd, first_reserve_usd : float
        Paid to the lender and put aside on day zero.
    undepreciated_usd : float
        Cost whose deduction the end of the project cuts off, for the federal tax.
    """

    irr_percent: float | None
    irr_status: str
    irr_reason: str
    irr_roots_percent: tuple[float, ...]
    sign_changes: int
    mirr_percent: float | None
    payback_years: float | None
    equity_multiple: float | None
    average_dscr: float | None
    llcr: float | None
    fee_usd: float
    first_reserve_usd: float
    undepreciated_usd: float


@dataclass(frozen=True, slots=True)
class ProjectFinance:
    """A case worked out.

    Attributes
    ----------
    project : Project
        What was asked.
    outputs : mapping
        `SCALARS` and `LINES` by the reference tool's names; lines as lists of years + 1 numbers, None for what is undefined.
    lines : OwnerLines
        The same and more as arrays.
    returns : ProjectReturns
        Further returns.
    notes : tuple of str
        What a reader should know of this case.
    """

    project: Project
    outputs: Mapping[str, Any]
    lines: OwnerLines
    returns: ProjectReturns
    notes: tuple[str, ...]


def project_finance(given: Mapping[str, Any]) -> ProjectFinance:
    """Work out a case.

    Parameters
    ----------
    given : mapping
        Fields by name, see `wattmint.calculators.project.case.FIELDS`.

    Returns
    -------
    ProjectFinance
        By the conventions of `wattmint.finance.single_owner`.

    Raises
    ------
    InputError
        If a field is refused.

    Examples
    --------
    >>> case = dict(kw=1000, n=10, fed=0.21, state=0, real=0.06, infl=0.02, ppa=0.06, esc=0.01, tenor=7, i=0.06, dscr=1.4)
    >>> case |= dict(debt_option=1, opex=100_000, macrs=5, bonus=1, capex=2_000_000)
    >>> round(project_finance(case).outputs["size_of_debt"])
    1711036
    """
    project = project_of(given)
    lines = owner_lines(project)
    found = irr(lines.after_tax)
    exact = found.roots[0] if found.status == "unique" else math.nan
    returns = _returns(project, lines, found)
    by_name = dict(zip(LINES, _arrays(lines), strict=True))
    scalars = _scalars(project, lines, exact)
    outputs: dict[str, Any] = {name: _finite(value) for name, value in zip(SCALARS, scalars, strict=True)}
    outputs |= {name: [value + 0.0 for value in values.tolist()] for name, values in by_name.items()}
    return ProjectFinance(project, outputs, lines, returns, tuple(_notes(project, lines, returns)))


def _scalars(project: Project, lines: OwnerLines, exact_irr: float) -> tuple[float, ...]:
    """As `SCALARS` names them; where the reference tool finds no rate of return, the exact one stands if it is the only one."""
    reference = reference_irr(lines.after_tax)
    rate = math.nan if lines.equity_usd <= 0.0 else exact_irr if math.isnan(reference) else reference
    worth = float(present_value(project.nominal_rate, lines.after_tax))
    levelised = levelised_usd_per_kwh(project, lines)
    cover = lines.cover[lines.loan.service != 0.0]
    least = float(cover.min()) if cover.size else math.nan
    return lines.loan.size_usd, lines.equity_usd, PER_CENT * rate, worth, least, *(PER_CENT * usd for usd in levelised)


def _arrays(lines: OwnerLines) -> tuple[FloatArray, ...]:
    """As `LINES` names them."""
    loan = lines.loan
    debt = (loan.interest, loan.principal, loan.balance)
    tax = (lines.federal_depreciation, lines.state_depreciation, lines.state_tax, lines.federal_tax)
    return (lines.revenue, lines.operating_expenses, lines.ebitda, *debt, *tax, lines.after_tax, lines.cover)


def _returns(project: Project, lines: OwnerLines, found: IrrResult) -> ProjectReturns:
    net, cover = lines.after_tax[None, :], lines.cover[lines.loan.service != 0.0]
    in_loan = lines.ebitda * (np.arange(lines.ebitda.size) <= project.loan.years)
    worth = float(present_value(project.loan.rate, in_loan))
    return ProjectReturns(
        irr_percent=PER_CENT * found.roots[0] if found.status == "unique" else None,
        irr_status=found.status,
        irr_reason=found.reason,
        irr_roots_percent=tuple(PER_CENT * root for root in found.roots),
        sign_changes=found.sign_changes,
        mirr_percent=_finite(PER_CENT * float(mirr(lines.after_tax, project.nominal_rate, project.nominal_rate))),
        payback_years=_finite(float(payback_months(net)[0])),
        equity_multiple=_finite(float(multiple(net)[0])),
        average_dscr=float(cover.mean()) if cover.size else None,
        llcr=worth / lines.loan.size_usd if lines.loan.size_usd > 0.0 else None,
        fee_usd=lines.loan.fee_usd,
        first_reserve_usd=float(lines.loan.reserve[0]),
        undepreciated_usd=project.capex_usd * (1.0 - project.bonus) * float(macrs_shares(project.recovery_years)[project.years :].sum()),
    )


def _notes(project: Project, lines: OwnerLines, returns: ProjectReturns) -> list[str]:
    notes = []
    if lines.loan.capped:
        notes.append(f"the loan was held down to {project.loan.cap_share:.0%} of the cost; cover is above the {project.loan.cover:g} asked for")
    if project.loan.kind == "sculpted" and (lines.ebitda[1 : project.loan.years + 1] < 0.0).any():
        notes.append("a year without cash pays nothing to the sculpted loan; its interest is added to what is owed")
    if lines.equity_usd <= 0.0:
        notes.append("the owner puts in no money: a rate of return on equity has no meaning")
    if returns.irr_status != "unique":
        mirr_words = "" if returns.mirr_percent is None else f"; MIRR at the discount rate is {returns.mirr_percent:.2f} %"
        notes.append(f"rate of return {returns.irr_status}: {returns.irr_reason}{mirr_words}")
    if returns.undepreciated_usd > 0.0:
        notes.append(f"the project ends before its depreciation: {returns.undepreciated_usd:,.0f} USD of cost are never deducted")
    return notes


def _finite(value: float) -> float | None:
    return value + 0.0 if math.isfinite(value) else None
