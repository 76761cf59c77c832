"""What each use of a megawatt offers: facts, physics and a World in; megawatts, hours and dollars out.

A workload is two functions: `plan_x` does once what no path changes, `offer_x` turns a plan and a chunk of paths into an `Offer`. A new
one is one new file and one line in each of the two tables below.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from wattmint.market.snapshot import Snapshot
from wattmint.scenario.model import Part, Scenario
from wattmint.types import MonthLibrary, Offer, World
from wattmint.workloads.hosting import HostingPlan, offer_hosting, plan_hosting
from wattmint.workloads.inference import InferencePlan, offer_inference, plan_inference
from wattmint.workloads.mining import MiningPlan, offer_mining, plan_mining
from wattmint.workloads.phases import when_words
from wattmint.workloads.plan import Plan
from wattmint.workloads.rental import RentalPlan, offer_rental, plan_rental

__all__ = ["make_offer", "plan_part"]

_PLANNERS: Final[Mapping[str, Callable[[Any, Scenario, Snapshot, MonthLibrary], Plan]]] = {
    "mining": plan_mining,
    "hosting": plan_hosting,
    "rental": plan_rental,
    "inference": plan_inference,
}
_OFFERS: Final[Mapping[type[Plan], Callable[[Any, World], Offer]]] = {
    MiningPlan: offer_mining,
    HostingPlan: offer_hosting,
    RentalPlan: offer_rental,
    InferencePlan: offer_inference,
}


def plan_part(part: Part, scenario: Scenario, snapshot: Snapshot, library: MonthLibrary) -> Plan:
    """Plan one part of a build.

    Parameters
    ----------
    part : Part
        Its kind decides the workload.
    scenario : Scenario
        Site, power and money terms.
    snapshot : Snapshot
        The market at the start.
    library : MonthLibrary
        Hours of price and weather.

    Returns
    -------
    Plan
        All that no path changes.

    Raises
    ------
    InputError
        An unknown name, or a machine that does not fit.
    """
    plan = _PLANNERS[part.kind](part, scenario, snapshot, library)
    return replace(plan, label=plan.label + when_words(plan, existing=part.existing))


def make_offer(plan: Plan, world: World) -> Offer:
    """Return what a planned part offers on a chunk of paths.

    Parameters
    ----------
    plan : Plan
        From `plan_part`.
    world : World
        The chunk's paths.

    Returns
    -------
    Offer
        Lines of shape (paths or 1, months), capital of shape (paths or 1, months + 1).
    """
    return _OFFERS[type(plan)](plan, world)
