import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.goodput import (
    Cause,
    Checkpointing,
    best_interval,
    daly_interval,
    goodput,
    interruption_rate,
    lost_uptime,
    lost_uptime_quantile,
    shares,
    spare_wait,
    wall_per_uptime,
    young_interval,
)

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "goodput.json").read_text())
CASES = [dict(zip(GOLDEN["columns"], row, strict=True)) for row in GOLDEN["cases"]]
RATES = st.floats(1e-9, 1e-3)
SECONDS = st.floats(0.1, 3000.0)


def failing(rate, wait=0.0, off=0.0):
    return Cause("failures", rate, wait, off)


@pytest.mark.parametrize("case", CASES)
def test_intervals_and_goodput_are_daly_s(case):
    rate, pace = 1.0 / case["mtbf_s"], Checkpointing(blocking_s=case["delta_s"], restart_s=case["restart_s"])
    intervals = young_interval(case["delta_s"], rate), daly_interval(case["delta_s"], rate), best_interval(case["delta_s"], rate)
    assert intervals[:2] == pytest.approx((case["young_tau_s"], case["daly_tau_s"]), rel=1e-8)
    assert intervals[2] == pytest.approx(case["numeric_opt_tau_s"], rel=1e-5)  # the golden optimum was searched
    kept = [goodput(interval, pace, [failing(rate)]) for interval in intervals]
    assert kept == pytest.approx([case["goodput_young"], case["goodput_daly"], case["goodput_at_opt"]], rel=1e-8)


@pytest.mark.parametrize("case", CASES)
def test_daly_is_within_a_thousandth_of_the_optimum(case):
    rate, pace = 1.0 / case["mtbf_s"], Checkpointing(blocking_s=case["delta_s"], restart_s=case["restart_s"])
    best, daly = (goodput(find(case["delta_s"], rate), pace, [failing(rate)]) for find in (best_interval, daly_interval))
    assert 0.999 * best <= daly <= best


@given(rate=RATES, blocking=SECONDS, factor=st.floats(0.2, 5.0))
def test_no_interval_is_better_than_the_best(rate, blocking, factor):
    best, pace = best_interval(blocking, rate), Checkpointing(blocking_s=blocking)
    assert goodput(best, pace, [failing(rate)]) >= goodput(best * factor, pace, [failing(rate)]) * (1.0 - 1e-12)


@given(rate=RATES, more=st.floats(1.0, 10.0), blocking=SECONDS, flush=SECONDS, restart=SECONDS, wait=SECONDS)
def test_more_failures_never_raise_goodput(rate, more, blocking, flush, restart, wait):
    pace = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=restart)

    def kept(of_rate):
        return goodput(best_interval(blocking, of_rate, flush), pace, [failing(of_rate, wait)])

    assert kept(rate * more) <= kept(rate) * (1.0 + 1e-12)


@given(rate=RATES, blocking=SECONDS, flush=SECONDS, restart=SECONDS, wait=SECONDS, planned=RATES)
def test_the_shares_of_time_add_up_and_are_none_below_nothing(rate, blocking, flush, restart, wait, planned):
    causes = [failing(rate, wait, 100.0), Cause("stops", planned, wait, planned=True)]
    pace = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=restart)
    went = shares(best_interval(blocking, rate, flush), pace, causes)
    parts = [went.useful, went.checkpoints, went.redone, went.restart, went.waiting, went.planned]
    assert sum(parts) == pytest.approx(1.0, abs=1e-9)
    assert min(parts) >= 0.0


@given(rate=RATES, blocking=SECONDS, restart=SECONDS, wait=SECONDS, factor=st.floats(0.01, 100.0))
def test_only_ratios_of_times_count(rate, blocking, restart, wait, factor):
    interval = best_interval(blocking, rate)
    seconds = goodput(interval, Checkpointing(blocking_s=blocking, restart_s=restart), [failing(rate, wait)])
    scaled = Checkpointing(blocking_s=blocking * factor, restart_s=restart * factor)
    assert goodput(interval * factor, scaled, [failing(rate / factor, wait * factor)]) == pytest.approx(seconds, rel=1e-9)


