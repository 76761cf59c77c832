import pytest
from tests.report.pages import in_order, loads_nothing, seen

from wattmint.calculators.training.outage import REGIMES, OutageCase, training_outage
from wattmint.report.figures import plain
from wattmint.report.training.outage_page import headline, loss_figure, render


@pytest.fixture(scope="module")
def found():
    return training_outage(OutageCase(gpus=512, parameters_b=8, days=14))


@pytest.fixture(scope="module")
def page(found, read_page):
    return read_page(render(found))


def test_nothing_is_loaded_from_anywhere(page):
    loads_nothing(page)
    in_order(page)


@pytest.mark.parametrize(("per", "mean", "tail"), [("stop", "usd_per_stop", "usd_per_stop_tail"), ("year", "usd_per_year", "usd_per_year_tail")])
def test_dots_are_means_and_lines_end_at_tails(found, per, mean, tail):
    grid, backed = plain(loss_figure(found, per))["data"]
    for drawn, power in ((grid, "none"), (backed, found.backup)):
        rows = [row for row in found.rows if row.power == power]
        assert list(drawn["y"]) == pytest.approx([getattr(row, mean) for row in rows], rel=1e-3)
        ends = [low + up for low, up in zip(drawn["y"], drawn["error_y"]["array"], strict=True)]
        assert ends == pytest.approx([getattr(row, tail) for row in rows], rel=1e-3)
        assert len(rows) == len(REGIMES)


def test_the_page_says_the_answer_inputs_and_sources(found, page):
    text = seen(page)
    assert headline(found) in text
    assert "Stopping on request" in text
    assert "estimate" in text
    assert "Sources used" in text
    assert {"stop", "year"} <= set(page.values("data-figure"))


def test_the_same_question_gives_the_same_bytes(found):
    assert render(found) == render(found)
