from dataclasses import replace

import numpy as np
import pytest

from wattmint.calculators.facility.ai_air import HallAir, ai_hall
from wattmint.calculators.facility.answer import ClassHours, CoolantHours
from wattmint.calculators.facility.case import FacilityCase, settled

FLOW = np.full(8760, 80.0)


def a2(**hours):
    none = {f"hours_{cause}": 0 for cause in ("outside", "hot", "cold", "humid", "dry", "wet")}
    return ClassHours(**{"id": "a2", "name": "A2", "dry_high_c": 35.0} | none | {f"hours_{cause}": count for cause, count in hours.items()})


def hall(own, path="outside", pm25=8.0, **changes):
    case = settled(FacilityCase(weather="midland-tmy3", cooling="open-air-fans", it_mw=1.0, **changes))
    corrosive = replace(own, id="recommended-corrosive", hours_humid=700)
    return ai_hall(case, path, (own, corrosive), (), HallAir(FLOW, 80.0, pm25))


def test_clean_cool_outside_air_needs_filters_only():
    found = hall(a2())
    assert (found.verdict, found.refusals, found.remedies, found.filters) == ("fits with filters", (), (), ("merv-11",))
    assert found.pm25_inside_ug_m3 == pytest.approx(8.0 * (1.0 - 0.425))
    assert found.sealing_usd == 0.0
    assert min(found.filter_capex_usd, found.filter_usd_per_year, found.filter_mwh) > 0.0


def test_a_closed_hall_needs_nothing():
    found = hall(a2(), path="recirculated")
    assert (found.verdict, found.filters, found.filter_capex_usd, found.pm25_inside_ug_m3) == ("fits", (), 0.0, None)


@pytest.mark.parametrize(
    ("hours", "told"),
    [({"hot": 3}, "the inlet is above 35.0 °C in 3 of 8,760 hours"), ({"humid": 9, "wet": 4}, "the dew point is too high in 4 of 8,760 hours")],
)
def test_heat_and_water_refuse(hours, told):
    for path in ("outside", "recirculated"):
        found = hall(a2(**hours), path=path)
        assert found.verdict == "refused"
        assert told in found.refusals
    assert hall(a2(**hours)).sealing_usd == 150_000.0


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"cold": 5}, "exhaust air must be mixed in during 5 of 8,760 hours, which are too cold"),
        ({"humid": 9, "wet": 0}, "exhaust air must warm the supply in 9 of 8,760 hours, whose relative humidity is too high"),
        ({"dry": 7}, "the air must be humidified in 7 of 8,760 hours, which are too dry"),
    ],
)
def test_cold_and_dry_and_nearly_saturated_air_can_be_mended(hours, told):
    found = hall(a2(**hours))
    assert found.verdict == "fits with filters"
    assert found.remedies == (told,)


def test_corrosive_air_takes_media_and_fast_corrosion_refuses():
    moderate = hall(a2(), corrosion="g2")
    assert moderate.filters == ("merv-11", "gas-filter")
    assert moderate.verdict == "fits with filters"
    assert moderate.remedies == ("air of class G2 must stay below 50 % relative humidity behind the media; it is too humid in 700 of 8,760 hours",)
    for corrosion in ("g3", "gx"):
        harsh = hall(a2(), corrosion=corrosion)
        assert harsh.verdict == "refused"
        assert harsh.refusals == (f"outside air corrodes as class {corrosion.upper()}: it must stay outside",)
        assert harsh.sealing_usd > 0.0
        assert (harsh.filters, harsh.filter_capex_usd, harsh.filter_mwh, harsh.pm25_inside_ug_m3) == ((), 0.0, 0.0, None)
        assert hall(a2(), path="recirculated", corrosion=corrosion).verdict == "fits"


def test_dust_that_is_not_known_gets_the_finer_filter():
    found = hall(a2(), pm25=None)
    assert found.filters == ("merv-13",)
    assert found.pm25_inside_ug_m3 is None


@pytest.mark.parametrize(("above", "verdict"), [(0, "fits"), (12, "refused")])
def test_liquid_counts_the_coolant(above, verdict):
    case = settled(FacilityCase(weather="midland-tmy3", cooling="direct-liquid-dry-cooler", it_mw=1.0))
    coolants = (CoolantHours(id="w45", name="W45", coolant_high_c=45.0, hours_above=above),)
    found = ai_hall(case, "liquid", (), coolants, HallAir(FLOW, 80.0, None))
    assert found.verdict == verdict
    assert found.refusals == (("the coolant is above 45 °C in 12 of 8,760 hours",) if above else ())
