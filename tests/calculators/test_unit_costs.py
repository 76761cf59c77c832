from dataclasses import replace

import pytest

from wattmint.calculators.chain.transfer import transfer
from wattmint.calculators.mining.static import case_of_machine, static_result
from wattmint.calculators.serving.case import serve
from wattmint.calculators.serving.money import instalment
from wattmint.calculators.unit_costs import COST_LINES, POOL, POWER, Question, unit_costs
from wattmint.errors import InputError
from wattmint.facts.load import number
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


@pytest.fixture(scope="module")
def snapshot():
    return market_snapshot(Market())


@pytest.fixture(scope="module")
def found(snapshot):
    return unit_costs(Question(), snapshot)


def test_every_stack_has_the_same_lines_and_they_sum_to_its_cost(found):
    for stack in found.stacks:
        assert tuple(stack.lines) == COST_LINES
        assert stack.cost == pytest.approx(sum(stack.lines.values()))
        assert min(stack.lines.values()) >= 0.0


def test_tokens_are_the_serving_calculator_s(found):
    served = serve("llama-3.3-70b", "h200-sxm", gpus=8, tpot_ms=50.0)
    assert found.stacks[0].cost == pytest.approx(served.costs["usd_per_mtok"], rel=1e-12)
    read, written = served.market.prices.usd_per_mtok
    assert found.stacks[0].fetched == pytest.approx((read + written) / 2)


def test_a_coin_s_power_is_the_mining_calculator_s(found, snapshot):
    static = static_result(case_of_machine("antminer-s21-xp", snapshot))
    fee = number("defaults", "mining", "pool_fee")
    coin = found.stacks[1]
    assert coin.lines[POWER] == pytest.approx(static.cost_per_btc_usd * (1.0 - fee), rel=1e-12)
    assert coin.lines[POOL] == pytest.approx(fee * snapshot.btc_usd)
    assert coin.fetched == snapshot.btc_usd
    price = number("defaults", "calculator", "power_price_usd_per_kwh")
    assert found.kwh[1][1] * price == pytest.approx(coin.lines[POWER], rel=1e-12)


def test_a_coin_s_machines_are_paid_back_over_their_life(found, snapshot):
    case = case_of_machine("antminer-s21-xp", snapshot)
    coins_per_year = static_result(case).btc_per_day / (1.0 - case.pool_fee) * 365.25
    yearly = case.capex_usd * instalment(number("defaults", "mining", "machine_life_months"), number("defaults", "serving", "discount_rate"))
    assert found.stacks[1].lines["machines"] == pytest.approx(yearly / coins_per_year, rel=1e-3)


def test_a_transaction_is_its_share_of_a_block(found, snapshot):
    coin, moved = found.stacks[1:]
    per_block = transfer(snapshot).transactions_per_block
    case = case_of_machine("antminer-s21-xp", snapshot)
    assert moved.fetched == pytest.approx((case.subsidy_btc + case.fees_btc_per_block) * case.btc_usd / per_block)
    assert moved.fetches["fee"] / moved.fetched == pytest.approx(case.fees_btc_per_block / (case.subsidy_btc + case.fees_btc_per_block))
    assert moved.cost == pytest.approx(coin.cost * found.coins_per_transaction)
    assert found.kwh[2] == transfer(snapshot).kwh


def test_one_price_of_power_and_one_interest_for_both(found, snapshot):
    dear = unit_costs(Question(power_price_usd_per_kwh=0.10, discount_rate=0.10), snapshot)
    for cheap, more in zip(found.stacks, dear.stacks, strict=True):
        assert more.lines[POWER] == pytest.approx(2.0 * cheap.lines[POWER])
        assert more.lines["machines"] == pytest.approx(cheap.lines["machines"])


def test_every_number_has_a_source_and_estimates_say_so(found):
    assert all(used.source for used in found.inputs)
    kinds = {used.name: used.kind for used in found.inputs}
    assert kinds["repair_usd_per_kw"] == "estimate"
    assert {"btc_usd", "difficulty", "transactions_per_block", "pool_fee", "machine_usd_per_th"} <= set(kinds)


@pytest.mark.parametrize(
    "change", [{"machine": "antminer-s99"}, {"machine": "antminer-l9"}, {"gpu": "h2000"}, {"model": "nobody"}, {"tpot_ms": -1.0}, {"gpus": 0}]
)
def test_what_is_unknown_or_out_of_range_is_refused(snapshot, change):
    with pytest.raises(InputError):
        unit_costs(replace(Question(), **change), snapshot)
