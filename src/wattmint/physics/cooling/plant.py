"""A cooling plant in numbers, and the weather that it works against."""

import math
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

NO_FLOOR_C: Final = -math.inf
"""Supply floor of a plant that mixes nothing: the machines breathe what is outside, however cold. Also a target of wetting: always all it can."""

NO_DEW_LIMIT_C: Final = math.inf
"""Dew-point limit of a plant that lets outside air in, however humid."""


class Air(NamedTuple):
    """The air outside, hour by hour.

    Attributes
    ----------
    temp_dry_c, temp_wet_c, dew_point_c : FloatArray
        Dry bulb, wet bulb and dew point [°C]; NaN where the hour is missing.
    pressure_pa : FloatArray
        Pressure [Pa].
    """

    temp_dry_c: FloatArray
    temp_wet_c: FloatArray
    dew_point_c: FloatArray
    pressure_pa: FloatArray


class Plant(NamedTuple):
    """A cooling plant; the names are rows of the facts table `coolers`, but for `open_air` (there `air_path`) and `ups_loss_share`.

    Attributes
    ----------
    open_air : bool
        Whether outside air itself goes through the machines; otherwise it cools them through exchangers.
    rise_k : float
        Design rise of air or coolant from supply to return, at full flow [K].
    approach_k : float
        How far above its sink the plant brings the supply without a chiller [K].
    supply_setpoint_c : float
        Supply temperature of air or coolant that fans and chiller try not to exceed [°C].
    hall_fan_share, outdoor_fan_share : float
        Fans that move the air of the hall, and fans of dry coolers or towers: power at full flow at sea level, per IT power.
    pump_power_share : float
        Pumps at full flow, per IT power.
    distribution_no_load_share, distribution_load_share : float
        Losses of transformers and cables per IT power at full load: those that are always there, and those that go with current squared.
    other_share : float
        Lights, controls and the like, per IT power at full load; they do not fall with the load.
    supply_floor_c : float
        Lowest supply: colder air is mixed with return air, a colder coolant bypasses the coolers [°C].
    evaporative_effectiveness : float
        Share of the wet-bulb depression that wetting the outside air uses; 0 is dry, 1 a cooling tower.
    wetting_target_c : float
        Temperature down to which a wetted wall cools the air of the hall, as far as it can [°C].
    economiser_dew_limit_c : float
        Outside air with a higher dew point is kept out of the hall, and the chiller carries all [°C].
    chiller_cop : float
        Heat removed per chiller power at the rating of AHRI 550/590; 0 is no chiller.
    chilled_water_c : float
        Temperature of the water by which the chiller holds the set point [°C].
    cold_heat_share : float
        Share of the heat that needs colder water, whatever the supply: that of the air around liquid-cooled racks. It has chillers of its own.
    cold_water_c : float
        Temperature of that water [°C].
    tower_approach_k : float
        How far above the wet bulb a tower brings the water of the chiller's condenser [K]; 0 is a condenser in outside air.
    concentration_cycles : float
        How often evaporated water is replaced before the salt it left behind is flushed out once.
    ups_loss_share : float
        Losses of the uninterruptible supply per IT power, at the load looked at; they heat the hall. A matter of the power chain, not of the cooler.
    """

    open_air: bool
    rise_k: float
    approach_k: float
    supply_setpoint_c: float
    hall_fan_share: float
    outdoor_fan_share: float
    pump_power_share: float
    distribution_no_load_share: float
    distribution_load_share: float
    other_share: float
    supply_floor_c: float = NO_FLOOR_C
    evaporative_effectiveness: float = 0.0
    wetting_target_c: float = NO_FLOOR_C
    economiser_dew_limit_c: float = NO_DEW_LIMIT_C
    chiller_cop: float = 0.0
    chilled_water_c: float = 0.0
    cold_heat_share: float = 0.0
    cold_water_c: float = 0.0
    tower_approach_k: float = 0.0
    concentration_cycles: float = 4.0
    ups_loss_share: float = 0.0

    @property
    def has_chiller(self) -> bool:
        """Whether a chiller helps in hours that are too warm or too humid."""
        return self.chiller_cop > 0.0
