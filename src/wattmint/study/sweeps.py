"""What would change the answer: mean NPVs with one driver scaled, on the same random numbers.

Before tax and debt a build is the sum of its parts, and only parts that feel the driver are walked again. With tax, debt or a treasury it is
walked as a whole, its loans as agreed today.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wattmint.dispatch.duration import DurationCurves
from wattmint.dispatch.solve import Dispatcher
from wattmint.finance.cashflow import cashflow
from wattmint.finance.returns import npv
from wattmint.market.draws import Draws
from wattmint.market.snapshot import Snapshot
from wattmint.market.world import draws_of, world_of_draws
from wattmint.scenario.model import Part
from wattmint.study.corridor import Prepared, PreparedBuild, walk_build
from wattmint.study.financed import finance
from wattmint.study.financing import Financing
from wattmint.types import World
from wattmint.workloads import make_offer, plan_part
from wattmint.workloads.plan import BITCOIN_PRICE, GPU_RENTAL, POWER_PRICE, TOKEN_PRICE, Plan

SWEEP_PATHS = 256
"""Paths per point. Only differences to today's point on the same paths are used, so few suffice."""

MULTIPLIERS = (0.25, 0.35, 0.5, 0.7, 0.85, 1.0, 1.2, 1.5, 2.0, 2.8, 4.0)


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """One driver at one multiple of today's value."""

    driver: str
    multiplier: float


def drivers(prepared: Prepared) -> tuple[str, ...]:
    """Return what is swept: coin, power and rental always, being looked at on every site, token prices where a build feels them.

    Parameters
    ----------
    prepared : Prepared
        Today's.

    Returns
    -------
    tuple of str
        At least three.
    """
    always = (BITCOIN_PRICE, POWER_PRICE, GPU_RENTAL)
    return (*always, TOKEN_PRICE) if any(TOKEN_PRICE in plan.feels for build in prepared.builds for plan in build.plans) else always


def sweep_points(prepared: Prepared) -> list[SweepPoint]:
    """Return the points to be computed.

    Parameters
    ----------
    prepared : Prepared
        Today's.

    Returns
    -------
    list of SweepPoint
        Every driver at every multiplier except 1; today's own point once, under the first driver.
    """
    today = [SweepPoint(BITCOIN_PRICE, 1.0)]
    return today + [SweepPoint(driver, m) for driver in drivers(prepared) for m in MULTIPLIERS if m != 1.0]


@dataclass(frozen=True, slots=True)
class Today:
    """The paths at today's values, and what every part makes of them.

    Attributes
    ----------
    draws : Draws
        Random numbers of a few paths.
    world : World
        Those paths.
    npv_usd : tuple of tuple of float
        Mean NPV by build and part; by build where it is walked as a whole, after tax and debt where there are any.
    financing : Financing or None
        Terms of tax and debt.
    """

    draws: Draws
    world: World
    npv_usd: tuple[tuple[float, ...], ...]
    financing: Financing | None


def as_today(prepared: Prepared, paths: int, financing: Financing | None = None) -> Today:
    """Return what every sweep starts from.

    Parameters
    ----------
    prepared : Prepared
        Today's.
    paths : int
        How many.
    financing : Financing, optional
        Terms of tax and debt.

    Returns
    -------
    Today
        Of the first paths.
    """
    draws = draws_of(prepared.scenario, 0, paths)
    world = world_of_draws(prepared.scenario, prepared.snapshot, prepared.library, 0, draws)
    if _as_a_whole(prepared, financing):
        wholes = tuple((_build_npv(prepared, financing, number, build, world),) for number, build in enumerate(prepared.builds))
        return Today(draws, world, wholes, financing)
    dispatcher = Dispatcher(world, prepared.tariff)
    npvs = tuple(
        tuple(_part_npv(prepared, plan, curves, world, dispatcher) for plan, curves in zip(build.plans, build.curves, strict=True))
        for build in prepared.builds
    )
    return Today(draws, world, npvs, None)


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
    snapshot, world = _scaled(prepared, point, today)
    dispatcher = Dispatcher(world, prepared.tariff)
    moved = point.multiplier != 1.0
    found = {}
    for number, (asked, build, known) in enumerate(zip(prepared.scenario.builds, prepared.builds, today.npv_usd, strict=True)):
        total = 0.0
        if _as_a_whole(prepared, today.financing):
            if moved and any(point.driver in plan.feels for plan in build.plans):
                plans = tuple(_planned(prepared, part, plan, point, snapshot) for part, plan in zip(asked.parts, build.plans, strict=True))
                total = _build_npv(prepared, today.financing, number, replace(build, plans=plans), world)
            else:
                total = known[0]
            found[build.name] = total
            continue
        for part, plan, curves, same in zip(asked.parts, build.plans, build.curves, known, strict=True):
            if not (moved and point.driver in plan.feels):
                total += same
                continue
            total += _part_npv(prepared, _planned(prepared, part, plan, point, snapshot), curves, world, dispatcher)
        found[build.name] = total
    return found


def _scaled(prepared: Prepared, point: SweepPoint, today: Today) -> tuple[Snapshot, World]:
    """Return snapshot and World with one driver scaled."""
    snapshot, by = prepared.snapshot, point.multiplier
    if by == 1.0:
        return snapshot, today.world
    if point.driver == BITCOIN_PRICE:
        snapshot = replace(snapshot, btc_usd=snapshot.btc_usd * by)
        return snapshot, world_of_draws(prepared.scenario, snapshot, prepared.library, today.world.first_path, today.draws)
    if point.driver == GPU_RENTAL:
        return replace(snapshot, gpu_rental_multiplier=snapshot.gpu_rental_multiplier * by), today.world
    if point.driver == TOKEN_PRICE:
        return replace(snapshot, token_price_multiplier=snapshot.token_price_multiplier * by), today.world
    return snapshot, replace(today.world, power_level=today.world.power_level * by)


def _planned(prepared: Prepared, part: Part, plan: Plan, point: SweepPoint, snapshot: Snapshot) -> Plan:
    """Only prices of rental and tokens enter a plan; its PUE, and so its curves, stay as they are."""
    return plan_part(part, prepared.scenario, snapshot, prepared.library) if point.driver in (GPU_RENTAL, TOKEN_PRICE) else plan


def _as_a_whole(prepared: Prepared, financing: Financing | None) -> bool:
    """Whether a build is more than the sum of its parts: taxes and loans are its own, and one part's coins pay another's costs."""
    return financing is not None or prepared.scenario.treasury is not None


def _build_npv(prepared: Prepared, financing: Financing | None, number: int, build: PreparedBuild, world: World) -> float:
    one = walk_build(prepared, build, world)
    if financing is None:
        return float(np.mean(npv(one.cashflow.net, prepared.scenario.money.discount_rate)))
    return float(np.mean(npv(finance(one, number, financing, prepared.scenario).equity, financing.discount_rate)))


def _part_npv(prepared: Prepared, plan: Plan, curves: DurationCurves, world: World, dispatcher: Dispatcher) -> float:
    offer = make_offer(plan, world)
    flows = cashflow(offer, dispatcher.run(offer, curves), prepared.tariff, world, prepared.scenario.money)
    return float(np.mean(npv(flows.net, prepared.scenario.money.discount_rate)))
