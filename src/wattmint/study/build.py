"""One build's verdict from what was collected over its paths."""

from collections.abc import Sequence

import numpy as np

from wattmint.finance.levelised import Discounted
from wattmint.finance.returns import discount_factors
from wattmint.risk.beside import CoinInstead, Levelised
from wattmint.risk.measures import UNDEFINED, Spread, cvar, loss_probability, spread
from wattmint.risk.phase import Phase
from wattmint.risk.verdict import BuildVerdict, PathResults
from wattmint.scenario.model import Scenario
from wattmint.study.collect import Collected
from wattmint.study.corridor import PreparedBuild
from wattmint.study.financed import financed_verdict
from wattmint.study.reduce import bands
from wattmint.types import ZERO_LINE, FloatArray
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.phases import most_grid_mw

_ZERO = Spread(0.0, 0.0, 0.0, 0.0)


def build_verdict(
    build: PreparedBuild, result: Collected, best_share: float, scenario: Scenario, btc_usd: float, cut_by_dscr: bool | None = None
) -> BuildVerdict:
    """Return what to think of one build.

    Parameters
    ----------
    build : PreparedBuild
        As planned.
    result : Collected
        Over all paths.
    best_share : float
        Share of paths in which it beats all others.
    scenario : Scenario
        Its site's capital, horizon and inflation; whether it has a treasury.
    btc_usd : float
        Coin price on the day of decision.
    cut_by_dscr : bool or None
        Whether a cover ratio limits its loan; None without debt.

    Returns
    -------
    BuildVerdict
        All spreads over paths.
    """
    paths = result.paths
    count = paths.npv_usd.size
    need = spread(paths.capital_need_usd)
    grid_mw, total_mw = most_grid_mw(build.plans), sum(plan.grid_mw for plan in build.plans)
    waited = sum(plan.first_month * plan.grid_mw for plan in build.plans) / total_mw if total_mw else 0.0
    mean_npv, sums = float(paths.npv_usd.mean()), result.sums
    financed = None if result.financed is None else financed_verdict(result.financed, scenario.money.inflation, cut_by_dscr, (grid_mw, waited))
    decisive_need = (need if financed is None else financed.capital_need_usd).p50 or 0.0
    capital_usd = scenario.site.capital_usd
    return BuildVerdict(
        name=build.name,
        parts=tuple(plan.label for plan in build.plans),
        grid_mw=grid_mw,
        months_to_revenue=min(plan.first_month for plan in build.plans),
        capital_need_usd=need,
        capital_gap_usd=None if capital_usd is None else max(0.0, decisive_need - capital_usd),
        npv_usd=spread(paths.npv_usd),
        irr=spread(paths.irr),
        irr_defined_share=float(np.isfinite(paths.irr).mean()),
        payback_months=spread(paths.payback_months),
        discounted_payback_months=spread(paths.discounted_payback_months),
        paid_back_share=float(np.isfinite(paths.payback_months).mean()),
        roi=spread(paths.roi),
        loss_probability=loss_probability(paths.npv_usd),
        cvar_npv_usd=cvar(paths.npv_usd),
        best_share=best_share,
        npv_usd_per_mw=_ratio(mean_npv, grid_mw),
        npv_usd_per_usd=_ratio(mean_npv, need.mean or 0.0),
        npv_usd_per_month_waited=_ratio(mean_npv, waited),
        uptime=_ratio(sums["on_h"], sums["able_h"]),
        energy_usd_per_mwh=_ratio(sums["energy_usd"], sums["grid_mwh"]),
        bitcoin=spread(paths.bitcoin),
        lines_by_year_usd={name: tuple((values / count).tolist()) for name, values in result.line_sums_usd.items()},
        cumulative_usd=bands(result.cumulative_usd),
        payback_histogram=_histogram(paths.payback_months, scenario.study.horizon_months),
        strike_usd_per_mwh=spread(result.strike_usd_per_mwh),
        inputs=tuple(dict.fromkeys(used for plan in build.plans for used in plan.inputs)),
        mirr=spread(paths.mirr),
        irr_none_share=float((paths.irr_roots == 0).mean()),
        irr_several_share=float(((paths.irr_roots != 0) & ~np.isfinite(paths.irr)).mean()),
        levelised=tuple(_levelised(unit, found) for unit, found in result.levelised.items()),
        coin_instead=_coin_instead(paths, need.p50 or 0.0, btc_usd, scenario),
        bitcoin_kept=None if scenario.treasury is None else spread(paths.bitcoin_kept),
        financed=financed,
        phases=_phases(build),
    )


