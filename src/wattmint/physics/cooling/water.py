"""Water that a plant evaporates and flushes out, hour by hour.

*Wetted walls.* Every kilogram of dry air that goes through takes up the difference of the humidity ratios before and after the wall;
wetting keeps the wet bulb.

*Towers.* Air enters with the enthalpy of the weather, takes the heat, and leaves saturated: EnergyPlus' method "SaturatedExit" (Engineering
Reference, "Cooling towers", evaporation loss). Cold, humid air takes a good part of the heat without evaporating anything, which a fixed number
of litres per kilowatt-hour would miss.

*Flushing.* What evaporates leaves its salt behind; at n cycles of concentration evaporation/(n - 1) is flushed out. Drift, below 1 % of
evaporation with today's eliminators, is left out, and so is what is needed to clean walls.
"""

from typing import Final

import numpy as np

from wattmint.physics.cooling.fans import hall_air_speed, outdoor_air_speed
from wattmint.physics.cooling.plant import Air, FloatArray, Plant
from wattmint.physics.cooling.power import PowerHours, heat_share
from wattmint.physics.cooling.supply import locked_out, sink_temp_c
from wattmint.physics.psychrometrics import (
    DRY_AIR_J_PER_KG_K,
    enthalpy_j_per_kg,
    humidity_ratio,
    humidity_ratio_from_wet_bulb,
    saturated_temp_c,
    saturation_pressure_pa,
)
from wattmint.units import J_PER_KWH

TOWER_RISE_J_PER_KG: Final = 28e3
"""Estimate: enthalpy that a kilogram of dry air takes in a tower at full speed: 1.2 kg of water per kg of air, cooled by 5.5 K."""


def water_l_per_kwh(air: Air, plant: Plant, hours: PowerHours, load_share: float = 1.0) -> FloatArray:
    """Return the water used per energy of the machines: water usage effectiveness, hour by hour.

    Parameters
    ----------
    air : Air
        Outside.
    plant : Plant
        The plant.
    hours : PowerHours
        From `power_hours` for the same air and load.
    load_share : float
        IT power over that of the design.

    Returns
    -------
    FloatArray
        Litres per kWh of IT energy, never negative; 0 for dry plants.
    """
    if plant.evaporative_effectiveness <= 0.0:
        return 0.0 * hours.supply_c
    evaporated = (_wall if plant.open_air else _tower)(air, plant, hours, load_share)
    return np.asarray(J_PER_KWH * evaporated * (1.0 + 1.0 / (plant.concentration_cycles - 1.0)))


def _wall(air: Air, plant: Plant, hours: PowerHours, load_share: float) -> FloatArray:
    """Return kg evaporated per J of IT energy by a wall through which the hall's air is drawn."""
    after = humidity_ratio_from_wet_bulb(sink_temp_c(air, plant), air.temp_wet_c, air.pressure_pa)
    before = humidity_ratio_from_wet_bulb(air.temp_dry_c, air.temp_wet_c, air.pressure_pa)
    flow = hall_air_speed(hours.supply_c, load_share, plant) / load_share
    air_kg_per_j = heat_share(plant, load_share) / (DRY_AIR_J_PER_KG_K * plant.rise_k) * flow
    taken_up = np.where(locked_out(air, plant), 0.0, np.maximum(after - before, 0.0))
    return np.asarray(air_kg_per_j * taken_up)


def _tower(air: Air, plant: Plant, hours: PowerHours, load_share: float) -> FloatArray:
    """Return kg evaporated per J of IT energy by a tower that rejects the heat of machines, losses, fans and chiller."""
    heat = heat_share(plant, load_share) + hours.fan + hours.pump + hours.chiller
    speed = outdoor_air_speed(sink_temp_c(air, plant), load_share, plant)
    entering = humidity_ratio_from_wet_bulb(air.temp_dry_c, air.temp_wet_c, air.pressure_pa)
    enthalpy = enthalpy_j_per_kg(air.temp_dry_c, entering)
    taken = TOWER_RISE_J_PER_KG * heat * load_share / speed
    leaving_c = saturated_temp_c(enthalpy + taken, air.pressure_pa)
    leaving = humidity_ratio(saturation_pressure_pa(leaving_c), air.pressure_pa)
    return np.asarray(heat * np.maximum(leaving - entering, 0.0) / taken)
