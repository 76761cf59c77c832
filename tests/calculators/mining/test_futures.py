from dataclasses import replace

import numpy as np
import pytest

from wattmint.calculators.mining.futures import futures_of, snapshot_of, world_from
from wattmint.calculators.mining.static import case_of_machine, static_result
from wattmint.errors import InputError
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


@pytest.fixture(scope="module")
def case():
    return case_of_machine("antminer-s21-xp", market_snapshot(Market()), power_price_usd_per_kwh=0.045)


@pytest.fixture(scope="module")
def world(case):
    return world_from(snapshot_of(case), 24, 50, 1, "random")[1]


def test_the_futures_start_in_the_month_after_the_snapshot(case):
    start, world = world_from(snapshot_of(case), 6, 3, 1, "random")
    assert start == "2026-11"
    assert world.btc_usd.shape == (3, 6)


def test_the_shipped_snapshot_is_used_where_the_case_says_the_same(case):
    assert snapshot_of(case) == market_snapshot(Market())
    given = {value.name: value.kind for value in snapshot_of(replace(case, btc_usd=2.0 * case.btc_usd)).values}
    assert given["btc_usd"] == "given"
    assert given["difficulty"] != "given"


def test_another_coin_and_another_subsidy_are_refused(case):
    with pytest.raises(InputError, match=r"coin.*bitcoin"):
        snapshot_of(replace(case, expected_hashes_per_difficulty=65_536.0))
    with pytest.raises(InputError, match=r"subsidy_btc.*3\.125"):
        snapshot_of(replace(case, subsidy_btc=6.25))


def test_a_machine_earns_what_lies_between_its_break_even_and_the_power_price(case, world):
    """Origin: `static_result` at the price, difficulty and fees of one month of one future."""
    found = futures_of(case, world)
    then = replace(
        case, btc_usd=world.btc_usd[7, 11], difficulty=world.difficulty[7, 11], subsidy_btc=world.subsidy_btc[7, 11],
        fees_btc_per_block=world.fees_btc_per_block[7, 11],
    )  # fmt: skip
    today = static_result(then)
    assert found.hashprice[7, 11] == pytest.approx(today.hashprice_usd_per_ph_day)
    assert found.breakeven[7, 11] == pytest.approx(today.breakeven_power_usd_per_kwh)
    assert found.profit[7, 11] == pytest.approx(max(today.profit_usd_per_day, 0.0))
    assert found.days.sum() == 365 + 366  # November 2026 to October 2028


def test_profit_is_never_negative_and_the_frontier_beats_the_marginal_machine(case, world):
    found = futures_of(replace(case, power_price_usd_per_kwh=0.2), world)
    assert found.profit.min() == 0.0
    assert np.all(found.reference > found.marginal)
