from dataclasses import replace

import numpy as np
import pytest

from wattmint.physics.hashing import btc_per_mwh
from wattmint.workloads.fleet import Fleet, Running, live_through
from wattmint.workloads.repair import Wear
from wattmint.workloads.replacement import hour_costs
from wattmint.workloads.resale import Quote, index_usd_per_th, resale_usd_per_mw
from wattmint.workloads.timeline import Stay

RUNNING = Running(uptime=1.0, pool_fee=0.0, opex_usd_per_mw_month=1000.0, inflation_per_year=0.0)
SCRAP = 30_000.0


@pytest.fixture
def fleet(library):
    costs = hour_costs(library, np.where(np.isnan(library.price_usd_per_mwh), np.nan, 1.0))
    # 13.5 J/TH at the hand-made World earns 200.2 USD/MWh
    quote = Quote(13.5, 1_000_000.0, 200.2, 0.03)
    wear = Wear(failures_per_year=0.0, growth_per_year=0.0, write_off_share=1.0, repair_usd_per_kw=70.0, repair_months=1.0)
    return Fleet(100, quote, wear, 10, replace=True, payback_months=20.0, costs=costs, delivery_usd_per_mwh=0.0)


def bought(life):
    return [np.flatnonzero(row).tolist() for row in life.bought_usd_per_mw]


def test_occasions_divide_the_life_into_parts_of_at_most_a_year(fleet):
    assert [replace(fleet, life_months=life).occasion_months for life in (1, 10, 12, 13, 24, 40, 60)] == [1, 10, 12, 7, 12, 10, 12]


def test_fleets_follow_each_other_at_the_end_of_life(fleet, world_of):
    life = live_through(fleet, RUNNING, Stay(2), world_of(months=24))
    # earns 200 on three of four hours at 40: 120 × 730 - 1000 = 86,600 a month; over 12 months that is 1.04 million, less what the old fetch
    assert bought(life) == [[12]] * 3  # two months before the end of the horizon nothing can pay back
    assert life.bought_usd_per_mw[0, 12] == pytest.approx(1_000_000.0, rel=1e-3)
    assert life.sold_usd_per_mw[0, 12] == pytest.approx(SCRAP)  # worn out
    assert (life.working[0, 12:22] == 1.0).all()
    assert (life.working[0, 22:] == 0.0).all()
    assert np.flatnonzero(life.sold_usd_per_mw[0]).tolist() == [12, 22]


def test_a_path_on_which_it_does_not_pay_stops_for_good(fleet, world_of):
    coin = np.full((2, 60), 100_000.0)
    coin[1, 11] = 25_000.0  # the month before the first end of life, and only that: a MWh earns 50
    life = live_through(fleet, RUNNING, Stay(2), world_of(paths=2, months=60, btc_usd=coin))
    assert bought(life) == [[12, 22, 32, 42], []]
    assert life.efficiency_j_per_th.shape == (2, 60)
    assert (life.working[0, :51] == 1.0).all()
    assert (life.working[1, 12:] == 0.0).all()
    assert life.sold_usd_per_mw[1, 12] > 0.0
    assert not life.sold_usd_per_mw[1, 13:].any()


def test_shrink_never_buys(fleet, world_of):
    life = live_through(replace(fleet, replace=False), RUNNING, Stay(2), world_of(months=24))
    assert not life.bought_usd_per_mw.any()
    assert np.flatnonzero(life.sold_usd_per_mw[0]).tolist() == [12]


def test_new_machines_are_as_good_as_the_frontier_and_cost_what_they_earn(fleet, world_of):
    life = live_through(fleet, RUNNING, Stay(2), world_of(months=24, frontier_factor=np.tile(np.linspace(1.0, 0.5, 24), (3, 1))))
    better = float(np.linspace(1.0, 0.5, 24)[11])
    assert life.efficiency_j_per_th[0, 12] == pytest.approx(13.5 * better)
    assert life.bought_usd_per_mw[0, 12] == pytest.approx(1_000_000.0 / better, rel=1e-3)  # earns 1 / better as much per MWh


