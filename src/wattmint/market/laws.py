"""The laws of the monthly recursions, in plain NumPy: the specification of the compiled kernels.

Network. With capital letters for months' means, lower case for logs, and everything per month:

    price        s(t) = s(t-1) + r(t)
    installed    g(t) = a + b0 r(t) + b1 r(t-1) + k x(t-m) + c1 g(t-1) + c2 mean g(t-2 … t-6) + c3 mean g(t-1 … t-36) + e(t)
                 L(t) = L(t-1) + g(t)
    hashrate     h(t) = L(t) + n(t), or what the installed base can afford to run where that is less (`wattmint.market.tiers`)
    gap          x(t) = log hashprice(t) - log(frontier J/TH, lagged)(t) - reference
    difficulty   d(t): (harmonic) mean over the month of what the chain's rule makes of h (`wattmint.market.chain`), with blocks and height

h is the network's hashrate as the difficulty at which it finds six blocks an hour. e lasts, n is gone the next month (luck, weather,
curtailment). m: machines ordered at what a hash pays today arrive months later. The gap counts the subsidy only, as the equation was
fitted; what a miner can afford counts the fees too.

w, the share of a month by which difficulty lags: it is set every 2,016 blocks, about a fortnight, to the mean hashrate of the fortnight
before. At a random instant the fortnight measured ended half a fortnight ago on average and its middle lies another half before that: one
whole fortnight of lag, 2,016 × 10 min / month = 0.46 months. It enters what miners expect and how the noise n was measured.
"""

from typing import Final, NamedTuple

import numpy as np

from wattmint.market.chain import clock_at, mined
from wattmint.market.tiers import Base, BaseLaw, affordable, affording, marginal_log_j, renewed
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
    delivery_lag_months : int
        m, at least 1.
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
    delivery_lag_months: int


