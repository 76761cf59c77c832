"""What every part of a build has before any path is looked at: power, cooling, works, staff."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Final

import numpy as np

from wattmint.errors import FactsError, ScenarioError
from wattmint.facts.load import record
from wattmint.physics.cooling import Plant, pue
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray, MonthLibrary, World
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.timeline import escalation, lognormal_factor, months_in_service, remaining_life_share, works_schedule

BITCOIN_PRICE: Final = "bitcoin price"
POWER_PRICE: Final = "power price"
GPU_RENTAL: Final = "GPU rental"
TOKEN_PRICE: Final = "token price"  # noqa: S105 - no password
"""What the market moves: the drivers of the sensitivities."""

SLACK = 1e-9
"""A whole number of machines may be missed by this much through rounding."""


@dataclass(frozen=True, slots=True)
class Works:
    """What is built, machines aside.

    Attributes
    ----------
    line : str
        Name of its cash-flow line.
    usd : float
        Planned cost.
    log_sd : float
        Standard deviation of the logarithm of actual over planned cost.
    life_months, salvage_share : float
        Life, and share of the book value that the works (and machines) fetch at the end of the horizon.
    """

    line: str
    usd: float
    log_sd: float
    life_months: float
    salvage_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One part of a build, planned; each workload adds its own numbers.

    Attributes
    ----------
    label : str
        For people, e.g. ``"mining, 60 MW, Antminer S21 XP"``.
    grid_mw : float
        Power reserved at the grid connection: the site's power times the part's share.
    it_mw : float
        IT power that it feeds in the hottest hour of the library, in whole machines where there are machines.
    hourly_pue : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Power usage effectiveness in each hour of the month library; NaN in its padding.
    interruptible : bool
        Whether the load may stop in hours that do not pay.
    construction_months, ramp_months : int
        Months without service, and months from first to full service.
    power_passthrough : float
        Share of the power bill that a tenant reimburses.
    works : Works
        What is built.
    opex_usd_per_month : float
        Staff, maintenance, insurance and property tax at today's prices, from first service on.
    inflation_per_year : float
        Escalation of `opex_usd_per_month`.
    inputs : tuple of UsedInput
        The numbers used, with their sources.
    feels : frozenset of str
        Drivers that move what it earns or pays; of the class, not of a plan.
    hourly_capacity : FloatArray, shape (n, MAX_HOURS_PER_MONTH), optional
        Share of its power at which the load can run in each hour of the library (heat); None stands for 1 throughout.
    """

    feels: ClassVar[frozenset[str]]
    label: str
    grid_mw: float
    it_mw: float
    hourly_pue: FloatArray
    interruptible: bool
    construction_months: int
    ramp_months: int
    power_passthrough: float
    works: Works
    opex_usd_per_month: float
    inflation_per_year: float
    inputs: tuple[UsedInput, ...]
    hourly_capacity: FloatArray | None = None


def plant_of(book: InputBook, cooling: str, backup_loss_share: float = 0.0) -> Plant:
    """Return a cited cooling plant.

    Parameters
    ----------
    book : InputBook
        Records what is used.
    cooling : str
        Row of the facts table `coolers`.
    backup_loss_share : float
        Standing losses of the backup over IT power.

    Returns
    -------
    Plant
        With the backup's losses among those of the supply.

    Raises
    ------
    UnknownNameError
        If no such cooling is known.
    """
    record("coolers", cooling, field="cooling")
    plant = Plant(*(book.fact("coolers", cooling, key) for key in Plant._fields))
    return plant._replace(ups_loss_share=plant.ups_loss_share + backup_loss_share)


def plant_pue(book: InputBook, cooling: str, library: MonthLibrary, backup_loss_share: float = 0.0) -> FloatArray:
    """Return the power usage effectiveness of a cited cooling plant in every hour of the library.

    Parameters
    ----------
    book : InputBook
        Records what is used.
    cooling : str
        Row of the facts table `coolers`.
    library : MonthLibrary
        Hours of weather.
    backup_loss_share : float
        Standing losses of the backup over IT power.

    Returns
    -------
    FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Ratio; NaN where the library has no hour.

    Raises
    ------
    UnknownNameError
        If no such cooling is known.
    """
    return pue(library.temp_dry_c, library.temp_wet_c, plant_of(book, cooling, backup_loss_share))


