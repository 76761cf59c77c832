import math
from dataclasses import replace

import pytest

from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.physics.goodput import Checkpointing, best_interval
from wattmint.workloads.interruption import Feed, TrainingJob, TrainingRun, curtailment_loss, feed_of, power_loss

FEED = Feed(outages_per_year=2.0, outage_hours=5.0, dips_per_year=10.0)
PACE = Checkpointing(blocking_s=100.0, restart_s=540.0)
JOB = TrainingJob(gpus=1_000.0, interval_s=3_500.0, checkpointing=PACE, detect_s=60.0, boot_s=0.0, rate_per_s=0.0)
RUN = TrainingRun(gpus=1_000.0, checkpointing=PACE, detect_s=60.0, boot_s=900.0, machines_per_s=1e-5)


def test_a_stop_destroys_half_a_cycle_and_the_recovery():
    loss = power_loss(JOB, FEED)
    assert loss.per_stop == pytest.approx(1_000 * (1_800 + 600) / 3_600)
    assert loss.per_stop_tail == pytest.approx(1_000 * (0.95 * 3_600 + 600) / 3_600)
    assert loss.per_year == pytest.approx(12 * loss.per_stop)
    assert loss.dark_per_year == 1_000 * 10
    assert loss.per_year < loss.per_year_tail < 2 * loss.per_year


def test_the_same_seed_gives_the_same_tail_and_others_are_near():
    tails = [power_loss(JOB, FEED, seed).per_year_tail for seed in (0, 0, 1)]
    assert tails[0] == tails[1] != tails[2]
    assert tails[2] == pytest.approx(tails[0], rel=0.02)


def test_a_year_cannot_lose_more_than_it_has():
    endless = replace(JOB, interval_s=1e9)
    assert power_loss(endless, FEED).per_year_tail == pytest.approx(1_000 * 365.25 * 24)


def test_a_feed_that_never_fails_costs_nothing():
    loss = power_loss(JOB, Feed(outages_per_year=0.0, outage_hours=5.0, dips_per_year=0.0))
    assert [loss.per_year, loss.per_year_tail, loss.dark_per_year] == [0.0, 0.0, 0.0]


def test_outages_and_dips_are_causes_per_second():
    outages, dips = FEED.causes(60.0)
    assert [outages.rate_per_s * 365.25 * 86_400, dips.rate_per_s * 365.25 * 86_400] == pytest.approx([2.0, 10.0])
    assert [outages.wait_s, outages.off_s, dips.wait_s, dips.off_s] == [60.0, 18_000.0, 60.0, 0.0]
    assert FEED.stops_per_year == 12.0


def test_a_curtailment_announced_in_time_costs_a_checkpoint_instead_of_half_an_interval():
    assert curtailment_loss(JOB) == pytest.approx(1_000 * (1_800 + 540) / 3_600)
    assert curtailment_loss(JOB, notice_s=99.0) == curtailment_loss(JOB)
    assert curtailment_loss(JOB, notice_s=100.0) == curtailment_loss(JOB, math.inf) == pytest.approx(1_000 * (100 + 540) / 3_600)


def test_servers_have_to_come_up_before_a_run_goes_on():
    booting = replace(JOB, boot_s=1_800.0)
    assert power_loss(booting, FEED).per_stop - power_loss(JOB, FEED).per_stop == pytest.approx(500.0)
    assert curtailment_loss(booting) - curtailment_loss(JOB) == pytest.approx(500.0)


def test_a_run_on_a_feed_is_interrupted_by_machines_and_power():
    job = RUN.job(FEED, 7_200.0)
    assert job.rate_per_s == pytest.approx(1e-5 + 12.0 / (8_766 * 3_600))
    assert (job.interval_s, job.recovery_s) == (7_200.0, 900.0 + 60.0 + 540.0)
    assert RUN.job(FEED, None).interval_s == pytest.approx(best_interval(100.0, job.rate_per_s))
    slow = replace(RUN, checkpointing=replace(PACE, flush_s=9_100.0))
    assert slow.job(FEED, 3_600.0).interval_s == 9_000.0


def test_a_feed_behind_a_chain_is_what_the_chain_says():
    chain = power_chain("none", grid_named(DEFAULT), 10.0)
    feed = feed_of(chain)
    assert (feed.outages_per_year, feed.outage_hours, feed.dips_per_year) == (chain.outages_per_year, chain.outage_hours, chain.dips_per_year)
