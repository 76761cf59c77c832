"""What every part of a build has before any path is looked at: power, cooling, works, staff."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Final

import numpy as np

from wattmint.errors import FactsError, ScenarioError
from wattmint.facility.cooling import plant_from, plant_keys
from wattmint.facts.load import record
from wattmint.physics.cooling.plant import Air, Plant
from wattmint.physics.cooling.power import PowerHours, power_hours
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray, MonthLibrary, World
from wattmint.units import MONTHS_PER_YEAR
from wattmint.workloads.chain_cost import BackupCost
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.timeline import Stay, escalation, lognormal_factor, months_in_service, remaining_life_share, works_schedule

BITCOIN_PRICE: Final = "bitcoin price"
POWER_PRICE: Final = "power price"
GPU_RENTAL: Final = "GPU rental"
TOKEN_PRICE: Final = "token price"  # noqa: S105 - no password
"""What the market moves: the drivers of the sensitivities."""

PHASE_KEYS: Final = ("from_month", "until_month", "machine_age_months")
CLEARING_KEY: Final = "clearing_usd_per_mw"
"""Keys of the site file that say when a part is there; most parts have none of them."""

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
        Life, and share of the book value that the works (and machines) fetch at the end.
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
        Months of works, and months from first to full service.
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
    owns_machines : bool
        Whether machines or accelerators in it are the site's, not a tenant's; of the class too.
    hourly_capacity : FloatArray, shape (n, MAX_HOURS_PER_MONTH), optional
        Share of its power at which the load can run in each hour of the library (heat); None stands for 1 throughout.
    from_month : int
        Month in which the works begin, 0 being the first of the horizon.
    until_month : int or None
        First month in which it no longer runs; None: it runs to the end.
    machine_age_months : int or None
        How old machines that are there already are when service begins; None where new ones are bought.
    clearing_usd : float
        What removing the plant costs at today's prices when it stops before the end of the horizon.
    """

    feels: ClassVar[frozenset[str]]
    owns_machines: ClassVar[bool] = True
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
    from_month: int = 0
    until_month: int | None = None
    machine_age_months: int | None = None
    clearing_usd: float = 0.0

    @property
    def first_month(self) -> int:
        """First month of service."""
        return self.from_month + self.construction_months

    @property
    def stands(self) -> bool:
        """Whether all of it is there already: nothing is built or bought before service begins."""
        buys = self.owns_machines and self.machine_age_months is None
        return not (self.construction_months or self.works.usd or buys)

    @property
    def stay(self) -> Stay:
        """How long it serves, and with what machines it begins."""
        return Stay(self.first_month, self.until_month, self.from_month, self.machine_age_months)


def plant_hours(book: InputBook, cooling: str, library: MonthLibrary, ups_loss_share: float = 0.0, load_share: float = 1.0) -> PowerHours:
    """Return what a cited cooling plant draws and supplies in every hour of the library.

    Parameters
    ----------
    book : InputBook
        Records what is used.
    cooling : str
        Row of the facts table `coolers`.
    library : MonthLibrary
        Hours of weather.
    ups_loss_share : float
        Losses of the uninterruptible supply over IT power, at that load.
    load_share : float
        IT power over that of the design.

    Returns
    -------
    PowerHours
        Arrays of shape (n, MAX_HOURS_PER_MONTH); NaN where the library has no hour.

    Raises
    ------
    UnknownNameError
        If no such cooling is known.
    """
    plant = plant_from(cooling, {key: book.fact("coolers", cooling, key) for key in plant_keys(cooling)})
    return _plant_hours(plant._replace(ups_loss_share=ups_loss_share), library, load_share)


@lru_cache(maxsize=8)
def _plant_hours(plant: Plant, library: MonthLibrary, load_share: float) -> PowerHours:
    """Kept for as long as a study replans its parts at other prices: some megabytes each."""
    return power_hours(Air(library.temp_dry_c, library.temp_wet_c, library.temp_dew_c, library.pressure_pa), plant, load_share)


