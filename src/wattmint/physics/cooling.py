"""Power usage effectiveness (PUE) of a cooling plant from the weather, hour by hour.

    PUE = 1 + UPS loss + distribution loss + other + fans + pumps + chiller

Every term is a share of the IT power; all but the last three are constants of the plant. The weather enters through one number,
the temperature of the heat sink: the outside air, cooled before it is used where the plant evaporates water,

    sink = dry bulb - effectiveness * (dry bulb - wet bulb).

*Economiser.* Air or coolant leaves the plant at the set point at the latest and returns warmer by the design rise. Outside air takes it
down to sink + approach. As long as that is at or below the set point, the economiser carries everything; between set point
and return temperature it carries what it can and a chiller the rest; above, the chiller carries all.

*Fans.* To carry the same heat, the flow of air must grow as the temperature rise left between sink and return shrinks. Fan power
goes with the cube of the flow (affinity law), from a lowest speed up to full speed, which is reached when the economiser can just
meet the set point. Without a chiller the fans stay at full speed on hotter hours and the set point is exceeded; what machines do then
depends on their own limits (`supply_temp_c`, `wattmint.workloads.modes`).

*Chiller.* It removes its share of the heat, the losses of UPS and distribution included, at a coefficient of performance (COP) that
falls in inverse proportion to the lift, the rise in temperature from evaporator to condenser, from its rating at 35 °C outside.

The cube law, the sink after evaporation and the switch between economiser and chiller are the usual open equations (see Lei &
Masanet, Energy 201:117556, 2020, for a full plant model and its finding that climate and UPS efficiency dominate). The constants
below are labelled where they are estimates. Missing hours (NaN) stay NaN.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

DESIGN_RISE_K: Final = 12.0
"""Estimate: rise of the cooling air (or coolant) at full flow; air-cooled servers and miners run at 10 to 20 K."""

LOWEST_FAN_SPEED: Final = 0.3
"""Estimate: share of full speed below which variable-speed fans do not go."""

RATED_SINK_C: Final = 35.0
"""Outside temperature at which the COP of an air-cooled chiller is customarily rated (AHRI 550/590)."""

CONDENSER_APPROACH_K: Final = 15.0
"""Estimate: how much hotter than its heat sink a chiller condenses."""

EVAPORATOR_APPROACH_K: Final = 6.0
"""Estimate: how much colder than its supply a chiller evaporates."""

SMALLEST_LIFT_K: Final = 10.0
"""Estimate: a chiller's COP stops rising below this lift."""


class Plant(NamedTuple):
    """A cooling plant in nine numbers; the names are the columns of the facts table `coolers`.

    Attributes
    ----------
    fan_power_share : float
        Fan power at full speed, per IT power.
    pump_power_share : float
        Pump power, per IT power.
    approach_k : float
        How far above the sink the economiser brings the supply [K].
    evaporative_effectiveness : float
        Share of the wet-bulb depression that wetting the air uses; 0 = dry.
    supply_setpoint_c : float
        Highest supply temperature of air or coolant [°C].
    chiller_cop : float
        Heat removed per chiller power at 35 °C outside; 0 = no chiller.
    ups_loss_share, distribution_loss_share, other_share : float
        Losses of the uninterruptible supply and of transformers and cables, and lights and the like, per IT power.
    """

    fan_power_share: float
    pump_power_share: float
    approach_k: float
    evaporative_effectiveness: float
    supply_setpoint_c: float
    chiller_cop: float
    ups_loss_share: float
    distribution_loss_share: float
    other_share: float


def sink_temp_c(temp_dry_c: ArrayLike, temp_wet_c: ArrayLike, evaporative_effectiveness: float) -> FloatArray:
    """Return the temperature of the air that takes the heat.

    Parameters
    ----------
    temp_dry_c, temp_wet_c : float or array
        Dry-bulb and wet-bulb temperature [°C]; a wet bulb above the dry bulb (rounding in weather files) counts as equal.
    evaporative_effectiveness : float
        Share of the wet-bulb depression used, 0 to 1.

    Returns
    -------
    FloatArray
        Sink temperature [°C], between wet and dry bulb.
    """
    dry = np.asarray(temp_dry_c, dtype=np.float64)
    depression_k = np.maximum(dry - np.asarray(temp_wet_c, dtype=np.float64), 0.0)
    return np.asarray(dry - evaporative_effectiveness * depression_k)


