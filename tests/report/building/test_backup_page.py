import pytest
from tests.report.pages import figures, in_order, loads_nothing, seen

from wattmint.calculators.backup.rank import site_backup
from wattmint.report.building.backup_page import render
from wattmint.report.building.backup_words import headline
from wattmint.scenario.model import Scenario


@pytest.fixture(scope="module")
def found():
    builds = [{"name": "host", "parts": [{"kind": "hosting"}]}]
    power = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3"}
    site = Scenario.of({"name": "<b>Site</b>", "site": {"power_mw": 20.0}, "power": power, "study": {"start": "2026-12"}, "builds": builds})
    return site_backup(site, years=300, seed=1)


@pytest.fixture(scope="module")
def html(found):
    return render(found)


def test_nothing_is_loaded_from_anywhere(html, read_page):
    page = read_page(html)
    loads_nothing(page)
    in_order(page, ("answer", "cost", "nines", "inputs", "sources"))
    assert "<b>Site" not in html


def test_the_page_says_the_answer_inputs_and_sources(found, html, read_page):
    text = seen(read_page(html))
    assert headline(found) in text
    assert "Mining should buy no backup" in text
    assert "price of one more nine" in text
    assert all(one.name in text for one in found.tenants[0].bills)
    assert "Training: what the interval between checkpoints does" in text
    assert set(figures(html)) == {"mining", "serving", "training", "hosting", "frontier"}


def test_one_workload_alone_has_no_table_of_checkpoints(found, read_page):
    alone = site_backup_of_one(found)
    assert "interval between checkpoints" not in seen(read_page(render(alone)))


def site_backup_of_one(found):
    from dataclasses import replace

    return replace(found, tenants=found.tenants[:1])


def test_the_same_question_gives_the_same_bytes(found, html):
    assert render(found) == html