def it_limit_mw(scenario: Scenario, share: float, hourly_pue: FloatArray) -> float:
    """Return the IT power that a share of the connection feeds in the hottest hour.

    Parameters
    ----------
    scenario : Scenario
        Its site's power.
    share : float
        The part's share of it.
    hourly_pue : FloatArray
        From `plant_hours`.

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


def shared_fields(book: InputBook, scenario: Scenario, hourly_pue: FloatArray, it_mw: float, works_line: str, backup: BackupCost) -> dict[str, Any]:
    """Return the fields of `Plan` that every workload fills in the same way.

    Parameters
    ----------
    book : InputBook
        The part's numbers.
    scenario : Scenario
        Site and money terms.
    hourly_pue : FloatArray
        From `plant_hours`.
    it_mw : float
        IT power.
    works_line : str
        Cash-flow line of the works.
    backup : BackupCost
        What the power chain costs beyond what works and running costs contain already.

    Returns
    -------
    dict
        All of `Plan` but label, interruptible, power_passthrough and inputs.
    """
    phases = phase_fields(book, it_mw)
    works = Works(
        line=works_line,
        usd=0.0 if book.part.existing else (book.number("site_capex_usd_per_mw") + backup.usd_per_mw) * it_mw,
        log_sd=book.fact("processes", "works", "works_cost_sd"),
        life_months=book.number("site_life_months"),
        salvage_share=book.number("salvage_share"),
    )
    return {
        "grid_mw": scenario.site.power_mw * book.part.share,
        "it_mw": it_mw,
        "hourly_pue": hourly_pue,
        "construction_months": 0 if book.part.existing else int(book.number("construction_months")),
        "ramp_months": 0 if book.part.existing else int(book.number("ramp_months")),
        "works": works,
        "opex_usd_per_month": (book.number("opex_usd_per_mw_year") + backup.opex_usd_per_mw_year) * it_mw / MONTHS_PER_YEAR,
        "inflation_per_year": scenario.money.inflation,
        **phases,
    }


def phase_fields(book: InputBook, it_mw: float) -> dict[str, Any]:
    """Return the fields of `Plan` that say when a part begins and stops, and what stands there before.

    Parameters
    ----------
    book : InputBook
        The part's numbers; keys that the site file leaves out are not recorded.
    it_mw : float
        IT power.

    Returns
    -------
    dict
        ``from_month``, ``until_month``, ``machine_age_months`` and ``clearing_usd``; empty for a part that is built new and runs to the end.
    """
    asked = book.part.model_fields_set
    given: dict[str, Any] = {key: book.given(key) for key in PHASE_KEYS if key in asked}
    if CLEARING_KEY in asked:
        given["clearing_usd"] = float(book.given(CLEARING_KEY) or 0.0) * it_mw
    return given


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
    """Return the line of operating costs: nothing during construction, all of it from first service to the end of it.

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
    serving = months_in_service(plan.stay, months) > 0.0
    return np.asarray(-plan.opex_usd_per_month * escalation(plan.inflation_per_year, 0, months) * serving)


def works_capital(plan: Plan, world: World) -> tuple[FloatArray, FloatArray]:
    """Return what the works cost, and what they fetch at the end.

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
    schedule = works_schedule(plan.construction_months, world.months, plan.from_month)
    line = (-works.usd * lognormal_factor(world.works_draw, works.log_sd)) * schedule
    left = remaining_life_share(plan.stay.end(world.months) - plan.first_month, works.life_months)
    return line, -line.sum(axis=1) * (works.salvage_share * left)


def at_the_end(stay: Stay, salvage_usd: FloatArray, months: int) -> FloatArray:
    """Return the salvage line: one payment when service ends.

    Parameters
    ----------
    stay : Stay
        When that is.
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
    line[:, stay.end(months)] = salvage_usd
    return line
