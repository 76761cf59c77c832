"""The futures of one mining machine: a case's market carried forward as the World of sites is, and what the machine meets there month by month."""

from dataclasses import dataclass

import numpy as np

from wattmint.calculators.mining.static import MiningCase
from wattmint.errors import InputError
from wattmint.facts.load import number, record
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.clock import month_index
from wattmint.market.library import build_library
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.market.world import simulate_world
from wattmint.physics.hashing import HASHES_PER_UNIT_DIFFICULTY, hashprice_btc_per_ph_day
from wattmint.scenario.model import Market, Scenario
from wattmint.types import FloatArray, World
from wattmint.units import HOURS_PER_DAY, MONTHS_PER_YEAR, SAT_PER_BTC, TH_PER_PH, W_PER_KW


@dataclass(frozen=True, slots=True)
class Futures:
    """What one machine meets per path and month; arrays of shape (paths, months), but for `days`, of shape (months,).

    Attributes
    ----------
    hashprice : FloatArray
        USD per PH/s and day, before fee and uptime.
    profit : FloatArray
        Of a working machine [USD/day]; 0 where its revenue is below its power cost.
    breakeven, reference, marginal : FloatArray
        Power price [USD/kWh] at which the machine, one of the network's installed frontier and the network's marginal one earn nothing.
    days : FloatArray
        Days of each month.
    subsidy : FloatArray
        Coins per block.
    """

    hashprice: FloatArray
    profit: FloatArray
    breakeven: FloatArray
    reference: FloatArray
    marginal: FloatArray
    days: FloatArray
    subsidy: FloatArray


def snapshot_of(case: MiningCase) -> Snapshot:
    """Return the market from which a case's futures start: the shipped snapshot, with what the case says otherwise.

    Parameters
    ----------
    case : MiningCase
        Any.

    Returns
    -------
    Snapshot
        Values that the case gives are marked as given.

    Raises
    ------
    InputError
        The case is not bitcoin's, or its subsidy is not that of the snapshot's height.
    """
    if case.expected_hashes_per_difficulty != HASHES_PER_UNIT_DIFFICULTY:
        raise InputError("coin", case.expected_hashes_per_difficulty, "bitcoin: the forecast knows the future of no other network")
    shipped = market_snapshot(Market())
    subsidy = subsidy_sat(int(shipped.height)) / SAT_PER_BTC
    if case.subsidy_btc != subsidy:
        raise InputError("subsidy_btc", case.subsidy_btc, f"{subsidy:g} for a forecast, which starts at height {shipped.height:,.0f}")
    names = ("btc_usd", "difficulty", "fees_btc_per_block")
    changed = {name: getattr(case, name) for name in names if getattr(case, name) != getattr(shipped, name)}
    return market_snapshot(Market.of(changed)) if changed else shipped


def world_from(snapshot: Snapshot, months: int, paths: int, seed: int, course: str) -> tuple[str, World]:
    """Return futures that start in the month after a snapshot. They are those of a site, of which nothing but the calendar reaches the machines.

    Parameters
    ----------
    snapshot : Snapshot
        Where they start.
    months, paths, seed : int
        Horizon, number of futures, and seed.
    course : str
        ``random`` or ``median``.

    Returns
    -------
    tuple of (str, World)
        First month ``YYYY-MM``, and the futures.

    Raises
    ------
    InputError
        The seed is out of range.
    """
    year, month = divmod(month_index(str(record("snapshot", "market")["btc_usd"].as_of)) + 1, MONTHS_PER_YEAR)
    start = f"{year:04d}-{month + 1:02d}"
    scenario = Scenario.of(
        {
            "name": "Mining calculator",
            "site": {"power_mw": 1.0},
            "power": {"fixed_usd_per_mwh": 0.0, "weather": "midland-tmy3"},
            "market": {"forecast": course},
            "study": {"start": start, "horizon_months": months, "paths": paths, "seed": seed},
            "builds": [{"name": "Mine", "parts": [{"kind": "hosting"}]}],
        }
    )
    return start, simulate_world(scenario, snapshot, build_library(scenario), 0, paths)


def futures_of(case: MiningCase, world: World) -> Futures:
    """Return what one machine of a case meets in every month of every future.

    Parameters
    ----------
    case : MiningCase
        Machine and contract.
    world : World
        From `world_from`.

    Returns
    -------
    Futures
        The power price and the contract stay as they are.
    """
    hashprice = world.btc_usd * hashprice_btc_per_ph_day(world.difficulty, world.subsidy_btc + world.fees_btc_per_block)
    paid_reward = world.subsidy_btc if case.pool_scheme == "pps" else world.subsidy_btc + world.fees_btc_per_block
    paid = world.btc_usd * hashprice_btc_per_ph_day(world.difficulty, paid_reward) / TH_PER_PH
    earned_usd_per_ths_day = paid * (1.0 - case.pool_fee) * (1.0 - case.stale_rate)
    frontier_j_per_th = number("snapshot", "market", "installed_frontier_j_per_th") * world.frontier_factor
    efficiency_j_per_th = case.power_w / case.hashrate_ths
    # A watt per TH/s draws this many kWh a day at the site's meter.
    kwh_per_w_day = case.pue * HOURS_PER_DAY / W_PER_KW

    def breakeven_of(j_per_th: FloatArray | float) -> FloatArray:
        return np.asarray(earned_usd_per_ths_day / (j_per_th * kwh_per_w_day) - case.hosting_fee_usd_per_kwh)

    breakeven = breakeven_of(efficiency_j_per_th)
    kwh_per_day = case.power_w * kwh_per_w_day * case.uptime
    return Futures(
        hashprice=hashprice,
        profit=np.maximum(breakeven - case.power_price_usd_per_kwh, 0.0) * kwh_per_day * (1.0 - case.profit_share),
        breakeven=breakeven,
        reference=breakeven_of(frontier_j_per_th),
        marginal=breakeven_of(world.marginal_j_per_th),
        days=world.hours / HOURS_PER_DAY,
        subsidy=world.subsidy_btc,
    )