def it_limit_mw(scenario: Scenario, share: float, hourly_pue: FloatArray) -> float:
    """Return the IT power that a share of the connection feeds in the hottest hour.

    Parameters
    ----------
    scenario : Scenario
        Its site's power.
    share : float
        The part's share of it.
    hourly_pue : FloatArray
        From `plant_pue`.

    Returns
    -------
    float
        MW. The highest PUE of the library counts, not the 99.6th percentile by which cooling is often sized: the connection is a
        limit in every hour, and a firm load may not step back in the hottest. It costs 4 % of the IT power of chilled halls in West
        Texas and nothing where fans already run at full speed.

    Raises
    ------
    ScenarioError
        If the library has no hour with weather.
    """
    if np.isnan(hourly_pue).all():
        raise ScenarioError("power.history", "no hours", "at least one hour with both temperatures")
    return scenario.site.power_mw * share / float(np.nanmax(hourly_pue))


def whole_units(it_mw: float, mw_per_unit: float, field: str, name: str) -> int:
    """Return how many machines a power feeds.

    Parameters
    ----------
    it_mw, mw_per_unit : float
        IT power at hand, and of one machine.
    field, name : str
        For the error message.

    Returns
    -------
    int
        Whole machines.

    Raises
    ------
    ScenarioError
        If it does not feed one.
    """
    count = math.floor(it_mw / mw_per_unit + SLACK)
    if count == 0:
        raise ScenarioError(field, name, f"needs {mw_per_unit:.3g} MW apiece; the part's share feeds {it_mw:.3g} MW")
    return count


def shared_fields(book: InputBook, scenario: Scenario, hourly_pue: FloatArray, it_mw: float, works_line: str, backup_usd: float) -> dict[str, Any]:
    """Return the fields of `Plan` that every workload fills in the same way.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Site and money terms.
    hourly_pue : FloatArray
        From `plant_pue`.
    it_mw : float
        IT power.
    works_line : str
        Cash-flow line of the works.
    backup_usd : float
        Cost of the backup, paid with the works.

    Returns
    -------
    dict
        All of `Plan` but label, interruptible, power_passthrough and inputs.
    """
    works = Works(
        line=works_line,
        usd=book.number("site_capex_usd_per_mw") * it_mw + backup_usd,
        log_sd=book.fact("processes", "works", "works_cost_sd"),
        life_months=book.number("site_life_months"),
        salvage_share=book.number("salvage_share"),
    )
    return {
        "grid_mw": scenario.site.power_mw * book.part.share,
        "it_mw": it_mw,
        "hourly_pue": hourly_pue,
        "construction_months": int(book.number("construction_months")),
        "ramp_months": int(book.number("ramp_months")),
        "works": works,
        "opex_usd_per_month": book.number("opex_usd_per_mw_year") * it_mw / MONTHS_PER_YEAR,
        "inflation_per_year": scenario.money.inflation,
    }


def label(kind: str, grid_mw: float, name: str) -> str:
    """Return a part's name for people, e.g. ``mining, 60 MW, Antminer S21 XP``."""
    return f"{kind}, {grid_mw:.4g} MW, {name}"


def name_of(table: str, id_: str) -> str:
    """Return what people call a thing of a cited table, e.g. ``Antminer S21 XP``.

    Raises
    ------
    FactsError
        If the table gives it no name.
    """
    facts = record(table, id_)
    if "name" not in facts:
        raise FactsError(f"{table}.csv: {id_!r} has no name")
    return str(facts["name"].value)


def operations(plan: Plan, months: int) -> FloatArray:
    """Return the line of operating costs: nothing during construction, all of it from first service on.

    Parameters
    ----------
    plan : Plan
        Of any workload.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (1, months)
        USD per month, negative.
    """
    serving = months_in_service(plan.construction_months, months) > 0.0
    return np.asarray(-plan.opex_usd_per_month * escalation(plan.inflation_per_year, 0, months) * serving)


def works_capital(plan: Plan, world: World) -> tuple[FloatArray, FloatArray]:
    """Return what the works cost, and what they fetch at the end of the horizon.

    Parameters
    ----------
    plan : Plan
        Of any workload.
    world : World
        Its draws decide overruns.

    Returns
    -------
    tuple of (FloatArray shape (paths, months + 1), FloatArray shape (paths,))
        The works' capital line in USD, negative, and the salvage, positive.
    """
    works = plan.works
    line = (-works.usd * lognormal_factor(world.works_draw, works.log_sd)) * works_schedule(plan.construction_months, world.months)
    left = remaining_life_share(world.months - plan.construction_months, works.life_months)
    return line, -line.sum(axis=1) * (works.salvage_share * left)


def at_the_end(salvage_usd: FloatArray, months: int) -> FloatArray:
    """Return the salvage line: one payment in the last column.

    Parameters
    ----------
    salvage_usd : FloatArray, shape (paths,)
        What works and machines fetch.
    months : int
        Length of the horizon.

    Returns
    -------
    FloatArray, shape (paths, months + 1)
        USD.
    """
    line = np.zeros((salvage_usd.shape[0], months + 1))
    line[:, -1] = salvage_usd
    return line
