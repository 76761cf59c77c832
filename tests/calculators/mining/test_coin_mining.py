"""The calculator for other coins: bitcoin's own result for bitcoin, and sums for merged mining."""

import pytest

from wattmint.calculators.mining.coin_mining import FIGURES, mine_coins
from wattmint.calculators.mining.coins import coin_market, usd_per_th_day
from wattmint.calculators.mining.fleet import mine
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import attributes, number

LTC, DOGE = coin_market("litecoin", 100.0, 9e7, height=2_900_000), coin_market("dogecoin", 0.2, 4e7)
CONTRACT = {"power_price_usd_per_kwh": 0.05, "pool_fee": 0.01, "uptime": 0.98, "stale_rate": 0.005, "count": 12, "pue": 1.04}


def test_bitcoin_is_what_the_bitcoin_calculator_says():
    ours = mine_coins("antminer-s21-xp", [coin_market("bitcoin", 84_700.0, 1.346e14, subsidy=3.125, fees_coins_per_block=0.05)], **CONTRACT)
    theirs = mine("antminer-s21-xp", btc_usd=84_700.0, difficulty=1.346e14, subsidy_btc=3.125, fees_btc_per_block=0.05, **CONTRACT)
    assert ours.coins_per_day["BTC"] == pytest.approx(theirs.btc_per_day, rel=1e-12)
    assert ours.profit_usd_per_day == pytest.approx(theirs.profit_usd_per_day, rel=1e-12)
    assert ours.breakeven_power_usd_per_kwh == pytest.approx(theirs.breakeven_power_usd_per_kwh, rel=1e-12)


def test_two_rewards_for_one_hash_and_one_power_bill():
    both, first = mine_coins("antminer-l9", [LTC, DOGE], **CONTRACT), mine_coins("antminer-l9", [LTC], **CONTRACT)
    assert both.coins_per_day["LTC"] == pytest.approx(first.coins_per_day["LTC"])
    assert both.revenue_usd_per_day == pytest.approx(sum(both.usd_per_day.values()))
    assert both.power_cost_usd_per_day == first.power_cost_usd_per_day
    kept = number("machines", "antminer-l9", "hashrate_ths") * 12 * 0.98 * 0.99 * 0.995
    assert both.revenue_usd_per_day == pytest.approx(usd_per_th_day(LTC, DOGE) * kept)


def test_at_the_break_evens_profit_is_zero():
    today = mine_coins("antminer-l9", [LTC, DOGE], **CONTRACT)
    even = mine_coins("antminer-l9", [LTC, DOGE], **{**CONTRACT, "power_price_usd_per_kwh": today.breakeven_power_usd_per_kwh})
    assert even.profit_usd_per_day == pytest.approx(0.0, abs=1e-9)
    fallen = [coin_market(one.coin.id, one.coin_usd * today.breakeven_price_share, one.difficulty, subsidy=one.subsidy_coins) for one in (LTC, DOGE)]
    assert mine_coins("antminer-l9", fallen, **CONTRACT).profit_usd_per_day == pytest.approx(0.0, abs=1e-9)


def test_payback_needs_a_capital():
    assert mine_coins("antminer-l9", [LTC, DOGE], **CONTRACT).payback_days is None
    result = mine_coins("antminer-l9", [LTC, DOGE], **CONTRACT, capex_usd=50_000.0)
    assert result.payback_days == pytest.approx(50_000.0 / result.profit_usd_per_day)


def test_a_machine_of_one_s_own_and_cited_defaults():
    named = mine_coins("antminer-l9", [DOGE])
    own = mine_coins(None, [DOGE], hashrate_ths=0.016, power_w=3360.0, uptime=number("defaults", "mining", "uptime"), count=None)
    assert own == named
    assert set(FIGURES) <= set(attributes())


@pytest.mark.parametrize(("machine", "given", "why"), [
    ("antminer-s21-xp", {}, "Litecoin needs a scrypt machine"),
    (None, {"power_w": 3360.0}, "needed, unless a machine is named"),
    (None, {"hashrate_ths": 16.0, "power_w": 3360.0}, "10,000 to 1,000,000 J/TH is allowed"),
    ("antminer-l9", {"uptime": 1.2}, "above 0 to 1"),
    ("antminer-l9", {"count": 1.5}, "a whole number"),
])  # fmt: skip
def test_what_does_not_fit_is_refused(machine, given, why):
    with pytest.raises(InputError, match=why):
        mine_coins(machine, [LTC], **given)


def test_other_refusals():
    with pytest.raises(UnknownNameError, match="did you mean 'antminer-l9'"):
        mine_coins("antminer-l9x", [LTC])
    with pytest.raises(InputError, match="accepts no other coin's work"):
        mine_coins("antminer-l9", [DOGE, LTC])
    for markets in ([], [LTC, DOGE, DOGE]):
        with pytest.raises(InputError, match="at most one that is merged"):
            mine_coins("antminer-l9", markets)
    with pytest.raises(InputError, match="subsidy and fees together above 0"):
        mine_coins("antminer-l9", [coin_market("litecoin", 100.0, 9e7, subsidy=0.0)])
