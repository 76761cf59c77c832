"""Pools: what each payout scheme pays on average, who carries the luck, and what luck can do in a given time.

With b blocks per day expected of a miner, a share s of its work stale, subsidy S and fees F per block, and the pool's fee f:

| scheme | mean per day | whose blocks the pay hangs on |
|---|---|---|
| fpps | b (1 - s) (S + F) (1 - f) | nobody's: the pool pays every share at once |
| pps | b (1 - s) S (1 - f) | nobody's; the pool keeps the transaction fees as well |
| pps+ | b (1 - s) (S + F) (1 - f) | the subsidy nobody's, the fees the pool's |
| pplns | b (1 - s) (S + F) (1 - f) | the pool's |
| solo | b (1 - s) (S + F) (1 - f) | the miner's own; f is 0 on a node of one's own |

Blocks are Poisson: pay that hangs on B blocks per day has a standard deviation per day of its mean over sqrt(B). A miner with
the share q = b / B of its pool is paid q of every block, so PPLNS and FPPS differ in the spread and not in the mean.

PPLNS divides a block among the shares of the last N times the difficulty; that much work takes the pool N / B days. Who
starts has an empty window: pay ramps up linearly over those days, and ramps down over as many after the last share, so that
half a window's pay is delayed, not lost, as long as the pool lives.

The luck of the shares themselves is left out: a miner that hands in n shares per day is paid for n give or take sqrt(n).
"""

import math
from dataclasses import dataclass
from typing import Final

from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number
from wattmint.physics.hashing import BLOCK_INTERVAL_S
from wattmint.physics.luck import blocks_quantile, probability_of_a_block
from wattmint.units import SECONDS_PER_DAY

SCHEMES: Final = ("fpps", "pps", "pps+", "pplns", "solo")
"""Names of the payout schemes."""

NETWORK_BLOCKS_PER_DAY: Final = SECONDS_PER_DAY / BLOCK_INTERVAL_S
"""Blocks that bitcoin's difficulty is set for."""

_NEEDS_POOL_SHARE: Final = ("pps+", "pplns")


@dataclass(frozen=True, slots=True)
class Payout:
    """What a scheme pays a miner who has been with the pool for longer than its window.

    Attributes
    ----------
    scheme : str
        One of `SCHEMES`.
    mean_btc_per_day : float
        Mean pay, after the pool's fee and stale work.
    sd_btc_per_day : float
        Standard deviation of one day's pay by the luck of finding blocks; over n days it grows with sqrt(n).
    fixed_btc_per_day : float
        Part of the mean that the pool pays whatever is found.
    blocks_per_day : float
        Mean number of blocks per day on which the rest hangs: the pool's or the miner's own; 0 when nothing hangs on luck.
    luck_carried_by : str
        ``pool``, ``miner`` or ``pool (subsidy) and miner (fees)``.
    window_days : float
        Days that PPLNS's window spans; 0 without one.
    """

    scheme: str
    mean_btc_per_day: float
    sd_btc_per_day: float
    fixed_btc_per_day: float
    blocks_per_day: float
    luck_carried_by: str
    window_days: float


@dataclass(frozen=True, slots=True)
class PeriodPayout:
    """What luck makes of a payout over some days.

    Attributes
    ----------
    mean_btc, sd_btc : float
        Mean and standard deviation of the sum paid.
    probability_of_a_block : float
        That at least one block is found on which pay hangs; 1 for schemes in which none does.
    p10_btc, p50_btc, p90_btc : float
        Quantiles of the sum paid.
    """

    mean_btc: float
    sd_btc: float
    probability_of_a_block: float
    p10_btc: float
    p50_btc: float
    p90_btc: float


@dataclass(frozen=True, slots=True)
class FirstDays:
    """What the first days at a pool pay.

    Attributes
    ----------
    mean_btc, sd_btc : float
        Mean and standard deviation of the sum paid.
    delayed_btc : float
        Mean that the empty window holds back; it is paid after the last share handed in, if the pool still finds blocks then.
    """

    mean_btc: float
    sd_btc: float
    delayed_btc: float