def test_a_much_better_machine_is_bought_before_the_old_one_is_worn_out(fleet, world_of):
    frontier = np.ones((2, 60))
    frontier[0, 10:] = 0.4
    life = live_through(replace(fleet, life_months=48), RUNNING, Stay(0), world_of(paths=2, months=60, frontier_factor=frontier))
    # at 0.4 of the J/TH a MWh earns 500 instead of 200, at 2.5 times the price: the gain of (500 - 130) - 120 = 250 an hour pays
    # 2.5 million back in 14 months
    assert bought(life) == [[12], [48]]
    assert life.efficiency_j_per_th[0, 11:13].tolist() == pytest.approx([13.5, 5.4])
    assert life.sold_usd_per_mw[0, 12] == pytest.approx(
        1_000_000.0 * index_usd_per_th(np.array([33.75]))[0] / 2.5 / index_usd_per_th(np.array([13.5]))[0] * 2.5, rel=1e-3
    )


def test_what_the_old_machines_fetch_can_decide(fleet, world_of):
    """The gain alone does not pay in time; with the old machines sold it does."""
    frontier = np.full((1, 60), 0.75)
    frontier[0, :10] = 1.0
    world = world_of(paths=1, months=60, frontier_factor=frontier)
    life = live_through(replace(fleet, life_months=60, payback_months=30.0), RUNNING, Stay(0), world)
    assert bought(life) == [[12]]
    gain = 30.0 * 730.0 * 0.75 * 200.2 * (1.0 / 0.75 - 1.0)  # in three of four hours a MWh earns a third more
    assert life.bought_usd_per_mw[0, 12] - life.sold_usd_per_mw[0, 12] < gain < life.bought_usd_per_mw[0, 12]


def test_a_replaced_fleet_lives_its_own_life_again(fleet, world_of):
    frontier = np.ones((1, 84))
    frontier[0, 10:] = 0.4
    life = live_through(replace(fleet, life_months=24), RUNNING, Stay(0), world_of(paths=1, months=84, frontier_factor=frontier))
    assert bought(life) == [[12, 36, 60]]


def test_dear_power_over_the_last_year_counts(fleet, world_of):
    level = np.ones((2, 24))
    level[1, :12] = 5.0  # 200 a MWh even in cheap hours
    level[1, 12:] = 0.1  # what comes later is not known
    # a fetched price as high as the new one's would hide what is decided: the old machines are dead
    mortal = replace(fleet, wear=replace(fleet.wear, failures_per_year=2.0, growth_per_year=10.0))
    assert bought(live_through(mortal, RUNNING, Stay(2), world_of(paths=2, months=24, power_level=level))) == [[12], []]


def test_machines_break_down_and_are_new_again(fleet, world_of):
    fleet = replace(fleet, wear=replace(fleet.wear, failures_per_year=0.12))
    life = live_through(fleet, RUNNING, Stay(2), world_of(months=24))
    assert life.working[0, 2] == pytest.approx(np.exp(-0.12 * 0.5 / 12.0))
    assert life.working[0, 11] == pytest.approx(np.exp(-0.12 * 9.5 / 12.0))
    assert life.working[0, 12] == life.working[0, 2]
    assert not life.repairs_usd_per_mw.any()
    repaired = live_through(replace(fleet, wear=replace(fleet.wear, write_off_share=0.0)), RUNNING, Stay(2), world_of(months=24))
    assert repaired.repairs_usd_per_mw[0, 2] == pytest.approx(0.01 / 1.01 * 70_000.0, rel=1e-3)
    assert not repaired.repairs_usd_per_mw[0, :2].any()
    assert repaired.working[0, 11] == pytest.approx(1.0 / 1.01, rel=1e-3)


