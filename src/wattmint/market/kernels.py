"""The recursions of `wattmint.market.laws`, compiled: path by path, so that a path's state stays in the registers."""

import math
from typing import Final

import numpy as np
from numba import njit

from wattmint.ledger.pow import BLOCKS_PER_EPOCH, LARGEST_STEP
from wattmint.market.chain import LEAST_PACE
from wattmint.market.laws import (
    LEAST_SUBSIDY_BTC,
    LONG_MONTHS,
    SHORT_MONTHS,
    Network,
    NetworkBelief,
    NetworkLaw,
    NetworkShocks,
    NetworkStart,
    log_of_subsidy,
    mean_subsidy,
    past_gaps,
)
from wattmint.market.tiers import EMPTY_SHARE, LARGEST_EXPONENT, SOLVED, SOLVER_STEPS, TIERS, BaseLaw
from wattmint.types import FloatArray

SURELY: Final = 1.0 + 1e-9
"""Beyond the ordinary share by more than rounding can do."""


def network(shocks: NetworkShocks, belief: NetworkBelief, law: NetworkLaw, base_law: BaseLaw, start: NetworkStart) -> Network:
    """Run the network's recursion; parameters and result are those of `laws.network_numpy`, its plain twin."""
    out = Network(*(np.empty(shocks.log_return.shape) for _ in Network._fields))
    height = np.array([start.height])
    log_subsidy = log_of_subsidy(mean_subsidy(height, height, start.era_blocks, start.era_subsidy_btc))[0]
    _network(shocks, belief, law, base_law, start, past_gaps(start, float(log_subsidy), law.delivery_lag_months), out)
    return out


@njit(cache=True, nogil=True)
def _network(
    shocks: NetworkShocks, belief: NetworkBelief, law: NetworkLaw, base_law: BaseLaw, start: NetworkStart, past: FloatArray, out: Network
) -> None:
    paths, months = shocks.log_return.shape
    lag = law.delivery_lag_months
    g, r, gap = np.empty(LONG_MONTHS + months), np.empty(LONG_MONTHS + months), np.empty(lag + months)
    # Arrays are taken out of their tuples once: each access counts references, which costs more than the arithmetic.
    lasting, passing, fees_btc, par_blocks, eras = shocks.lasting, shocks.passing, shocks.fees_btc, start.par_blocks, start.era_subsidy_btc
    log_hashrate, log_difficulty, subsidies, heights, running, log_installed_j, log_marginal_j = out
    share, log_j, cost = np.empty(TIERS), np.empty(TIERS), np.empty(TIERS)
    enough = math.exp(base_law.log_ordinary_share) * SURELY
    for path in range(paths):
        fall, reference = belief.frontier_fall[path], belief.reference[path]
        g[:LONG_MONTHS] = start.changes
        r[:LONG_MONTHS] = start.log_returns
        r[LONG_MONTHS:] = shocks.log_return[path]
        for back in range(lag):
            gap[back] = past[back] - fall * (lag - 1 - back)
        share[:] = start.base_share
        log_j[:] = start.base_log_j
        short_sum = g[LONG_MONTHS - SHORT_MONTHS : LONG_MONTHS - 1].sum()
        long_sum = g[:LONG_MONTHS].sum()
        s, level, mean_d, height = start.log_price, start.log_hashrate, start.log_difficulty, start.height
        done = height % BLOCKS_PER_EPOCH
        difficulty, left, spent = math.exp(mean_d), BLOCKS_PER_EPOCH - done, done * math.exp(start.log_difficulty - start.log_hashrate)
        subsidy = _mean_subsidy(height, height, start.era_blocks, eras)
        for t in range(months):
            now = t + LONG_MONTHS
            log_subsidy = math.log(max(subsidy, LEAST_SUBSIDY_BTC))
            gap[t + lag - 1] = s + log_subsidy - mean_d + start.log_hashprice_unit - start.log_frontier + fall * t
            own = law.last_change * g[now - 1] + law.short_mean * short_sum / (SHORT_MONTHS - 1) + law.long_mean * long_sum / LONG_MONTHS
            price = law.price_now * r[now] + law.price_before * r[now - 1]
            g[now] = law.constant + price + law.gap * (gap[t] - reference) + own + law.lasting_sd * lasting[path, t]
            short_sum += g[now - 1] - g[now - SHORT_MONTHS]
            long_sum += g[now] - g[now - LONG_MONTHS]
            s += r[now]
            level += g[now]
            _renew(share, log_j, g[now], start.log_j_new - fall * (t + 1.0), base_law.turnover)
            installed_j = 0.0
            for tier in range(TIERS):
                cost[tier] = math.exp(base_law.steepness * (log_j[tier] + base_law.log_median_cost))
                installed_j += share[tier] * log_j[tier]
            reward = _mean_subsidy(height, height, start.era_blocks, eras) + fees_btc[path, t]
            log_reward = s + math.log(max(reward, LEAST_SUBSIDY_BTC)) + start.log_hashprice_unit
            wanted = level + law.passing_sd * passing[path, t]
            log_worth = log_reward - law.retarget_lag_months * math.log(difficulty)
            h = _affordable(wanted, share, cost, log_worth, 1.0 - law.retarget_lag_months, base_law, enough)
            difficulty, left, spent, mean_d, found = _mine(difficulty, left, spent, h, par_blocks[t])
            subsidy = _mean_subsidy(height, height + found, start.era_blocks, eras)
            height += found
            log_hashrate[path, t] = h
            log_difficulty[path, t] = mean_d
            subsidies[path, t] = subsidy
            heights[path, t] = height
            running[path, t], marginal = _running(share, cost, log_reward - mean_d, base_law)
            log_marginal_j[path, t] = log_j[marginal]
            log_installed_j[path, t] = installed_j


