"""Do simulated transaction fees burst like history's? `python benchmarks/fee_bursts.py`.

Prints one table: 2,000 paths of ten years against the observed months since 2016. Fees are BTC per block, their changes logs of one month over
the one before. A month bursts when its fees are over two and a half times the median of the twelve before. History is one path: the
last column tells how often as many simulated months lie below the historical figure.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
from difficulty_paths import PATHS, SITE

from wattmint.market.bitcoin import monthly
from wattmint.market.library import build_library
from wattmint.market.snapshot import market_snapshot
from wattmint.market.world import simulate_world
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

FIRST_MONTH: Final = "2016-01"
BURST_RATIO: Final = 2.5
LARGE: Final = 0.10
HALVINGS: Final = ("2016-07", "2020-05", "2024-04")
"""Months after which the subsidy has halved since 2016."""


class Measure(NamedTuple):
    """One line of the table: its words, how it is printed, and how it is computed by path from fees and shares of the reward."""

    words: str
    form: str
    of: Callable[[FloatArray, FloatArray], FloatArray]


def main() -> None:
    """Print the table."""
    scenario = Scenario.of(SITE)
    world = simulate_world(scenario, market_snapshot(scenario.market), build_library(scenario), 0, PATHS)
    fees, share = world.fees_btc_per_block, world.fees_btc_per_block / (world.fees_btc_per_block + world.subsidy_btc)
    table = monthly()
    since = table.month.index(FIRST_MONTH)
    past = table.fees_btc_per_block[None, since:]
    subsidy = np.array([25.0 * 0.5 ** sum(month > halving for halving in HALVINGS) for month in table.month[since:]])
    past_share = past / (past + subsidy)
    known = int(np.isfinite(past).sum())
    print(f"transaction fees by month: {PATHS:,} paths x {fees.shape[1]} months, and {known} known months from {FIRST_MONTH} to {table.month[-1]}")
    print(f"{'':46}{'history':>10}{'simulated':>11}{'paths below':>13}")
    for measure in measures():
        real = float(measure.of(past, past_share)[0])
        simulated = measure.of(fees, share)
        alike = measure.of(fees[:, :known], share[:, :known])
        print(f"{measure.words:46}{real:>10{measure.form}}{np.mean(simulated):>11{measure.form}}{np.mean(alike < real):>13.0%}")
    print("simulated: mean over paths; paths below: share of paths, cut to as many months as are known, that lie below history")


def measures() -> Iterator[Measure]:
    """Yield the lines of the table."""
    yield Measure("spread of a month's change", ".3f", lambda fees, _: np.nanstd(changes(fees), axis=1))
    yield Measure("skewness of a month's change", ".2f", lambda fees, _: skewness(changes(fees)))
    for ratio in (2.0, 4.0):
        yield Measure(f"months that rise by over {ratio:.0f} times", ".1%", lambda fees, _, r=ratio: known_share(changes(fees), np.log(r)))
        yield Measure(f"months that fall to under 1/{ratio:.0f}", ".1%", lambda fees, _, r=ratio: known_share(-changes(fees), np.log(r)))
    yield Measure("months that burst", ".1%", lambda fees, _: np.mean(bursts(fees), axis=1))
    yield Measure("median fees, BTC per block", ".3f", lambda fees, _: np.nanmedian(fees, axis=1))
    yield Measure("median share of the reward", ".1%", lambda _, share: np.nanmedian(share, axis=1))
    yield Measure(f"months with over {LARGE:.0%} of the reward", ".1%", lambda _, share: known_share(share, LARGE))
    yield Measure("largest share of the reward in a month", ".1%", lambda _, share: np.nanmax(share, axis=1))


def changes(fees: FloatArray) -> FloatArray:
    """Return log changes from month to month; NaN beside a month that nobody told."""
    return np.asarray(np.diff(np.log(fees), axis=1))


def skewness(values: FloatArray) -> FloatArray:
    """Return the skewness of each row, NaN left out."""
    centred = values - np.nanmean(values, axis=1, keepdims=True)
    return np.asarray(np.nanmean(centred**3, axis=1) / np.nanmean(centred**2, axis=1) ** 1.5)


def known_share(values: FloatArray, above: float) -> FloatArray:
    """Return the share of a row's known values above a bound."""
    return np.asarray((values > above).sum(axis=1) / np.isfinite(values).sum(axis=1))


def bursts(fees: FloatArray) -> FloatArray:
    """Return 1 where a month's fees burst, 0 where not; the first year cannot."""
    out = np.zeros(fees.shape)
    for month in range(MONTHS_PER_YEAR, fees.shape[1]):
        before = fees[:, month - MONTHS_PER_YEAR : month]
        usual = np.full(fees.shape[0], np.inf)
        told = np.isfinite(before).any(axis=1)
        usual[told] = np.nanmedian(before[told], axis=1)
        out[:, month] = fees[:, month] > BURST_RATIO * usual
    return out


if __name__ == "__main__":
    main()
