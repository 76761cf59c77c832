import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.mining.static import MiningCase, after_profit_share, case_of_machine, static_result
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number
from wattmint.physics.hashing import hashprice_btc_per_ph_day

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "hashing.json").read_text(encoding="utf-8"))["hashprice"]
HABIT = 1.0 + 1.0 / 65_535.0
"""What calculators that take difficulty * 2^32 for the expected hashes pay too much."""

DAY = {name: GOLDEN[name] for name in ("btc_usd", "difficulty", "subsidy_btc")} | {"fees_btc_per_block": GOLDEN["fees_btc"]}
ONE_PH = MiningCase(hashrate_ths=1000.0, power_w=17_500.0, power_price_usd_per_kwh=0.05, pool_fee=0.0, uptime=1.0, capex_usd=5000.0, **DAY)

cases = st.builds(
    MiningCase,
    hashrate_ths=st.floats(1.0, 1000.0),
    power_w=st.floats(100.0, 10_000.0),
    count=st.integers(1, 100_000),
    power_price_usd_per_kwh=st.floats(0.001, 0.5),
    btc_usd=st.floats(100.0, 1e6),
    difficulty=st.floats(1e6, 1e16),
    subsidy_btc=st.floats(0.1, 50.0),
    fees_btc_per_block=st.floats(0.0, 40.0),
    pool_fee=st.floats(0.0, 0.9),
    uptime=st.floats(0.1, 1.0),
    capex_usd=st.none() | st.floats(0.0, 1e9),
    stale_rate=st.floats(0.0, 0.5),
    pue=st.floats(1.0, 2.0),
    hosting_fee_usd_per_kwh=st.floats(0.0, 0.1),
)


def test_published_hashprice_and_break_even_with_the_habit_put_back():
    found = static_result(ONE_PH)
    assert found.hashprice_usd_per_ph_day * HABIT == pytest.approx(GOLDEN["habit_2_32_usd_per_ph_day"], abs=5e-6)
    assert found.breakeven_power_usd_per_kwh * HABIT == pytest.approx(GOLDEN["break_even_usd_per_kwh"], abs=5e-7)
    assert found.hashprice_usd_per_ph_day == pytest.approx(GOLDEN["habit_2_32_usd_per_ph_day"], rel=1.6e-5)


def test_the_formula_of_braiins_and_whattomine():
    # reward = hashrate * seconds * block reward / (difficulty * 2^32); electricity = kW * 24 * price; all at uptime 1.
    case = dataclasses.replace(ONE_PH, hashrate_ths=270.0, power_w=3645.0, pool_fee=0.02)
    revenue = 270e12 * 86_400 * (3.125 + 0.015291) / (148_195_306_640_204.7 * 2**32) * 90_245.27 * 0.98
    electricity = 3.645 * 24 * 0.05
    found = static_result(case)
    assert found.revenue_usd_per_day * HABIT == pytest.approx(revenue, rel=1e-12)
    assert found.power_cost_usd_per_day == pytest.approx(electricity, rel=1e-12)
    assert found.profit_usd_per_day == pytest.approx(revenue / HABIT - electricity, rel=1e-12)
    assert found.cost_per_btc_usd == pytest.approx(electricity / (revenue / HABIT / 90_245.27), rel=1e-12)
    assert found.payback_days == pytest.approx(5000.0 / (revenue / HABIT - electricity), rel=1e-12)


@given(cases)
def test_revenue_is_hashprice_times_hashrate_uptime_and_what_the_pool_leaves(case: MiningCase):
    found = static_result(case)
    ph_per_s = case.hashrate_ths * case.count / 1000.0
    kept = case.uptime * (1.0 - case.pool_fee) * (1.0 - case.stale_rate)
    assert found.revenue_usd_per_day == pytest.approx(found.hashprice_usd_per_ph_day * ph_per_s * kept, rel=1e-12)
    assert found.btc_per_day * case.btc_usd == pytest.approx(found.revenue_usd_per_day, rel=1e-12)
    assert found.profit_usd_per_day == pytest.approx(found.revenue_usd_per_day - found.power_cost_usd_per_day, rel=1e-12, abs=1e-9)
    assert (found.payback_days is None) == (case.capex_usd is None or found.profit_usd_per_day <= 0.0)


@given(cases)
def test_at_each_break_even_the_profit_is_zero(case: MiningCase):
    found = static_result(case)
    scale = found.revenue_usd_per_day + found.power_cost_usd_per_day
    at_coin = static_result(dataclasses.replace(case, btc_usd=found.breakeven_btc_usd))
    at_power = static_result(dataclasses.replace(case, power_price_usd_per_kwh=found.breakeven_power_usd_per_kwh))
    assert at_coin.profit_usd_per_day == pytest.approx(0.0, abs=1e-9 * (scale + at_coin.revenue_usd_per_day))
    assert at_power.profit_usd_per_day == pytest.approx(0.0, abs=1e-9 * scale)


@given(cases, st.floats(0.1, 1.0))
def test_uptime_scales_energy_and_so_moves_no_break_even(case: MiningCase, uptime: float):
    one, other = static_result(case), static_result(dataclasses.replace(case, uptime=uptime))
    assert other.power_cost_usd_per_day / one.power_cost_usd_per_day == pytest.approx(uptime / case.uptime, rel=1e-12)
    assert other.breakeven_power_usd_per_kwh == pytest.approx(one.breakeven_power_usd_per_kwh, rel=1e-12, abs=1e-12)
    assert other.breakeven_btc_usd == pytest.approx(one.breakeven_btc_usd, rel=1e-12)