class NetworkStart(NamedTuple):
    """Where the network stands before the first month, and what every path shares.

    Attributes
    ----------
    log_price, log_hashrate, log_difficulty : float
        s, h and d of the snapshot.
    height : float
        Blocks so far.
    changes, log_returns : FloatArray, shape (36,)
        g and r of the months before the first, newest last.
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
    base_share, base_log_j : FloatArray, shape (TIERS,)
        The installed base, as in `tiers.Base`.
    log_j_new : float
        Log J/TH of the machines that arrive in the month before the first.
    """

    log_price: float
    log_hashrate: float
    log_difficulty: float
    height: float
    changes: FloatArray
    log_returns: FloatArray
    log_frontier: float
    par_blocks: FloatArray
    log_hashprice_unit: float
    era_blocks: int
    era_subsidy_btc: FloatArray
    base_share: FloatArray
    base_log_j: FloatArray
    log_j_new: float


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
    running_share : FloatArray
        Share of the installed base that can afford to run at the month's hashprice.
    log_installed_j, log_marginal_j : FloatArray
        Log J/TH of the installed base (the mean of the logs), and of its marginal machine.
    """

    log_hashrate: FloatArray
    log_difficulty: FloatArray
    subsidy_btc: FloatArray
    height: FloatArray
    running_share: FloatArray
    log_installed_j: FloatArray
    log_marginal_j: FloatArray


class NetworkShocks(NamedTuple):
    """What happens to the network, each of shape (paths, months).

    Attributes
    ----------
    log_return : FloatArray
        r.
    lasting, passing : FloatArray
        Of unit variance; `NetworkLaw` holds their standard deviations.
    fees_btc : FloatArray
        Transaction fees per block.
    """

    log_return: FloatArray
    lasting: FloatArray
    passing: FloatArray
    fees_btc: FloatArray


def past_gaps(start: NetworkStart, log_subsidy: float, months: int) -> FloatArray:
    """Return x of the months before the first, without reference, at a frontier that does not move: newest last.

    Parameters
    ----------
    start : NetworkStart
        Its levels are those of the newest month; its changes lead back.
    log_subsidy : float
        Log of the subsidy, the same in all of them.
    months : int
        How many, at most one more than the changes.

    Returns
    -------
    FloatArray, shape (months,)
    """
    now = start.log_price + log_subsidy - start.log_difficulty + start.log_hashprice_unit - start.log_frontier
    back = np.cumsum((start.log_returns - start.changes)[::-1])[: months - 1]
    return np.asarray(np.concatenate(([0.0], -back))[::-1] + now)


def network_numpy(shocks: NetworkShocks, belief: NetworkBelief, law: NetworkLaw, base_law: BaseLaw, start: NetworkStart) -> Network:
    """Run the network's recursion, month by month over all paths at once.

    Parameters
    ----------
    shocks : NetworkShocks
        Of each path and month.
    belief : NetworkBelief
        Of each path.
    law : NetworkLaw
        Coefficients.
    base_law : BaseLaw
        What decides about the installed base.
    start : NetworkStart
        Before the first month.

    Returns
    -------
    Network
        The base answers price and its own past, what runs answers what it earns; difficulty follows; blocks and subsidy come out.
    """
    paths, months = shocks.log_return.shape
    out = Network(*(np.empty((paths, months)) for _ in Network._fields))
    g, r = (
        np.hstack([np.tile(past, (paths, 1)), new])
        for past, new in ((start.changes, np.zeros((paths, months))), (start.log_returns, shocks.log_return))
    )
    s, level, mean_d = (np.full(paths, value) for value in (start.log_price, start.log_hashrate, start.log_difficulty))
    height = np.full(paths, start.height)
    clock = clock_at(start.height, start.log_difficulty, start.log_hashrate, paths)
    base = Base(np.tile(start.base_share, (paths, 1)), np.tile(start.base_log_j, (paths, 1)))
    subsidy = mean_subsidy(height, height, start.era_blocks, start.era_subsidy_btc)
    lag = law.delivery_lag_months
    gaps = np.empty((paths, lag + months))
    gaps[:, :lag] = past_gaps(start, float(log_of_subsidy(subsidy[:1])[0]), lag) - belief.frontier_fall[:, None] * np.arange(lag)[::-1]
    for t in range(months):
        now = t + LONG_MONTHS
        gaps[:, t + lag - 1] = s + log_of_subsidy(subsidy) - mean_d + start.log_hashprice_unit - start.log_frontier + belief.frontier_fall * t
        g[:, now] = (
            law.constant
            + law.price_now * r[:, now]
            + law.price_before * r[:, now - 1]
            + law.gap * (gaps[:, t] - belief.reference)
            + law.last_change * g[:, now - 1]
            + law.short_mean * g[:, now - SHORT_MONTHS : now - 1].mean(axis=1)
            + law.long_mean * g[:, now - LONG_MONTHS : now].mean(axis=1)
            + law.lasting_sd * shocks.lasting[:, t]
        )
        s, level = s + r[:, now], level + g[:, now]
        base = renewed(base, g[:, now], start.log_j_new - belief.frontier_fall * (t + 1.0), base_law.turnover)
        reward = mean_subsidy(height, height, start.era_blocks, start.era_subsidy_btc) + shocks.fees_btc[:, t]
        log_reward = s + np.log(np.maximum(reward, LEAST_SUBSIDY_BTC)) + start.log_hashprice_unit
        h = affordable(level + law.passing_sd * shocks.passing[:, t], base, log_reward, np.log(clock.difficulty), law.retarget_lag_months, base_law)
        clock, mean_d, found = mined(clock, h, float(start.par_blocks[t]))
        subsidy = mean_subsidy(height, height + found, start.era_blocks, start.era_subsidy_btc)
        height = height + found
        runs = affording(base, log_reward - mean_d, base_law)
        installed_j = (base.share * base.log_j_per_th).sum(axis=1)
        month = Network(h, mean_d, subsidy, height, (base.share * runs).sum(axis=1), installed_j, marginal_log_j(base, runs))
        for field, value in zip(out, month, strict=True):
            field[:, t] = value
    return out


def log_of_subsidy(subsidy_btc: FloatArray) -> FloatArray:
    """Return its log, once the subsidy has vanished that of the least."""
    return np.asarray(np.log(np.maximum(subsidy_btc, LEAST_SUBSIDY_BTC)))


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