def payout(
    scheme: str,
    blocks_per_day: float,
    subsidy_btc: float,
    fees_btc_per_block: float,
    pool_fee: float,
    stale_rate: float = 0.0,
    *,
    pool_share: float | None = None,
    window_difficulties: float | None = None,
    network_blocks_per_day: float = NETWORK_BLOCKS_PER_DAY,
) -> Payout:
    """Return what a payout scheme pays.

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`.
    blocks_per_day : float
        Mean blocks per day that this hashrate finds, stale work included.
    subsidy_btc, fees_btc_per_block : float
        Reward of a block [coin]; the fees are the mean of the pool's window.
    pool_fee : float
        Share of what it pays out that the pool keeps, 0 to 1. PPS keeps the transaction fees besides.
    stale_rate : float
        Share of the work that comes too late to count, 0 to 1.
    pool_share : float, optional
        Share of the network's blocks that the pool finds; needed by ``pps+`` and ``pplns``, not used by the others.
    window_difficulties : float, optional
        Work that PPLNS looks back on, in multiples of the network's difficulty; as in the facts table `pools` when left out.
    network_blocks_per_day : float
        Blocks per day of the whole network, bitcoin's unless another coin's are given.

    Returns
    -------
    Payout
        Mean, spread and who carries the luck.

    Raises
    ------
    UnknownNameError
        If there is no such scheme.
    InputError
        If a number is out of its range, or the pool's share is missing where it is needed or below the miner's own.
    """
    if scheme not in SCHEMES:
        raise UnknownNameError("pool_scheme", scheme, SCHEMES)
    _check(blocks_per_day, subsidy_btc, fees_btc_per_block, pool_fee, stale_rate, network_blocks_per_day)
    paid_blocks = blocks_per_day * (1.0 - stale_rate) * (1.0 - pool_fee)
    subsidy, fees = paid_blocks * subsidy_btc, paid_blocks * fees_btc_per_block
    if scheme == "fpps":
        return Payout(scheme, subsidy + fees, 0.0, subsidy + fees, 0.0, "pool", 0.0)
    if scheme == "pps":
        return Payout(scheme, subsidy, 0.0, subsidy, 0.0, "pool", 0.0)
    if scheme == "solo":
        own = blocks_per_day * (1.0 - stale_rate)
        return _by_luck(scheme, 0.0, subsidy + fees, own, "miner", 0.0)
    pool_blocks = _pool_blocks(scheme, blocks_per_day, pool_share, network_blocks_per_day)
    window_days = _window(scheme, window_difficulties) / pool_blocks
    if scheme == "pps+":
        return _by_luck(scheme, subsidy, fees, pool_blocks, "pool (subsidy) and miner (fees)", window_days)
    return _by_luck(scheme, 0.0, subsidy + fees, pool_blocks, "miner", window_days)


def usual_pool_fee(scheme: str) -> float:
    """Return the fee that pools of a scheme usually take, a row of the facts table `pools`.

    Parameters
    ----------
    scheme : str
        One of `SCHEMES`.

    Returns
    -------
    float
        Share of what is paid out; 0 for solo mining on a node of one's own.

    Raises
    ------
    UnknownNameError
        If there is no such scheme.
    """
    if scheme not in SCHEMES:
        raise UnknownNameError("pool_scheme", scheme, SCHEMES)
    return number("pools", scheme, "pool_fee")


def over_days(paid: Payout, days: float) -> PeriodPayout:
    """Return what a payout comes to over some days, for a miner who has been with the pool for longer than its window.

    Parameters
    ----------
    paid : Payout
        From `payout`.
    days : float
        Length of the period, above 0.

    Returns
    -------
    PeriodPayout
        Mean and spread, the chance of a block, and quantiles.

    Raises
    ------
    InputError
        If `days` is not above 0.
    """
    _check_days(days)
    fixed, blocks = paid.fixed_btc_per_day * days, paid.blocks_per_day * days
    if blocks == 0.0:
        return PeriodPayout(fixed, 0.0, 0.0 if paid.scheme == "solo" else 1.0, fixed, fixed, fixed)
    per_block = _btc_per_block(paid)
    p10, p50, p90 = (fixed + per_block * blocks_quantile(blocks, share) for share in (0.1, 0.5, 0.9))
    return PeriodPayout(
        mean_btc=paid.mean_btc_per_day * days,
        sd_btc=per_block * math.sqrt(blocks),
        probability_of_a_block=probability_of_a_block(blocks),
        p10_btc=p10,
        p50_btc=p50,
        p90_btc=p90,
    )


