import dataclasses
import math

import numpy as np
import pytest

from wattmint.facts.load import number
from wattmint.ledger.subsidy import issued_sat, subsidy_sat
from wattmint.market.bitcoin import mean_log_return
from wattmint.market.clock import horizon
from wattmint.market.library import build_library
from wattmint.market.processes import processes
from wattmint.market.snapshot import market_snapshot
from wattmint.market.world import network_start, simulate_world
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.scenario.model import Market, Power

PATHS = 2000
PER_PATH = (
    "btc_usd",
    "network_hashrate_ehs",
    "difficulty",
    "subsidy_btc",
    "fees_btc_per_block",
    "gpu_rental_factor",
    "power_level",
    "history_month",
    "tenant_draw",
    "works_draw",
    "lease_draw",
)


@pytest.fixture(scope="module")
def world(site, snapshot, library):
    return simulate_world(site, snapshot, library, 0, PATHS)


@pytest.fixture(scope="module")
def start_height(site, snapshot):
    return network_start(snapshot, horizon("2026-12", 120), "2026-12").height


@pytest.fixture
def median_site(site):
    return site.model_copy(update={"market": Market(forecast="median")})


def blocks_found(world):
    # Hashes made over hashes needed: the chain's own accounting, apart from the recursion.
    seconds, hashes = world.hours * 3600, world.network_hashrate_ehs * 1e18
    return hashes * seconds / (world.difficulty * 2**48 / 0xFFFF)


@pytest.mark.parametrize(("first", "paths"), [(100, 50), (0, 1), (63, 2), (1999, 1), (64, 128)])
def test_a_chunk_is_the_same_rows_of_the_whole_bit_for_bit(site, snapshot, library, world, first, paths):
    chunk = simulate_world(site, snapshot, library, first, paths)
    assert chunk.first_path == first
    for name in PER_PATH:
        assert np.array_equal(getattr(chunk, name), getattr(world, name)[first : first + paths]), name


def test_another_seed_is_another_world(site, snapshot, library, world):
    other = site.model_copy(update={"study": site.study.model_copy(update={"seed": 12})})
    assert not np.isclose(simulate_world(other, snapshot, library, 0, 5).btc_usd, world.btc_usd[:5]).any()


def test_shapes_and_ranges(world, library):
    for name in PER_PATH[:-2]:
        values = getattr(world, name)
        assert values.shape == (PATHS, 120), name
        assert values.flags.c_contiguous, name
        assert np.isfinite(values).all(), name
    assert world.works_draw.shape == world.lease_draw.shape == (PATHS,)
    assert (world.paths, world.months) == (PATHS, 120)
    for name in PER_PATH[:7]:
        assert (getattr(world, name) > 0).all(), name
    assert ((world.tenant_draw >= 0) & (world.tenant_draw < 1)).all()
    assert set(np.unique(world.history_month)) == set(range(len(library.labels)))


def test_coins_issued_are_the_ledgers(world, start_height):
    coins = (blocks_found(world) * world.subsidy_btc).sum(axis=1)
    end = start_height + blocks_found(world).sum(axis=1)
    first = int(start_height)
    part_of_first = (start_height - first) * subsidy_sat(first)
    issued = np.array([issued_sat(int(h) - 1) - issued_sat(first - 1) + (h % 1) * subsidy_sat(int(h)) - part_of_first for h in end]) / 1e8
    assert coins == pytest.approx(issued, rel=1e-9)


def test_blocks_keep_their_pace_over_ten_years(world):
    pace = blocks_found(world).sum(axis=1) / (6 * world.hours.sum())
    assert np.median(pace) == pytest.approx(1, abs=0.015)
    assert np.mean(np.abs(pace - 1) < 0.04) > 0.95


@pytest.mark.parametrize(("subsidy", "year", "month"), [(1.5625, 2028, 4), (0.78125, 2032, 4)])
def test_halvings_fall_where_they_are_expected(world, subsidy, year, month):
    calendar = horizon("2026-12", 120)
    first_full = (world.subsidy_btc <= subsidy).argmax(axis=1)
    median = int(np.median(first_full))
    # The month after the halving is the first in which every block has the new subsidy.
    expected = (year - 2026) * 12 + month - 12 + 1
    assert abs(median - expected) <= (1 if year == 2028 else 3)
    assert calendar.year[median] == year


