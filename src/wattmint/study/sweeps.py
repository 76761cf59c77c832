"""What would change the answer: mean NPVs with one driver scaled, on the same random numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wattmint.dispatch.duration import DurationCurves
from wattmint.dispatch.solve import dispatch
from wattmint.finance.cashflow import cashflow
from wattmint.finance.returns import npv
from wattmint.market.snapshot import Snapshot
from wattmint.market.world import simulate_world
from wattmint.study.corridor import Prepared, world_of
from wattmint.types import World
from wattmint.workloads import make_offer, plan_part
from wattmint.workloads.plan import BITCOIN_PRICE, GPU_RENTAL, POWER_PRICE, Plan

SWEEP_PATHS = 256
"""Paths per point. Only differences to today's point on the same paths are used, so few suffice."""

MULTIPLIERS = (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.8, 4.0)


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One driver at one multiple of today's value."""

    driver: str
    multiplier: float


def sweep_points() -> list[SweepPoint]:
    """Return the points to be computed.

    Returns
    -------
    list of SweepPoint
        Every driver at every multiplier except 1; today's own point once, under the first driver.
    """
    drivers = (BITCOIN_PRICE, POWER_PRICE, GPU_RENTAL)
    today = [SweepPoint(BITCOIN_PRICE, 1.0)]
    return today + [SweepPoint(driver, m) for driver in drivers for m in MULTIPLIERS if m != 1.0]


@dataclass(frozen=True, slots=True)
class Today:
    """The paths at today's values, and what every part makes of them.

    Attributes
    ----------
    world : World
        A few paths.
    npv_usd : tuple of tuple of float
        Mean NPV by build and part.
    """

    world: World
    npv_usd: tuple[tuple[float, ...], ...]


def as_today(prepared: Prepared, paths: int) -> Today:
    """Return what every sweep starts from.

    Parameters
    ----------
    prepared : Prepared
        Today's.
    paths : int
        How many.

    Returns
    -------
    Today
        Of the first paths.
    """
    world = world_of(prepared, 0, paths)
    npvs = tuple(
        tuple(_part_npv(prepared, plan, curves, world) for plan, curves in zip(build.plans, build.curves, strict=True)) for build in prepared.builds
    )
    return Today(world, npvs)


def mean_npv(prepared: Prepared, point: SweepPoint, today: Today) -> Mapping[str, float]:
    """Return each build's mean NPV at `point`.

    Parameters
    ----------
    prepared : Prepared
        Today's.
    point : SweepPoint
        Which driver, how much.
    today : Today
        From `as_today`. Parts that do not feel the driver keep today's NPV.

    Returns
    -------
    mapping of str to float
        USD by build name.
    """
    snapshot, world = _scaled(prepared, point, today.world)
    moved = point.multiplier != 1.0
    found = {}
    for asked, build, known in zip(prepared.scenario.builds, prepared.builds, today.npv_usd, strict=True):
        total = 0.0
        for part, plan, curves, same in zip(asked.parts, build.plans, build.curves, known, strict=True):
            if not (moved and point.driver in plan.feels):
                total += same
                continue
            # Only rental prices enter a plan; its PUE, and so its curves, stay as they are.
            again = plan_part(part, prepared.scenario, snapshot, prepared.library) if point.driver == GPU_RENTAL else plan
            total += _part_npv(prepared, again, curves, world)
        found[build.name] = total
    return found


def _scaled(prepared: Prepared, point: SweepPoint, today: World) -> tuple[Snapshot, World]:
    """Return snapshot and World with one driver scaled."""
    snapshot, by = prepared.snapshot, point.multiplier
    if by == 1.0:
        return snapshot, today
    if point.driver == BITCOIN_PRICE:
        snapshot = replace(snapshot, btc_usd=snapshot.btc_usd * by)
        return snapshot, simulate_world(prepared.scenario, snapshot, prepared.library, today.first_path, today.paths)
    if point.driver == GPU_RENTAL:
        return replace(snapshot, gpu_rental_multiplier=snapshot.gpu_rental_multiplier * by), today
    return snapshot, replace(today, power_level=today.power_level * by)


def _part_npv(prepared: Prepared, plan: Plan, curves: DurationCurves, world: World) -> float:
    offer = make_offer(plan, world)
    flows = cashflow(offer, dispatch(offer, world, prepared.tariff, curves), prepared.tariff, world)
    return float(np.mean(npv(flows.net, prepared.scenario.money.discount_rate)))