def test_the_living_are_sold_as_machines_and_the_dead_as_scrap_at_the_end(fleet, world_of):
    fleet = replace(fleet, wear=replace(fleet.wear, failures_per_year=0.12))
    left = np.exp(-0.12 * 5.0 / 12.0)
    life = live_through(fleet, RUNNING, Stay(2), world_of(months=7))
    assert life.sold_usd_per_mw[0, 7] == pytest.approx(left * 500_000.0 + (1.0 - left) * SCRAP, rel=1e-3)  # half its life is left
    assert not live_through(fleet, RUNNING, Stay(9), world_of(months=7)).sold_usd_per_mw.any()
    for age in (None, 5):
        never = live_through(fleet, RUNNING, Stay(7, ordered_month=7, age_months=age), world_of(months=7))
        assert not never.first_usd_per_mw.any()
        assert not never.sold_usd_per_mw.any()


def test_machines_that_are_there_already_cost_nothing_and_bring_their_age(fleet, world_of):
    wear = replace(fleet.wear, failures_per_year=0.12, growth_per_year=0.5)
    aged = live_through(replace(fleet, wear=wear, life_months=24, replace=False), RUNNING, Stay(0, age_months=15), world_of(months=24))
    assert not aged.first_usd_per_mw.any()
    new = live_through(replace(fleet, wear=wear, life_months=24, replace=False), RUNNING, Stay(0), world_of(months=24))
    assert new.first_usd_per_mw.tolist() == [1_000_000.0]
    # their hazard is that of the age they have, growing by half of 0.12 with every year
    rate = 0.12 / 12.0 * (1.0 + 0.5 * 15.5 / 12.0)
    assert aged.working[0, 0] == pytest.approx(np.exp(-rate / 2.0), rel=1e-4)
    # worn out with 24 months, which is noticed at the next occasion, a year after the start
    assert np.flatnonzero(aged.sold_usd_per_mw[0]).tolist() == [12]
    assert np.flatnonzero(new.sold_usd_per_mw[0]).tolist() == [24]


def test_machines_sold_at_a_stop_fetch_what_the_resale_model_says_of_that_month(fleet, world_of):
    frontier = np.tile(np.linspace(1.0, 0.5, 60), (3, 1))
    coin = np.tile(np.linspace(100_000.0, 60_000.0, 60), (3, 1))
    world = world_of(months=60, frontier_factor=frontier, btc_usd=coin)
    kept = replace(fleet, life_months=48, replace=False)
    life = live_through(kept, RUNNING, Stay(0, 18, age_months=6), world)
    earns = btc_per_mwh(np.full(3, 13.5), np.full(3, 1e14), np.full(3, 3.225)) * coin[:, 17]
    worth = resale_usd_per_mw(kept.quote, np.full(3, 13.5), np.full(3, 1.0 - 24 / 48), frontier[:, 17], earns)
    assert life.sold_usd_per_mw[:, 18] == pytest.approx(worth, rel=1e-12)
    assert not np.delete(life.sold_usd_per_mw, 18, axis=1).any()
    assert not life.working[:, 18:].any()
    assert (life.working[:, :18] == 1.0).all()
    assert not life.repairs_usd_per_mw[:, 18:].any()


def test_nothing_is_bought_that_cannot_pay_back_before_the_stop(fleet, world_of):
    world = world_of(months=60)
    assert bought(live_through(fleet, RUNNING, Stay(2), world)) == [[12, 22, 32, 42]] * 3
    assert bought(live_through(fleet, RUNNING, Stay(2, 30), world)) == [[12]] * 3


def test_machines_of_a_later_part_are_of_their_day(fleet, world_of):
    frontier = np.tile(np.linspace(1.0, 0.5, 24), (3, 1))
    life = live_through(fleet, RUNNING, Stay(8, ordered_month=5), world_of(months=24, frontier_factor=frontier))
    better = float(np.linspace(1.0, 0.5, 24)[4])
    assert life.efficiency_j_per_th[0, 8] == pytest.approx(13.5 * better)
    assert life.first_usd_per_mw == pytest.approx(np.full(3, 1_000_000.0 / better), rel=1e-3)
