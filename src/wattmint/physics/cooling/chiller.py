"""A chiller's power: the law of lift between temperatures, EnergyPlus' curve at part load, one rating.

*Temperatures.* The power per heat, 1/COP, is in part there at any lift, and for the rest goes with Carnot's,

    (T_condensation - T_evaporation) / T_evaporation,

both together being that of the rating of AHRI 550/590. So one number from a datasheet or an energy code says what the chiller does with the warm
water of a data hall, of which the curves fitted to office buildings say nothing. On the curves of eleven chillers in EnergyPlus' data
sets, inside the ranges these were fitted for, the law is 7 % off on average, at most 11 % for one chiller (a test holds that).

*Part load.* Power over power at full load as in EnergyPlus' Chiller:Electric (Engineering Reference, "Electric chiller"; the coefficients are
those of its example files). A chiller that does anything draws at least 3 % of full power.
"""

from typing import Final

import numpy as np

from wattmint.physics.cooling.plant import BoolArray, FloatArray, Plant
from wattmint.units import KELVIN_AT_0_C

RATED_WATER_C: Final = 6.67
"""Leaving chilled water in the rating of AHRI 550/590: 44 °F."""

RATED_AIR_C: Final = 35.0
"""Air at the condenser in the rating of air-cooled chillers: 95 °F."""

RATED_TOWER_WATER_C: Final = 29.44
"""Water at the condenser in the rating of water-cooled chillers: 85 °F."""

AIR_CONDENSER_K: Final = 15.0
"""Estimate: how far above the air outside an air-cooled chiller condenses."""

WATER_CONDENSER_K: Final = 7.0
"""Estimate: how far above the entering water a water-cooled chiller condenses: 5.5 K that the water warms, and 1.5 K."""

EVAPORATOR_K: Final = 2.0
"""Estimate: how far below the water that leaves it a chiller evaporates."""

FIXED_SHARE: Final = 0.25
"""Estimate: share of the rated power per heat that no smaller lift saves; chosen on those eleven curves."""

PART_LOAD: Final = (0.03303, 0.6852, 0.2818)
"""Power over power at full load, by powers of the share of full load: EnergyPlus' Chiller:Electric."""


def chiller_cop(condenser_c: FloatArray, water_c: float, plant: Plant) -> FloatArray:
    """Return the coefficient of performance at full load.

    Parameters
    ----------
    condenser_c : FloatArray
        Temperature of the air, or of the tower's water, that enters the condenser [°C].
    water_c : float
        Temperature of the water that leaves the chiller [°C].
    plant : Plant
        The plant; its `chiller_cop` must be above 0.

    Returns
    -------
    FloatArray
        Heat removed per power, never rising with the temperature at the condenser.
    """
    rated_c, condenser_k = (RATED_TOWER_WATER_C, WATER_CONDENSER_K) if plant.tower_approach_k > 0.0 else (RATED_AIR_C, AIR_CONDENSER_K)
    rated = _carnot_power(np.asarray(rated_c + condenser_k), RATED_WATER_C - EVAPORATOR_K)
    lift = _carnot_power(condenser_c + condenser_k, water_c - EVAPORATOR_K)
    return np.asarray(plant.chiller_cop / (FIXED_SHARE + (1.0 - FIXED_SHARE) * lift / rated))


def part_power_share(part_load: FloatArray) -> FloatArray:
    """Return chiller power over that at full load, by the share of full load (0 to 1); nothing when it does nothing."""
    constant, linear, square = PART_LOAD
    return np.where(part_load > 0.0, constant + part_load * (linear + part_load * square), 0.0 * part_load)


def missed_share(sink_c: FloatArray, target_c: float, locked: BoolArray, plant: Plant) -> FloatArray:
    """Return the share of the heat that the sink cannot take at a temperature, which a chiller must.

    Parameters
    ----------
    sink_c : FloatArray
        Temperature of the sink [°C].
    target_c : float
        Temperature to be reached [°C].
    locked : array of bool
        Hours in which the sink is not used.
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        0 (none) to 1 (all): as far as sink plus approach misses the target, over the design rise.
    """
    return np.where(locked, 1.0, np.clip((sink_c + plant.approach_k - target_c) / plant.rise_k, 0.0, 1.0))


def chiller_share(condenser_c: FloatArray, sink_c: FloatArray, locked: BoolArray, plant: Plant, load_share: float) -> FloatArray:
    """Return chiller power per heat.

    Parameters
    ----------
    condenser_c : FloatArray
        Temperature at the condenser [°C].
    sink_c, locked : FloatArray, array of bool
        As in `missed_share`.
    plant : Plant
        The plant; without a chiller the answer is 0.
    load_share : float
        IT power over that of the design.

    Returns
    -------
    FloatArray
        Power over the heat of the hall: of the chillers that hold the set point, and of those for the heat that needs colder water.
    """
    if not plant.has_chiller:
        return 0.0 * sink_c

    def bank(water_c: float, target_c: float) -> FloatArray:
        part_load = load_share * missed_share(sink_c, target_c, locked, plant)
        return part_power_share(part_load) / (load_share * chiller_cop(condenser_c, water_c, plant))

    warm = bank(plant.chilled_water_c, plant.supply_setpoint_c)
    if plant.cold_heat_share <= 0.0:
        return np.asarray(warm)
    cold = bank(plant.cold_water_c, plant.cold_water_c)
    return np.asarray((1.0 - plant.cold_heat_share) * warm + plant.cold_heat_share * cold)


def _carnot_power(condensation_c: FloatArray, evaporation_c: float) -> FloatArray:
    return np.asarray(np.maximum(condensation_c - evaporation_c, 0.0) / (evaporation_c + KELVIN_AT_0_C))
