"""The humidity of the air that the machines see."""

import numpy as np

from wattmint.physics.cooling.plant import Air, FloatArray, Plant
from wattmint.physics.cooling.supply import locked_out, sink_temp_c
from wattmint.physics.psychrometrics import dew_point_from_wet_bulb_c


def inlet_dew_point_c(air: Air, plant: Plant) -> FloatArray:
    """Return the dew point of the air at the machines.

    Parameters
    ----------
    air : Air
        Outside.
    plant : Plant
        The plant.

    Returns
    -------
    FloatArray
        Dew point [°C]. Outside air keeps its own, mixed with return air or not, and takes up what a wetted wall adds. A closed hall has that of the
        outside air that leaks in; its chilled water, where it has any, dries it down to the water's temperature. Humidifiers are left out.
    """
    dew_c = np.asarray(air.dew_point_c)
    if plant.open_air and plant.evaporative_effectiveness > 0.0:
        sink_c = sink_temp_c(air, plant)
        wetted = dew_point_from_wet_bulb_c(sink_c, air.temp_wet_c, air.pressure_pa)
        dew_c = np.where(sink_c < air.temp_dry_c, np.maximum(wetted, dew_c), dew_c)
    if plant.has_chiller:
        dried = np.minimum(dew_c, plant.cold_water_c if plant.cold_heat_share > 0.0 else plant.chilled_water_c)
        dew_c = np.where(locked_out(air, plant), dried, dew_c) if plant.open_air else dried
    return np.asarray(dew_c)
