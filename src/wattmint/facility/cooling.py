"""Cooling plants by name, and what one does in every hour of a weather: inlet, power by use, water, PUE."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from wattmint.errors import FactsError
from wattmint.facts.load import Fact, record, table
from wattmint.physics.cooling.humidity import inlet_dew_point_c
from wattmint.physics.cooling.plant import Air, Plant
from wattmint.physics.cooling.power import power_hours
from wattmint.physics.cooling.water import water_l_per_kwh
from wattmint.physics.psychrometrics import rh_from_dew_point
from wattmint.types import FloatArray

__all__ = ["Air", "CoolingHours", "Plant", "cooling_hours", "plant_from", "plant_keys", "plant_named", "plant_names"]

OUTSIDE: Final = "outside"
"""Value of `air_path`: outside air goes through the machines. The others are ``recirculated`` and ``liquid``."""


class CoolingHours(NamedTuple):
    """A plant hour by hour; every share is a power per IT power, and all shares together are PUE - 1.

    Attributes
    ----------
    pue : FloatArray
        Grid power over IT power.
    inlet_temp_c, inlet_dew_point_c : FloatArray
        Temperature of the air or coolant at the machines, and dew point of the air around them [°C].
    inlet_rh_share : FloatArray
        Relative humidity of that air at the inlet temperature; 1 where it would condense.
    fan_share, pump_share, chiller_share, tower_share : FloatArray
        Fans of hall and dry coolers; pumps; chiller with its condenser; fans of the tower.
    distribution_share, ups_share, other_share : FloatArray
        Losses of transformers and cables, of the uninterruptible supply; lights, controls and the like.
    water_l_per_kwh : FloatArray
        Litres per kWh of IT energy (water usage effectiveness).
    """

    pue: FloatArray
    inlet_temp_c: FloatArray
    inlet_dew_point_c: FloatArray
    inlet_rh_share: FloatArray
    fan_share: FloatArray
    pump_share: FloatArray
    chiller_share: FloatArray
    tower_share: FloatArray
    distribution_share: FloatArray
    ups_share: FloatArray
    other_share: FloatArray
    water_l_per_kwh: FloatArray


def plant_names() -> tuple[str, ...]:
    """Return the ids of the cooling plants known by name."""
    return tuple(table("coolers"))


def plant_keys(name: str) -> tuple[str, ...]:
    """Return which numbers of a plant the table `coolers` gives, in the plant's order.

    Raises
    ------
    UnknownNameError
        If there is no such plant; the nearest names are suggested.
    FactsError
        If one that every plant needs is missing.
    """
    facts = record("coolers", name, field="cooling")
    missing = [key for key in Plant._fields if key not in facts and key not in Plant._field_defaults and key != "open_air"]
    if missing:
        raise FactsError(f"coolers.csv: {name!r} has no {', '.join(missing)}")
    return tuple(key for key in Plant._fields if key in facts)


def plant_from(name: str, numbers: Mapping[str, float]) -> Plant:
    """Return the plant of a name with numbers looked up by the caller.

    Parameters
    ----------
    name : str
        Row of the facts table `coolers`.
    numbers : mapping of str to float
        A value for each of `plant_keys`.

    Returns
    -------
    Plant
    """
    return Plant(open_air=record("coolers", name, field="cooling")["air_path"].value == OUTSIDE, **numbers)


def plant_named(name: str) -> Plant:
    """Return a cooling plant of the table.

    Parameters
    ----------
    name : str
        Row of the facts table `coolers`.

    Returns
    -------
    Plant
        Without an uninterruptible supply: its losses, which depend on topology and load, are `ups_loss_share`.

    Raises
    ------
    UnknownNameError
        If there is none; the nearest names are suggested.
    """
    facts = record("coolers", name, field="cooling")
    return plant_from(name, {key: _number(facts[key]) for key in plant_keys(name)})


def cooling_hours(plant: Plant, air: Air, load_share: float = 1.0) -> CoolingHours:
    """Return what a plant does in every hour of a weather.

    Parameters
    ----------
    plant : Plant
        From `plant_named`.
    air : Air
        Dry bulb, wet bulb, dew point and pressure outside, arrays of one shape.
    load_share : float
        IT power over that of the design, above 0 and at most 1.

    Returns
    -------
    CoolingHours
        Arrays of that shape; NaN where the air is missing.
    """
    hours = power_hours(air, plant, load_share)
    dew_c = inlet_dew_point_c(air, plant)
    everywhere = np.ones_like(hours.pue)
    return CoolingHours(
        pue=hours.pue,
        inlet_temp_c=hours.supply_c,
        inlet_dew_point_c=dew_c,
        inlet_rh_share=np.minimum(rh_from_dew_point(hours.supply_c, dew_c), 1.0),
        fan_share=hours.fan,
        pump_share=hours.pump,
        chiller_share=hours.chiller,
        tower_share=hours.tower,
        distribution_share=hours.distribution * everywhere,
        ups_share=hours.ups * everywhere,
        other_share=hours.other * everywhere,
        water_l_per_kwh=water_l_per_kwh(air, plant, hours, load_share),
    )


def _number(fact: Fact) -> float:
    if isinstance(fact.value, str):
        raise FactsError(f"coolers.csv: {fact.id!r}: {fact.attribute} is {fact.value!r}, not a number")
    return fact.value
