"""A year of weather through a hall: PUE, energy and water, and the hours in which machines are outside what they stand.

Conventions:

- The IT power is the same in every hour. Counts of hours, energy and water are those of the weather's own hours; numbers per year are scaled to
  8,760 hours and given only where the weather covers all seasons.
- An hour is outside a class if its temperature or its moisture is. The highest allowable temperature is that of the site's altitude.
- Machines that are switched off have the mean temperature of the air of the past day; moister air wets them. Pipes of coolant sweat where the
  coolant is colder than the dew point of the air around them.
- Miners throttle and stop by the same limits as in the main job (`wattmint.workloads.modes`).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.calculators.facility.ai_air import HallAir, ai_hall
from wattmint.calculators.facility.answer import ClassHours, CoolantHours, Dust, FacilityAnswer, HourlyPicture, MinerHours
from wattmint.calculators.facility.case import CORROSIVE, LIQUID, OUTSIDE, FacilityCase, air_path, given_inputs, settled
from wattmint.facility.air_quality import HALL, MILD, TABLE, filter_facts, hall_flow_m3_per_s
from wattmint.facility.chain_parts import ups_loss_share
from wattmint.facility.cooling import Air, CoolingHours, cooling_hours, plant_keys, plant_named
from wattmint.facility.envelope import (
    air_classes,
    air_envelope,
    altitude_of,
    condensing_at_rest,
    coolant_limit_c,
    envelope_facts,
    liquid_classes,
    outside_air,
)
from wattmint.facts.load import number, record, table, text
from wattmint.market.history import WeatherSeries, read_weather
from wattmint.market.weather import month_hours
from wattmint.market.weather_doubts import clock_note
from wattmint.provenance import UsedInput
from wattmint.scenario.model import MiningPart
from wattmint.types import FloatArray, IntArray
from wattmint.units import HOURS_PER_COMMON_YEAR, KG_PER_UG, KWH_PER_MWH, L_PER_M3, MONTHS_PER_YEAR, SECONDS_PER_HOUR
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.modes import heat_capacity

SHARES: Final = ("fan", "pump", "chiller", "tower", "distribution", "ups", "other")
"""Uses of power beside IT, the fields of `CoolingHours` without their ending."""

TAIL: Final = 0.99
LEAST_MONTH_SHARE: Final = 0.8
"""Weather covers all seasons if each calendar month has this share of its usual hours."""


AT_REST, PIPES = "machines switched off", "coolant pipes"
RECOMMENDED: Final = "recommended"
LOSSES: Final = ("loss_fixed_share", "loss_linear_share", "loss_square_share")
"""Rows of the table `components` that the losses of an uninterruptible supply rest on."""

HALL_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    LIQUID: (), OUTSIDE: ("cold_soak_h", "deliquescent_rh_share", "sealing_usd_per_mw"), "recirculated": ("cold_soak_h",),
}  # fmt: skip
"""Rows of the table `air_quality` about halls that count, by where the machines' air comes from."""


