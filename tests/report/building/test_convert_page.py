import pytest
from tests.report import pages
from tests.report.conversions import answer_of

from wattmint.report.building.convert_page import boxes, charts, render

SECTIONS = ("checks", "cost", "time", "deals", "inputs", "sources")


@pytest.mark.parametrize("refused", [False, True])
def test_the_page_is_whole_and_loads_nothing(read_page, refused):
    html = render(answer_of(refused=refused))
    page = read_page(html)
    pages.loads_nothing(page)
    pages.in_order(page, SECTIONS[:4] + (() if refused else ("worth",)) + SECTIONS[4:])
    pages.charts_have_places(html, page)


def test_the_same_answer_gives_the_same_bytes():
    assert render(answer_of()) == render(answer_of())


def test_a_refused_site_shows_reasons_and_no_worth(read_page):
    answer = answer_of(refused=True)
    said = pages.seen(read_page(render(answer)))
    assert all(reason[1:] in said for reason in answer.reasons)
    assert "gain" not in charts(answer)
    assert [box.title for box in boxes(answer)] == ["What it takes"]


def test_every_check_and_its_reason_is_on_the_page(read_page):
    answer = answer_of()
    said = pages.seen(read_page(render(answer)))
    assert all(row.check.reason in said for row in answer.checks)
    assert [box.title for box in boxes(answer)] == ["What it takes", "What it is worth"]