def _phases(build: PreparedBuild) -> tuple[Phase, ...]:
    """Return when each part runs; empty where all are built at the start and run to the end."""
    if not any(plan.from_month or plan.until_month is not None for plan in build.plans):
        return ()
    kinds = (plan.label.partition(",")[0] for plan in build.plans)
    return tuple(Phase(kind, p.grid_mw, p.from_month, p.first_month, p.until_month) for kind, p in zip(kinds, build.plans, strict=True))


def _levelised(unit: str, found: Discounted) -> Levelised:
    return Levelised(unit, spread(found.usd_per_unit), _ratio(float(found.cost_usd.sum()), float(found.made.sum())))


def _coin_instead(paths: PathResults, capital_usd: float, btc_usd: float, scenario: Scenario) -> CoinInstead | None:
    """Return what the build's capital would make as coins: one sum on all paths, because on the day of decision nobody knows a path's own."""
    if capital_usd <= 0.0:
        return None
    months = scenario.study.horizon_months
    growth = paths.btc_end_usd / btc_usd
    npv_usd = capital_usd * (growth * discount_factors(scenario.money.discount_rate, months)[-1] - 1.0)
    return CoinInstead(
        capital_usd=capital_usd,
        coins=capital_usd / btc_usd,
        npv_usd=spread(npv_usd),
        irr=spread(growth ** (MONTHS_PER_YEAR / months) - 1.0),
        loss_probability=loss_probability(npv_usd),
        build_ahead_share=float((paths.npv_usd > npv_usd).mean()),
    )


def zero_line(best_share: float, others: Sequence[BuildVerdict]) -> BuildVerdict:
    """Return the verdict of doing nothing: the land is kept, nothing is spent or earned.

    Parameters
    ----------
    best_share : float
        Share of paths in which every other build loses money.
    others : sequence of BuildVerdict
        The builds it stands beside; their time axes are taken over.

    Returns
    -------
    BuildVerdict
        All zeros; rates of return undefined.
    """
    axis = others[0].cumulative_usd["month"]
    years = others[0].payback_histogram["year"]
    flat = (0.0,) * len(axis)
    return BuildVerdict(
        name=ZERO_LINE,
        parts=("the land is kept; nothing is spent or earned",),
        grid_mw=0.0,
        months_to_revenue=0,
        capital_need_usd=_ZERO,
        capital_gap_usd=None if others[0].capital_gap_usd is None else 0.0,
        npv_usd=_ZERO,
        irr=UNDEFINED,
        irr_defined_share=0.0,
        payback_months=UNDEFINED,
        discounted_payback_months=UNDEFINED,
        paid_back_share=0.0,
        roi=UNDEFINED,
        loss_probability=0.0,
        cvar_npv_usd=0.0,
        best_share=best_share,
        npv_usd_per_mw=None,
        npv_usd_per_usd=None,
        npv_usd_per_month_waited=None,
        uptime=None,
        energy_usd_per_mwh=None,
        bitcoin=_ZERO,
        lines_by_year_usd={},
        cumulative_usd={"month": axis, "p10": flat, "p50": flat, "p90": flat, "mean": flat},
        payback_histogram={"year": years, "share": (0.0,) * len(years)},
        strike_usd_per_mwh=UNDEFINED,
        inputs=(),
    )


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0.0 else None


def _histogram(payback_months: FloatArray, horizon_months: int) -> dict[str, tuple[float, ...]]:
    edges = np.arange(0, horizon_months + MONTHS_PER_YEAR, MONTHS_PER_YEAR)
    paid = payback_months[np.isfinite(payback_months)]
    counts, _ = np.histogram(paid, bins=edges)
    years = (edges[1:] / MONTHS_PER_YEAR).tolist()
    return {"year": tuple(years), "share": tuple((counts / payback_months.size).tolist())}
