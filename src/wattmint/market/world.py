"""The World: joint monthly paths of everything no site controls, from the snapshot, the laws and the month library."""

import datetime
from functools import cache

import numpy as np

from wattmint.facts.load import number
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, subsidy_sat
from wattmint.market import kernels
from wattmint.market.bitcoin import log_changes, mean_log_return
from wattmint.market.clock import Calendar, horizon
from wattmint.market.draws import PATH_NORMALS, Draws, draw, no_draws
from wattmint.market.installed import installed
from wattmint.market.laws import LONG_MONTHS, NetworkShocks, NetworkStart, mean_reverting_variance
from wattmint.market.months import drawn_months, median_months, stand_ins
from wattmint.market.processes import Processes, Reversion, burst_steps, coin_log_returns, correlated, network_belief, processes
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import BLOCK_INTERVAL_S, difficulty_from_hashrate, hashprice_btc_per_ph_day, network_hashrate_h_per_s
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray, IntArray, MonthLibrary, World
from wattmint.units import HASHES_PER_EH, MONTHS_PER_YEAR, SAT_PER_BTC, SECONDS_PER_DAY, SECONDS_PER_HOUR

_NEIGHBOUR, _ROW, _TENANT = range(3)
_ERAS = 64
"""More than the subsidy takes to vanish (33 halvings), and than any horizon reaches."""


def simulate_world(scenario: Scenario, snapshot: Snapshot, library: MonthLibrary, first_path: int, paths: int) -> World:
    """Simulate some paths of the World.

    A path depends on the scenario, the snapshot, the library and its own number, on nothing else: any chunk of paths is
    bit for bit the same rows of a larger call.

    Parameters
    ----------
    scenario : Scenario
        Start, horizon, seed, forecast and the growth of the power level.
    snapshot : Snapshot
        Where everything starts. Prices and hashrate are taken as those of the day of decision; only the block height,
        which is sure to grow, is carried on from the snapshot's day.
    library : MonthLibrary
        Historical months to live through, and the factor that brings them to the price level.
    first_path, paths : int
        Which paths.

    Returns
    -------
    World
        Month m has lived m + 1 steps from the snapshot. With forecast ``median`` no shock happens: the coin follows its
        median, cycles stay at one, each calendar month is its median historical month and no tenant leaves.
    """
    return world_of_draws(scenario, snapshot, library, first_path, draws_of(scenario, first_path, paths))


def draws_of(scenario: Scenario, first_path: int, paths: int) -> Draws:
    """Return the random numbers of some paths: what of the World depends neither on the snapshot nor on the library.

    Parameters
    ----------
    scenario : Scenario
        Horizon, seed and forecast.
    first_path, paths : int
        Which paths.

    Returns
    -------
    Draws
        For `world_of_draws`, as often as wanted.
    """
    months = scenario.study.horizon_months
    if scenario.market.forecast == "median":
        return no_draws(paths, months)
    return draw(scenario.study.seed, first_path, paths, months, processes().tail_degrees)


def world_of_draws(scenario: Scenario, snapshot: Snapshot, library: MonthLibrary, first_path: int, draws: Draws) -> World:
    """Return the World that random numbers make of a snapshot; parameters and result are those of `simulate_world`."""
    calendar = horizon(scenario.study.start, scenario.study.horizon_months)
    laws, months, paths = processes(), scenario.study.horizon_months, draws.path_normal.shape[1]
    is_median = scenario.market.forecast == "median"
    shock, lifelong = correlated(draws, laws), dict(zip(PATH_NORMALS, draws.path_normal, strict=True))
    log_return = coin_log_returns(shock["btc"], lifelong["volatility"], laws.coin, mean_log_return(laws.coin.drift_window_months))
    start = network_start(snapshot, calendar, scenario.study.start)
    belief = network_belief(lifelong["reference"], lifelong["frontier"], laws)
    fees_btc = _fees_btc(snapshot, shock["fees"], draws, laws, is_median)
    network = kernels.network(NetworkShocks(log_return, shock["hashrate"], shock["noise"], fees_btc), belief, laws.network, installed().law, start)
    return World(
        first_path=first_path,
        hours=calendar.hours,
        calendar_month=calendar.month,
        btc_usd=snapshot.btc_usd * np.exp(np.cumsum(log_return, axis=1)),
        network_hashrate_ehs=network_hashrate_h_per_s(np.exp(network.log_hashrate)) / HASHES_PER_EH,
        difficulty=np.exp(network.log_difficulty),
        subsidy_btc=network.subsidy_btc,
        fees_btc_per_block=fees_btc,
        running_share=network.running_share,
        installed_j_per_th=np.exp(network.log_installed_j),
        marginal_j_per_th=np.exp(network.log_marginal_j),
        gpu_rental_factor=_cycle(shock["gpu"], laws.gpu, is_median),
        token_price_factor=_cycle(shock["token"], laws.token, is_median),
        gpu_ageing_per_year=laws.gpu_ageing_per_year,
        frontier_factor=np.exp(-belief.frontier_fall[:, None] * np.arange(months)),
        power_level=_power_level(scenario, library, shock["power"], laws.power, is_median),
        history_month=_history_months(library, calendar, draws, laws, is_median),
        tenant_draw=np.full((paths, months), np.nextafter(1.0, 0.0)) if is_median else draws.uniform[_TENANT],
        works_draw=lifelong["works"],
        lease_draw=lifelong["lease"],
        library=library,
    )


