"""Dust and corrosive gases: the class of a site's air, the air that machines take in, and what filters take out of it at what price.

Mining machines breathe what is outside. AI servers want particles of ISO 14644-1 class 8 and copper and silver that corrode no faster than
ISA-71.04 G1: ASHRAE's way there is MERV 8 on the room's own air and MERV 11 or 13 on air from outside, with gas-phase media where
the air corrodes, and no outside air at all where it corrodes fast.
"""

from typing import Final, NamedTuple

import numpy as np

from wattmint.facts.fact import Fact
from wattmint.facts.load import number, record, table
from wattmint.physics.cooling.fans import hall_air_speed
from wattmint.physics.cooling.plant import Air, Plant
from wattmint.physics.psychrometrics import DRY_AIR_J_PER_KG_K, density_kg_per_m3, humidity_ratio, saturation_pressure_pa
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR, W_PER_MW

TABLE: Final = "air_quality"
HALL: Final = "hall-air"
GAS_FILTER: Final = "gas-filter"
COARSER, FINER = "merv-11", "merv-13"
MILD, MODERATE = "g1", "g2"


class Filtration(NamedTuple):
    """Filters on the air from outside, for a whole hall.

    Attributes
    ----------
    stages : tuple of str
        Rows of the facts table `air_quality`, in the order of the air.
    filters : float
        Filters of 24 by 24 inches in each stage.
    capex_usd, media_usd_per_year : float
        Frames, housings and dampers; filters as they are changed.
    power_mw : FloatArray
        Fan power that they cost, hour by hour.
    pm25_passed_share : float
        Share of the fine dust that comes through.
    """

    stages: tuple[str, ...]
    filters: float
    capex_usd: float
    media_usd_per_year: float
    power_mw: FloatArray
    pm25_passed_share: float


def corrosion_classes() -> tuple[str, ...]:
    """Return the ids of the classes of ISA-71.04, mild first."""
    return tuple(id_ for id_ in table(TABLE) if id_.startswith("g") and id_ != GAS_FILTER)


def corrosion_class(copper_film_a: float, silver_film_a: float) -> str:
    """Return the class of air by the films that grow on coupons.

    Parameters
    ----------
    copper_film_a, silver_film_a : float
        Growth in ångström per 30 days.

    Returns
    -------
    str
        The mildest class that allows both.
    """
    for name in corrosion_classes()[:-1]:
        if copper_film_a < number(TABLE, name, "copper_film_a") and silver_film_a < number(TABLE, name, "silver_film_a"):
            return name
    return corrosion_classes()[-1]


def hall_flow_m3_per_s(
    plant: Plant, air: Air, inlet_temp_c: FloatArray, inlet_dew_point_c: FloatArray, it_mw: float, load_share: float
) -> FloatArray:
    """Return the air that goes through the machines of a hall.

    Parameters
    ----------
    plant : Plant
        With its design rise and set point.
    air : Air
        Outside; its pressure counts.
    inlet_temp_c, inlet_dew_point_c : FloatArray
        Of the air at the machines.
    it_mw : float
        IT power of the design.
    load_share : float
        IT power over that.

    Returns
    -------
    FloatArray
        m³/s at the inlet's density: what carries the heat at the rise of the hour (`wattmint.physics.cooling.fans`).
    """
    speed = hall_air_speed(inlet_temp_c, load_share, plant)
    ratio = humidity_ratio(saturation_pressure_pa(np.minimum(inlet_dew_point_c, inlet_temp_c)), air.pressure_pa)
    full_kg_per_s = it_mw * W_PER_MW / (DRY_AIR_J_PER_KG_K * plant.rise_k)
    return np.asarray(full_kg_per_s * speed / density_kg_per_m3(inlet_temp_c, ratio, air.pressure_pa))


def filter_stages(pm25_ug_m3: float | None, corrosion: str) -> tuple[str, ...]:
    """Return the filters that air from outside needs before it may cool AI servers.

    Parameters
    ----------
    pm25_ug_m3 : float or None
        Annual mean of fine dust; None if it is not known.
    corrosion : str
        One of `corrosion_classes`.

    Returns
    -------
    tuple of str
        The finer filter where there is more dust than the law of clean air allows, or where it is not known; media against gases from G2 up.
    """
    limit = number(TABLE, HALL, "pm25_limit_ug_m3")
    dust = COARSER if pm25_ug_m3 is not None and pm25_ug_m3 <= limit else FINER
    return (dust,) if corrosion == MILD else (dust, GAS_FILTER)


def filtration(stages: tuple[str, ...], flow_m3_per_s: FloatArray, design_m3_per_s: float) -> Filtration:
    """Return what filters take, pass and cost.

    Parameters
    ----------
    stages : tuple of str
        From `filter_stages`.
    flow_m3_per_s : FloatArray, shape (n,)
        From `hall_flow_m3_per_s`.
    design_m3_per_s : float
        What filters and frames are sized for: the largest flow at the load of the design.

    Returns
    -------
    Filtration
        Pressure goes with the flow, so that power goes with its square: air creeps through the media.
    """
    filters = float(np.ceil(design_m3_per_s / number(TABLE, HALL, "filter_flow_m3_per_s")))
    pressure_pa = sum(number(TABLE, stage, "filter_pressure_pa") for stage in stages)
    power_mw = pressure_pa / design_m3_per_s * flow_m3_per_s**2 / number(TABLE, HALL, "filter_fan_efficiency") / W_PER_MW
    changes = {stage: MONTHS_PER_YEAR / number(TABLE, stage, "filter_life_months") for stage in stages}
    passed = np.prod([1.0 - _removal(stage) for stage in stages])
    return Filtration(
        stages=stages,
        filters=filters,
        capex_usd=len(stages) * design_m3_per_s * number(TABLE, HALL, "filter_frame_usd_per_m3_s"),
        media_usd_per_year=sum(filters * number(TABLE, stage, "filter_usd") * changes[stage] for stage in stages),
        power_mw=np.asarray(power_mw),
        pm25_passed_share=float(passed),
    )


def filter_facts(stages: tuple[str, ...]) -> tuple[Fact, ...]:
    """Return the rows that some filters rest on; none for none."""
    own = [fact for stage in stages for key, fact in record(TABLE, stage).items() if key != "name"]
    shared = ("pm25_limit_ug_m3", "filter_flow_m3_per_s", "filter_frame_usd_per_m3_s", "filter_fan_efficiency")
    return (*own, *(record(TABLE, HALL)[key] for key in shared)) if stages else ()


def _removal(stage: str) -> float:
    fact = record(TABLE, stage).get("pm25_removal_share")
    return 0.0 if fact is None else float(fact.value)
