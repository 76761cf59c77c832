"""One walk down the corridor: a chunk of paths through every build.

Paths are walked in chunks so that memory does not grow with their number, and so that threads can share the work: a
chunk's results depend on nothing but its path numbers, hence the same bits with any number of threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from wattmint.dispatch.duration import DurationCurves, duration_curves
from wattmint.dispatch.solve import Dispatcher
from wattmint.finance.cashflow import cashflow, combine
from wattmint.finance.treasury import CoinBook, with_treasury
from wattmint.market.library import build_library
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.market.tariff import tariff_of
from wattmint.market.world import simulate_world
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Scenario
from wattmint.types import Cashflow, Dispatch, FloatArray, MonthLibrary, Offer, Tariff, World
from wattmint.workloads import make_offer, plan_part
from wattmint.workloads.mining import planned_mw
from wattmint.workloads.plan import Plan


@dataclass(frozen=True, slots=True)
class PreparedBuild:
    """A build with all that no path changes: its parts' plans and their duration curves."""

    name: str
    plans: tuple[Plan, ...]
    curves: tuple[DurationCurves, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A scenario with all that no path changes."""

    scenario: Scenario
    snapshot: Snapshot
    library: MonthLibrary
    tariff: Tariff
    tariff_inputs: tuple[UsedInput, ...]
    builds: tuple[PreparedBuild, ...]


@dataclass(frozen=True, slots=True)
class BuildWalk:
    """What one build made of one chunk of paths.

    Attributes
    ----------
    build : PreparedBuild
        As planned.
    offers, dispatches, parts : tuple
        The nouns of the corridor, part by part; the last are their cash flows.
    cashflow : Cashflow
        Of all parts, with what the treasury makes of their coins.
    coins : CoinBook or None
        What became of the coins; None where all are sold at once because nothing else is asked.
    """

    build: PreparedBuild
    offers: tuple[Offer, ...]
    dispatches: tuple[Dispatch, ...]
    parts: tuple[Cashflow, ...]
    cashflow: Cashflow
    coins: CoinBook | None = None


def prepare(scenario: Scenario) -> Prepared:
    """Read and plan everything that no path changes.

    Parameters
    ----------
    scenario : Scenario
        What is asked.

    Returns
    -------
    Prepared
        Ready to be walked by `walk`.

    Raises
    ------
    InputError
        A name is unknown or a series file is refused.
    """
    snapshot, library = market_snapshot(scenario.market, scenario.power), build_library(scenario)
    builds = _prepare_builds(scenario, snapshot, library)
    return Prepared(scenario, snapshot, library, *tariff_of(scenario), builds)


def replanned(prepared: Prepared, scenario: Scenario) -> Prepared:
    """Return what `prepare` does for a scenario whose market, power, site and study are those of another that is prepared.

    Parameters
    ----------
    prepared : Prepared
        Of the other one.
    scenario : Scenario
        Differs in its builds and terms only.

    Returns
    -------
    Prepared
        Hours and snapshot are shared.
    """
    builds = _prepare_builds(scenario, prepared.snapshot, prepared.library)
    return replace(prepared, scenario=scenario, builds=builds)


def _prepare_builds(scenario: Scenario, snapshot: Snapshot, library: MonthLibrary) -> tuple[PreparedBuild, ...]:
    """Plan all parts; those with the same cooling share their curves, and so what they run."""
    known: list[tuple[Plan, DurationCurves]] = []

    def curves_of(plan: Plan) -> DurationCurves:
        for other, curves in known:
            if _same(other.hourly_pue, plan.hourly_pue) and _same(other.hourly_capacity, plan.hourly_capacity):
                return curves
        known.append((plan, duration_curves(library, plan.hourly_pue, plan.hourly_capacity)))
        return known[-1][1]

    planned = ((build.name, tuple(plan_part(part, scenario, snapshot, library) for part in build.parts)) for build in scenario.builds)
    return tuple(PreparedBuild(name, plans, tuple(curves_of(plan) for plan in plans)) for name, plans in planned)


def _same(one: FloatArray | None, other: FloatArray | None) -> bool:
    if one is None or other is None:
        return one is other
    return np.array_equal(one, other, equal_nan=True)


def world_of(prepared: Prepared, first_path: int, paths: int) -> World:
    """Return the World of a chunk of paths.

    Parameters
    ----------
    prepared : Prepared
        From `prepare`.
    first_path, paths : int
        Which paths.

    Returns
    -------
    World
        Rows are the paths asked for.
    """
    return simulate_world(prepared.scenario, prepared.snapshot, prepared.library, first_path, paths)


def walk(prepared: Prepared, world: World) -> Iterator[BuildWalk]:
    """Yield each build's walk through `world`; all builds live through the same paths.

    Parameters
    ----------
    prepared : Prepared
        From `prepare`.
    world : World
        From `world_of`.

    Yields
    ------
    BuildWalk
        In the order of the site file.
    """
    dispatcher = Dispatcher(world, prepared.tariff)
    for build in prepared.builds:
        yield walk_build(prepared, build, world, dispatcher)


def walk_build(prepared: Prepared, build: PreparedBuild, world: World, dispatcher: Dispatcher | None = None) -> BuildWalk:
    """Return one build's walk through `world`.

    Parameters
    ----------
    prepared : Prepared
        From `prepare`.
    build : PreparedBuild
        One of its builds, or a variant of one.
    world : World
        From `world_of`, or a variant of it.
    dispatcher : Dispatcher, optional
        Of the same World, where several builds walk through it.

    Returns
    -------
    BuildWalk
        Part by part, and their joint cash flow.
    """
    offers = tuple(make_offer(plan, world) for plan in build.plans)
    dispatcher = dispatcher or Dispatcher(world, prepared.tariff)
    ran = tuple(dispatcher.run(offer, curves) for offer, curves in zip(offers, build.curves, strict=True))
    flows = tuple(cashflow(offer, run, prepared.tariff, world, prepared.scenario.money) for offer, run in zip(offers, ran, strict=True))
    together, treasury = combine(flows), prepared.scenario.treasury
    if treasury is None:
        return BuildWalk(build, offers, ran, flows, together)
    return BuildWalk(build, offers, ran, flows, *with_treasury(together, world, treasury, planned_mw(build.plans, world.months)))
