"""Power usage effectiveness (PUE) of a cooling plant from the weather, hour by hour.

    PUE = 1 + uninterruptible supply + distribution + other + fans + pumps + chiller + tower

Every term is a share of the IT power. The weather enters through the sink's temperature (`supply`), the flow of air that takes the heat to it
(`fans`), what a chiller must add (`chiller`), and the pressure. Structure and terms are those of the usual open models (see Lei &
Masanet, Energy 201:117556, 2020, for a full plant model and its finding that climate and the efficiency of the uninterruptible supply dominate).

At a fixed pressure the PUE never falls as the air gets hotter, whether its humidity ratio or its wet-bulb depression stays. With the wet
bulb fixed it may: hotter air is then drier, and an economiser that humid air had locked out opens again.
"""

from typing import NamedTuple

import numpy as np

from wattmint.physics.cooling.chiller import chiller_share
from wattmint.physics.cooling.fans import fan_share, hall_air_speed, outdoor_air_speed, pump_share
from wattmint.physics.cooling.losses import distribution_share
from wattmint.physics.cooling.plant import Air, FloatArray, Plant
from wattmint.physics.cooling.supply import locked_out, sink_temp_c, supply_temp_c


class PowerHours(NamedTuple):
    """What the plant draws per IT power, hour by hour, and what it supplies.

    Attributes
    ----------
    pue : FloatArray
        1 plus the shares below and the plant's constants.
    supply_c : FloatArray
        Temperature of air or coolant at the machines [°C].
    fan, pump, chiller, tower : FloatArray
        Power per IT power; `tower` is the tower's fans.
    distribution, other, ups : float
        Losses of transformers and cables, lights and controls, and of the uninterruptible supply, per IT power.
    """

    pue: FloatArray
    supply_c: FloatArray
    fan: FloatArray
    pump: FloatArray
    chiller: FloatArray
    tower: FloatArray
    distribution: float
    other: float
    ups: float


def heat_share(plant: Plant, load_share: float) -> float:
    """Return the heat that the plant removes per IT power: the IT power, the supply's losses, distribution and lights."""
    losses = distribution_share(plant.distribution_no_load_share, plant.distribution_load_share, load_share)
    return 1.0 + plant.ups_loss_share + losses + plant.other_share / load_share


def power_hours(air: Air, plant: Plant, load_share: float = 1.0) -> PowerHours:
    """Return what a plant draws in every hour.

    Parameters
    ----------
    air : Air
        Outside.
    plant : Plant
        The plant.
    load_share : float
        IT power over that of the design, above 0 and at most 1.

    Returns
    -------
    PowerHours
        PUE never below 1; NaN where a temperature is NaN.
    """
    sink_c, locked = sink_temp_c(air, plant), locked_out(air, plant)
    supply_c = supply_temp_c(sink_c, locked, plant)
    hall = fan_share(plant.hall_fan_share, hall_air_speed(supply_c, load_share, plant), air.pressure_pa, load_share)
    outdoor = fan_share(plant.outdoor_fan_share, outdoor_air_speed(sink_c, load_share, plant), air.pressure_pa, load_share)
    nothing = 0.0 * sink_c  # keeps missing hours missing
    tower, dry_cooler = (outdoor, nothing) if plant.evaporative_effectiveness > 0.0 and not plant.open_air else (nothing, outdoor)
    heat = heat_share(plant, load_share) + hall
    chiller = heat * chiller_share(_condenser_c(air, plant), sink_c, locked, plant, load_share)
    pump = pump_share(plant, load_share) + nothing
    distribution = distribution_share(plant.distribution_no_load_share, plant.distribution_load_share, load_share)
    other = plant.other_share / load_share
    fan = hall + dry_cooler
    total = 1.0 + (plant.ups_loss_share + distribution + other) + fan + pump + chiller + tower
    return PowerHours(total, supply_c, fan, pump, chiller, tower, distribution, other, plant.ups_loss_share)


def _condenser_c(air: Air, plant: Plant) -> FloatArray:
    if plant.tower_approach_k > 0.0:
        return np.minimum(air.temp_wet_c, air.temp_dry_c) + plant.tower_approach_k
    return air.temp_dry_c