def network_start(snapshot: Snapshot, calendar: Calendar, start: str) -> NetworkStart:
    """Return where the network stands before the first month.

    Parameters
    ----------
    snapshot : Snapshot
        Coin price, hashrate, difficulty and height.
    calendar : Calendar
        Of the horizon.
    start : str
        First month, ``YYYY-MM``.

    Returns
    -------
    NetworkStart
        Its past changes are those of the embedded table up to the shipped snapshot: an override moves the level only.
    """
    price_changes, difficulty_changes = log_changes(LONG_MONTHS)
    # The installed frontier trails the best machine on sale; both fall at the same rate.
    lagged_frontier = number("snapshot", "market", "installed_frontier_j_per_th")
    return NetworkStart(
        log_price=float(np.log(snapshot.btc_usd)),
        log_hashrate=float(np.log(difficulty_from_hashrate(snapshot.network_hashrate_ehs * HASHES_PER_EH))),
        log_difficulty=float(np.log(snapshot.difficulty)),
        height=_height_at(snapshot, start),
        changes=difficulty_changes,
        log_returns=price_changes,
        log_frontier=float(np.log(lagged_frontier)),
        par_blocks=calendar.hours * (SECONDS_PER_HOUR / BLOCK_INTERVAL_S),
        log_hashprice_unit=float(np.log(hashprice_btc_per_ph_day(1.0, 1.0))),
        era_blocks=HALVING_INTERVAL_BLOCKS,
        era_subsidy_btc=_era_subsidy_btc(),
        base_share=installed().base.share[0],
        base_log_j=installed().base.log_j_per_th[0],
        log_j_new=installed().log_j_new,
    )


def _fees_btc(snapshot: Snapshot, shock: FloatArray, draws: Draws, laws: Processes, is_median: bool) -> FloatArray:
    start, law = float(np.log(max(snapshot.fees_btc_per_block, 1.0 / SAT_PER_BTC))), laws.fees
    level = kernels.mean_reverting(shock, start, law.centre, law.keep, law.sd)
    bursts = laws.fee_bursts
    steps = np.full_like(shock, bursts.mean * (1.0 - bursts.keep)) if is_median else burst_steps(draws.burst, bursts)
    return np.asarray(np.exp(level + kernels.mean_reverting(steps, 0.0, 0.0, bursts.keep, 1.0)))


def _height_at(snapshot: Snapshot, start: str) -> float:
    as_of = next(value.as_of for value in snapshot.values if value.name == "block_height")
    year, month, *day = (int(part) for part in as_of.split("-"))
    since = datetime.date.fromisoformat(f"{start}-01") - datetime.date(year, month, *day or [1])
    return max(snapshot.height + since.days * SECONDS_PER_DAY / BLOCK_INTERVAL_S, 0.0)


@cache
def _era_subsidy_btc() -> FloatArray:
    return np.array([subsidy_sat(era * HALVING_INTERVAL_BLOCKS) / SAT_PER_BTC for era in range(_ERAS)])


def _cycle(shock: FloatArray, law: Reversion, is_median: bool) -> FloatArray:
    if is_median:
        return np.ones_like(shock)
    log = kernels.mean_reverting(shock, law.centre, law.centre, law.keep, law.sd)
    return np.asarray(np.exp(log - mean_reverting_variance(shock.shape[1], law.keep, law.sd) / 2.0))


def _power_level(scenario: Scenario, library: MonthLibrary, shock: FloatArray, law: Reversion, is_median: bool) -> FloatArray:
    power = scenario.power
    if power.fixed_usd_per_mwh is not None:
        return np.ones_like(shock)
    growth = power.level_growth_per_year
    growth = number("defaults", "power", "level_growth_per_year") if growth is None else growth
    trend = (1.0 + growth) ** (np.arange(shock.shape[1]) / MONTHS_PER_YEAR)
    return library.market_level_factor * trend * _cycle(shock, law, is_median)


def _history_months(library: MonthLibrary, calendar: Calendar, draws: Draws, laws: Processes, is_median: bool) -> IntArray:
    rows = stand_ins(library.calendar_month)
    if is_median:
        chosen = median_months(rows, np.nanmean(library.price_usd_per_mwh, axis=1))[calendar.month - 1]
        return np.tile(chosen, (draws.path_normal.shape[1], 1))
    return drawn_months(rows, calendar.month, draws.uniform[_NEIGHBOUR], draws.uniform[_ROW], laws.neighbour_share)
