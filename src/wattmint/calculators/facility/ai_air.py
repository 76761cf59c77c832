"""Whether AI servers may stand in a hall: its heat, moisture, dust and gases against what they stand, and what filters or seals cost.

AI servers cannot step back as miners do: a single hour that is too hot for them, or whose air holds too much water, refuses the hall. Cold or
nearly saturated air can be mended by mixing in exhaust air, dry air by humidifiers. Outside air must be filtered; where it corrodes faster than
G2 none may come in.
"""

from collections.abc import Sequence
from typing import NamedTuple

from wattmint.calculators.facility.answer import AiHall, ClassHours, CoolantHours
from wattmint.calculators.facility.case import CORROSIVE, LIQUID, OUTSIDE, FacilityCase
from wattmint.facility.air_quality import HALL, MILD, MODERATE, TABLE, filter_stages, filtration
from wattmint.facts.load import number
from wattmint.types import FloatArray

FITS, FILTERED, REFUSED = "fits", "fits with filters", "refused"


class HallAir(NamedTuple):
    """Air through a hall.

    Attributes
    ----------
    flow_m3_per_s : FloatArray, shape (n,)
        Hour by hour at the load drawn.
    design_m3_per_s : float
        Largest flow at the load of the design.
    pm25_ug_m3 : float or None
        Annual mean of fine dust outside.
    """

    flow_m3_per_s: FloatArray
    design_m3_per_s: float
    pm25_ug_m3: float | None


def ai_hall(
    case: FacilityCase,
    path: str,
    classes: Sequence[ClassHours],
    coolants: Sequence[CoolantHours],
    hall_air: HallAir,
) -> AiHall:
    """Return whether AI servers may stand in a hall.

    Parameters
    ----------
    case : FacilityCase
        As settled.
    path : str
        Where the machines' air comes from.
    classes, coolants : sequence of ClassHours, of CoolantHours
        Hours outside the classes.
    hall_air : HallAir
        Air through the hall, and its dust.

    Returns
    -------
    AiHall
    """
    of_hours = f"of {hall_air.flow_m3_per_s.size:,} hours"
    refusals, remedies = _heat(case, path, classes, coolants, of_hours)
    corrosion = str(case.corrosion)
    if path != OUTSIDE:
        return AiHall(
            servers=str(case.servers), verdict=REFUSED if refusals else FITS, refusals=tuple(refusals), remedies=tuple(remedies), filters=(),
            filter_capex_usd=0.0, filter_usd_per_year=0.0, filter_mwh=0.0, pm25_inside_ug_m3=None, sealing_usd=0.0,
        )  # fmt: skip
    must_close = corrosion not in (MILD, MODERATE)
    if must_close:
        refusals.append(f"outside air corrodes as {_name(corrosion)}: it must stay outside")
    elif corrosion == MODERATE:
        corrosive = next(one for one in classes if one.id == CORROSIVE)
        wet = f"it is too humid in {corrosive.hours_humid:,} {of_hours}"
        remedies.append(f"air of {_name(corrosion)} must stay below 50 % relative humidity behind the media; {wet}")
    stages = () if must_close else filter_stages(hall_air.pm25_ug_m3, corrosion)  # no filter lets such air in
    taken = filtration(stages, hall_air.flow_m3_per_s, hall_air.design_m3_per_s)
    return AiHall(
        servers=str(case.servers), verdict=REFUSED if refusals else FILTERED, refusals=tuple(refusals), remedies=tuple(remedies), filters=stages,
        filter_capex_usd=taken.capex_usd, filter_usd_per_year=taken.media_usd_per_year, filter_mwh=float(taken.power_mw.sum()),
        pm25_inside_ug_m3=None if must_close or hall_air.pm25_ug_m3 is None else hall_air.pm25_ug_m3 * taken.pm25_passed_share,
        sealing_usd=number(TABLE, HALL, "sealing_usd_per_mw") * case.it_mw if refusals else 0.0,
    )  # fmt: skip


def _heat(
    case: FacilityCase, path: str, classes: Sequence[ClassHours], coolants: Sequence[CoolantHours], of_hours: str
) -> tuple[list[str], list[str]]:
    if path == LIQUID:
        limit = next(one for one in coolants if one.id == case.servers)
        return ([f"the coolant is above {limit.coolant_high_c:g} °C in {limit.hours_above:,} {of_hours}"] if limit.hours_above else []), []
    own = next(one for one in classes if one.id == case.servers)
    refusals, remedies = [], []
    if own.hours_hot:
        refusals.append(f"the inlet is above {own.dry_high_c:.1f} °C in {own.hours_hot:,} {of_hours}")
    if own.hours_wet:
        refusals.append(f"the dew point is too high in {own.hours_wet:,} {of_hours}")
    if own.hours_cold:
        remedies.append(f"exhaust air must be mixed in during {own.hours_cold:,} {of_hours}, which are too cold")
    if own.hours_humid > own.hours_wet:
        remedies.append(f"exhaust air must warm the supply in {own.hours_humid - own.hours_wet:,} {of_hours}, whose relative humidity is too high")
    if own.hours_dry:
        remedies.append(f"the air must be humidified in {own.hours_dry:,} {of_hours}, which are too dry")
    return refusals, remedies


def _name(corrosion: str) -> str:
    return f"class {corrosion.upper()}"