def test_pue_hosting_fee_and_profit_share():
    plain, site = static_result(ONE_PH), static_result(dataclasses.replace(ONE_PH, pue=1.1, hosting_fee_usd_per_kwh=0.01))
    assert site.power_cost_usd_per_day == pytest.approx(plain.power_cost_usd_per_day * 1.1 * 0.06 / 0.05)
    assert site.breakeven_power_usd_per_kwh == pytest.approx(plain.breakeven_power_usd_per_kwh / 1.1 - 0.01)
    assert static_result(dataclasses.replace(ONE_PH, profit_share=0.25)).profit_usd_per_day == pytest.approx(0.75 * plain.profit_usd_per_day)


def test_a_host_shares_profit_and_not_loss():
    assert after_profit_share(100.0, 0.25) == 75.0
    assert after_profit_share(-100.0, 0.25) == -100.0
    assert after_profit_share(0.0, 0.25) == 0.0


def test_never_pays_back():
    assert static_result(dataclasses.replace(ONE_PH, power_price_usd_per_kwh=0.5)).payback_days is None
    assert static_result(dataclasses.replace(ONE_PH, capex_usd=None)).payback_days is None
    assert static_result(dataclasses.replace(ONE_PH, capex_usd=0.0)).payback_days == 0.0


def test_another_coin_is_another_number_of_hashes_per_difficulty():
    double = dataclasses.replace(ONE_PH, expected_hashes_per_difficulty=2.0 * ONE_PH.expected_hashes_per_difficulty)
    assert static_result(double).btc_per_day == pytest.approx(static_result(ONE_PH).btc_per_day / 2.0, rel=1e-12)


def test_a_named_machine_takes_its_own_figures_price_and_the_market(snapshot):
    case = case_of_machine("antminer-s21-xp", snapshot, count=1000)
    assert (case.hashrate_ths, case.power_w, case.count) == (270.0, 3645.0, 1000.0)
    assert case.capex_usd == pytest.approx(270.0 * number("machines", "antminer-s21-xp", "machine_usd_per_th") * 1000)
    assert (case.btc_usd, case.difficulty, case.fees_btc_per_block) == (snapshot.btc_usd, snapshot.difficulty, snapshot.fees_btc_per_block)
    assert case.subsidy_btc == 3.125  # era of block 969,700
    assert (case.pool_fee, case.uptime) == (number("defaults", "mining", "pool_fee"), number("defaults", "mining", "uptime"))
    assert static_result(case).hashprice_usd_per_ph_day == hashprice_btc_per_ph_day(case.difficulty, 3.125 + case.fees_btc_per_block) * case.btc_usd


def test_a_free_machine_takes_its_tier_s_price(snapshot):
    tier = number("defaults", "mining", "machine_usd_per_th_19_to_25")
    assert case_of_machine(None, snapshot, hashrate_ths=100.0, power_w=2000.0).capex_usd == pytest.approx(100.0 * tier)
    assert case_of_machine(None, snapshot, hashrate_ths=100.0, power_w=5000.0).capex_usd is None
    assert case_of_machine(None, snapshot, hashrate_ths=100.0, power_w=5000.0, capex_usd=7.0).capex_usd == 7.0


def test_a_machine_turned_down_costs_what_it_cost(snapshot):
    nominal = case_of_machine("antminer-s21-xp", snapshot)
    turned_down = case_of_machine("antminer-s21-xp", snapshot, hashrate_ths=200.0, power_w=2300.0)
    assert (turned_down.hashrate_ths, turned_down.capex_usd) == (200.0, nominal.capex_usd)


def test_solo_has_no_fee_unless_given_and_pps_keeps_the_fees(snapshot):
    assert case_of_machine("antminer-s21-xp", snapshot, pool_scheme="solo").pool_fee == 0.0
    assert case_of_machine("antminer-s21-xp", snapshot, pool_scheme="solo", pool_fee=0.01).pool_fee == 0.01
    pps, fpps = (static_result(case_of_machine("antminer-s21-xp", snapshot, pool_scheme=scheme)) for scheme in ("pps", "fpps"))
    assert pps.btc_per_day / fpps.btc_per_day == pytest.approx(3.125 / (3.125 + snapshot.fees_btc_per_block), rel=1e-12)
    assert pps.hashprice_usd_per_ph_day == fpps.hashprice_usd_per_ph_day


def test_a_scrypt_machine_is_no_bitcoin_machine(snapshot):
    with pytest.raises(InputError) as caught:
        case_of_machine("antminer-l9", snapshot)
    assert (caught.value.field, caught.value.value) == ("machine", "antminer-l9")


@pytest.mark.parametrize(
    ("given_", "line"),
    [
        ({"hashrate_ths": 100.0}, "power_w = (left out): needed, unless a machine is named"),
        ({"hashrate_ths": 100.0, "power_w": 2e-3}, "power_w = 0.002: a number from 1 to 1,000,000 W"),
        ({"hashrate_ths": 100_000.0, "power_w": 3.6}, "J/TH is allowed (power in W and hashrate in TH/s of one machine)"),
        ({"hashrate_ths": 100.0, "power_w": 2000.0, "subsidy_btc": 0.0, "fees_btc_per_block": 0.0}, "subsidy and fees together above 0"),
    ],
)
def test_refusals(snapshot, given_, line):
    with pytest.raises(InputError) as caught:
        case_of_machine(None, snapshot, **given_)
    assert line in str(caught.value)


def test_unknown_machine_and_scheme(snapshot):
    with pytest.raises(UnknownNameError, match="did you mean 'antminer-s21-xp'"):
        case_of_machine("antminer-s21-px", snapshot)
    with pytest.raises(UnknownNameError, match="pool_scheme"):
        case_of_machine("antminer-s21-xp", snapshot, pool_scheme="ppz")
