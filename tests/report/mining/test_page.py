import re
from dataclasses import replace

import pytest
from tests.report.pages import charts_have_places, figures, in_order, loads_nothing, seen

from wattmint.calculators.mining.forecast import forecast
from wattmint.calculators.mining.hashprice import hashprice_history
from wattmint.calculators.mining.static import static_result
from wattmint.report.mining.page import FIRST_MONTH, boxes, case_inputs, charts, render
from wattmint.report.mining.words import MineAnswer

SECTIONS = ("today", "payback", "old", "hashprice", "league", "market", "inputs", "method", "sources")


@pytest.fixture(scope="module")
def html(mine_answer):
    return render(mine_answer.case, mine_answer.ahead, mine_answer.machine_id)


@pytest.fixture(scope="module")
def page(html, read_page):
    return read_page(html)


def test_nothing_is_loaded_from_anywhere(page):
    loads_nothing(page)


def test_sections_links_and_headings_are_in_order(page):
    in_order(page, SECTIONS)


def test_every_place_for_a_chart_has_one_and_words_for_it(html, page):
    charts_have_places(html, page)


def test_same_answer_same_bytes(mine_answer, html):
    assert render(mine_answer.case, mine_answer.ahead, mine_answer.machine_id) == html


def test_the_answer_its_sources_and_its_estimates_are_on_the_page(page, mine_answer):
    text = seen(page)
    for words in ("Mining calculator", "Antminer S21 XP", "estimate", "Licence:", "machine_scrap_share", "Luxor", "$45/MWh", "its own", "tier"):
        assert words in text
    assert f"{len(mine_answer.league) - 13} more machines" in text


def test_a_machine_of_no_table_and_no_price(mine_answer, read_page):
    case = replace(mine_answer.case, hashrate_ths=100.0, power_w=2_950.0, capex_usd=None)
    text = render(case, forecast(case, "<b>Old & cheap</b>", months=12, paths=20))
    page = read_page(text)
    assert page.open == []
    assert "<b>Old & cheap</b>" in seen(page)
    assert "payback" not in figures(text)
    assert not [attrs for _, attrs in page.tags if attrs.get("class") == "own"]


def test_a_single_course_shows_no_bands_and_no_probabilities(mine_answer, read_page):
    median = forecast(mine_answer.case, "Antminer S21 XP", months=24, course="median")
    told = seen(read_page(render(mine_answer.case, median, "antminer-s21-xp")))
    assert "one median forecast" in told
    assert "says nothing about risk" in told
    assert not re.search(r"P10 to P90|Money not back|middle of", told)


def test_two_boxes_promise_and_forecast(mine_answer):
    today, ahead = boxes(mine_answer)
    assert dict(today.facts)["Payback"] == "15 months"
    assert "Money not back after 5 years" in dict(ahead.facts)
    unknown = replace(mine_answer, case=replace(mine_answer.case, capex_usd=None))
    assert not {"Payback", "Return on capital"} & {label for box in boxes(unknown) for label, _ in box.facts}


def test_the_figures_are_drawn_from_the_answer(mine_answer):
    drawn = charts(mine_answer, hashprice_history(FIRST_MONTH))
    assert set(drawn) == {"power", "league", "hashprice", "old", "running", "cash", "payback"}
    free = MineAnswer(replace(mine_answer.case, capex_usd=None), mine_answer.result, mine_answer.ahead, mine_answer.league)
    assert "payback" not in charts(free, hashprice_history(FIRST_MONTH))


def test_each_input_says_where_it_is_from(mine_answer):
    used = {one.name: one for one in case_inputs(mine_answer)}
    assert used["power_price_usd_per_kwh"].kind == "given"
    assert used["hashrate_ths"].kind == "datasheet"
    assert used["pool_fee"].kind == "published"
    assert (used["machine_usd_per_th"].value, used["capex_usd"].kind) == (11.0, "derived")
    changed = replace(mine_answer, case=replace(mine_answer.case, hashrate_ths=271.0, capex_usd=1.0), result=static_result(mine_answer.case))
    given = {one.name: one.kind for one in case_inputs(changed)}
    assert given["hashrate_ths"] == given["capex_usd"] == "given"
    assert "machine_usd_per_th" not in given