@njit(cache=True, nogil=True)
def _renew(share: FloatArray, log_j: FloatArray, log_growth: float, log_j_new: float, turnover: float) -> None:
    """`tiers.renewed`, in place: from the last tier to the first, so that each still finds the one before as it was."""
    total = math.exp(log_growth)
    held = 0.0
    for tier in range(TIERS - 1, -1, -1):
        stays = share[tier] * (1.0 - turnover)
        comes = share[tier - 1] * turnover if tier > 0 else 0.0
        if stays + comes > 0.0 and tier > 0:
            log_j[tier] = (stays * log_j[tier] + comes * log_j[tier - 1]) / (stays + comes)
        share[tier] = stays + comes
        held += share[tier]
    missing = total - held
    if missing > 0.0:
        log_j[0] = (share[0] * log_j[0] + missing * log_j_new) / (share[0] + missing)
        share[0] += missing
    surplus = max(-missing, 0.0)
    for tier in range(TIERS - 1, -1, -1):
        gone = min(surplus, share[tier])
        share[tier] = (share[tier] - gone) / total
        surplus -= gone


@njit(cache=True, nogil=True)
def _affordable(wanted: float, share: FloatArray, cost: FloatArray, log_reward: float, answer: float, law: BaseLaw, enough: float) -> float:
    """`tiers.affordable`; `log_reward` has the difficulty already set taken off, `answer` is the share that answers.

    Where at least `enough` of the base can afford to run what is wanted, as in most months, no logarithm is needed to see it.
    """
    h = wanted
    for _ in range(SOLVER_STEPS):
        price = math.exp(min(law.steepness * (answer * h - log_reward), LARGEST_EXPONENT))
        total, bend = 0.0, 0.0
        for tier in range(TIERS):
            runs = 1.0 / (1.0 + cost[tier] * price)
            total += share[tier] * runs
            bend += share[tier] * runs * (1.0 - runs)
        if h == wanted and total > enough:
            break
        excess = h - wanted - math.log(total) + law.log_ordinary_share
        if (h == wanted and excess <= 0.0) or abs(excess) < SOLVED:
            break
        h -= excess / (1.0 + answer * law.steepness * bend / total)
    return h


@njit(cache=True, nogil=True)
def _mine(difficulty: float, left: float, spent: float, log_hashrate: float, intervals: float) -> tuple[float, float, float, float, float]:
    """`chain.mined`: the clock at the end, the log of the mean difficulty, and blocks found."""
    hashrate, time, found = math.exp(log_hashrate), intervals, 0.0
    pace = max(hashrate / difficulty, LEAST_PACE)
    while left / pace < time:
        found += left
        time -= left / pace
        change = BLOCKS_PER_EPOCH / (spent + left / pace)
        difficulty = max(difficulty * min(max(change, 1.0 / LARGEST_STEP), LARGEST_STEP), 1.0)
        left, spent = float(BLOCKS_PER_EPOCH), 0.0
        pace = max(hashrate / difficulty, LEAST_PACE)
    found += time * pace
    return difficulty, left - time * pace, spent + time, log_hashrate - math.log(found / intervals), found


@njit(cache=True, nogil=True)
def _running(share: FloatArray, cost: FloatArray, log_hashprice: float, law: BaseLaw) -> tuple[float, int]:
    """`tiers.affording`, summed over the base, and the tier of `tiers.marginal_log_j`."""
    price = math.exp(min(-law.steepness * log_hashprice, LARGEST_EXPONENT))
    total, marginal = 0.0, 0
    for tier in range(TIERS):
        runs = 1.0 / (1.0 + cost[tier] * price)
        total += share[tier] * runs
        if runs >= 0.5 and share[tier] >= EMPTY_SHARE:
            marginal = tier
    return total, marginal


@njit(cache=True, nogil=True)
def _mean_subsidy(first: float, last: float, era_blocks: int, era_subsidy_btc: FloatArray) -> float:
    era = int(first / era_blocks)  # a floor division of floats would take several times as long
    if era * era_blocks > first:
        era -= 1
    halving = (era + 1.0) * era_blocks
    if last <= halving:
        return float(era_subsidy_btc[era])
    before = (halving - first) / (last - first)
    return float(era_subsidy_btc[era] * before + era_subsidy_btc[era + 1] * (1.0 - before))


@njit(cache=True, nogil=True)
def mean_reverting(shock: FloatArray, start: float, centre: float, keep: float, sd: float) -> FloatArray:
    """Run a mean-reverting recursion; parameters and result are those of `laws.mean_reverting_numpy`, its plain twin."""
    paths, months = shock.shape
    out = np.empty((paths, months))
    for path in range(paths):
        x = start
        for t in range(months):
            x = centre + keep * (x - centre) + sd * shock[path, t]
            out[path, t] = x
    return out
