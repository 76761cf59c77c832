"""One build's paths after tax and debt, reduced to what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from wattmint.finance.after_tax import DRAWN, INCOME_TAX, AfterTax, after_tax
from wattmint.finance.equity_returns import mirr_by_path, multiple, real_rate
from wattmint.finance.returns import capital_need, irr_of_investment, npv, payback_months
from wattmint.risk.financed import Financed, FinancedPaths
from wattmint.risk.measures import cvar, loss_probability, spread
from wattmint.scenario.model import Scenario
from wattmint.study.corridor import BuildWalk
from wattmint.study.financing import Financing, books_of
from wattmint.study.reduce import Quarterly, added, bands, by_year, quarterly
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class CollectedFinancing:
    """One build over some paths, after tax and debt.

    Attributes
    ----------
    paths : FinancedPaths
        Per path.
    cumulative_usd : NDArray[float32], shape (paths, quarters + 1)
        Cumulative net cash flow of the owner.
    line_sums_usd : mapping of str to FloatArray, shape (years,)
        Sum over paths of every line that tax and debt add, by year.
    """

    paths: FinancedPaths
    cumulative_usd: Quarterly
    line_sums_usd: Mapping[str, FloatArray]


def finance(one: BuildWalk, number: int, financing: Financing, scenario: Scenario) -> AfterTax:
    """Return one build's walk after tax and debt.

    Parameters
    ----------
    one : BuildWalk
        From `corridor.walk`.
    number : int
        Of the build.
    financing : Financing
        Terms, loans sized.
    scenario : Scenario
        What was asked.

    Returns
    -------
    AfterTax
        Of the chunk's paths.
    """
    return after_tax(books_of(one, financing, scenario), financing.tax, financing.debt_of(number))


def collect_financed(result: AfterTax, discount_rate: float, equity_rate: float) -> CollectedFinancing:
    """Reduce a chunk after tax and debt to what is kept.

    Parameters
    ----------
    result : AfterTax
        From `finance`.
    discount_rate, equity_rate : float
        Per year: of the build without debt, and of the owner's money.

    Returns
    -------
    CollectedFinancing
        Of this chunk.
    """
    equity, none = result.equity, np.zeros(result.equity.shape[0])
    need = capital_need(equity)
    irr, roots = irr_of_investment(equity, need)
    least, mean = _cover(result.cover, none)
    levered = result.unlevered is not equity
    paths = FinancedPaths(
        equity_npv_usd=npv(equity, equity_rate),
        equity_irr=irr,
        equity_irr_roots=roots,
        equity_mirr=mirr_by_path(equity, equity_rate),
        equity_payback_months=payback_months(equity),
        equity_multiple=multiple(equity),
        equity_need_usd=need,
        after_tax_npv_usd=npv(result.unlevered, discount_rate),
        after_tax_irr=irr_of_investment(result.unlevered, capital_need(result.unlevered))[0] if levered else irr,
        income_tax_usd=-result.lines[INCOME_TAX].sum(axis=1) if INCOME_TAX in result.lines else none,
        losses_carried_usd=result.losses_carried,
        loan_usd=result.lines[DRAWN].sum(axis=1) if DRAWN in result.lines else none,
        dscr_min=least,
        dscr_mean=mean,
        llcr=np.full(none.shape, np.nan) if result.life_cover is None else result.life_cover,
    )
    sums = {name: by_year(values).sum(axis=0) for name, values in result.lines.items()}
    return CollectedFinancing(paths, quarterly(equity), sums)


def merge_financed(chunks: Sequence[CollectedFinancing]) -> CollectedFinancing | None:
    """Put chunks together in the order of their paths; None where there are none."""
    if not chunks:
        return None
    return CollectedFinancing(
        FinancedPaths(**{f.name: np.concatenate([getattr(c.paths, f.name) for c in chunks]) for f in fields(FinancedPaths)}),
        np.concatenate([c.cumulative_usd for c in chunks]),
        added([c.line_sums_usd for c in chunks]),
    )


def financed_verdict(kept: CollectedFinancing, inflation: float, cut_by_dscr: bool | None, sizes: tuple[float, float]) -> Financed:
    """Return what to think of one build after tax and debt.

    Parameters
    ----------
    kept : CollectedFinancing
        Over all paths.
    inflation : float
        Per year.
    cut_by_dscr : bool or None
        Whether the cover ratio limits the loan; None without debt.
    sizes : tuple of float
        Grid MW, and months waited for revenue.

    Returns
    -------
    Financed
        All spreads over paths.
    """
    paths = kept.paths
    count, value, (grid_mw, waited) = paths.equity_npv_usd.size, float(paths.equity_npv_usd.mean()), sizes
    need = spread(paths.equity_need_usd)
    covered = paths.dscr_min[np.isfinite(paths.dscr_min)]
    return Financed(
        npv_usd=spread(paths.equity_npv_usd),
        irr=spread(paths.equity_irr),
        irr_real=spread(real_rate(paths.equity_irr, inflation)),
        mirr=spread(paths.equity_mirr),
        payback_months=spread(paths.equity_payback_months),
        equity_multiple=spread(paths.equity_multiple),
        capital_need_usd=need,
        irr_defined_share=float(np.isfinite(paths.equity_irr).mean()),
        irr_none_share=float((paths.equity_irr_roots == 0).mean()),
        irr_several_share=float(((paths.equity_irr_roots != 0) & ~np.isfinite(paths.equity_irr)).mean()),
        paid_back_share=float(np.isfinite(paths.equity_payback_months).mean()),
        loss_probability=loss_probability(paths.equity_npv_usd),
        cvar_npv_usd=cvar(paths.equity_npv_usd),
        after_tax_npv_usd=spread(paths.after_tax_npv_usd),
        after_tax_irr=spread(paths.after_tax_irr),
        income_tax_usd=spread(paths.income_tax_usd),
        losses_carried_usd=spread(paths.losses_carried_usd),
        loan_usd=spread(paths.loan_usd),
        dscr_min=spread(paths.dscr_min),
        dscr_mean=spread(paths.dscr_mean),
        llcr=spread(paths.llcr),
        dscr_below_one_share=None if cut_by_dscr is None else float((covered < 1.0).sum() / count),
        loan_cut_by_dscr=cut_by_dscr,
        npv_usd_per_mw=_ratio(value, grid_mw),
        npv_usd_per_usd=_ratio(value, need.mean or 0.0),
        npv_usd_per_month_waited=_ratio(value, waited),
        lines_by_year_usd={name: tuple((values / count).tolist()) for name, values in kept.line_sums_usd.items()},
        cumulative_usd=bands(kept.cumulative_usd),
    )


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0.0 else None


def _cover(cover: FloatArray | None, none: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and mean cover of each path over the years in which something was due."""
    if cover is None:
        return np.full(none.shape, np.nan), np.full(none.shape, np.nan)
    known = np.isfinite(cover)
    years = known.sum(axis=1)
    mean = np.divide(np.where(known, cover, 0.0).sum(axis=1), years, out=np.full(none.shape, np.nan), where=years > 0)
    return np.fmin.reduce(cover, axis=1), mean
