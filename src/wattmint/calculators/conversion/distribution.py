"""Costs and months of a conversion as a distribution: ranges read as eight of ten cases, items that move together, overrun, delay.

A range of the tables is read as P10, median and P90: two half-lognormals joined at the median (shares: two half-normals, cut at 0 and 1).
Items share one normal draw with weight sqrt(r), r the cited correlation; the overrun of the whole and its delay share it too. Works are late
with the cited chance, then by an exponential share of the time planned, so that the mean over all works is the cited one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc
from typing import Final

import numpy as np

from wattmint.calculators.conversion.build_up import Item, Range
from wattmint.types import FloatArray

Z_10: Final = 1.2815515655446004
"""Standard normal quantile at 90 %."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a conversion's numbers scatter.

    Attributes
    ----------
    market : Range
        Cost of a new data centre over the one in use: a range where the site file does not name it.
    overrun_log_sd : float
        Standard deviation of the log of actual over planned cost.
    correlation : float
        Of the items' costs, of overrun and of delay.
    delay_probability, delay_mean_share : float
        Chance of a delay, and its mean over all works as a share of the time planned.
    """

    market: Range
    overrun_log_sd: float
    correlation: float
    delay_probability: float
    delay_mean_share: float


@dataclass(frozen=True, slots=True)
class Costs:
    """Drawn costs.

    Attributes
    ----------
    new_usd_per_mw : FloatArray, shape (items, draws)
        What has to be paid, overrun included.
    kept_usd_per_mw : FloatArray, shape (items, draws)
        What the site has already.
    delay_share : FloatArray, shape (draws,)
        Delay over the time planned.
    """

    new_usd_per_mw: FloatArray
    kept_usd_per_mw: FloatArray
    delay_share: FloatArray

    @property
    def total_usd_per_mw(self) -> FloatArray:
        """What has to be paid in all, shape (draws,)."""
        return np.asarray(self.new_usd_per_mw.sum(axis=0))


def draw_costs(items: Sequence[Item], terms: Terms, draws: int, seed: int) -> Costs:
    """Draw costs and delays.

    Parameters
    ----------
    items : sequence of Item
        From `wattmint.calculators.conversion.build_up.build_up`.
    terms : Terms
        How they scatter.
    draws : int
        How many.
    seed : int
        The same gives the same bits.

    Returns
    -------
    Costs
    """
    normal = np.random.default_rng(seed).standard_normal((2 * len(items) + 4, draws))
    common, rest = normal[0], normal[1:]
    together, apart = np.sqrt(terms.correlation), np.sqrt(1.0 - terms.correlation)
    market = lognormal_between(terms.market, rest[0])
    overrun = np.exp(terms.overrun_log_sd * (together * common + apart * rest[1]) - 0.5 * terms.overrun_log_sd**2)
    new, kept = np.empty((len(items), draws)), np.empty((len(items), draws))
    for i, item in enumerate(items):
        usd = lognormal_between(item.usd_per_mw, together * common + apart * rest[3 + i]) * (market if item.follows_market else 1.0)
        share = share_between(item.kept_share, rest[3 + len(items) + i])
        new[i], kept[i] = usd * (1.0 - share) * overrun, usd * share
    return Costs(new, kept, delay_share(together * common + apart * rest[2], terms.delay_probability, terms.delay_mean_share))


def lognormal_between(span: Range, normal: FloatArray) -> FloatArray:
    """Return numbers whose P10, median and P90 are those of a range.

    Parameters
    ----------
    span : Range
        0 or above; where the low is 0 nothing lies below the median.
    normal : FloatArray
        Standard normal draws.

    Returns
    -------
    FloatArray
        Of the same shape.
    """
    if span.value <= 0.0:
        return np.zeros_like(normal)
    down = np.log(span.value / span.low) / Z_10 if span.low > 0.0 else 0.0
    up = np.log(span.high / span.value) / Z_10
    return np.asarray(span.value * np.exp(normal * np.where(normal > 0.0, up, down)))


def share_between(span: Range, normal: FloatArray) -> FloatArray:
    """Return shares whose P10, median and P90 are those of a range, cut at 0 and 1."""
    width = np.where(normal > 0.0, span.high - span.value, span.value - span.low) / Z_10
    return np.asarray(np.clip(span.value + normal * width, 0.0, 1.0))


def delay_share(normal: FloatArray, probability: float, mean_share: float) -> FloatArray:
    """Return delays over the time planned.

    Parameters
    ----------
    normal : FloatArray
        Standard normal; large draws are late ones.
    probability : float
        Chance of a delay, above 0.
    mean_share : float
        Mean over all works.

    Returns
    -------
    FloatArray
        0 for works in time, exponential beyond; of the same shape.
    """
    later = np.array([0.5 * erfc(value / np.sqrt(2.0)) for value in normal.ravel()]).reshape(normal.shape)  # chance of a larger draw
    return np.asarray(np.where(later < probability, -mean_share / probability * np.log(np.minimum(later / probability, 1.0)), 0.0))
