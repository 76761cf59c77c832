from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.facts.load import record
from wattmint.finance.cashflow import sum_of
from wattmint.finance.treasury import COIN_LINES, FORWARDS, PAID_IN_COINS, PUT_ASIDE, SOLD_LATER, carry_used, forward_flows, keep, with_treasury
from wattmint.scenario.model import Scenario, Treasury
from wattmint.study.corridor import prepare, walk_build, world_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "west-texas-100mw.toml"
MONTHS = 9
SHAPE = (3, MONTHS)
mined = arrays(np.float64, SHAPE, elements=st.floats(0.0, 50.0))
prices = arrays(np.float64, SHAPE, elements=st.floats(1_000.0, 200_000.0))
costs = arrays(np.float64, SHAPE, elements=st.floats(0.0, 3e6))


@given(mined, prices, costs, st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_coins_mined_are_sold_at_once_sold_later_or_kept(mined, price, covers, share):
    stock = keep(mined, price, covers, share)
    np.testing.assert_allclose(stock.at_once + stock.later + stock.left, mined.sum(axis=1), rtol=1e-9, atol=1e-9)
    assert (stock.left >= -1e-9).all()
    # What the stock's coins had cost comes back in full by the end: the rest of what they fetch is gain, and income.
    np.testing.assert_allclose(stock.cost_usd.sum(axis=1), stock.put_usd.sum(axis=1), rtol=1e-9, atol=1e-3)


@given(mined, prices, costs)
@settings(max_examples=60, deadline=None)
def test_nothing_is_put_aside_in_a_month_whose_costs_take_all_and_the_stock_pays_as_far_as_it_goes(mined, price, covers):
    stock = keep(mined, price, covers, 1.0)
    short = covers > mined * price
    assert (stock.put_usd[short] == 0.0).all()
    paid = mined * price - stock.put_usd + stock.sold_usd
    held = np.cumsum((stock.put_usd - stock.sold_usd) / price, axis=1)
    unpaid = (paid < covers * (1.0 - 1e-9) - 1e-6)[:, :-1]
    assert (held[:, :-1][unpaid] < 1e-6).all()  # costs are left unpaid only where the stock is empty


def test_a_stock_by_hand():
    stock = keep(np.array([[2.0, 1.0, 0.0, 1.0]]), np.array([[100.0, 200.0, 50.0, 400.0]]), np.array([[50.0, 400.0, 0.0, 0.0]]), 1.0)
    # 0.5 sold and 1.5 kept; costs take the month's coin and another from the stock; 0.5 stays; the last month adds one: 1.5 at 400.
    assert stock.put_usd.tolist() == [[150.0, 0.0, 0.0, 400.0]]
    assert stock.sold_usd.tolist() == [[0.0, 200.0, 0.0, 600.0]]
    assert stock.cost_usd.tolist() == [[0.0, 100.0, 0.0, 450.0]]
    assert (stock.at_once[0], stock.later[0], stock.left[0]) == (1.5, 1.0, 1.5)


@pytest.fixture(scope="module")
def mine():
    prepared = prepare(Scenario.load(EXAMPLE))
    world = world_of(prepared, 0, 16)
    return walk_build(prepared, prepared.builds[0], world).cashflow, world, prepared


def steady(world):
    """A mine that runs all the time, as planned."""
    return np.ones(world.months)


@pytest.mark.parametrize("terms", [{"coin_policy": "sell"}, {"coin_policy": "hold", "hold_share": 0.0}, {"coin_policy": "cover", "hold_share": 0.0}])
def test_holding_nothing_is_selling_at_once_to_the_bit(mine, terms):
    flows, world, _ = mine
    same, book = with_treasury(flows, world, Treasury(**terms), steady(world))
    assert same is flows
    assert (book.kept == 0.0).all()
    np.testing.assert_allclose(book.sold_at_once, book.mined, rtol=1e-12)


@pytest.mark.parametrize(
    "terms", [{"coin_policy": "hold", "hold_share": 0.4}, {"coin_policy": "cover"}, {"coin_policy": "cover", "forward_share": 0.5}]
)
def test_lines_sum_to_net_and_what_is_no_income_to_zero(mine, terms):
    flows, world, _ = mine
    after, book = with_treasury(flows, world, Treasury(**terms), steady(world))
    np.testing.assert_array_equal(after.net, sum_of(after.lines, after.net.shape))
    assert {PUT_ASIDE, SOLD_LATER} <= set(after.lines)
    np.testing.assert_allclose(book.no_income.sum(axis=1), 0.0, atol=1e-3)
    np.testing.assert_allclose(book.sold_at_once + book.sold_later + book.kept, book.mined, rtol=1e-9)


def test_held_coins_fetch_the_path_s_last_price(mine):
    flows, world, _ = mine
    after, book = with_treasury(flows, world, Treasury(coin_policy="hold"), steady(world))
    np.testing.assert_allclose(after.lines[SOLD_LATER][:, -1], book.mined * world.btc_usd[:, -1], rtol=1e-9)


def test_covering_costs_keeps_months_of_running_from_going_below_zero_while_there_are_coins(mine):
    flows, world, _ = mine
    after, _ = with_treasury(flows, world, Treasury(coin_policy="cover"), steady(world))
    others = flows.net - sum(flows.lines[name] for name in (*COIN_LINES, *PAID_IN_COINS))
    months = (flows.net > 0.0)[:, 7:-1] & (others < 0.0)[:, 7:-1]  # months whose coins pay all the rest
    np.testing.assert_allclose(after.net[:, 7:-1][months], 0.0, atol=1e-3)


def test_a_build_without_coins_has_no_treasury(mine):
    _, world, prepared = mine
    halls = walk_build(prepared, prepared.builds[1], world).cashflow
    assert with_treasury(halls, world, Treasury(coin_policy="hold"), steady(world)) == (halls, None)


def test_forwards_by_hand(mine):
    _, world, _ = mine
    price, coins = np.array([[100.0, 110.0, 90.0, 120.0]]), np.array([[0.0, 4.0, 6.0, 6.0]])
    small = replace(world, btc_usd=price, subsidy_btc=np.array([[2.0, 2.0, 2.0, 1.0]]))
    terms = Treasury(coin_policy="sell", forward_share=0.5, forward_months=1, forward_carry_per_year=0.0)
    flows = forward_flows(coins, small, terms, np.ones(4))
    # Month 1 mines first and sells half of 4 for month 2 at 110; month 2 sells half of 6 for month 3, halved with the subsidy, at 90.
    assert flows.tolist() == [[0.0, 0.0, 0.0, 2.0 * 20.0, 1.5 * -30.0]]


def test_a_forward_s_price_lies_above_today_s_by_the_carry(mine):
    _, world, _ = mine
    flat = np.full((1, 4), 100.0)
    still = replace(world, btc_usd=flat, subsidy_btc=flat)
    terms = Treasury(coin_policy="sell", forward_share=1.0, forward_months=3, forward_carry_per_year=0.1)
    flows = forward_flows(np.ones((1, 4)), still, terms, np.ones(4))
    np.testing.assert_allclose(flows[0, 2:], [100.0 * (1.1 ** (k / 12) - 1.0) for k in (1, 2, 3)])


def test_nothing_is_sold_forward_for_the_time_after_a_planned_stop(mine):
    _, world, _ = mine
    price, ones = np.array([[100.0, 110.0, 90.0, 120.0]]), np.ones((1, 4))
    small = replace(world, btc_usd=price, subsidy_btc=ones)
    terms = Treasury(coin_policy="sell", forward_share=1.0, forward_months=3, forward_carry_per_year=0.0)
    # Of eight MW two stop with month 2 and all with month 3; what comes later than the signing is not sold before.
    assert forward_flows(4.0 * ones, small, terms, np.array([8.0, 8.0, 6.0, 0.0])).tolist() == [[0.0, 0.0, 4.0 * -10.0, 3.0 * 10.0, 0.0]]
    grows = forward_flows(4.0 * ones, small, terms, np.array([8.0, 16.0, 16.0, 16.0]))
    np.testing.assert_array_equal(grows, forward_flows(4.0 * ones, small, terms, np.ones(4)))


def test_the_carry_is_the_site_file_s_or_a_cited_estimate():
    assert carry_used(Treasury(coin_policy="sell", forward_carry_per_year=0.02)).kind == "given"
    used = carry_used(Treasury(coin_policy="sell"))
    assert used.value == record("defaults", "treasury")["forward_carry_per_year"].value
    assert used.kind == "estimate"


def test_forwards_alone_add_one_line(mine):
    flows, world, _ = mine
    after, _ = with_treasury(flows, world, Treasury(coin_policy="sell", forward_share=1.0), steady(world))
    assert set(after.lines) - set(flows.lines) == {FORWARDS}
