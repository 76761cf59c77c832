"""A conversion as builds of the main job: mining on, and converting block by block, all to live through the same futures.

A conversion's cost and months are uncertain. Its draws are sorted by months and cut into groups of equal size; each group is a build with the
group's mean cost and median months, and stands for its share of the draws. Within a group the main job's own overrun of works applies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.calculators.conversion.requirements import Wish
from wattmint.calculators.conversion.schedule import Times
from wattmint.scenario.existing import Conversion, ExistingMachine
from wattmint.scenario.model import Build, Scenario
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

KEEP: Final = "Mine on"
GROUPS: Final = 5
"""Groups that the draws are cut into."""

MOST_YEARS: Final = 5
"""Starts that are looked at: this year, and so many later ones."""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversion: what it costs, and when its blocks stop mining and are handed over.

    Attributes
    ----------
    name : str
        Of the build.
    month : int
        Of the decision.
    site_capex_usd_per_mw : float
        Works per MW of IT as the main job takes them, paid by the owner.
    clearing_usd_per_mw : float
        Of clearing the mine, per MW of its machines, at today's prices: the main job raises it by inflation, and works not.
    begun, done : tuple of int
        Months of the horizon, by block.
    """

    name: str
    month: int
    site_capex_usd_per_mw: float
    clearing_usd_per_mw: float
    begun: tuple[int, ...]
    done: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What all builds of a conversion share.

    Attributes
    ----------
    machines : tuple of ExistingMachine
        That run today.
    machine_age_months : int
        Of those whose age the site file does not say.
    mining_cooling : str
        Of the mine.
    share : float
        Share of the site's power that is converted.
    hosting : mapping of str to object
        Keys of the hosting parts that do not change: cooling, backup, running costs, lease, ramp.
    """

    machines: tuple[ExistingMachine, ...]
    machine_age_months: int
    mining_cooling: str
    share: float
    hosting: Mapping[str, Any]


def hosting_keys(conversion: Conversion, wish: Wish, opex_usd_per_mw_year: float) -> dict[str, Any]:
    """Return the keys of the hosting parts that all blocks share.

    Parameters
    ----------
    conversion : Conversion
        Table of the site file; what it leaves out is left to the main job's defaults.
    wish : Wish
        Cooling and backup of the new halls.
    opex_usd_per_mw_year : float
        Their running costs, with those of the backup: the works contain it, so that the main job adds nothing for it.

    Returns
    -------
    dict
    """
    kept = {key: getattr(conversion, key) for key in ("lease_usd_per_kw_month", "ramp_months")}
    works = {"cooling": wish.cooling, "backup": wish.backup, "works_backup": wish.backup, "opex_usd_per_mw_year": opex_usd_per_mw_year}
    return works | {key: value for key, value in kept.items() if value is not None}


def cases(times: Times, capex_usd_per_mw: FloatArray, clearing_usd_per_mw: FloatArray, start_month: int, horizon_months: int) -> tuple[Case, ...]:
    """Return the groups of the draws as cases.

    Parameters
    ----------
    times : Times
        Drawn.
    capex_usd_per_mw, clearing_usd_per_mw : FloatArray, shape (draws,)
        Of the same draws.
    start_month : int
        Month of the decision.
    horizon_months : int
        Blocks that would be handed over later are handed over in its last month.

    Returns
    -------
    tuple of Case
        From fast to slow.
    """
    order = np.argsort(times.done[-1], kind="stable")
    return tuple(
        _case(f"Convert, group {i + 1} of {GROUPS}", times, group, capex_usd_per_mw, clearing_usd_per_mw, start_month, horizon_months)
        for i, group in enumerate(np.array_split(order, GROUPS))
    )


def starts(
    times: Times, capex_usd_per_mw: FloatArray, clearing_usd_per_mw: FloatArray, start_month: int, inflation: float, horizon_months: int
) -> tuple[Case, ...]:
    """Return the same conversion begun this year and in later ones.

    Parameters
    ----------
    times, capex_usd_per_mw, clearing_usd_per_mw, start_month, horizon_months
        As for `cases`; each case has the mean cost and the median months of all draws.
    inflation : float
        Rise of construction costs per year.

    Returns
    -------
    tuple of Case
        As many as are handed over a year before the horizon ends; the first begins when the site file says.
    """
    everything, found = np.arange(times.done.shape[-1]), []
    last = float(np.median(times.done[-1]))
    for year in range(MOST_YEARS + 1):
        month = start_month + year * MONTHS_PER_YEAR
        if year and month + last > horizon_months - MONTHS_PER_YEAR:
            break
        dearer = (1.0 + inflation) ** year
        name = f"Convert in month {month}" if month else "Convert now"
        found.append(_case(name, times, everything, capex_usd_per_mw * dearer, clearing_usd_per_mw, month, horizon_months))
    return tuple(found)


def scenario_of(scenario: Scenario, site: Site, every: Sequence[Case]) -> Scenario:
    """Return the site with these builds instead of its own: mining on first.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    site : Site
        What all share.
    every : sequence of Case
        From `cases` and `starts`.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        When a machine or its cooling is refused.
    """
    builds = (_keep(site), *(_converted(site, case) for case in every))
    return scenario.model_copy(update={"builds": builds})


def _case(
    name: str, times: Times, group: np.ndarray[Any, Any], capex: FloatArray, clearing: FloatArray, start_month: int, horizon_months: int
) -> Case:
    begun = np.maximum(np.rint(np.median(times.begun[:, group], axis=1)), 1.0).astype(int) + start_month
    done = np.maximum(np.rint(np.median(times.done[:, group], axis=1)).astype(int) + start_month, begun + 1)
    begun, done = np.minimum(begun, horizon_months - 2), np.minimum(done, horizon_months - 1)
    return Case(name, start_month, float(capex[group].mean()), float(clearing[group].mean()), tuple(begun.tolist()), tuple(done.tolist()))


def _keep(site: Site) -> Build:
    return Build.of({"name": KEEP, "parts": [_mine(site, machine, machine.share) for machine in site.machines]})


def _converted(site: Site, case: Case) -> Build:
    blocks = len(case.begun)
    mines = [_mine(site, machine, machine.share * (1.0 - site.share)) for machine in site.machines if site.share < 1.0]
    halls = []
    for begun, done in zip(case.begun, case.done, strict=True):
        share = site.share / blocks
        mines += [_mine(site, machine, machine.share * share, begun, case.clearing_usd_per_mw) for machine in site.machines]
        halls.append({
            "kind": "hosting", "share": share, "from_month": begun, "construction_months": done - begun,
            "site_capex_usd_per_mw": case.site_capex_usd_per_mw, **site.hosting,
        })  # fmt: skip
    return Build.of({"name": case.name, "parts": mines + halls})


def _mine(site: Site, machine: ExistingMachine, share: float, until_month: int | None = None, clearing_usd_per_mw: float = 0.0) -> dict[str, Any]:
    age = site.machine_age_months if machine.machine_age_months is None else machine.machine_age_months
    part = {
        "kind": "mining", "machine": machine.machine, "share": share, "cooling": site.mining_cooling, "existing": True, "machine_age_months": age,
    }  # fmt: skip
    return part if until_month is None else part | {"until_month": until_month, "clearing_usd_per_mw": clearing_usd_per_mw}
