import pytest
from tests.report.pages import charts_have_places, in_order, loads_nothing, seen

from wattmint.calculators.training.step_estimate import TIMES
from wattmint.calculators.training.step_run import TrainingRun, train
from wattmint.report.figures import plain
from wattmint.report.training.step_page import KINDS, headline, inputs, memory_figure, render, run_table, step_table, time_figure

CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "bf16", "global_batch": 128}


@pytest.fixture(scope="module")
def found():
    return train(CASE, TrainingRun(tokens=1e12))


def test_the_page_holds_what_every_page_does(found, read_page):
    html = render(found)
    page = read_page(html)
    loads_nothing(page)
    in_order(page)
    charts_have_places(html, page)
    text = seen(page)
    assert headline(found) in text
    assert "The whole run" in text
    assert "Fit of this package to" in text
    assert render(found) == html


def test_every_part_of_a_step_has_a_colour():
    parts = [part for _, names in KINDS.values() for part in names]
    assert sorted(f"{part}_s" for part in parts) == sorted(TIMES)


def test_bars_are_shares_of_a_step(found):
    (bars,) = plain(time_figure(found))["data"]
    assert 95.0 < sum(bars["x"]) <= 100.0 + 1e-9
    assert list(bars["x"]) == sorted(bars["x"], reverse=True)
    assert bars["x"][list(bars["y"]).index("matrices")] == pytest.approx(100 * found.estimate["matrices_s"] / found.estimate["step_s"], rel=1e-3)


def test_memory_is_what_is_kept_beside_what_there_is(found):
    (bars,) = plain(memory_figure(found))["data"]
    kept = dict(zip(bars["y"], bars["x"], strict=True))
    assert kept.pop("available") == pytest.approx(found.estimate["available_gb"], rel=1e-3)
    assert sum(kept.values()) == pytest.approx(found.estimate["needed_gb"], rel=1e-2)


def test_a_step_alone_has_no_run(read_page):
    alone = train(CASE, TrainingRun())
    text = seen(read_page(render(alone)))
    assert "The whole run" not in text
    assert [used.name for used in inputs(alone)][:2] == ["gpus", "bf16_tflops"]


def test_what_has_no_price_is_left_out_of_the_run():
    unpriced = train({**CASE, "gpu": "l40s"}, TrainingRun(tokens=1e9))
    assert unpriced.totals["cost_usd"] is None
    assert "Cost" not in [row[0] for row in run_table(unpriced).rows]


def test_numbers_are_those_of_the_answer(found):
    numbers = {row[0]: row[1] for row in step_table(found).rows}
    assert numbers["Sequences per step"] == "128"
    assert numbers["Share of the peak rate (MFU)"] == f"{found.estimate['mfu']:.1%}"
    assert {row[0]: row[1] for row in run_table(found).rows}["Cost"].replace(",", "").startswith(f"{found.totals['cost_usd']:.0f}"[:3])
