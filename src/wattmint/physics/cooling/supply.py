"""What reaches the machines: the temperature of the sink that takes the heat, and of the air or coolant that the plant supplies."""

import numpy as np

from wattmint.physics.cooling.plant import Air, BoolArray, FloatArray, Plant


def sink_temp_c(air: Air, plant: Plant) -> FloatArray:
    """Return the temperature of the air, or of the tower's air as its water feels it, that takes the heat.

    Parameters
    ----------
    air : Air
        Outside; a wet bulb above the dry bulb (rounding in weather files) counts as equal.
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Dry bulb less a share of the wet-bulb depression [°C]. A wall that wets the air of the hall wets it only down to a target: below it
        more water saves little fan power and makes the hall humid.
    """
    depression_k = np.maximum(air.temp_dry_c - air.temp_wet_c, 0.0)
    coldest_c = air.temp_dry_c - plant.evaporative_effectiveness * depression_k
    if not plant.open_air:
        return np.asarray(coldest_c)
    return np.maximum(coldest_c, np.minimum(air.temp_dry_c, plant.wetting_target_c))


def locked_out(air: Air, plant: Plant) -> BoolArray:
    """Return the hours in which outside air is too humid to be let in, so that the chiller carries all; of plants that can do so."""
    if not (plant.open_air and plant.has_chiller):
        return np.zeros_like(air.dew_point_c, dtype=bool)
    return np.asarray(air.dew_point_c > plant.economiser_dew_limit_c)


def supply_temp_c(sink_c: FloatArray, locked: BoolArray, plant: Plant) -> FloatArray:
    """Return the temperature of the air or coolant that reaches the machines.

    Parameters
    ----------
    sink_c : FloatArray
        From `sink_temp_c`.
    locked : array of bool
        From `locked_out`.
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Sink plus approach [°C]; at most the set point where there is a chiller, at least the floor. Without a chiller the set point is missed
        on hotter hours, and what machines do then depends on their own limits.
    """
    supply_c = sink_c + plant.approach_k
    if plant.has_chiller:
        supply_c = np.where(locked, plant.supply_setpoint_c, np.minimum(supply_c, plant.supply_setpoint_c))
    # The padding of a month stays NaN: a locked hour is never a missing one, as a comparison with NaN is false.
    return np.maximum(supply_c, plant.supply_floor_c)
