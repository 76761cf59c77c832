import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.hashing import (
    BLOCK_INTERVAL_S,
    btc_per_mwh,
    difficulty_from_hashrate,
    expected_hashes_per_block,
    hashprice_btc_per_ph_day,
    network_hashrate_h_per_s,
)
from wattmint.units import HASHES_PER_EH, HOURS_PER_DAY, KWH_PER_MWH

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "hashing.json").read_text(encoding="utf-8"))
HABIT = 1.0 + 1.0 / 65_535.0  # what D * 2^32 leaves out: 2^48 / 0xffff over 2^32
LARGEST_TARGET = 0xFFFF << 208
difficulties = st.floats(min_value=1.0, max_value=2e17)


def test_difficulty_one_takes_the_golden_number_of_hashes():
    assert round(expected_hashes_per_block(1.0)) == GOLDEN["expected_hashes_at_difficulty_1"] == 2**256 // (LARGEST_TARGET + 1)


@given(st.integers(min_value=1, max_value=2 * 10**17))
def test_what_is_left_out_of_the_exact_rational_is_below_1e_50(difficulty):
    target = LARGEST_TARGET // difficulty
    # exact: 2^256/(T+1); ours: 2^256/T; the relative difference is 1/T.
    assert target > 10**50
    assert expected_hashes_per_block(float(difficulty)) == pytest.approx(2**256 / (target + 1), rel=1e-14)


def test_network_hashrate_matches_the_habit_but_for_15_parts_per_million():
    ours = network_hashrate_h_per_s(100e12) / HASHES_PER_EH
    assert ours / HABIT == pytest.approx(GOLDEN["habit_2_32_hashrate_ehs_at_difficulty_1e14"], rel=1e-8)
    assert network_hashrate_h_per_s(1.0) / HABIT == pytest.approx(GOLDEN["habit_2_32_hashrate_h_per_s_at_difficulty_1"], rel=1e-11)
    assert 1.4e-5 < HABIT - 1.0 < 1.6e-5


def test_hashprice_matches_the_published_one_but_for_15_parts_per_million():
    day = GOLDEN["hashprice"]
    ours = hashprice_btc_per_ph_day(day["difficulty"], day["subsidy_btc"] + day["fees_btc"])
    assert ours * HABIT == pytest.approx(day["habit_2_32_btc_per_ph_day"], rel=1e-7)
    assert ours * HABIT * day["btc_usd"] == pytest.approx(day["habit_2_32_usd_per_ph_day"], abs=5e-6)  # as rounded there
    assert ours * day["btc_usd"] == pytest.approx(day["habit_2_32_usd_per_ph_day"], rel=2e-5)


def test_break_even_tariff_of_a_17_5_joule_machine():
    day = GOLDEN["hashprice"]
    coins = btc_per_mwh(day["efficiency_j_per_th"], day["difficulty"], day["subsidy_btc"] + day["fees_btc"])
    assert coins * day["btc_usd"] / KWH_PER_MWH == pytest.approx(day["break_even_usd_per_kwh"], rel=2e-5)


@given(difficulties)
def test_hashrate_and_difficulty_are_inverse(difficulty):
    assert difficulty_from_hashrate(network_hashrate_h_per_s(difficulty)) == pytest.approx(difficulty, rel=1e-14)


@given(difficulties, st.floats(min_value=0.0, max_value=60.0))
def test_the_whole_network_earns_one_reward_per_block_interval(difficulty, reward):
    ph_per_s = network_hashrate_h_per_s(difficulty) / 1e15
    blocks_per_day = HOURS_PER_DAY * 3600 / BLOCK_INTERVAL_S
    assert hashprice_btc_per_ph_day(difficulty, reward) * ph_per_s == pytest.approx(blocks_per_day * reward, rel=1e-12)


@given(st.floats(min_value=5.0, max_value=200.0), difficulties)
def test_a_mwh_of_power_earns_what_its_hashrate_earns(efficiency, difficulty):
    # 1 MW at e J/TH is 1e6/e TH/s = 1e3/e PH/s.
    per_day = hashprice_btc_per_ph_day(difficulty, 3.125) * 1e3 / efficiency
    assert btc_per_mwh(efficiency, difficulty, 3.125) * HOURS_PER_DAY == pytest.approx(per_day, rel=1e-12)


def test_arrays_are_taken_and_given():
    difficulty = np.array([[1e14, 2e14], [3e14, 4e14]])
    coins = btc_per_mwh(np.full((1, 2), 13.5), difficulty, np.full((1, 2), 3.125))
    assert coins.shape == (2, 2)
    assert coins[0, 0] == pytest.approx(2.0 * coins[0, 1])
