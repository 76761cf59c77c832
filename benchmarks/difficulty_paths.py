"""Does simulated difficulty move like history? `python benchmarks/difficulty_paths.py`.

Prints one table: 2,000 paths of ten years against the months of 2018 to 2026. The World is monthly, so both columns are logs of
monthly means, from one month to the next; a line each at the end tells how monthly figures relate to the chain's own epochs of
2,016 blocks. History is one path of about a hundred months and full of chance itself: the last column tells how often a stretch
of as many simulated months lies below the historical figure, so that 1 % or 99 % is a misfit and 30 % is none. The years since
2022 stand apart, because 2018 (a bust) and 2021 (the exodus from China) hold the wildest months.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np

from wattmint.ledger.pow import BLOCKS_PER_EPOCH
from wattmint.market.bitcoin import epochs, monthly
from wattmint.market.library import build_library
from wattmint.market.snapshot import market_snapshot
from wattmint.market.world import simulate_world
from wattmint.scenario.model import Scenario
from wattmint.types import FloatArray

PATHS: Final = 2_000
FIRST_MONTH, CALM_MONTH = "2018-01", "2022-01"
LAGS: Final = range(5)
SITE: Final = {
    "name": "Any site",
    "site": {"power_mw": 10, "time_zone": "America/Chicago"},
    "power": {"history": [{"prices": "ercot-west-2024", "weather": "midland-tmy3"}]},
    "study": {"start": "2026-12", "horizon_months": 120, "paths": PATHS, "seed": 20_261_123},
    "builds": [{"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s21-xp"}]}],
}


class Measure(NamedTuple):
    """One line of the table: its words, how it is printed, and how it is computed by path."""

    words: str
    form: str
    of: Callable[[FloatArray, FloatArray], FloatArray]


def main() -> None:
    """Print the table."""
    scenario = Scenario.of(SITE)
    world = simulate_world(scenario, market_snapshot(scenario.market), build_library(scenario), 0, PATHS)
    difficulty, price = (np.diff(np.log(values), axis=1) for values in (world.difficulty, world.btc_usd))
    table = monthly()
    past, late = (
        [np.diff(np.log(values[table.month.index(first) :]))[None, :] for values in (table.difficulty, table.btc_usd)]
        for first in (FIRST_MONTH, CALM_MONTH)
    )
    months = past[0].shape[1]
    print(f"log changes of monthly mean difficulty: {PATHS:,} paths x {difficulty.shape[1]} months, and {FIRST_MONTH} to {table.month[-1]}")
    print(f"{'':42}{'history':>10}{'since 2022':>12}{'simulated':>11}{'difference':>12}{'paths below':>13}")
    for measure in measures():
        real, calm = (float(measure.of(*rows)[0]) for rows in (past, late))
        simulated = float(np.mean(measure.of(difficulty, price)))
        alike = measure.of(difficulty[:, :months], price[:, :months])
        cells = [f"{value:{measure.form}}" for value in (real, calm, simulated, simulated - real)]
        print(f"{measure.words:42}{cells[0]:>10}{cells[1]:>12}{cells[2]:>11}{cells[3]:>12}{np.mean(alike < real):>13.0%}")
    print("simulated: mean over paths; difference: simulated less history; paths below: share of paths, cut to as many months as history has,")
    print("that lie below history since 2018")
    by_epoch(FIRST_MONTH)


def measures() -> Iterator[Measure]:
    """Yield the lines of the table; each function takes (paths, months) of difficulty and price changes and returns one number per path."""
    yield Measure("spread (standard deviation)", ".3f", lambda change, _: change.std(axis=1, ddof=1))
    yield Measure("mean per month", ".4f", lambda change, _: change.mean(axis=1))
    yield Measure("one-step autocorrelation", ".2f", lambda change, _: correlation(change[:, 1:], change[:, :-1]))
    for lag in LAGS:
        yield Measure(f"correlation with price, {lag} months before", ".2f", lambda change, price, lag=lag: lagged(change, price, lag))
    yield Measure("share of months with a fall", ".1%", lambda change, _: (change < 0).mean(axis=1))
    yield Measure("largest rise in a month", ".1%", lambda change, _: np.expm1(change.max(axis=1)))
    yield Measure("largest fall in a month", ".1%", lambda change, _: np.expm1(change.min(axis=1)))
    yield Measure("largest fall from a peak", ".1%", lambda change, _: drawdown(change))


def correlation(one: FloatArray, other: FloatArray) -> FloatArray:
    """Return the correlation of two arrays row by row."""
    left, right = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    return (left * right).sum(axis=1) / np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1))


def lagged(change: FloatArray, price: FloatArray, lag: int) -> FloatArray:
    """Return the correlation of difficulty with the price change of `lag` months before."""
    return correlation(change[:, lag:], price[:, : price.shape[1] - lag])


def drawdown(change: FloatArray) -> FloatArray:
    """Return by how much difficulty stood below its highest value so far, at the worst."""
    level = np.cumsum(change, axis=1)
    return np.expm1((level - np.maximum.accumulate(level, axis=1)).min(axis=1))


def by_epoch(first_month: str) -> None:
    """Print what the chain's own retargets did in the same years, which no column above can be compared with."""
    table = epochs()
    since = int(np.datetime64(first_month, "s").astype(np.int64))
    change = np.diff(np.log(table.difficulty[table.start_time_s >= since]))[None, :]
    print(f"for the record, by epoch of 2,016 blocks ({change.shape[1]} retargets, history only, not comparable with months):")
    one_step = correlation(change[:, 1:], change[:, :-1])[0]
    print(
        f"  spread {change.std(ddof=1):.3f}, one-step autocorrelation {one_step:.2f}, falls {np.mean(change < 0):.1%}, "
        f"largest rise {np.expm1(change.max()):.1%}, largest fall {np.expm1(change.min()):.1%}; "
        f"chance alone spreads an epoch by {BLOCKS_PER_EPOCH**-0.5:.3f}"
    )


if __name__ == "__main__":
    main()
