import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.conversion.build_up import ALL, NOTHING, Item, Range
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.schedule import Durations, drawn, durations, planned, slowest
from wattmint.units import WEEKS_PER_MONTH


def fixed(value: float) -> Range:
    return Range(value, value, value)


def steps(lead: float = 11.0, blocks: int = 2, gap: int = 3, ordered: float = 0.0) -> Durations:
    return Durations({"electrical": fixed(lead), "ups": fixed(7.0)}, fixed(3.0), fixed(6.0), fixed(3.0), fixed(2.0), blocks, gap, ordered)


def test_a_plan_worked_by_hand():
    # Design 3, ordered then, there after 14: works of 6 months begin at 8, plant is set by 17, tested by 19; the second block 3 months later.
    times = planned(steps())
    assert times.delivered == pytest.approx(14.0)
    assert times.begun == pytest.approx([8.0, 11.0])
    assert times.built == pytest.approx([14.0, 17.0])
    assert times.done == pytest.approx([19.0, 22.0])


def test_plant_ordered_before_the_decision_leaves_design_and_works():
    times = planned(steps(ordered=9.0))
    assert times.delivered == pytest.approx(2.0)
    assert times.begun == pytest.approx([3.0, 6.0])
    assert times.done == pytest.approx([14.0, 17.0])


def test_the_slowest_decides():
    assert slowest(steps()) == "electrical"
    assert slowest(steps(lead=1.0)) == "ups"
    assert planned(steps(lead=29.0)).done[0] == pytest.approx(37.0)


@given(lead=st.floats(0.0, 60.0), ordered=st.floats(0.0, 30.0), gap=st.integers(0, 12), delay=st.floats(0.0, 2.0))
def test_a_block_stops_mining_before_it_is_built_and_a_delay_stretches_everything(lead, ordered, gap, delay):
    plan, late = planned(steps(lead, 3, gap, ordered)), drawn(steps(lead, 3, gap, ordered), np.array([delay]), 1)
    assert np.all(plan.begun >= 0.0)
    assert np.all(plan.built >= plan.begun + 6.0 - 1e-9)
    assert np.all(plan.built >= plan.delivered)
    assert np.diff(plan.done) == pytest.approx([gap, gap])
    assert late.done[:, 0] == pytest.approx(plan.done * (1.0 + delay))


def test_draws_scatter_around_the_plan():
    wide = Durations({"electrical": Range(9.0, 11.0, 14.0)}, Range(2.0, 3.0, 6.0), Range(4.0, 6.0, 10.0), fixed(3.0), fixed(2.0), 1, 0, 0.0)
    done = drawn(wide, np.zeros(4_000), 1).done[0]
    assert done.min() < planned(wide).done[0] < done.max()
    assert np.median(done) == pytest.approx(planned(wide).done[0], rel=0.1)


def test_the_example_s_leads_follow_from_its_backup_and_its_gaps(plan, refused):
    assert {"electrical", "cooling", "liquid", "fibre", "noise", "ups"} == set(plan.durations.leads)
    assert "generators" in refused.durations.leads


def test_what_is_kept_whole_is_not_ordered_and_a_connection_that_is_not_there_is(plan):
    items = [Item(name, name, "power", fixed(1.0), kept) for name, kept in (("electrical", ALL), ("cooling", NOTHING), ("backup-feed", NOTHING))]
    found = durations(plan.wish, items, TableBook(plan.scenario.conversion, ()))
    assert set(found.leads) == {"cooling", "second-feed"}
    assert found.leads["second-feed"].value == pytest.approx(128.0 / WEEKS_PER_MONTH)
