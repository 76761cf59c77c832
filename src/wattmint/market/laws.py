"""The laws of the monthly recursions, in plain NumPy: the specification of the compiled kernels.

Network. With capital letters for months' means, lower case for logs, and everything per month:

    price        s(t) = s(t-1) + r(t)
    hashrate     g(t) = a + b0 r(t) + b1 r(t-1) + k x(t-1) + c1 g(t-1) + c2 mean g(t-2 … t-6) + c3 mean g(t-1 … t-36) + e(t)
                 L(t) = L(t-1) + g(t),   h(t) = L(t) + n(t)
    gap          x(t) = log hashprice(t) - log(frontier J/TH, lagged)(t) - reference
    difficulty   d(t) = (1 - w) h(t) + w h(t-1)
    blocks       B(t) = B₀(t) exp(h(t) - d(t)),   height(t) = height(t-1) + B(t)

h is the network's hashrate as the difficulty at which it finds six blocks an hour; B₀ is that pace over the month's hours.
e lasts, n is gone the next month (luck, weather, curtailment). Hashprice counts the subsidy only, as the equation was fitted.

w: difficulty is set every 2,016 blocks, about a fortnight, to the mean hashrate of the fortnight before. At a random
instant the fortnight measured ended half a fortnight ago on average and its middle lies another half before that: one
whole fortnight of lag, 2,016 × 10 min / month = 0.46 months. The mean over a month of a series that lags by the share w of
a month is (1 - w) of this month's plus w of last month's, exactly so where the series is level within each month.
"""

from typing import Final, NamedTuple

import numpy as np

from wattmint.types import FloatArray
from wattmint.units import SAT_PER_BTC

SHORT_MONTHS: Final = 6
"""g(t-2) … t-6 enter by their mean."""

LONG_MONTHS: Final = 36
"""As does g(t-1) … t-36."""

LEAST_SUBSIDY_BTC: Final = 1.0 / SAT_PER_BTC
"""What hashprice counts once the subsidy has vanished (about 2140), so that its log exists."""


class NetworkLaw(NamedTuple):
    """Coefficients of the network's equation, per month.

    Attributes
    ----------
    constant, price_now, price_before, gap, last_change, short_mean, long_mean : float
        a, b0, b1, k, c1, c2, c3.
    lasting_sd, passing_sd : float
        Standard deviations of e and n.
    retarget_lag_months : float
        w.
    """

    constant: float
    price_now: float
    price_before: float
    gap: float
    last_change: float
    short_mean: float
    long_mean: float
    lasting_sd: float
    passing_sd: float
    retarget_lag_months: float


class NetworkStart(NamedTuple):
    """Where the network stands before the first month, and what every path shares.

    Attributes
    ----------
    log_price, log_hashrate, log_difficulty : float
        s, h and d of the snapshot.
    height : float
        Blocks so far.
    log_return : float
        r of the month before the first.
    changes : FloatArray, shape (36,)
        g of the months before the first, newest last.
    log_frontier : float
        Log of the lagged frontier [J/TH] in the month before the first.
    par_blocks : FloatArray, shape (months,)
        B₀: blocks of each month at six an hour.
    log_hashprice_unit : float
        Log of USD/PH/day at a coin price, a subsidy and a difficulty of 1.
    era_blocks : int
        Blocks between halvings.
    era_subsidy_btc : FloatArray
        Subsidy by number of halvings so far.
    """

    log_price: float
    log_hashrate: float
    log_difficulty: float
    height: float
    log_return: float
    changes: FloatArray
    log_frontier: float
    par_blocks: FloatArray
    log_hashprice_unit: float
    era_blocks: int
    era_subsidy_btc: FloatArray


class NetworkBelief(NamedTuple):
    """What nobody knows about the network's long run: each path believes something else, and keeps to it.

    Attributes
    ----------
    reference : FloatArray, shape (paths,)
        Log of the hashprice per J/TH [USD/PH/day per J/TH] at which the network neither hurries nor waits.
    frontier_fall : FloatArray, shape (paths,)
        Rate per month at which the frontier's log J/TH falls.
    """

    reference: FloatArray
    frontier_fall: FloatArray


class Network(NamedTuple):
    """The network's paths, each of shape (paths, months).

    Attributes
    ----------
    log_hashrate, log_difficulty : FloatArray
        h and d.
    subsidy_btc : FloatArray
        Mean over the month's blocks.
    height : FloatArray
        Blocks at the end of the month; not whole, as every path is a mean.
    """

    log_hashrate: FloatArray
    log_difficulty: FloatArray
    subsidy_btc: FloatArray
    height: FloatArray


