"""What a power chain is made of, and what that costs, takes of ground and loses: the rows of the table `components`, counted by topology."""

from collections.abc import Iterator
from typing import NamedTuple

from wattmint.facility.chain_physics import NOTHING, generator_count
from wattmint.facts.load import number, record, text
from wattmint.provenance import UsedInput


class ChainPart(NamedTuple):
    """One kind of equipment of a topology, per MW of IT load.

    Attributes
    ----------
    name : str
        Id of the table `components`.
    mw : float
        Rated power that is installed of it.
    usd, opex_usd_per_year : float
        Cost, and cost of a year.
    life_years : float
        Until it is replaced.
    m2 : float
        Ground.
    """

    name: str
    mw: float
    usd: float
    opex_usd_per_year: float
    life_years: float
    m2: float


def parts_of(topology: str, it_mw: float) -> tuple[ChainPart, ...]:
    """Return the equipment of a topology beyond one feed and one path, which every site has.

    Parameters
    ----------
    topology : str
        Id of the table `backup`.
    it_mw : float
        IT power of the site.

    Returns
    -------
    tuple of ChainPart
        Empty where nothing was bought.
    """
    return tuple(_part(name, mw) for name, mw in _rated(topology, it_mw) if mw > 0.0)


def ups_loss_share(topology: str, load_share: float = 1.0) -> float:
    """Return the standing losses of what rides through over IT energy, fixed, linear and square ones at its own load.

    Parameters
    ----------
    topology : str
        Id of the table `backup`.
    load_share : float
        IT power drawn over IT power that it is built for, above 0 to 1.

    Returns
    -------
    float
        ``a / x + b + c x``, with x the load of each unit over its rating: redundant units share the load and idle more.
    """
    device = text("backup", topology, "rides_on")
    if device == NOTHING:
        return 0.0
    fixed, linear, square = (number("components", device, f"loss_{kind}_share") for kind in ("fixed", "linear", "square"))
    each = load_share * number("backup", topology, "ride_units_needed") / number("backup", topology, "ride_units_installed")
    return fixed / each + linear + square * each


def inputs_of(topology: str) -> tuple[UsedInput, ...]:
    """Return the rows of the tables that a topology rests on: its own, and those of what it is made of and of what puts its paths out."""
    device = text("backup", topology, "rides_on")
    rows = ["feed", "path", "people", "planned", *([] if device == NOTHING else [device])]
    rows += ["generator", "transfer"] if number("backup", topology, "generator_sets") else []
    facts = [record("backup", topology), *(record("components", row) for row in rows)]
    return tuple(fact.used() for of_row in facts for name, fact in of_row.items() if name != "name")


def _rated(topology: str, it_mw: float) -> Iterator[tuple[str, float]]:
    """Names of components and MW installed of them per MW of IT load."""
    device, plant = text("backup", topology, "rides_on"), number("components", "generator", "plant_ratio")
    yield "feed", (number("backup", topology, "feed_count") - 1.0) * plant
    if device != NOTHING:
        units = number("backup", topology, "ride_units_installed") / number("backup", topology, "ride_units_needed")
        yield device, units * (plant if device == "battery-storage" else 1.0)
    yield "generator", generator_count(topology, it_mw, 1.0).rated_mw_per_mw
    yield "path", number("backup", topology, "path_count") - 1.0


def _part(name: str, mw: float) -> ChainPart:
    keys = ("component_usd_per_mw", "component_opex_usd_per_mw_year", "component_life_years", "component_m2_per_mw")
    usd, opex, life, ground = (number("components", name, key) for key in keys)
    return ChainPart(name, mw, mw * usd, mw * opex, life, mw * ground)