def facility_weather(case: FacilityCase, base_dir: Path) -> FacilityAnswer:
    """Return what a year of weather does to a hall.

    Parameters
    ----------
    case : FacilityCase
        As asked for.
    base_dir : Path
        Folder from which a relative path of the weather is taken.

    Returns
    -------
    FacilityAnswer

    Raises
    ------
    InputError
        If the case or the weather file is refused: field, value and what is allowed.
    """
    case = settled(case)
    weather = read_weather(case.weather, base_dir, case.time_zone or "UTC", case.altitude_m)
    picture, clock_notes = _picture(case, weather)
    hours, cooling, path = weather.hour.size, picture.cooling, air_path(case.cooling)
    covers_year = _covers_year(picture.month)
    a_year = HOURS_PER_COMMON_YEAR / hours if covers_year else None
    altitude_m = altitude_of(float(weather.pressure_pa.mean())) if weather.altitude_m is None else weather.altitude_m
    it_mwh = case.it_mw * case.load_share * hours
    grid_mwh = case.it_mw * case.load_share * float(cooling.pue.sum())
    water_m3 = it_mwh * KWH_PER_MWH * float(cooling.water_l_per_kwh.mean()) / L_PER_M3
    flow, full_flow = (_flow(case, picture, load_share) for load_share in (case.load_share, 1.0))
    dust = _dust(case, weather, flow, path, covers_year)
    named = [name for name in air_classes() if name != CORROSIVE or case.corrosion != MILD]
    classes = () if path == LIQUID else tuple(_class_hours(name, altitude_m, cooling) for name in named)
    coolants = tuple(_coolant_hours(name, cooling) for name in liquid_classes()) if path == LIQUID else ()
    wet, condensation_on = _condensing(cooling, path)
    miner, miner_inputs = _miner(case, cooling.inlet_temp_c)
    ai = ai_hall(case, path, classes, coolants, HallAir(flow, float(full_flow.max()), None if dust is None else dust.pm25_ug_m3))
    return FacilityAnswer(
        case=case,
        label=weather.label,
        cooling_name=str(record("coolers", case.cooling)["name"].value),
        air_path=path,
        hours=hours,
        missing_hours=_missing(weather),
        covers_year=covers_year,
        altitude_m=altitude_m,
        altitude_by_pressure=weather.altitude_m is None,
        mean_pue=float(cooling.pue.mean()),
        p99_pue=float(np.quantile(cooling.pue, TAIL)),
        max_pue=float(cooling.pue.max()),
        grid_mwh=grid_mwh,
        grid_mwh_per_year=None if a_year is None else grid_mwh * a_year,
        peak_grid_mw=case.it_mw * case.load_share * float(cooling.pue.max()),
        water_m3=water_m3,
        water_m3_per_year=None if a_year is None else water_m3 * a_year,
        wue_l_per_kwh=float(cooling.water_l_per_kwh.mean()),
        shares={name: float(getattr(cooling, f"{name}_share").mean()) for name in SHARES},
        mean_inlet_c=float(cooling.inlet_temp_c.mean()),
        max_inlet_c=float(cooling.inlet_temp_c.max()),
        classes=classes,
        coolants=coolants,
        condensation_on=condensation_on,
        condensation_hours=int(wet.sum()),
        humid_dust_hours=int((cooling.inlet_rh_share > number(TABLE, HALL, "deliquescent_rh_share")).sum()) if path == OUTSIDE else None,
        miner=miner,
        dust=dust,
        ai=ai,
        notes=weather.notes + clock_notes + _season_notes(weather, covers_year),
        inputs=(*given_inputs(case), *_inputs(case, path, ai.filters), *miner_inputs),
        picture=picture,
    )


def _picture(case: FacilityCase, weather: WeatherSeries) -> tuple[HourlyPicture, tuple[str, ...]]:
    zone = weather.time_zone or case.time_zone
    _, month, hour = month_hours(weather, zone or "UTC")
    notes = clock_note(weather.label, month, hour, weather.temp_dry_c) if weather.is_typical or zone is not None else ()
    if zone is None and not weather.is_typical:
        notes += (f"{weather.label}: months and hours of the day are those of UTC; a time zone makes them the site's",)
    plant = plant_named(case.cooling)._replace(ups_loss_share=ups_loss_share(case.backup, case.load_share))
    air = Air(*weather.air)
    return HourlyPicture(month=month, hour_of_day=hour, air=air, cooling=cooling_hours(plant, air, case.load_share)), notes


def _flow(case: FacilityCase, picture: HourlyPicture, load_share: float) -> FloatArray:
    cooling = picture.cooling  # what reaches the machines does not depend on the load
    return hall_flow_m3_per_s(plant_named(case.cooling), picture.air, cooling.inlet_temp_c, cooling.inlet_dew_point_c, case.it_mw, load_share)


def _covers_year(month: IntArray) -> bool:
    count = np.bincount(month, minlength=MONTHS_PER_YEAR + 1)[1:]
    return bool((count >= LEAST_MONTH_SHARE * HOURS_PER_COMMON_YEAR / MONTHS_PER_YEAR).all())


def _missing(weather: WeatherSeries) -> int:
    if weather.is_typical:
        return max(int(HOURS_PER_COMMON_YEAR) - weather.hour.size, 0)
    return int(weather.hour[-1] - weather.hour[0]) + 1 - weather.hour.size


