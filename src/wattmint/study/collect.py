"""From a chunk's cash flows to the few numbers per path that are kept, and the sums that means are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from wattmint.finance.returns import capital_need, discounted_payback_months, irr_by_path, npv, payback_months, roi
from wattmint.risk.verdict import PathResults
from wattmint.study.corridor import BuildWalk
from wattmint.types import FloatArray, World
from wattmint.units import MONTHS_PER_YEAR

COIN_LINES = ("subsidy", "transaction fees")
"""Cash-flow lines that are coins at the month's price."""

BAND_STEP_MONTHS = 3
"""The cumulative cash flow is kept quarterly: enough for a picture, a third of the memory."""


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
    """

    paths: PathResults
    strike_usd_per_mwh: FloatArray
    cumulative_usd: np.ndarray[tuple[int, int], np.dtype[np.float32]]
    line_sums_usd: Mapping[str, FloatArray]
    sums: Mapping[str, float]


def collect(walk: BuildWalk, world: World, discount_rate: float) -> Collected:
    """Reduce one build's walk through a chunk to what is kept.

    Parameters
    ----------
    walk : BuildWalk
        From `corridor.walk`.
    world : World
        The same chunk's World.
    discount_rate : float
        Per year.

    Returns
    -------
    Collected
        Of this chunk.
    """
    net = walk.cashflow.net
    irr, roots = irr_by_path(net)
    grid_mwh = np.sum([run.grid_mwh.sum(axis=1) for run in walk.dispatches], axis=0)
    results = PathResults(
        npv_usd=npv(net, discount_rate),
        irr=irr,
        irr_roots=roots.astype(np.float64),
        roi=roi(net),
        capital_need_usd=capital_need(net),
        payback_months=payback_months(net),
        discounted_payback_months=discounted_payback_months(net, discount_rate),
        bitcoin=_bitcoin(walk.cashflow.lines, world),
        grid_mwh=grid_mwh,
        net_by_year_usd=by_year(net),
    )
    cumulative = np.cumsum(net, axis=1)[:, ::BAND_STEP_MONTHS].astype(np.float32)
    line_sums = {name: by_year(values).sum(axis=0) for name, values in walk.cashflow.lines.items()}
    return Collected(results, _first_year_strike(walk, world), cumulative, line_sums, _sums(walk, world))


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
    lines: dict[str, FloatArray] = {}
    sums: dict[str, float] = {}
    for chunk in chunks:
        for name, values in chunk.line_sums_usd.items():
            lines[name] = lines[name] + values if name in lines else values
        for name, value in chunk.sums.items():
            sums[name] = sums.get(name, 0.0) + value
    return Collected(
        paths,
        np.concatenate([c.strike_usd_per_mwh for c in chunks]),
        np.concatenate([c.cumulative_usd for c in chunks]),
        lines,
        sums,
    )


def by_year(flows: FloatArray) -> FloatArray:
    """Sum (paths, months + 1) cash flows to (paths, years); the decision day's column counts to the first year.

    Parameters
    ----------
    flows : FloatArray, shape (paths, months + 1)
        Monthly flows.

    Returns
    -------
    FloatArray, shape (paths, years)
        A last, incomplete year is a year of its own.
    """
    months = flows.shape[1] - 1
    starts = np.arange(1, months + 1, MONTHS_PER_YEAR)
    starts[0] = 0
    return np.asarray(np.add.reduceat(flows, starts, axis=1))


def _bitcoin(lines: Mapping[str, FloatArray], world: World) -> FloatArray:
    coins = np.zeros(world.paths)
    for name in COIN_LINES:
        if name in lines:
            coins += (lines[name][:, 1:] / world.btc_usd).sum(axis=1)
    return coins


def _first_year_strike(walk: BuildWalk, world: World) -> FloatArray:
    for plan, offer in zip(walk.build.plans, walk.offers, strict=True):
        if offer.interruptible:
            first = min(plan.construction_months + plan.ramp_months, world.months - 1)
            strike = np.sum([np.broadcast_to(line, world.btc_usd.shape) for line in offer.per_mwh.values()], axis=0)
            # The thriftiest mode is the last to stop: above what its MWh earns nothing runs.
            return np.asarray(strike[:, first : first + MONTHS_PER_YEAR].mean(axis=1)) * offer.steps[0].value_share
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
