from dataclasses import replace

import numpy as np
import pytest

from wattmint.workloads.fleet import Fleet, Running, by_month, fleet_salvage_usd_per_mw, generations
from wattmint.workloads.replacement import hour_costs

RUNNING = Running(uptime=1.0, pool_fee=0.0, opex_usd_per_mw_month=1000.0, inflation_per_year=0.0)


@pytest.fixture
def fleet(library):
    costs = hour_costs(library, np.where(np.isnan(library.price_usd_per_mwh), np.nan, 1.0))
    # 13.5 J/TH at the hand-made World earns 200.2 USD/MWh
    return Fleet(100, 13.5, 1_000_000.0, 200.2, 0.12, 10, replace=True, payback_months=20.0, costs=costs, delivery_usd_per_mwh=0.0)


def test_generations_follow_each_other_at_the_end_of_life(fleet, world_of):
    found = generations(fleet, RUNNING, 2, world_of(months=24))
    assert [g.first_month for g in found] == [2, 12, 22]
    # earns 200 on three of four hours at 40: 120 × 730 - 1000 = 86,600 a month; over 12 months that is 1.04 million
    assert found[1].buyers.tolist() == [1.0, 1.0, 1.0]
    # two months before the end of the horizon nothing can pay back, and what stops does not start again
    assert found[2].buyers.tolist() == [0.0, 0.0, 0.0]


def test_a_path_on_which_it_does_not_pay_stops_for_good(fleet, world_of):
    coin = np.full((2, 60), 100_000.0)
    coin[1, 11] = 30_000.0  # the month before the first end of life, and only that
    found = generations(fleet, RUNNING, 2, world_of(paths=2, months=60, btc_usd=coin))
    assert [g.buyers.tolist() for g in found[1:]] == [[1.0, 0.0]] * 4 + [[0.0, 0.0]]
    efficiency, alive = by_month(found, fleet.failures_per_year, 60)
    assert efficiency.shape == (2, 60)
    assert (alive[0, :51] > 0.9).all()
    assert (alive[1, 12:] == 0.0).all()


def test_shrink_never_buys(fleet, world_of):
    found = generations(replace(fleet, replace=False), RUNNING, 2, world_of(months=24))
    assert not any(g.buyers.any() for g in found[1:])


def test_new_machines_are_as_good_as_the_frontier_and_cost_what_they_earn(fleet, world_of):
    found = generations(fleet, RUNNING, 2, world_of(months=24, frontier_factor=np.tile(np.linspace(1.0, 0.5, 24), (3, 1))))
    better = float(np.linspace(1.0, 0.5, 24)[11])
    assert found[1].efficiency_j_per_th == pytest.approx(13.5 * better)
    assert found[1].usd_per_mw == pytest.approx(1_000_000.0 / better, rel=1e-3)  # earns 1 / better as much per MWh


def test_dear_power_over_the_last_year_counts(fleet, world_of):
    level = np.ones((2, 24))
    level[1, :12] = 5.0  # 200 a MWh even in cheap hours
    level[1, 12:] = 0.1  # what comes later is not known
    assert generations(fleet, RUNNING, 2, world_of(paths=2, months=24, power_level=level))[1].buyers.tolist() == [1.0, 0.0]


def test_machines_die_and_are_new_again(fleet, world_of):
    efficiency, alive = by_month(generations(fleet, RUNNING, 2, world_of(months=24)), 0.12, 24)
    assert alive[0, 2] == pytest.approx(np.exp(-0.12 * 0.5 / 12.0))
    assert alive[0, 11] == pytest.approx(np.exp(-0.12 * 9.5 / 12.0))
    assert alive[0, 12] == alive[0, 2]
    assert set(efficiency[0]) == {13.5}


def test_living_machines_fetch_their_book_value(fleet, world_of):
    life = generations(fleet, RUNNING, 2, world_of(months=7))
    expected = 0.3 * 1_000_000.0 * 0.5 * np.exp(-0.12 * 5.0 / 12.0)  # 5 of 10 months old
    assert fleet_salvage_usd_per_mw(life, fleet, 0.3, 7) == pytest.approx([expected])
    assert fleet_salvage_usd_per_mw(generations(fleet, RUNNING, 9, world_of(months=7)), fleet, 0.3, 7).tolist() == [0.0]
