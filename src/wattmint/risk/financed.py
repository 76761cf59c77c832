"""What to think of a build after tax and debt: the owner's side of a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattmint.risk.measures import Spread
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class FinancedPaths:
    """One build's results after tax and debt, one number per path: more columns of ``paths.parquet``. All of shape (paths,).

    Attributes
    ----------
    equity_npv_usd, equity_irr, equity_mirr, equity_payback_months, equity_multiple, equity_need_usd : FloatArray
        Of the owner's money; NaN where undefined. Rates per year. `equity_need_usd` is the deepest point of its cumulative flow.
    equity_irr_roots : FloatArray
        Number of internal rates of return of the owner's money.
    after_tax_npv_usd, after_tax_irr : FloatArray
        After tax, without debt; at the discount rate of the study.
    income_tax_usd : FloatArray
        Paid over the horizon; negative where losses set against other income are worth more.
    losses_carried_usd : FloatArray
        Losses never used.
    loan_usd : FloatArray
        Drawn over the horizon, all loans.
    dscr_min, dscr_mean, llcr : FloatArray
        Debt service cover by year of the loan, its least and its mean, and loan life cover; NaN without debt.
    """

    equity_npv_usd: FloatArray
    equity_irr: FloatArray
    equity_irr_roots: FloatArray
    equity_mirr: FloatArray
    equity_payback_months: FloatArray
    equity_multiple: FloatArray
    equity_need_usd: FloatArray
    after_tax_npv_usd: FloatArray
    after_tax_irr: FloatArray
    income_tax_usd: FloatArray
    losses_carried_usd: FloatArray
    loan_usd: FloatArray
    dscr_min: FloatArray
    dscr_mean: FloatArray
    llcr: FloatArray


@dataclass(frozen=True, slots=True)
class Financed:
    """What to think of one build after tax and debt. Spreads over paths; see `FinancedPaths`.

    Attributes
    ----------
    npv_usd, irr, irr_real, mirr, payback_months, equity_multiple, capital_need_usd : Spread
        Of the owner's money, after tax and debt; `irr_real` in money of constant worth. What is discounted to the day of decision
        is in that day's money already, so that the NPV has no real form of its own.
    irr_defined_share, irr_none_share, irr_several_share, paid_back_share, loss_probability, cvar_npv_usd : float
        As in `BuildVerdict`, of the owner's money.
    after_tax_npv_usd, after_tax_irr : Spread
        After tax, without debt.
    income_tax_usd, losses_carried_usd : Spread
        Tax paid over the horizon, and losses never used.
    loan_usd, dscr_min, dscr_mean, llcr : Spread
        Zero and undefined without debt.
    dscr_below_one_share : float or None
        Share of paths in which the cash of some year of the loan does not cover its service; None without debt.
    loan_cut_by_dscr : bool or None
        Whether the cover ratio asked for makes the project loan smaller than its share of the cost; None without debt.
    npv_usd_per_mw, npv_usd_per_usd, npv_usd_per_month_waited : float or None
        Mean NPV per grid MW, per dollar of the owner's mean need and per month until the first revenue.
    lines_by_year_usd : mapping of str to tuple of float
        Mean of every line that tax and debt add, by year of the horizon.
    cumulative_usd : mapping of str to tuple of float
        As in `BuildVerdict`, of the owner's money.
    """

    npv_usd: Spread
    irr: Spread
    irr_real: Spread
    mirr: Spread
    payback_months: Spread
    equity_multiple: Spread
    capital_need_usd: Spread
    irr_defined_share: float
    irr_none_share: float
    irr_several_share: float
    paid_back_share: float
    loss_probability: float
    cvar_npv_usd: float
    after_tax_npv_usd: Spread
    after_tax_irr: Spread
    income_tax_usd: Spread
    losses_carried_usd: Spread
    loan_usd: Spread
    dscr_min: Spread
    dscr_mean: Spread
    llcr: Spread
    dscr_below_one_share: float | None
    loan_cut_by_dscr: bool | None
    npv_usd_per_mw: float | None
    npv_usd_per_usd: float | None
    npv_usd_per_month_waited: float | None
    lines_by_year_usd: Mapping[str, tuple[float, ...]]
    cumulative_usd: Mapping[str, tuple[float, ...]]
