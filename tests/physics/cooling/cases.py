"""Random plants and airs, and a few plants by hand."""

import numpy as np
from hypothesis import strategies as st

from wattmint.physics.cooling.plant import NO_DEW_LIMIT_C, NO_FLOOR_C, Air, Plant
from wattmint.physics.psychrometrics import (
    SEA_LEVEL_PA,
    dew_point_c,
    dew_point_from_wet_bulb_c,
    humidity_ratio,
    saturation_pressure_pa,
    vapour_pressure_pa,
    wet_bulb_c,
)

temps_c = st.floats(-35.0, 50.0)
loads = st.floats(0.1, 1.0)
pressures_pa = st.floats(60_000.0, 104_000.0)


def air_of(dry_c, ratio, pressure_pa=SEA_LEVEL_PA):
    """Return one hour of air of a humidity ratio, at most saturated."""
    ratio = np.minimum(ratio, humidity_ratio(saturation_pressure_pa(dry_c), pressure_pa))
    dew = np.minimum(dew_point_c(vapour_pressure_pa(ratio, pressure_pa)), dry_c)
    return Air(np.asarray(dry_c), wet_bulb_c(dry_c, ratio, pressure_pa), dew, np.asarray(pressure_pa))


def air_below(dry_c, depression_k, pressure_pa=SEA_LEVEL_PA):
    """Return one hour of air of a wet-bulb depression."""
    dry, wet = np.asarray(dry_c), np.asarray(dry_c - depression_k)
    return Air(dry, wet, np.minimum(dew_point_from_wet_bulb_c(dry, wet, pressure_pa), dry), np.asarray(pressure_pa))


def plain_air(dry_c, wet_c=10.0, dew_c=0.0, pressure_pa=SEA_LEVEL_PA):
    """Return hours of air as they are given."""
    dry = np.asarray(dry_c, dtype=float)
    return Air(dry, np.broadcast_to(wet_c, dry.shape).astype(float), np.broadcast_to(dew_c, dry.shape).astype(float), np.full(dry.shape, pressure_pa))


plants = st.builds(
    Plant,
    open_air=st.booleans(),
    rise_k=st.floats(5.0, 20.0),
    approach_k=st.floats(0.0, 15.0),
    supply_setpoint_c=st.floats(18.0, 55.0),
    hall_fan_share=st.floats(0.0, 0.1),
    outdoor_fan_share=st.floats(0.0, 0.1),
    pump_power_share=st.floats(0.0, 0.05),
    distribution_no_load_share=st.floats(0.0, 0.01),
    distribution_load_share=st.floats(0.0, 0.05),
    other_share=st.floats(0.0, 0.05),
    supply_floor_c=st.one_of(st.just(NO_FLOOR_C), st.floats(5.0, 18.0)),
    evaporative_effectiveness=st.one_of(st.just(0.0), st.floats(0.1, 1.0)),
    wetting_target_c=st.one_of(st.just(NO_FLOOR_C), st.floats(15.0, 30.0)),
    economiser_dew_limit_c=st.one_of(st.just(NO_DEW_LIMIT_C), st.floats(0.0, 25.0)),
    chiller_cop=st.one_of(st.just(0.0), st.floats(2.0, 8.0)),
    chilled_water_c=st.floats(7.0, 30.0),
    cold_heat_share=st.one_of(st.just(0.0), st.floats(0.05, 0.5)),
    cold_water_c=st.floats(7.0, 20.0),
    tower_approach_k=st.one_of(st.just(0.0), st.floats(2.0, 8.0)),
    concentration_cycles=st.floats(2.0, 10.0),
    ups_loss_share=st.floats(0.0, 0.1),
)

FANS = Plant(True, 12.0, 0.0, 35.0, 0.04, 0.0, 0.0, 0.005, 0.015, 0.01)
WALL = FANS._replace(evaporative_effectiveness=0.8, wetting_target_c=28.0, supply_setpoint_c=28.0)
DRY_COOLER = Plant(False, 10.0, 8.0, 45.0, 0.0, 0.03, 0.01, 0.002, 0.018, 0.005, supply_floor_c=45.0)
ECONOMISER = Plant(
    True, 12.0, 2.0, 25.0, 0.04, 0.0, 0.01, 0.003, 0.022, 0.015,
    supply_floor_c=18.0, economiser_dew_limit_c=17.0, chiller_cop=3.0, chilled_water_c=17.0,
)  # fmt: skip
TOWER = Plant(
    False, 10.0, 13.0, 25.0, 0.035, 0.0126, 0.023, 0.003, 0.022, 0.015,
    supply_floor_c=25.0, evaporative_effectiveness=1.0, chiller_cop=6.0, chilled_water_c=18.0, tower_approach_k=4.0,
)  # fmt: skip
LIQUID = Plant(
    False, 10.0, 8.0, 36.0, 0.007, 0.03, 0.02, 0.003, 0.022, 0.015,
    supply_floor_c=36.0, chiller_cop=3.0, chilled_water_c=30.0, cold_heat_share=0.2, cold_water_c=18.0,
)  # fmt: skip
