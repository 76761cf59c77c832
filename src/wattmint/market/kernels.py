"""The recursions of `wattmint.market.laws`, compiled: path by path, so that a path's state stays in the registers."""

import math

import numpy as np
from numba import njit

from wattmint.market.laws import LEAST_SUBSIDY_BTC, LONG_MONTHS, SHORT_MONTHS, Network, NetworkBelief, NetworkLaw, NetworkStart
from wattmint.types import FloatArray


def network(
    log_return: FloatArray, lasting: FloatArray, passing: FloatArray, belief: NetworkBelief, law: NetworkLaw, start: NetworkStart
) -> Network:
    """Run the network's recursion; parameters and result are those of `laws.network_numpy`, its plain twin."""
    out = Network(*(np.empty(log_return.shape) for _ in Network._fields))
    _network(log_return, lasting, passing, belief, law, start, out)
    return out


@njit(cache=True, nogil=True)
def _network(
    log_return: FloatArray, lasting: FloatArray, passing: FloatArray, belief: NetworkBelief, law: NetworkLaw, start: NetworkStart, out: Network
) -> None:
    paths, months = log_return.shape
    g = np.empty(LONG_MONTHS + months)
    for path in range(paths):
        g[:LONG_MONTHS] = start.changes
        short_sum = g[LONG_MONTHS - SHORT_MONTHS : LONG_MONTHS - 1].sum()
        long_sum = g[:LONG_MONTHS].sum()
        s, level, h, d = start.log_price, start.log_hashrate, start.log_hashrate, start.log_difficulty
        height, r_before = start.height, start.log_return
        subsidy = _mean_subsidy(height, height, start.era_blocks, start.era_subsidy_btc)
        for t in range(months):
            now, r = t + LONG_MONTHS, log_return[path, t]
            frontier = start.log_frontier - belief.frontier_fall[path] * t
            x = s + math.log(max(subsidy, LEAST_SUBSIDY_BTC)) - d + start.log_hashprice_unit - frontier - belief.reference[path]
            own = law.last_change * g[now - 1] + law.short_mean * short_sum / (SHORT_MONTHS - 1) + law.long_mean * long_sum / LONG_MONTHS
            price = law.price_now * r + law.price_before * r_before
            g[now] = law.constant + price + law.gap * x + own + law.lasting_sd * lasting[path, t]
            short_sum += g[now - 1] - g[now - SHORT_MONTHS]
            long_sum += g[now] - g[now - LONG_MONTHS]
            h_before = h
            s += r
            r_before = r
            level += g[now]
            h = level + law.passing_sd * passing[path, t]
            d = (1.0 - law.retarget_lag_months) * h + law.retarget_lag_months * h_before
            found = start.par_blocks[t] * math.exp(h - d)
            subsidy = _mean_subsidy(height, height + found, start.era_blocks, start.era_subsidy_btc)
            height += found
            out.log_hashrate[path, t] = h
            out.log_difficulty[path, t] = d
            out.subsidy_btc[path, t] = subsidy
            out.height[path, t] = height


@njit(cache=True, nogil=True)
def _mean_subsidy(first: float, last: float, era_blocks: int, era_subsidy_btc: FloatArray) -> float:
    era = int(first // era_blocks)
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
