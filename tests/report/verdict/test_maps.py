import json
import math
from dataclasses import replace

import pytest

from wattmint.report.figures import plain
from wattmint.report.theme import badges
from wattmint.report.verdict.maps import duration_figure, duration_window, heat_figure, running_share, today_on, win_figure
from wattmint.risk.verdict import HoursPicture, Spread


def _hours(cost, strike):
    shares = tuple(i / (len(cost) - 1) for i in range(len(cost)))
    return HoursPicture("Mine bitcoin", Spread(strike, strike, strike, strike), shares, tuple(cost), ((1.0,) * 24,) * 12)


@pytest.mark.parametrize(("strike", "share"), [(50.0, 0.5), (25.0, 0.25), (100.5, 1.0), (0.0, 0.0), (-1.0, 0.0), (None, 0.0)])
def test_running_share_of_a_straight_curve(strike, share):
    """A curve that falls evenly from 100 to 0: the share below a strike is the strike in percent."""
    assert running_share(_hours([100.0, 75.0, 50.0, 25.0, 0.0], strike)) == pytest.approx(share)


def test_duration_shades_from_the_crossing_to_the_cheapest_hour(verdict):
    figure = plain(duration_figure(verdict.hours, badges(verdict)["Mine bitcoin"], single=False))
    strike_line, margin, curve = figure["data"]
    crossing = 100.0 * (1.0 - running_share(verdict.hours))
    assert strike_line["x"][0] == margin["x"][0] == pytest.approx(crossing)
    assert margin["fill"] == "tonexty"
    assert max(margin["y"]) <= verdict.hours.strike_usd_per_mwh.p50
    assert len(curve["x"]) == len(verdict.hours.hours_share)


def test_duration_has_a_band_only_where_there_are_many_paths(verdict):
    badge = badges(verdict)["Mine bitcoin"]
    assert len(plain(duration_figure(verdict.hours, badge, single=False))["layout"]["shapes"]) == 2
    assert len(plain(duration_figure(verdict.hours, badge, single=True))["layout"]["shapes"]) == 1


def test_duration_without_a_strike_is_the_bare_curve(verdict):
    bare = replace(verdict.hours, strike_usd_per_mwh=Spread(None, None, None, None))
    assert len(plain(duration_figure(bare, badges(verdict)["Mine bitcoin"], single=False))["data"]) == 1


def test_window_leaves_the_few_extreme_hours_out_but_keeps_the_strike(verdict):
    low, high = duration_window(verdict.hours)
    assert verdict.hours.strike_usd_per_mwh.p90 < high < max(verdict.hours.cost_usd_per_mwh)
    assert low <= 0.0
    flat = duration_window(_hours([40.0] * 5, 60.0))
    assert flat[0] <= 40.0
    assert flat[1] > 60.0


def test_heat_leaves_cells_without_hours_blank(verdict):
    holes = ((*verdict.hours.on_share[0][:23], math.nan), *verdict.hours.on_share[1:])
    figure = plain(heat_figure(replace(verdict.hours, on_share=holes)))
    assert figure["data"][0]["z"][0][23] is None
    json.dumps(figure, allow_nan=False)


def test_heat_scale_starts_below_the_lowest_cell(verdict):
    heat = plain(heat_figure(verdict.hours))["data"][0]
    assert heat["zmin"] <= 100.0 * min(min(row) for row in verdict.hours.on_share) < heat["zmin"] + 10.0
    always = plain(heat_figure(replace(verdict.hours, on_share=((1.0,) * 24,) * 12)))["data"][0]
    assert always["zmin"] == 90.0


def test_map_gives_every_cell_to_exactly_one_build(verdict):
    figure = plain(win_figure(verdict, badges(verdict)))
    layers = [trace for trace in figure["data"] if trace["type"] == "heatmap"]
    for i in range(33):
        for j in range(33):
            assert sum(layer["z"][i][j] is not None for layer in layers) == 1


def test_map_marks_today(verdict):
    assert today_on(verdict) == (95_400.0, 2.35)
    today = plain(win_figure(verdict, badges(verdict)))["data"][-1]
    assert (list(today["x"]), list(today["y"])) == ([95_400.0], [2.35])
    without = replace(verdict, flips=verdict.flips[:1])
    assert today_on(without) is None
    assert all(trace["type"] == "heatmap" for trace in plain(win_figure(without, badges(without)))["data"])


def test_map_of_one_leader_without_a_lead(verdict):
    flat = replace(
        verdict,
        win_map=replace(verdict.win_map, winner=((verdict.winner.name,) * 33,) * 33, margin_usd=((0.0,) * 33,) * 33),
    )
    assert plain(win_figure(flat, badges(flat)))["data"][0]["zmax"] > 0.0


def test_axis_titles_carry_units(verdict):
    marks = badges(verdict)
    pictures = (win_figure(verdict, marks), heat_figure(verdict.hours), duration_figure(verdict.hours, marks["Mine bitcoin"], single=False))
    titles = [plain(figure)["layout"][axis]["title"]["text"] for figure in pictures for axis in ("xaxis", "yaxis")]
    assert all(any(unit in title for unit in ("USD", "(%)", "(h)", "Month")) for title in titles)