def supply_temp_c(temp_dry_c: ArrayLike, temp_wet_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return the temperature of the air or coolant that reaches the machines.

    Parameters
    ----------
    temp_dry_c, temp_wet_c : float or array
        Dry-bulb and wet-bulb temperature [°C].
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Sink plus approach [°C], at most the set point where there is a chiller; NaN where a temperature is NaN. Exhaust air drawn in
        again is left out, and so is the mixing of air or coolant that holds the set point on cold days.

    Examples
    --------
    >>> dry_fans = Plant(0.04, 0.0, 0.0, 0.0, 35.0, 0.0, 0.0, 0.02, 0.01)
    >>> float(supply_temp_c(41.0, 20.0, dry_fans))  # the machines breathe what is outside
    41.0
    """
    supply_c = sink_temp_c(temp_dry_c, temp_wet_c, plant.evaporative_effectiveness) + plant.approach_k
    return np.asarray(np.minimum(supply_c, plant.supply_setpoint_c) if plant.chiller_cop > 0.0 else supply_c)


def fan_share(sink_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return fan power per IT power by the cube law.

    Parameters
    ----------
    sink_c : float or array
        Sink temperature [°C].
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Fan power per IT power, at most ``plant.fan_power_share``.
    """
    full_speed_sink_c = plant.supply_setpoint_c - plant.approach_k
    # The rise left when the sink is at full_speed_sink_c is the design rise; colder air leaves more, so less air is needed.
    rise_k = np.maximum(full_speed_sink_c + DESIGN_RISE_K - np.asarray(sink_c, dtype=np.float64), DESIGN_RISE_K)
    speed = np.maximum(DESIGN_RISE_K / rise_k, LOWEST_FAN_SPEED)
    return np.asarray(plant.fan_power_share * speed**3)


def chiller_load_share(sink_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return the share of the heat that the economiser cannot take at the set point.

    Parameters
    ----------
    sink_c : float or array
        Sink temperature [°C].
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        0 (all by the economiser) to 1 (all by the chiller). Without a chiller: the share by which the set point is missed.
    """
    miss_k = np.asarray(sink_c, dtype=np.float64) + plant.approach_k - plant.supply_setpoint_c
    return np.asarray(np.clip(miss_k / DESIGN_RISE_K, 0.0, 1.0))


def chiller_cop(sink_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return the chiller's coefficient of performance at this sink.

    Parameters
    ----------
    sink_c : float or array
        Sink temperature [°C].
    plant : Plant
        The plant; its `chiller_cop` must be above 0.

    Returns
    -------
    FloatArray
        Heat removed per power, falling with the lift as Carnot's does.
    """
    lift_above_sink_k = CONDENSER_APPROACH_K + EVAPORATOR_APPROACH_K - plant.supply_setpoint_c
    rated_lift_k = max(RATED_SINK_C + lift_above_sink_k, SMALLEST_LIFT_K)
    lift_k = np.maximum(np.asarray(sink_c, dtype=np.float64) + lift_above_sink_k, SMALLEST_LIFT_K)
    return np.asarray(plant.chiller_cop * rated_lift_k / lift_k)


def chiller_share(sink_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return chiller power per IT power.

    Parameters
    ----------
    sink_c : float or array
        Sink temperature [°C].
    plant : Plant
        The plant; without a chiller (COP 0) the answer is 0.

    Returns
    -------
    FloatArray
        Chiller power per IT power.
    """
    if plant.chiller_cop <= 0.0:
        return np.zeros_like(np.asarray(sink_c, dtype=np.float64))
    heat_share = 1.0 + plant.ups_loss_share + plant.distribution_loss_share
    return np.asarray(heat_share * chiller_load_share(sink_c, plant) / chiller_cop(sink_c, plant))


def pue(temp_dry_c: ArrayLike, temp_wet_c: ArrayLike, plant: Plant) -> FloatArray:
    """Return the plant's power usage effectiveness: grid power per IT power.

    Parameters
    ----------
    temp_dry_c, temp_wet_c : float or array
        Dry-bulb and wet-bulb temperature [°C].
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Grid power per IT power, never below 1, never falling as either temperature rises; NaN where a temperature is NaN.

    Examples
    --------
    >>> dry_fans = Plant(0.04, 0.0, 0.0, 0.0, 35.0, 0.0, 0.0, 0.02, 0.01)
    >>> float(pue(35.0, 20.0, dry_fans))  # full speed: 1 + .02 + .01 + .04
    1.07
    """
    sink_c = sink_temp_c(temp_dry_c, temp_wet_c, plant.evaporative_effectiveness)
    constant = plant.ups_loss_share + plant.distribution_loss_share + plant.other_share + plant.pump_power_share
    return np.asarray(1.0 + constant + fan_share(sink_c, plant) + chiller_share(sink_c, plant))
