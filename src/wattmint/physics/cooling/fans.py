"""Power of fans and pumps by the cube law, with thin air and part load.

Full flow is what the plant needs at full load when its sink is just cold enough for the set point. Less heat needs less flow; so does a
colder sink, as every kilogram of air then takes more heat. Power goes with the cube of the flow (affinity laws) down to a lowest speed.

Thin air: a kilogram takes the same heat at any altitude but fills p0/p times the room, so the volume moved grows by p0/p. Pressure drop goes with
density times volume squared, power with density times volume cubed, hence with (p0/p)²; the fans are sized for it.
"""

from typing import Final

import numpy as np

from wattmint.physics.cooling.plant import FloatArray, Plant
from wattmint.physics.psychrometrics import SEA_LEVEL_PA

LOWEST_FAN_SPEED: Final = 0.3
"""Estimate: share of full speed below which variable-speed fans do not go."""

LOWEST_PUMP_SPEED: Final = 0.5
"""Estimate: share of full speed below which variable-speed pumps do not go; heads and valves need a least pressure."""


def hall_air_speed(supply_c: FloatArray, load_share: float, plant: Plant) -> FloatArray:
    """Return the speed of the fans that move the air of the hall.

    Parameters
    ----------
    supply_c : FloatArray
        Temperature of the air supplied [°C].
    load_share : float
        IT power over that of the design.
    plant : Plant
        The plant. Where outside air goes through the machines, it leaves at the set point plus the design rise: colder air is needed less.
        A closed hall keeps supply and return where they are, and only the load counts.

    Returns
    -------
    FloatArray
        Share of full speed, from the lowest to 1.
    """
    supplied_c = supply_c if plant.open_air else plant.supply_setpoint_c + 0.0 * supply_c  # keeps missing hours missing
    rise_k = np.maximum(plant.supply_setpoint_c + plant.rise_k - supplied_c, plant.rise_k)
    return np.maximum(load_share * plant.rise_k / rise_k, LOWEST_FAN_SPEED)


def outdoor_air_speed(sink_c: FloatArray, load_share: float, plant: Plant) -> FloatArray:
    """Return the speed of the fans of dry coolers or towers.

    Parameters
    ----------
    sink_c : FloatArray
        Temperature of the sink [°C].
    load_share : float
        IT power over that of the design.
    plant : Plant
        The plant. Air enters the cooler at the sink's temperature and leaves it an approach below the coolant's return.

    Returns
    -------
    FloatArray
        Share of full speed, from the lowest to 1.
    """
    rise_k = np.maximum(plant.supply_setpoint_c + plant.rise_k - plant.approach_k - sink_c, plant.rise_k)
    return np.maximum(load_share * plant.rise_k / rise_k, LOWEST_FAN_SPEED)


def fan_share(full_share: float, speed: FloatArray, pressure_pa: FloatArray, load_share: float) -> FloatArray:
    """Return fan power per IT power.

    Parameters
    ----------
    full_share : float
        At full speed, full load and sea level.
    speed : FloatArray
        Share of full speed.
    pressure_pa : FloatArray
        Pressure of the air [Pa].
    load_share : float
        IT power over that of the design.

    Returns
    -------
    FloatArray
        Cube law, times (p0/p)².

    Examples
    --------
    >>> float(fan_share(0.04, np.array(0.5), np.array(SEA_LEVEL_PA), 1.0))  # half the flow, an eighth of the power
    0.005
    """
    # speed * speed * speed: NumPy's third power is ten times as slow, and every hour of the library goes through here.
    return np.asarray(full_share / load_share * (SEA_LEVEL_PA / pressure_pa) ** 2 * (speed * speed * speed))


def pump_share(plant: Plant, load_share: float) -> float:
    """Return pump power per IT power at a load, by the cube law down to the lowest speed."""
    return plant.pump_power_share * max(load_share, LOWEST_PUMP_SPEED) ** 3 / load_share
