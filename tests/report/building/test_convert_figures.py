from dataclasses import replace
from itertools import pairwise

import pytest
from tests.report.conversions import answer_of

from wattmint.report.building.convert_figures import (
    GROUPS,
    STEPS,
    build_up_figure,
    cut,
    deal_names,
    gain_figure,
    place_figure,
    schedule_figure,
    tag,
)
from wattmint.risk.measures import Spread


@pytest.fixture
def found():
    return answer_of()


def test_the_waterfall_ends_at_the_whole(found):
    bars = [trace for trace in build_up_figure(found).data if trace.type == "bar"]
    assert bars[-1].x[0] == pytest.approx(found.usd_per_mw.mean / 1e6, abs=1e-3)
    for one, following in pairwise(bars[:-1]):
        assert following.base[0] == pytest.approx(one.base[0] + one.x[0], abs=1e-3)
    assert {bar.marker.color for bar in bars[:-1]} <= set(GROUPS.values())


def test_each_block_s_steps_end_with_its_handover(found):
    bars = [trace for trace in schedule_figure(found).data if trace.type == "bar" and trace.y[0] == "block 2"]
    assert sum(bar.x[0] for bar in bars) == pytest.approx(found.blocks[1].done, abs=0.05)
    assert [bar.marker.color for bar in bars] == list(STEPS.values())


def test_plant_that_is_there_already_has_no_bar(found):
    rows = [trace.y[0] for trace in schedule_figure(replace(found, delivered_months=0.0)).data]
    assert "plant on its way" not in rows


def test_every_deal_is_a_dot_and_the_site_a_band(found):
    place = found.places[0]
    fig = place_figure(place, found.usd_per_mw)
    assert len(fig.data[0].x) == len(place.deals)
    assert [shape.type for shape in fig.layout.shapes] == ["rect", "line"]
    assert len(place_figure(place, Spread(1e7, 1e7, 1e7, 1e7)).layout.shapes) == 2  # no band; the median and what was planned


def test_names_of_deals_stay_apart(found):
    for place in found.places:
        names = deal_names(place)
        assert len(set(names)) == len(place.deals)
    assert any(name == "TeraWulf (Lake Mariner)" for name in deal_names(found.places[2]))


def test_the_gain_has_a_dot_per_start(found):
    fig = gain_figure(found.worth)
    assert list(fig.data[0].x) == list(range(len(found.worth.starts)))


def test_names_are_cut_to_a_phone(found):
    assert cut("x" * 40) == "x" * 24 + "…"
    assert all(len(tag(item)) <= 25 and tag(item)[0].isupper() for item in found.items)
