"""Coins: protocol constants, agreement with bitcoin's own formulas, and merged mining as a sum."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.mining.coins import check_machine, coin, coin_market, coins_per_th_day, extra_coins_per_block, subsidy_coins, usd_per_th_day
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import table
from wattmint.ledger.pow import difficulty_from_bits, expected_hashes, target_from_bits
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, subsidy_sat
from wattmint.physics.hashing import BLOCK_INTERVAL_S, HASHES_PER_UNIT_DIFFICULTY, hashprice_btc_per_ph_day
from wattmint.units import HASHES_PER_TH, SAT_PER_BTC, TH_PER_PH

LTC = coin_market("litecoin", 100.0, 9e7, height=2_900_000)
DOGE = coin_market("dogecoin", 0.2, 4e7)


def test_bitcoin_s_row_is_the_ledger_s_and_the_physics():
    bitcoin = coin("bitcoin")
    assert bitcoin.block_interval_s == BLOCK_INTERVAL_S
    assert bitcoin.halving_interval_blocks == HALVING_INTERVAL_BLOCKS
    assert bitcoin.hashes_per_difficulty == pytest.approx(HASHES_PER_UNIT_DIFFICULTY, rel=1e-15)
    assert bitcoin.algorithm == "sha-256"


@given(height=st.integers(0, 8_000_000))
def test_bitcoin_s_subsidy_is_the_ledger_s(height):
    assert subsidy_coins(coin("bitcoin"), height) * SAT_PER_BTC == pytest.approx(subsidy_sat(height), abs=1e-3)


# Litecoin halved at 840,000, 1,680,000 and 2,520,000 (August 2023); Dogecoin pays 10,000 without end.
@pytest.mark.parametrize(("name", "height", "subsidy"), [
    ("litecoin", 0, 50.0), ("litecoin", 839_999, 50.0), ("litecoin", 840_000, 25.0), ("litecoin", 2_520_000, 6.25), ("dogecoin", 6_000_000, 10_000.0),
])
def test_subsidies_of_the_other_chains(name, height, subsidy):
    assert subsidy_coins(coin(name), height) == subsidy


def test_litecoin_mints_84_million_at_most():
    litecoin = coin("litecoin")
    total = sum(int(subsidy_coins(litecoin, era * 840_000) * SAT_PER_BTC + 0.5) * 840_000 for era in range(40))
    assert total == 4 * 2_099_999_997_690_000  # four times bitcoin's blocks per halving


def test_litecoin_s_difficulty_is_quoted_like_bitcoin_s_below_1_at_its_first_block():
    # Genesis bits 0x1e0ffff0 (Litecoin Core): a target far above bitcoin's largest, so difficulty 0.000244; 1,048,577 tries.
    difficulty = difficulty_from_bits(0x1E0FFFF0)
    assert difficulty == pytest.approx(0.000244140625, rel=1e-4)
    tries = difficulty * coin("litecoin").hashes_per_difficulty
    assert tries == pytest.approx(expected_hashes(target_from_bits(0x1E0FFFF0)), rel=1e-6)


def test_intervals():
    assert [coin(name).blocks_per_day for name in ("bitcoin", "litecoin", "dogecoin")] == [144.0, 576.0, 1440.0]


def test_bitcoin_s_hashprice():
    market = coin_market("bitcoin", 90_245.27, 148_195_306_640_204.7, subsidy=3.125, fees_coins_per_block=0.015291)
    per_ph_day = float(hashprice_btc_per_ph_day(148_195_306_640_204.7, 3.125 + 0.015291))
    assert coins_per_th_day(market) * TH_PER_PH == pytest.approx(per_ph_day, rel=1e-12)
    assert usd_per_th_day(market) * TH_PER_PH == pytest.approx(38.46925, rel=3e-5)  # published with D * 2^32


@pytest.mark.parametrize("market", [LTC, DOGE])
def test_the_whole_network_finds_every_block(market):
    network_th = market.difficulty * market.coin.hashes_per_difficulty / market.coin.block_interval_s / HASHES_PER_TH
    assert coins_per_th_day(market) * network_th == pytest.approx(market.coin.blocks_per_day * market.subsidy_coins)


def test_merged_mining_adds_the_rewards_of_one_hash():
    assert usd_per_th_day(LTC, DOGE) == pytest.approx(usd_per_th_day(LTC) + usd_per_th_day(DOGE))


@given(price=st.floats(1e-4, 10.0), difficulty=st.floats(1e3, 1e9))
def test_the_second_coin_fits_into_the_first_one_s_block(price, difficulty):
    doge = coin_market("dogecoin", price, difficulty)
    one = dataclasses.replace(LTC, subsidy_coins=LTC.subsidy_coins + extra_coins_per_block(LTC, doge))
    assert usd_per_th_day(one) == pytest.approx(usd_per_th_day(LTC, doge), rel=1e-12)


def test_only_what_accepts_the_work_is_merged():
    bitcoin = coin_market("bitcoin", 84_700.0, 1.3e14, subsidy=3.125)
    for parent, other, why in ((bitcoin, DOGE, "accepts the work of litecoin, not that of bitcoin"), (DOGE, LTC, "accepts no other coin's work")):
        for ask in (usd_per_th_day, extra_coins_per_block):
            with pytest.raises(InputError, match=why):
                ask(parent, other)


def test_machines_are_told_apart():
    check_machine(coin("litecoin"), "antminer-l9")
    check_machine(coin("bitcoin"), "antminer-s21-xp")
    with pytest.raises(InputError, match="its algorithm is 'scrypt'; Bitcoin needs a sha-256 machine"):
        check_machine(coin("bitcoin"), "antminer-l9")
    with pytest.raises(InputError, match="Dogecoin needs a scrypt machine"):
        check_machine(coin("dogecoin"), "antminer-s21-xp")
    with pytest.raises(UnknownNameError, match="machine"):
        check_machine(coin("bitcoin"), "antminer-l99")


def test_every_machine_lies_in_its_coin_s_span():
    spans = {coin(name).algorithm: coin(name).j_per_th for name in table("coins")}
    for id_, facts in table("machines").items():
        low, high = spans[facts["algorithm"].value]
        assert low < facts["efficiency_j_per_th"].value < high, id_


def test_an_unknown_coin_is_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'litecoin'"):
        coin("litcoin")


def test_a_halving_coin_needs_its_height_or_subsidy():
    with pytest.raises(InputError, match="give its block height or the subsidy"):
        coin_market("litecoin", 100.0, 9e7)
    with pytest.raises(InputError, match="height"):
        coin_market("litecoin", 100.0, 9e7, height=-1)


@pytest.mark.parametrize(("field", "value"), [
    ("coin_usd", 0.0), ("coin_usd", math.nan), ("coin_usd", 1e9), ("difficulty", -1.0), ("difficulty", 1e19), ("subsidy", -1.0),
    ("fees_coins_per_block", math.inf),
])
def test_numbers_out_of_range_are_refused_by_name(field, value):
    with pytest.raises(InputError) as refused:
        coin_market("dogecoin", **{"coin_usd": 0.2, "difficulty": 4e7, field: value})
    assert refused.value.field == field