def test_the_height_is_carried_from_the_snapshot_to_the_start(snapshot, start_height):
    days = (np.datetime64("2026-12-01") - np.datetime64("2026-10-03")).astype(int)
    assert start_height == snapshot.height + 144 * days


def test_the_median_price_grows_with_the_drift(world, snapshot):
    law = processes().coin
    drift = law.drift_share * mean_log_return(law.drift_window_months)
    for month in (11, 59, 119):
        error = 1.25 * law.annual_volatility * math.sqrt((month + 1) / 12 / PATHS)  # of a sample median
        assert math.log(np.median(world.btc_usd[:, month]) / snapshot.btc_usd) == pytest.approx(drift * (month + 1), abs=4 * error)


def test_the_price_band_of_a_year_has_the_width_of_the_volatility(world):
    low, high = np.quantile(np.log(world.btc_usd[:, 11]), [0.1, 0.9])
    assert high - low == pytest.approx(2 * 1.2816 * processes().coin.annual_volatility, rel=0.1)


def test_difficulty_can_fall(world, snapshot):
    assert 0.05 < (world.difficulty[:, 5] < snapshot.difficulty).mean() < 0.60


def test_hashprice_stays_in_sane_bands(world):
    hashprice = world.btc_usd * hashprice_btc_per_ph_day(world.difficulty, world.subsidy_btc)
    low, high = np.quantile(hashprice.mean(axis=1), [0.05, 0.95])
    assert 5 < low < high < 150


def test_the_network_answers_the_price(world):
    rich, poor = (world.btc_usd[:, 59] > np.median(world.btc_usd[:, 59]), world.btc_usd[:, 59] <= np.median(world.btc_usd[:, 59]))
    assert np.median(world.difficulty[rich, 119]) > 2 * np.median(world.difficulty[poor, 119])


def test_cycles_have_mean_one(world, library):
    growth = 1 + number("defaults", "power", "level_growth_per_year")
    level = world.power_level / library.market_level_factor / growth ** (np.arange(120) / 12)
    for factor, sd in ((world.gpu_rental_factor, 0.30), (world.token_price_factor, 0.20), (level, 0.50)):
        error = 4 * sd / math.sqrt(PATHS)
        assert factor.mean(axis=0) == pytest.approx(np.ones(120), abs=2 * error)
    assert np.log(world.gpu_rental_factor[:, -1]).std() == pytest.approx(number("processes", "gpu-rental", "stationary_sd"), rel=0.1)
    assert np.log(world.token_price_factor[:, -1]).std() == pytest.approx(number("processes", "token-price", "stationary_sd"), rel=0.1)


def test_tokens_and_rentals_are_dear_together(world):
    together = np.corrcoef(np.log(world.gpu_rental_factor[:, -1]), np.log(world.token_price_factor[:, -1]))[0, 1]
    assert together == pytest.approx(number("processes", "shocks", "gpu_token_correlation"), abs=0.1)


def test_fees_return_to_their_median_and_burst(world, snapshot):
    assert np.median(world.fees_btc_per_block[:, 0]) == pytest.approx(snapshot.fees_btc_per_block, rel=0.1)
    late = world.fees_btc_per_block[:, 60:]
    assert np.median(late) == pytest.approx(number("processes", "fees", "median_fees_btc_per_block"), rel=0.1)
    assert late.mean() > 1.2 * np.median(late)


def test_the_frontier_falls_at_the_tables_rate(world):
    rate = number("processes", "hashrate", "frontier_improvement_per_month")
    fall = -np.log(world.frontier_factor[:, 12]) / 12
    assert (world.frontier_factor[:, 0] == 1.0).all()
    assert (fall >= 0.0).all()
    assert np.median(fall) == pytest.approx(rate, rel=0.05)
    assert fall.std() == pytest.approx(number("processes", "hashrate", "frontier_improvement_sd_per_month"), rel=0.1)


