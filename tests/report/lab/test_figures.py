import math

import pytest
from tests.lab import results

from wattmint.report.lab import figures


def test_luck_shows_found_and_law():
    result = results.hashing()
    bars, law = figures.luck_figure(result).data
    assert list(bars.y) == list(result.luck.observed)
    assert list(law.y) == pytest.approx(list(result.luck.expected), abs=0.01)


def test_the_roofs_meet_at_the_ridge():
    roofs, points = figures.roofline_figure(results.wall()).data
    assert (roofs.x[1], roofs.y[1]) == (1.5e11 / 4e10, 150.0)
    assert roofs.y[0] == pytest.approx(roofs.x[0] * 40.0)
    assert list(points.text) == ["1", "8", "64"]


def test_steps_are_drawn_in_milliseconds():
    roofline, turns, measured = figures.step_figure(results.wall()).data
    assert (roofline.y[0], turns.y[0], measured.y[0]) == (4.0, 5.0, 4.5)


def test_flips_of_no_effect_are_drawn_at_the_edge():
    worst, mean = figures.flip_figure(results.flips()).data
    assert worst.x[0] == pytest.approx(98.0)
    assert mean.x[0] == pytest.approx(7.0)
    assert len(worst.y) == 8


def test_bars_leave_room_below_the_least():
    bars = figures.stop_figure(results.stops())
    assert list(bars.data[0].x) == [0.01, 0.4, 1.3]
    assert bars.layout.xaxis.range[0] <= math.log10(0.01) - 1
    assert len(figures.network_figure(results.everything()["network"]).data[0].x) == 2
