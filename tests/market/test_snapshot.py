import pytest

from wattmint.facts.load import number
from wattmint.market.snapshot import market_snapshot, power_level
from wattmint.physics.hashing import hashprice_btc_per_ph_day, network_hashrate_h_per_s
from wattmint.scenario.model import Market, Power

HISTORY = {"history": [{"prices": "ercot-west-2024", "weather": "midland-tmy3"}]}
FIXED = {"fixed_usd_per_mwh": 45.0, "weather": "midland-tmy3"}


def value(snapshot, name):
    return next(value for value in snapshot.values if value.name == name)


def test_as_shipped_every_value_has_unit_date_and_source():
    snapshot = market_snapshot(Market())
    assert snapshot.btc_usd == number("snapshot", "market", "btc_usd")
    assert snapshot.height == number("snapshot", "market", "block_height")
    for one in snapshot.values:
        assert one.unit
        assert one.as_of
        assert one.source != "site file"
        assert getattr(snapshot, {"block_height": "height"}.get(one.name, one.name)) == one.value


def test_difficulty_is_derived_from_the_hashrate():
    snapshot = market_snapshot(Market())
    assert network_hashrate_h_per_s(snapshot.difficulty) == pytest.approx(snapshot.network_hashrate_ehs * 1e18)
    assert value(snapshot, "difficulty").kind == "derived"


def test_the_published_hashprice_comes_out():
    # Hashrate Index, October 2026: 40.58 USD/PH/day, fees included; hashrate and price are rounded.
    snapshot = market_snapshot(Market())
    reward = 3.125 + snapshot.fees_btc_per_block
    hashprice = snapshot.btc_usd * hashprice_btc_per_ph_day(snapshot.difficulty, reward)
    assert hashprice == pytest.approx(number("snapshot", "market", "hashprice_usd_per_ph_day"), rel=0.005)


def test_overrides_are_marked_given():
    snapshot = market_snapshot(Market(btc_usd=50_000.0, fees_btc_per_block=0.5, gpu_rental_multiplier=0.8, token_price_multiplier=1.5))
    assert (snapshot.btc_usd, snapshot.fees_btc_per_block) == (50_000.0, 0.5)
    assert (snapshot.gpu_rental_multiplier, snapshot.token_price_multiplier) == (0.8, 1.5)
    for name in ("btc_usd", "fees_btc_per_block", "gpu_rental_multiplier", "token_price_multiplier"):
        assert (value(snapshot, name).kind, value(snapshot, name).source) == ("given", "site file")
    assert value(snapshot, "network_hashrate_ehs").kind != "given"


def test_a_given_difficulty_rules_the_hashrate():
    snapshot = market_snapshot(Market(difficulty=1e14))
    assert value(snapshot, "difficulty").kind == "given"
    assert value(snapshot, "network_hashrate_ehs").kind == "derived"
    assert snapshot.network_hashrate_ehs == pytest.approx(network_hashrate_h_per_s(1e14) / 1e18)


def test_power_level_is_given_or_the_markets_or_unknown():
    assert power_level(Power(**HISTORY), "ercot").value == number("snapshot", "ercot", "power_level_usd_per_mwh")
    assert power_level(Power(**HISTORY, level_usd_per_mwh=44.0), "ercot").value == 44.0
    assert power_level(Power(**FIXED), None).value == 45.0
    assert power_level(Power(**HISTORY), None) is None
    assert power_level(Power(**HISTORY), "unheard-of") is None


def test_the_snapshot_holds_the_power_level_when_asked_with_the_power_table():
    assert market_snapshot(Market()).power_level_usd_per_mwh is None
    snapshot = market_snapshot(Market(), Power(**HISTORY))
    assert snapshot.power_level_usd_per_mwh == number("snapshot", "ercot", "power_level_usd_per_mwh")
    assert value(snapshot, "power_level_usd_per_mwh").unit == "USD/MWh"
    own_file = Power(history=[{"prices": "mine.csv", "weather": "midland-tmy3"}])
    assert market_snapshot(Market(), own_file).power_level_usd_per_mwh is None