def test_a_chunk_draws_months_of_the_season(world, library):
    apart = (library.calendar_month[world.history_month] - world.calendar_month + 6) % 12 - 6
    assert set(np.unique(apart)) == {-1, 0, 1}
    assert (apart != 0).mean() == pytest.approx(number("processes", "history-month", "neighbour_month_share"), abs=0.01)


def test_a_dearer_coin_moves_the_level_not_the_random_numbers(site, snapshot, library, world):
    dear = dataclasses.replace(snapshot, btc_usd=2 * snapshot.btc_usd)
    other = simulate_world(site, dear, library, 0, 50)
    assert other.btc_usd == pytest.approx(2 * world.btc_usd[:50])
    assert (other.difficulty[:, 12:] > world.difficulty[:50, 12:]).all()
    assert np.array_equal(other.power_level, world.power_level[:50])


def test_a_given_difficulty_moves_the_level_not_the_momentum(site, library, world):
    hard = market_snapshot(Market(difficulty=2 * market_snapshot(Market()).difficulty))
    other = simulate_world(site, hard, library, 0, 50)
    ratio = other.difficulty / world.difficulty[:50]
    assert np.median(ratio[:, 0]) > 1.9
    assert (ratio[:, 0] > 1.7).all()  # at half the hashprice some futures see machines stop
    assert (ratio[:, -1] < ratio[:, 0]).all()  # a poorer network grows less


def test_no_fees_given_is_no_error(site, library):
    world = simulate_world(site, market_snapshot(Market(fees_btc_per_block=0.0)), library, 0, 5)
    assert (world.fees_btc_per_block > 0).all()
    assert (world.fees_btc_per_block[:, 0] < 1e-5).all()


def test_a_fixed_price_has_no_level(site, snapshot):
    fixed = site.model_copy(update={"power": Power(fixed_usd_per_mwh=45.0, weather="midland-tmy3")})
    world = simulate_world(fixed, snapshot, build_library(fixed), 0, 20)
    assert (world.power_level == 1.0).all()


def test_a_given_growth_is_used(site, snapshot, library, world):
    flat = site.model_copy(update={"power": site.power.model_copy(update={"level_growth_per_year": 0.0})})
    ratio = world.power_level[:5] / simulate_world(flat, snapshot, library, 0, 5).power_level
    assert ratio[:, 12] == pytest.approx(np.full(5, 1 + number("defaults", "power", "level_growth_per_year")))


def test_the_median_forecast_has_no_chance_in_it(median_site, snapshot, library):
    world = simulate_world(median_site, snapshot, library, 0, 1)
    law = processes().coin
    drift = law.drift_share * mean_log_return(law.drift_window_months)
    assert world.btc_usd[0] == pytest.approx(snapshot.btc_usd * np.exp(drift * np.arange(1, 121)))
    assert (world.gpu_rental_factor == 1.0).all()
    assert (world.token_price_factor == 1.0).all()
    assert world.power_level[0, 0] == pytest.approx(library.market_level_factor)
    assert world.history_month[0, :12].tolist() == [11, *range(11)]  # December first; one row per calendar month
    assert (world.tenant_draw > 1.0 - 1e-9).all()
    assert (world.tenant_draw < 1.0).all()
    assert world.works_draw.tolist() == world.lease_draw.tolist() == [0.0]
    assert np.array_equal(world.difficulty, simulate_world(median_site, snapshot, library, 7, 1).difficulty)


def test_the_median_forecast_lies_inside_the_random_band(median_site, snapshot, library, world):
    median = simulate_world(median_site, snapshot, library, 0, 1)
    for name in ("btc_usd", "difficulty", "fees_btc_per_block", "power_level"):
        low, high = np.quantile(getattr(world, name), [0.25, 0.75], axis=0)
        assert (getattr(median, name)[0] > low).all(), name
        assert (getattr(median, name)[0] < high).all(), name
