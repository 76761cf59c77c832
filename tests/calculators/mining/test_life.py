import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.mining.life import halving_days, life_result, plan_of, plan_result
from wattmint.calculators.mining.static import MiningCase, static_result
from wattmint.errors import InputError
from wattmint.ledger.subsidy import subsidy_sat

CASE = MiningCase(
    hashrate_ths=270.0,
    power_w=3645.0,
    count=100,
    power_price_usd_per_kwh=0.045,
    btc_usd=84_700.0,
    difficulty=134.6e12,
    subsidy_btc=3.125,
    fees_btc_per_block=0.0871,
    pool_fee=0.02,
    uptime=0.97,
    capex_usd=297_000.0,
)


def block_by_block(case: MiningCase, height: int, days: int) -> float:
    """Coins of whole days, walked block by block: what the closed form must meet."""
    per_coin = static_result(dataclasses.replace(case, subsidy_btc=1.0, fees_btc_per_block=0.0)).btc_per_day / 144.0
    return sum(per_coin * (subsidy_sat(height + block) / 1e8 + case.fees_btc_per_block) for block in range(144 * days))


@pytest.mark.parametrize("height", [969_700, 1_049_999, 1_050_000, 840_000])
def test_coins_are_those_of_a_walk_along_the_blocks(height):
    case = dataclasses.replace(CASE, subsidy_btc=subsidy_sat(height) / 1e8)
    months = 12 * 400 / 365.25
    assert life_result(case, height, months).btc == pytest.approx(block_by_block(case, height, 400), rel=1e-9)


def test_halvings_come_every_210_000_blocks_of_ten_minutes():
    assert halving_days(969_700.0, 1e4)[:2] == pytest.approx((80_300 / 144, 290_300 / 144))
    assert halving_days(1_050_000.0, 1458.0) == ()
    assert halving_days(969_700.0, 80_300 / 144) == ()
    assert len(halving_days(1_049_999.0, 1.0)) == 1


def test_without_a_halving_a_life_is_its_days():
    day, life = static_result(CASE), life_result(CASE, 969_700.0, 12)
    assert life.halving_days == ()
    assert life.profit_usd == pytest.approx(day.profit_usd_per_day * 365.25)
    assert life.profit_if_stopped_usd == life.profit_usd
    assert life.revenue_usd - life.power_cost_usd == pytest.approx(life.profit_usd)
    assert life.roi == pytest.approx((life.profit_usd - 297_000.0) / 297_000.0)


def test_payback_counts_the_halving():
    dear = dataclasses.replace(CASE, capex_usd=500_000.0)
    today, life = static_result(dear), life_result(dear, 969_700.0, 120)
    assert life.payback_days > today.payback_days > life.halving_days[0]
    first = life.halving_days[0] * today.profit_usd_per_day
    after = static_result(dataclasses.replace(dear, subsidy_btc=1.5625)).profit_usd_per_day
    assert life.payback_days == pytest.approx(life.halving_days[0] + (500_000.0 - first) / after)


def test_a_machine_that_loses_after_the_halving_is_better_off():
    tight = dataclasses.replace(CASE, power_price_usd_per_kwh=0.09, capex_usd=1e6)
    life = life_result(tight, 969_700.0, 60)
    assert life.profit_if_stopped_usd == pytest.approx(static_result(tight).profit_usd_per_day * life.halving_days[0])
    assert life.profit_usd < life.profit_if_stopped_usd
    assert life.payback_days is None
    assert life_result(dataclasses.replace(tight, capex_usd=None), 969_700.0, 60).roi is None
    assert life_result(dataclasses.replace(tight, capex_usd=None), 969_700.0, 60).payback_days is None


@pytest.mark.parametrize(("height", "months"), [(969_700.0, 0.0), (969_700.0, float("inf")), (969_700.0, float("nan")), (-1.0, 12.0)])
def test_a_life_is_refused(height, months):
    with pytest.raises(InputError):
        life_result(CASE, height, months)


positive = st.floats(0.01, 1e4)


@given(positive, positive, positive, positive, positive, st.floats(0.0, 1.0))
def test_the_seller_s_static_rule(fee, days, ths, output, electricity, share):
    margin = output - electricity
    found = plan_result(fee, days, ths, output, electricity, share)
    if margin <= 0.0:
        assert found.breakeven_days is None
        assert found.net_revenue_usd <= 0.0
        return
    breakeven = fee / (ths * margin)
    scale = ths * margin * (days + breakeven)
    assert found.breakeven_days == pytest.approx(breakeven, rel=1e-12)
    assert found.net_revenue_usd == pytest.approx((days - breakeven) * ths * margin * share, rel=1e-9, abs=1e-9 * scale)
    assert found.revenue_rate == pytest.approx(found.net_revenue_usd / fee)


def test_a_plan_by_hand():
    # 100 TH/s at 0.05 less 0.03 USD per TH-day earn 2 USD a day: 300 USD are back after 150 days, 210 more days bring 420, half of it kept.
    found = plan_result(300.0, 360.0, 100.0, 0.05, 0.03, 0.5)
    assert (found.breakeven_days, found.net_revenue_usd, found.revenue_rate) == pytest.approx((150.0, 210.0, 0.7))


def test_a_plan_of_a_case_earns_its_th_days():
    day, plan = static_result(CASE), plan_of(CASE, 1e5, 365.0)
    assert plan.output_usd_per_th_day == pytest.approx(day.revenue_usd_per_day / 27_000.0)
    assert plan.electricity_usd_per_th_day == pytest.approx(day.power_cost_usd_per_day / 27_000.0)
    assert plan.breakeven_days == pytest.approx(1e5 / day.profit_usd_per_day)
