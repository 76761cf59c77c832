"""What would change the answer: mean NPVs with one driver scaled, on the same random numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from wattmint.dispatch.solve import dispatch
from wattmint.finance.cashflow import cashflow
from wattmint.finance.returns import npv
from wattmint.study.corridor import Prepared, PreparedBuild, prepare, world_of
from wattmint.types import World
from wattmint.workloads import make_offer

SWEEP_PATHS = 256
"""Paths per point. Only differences to today's point on the same paths are used, so few suffice."""

BITCOIN, POWER, GPU = "bitcoin price", "power price", "GPU rental"

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
    drivers = (BITCOIN, POWER, GPU)
    today = [SweepPoint(BITCOIN, 1.0)]
    return today + [SweepPoint(driver, m) for driver in drivers for m in MULTIPLIERS if m != 1.0]


def mean_npv(prepared: Prepared, point: SweepPoint, today: World) -> Mapping[str, float]:
    """Return each build's mean NPV at `point`.

    Parameters
    ----------
    prepared : Prepared
        Today's.
    point : SweepPoint
        Which driver, how much.
    today : World
        The paths at today's values; lived through again where the driver leaves them as they are.

    Returns
    -------
    mapping of str to float
        USD by build name.
    """
    scaled = _scaled(prepared, point)
    world = today if point.driver == GPU or point.multiplier == 1.0 else world_of(scaled, today.first_path, today.paths)
    return {build.name: _build_npv(scaled, build, world) for build in scaled.builds}


def _scaled(prepared: Prepared, point: SweepPoint) -> Prepared:
    snapshot, library, by = prepared.snapshot, prepared.library, point.multiplier
    if by == 1.0:
        return prepared
    if point.driver == BITCOIN:
        snapshot = replace(snapshot, btc_usd=snapshot.btc_usd * by)
    elif point.driver == GPU:
        snapshot = replace(snapshot, gpu_rental_multiplier=snapshot.gpu_rental_multiplier * by)
    else:
        # The shapes themselves are scaled, not the level: it also holds for a fixed price, which has no level.
        library = replace(
            library,
            price_usd_per_mwh=library.price_usd_per_mwh * by,
            ordinary_price_usd_per_mwh=library.ordinary_price_usd_per_mwh * by,
        )
    return prepare(prepared.scenario, snapshot, library)


def _build_npv(prepared: Prepared, build: PreparedBuild, world: World) -> float:
    total = 0.0
    for plan, curves in zip(build.plans, build.curves, strict=True):
        offer = make_offer(plan, world)
        flows = cashflow(offer, dispatch(offer, world, prepared.tariff, curves), prepared.tariff, world)
        total += float(np.mean(npv(flows.net, prepared.scenario.money.discount_rate)))
    return total
