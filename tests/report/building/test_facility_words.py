import json
import re
from pathlib import Path

import pytest

from wattmint.calculators.facility.case import FacilityCase
from wattmint.calculators.facility.weather import facility_weather
from wattmint.facility.envelope import air_classes, liquid_classes
from wattmint.report.building.facility_words import (
    ABOVE_KEYS,
    NUMBERS,
    OUTSIDE_KEYS,
    ai_sentences,
    as_answer,
    asked,
    class_table,
    headline,
    numbers,
    power_table,
    sentences,
)


def answer(**changes):
    return facility_weather(FacilityCase(**{"weather": "midland-tmy3", "cooling": "open-air-fans", "it_mw": 50.0} | changes), Path())


@pytest.fixture(scope="module")
def found():
    return answer(machine="avalon-a16xp", pm25_ug_m3=8.0)


@pytest.fixture(scope="module")
def liquid():
    return answer(cooling="direct-liquid-dry-cooler", backup="n+1", load_share=0.5, weather="dallas-2020-2024")


def test_every_class_has_its_name():
    assert set(OUTSIDE_KEYS) == set(air_classes()) - {"recommended-corrosive"}
    assert set(ABOVE_KEYS) == set(liquid_classes())


def test_numbers_are_flat_and_complete(found, liquid):
    flat = numbers(found)
    assert tuple(flat) == NUMBERS
    assert flat["hours_above_recommended_inlet"] == 1511
    assert flat["hours_outside_a2_allowable"] == next(one.hours_outside for one in found.classes if one.id == "a2")
    assert flat["derated_hours"] == found.miner.derated_hours
    assert flat["coolant_hours_above_w45"] is None
    assert numbers(liquid)["coolant_hours_above_w32"] == 43_848
    assert {numbers(liquid)[name] for name in ("hours_outside_a2_allowable", "derated_hours", "humid_dust_hours", "pm25_ug_m3")} == {None}


def test_the_json_holds_all_of_it(found):
    whole = json.loads(json.dumps(as_answer(found), allow_nan=False))
    assert whole["it_mw"] == 50.0
    assert whole["mean_pue"] == found.mean_pue
    assert whole["sentences"] == sentences(found)
    assert {one["id"] for one in whole["sources"]} >= {"ashrae-tc99-card-2021", "estimate-air"}
    assert whole["miner"]["machine"] == "avalon-a16xp"
    assert whole["case"]["servers"] == "a2"


def test_the_sentence_of_standard_servers(found):
    (said,) = [line for line in sentences(found) if line.startswith("Standard AI servers")]
    assert said.startswith("Standard AI servers in this hall: above the recommended inlet temperature 1,511 hours a year; outside class A2 ")
    assert "136 too hot" in said


def test_sentences_say_what_there_is(found, liquid):
    words = " ".join(sentences(found))
    for part in ("PUE is 1.0", "The plant uses no water.", "Avalon A16XP in this hall: throttled 136 hours a year (above 35 °C)", "are refused here",
                 "would be wet 86 hours a year", "kg of fine dust", "Filters on outside air (MERV 11)", "Closing the hall"):  # fmt: skip
        assert part in words
    words = " ".join(sentences(liquid))
    for part in (
        "Liquid-cooled AI servers in this hall: above the 45 °C of class W45 0 hours a year.",
        "Pipes of the coolant would sweat",
        "(ASHRAE W45) fit.",
    ):
        assert part in words
    assert "dust" not in words


def test_water_is_told(found):
    assert "m3 of water a year" in " ".join(sentences(answer(cooling="evaporative-wall")))
    assert "m3" not in " ".join(line for line in sentences(found) if "water" in line)


def test_a_part_of_a_year_is_told_in_its_own_hours(found):
    from dataclasses import replace

    part = replace(found, covers_year=False, hours=1000, grid_mwh_per_year=None, water_m3_per_year=None)
    words = " ".join(sentences(part))
    assert "above the recommended inlet temperature 1,511 of 1,000 hours" in words
    assert "a year;" not in words


def test_an_altitude_that_nobody_told_is_that_of_the_pressure(found):
    from dataclasses import replace

    assert asked(replace(found, altitude_m=837.0, altitude_by_pressure=True)).endswith("of weather, its pressure that of 837 m above the sea")


def test_years_of_weather_are_told_by_the_year():
    years = answer(weather="dallas-2020-2024", load_share=0.5)
    (said,) = [line for line in sentences(years) if line.startswith("Standard AI servers")]
    outside, *causes = (
        int(found.replace(",", "")) for found in re.findall(r"([\d,]+) (?:hours a year|too \w+)", said.partition("outside class A2")[2])
    )
    assert len(causes) == 4
    assert max(causes) <= outside <= sum(causes)
    words = " ".join(sentences(years))
    assert f"take {years.ai.filter_mwh * 8760 / 43848:,.0f} MWh of fan energy a year" in words
    assert "of 43,848 hours" in words


def test_filters_and_remedies_are_told():
    fits = answer(cooling="economiser-chiller", corrosion="g2", pm25_ug_m3=5.0)
    words = " ".join(ai_sentences(fits))
    assert "AI servers (ASHRAE A2) fit with filters." in words
    assert "They need:" in words
    assert "MERV 11 and Gas-phase filter" in words
    assert "ug/m3 of fine dust" in words
    assert "Closing" not in words


def test_headline_and_question(found, liquid):
    assert headline(found).startswith("Open air, fans, weather of midland-tmy3: PUE 1.0")
    assert asked(found) == "50 MW of IT; 8,760 hours of weather, 872 m above the sea"  # Midland's station
    assert asked(liquid).startswith("50 MW of IT at 50% load, backup n+1; 43,848 hours of weather")


def test_tables(found, liquid):
    table = class_table(found)
    assert table.rows[0][0] == "ASHRAE recommended, A1 to A4"
    assert table.rows[0][3] == "1,511"
    assert class_table(liquid).rows[-1] == ("ASHRAE W45, coolant", "45 °C", "0")
    power = power_table(found)
    assert [row[0] for row in power.rows] == ["fans", "transformers and cables", "lights and the like", "all"]
    assert power.rows[-1][1] == f"{found.mean_pue - 1.0:.4f}"
