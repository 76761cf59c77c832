from pathlib import Path

import pytest
from tests.report.pages import charts_have_places, in_order, loads_nothing, seen

from wattmint.calculators.facility.case import FacilityCase
from wattmint.calculators.facility.weather import facility_weather
from wattmint.report.building.facility_page import boxes, captions, charts, render
from wattmint.report.building.facility_words import headline, sentences


def answer(**changes):
    return facility_weather(FacilityCase(**{"weather": "midland-tmy3", "cooling": "evaporative-wall", "it_mw": 50.0} | changes), Path())


@pytest.fixture(scope="module")
def found():
    return answer(machine="avalon-a16xp", backup="n+1", pm25_ug_m3=12.0)


@pytest.fixture(scope="module")
def html(found):
    return render(found)


@pytest.fixture(scope="module")
def page(html, read_page):
    return read_page(html)


def test_nothing_is_loaded_and_all_is_in_order(html, page):
    loads_nothing(page)
    in_order(page, ("power", "air", "inputs", "sources"))
    charts_have_places(html, page)


def test_the_page_says_the_answer_inputs_and_sources(found, page):
    text = seen(page)
    assert headline(found) in text
    for line in sentences(found)[:2]:
        assert line.split(";")[0] in text
    assert "PUE by month and hour" in text
    assert "estimate" in text
    assert "Sources used" in text


def test_water_has_a_chart_only_where_there_is_some(found):
    assert set(charts(found)) == {"map", "power", "psychrometric", "inlet", "water"}
    assert "water" not in charts(answer(cooling="open-air-fans"))


def test_boxes_hold_the_first_numbers(found):
    draws, machines = boxes(found)
    assert ("Mean PUE", f"{found.mean_pue:.3f}") in draws.facts
    assert ("AI servers", "refused") in machines.facts
    assert ("h miner throttled", "0") in machines.facts
    liquid = boxes(answer(cooling="direct-liquid-dry-cooler"))[1]
    assert ("h above W45", "0") in liquid.facts


def test_captions_have_numbers(found):
    said = captions(found)
    assert set(said) == {"map", "power", "psychrometric", "inlet", "water"}
    assert f"{found.max_inlet_c:.1f} °C at most" in said["inlet"]
    assert "above the recommended 27 °C in 1,511 of 8,760 hours" in captions(answer(cooling="open-air-fans"))["inlet"]
    assert "-11.7 and 39.4 °C" in said["psychrometric"]


def test_notes_stand_on_the_page(found, read_page):
    from dataclasses import replace

    text = seen(read_page(render(replace(found, notes=("wx.csv: 5 hours missing",)))))
    assert "Notes on the weather" in text
    assert "5 hours missing" in text


def test_the_same_question_gives_the_same_bytes(found, html):
    assert render(found) == html
