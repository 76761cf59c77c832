"""From a chunk's cash flows to the few numbers per path that are kept, and the sums that means are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from wattmint.finance.equity_returns import mirr_by_path
from wattmint.finance.levelised import Discounted, discounted, merge_discounted
from wattmint.finance.returns import capital_need, discounted_payback_months, irr_of_investment, npv, payback_months, roi
from wattmint.finance.treasury import COIN_LINES
from wattmint.risk.verdict import PathResults
from wattmint.study.corridor import BuildWalk
from wattmint.study.financed import CollectedFinancing, merge_financed
from wattmint.study.reduce import Quarterly, added, by_year, quarterly
from wattmint.types import FloatArray, World
from wattmint.units import MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Collected:
    """One build over some paths.

    Attributes
    ----------
    paths : PathResults
        Per path.
    strike_usd_per_mwh : FloatArray, shape (paths,)
        Mean strike of the interruptible part's first full year, in the mode that stays on longest; NaN without one.
    cumulative_usd : NDArray[float32], shape (paths, quarters + 1)
        Cumulative net cash flow.
    line_sums_usd : mapping of str to FloatArray, shape (years,)
        Sum over paths of every line, by year; the decision day counts to the first.
    sums : mapping of str to float
        Sums over paths and months: ``on_h``, ``able_h`` (hours run, and hours able to run, of the interruptible part
        weighted by what is in service), ``grid_mwh``, ``energy_usd``.
    levelised : mapping of str to Discounted
        Discounted costs and output, by unit.
    financed : CollectedFinancing or None
        After tax and debt; None without them.
    """

    paths: PathResults
    strike_usd_per_mwh: FloatArray
    cumulative_usd: Quarterly
    line_sums_usd: Mapping[str, FloatArray]
    sums: Mapping[str, float]
    levelised: Mapping[str, Discounted]
    financed: CollectedFinancing | None = None


def collect(walk: BuildWalk, world: World, discount_rate: float, financed: CollectedFinancing | None = None) -> Collected:
    """Reduce one build's walk through a chunk to what is kept.

    Parameters
    ----------
    walk : BuildWalk
        From `corridor.walk`.
    world : World
        The same chunk's World.
    discount_rate : float
        Per year.
    financed : CollectedFinancing, optional
        The same chunk after tax and debt.

    Returns
    -------
    Collected
        Of this chunk.
    """
    net = walk.cashflow.net
    need = capital_need(net)
    irr, roots = irr_of_investment(net, need)
    grid_mwh = np.sum([run.grid_mwh.sum(axis=1) for run in walk.dispatches], axis=0)
    results = PathResults(
        npv_usd=npv(net, discount_rate),
        irr=irr,
        irr_roots=roots,
        mirr=mirr_by_path(net, discount_rate),
        roi=roi(net),
        capital_need_usd=need,
        payback_months=payback_months(net),
        discounted_payback_months=discounted_payback_months(net, discount_rate),
        bitcoin=_bitcoin(walk.cashflow.lines, world),
        bitcoin_kept=np.zeros(world.paths) if walk.coins is None else walk.coins.kept,
        btc_end_usd=world.btc_usd[:, -1].copy(),
        grid_mwh=grid_mwh,
        net_by_year_usd=by_year(net),
    )
    line_sums = {name: by_year(values).sum(axis=0) for name, values in walk.cashflow.lines.items()}
    units = discounted(walk.parts, walk.offers, walk.dispatches, discount_rate)
    return Collected(results, _first_year_strike(walk, world), quarterly(net), line_sums, _sums(walk, world), units, financed)


def merge(chunks: Sequence[Collected]) -> Collected:
    """Put chunks together in the order of their paths.

    Parameters
    ----------
    chunks : sequence of Collected
        All of one build.

    Returns
    -------
    Collected
        Of all their paths. Sums are added in the given order, so the bits do not depend on who computed what first.
    """
    paths = PathResults(**{f.name: np.concatenate([getattr(c.paths, f.name) for c in chunks]) for f in fields(PathResults)})
    sums: dict[str, float] = {}
    for chunk in chunks:
        for name, value in chunk.sums.items():
            sums[name] = sums.get(name, 0.0) + value
    return Collected(
        paths,
        np.concatenate([c.strike_usd_per_mwh for c in chunks]),
        np.concatenate([c.cumulative_usd for c in chunks]),
        added([c.line_sums_usd for c in chunks]),
        sums,
        merge_discounted([c.levelised for c in chunks]),
        merge_financed([c.financed for c in chunks if c.financed is not None]),
    )


def _bitcoin(lines: Mapping[str, FloatArray], world: World) -> FloatArray:
    coins = np.zeros(world.paths)
    for name in COIN_LINES:
        if name in lines:
            coins += (lines[name][:, 1:] / world.btc_usd).sum(axis=1)
    return coins


def _first_year_strike(walk: BuildWalk, world: World) -> FloatArray:
    for plan, offer in zip(walk.build.plans, walk.offers, strict=True):
        if offer.interruptible:
            end = plan.stay.end(world.months)
            first = min(plan.first_month + plan.ramp_months, end - 1)
            strike = np.sum([np.broadcast_to(line, world.btc_usd.shape) for line in offer.per_mwh.values()], axis=0)
            # The thriftiest mode is the last to stop: above what its MWh earns nothing runs.
            return np.asarray(strike[:, first : min(first + MONTHS_PER_YEAR, end)].mean(axis=1)) * offer.steps[0].value_share
    return np.full(world.paths, np.nan)


def _sums(walk: BuildWalk, world: World) -> dict[str, float]:
    sums = {"on_h": 0.0, "able_h": 0.0, "grid_mwh": 0.0, "energy_usd": 0.0}
    for offer, run in zip(walk.offers, walk.dispatches, strict=True):
        sums["grid_mwh"] += float(run.grid_mwh.sum())
        sums["energy_usd"] += float(run.energy_usd.sum())
        if offer.interruptible:
            in_service = np.broadcast_to(offer.in_service, run.hours_on.shape) * offer.it_mw
            sums["on_h"] += float((run.hours_on * in_service).sum())
            sums["able_h"] += float((world.hours * in_service).sum())
    return sums