def test_without_failures_no_checkpoint_is_written_and_nothing_is_lost():
    pace = Checkpointing(blocking_s=60.0, flush_s=300.0, restart_s=600.0)
    assert [find(60.0, 0.0) for find in (young_interval, daly_interval, best_interval)] == [math.inf] * 3
    assert goodput(math.inf, pace, []) == 1.0
    assert goodput(940.0, pace, []) == pytest.approx(0.94)
    assert shares(940.0, pace, []).checkpoints == pytest.approx(0.06)
    assert goodput(math.inf, pace, [failing(1e-9)]) == 0.0


def test_checkpoints_that_cost_nothing_are_written_all_the_time():
    assert best_interval(0.0, 1e-4) == 0.0
    assert best_interval(0.0, 1e-4, flush_s=30.0) == 30.0
    assert goodput(0.0, Checkpointing(blocking_s=0.0, restart_s=100.0), [failing(1e-4)]) == pytest.approx(math.exp(-0.01))
    assert goodput(0.0, Checkpointing(blocking_s=1.0), [failing(1e-4)]) == 0.0
    assert goodput(0.0, Checkpointing(blocking_s=0.0), []) == 1.0


def test_a_checkpoint_is_durable_before_the_next_one_ends():
    assert best_interval(10.0, 1e-4, flush_s=5000.0) == 4990.0
    assert best_interval(10.0, 1e-4, flush_s=30.0) == best_interval(10.0, 1e-4)


def test_daly_s_interval_for_checkpoints_longer_than_the_time_between_failures():
    assert daly_interval(2500.0, 1e-3) == 1000.0


def test_a_planned_stop_costs_its_pause_and_no_work():
    stops = Cause("stops", 1e-5, 1000.0, planned=True)
    pace = Checkpointing(blocking_s=60.0, restart_s=300.0)
    assert interruption_rate([failing(1e-4), stops]) == 1e-4
    assert wall_per_uptime([failing(1e-4, 50.0, 50.0), stops]) == pytest.approx(1.02)
    assert goodput(800.0, pace, [failing(1e-4), stops]) == pytest.approx(goodput(800.0, pace, [failing(1e-4)]) / 1.01)
    assert shares(800.0, pace, [stops]).planned == pytest.approx(0.01 / 1.01)


def test_the_wait_for_a_spare_is_erlang_s():
    # a load of 2 on one server is lost in 2/3 of the cases, on two in 2/5; then the first of so many and one repairs is waited for
    assert spare_wait(0.02, 0, 100.0) == 100.0
    assert spare_wait(0.02, 1, 100.0) == pytest.approx(2 / 3 * 50)
    assert spare_wait(0.02, 2, 100.0) == pytest.approx(2 / 5 * 100 / 3)
    assert spare_wait(0.02, 1, 100.0, wait_s=50.0) == pytest.approx(2 / 3 * 50 * math.exp(-1))
    assert spare_wait(0.02, 5, 0.0) == 0.0
    waits = [Cause("machines", 0.02, 10.0, 100.0, spares=spares).mean_wait_s for spares in range(8)]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == pytest.approx(10.0, abs=0.1)


def test_rare_interruptions_destroy_half_a_cycle_and_the_flush():
    pace = Checkpointing(blocking_s=100.0, flush_s=40.0)
    assert lost_uptime(900.0, pace, 0.0) == 540.0
    assert lost_uptime(900.0, pace, 1e-7) == pytest.approx(540.0, rel=1e-3)
    assert lost_uptime_quantile(0.95, 900.0, Checkpointing(blocking_s=100.0), 0.0) == pytest.approx(950.0)


def test_frequent_interruptions_destroy_what_there_was_time_for():
    assert lost_uptime(1e6, Checkpointing(blocking_s=0.0), 1e-2) == pytest.approx(100.0)
    assert lost_uptime_quantile(0.95, 1e6, Checkpointing(blocking_s=0.0), 1e-2) == pytest.approx(-100.0 * math.log(0.05))


@given(rate=st.floats(1e-9, 1e-2), blocking=SECONDS, flush=SECONDS, interval=st.floats(1.0, 1e5))
def test_what_is_redone_is_what_interruptions_destroy(rate, blocking, flush, interval):
    pace = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=100.0)
    interval = max(interval, flush)
    went = shares(interval, pace, [failing(rate)])
    # The interruptions that strike at work, and not at a restart, are the time at work over their mean distance.
    at_work = went.useful + went.checkpoints + went.redone
    assert went.redone == pytest.approx(rate * at_work * lost_uptime(interval, pace, rate), rel=1e-6, abs=1e-12)