def _season_notes(weather: WeatherSeries, covers_year: bool) -> tuple[str, ...]:
    if covers_year:
        return ()
    return (f"{weather.label}: its {weather.hour.size:,} hours do not cover all seasons; nothing is said of a year",)


def _class_hours(name: str, altitude_m: float, cooling: CoolingHours) -> ClassHours:
    envelope = air_envelope(name, altitude_m)
    outside = outside_air(envelope, cooling.inlet_temp_c, cooling.inlet_dew_point_c)
    return ClassHours(
        id=name,
        name=envelope.name,
        dry_high_c=envelope.dry_high_c,
        hours_outside=int(outside.any_cause.sum()),
        hours_hot=int(outside.hot.sum()),
        hours_cold=int(outside.cold.sum()),
        hours_humid=int(outside.humid.sum()),
        hours_dry=int(outside.dry.sum()),
        hours_wet=int(outside.wet.sum()),
    )


def _coolant_hours(name: str, cooling: CoolingHours) -> CoolantHours:
    limit_c = coolant_limit_c(name)
    hours = int((cooling.inlet_temp_c > limit_c).sum())
    return CoolantHours(id=name, name=str(record("envelopes", name)["name"].value), coolant_high_c=limit_c, hours_above=hours)


def _condensing(cooling: CoolingHours, path: str) -> "tuple[FloatArray, str]":
    if path == LIQUID:
        return np.asarray(cooling.inlet_temp_c < cooling.inlet_dew_point_c, dtype=np.float64), PIPES
    soak_h = int(number(TABLE, HALL, "cold_soak_h"))
    return np.asarray(condensing_at_rest(cooling.inlet_temp_c, cooling.inlet_dew_point_c, soak_h), dtype=np.float64), AT_REST


def _miner(case: FacilityCase, inlet_c: FloatArray) -> tuple[MinerHours | None, tuple[UsedInput, ...]]:
    if case.machine is None:
        return None, ()
    book = InputBook(MiningPart(kind="mining", machine=case.machine))
    left = heat_capacity(book, case.machine, inlet_c)
    limit_c, off_c = (float(next(used.value for used in book.used if used.name == key)) for key in ("inlet_limit_c", "inlet_off_c"))
    hours = MinerHours(
        machine=case.machine,
        inlet_limit_c=limit_c,
        inlet_off_c=off_c,
        derated_hours=int(((left < 1.0) & (left > 0.0)).sum()),
        shutdown_hours=int((left == 0.0).sum()),
        lost_hashrate_share=float(1.0 - left.mean()),
    )
    return hours, book.used


def _dust(case: FacilityCase, weather: WeatherSeries, flow_m3_per_s: FloatArray, path: str, covers_year: bool) -> Dust | None:
    if case.pm25_ug_m3 is not None:
        hourly = np.full(flow_m3_per_s.size, case.pm25_ug_m3)
    elif weather.pm25_ug_m3 is not None and not np.isnan(weather.pm25_ug_m3).all():
        hourly = weather.pm25_ug_m3
    else:
        return None
    kg_per_mw_h = np.nanmean(hourly * flow_m3_per_s) * SECONDS_PER_HOUR * KG_PER_UG / case.it_mw
    carried = float(kg_per_mw_h) * HOURS_PER_COMMON_YEAR if path == OUTSIDE and covers_year else None
    return Dust(pm25_ug_m3=float(np.nanmean(hourly)), kg_per_mw_year=carried)


def _inputs(case: FacilityCase, path: str, filters: tuple[str, ...]) -> tuple[UsedInput, ...]:
    plant = record("coolers", case.cooling)
    used = [plant[key].used() for key in plant_keys(case.cooling)]
    device = text("backup", case.backup, "rides_on")
    used += [fact.used() for key, fact in table("components").get(device, {}).items() if key in LOSSES]
    for name in (str(case.servers),) if path == LIQUID else dict.fromkeys((RECOMMENDED, str(case.servers))):
        used += [fact.used() for fact in envelope_facts(name)]
    used += [fact.used() for fact in filter_facts(filters)]
    return (*used, *(record(TABLE, HALL)[key].used() for key in HALL_KEYS[path]))