def first_days(paid: Payout, days: float) -> FirstDays:
    """Return what a miner who starts with an empty window is paid in the first days.

    Parameters
    ----------
    paid : Payout
        From `payout`.
    days : float
        Length of the period, above 0.

    Returns
    -------
    FirstDays
        The same as ever where there is no window.

    Raises
    ------
    InputError
        If `days` is not above 0.

    Notes
    -----
    A block at time t pays w(t) = min(1, t / window) of the full share. Blocks being Poisson, the mean sums the integral of w and
    the variance that of w squared.
    """
    _check_days(days)
    by_luck = (paid.mean_btc_per_day - paid.fixed_btc_per_day) * days
    weight, square = _ramp(days, paid.window_days)
    sd = 0.0 if paid.blocks_per_day == 0.0 else _btc_per_block(paid) * math.sqrt(paid.blocks_per_day * days * square)
    return FirstDays(paid.fixed_btc_per_day * days + by_luck * weight, sd, by_luck * (1.0 - weight))


def _btc_per_block(paid: Payout) -> float:
    return (paid.mean_btc_per_day - paid.fixed_btc_per_day) / paid.blocks_per_day


def _by_luck(scheme: str, fixed: float, by_luck: float, blocks_per_day: float, carried_by: str, window_days: float) -> Payout:
    sd = 0.0 if blocks_per_day == 0.0 else by_luck / math.sqrt(blocks_per_day)
    return Payout(scheme, fixed + by_luck, sd, fixed, blocks_per_day, carried_by, window_days)


def _ramp(days: float, window_days: float) -> tuple[float, float]:
    # Means over the period of w(t) = min(1, t / window) and of its square.
    if days < window_days:
        full = days / window_days
        return full / 2.0, full * full / 3.0
    filling = window_days / days
    return 1.0 - filling / 2.0, 1.0 - 2.0 * filling / 3.0


def _pool_blocks(scheme: str, own: float, pool_share: float | None, network_blocks_per_day: float) -> float:
    if pool_share is None:
        raise InputError("pool_share", None, f"{scheme} pays by the pool's own blocks: give the pool's share of the network, above 0 and at most 1")
    if not 0.0 < pool_share <= 1.0:
        raise InputError("pool_share", pool_share, "the pool's share of the network, above 0 and at most 1")
    blocks = pool_share * network_blocks_per_day
    if own > blocks:
        raise InputError("pool_share", pool_share, f"at least the miner's own share of the network, {own / network_blocks_per_day:.4g}")
    return blocks


def _window(scheme: str, given: float | None) -> float:
    if given is None:
        return number("pools", scheme, "window_difficulties")
    if not 0.0 < given < math.inf:
        raise InputError("window_difficulties", given, "above 0")
    return given


def _check_days(days: float) -> None:
    if not 0.0 < days < math.inf:
        raise InputError("days", days, "above 0")


def _check(blocks: float, subsidy: float, fees: float, pool_fee: float, stale_rate: float, network: float) -> None:
    for name, value in (("blocks_per_day", blocks), ("subsidy_btc", subsidy), ("fees_btc_per_block", fees)):
        if not 0.0 <= value < math.inf:
            raise InputError(name, value, "0 or above")
    for name, value in (("pool_fee", pool_fee), ("stale_rate", stale_rate)):
        if not 0.0 <= value <= 1.0:
            raise InputError(name, value, "a share between 0 and 1")
    if not 0.0 < network < math.inf:
        raise InputError("network_blocks_per_day", network, "above 0")
