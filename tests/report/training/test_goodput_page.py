import math

import pytest
from tests.report.pages import charts_have_places, in_order, loads_nothing, seen

from wattmint.calculators.training.goodput import run_goodput, simulate_goodput
from wattmint.calculators.training.run_terms import RunCase
from wattmint.report.figures import plain
from wattmint.report.training.goodput_page import cause_table, headline, interval_figure, interval_table, lost_figure, render

CASE = RunCase(gpus=16_384, interval_s=1_800, spares=8, outages_per_year=2, outage_hours=4)


@pytest.fixture(scope="module")
def found():
    return run_goodput(CASE)


@pytest.fixture(scope="module")
def simulated(found):
    return simulate_goodput(found, days=10, runs=20, seed=0)


def test_the_page_holds_what_every_page_does(found, simulated, read_page):
    html = render(found, simulated)
    page = read_page(html)
    loads_nothing(page)
    in_order(page)
    charts_have_places(html, page)
    text = seen(page)
    assert headline(found) in text
    assert "simulated, ± 2 standard errors" in text
    assert "Simulated 20 runs" in text
    assert render(found, simulated) == html


def test_without_a_simulation_none_is_drawn_or_named(found, read_page):
    assert "simulated" not in seen(read_page(render(found, None))).lower()
    assert len(plain(interval_figure(found, None))["data"]) == 2


def test_the_curve_passes_through_the_interval_used_and_peaks_at_the_best(found, simulated):
    curve, chosen, lived = plain(interval_figure(found, simulated))["data"]
    assert (chosen["x"][0], chosen["y"][0]) == (1_800.0, pytest.approx(100 * found.goodput, rel=1e-4))
    assert lived["y"][0] == pytest.approx(100 * simulated.goodput, rel=1e-4)
    assert lived["error_y"]["array"][0] == pytest.approx(200 * simulated.standard_error, rel=1e-3)
    peak = max(range(len(curve["y"])), key=lambda i: curve["y"][i])
    assert curve["x"][peak] == pytest.approx(found.best_s, rel=0.3)
    assert min(curve["x"]) < found.best_s < 1_800.0 < max(curve["x"])


def test_bars_are_the_shares_that_are_not_goodput(found):
    (bars,) = plain(lost_figure(found))["data"]
    assert sum(bars["x"]) == pytest.approx(100 * (1 - found.goodput), rel=1e-3)
    assert list(bars["x"]) == sorted(bars["x"], reverse=True)
    assert "announced stops" not in bars["y"]


def test_tables_hold_the_rules_and_the_causes(found):
    assert [row[0] for row in interval_table(found).rows] == ["as asked for", "best", "Daly", "Young"]
    assert [row[0] for row in interval_table(run_goodput(RunCase(gpus=512))).rows] == ["best", "Daly", "Young"]
    assert {row[0] for row in cause_table(found).rows} == set(found.per_day)


def test_checkpoints_that_take_no_time_have_a_page_too(read_page):
    free = run_goodput(RunCase(gpus=512, checkpoint_s=0.0))
    assert free.interval_s == 0.0
    (curve,) = plain(interval_figure(free, None))["data"]
    assert all(math.isfinite(value) and value > 0.0 for value in curve["x"])
    in_order(read_page(render(free, None)))
