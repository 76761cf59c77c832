import pytest
from tests.lab import results
from tests.report.pages import charts_have_places, figures, in_order, loads_nothing, seen

from wattmint.facts.load import sources
from wattmint.lab.compare import Comparison, comparison_rows
from wattmint.provenance import SourceUsed
from wattmint.report.lab.page import render, shown


@pytest.fixture(scope="module")
def comparison():
    parts = results.everything()
    made = (parts["hash"], results.scrypt(), parts["wall"], parts["flip"], parts["stop"], parts["network"])
    rows = comparison_rows(*made)
    used = {part for row in rows for cell in (row.ai, row.chain) for figure in cell.figures for part in figure.source.split(" + ")}
    return Comparison(rows, *made, tuple(SourceUsed(s.id, s.citation, s.licence, s.as_of) for s in sources().values() if s.id in used))


@pytest.fixture(scope="module")
def html(comparison):
    return render("compare", comparison)


@pytest.fixture(scope="module")
def page(html, read_page):
    return read_page(html)


def test_nothing_is_loaded_from_anywhere(page):
    loads_nothing(page)


def test_headings_and_links_hold(page):
    in_order(page)


def test_every_place_for_a_chart_has_one_and_words_for_it(html, page):
    charts_have_places(html, page)
    assert set(figures(html)) == {"luck", "roofline", "step", "flip", "stop", "network"}


def test_every_number_of_the_table_says_where_it_is_from(page, comparison):
    text = seen(page)
    figures = [figure for row in comparison.rows for cell in (row.ai, row.chain) for figure in cell.figures]
    assert all(figure.what in text for figure in figures)
    assert text.count("measured here:") + text.count("cited:") == len(figures)


@pytest.mark.parametrize("experiment", ["hash", "wall", "flip", "stop", "network"])
def test_each_experiment_has_a_page_of_its_own(experiment, read_page):
    page = read_page(render(experiment, results.everything()[experiment]))
    assert page.open == []
    assert [name for name in page.values("id") if name != "book"] == [experiment]


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0.0, "0"), (1234567.0, "1,230,000"), (0.5, "0.5"), (2e-5, "2.0e-05"), (3.3e14, "3.300e+14")]
)
def test_numbers_on_the_page(value, text):
    assert shown(value).replace(" x 10^", "e+") == text
