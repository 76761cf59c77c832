import math

import numpy as np
import pytest

from wattmint.calculators.serving.check import Check
from wattmint.report.serving.figures import (
    HEIGHT,
    LINE_COLOURS,
    MARKET,
    PLANT,
    Point,
    RooflinePoint,
    check_figure,
    cost_figure,
    cost_height,
    frontier_figure,
    roofline_figure,
)

OWN = (Point(20.0, 900.0, "1 x tp8, 512 at once"), Point(80.0, 100.0, "1 x tp8, 8 at once"))
BEST = (Point(20.0, 1200.0, "8 x <tp1>"), Point(100.0, 50.0, "1 x tp8"))


def test_the_frontier_shows_the_layout_the_best_and_the_case():
    figure = frontier_figure(OWN, BEST, Point(50.0, 400.0, "as asked"))
    best, own, asked = figure.data
    assert (best.line.dash, own.line.color) == ("dot", PLANT)
    assert list(own.x) == [20.0, 80.0]
    assert best.text[0] == "8 x &lt;tp1&gt;"  # plotly reads a little HTML
    assert (asked.x, asked.y) == ((50.0,), (400.0,))
    assert figure.layout.height == HEIGHT


def test_the_roof_rises_to_the_ridge_and_is_flat_beyond():
    points = [RooflinePoint(10.0, 3e13, "8 at once", is_asked=False), RooflinePoint(100.0, 3e14, "as asked", is_asked=True)]
    figure = roofline_figure(2e15, 5e12, points)
    roof, decoding, asked = figure.data
    left, ridge, right = roof.x
    assert ridge == 400.0
    assert left < 10.0
    assert right > 400.0
    assert roof.y[0] == pytest.approx(left * 5.0, rel=1e-3)  # TFLOP/s at 5 TB/s
    assert roof.y[1] == roof.y[2] == 2000.0
    assert (list(decoding.y), list(asked.y)) == ([30.0], [300.0])
    (note,) = figure.layout.annotations
    assert note.text == "ridge 400 FLOP/byte"
    assert note.x == pytest.approx(math.log10(400.0))


def test_costs_are_stacked_and_the_market_is_marked_where_it_pays():
    stacks = {"written": dict.fromkeys("abcde", 0.2), "read": dict.fromkeys("abcde", 0.02)}
    figure = cost_figure(stacks, {"written": 0.6})
    *bars, market = figure.data
    assert [bar.marker.color for bar in bars] == list(LINE_COLOURS)
    assert sum(bar.x[0] for bar in bars) == pytest.approx(1.0)
    assert (list(market.y), list(market.x), market.marker.line.color) == (["written"], [0.6], MARKET)
    assert figure.layout.height == cost_height(2)
    assert len(cost_figure(stacks, {}).data) == 5


def test_the_error_is_printed_on_the_scatter():
    one = Check(
        "tpot_ms", np.array([10.0, 100.0]), np.array([11.0, 80.0]), ("mlperf", "mlenergy_v3"), ("a", "b"), 3, 0.15, 0.15, 0.19, -0.05, 0.5
    )  # fmt: skip
    figure = check_figure(one)
    (note,) = figure.layout.annotations
    assert note.text == "2 of 3 rows<br>error: median 15%, mean 15%"
    shown = [(trace.x, trace.y) for trace in figure.data if trace.mode == "markers" and len(trace.x)]
    assert shown == [((10.0,), (11.0,)), ((100.0,), (80.0,))]
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
