"""The installed base by tier: which machines hang on the network, how the mix renews, and which of them can afford to run.

A tier is an age group of machines with one efficiency. Machines enter the first tier, pass on at a constant rate and leave from the
last, so that a machine's time in the base is `TIERS` exponential spells in a row: ages scatter around the mean life, as they do.
When the base has to shrink faster than machines leave, the worst go first.

Miners pay different prices for power. Their prices are log-logistic: the share of a tier that can afford to run is

    1 / (1 + (median price / break-even price of the tier) ** s),

at the month's hashprice, so that a fall of the hashprice shuts down the worst tiers first, and their dearest power first. What is off
costs nothing to keep and runs again in the first month that pays.

These are the plain forms; `wattmint.market.kernels` holds them compiled, path by path.
"""

from typing import Final, NamedTuple

import numpy as np

from wattmint.types import FloatArray

TIERS: Final = 6
"""With a mean life of sixty months, ten months each: ages scatter by 24 months around it."""

EMPTY_SHARE: Final = 1e-3
"""A tier with less of the base than this is nobody's marginal machine."""

SOLVER_STEPS: Final = 8
"""Newton's steps at most; four or five do."""

SOLVED: Final = 1e-12
"""Error of the log hashrate at which the compiled form stops; the plain one takes all steps."""

LARGEST_EXPONENT: Final = 500.0
"""Keeps exponentials finite where a coin is worth nothing."""


class BaseLaw(NamedTuple):
    """What decides about the installed base.

    Attributes
    ----------
    turnover : float
        Share of a tier that passes on in a month.
    steepness : float
        s.
    log_median_cost : float
        Log of the hashprice [USD/PH/day] at which a machine of 1 J/TH just pays the median price of power.
    log_ordinary_share : float
        Log of the lowest share of the base that could afford to run in the years to which the network's equation was fitted: down to it,
        shutting down is in the equation already.
    """

    turnover: float
    steepness: float
    log_median_cost: float
    log_ordinary_share: float


class Base(NamedTuple):
    """An installed base, newest tier first.

    Attributes
    ----------
    share : FloatArray, shape (…, TIERS)
        Of the hashrate; sums to 1.
    log_j_per_th : FloatArray, shape (…, TIERS)
        Log of the tier's efficiency, the mean of its machines' logs.
    """

    share: FloatArray
    log_j_per_th: FloatArray


def renewed(base: Base, log_growth: FloatArray, log_j_new: FloatArray, turnover: float) -> Base:
    """Return the base a month later.

    Parameters
    ----------
    base : Base
        Of each path.
    log_growth : FloatArray, shape (paths,)
        Log change of the hashrate installed.
    log_j_new : FloatArray, shape (paths,)
        Log J/TH of the machines that arrive.
    turnover : float
        As in `BaseLaw`.

    Returns
    -------
    Base
        Machines passed on, the oldest gone, and new ones arrived up to the growth; or the worst switched off for good down to it.
    """
    stays = base.share * (1.0 - turnover)
    comes = np.zeros_like(stays)
    comes[:, 1:] = base.share[:, :-1] * turnover
    before = np.zeros_like(stays)
    before[:, 1:] = base.log_j_per_th[:, :-1]
    share, log_j = _mixed(stays, base.log_j_per_th, comes, before)
    total = np.exp(log_growth)
    missing = total - share.sum(axis=1)
    share[:, 0], log_j[:, 0] = _mixed(share[:, 0], log_j[:, 0], np.maximum(missing, 0.0), log_j_new)
    surplus = np.maximum(-missing, 0.0)
    for tier in reversed(range(TIERS)):
        gone = np.minimum(surplus, share[:, tier])
        share[:, tier] -= gone
        surplus = surplus - gone
    return Base(share / total[:, None], log_j)


def _mixed(one: FloatArray, log_one: FloatArray, other: FloatArray, log_other: FloatArray) -> tuple[FloatArray, FloatArray]:
    both = one + other
    return both, np.where(both > 0.0, (one * log_one + other * log_other) / np.where(both > 0.0, both, 1.0), log_one)


def affording(base: Base, log_hashprice: FloatArray, law: BaseLaw) -> FloatArray:
    """Return the share of each tier that can afford to run.

    Parameters
    ----------
    base : Base
        Of each path.
    log_hashprice : FloatArray, shape (paths,)
        Log of USD/PH/day, fees included.
    law : BaseLaw
        Prices of power.

    Returns
    -------
    FloatArray, shape (paths, TIERS)
    """
    exponent = law.steepness * (base.log_j_per_th + law.log_median_cost - log_hashprice[:, None])
    return np.asarray(1.0 / (1.0 + np.exp(np.minimum(exponent, LARGEST_EXPONENT))))


def affordable(wanted: FloatArray, base: Base, log_reward: FloatArray, log_difficulty: FloatArray, lag: float, law: BaseLaw) -> FloatArray:
    """Return the log hashrate that runs: what is wanted, or what the base can afford where that is less.

    Miners look at the month's mean difficulty. Of it, the share `lag` was set before they decide and the rest answers to them:

        h = wanted + min(0, log R(log reward - lag · d - (1 - lag) · h) - log ordinary share),

    R being the share of the base that can afford to run. R falls with h, so there is one solution; Newton finds it from above.

    Parameters
    ----------
    wanted : FloatArray, shape (paths,)
        Log hashrate by the network's equation, in units of difficulty.
    base : Base
        Of each path.
    log_reward : FloatArray, shape (paths,)
        Log hashprice [USD/PH/day] at a difficulty of 1.
    log_difficulty : FloatArray, shape (paths,)
        d, at the start of the month.
    lag : float
        Share of a month by which difficulty lags.
    law : BaseLaw
        Prices of power, and the ordinary share.

    Returns
    -------
    FloatArray, shape (paths,)
        h.
    """
    h = wanted.copy()
    is_short = np.zeros(wanted.shape, dtype=np.bool_)
    for step in range(SOLVER_STEPS):
        runs = affording(base, log_reward - lag * log_difficulty - (1.0 - lag) * h, law)
        total = (base.share * runs).sum(axis=1)
        excess = h - wanted - np.log(total) + law.log_ordinary_share
        if step == 0:
            is_short = excess > 0.0
        slope = 1.0 + (1.0 - lag) * law.steepness * (base.share * runs * (1.0 - runs)).sum(axis=1) / total
        h = np.where(is_short, h - excess / slope, h)
    return h


def marginal_log_j(base: Base, runs: FloatArray) -> FloatArray:
    """Return the log J/TH of the marginal machine: the worst tier at least half of which can afford to run.

    Parameters
    ----------
    base : Base
        Of each path.
    runs : FloatArray, shape (paths, TIERS)
        From `affording`.

    Returns
    -------
    FloatArray, shape (paths,)
        That of the newest tier where no tier runs by half. Tiers that are all but empty do not count.
    """
    counts = (base.share >= EMPTY_SHARE) & (runs >= 0.5)
    last = TIERS - 1 - np.argmax(counts[:, ::-1], axis=1)
    tier = np.where(counts.any(axis=1), last, 0)
    return np.asarray(np.take_along_axis(base.log_j_per_th, tier[:, None], axis=1)[:, 0])
