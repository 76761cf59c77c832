"""Moist air: dew point, wet bulb, humidity, enthalpy and density at any pressure, for whole years of hours at once.

The relations are those of the ASHRAE Handbook - Fundamentals (SI edition, 2017), chapter 1: saturation pressure over ice and water
(equations 5 and 6, Hyland and Wexler), humidity ratio (20), wet bulb (33 over water, 35 over ice), density (26 and 28), enthalpy (30) and the
standard atmosphere (3). The two that cannot be solved in closed form, dew point and wet bulb, take a fixed number of Newton steps on
convex functions, so that arrays need no loop and no compiler. Missing hours (NaN) stay NaN.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wattmint.units import KELVIN_AT_0_C

FloatArray = NDArray[np.float64]

SEA_LEVEL_PA: Final = 101_325.0
"""Pressure of the standard atmosphere at sea level."""

DRY_AIR_J_PER_KG_K: Final = 1006.0
"""Specific heat of dry air, as the handbook's enthalpy uses it."""

_GAS_J_PER_KG_K: Final = 287.042
_MASS_RATIO: Final = 0.621945  # of water vapour over dry air
_TRIPLE_POINT_C: Final = 0.01
_ICE: Final = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)
_WATER: Final = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)
_WET_BULB_WATER: Final = (2501e3, 2326.0, 4186.0)  # latent heat at 0 °C, how it falls with the wet bulb, heat of the liquid
_WET_BULB_ICE: Final = (2830e3, 240.0, 2100.0)
_VAPOUR_J_PER_KG: Final = 2501e3
_VAPOUR_J_PER_KG_K: Final = 1860.0
_NEWTON_STEPS: Final = 7
_COLDEST_C: Final = -90.0
_LEAST_PA: Final = 1.0
"""Vapour pressure below which air counts as if it had this much: its dew point would be below -60 °C."""


def standard_pressure_pa(altitude_m: ArrayLike) -> FloatArray:
    """Return the pressure of the standard atmosphere [Pa] at an altitude above sea level [m].

    Examples
    --------
    >>> round(float(standard_pressure_pa(872.0)))  # Midland, Texas; its weather file says 91.7 kPa on average
    91279
    """
    return np.asarray(SEA_LEVEL_PA * (1.0 - 2.25577e-5 * np.asarray(altitude_m, dtype=np.float64)) ** 5.2559)


def saturation_pressure_pa(temp_c: ArrayLike) -> FloatArray:
    """Return the vapour pressure of saturated air [Pa] at a temperature [°C], over ice below the triple point, else over water."""
    return np.exp(_log_saturation(np.asarray(temp_c, dtype=np.float64))[0])


