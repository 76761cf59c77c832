import json
from dataclasses import replace

import pytest

from wattmint.report.figures import (
    CAUSE_COLOURS,
    OTHER,
    cash_figure,
    cash_range_musd,
    cause_colour,
    causes_figure,
    drawn_causes,
    never_paid_back,
    payback_figure,
    plain,
    safe,
    short,
)  # fmt: skip
from wattmint.report.theme import badges

# The exact names of cash-flow lines, as agreed between the rooms.
LINES = (
    "subsidy", "transaction fees", "pool fee", "lease", "downtime credits", "GPU rental", "input tokens", "output tokens", "market fee",
    "power reimbursed", "energy", "delivery",
    "demand charge", "operations", "site works", "conversion", "machines", "accelerators", "replacement", "salvage",
    "coins put aside", "coins sold later", "forward sales", "service credits", "clearing",
)  # fmt: skip


def _cash(verdict, i, single=False):
    build = verdict.builds[i]
    return plain(cash_figure(build, badges(verdict)[build.name], verdict.capital_usd, single))


def _titles(figure):
    return [axis["title"]["text"] for name, axis in figure["layout"].items() if name.startswith(("xaxis", "yaxis")) and "title" in axis]


def test_cash_has_band_and_median_in_millions(verdict):
    low, high, median = _cash(verdict, 1)["data"]
    bands = verdict.builds[1].cumulative_usd
    assert list(low["y"]) == pytest.approx([usd / 1e6 for usd in bands["p10"]], abs=1e-4)
    assert list(high["y"]) == pytest.approx([usd / 1e6 for usd in bands["p90"]], abs=1e-4)
    assert list(median["y"]) == pytest.approx([usd / 1e6 for usd in bands["p50"]], abs=1e-4)
    assert list(median["x"])[-1] == 10.0
    assert high["fill"] == "tonexty"


def test_cash_of_one_path_is_one_line(median_verdict):
    assert len(_cash(median_verdict, 1, single=True)["data"]) == 1


def test_capital_is_drawn_only_where_a_build_goes_beyond_it(verdict):
    assert "shapes" not in _cash(verdict, 0)["layout"]
    assert _cash(verdict, 1)["layout"]["shapes"][0]["y0"] == -300.0


def test_common_scale_holds_every_band(verdict):
    low, high = cash_range_musd(verdict, single=False)
    for build in verdict.builds:
        assert low <= min(build.cumulative_usd["p10"]) / 1e6
        assert high >= max(build.cumulative_usd["p90"]) / 1e6


def test_payback_bars_and_never_sum_to_all_futures(verdict):
    figure = plain(payback_figure(verdict, badges(verdict)))
    assert len(figure["data"]) == 4
    for bars in figure["data"]:
        assert bars["x"][-1] == "never"
        assert sum(bars["y"]) == pytest.approx(100.0)


def test_never_is_not_negative_when_shares_round_above_one(verdict):
    build = replace(verdict.builds[0], payback_histogram={"year": (1.0, 2.0, 3.0), "share": (0.7, 0.2, 0.1 + 1e-16)})
    assert never_paid_back(build) == 0.0


def test_drawn_causes_add_up_to_all_lines(verdict):
    for build in verdict.builds:
        drawn = drawn_causes(build)
        whole = sum(sum(values) for values in build.lines_by_year_usd.values())
        assert sum(sum(values) for values in drawn.values()) == pytest.approx(whole)
    assert OTHER in drawn_causes(verdict.builds[0])
    assert drawn_causes(verdict.builds[-1]) == {}


def test_a_single_small_line_keeps_its_name(verdict):
    build = replace(verdict.builds[0], lines_by_year_usd={"subsidy": (1e6, 1e6), "pool fee": (-1.0, -1.0), "salvage": (0.0, 0.0)})
    assert list(drawn_causes(build)) == ["subsidy", "pool fee"]


def test_causes_show_the_net_and_survive_a_build_without_money(verdict):
    figure = plain(causes_figure(verdict.builds[0]))
    net = next(trace for trace in figure["data"] if trace["name"] == "net")
    lines = verdict.builds[0].lines_by_year_usd.values()
    assert list(net["y"]) == pytest.approx([sum(year) / 1e6 for year in zip(*lines, strict=True)], abs=1e-3)
    assert plain(causes_figure(verdict.builds[-1]))["data"][-1]["name"] == "net"


def test_every_line_has_a_colour():
    assert set(LINES) == set(CAUSE_COLOURS)
    assert cause_colour("a line of tomorrow").startswith("#")


def test_axis_titles_carry_units(verdict):
    marks = badges(verdict)
    titles = _titles(_cash(verdict, 0)) + _titles(plain(payback_figure(verdict, marks))) + _titles(plain(causes_figure(verdict.builds[0])))
    assert titles
    assert all(any(word in title for word in ("USD M", "Year", "% of futures")) for title in titles)


def test_names_are_shown_letter_for_letter():
    assert safe("<b>A & B</b>") == "&lt;b&gt;A &amp; B&lt;/b&gt;"
    assert short("x" * 44) == "x" * 44
    assert short("x" * 45) == "x" * 43 + "…"


def test_plain_is_json_without_a_template(verdict):
    figure = _cash(verdict, 0)
    assert "template" not in figure["layout"]
    json.dumps(figure, allow_nan=False)
