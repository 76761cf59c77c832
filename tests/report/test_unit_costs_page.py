import pytest
from tests.report.pages import in_order, loads_nothing, seen

from wattmint.calculators.unit_costs import COST_LINES, Question, unit_costs
from wattmint.market.snapshot import market_snapshot
from wattmint.report.figures import plain
from wattmint.report.unit_costs_page import figure_height, headline, render, sentences, stack_figure
from wattmint.scenario.model import Market


@pytest.fixture(scope="module")
def found():
    return unit_costs(Question(), market_snapshot(Market()))


@pytest.fixture(scope="module")
def page(found, read_page):
    return read_page(render(found))


def test_nothing_is_loaded_from_anywhere(page):
    loads_nothing(page)
    in_order(page)


def test_the_picture_stacks_shares_to_one_and_marks_what_is_fetched(found):
    *bars, marks = plain(stack_figure(found))["data"]
    assert len(bars) == len(COST_LINES)
    for i, stack in enumerate(found.stacks):
        assert sum(bar["x"][i] for bar in bars) == pytest.approx(1.0, abs=1e-3)
        assert marks["x"][i] == pytest.approx(stack.fetched / stack.cost, rel=1e-3)
    assert figure_height(found) > 200


def test_the_page_says_cost_price_sources_and_estimates(found, page):
    text = seen(page)
    assert headline(found) in text
    assert "more than it costs" in text or "less than it costs" in text
    assert "estimate" in text
    assert "Sources used" in text


def test_a_loss_is_called_one(found):
    dear = unit_costs(Question(power_price_usd_per_kwh=0.15), market_snapshot(Market()))
    assert "less than it costs" in sentences(dear)[1]
    assert "more than it costs" in sentences(found)[0]


def test_the_same_question_gives_the_same_bytes(found):
    assert render(found) == render(found)