def network_numpy(
    log_return: FloatArray, lasting: FloatArray, passing: FloatArray, belief: NetworkBelief, law: NetworkLaw, start: NetworkStart
) -> Network:
    """Run the network's recursion, month by month over all paths at once.

    Parameters
    ----------
    log_return : FloatArray, shape (paths, months)
        r.
    lasting, passing : FloatArray, shape (paths, months)
        Shocks with unit variance; `law` holds their standard deviations.
    belief : NetworkBelief
        Of each path.
    law : NetworkLaw
        Coefficients.
    start : NetworkStart
        Before the first month.

    Returns
    -------
    Network
        Hashrate answers price and its own past; difficulty follows; blocks and subsidy come out.
    """
    paths, months = log_return.shape
    out = Network(*(np.empty((paths, months)) for _ in Network._fields))
    g = np.hstack([np.tile(start.changes, (paths, 1)), np.zeros((paths, months))])
    s, level, h, d = (np.full(paths, value) for value in (start.log_price, start.log_hashrate, start.log_hashrate, start.log_difficulty))
    height, r_before = np.full(paths, start.height), np.full(paths, start.log_return)
    subsidy = mean_subsidy(height, height, start.era_blocks, start.era_subsidy_btc)
    w = law.retarget_lag_months
    for t in range(months):
        now = t + LONG_MONTHS
        r = log_return[:, t]
        frontier = start.log_frontier - belief.frontier_fall * t
        x = s + np.log(np.maximum(subsidy, LEAST_SUBSIDY_BTC)) - d + start.log_hashprice_unit - frontier - belief.reference
        g[:, now] = (
            law.constant
            + law.price_now * r
            + law.price_before * r_before
            + law.gap * x
            + law.last_change * g[:, now - 1]
            + law.short_mean * g[:, now - SHORT_MONTHS : now - 1].mean(axis=1)
            + law.long_mean * g[:, now - LONG_MONTHS : now].mean(axis=1)
            + law.lasting_sd * lasting[:, t]
        )
        s, r_before, level, h_before = s + r, r, level + g[:, now], h
        h = level + law.passing_sd * passing[:, t]
        d = (1.0 - w) * h + w * h_before
        found = start.par_blocks[t] * np.exp(h - d)
        subsidy = mean_subsidy(height, height + found, start.era_blocks, start.era_subsidy_btc)
        height = height + found
        for field, value in zip(out, (h, d, subsidy, height), strict=True):
            field[:, t] = value
    return out


def mean_subsidy(first: FloatArray, last: FloatArray, era_blocks: int, era_subsidy_btc: FloatArray) -> FloatArray:
    """Return the mean subsidy of the blocks between two heights, weighted by blocks where a halving falls between.

    Parameters
    ----------
    first, last : FloatArray
        Heights; less than one era apart.
    era_blocks : int
        Blocks between halvings.
    era_subsidy_btc : FloatArray
        Subsidy by number of halvings so far.

    Returns
    -------
    FloatArray
        BTC per block.
    """
    era = (first // era_blocks).astype(np.int64)
    halving = (era + 1.0) * era_blocks
    before = np.clip((halving - first) / np.where(last > first, last - first, 1.0), 0.0, 1.0)
    mixed = era_subsidy_btc[era] * before + era_subsidy_btc[era + 1] * (1.0 - before)
    return np.where(last > halving, mixed, era_subsidy_btc[era])


def mean_reverting_numpy(shock: FloatArray, start: float, centre: float, keep: float, sd: float) -> FloatArray:
    """Run x(t) = centre + keep (x(t-1) - centre) + sd · shock(t) from x(-1) = start.

    Parameters
    ----------
    shock : FloatArray, shape (paths, months)
        Unit variance.
    start, centre : float
        First value's predecessor, and where x is drawn to.
    keep : float
        Share of the distance to the centre that is left after a month.
    sd : float
        Of a month's shock.

    Returns
    -------
    FloatArray, shape (paths, months)
    """
    out = np.empty_like(shock)
    x = np.full(shock.shape[0], start)
    for t in range(shock.shape[1]):
        x = centre + keep * (x - centre) + sd * shock[:, t]
        out[:, t] = x
    return out


def mean_reverting_variance(months: int, keep: float, sd: float) -> FloatArray:
    """Return the variance of x(t) in `mean_reverting_numpy`, which starts from a known value.

    Parameters
    ----------
    months : int
        How many.
    keep, sd : float
        As there.

    Returns
    -------
    FloatArray, shape (months,)
        ``sd² (1 + keep² + … + keep^(2t))``.
    """
    return np.asarray(sd**2 * np.cumsum(keep ** (2.0 * np.arange(months))))