def humidity_ratio(vapour_pressure_pa: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return kg of water per kg of dry air from the pressures of vapour and air [Pa]."""
    vapour = np.asarray(vapour_pressure_pa, dtype=np.float64)
    return np.asarray(_MASS_RATIO * vapour / (np.asarray(pressure_pa, dtype=np.float64) - vapour))


def vapour_pressure_pa(ratio: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the pressure of the vapour [Pa] from kg of water per kg of dry air and the pressure of the air [Pa]."""
    water = np.asarray(ratio, dtype=np.float64)
    return np.asarray(np.asarray(pressure_pa, dtype=np.float64) * water / (_MASS_RATIO + water))


def humidity_ratio_from_wet_bulb(temp_dry_c: ArrayLike, temp_wet_c: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return kg of water per kg of dry air from dry bulb, wet bulb [°C] and pressure [Pa].

    A wet bulb that the air cannot have, above the dry bulb or below that of bone-dry air, counts as the nearest that it can.
    """
    dry = np.asarray(temp_dry_c, dtype=np.float64)
    wet = np.minimum(np.asarray(temp_wet_c, dtype=np.float64), dry)
    pressure = np.asarray(pressure_pa, dtype=np.float64)
    ratio = np.where(wet >= 0.0, _wet_bulb_ratio(dry, wet, pressure, _WET_BULB_WATER)[0], _wet_bulb_ratio(dry, wet, pressure, _WET_BULB_ICE)[0])
    return np.asarray(np.maximum(ratio, humidity_ratio(_LEAST_PA, pressure)))


def dew_point_c(vapour_pa: ArrayLike) -> FloatArray:
    """Return the temperature [°C] at which a vapour pressure [Pa] saturates air; of frost below the triple point."""
    target = np.log(np.maximum(np.asarray(vapour_pa, dtype=np.float64), _LEAST_PA))
    scaled = target - np.log(611.2)  # Magnus' approximation is the start
    temp = np.asarray(243.12 * scaled / (17.62 - scaled))
    for _ in range(_NEWTON_STEPS - 3):
        log_pressure, slope = _log_saturation(temp)
        temp = temp - (log_pressure - target) / slope
    return np.asarray(temp)


def dew_point_from_rh_c(temp_dry_c: ArrayLike, rh_share: ArrayLike) -> FloatArray:
    """Return the dew point [°C] from dry bulb [°C] and relative humidity (0 to 1)."""
    return dew_point_c(np.asarray(rh_share, dtype=np.float64) * saturation_pressure_pa(temp_dry_c))


def dew_point_from_wet_bulb_c(temp_dry_c: ArrayLike, temp_wet_c: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the dew point [°C] from dry bulb, wet bulb [°C] and pressure [Pa]."""
    return dew_point_c(vapour_pressure_pa(humidity_ratio_from_wet_bulb(temp_dry_c, temp_wet_c, pressure_pa), pressure_pa))


def rh_from_dew_point(temp_dry_c: ArrayLike, temp_dew_c: ArrayLike) -> FloatArray:
    """Return the relative humidity from dry bulb and dew point [°C]; above 1 where the dew point is the higher one."""
    return np.asarray(saturation_pressure_pa(temp_dew_c) / saturation_pressure_pa(temp_dry_c))


def wet_bulb_c(temp_dry_c: ArrayLike, ratio: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the wet bulb.

    Parameters
    ----------
    temp_dry_c : float or array
        Dry bulb [°C].
    ratio : float or array
        Humidity ratio: kg of water per kg of dry air.
    pressure_pa : float or array
        Pressure of the air [Pa].

    Returns
    -------
    FloatArray
        Wet bulb [°C], at most the dry bulb: over water where that gives at least 0 °C, else over ice.
    """
    dry, water, pressure = np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in (temp_dry_c, ratio, pressure_pa)))
    thawed = (dry >= 0.0) & (water >= _wet_bulb_ratio(dry, np.zeros_like(dry), pressure, _WET_BULB_WATER)[0])
    above = _solve_wet_bulb(dry, water, pressure, dry, _WET_BULB_WATER)
    below = _solve_wet_bulb(dry, water, pressure, np.minimum(dry, 0.0), _WET_BULB_ICE)
    return np.where(thawed, above, below)


def wet_bulb_from_dew_point_c(temp_dry_c: ArrayLike, temp_dew_c: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the wet bulb [°C] from dry bulb, dew point [°C] and pressure [Pa]."""
    return wet_bulb_c(temp_dry_c, humidity_ratio(saturation_pressure_pa(temp_dew_c), pressure_pa), pressure_pa)


def wet_bulb_from_rh_c(temp_dry_c: ArrayLike, rh_share: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the wet bulb [°C] from dry bulb [°C], relative humidity (0 to 1) and pressure [Pa]."""
    vapour = np.asarray(rh_share, dtype=np.float64) * saturation_pressure_pa(temp_dry_c)
    return wet_bulb_c(temp_dry_c, humidity_ratio(vapour, pressure_pa), pressure_pa)


def enthalpy_j_per_kg(temp_dry_c: ArrayLike, ratio: ArrayLike) -> FloatArray:
    """Return the enthalpy of moist air [J per kg of dry air], 0 for dry air of 0 °C."""
    dry = np.asarray(temp_dry_c, dtype=np.float64)
    return np.asarray(DRY_AIR_J_PER_KG_K * dry + np.asarray(ratio) * (_VAPOUR_J_PER_KG + _VAPOUR_J_PER_KG_K * dry))


def density_kg_per_m3(temp_dry_c: ArrayLike, ratio: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the density of moist air [kg/m³], its water included."""
    water = np.asarray(ratio, dtype=np.float64)
    volume = _GAS_J_PER_KG_K * (np.asarray(temp_dry_c) + KELVIN_AT_0_C) * (1.0 + water / _MASS_RATIO) / np.asarray(pressure_pa)
    return np.asarray((1.0 + water) / volume)


def saturated_temp_c(enthalpy: ArrayLike, pressure_pa: ArrayLike) -> FloatArray:
    """Return the temperature [°C] of saturated air of an enthalpy [J per kg of dry air] and a pressure [Pa].

    Air that leaves a cooling tower is all but saturated; its enthalpy follows from the heat it took.
    """
    target = np.asarray(enthalpy, dtype=np.float64)
    pressure = np.asarray(pressure_pa, dtype=np.float64)
    temp = np.full(np.broadcast_shapes(target.shape, pressure.shape), 30.0)
    for _ in range(_NEWTON_STEPS):
        ratio, ratio_slope = _saturation_ratio(temp, pressure)
        slope = DRY_AIR_J_PER_KG_K + ratio_slope * (_VAPOUR_J_PER_KG + _VAPOUR_J_PER_KG_K * temp) + ratio * _VAPOUR_J_PER_KG_K
        temp = np.minimum(temp - (enthalpy_j_per_kg(temp, ratio) - target) / slope, 70.0)
    return np.asarray(temp)


def _log_saturation(temp_c: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the logarithm of the saturation pressure and its slope per kelvin."""
    kelvin = temp_c + KELVIN_AT_0_C
    over_ice = temp_c <= _TRIPLE_POINT_C
    c1, c2, c3, c4, c5, c6, c7 = (np.where(over_ice, ice, water) for ice, water in zip(_ICE, _WATER, strict=True))
    value = c1 / kelvin + c2 + kelvin * (c3 + kelvin * (c4 + kelvin * (c5 + kelvin * c6))) + c7 * np.log(kelvin)
    slope = -c1 / kelvin**2 + c3 + kelvin * (2.0 * c4 + kelvin * (3.0 * c5 + kelvin * 4.0 * c6)) + c7 / kelvin
    return value, slope


def _saturation_ratio(temp_c: FloatArray, pressure_pa: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the humidity ratio of saturated air and its slope per kelvin."""
    log_pressure, slope = _log_saturation(temp_c)
    vapour = np.exp(log_pressure)
    dry_part = pressure_pa - vapour
    return _MASS_RATIO * vapour / dry_part, _MASS_RATIO * pressure_pa * vapour * slope / dry_part**2


def _wet_bulb_ratio(
    dry: FloatArray, wet: FloatArray, pressure_pa: FloatArray, constants: tuple[float, float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return the humidity ratio of air with a wet bulb, and its slope per kelvin of the wet bulb."""
    latent, falling, liquid = constants
    saturated, saturated_slope = _saturation_ratio(wet, pressure_pa)
    denominator = latent + _VAPOUR_J_PER_KG_K * dry - liquid * wet
    ratio = ((latent - falling * wet) * saturated - DRY_AIR_J_PER_KG_K * (dry - wet)) / denominator
    slope = ((latent - falling * wet) * saturated_slope - falling * saturated + DRY_AIR_J_PER_KG_K + liquid * ratio) / denominator
    return ratio, slope


def _solve_wet_bulb(
    dry: FloatArray, ratio: FloatArray, pressure_pa: FloatArray, highest: FloatArray, constants: tuple[float, float, float]
) -> FloatArray:
    # The ratio is a convex, rising function of the wet bulb: from the highest possible one, Newton's steps fall towards the root. Bounds keep
    # in range the hours that freeze while they are tried over water, and those that do not while they are tried over ice.
    wet = highest
    for _ in range(_NEWTON_STEPS + 1):
        found, slope = _wet_bulb_ratio(dry, wet, pressure_pa, constants)
        wet = np.clip(wet - (found - ratio) / slope, _COLDEST_C, highest)
    return wet
