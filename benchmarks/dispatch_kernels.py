"""Speed of the two kernels against their plain twins: `python benchmarks/dispatch_kernels.py`.

Dispatch: 10,000 paths × 120 months over a synthetic library of 84 months shaped like a volatile hub's (log-normal prices
with spikes and negative hours, a PUE that follows the hour), hourly exact, once in NumPy over every hour and once by
duration curves. IRR: 50,000 ten-year cash flows, against eigenvalues of the companion matrix (what a general polynomial
solver does) on a few of them. Medians of several runs on one core, kernels compiled; compile seconds are printed apart.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np

from wattmint.dispatch.duration import duration_curves
from wattmint.dispatch.merit import PathMonths, paying_hours, paying_hours_plain
from wattmint.finance.returns import irr_by_path, payback_months
from wattmint.types import FloatArray, MonthLibrary
from wattmint.units import HOURS_PER_DAY, MAX_HOURS_PER_MONTH, MONTHS_PER_YEAR

PATHS, MONTHS, LIBRARY_MONTHS, FLOWS, FEW = 10_000, 120, 84, 50_000, 200
DELIVERY_USD_PER_MWH = 5.0
RUNS, TWIN_RUNS = 7, 3


def synthetic_library(rng: np.random.Generator) -> tuple[MonthLibrary, FloatArray]:
    """Return a month library and its hourly PUE."""
    shape = (LIBRARY_MONTHS, MAX_HOURS_PER_MONTH)
    hours = rng.choice([672, 720, 744, 745], LIBRARY_MONTHS).astype(np.int64)
    price = np.exp(rng.normal(3.1, 0.6, shape)) + np.where(rng.random(shape) < 0.01, rng.exponential(600.0, shape), 0.0) - 6.0
    hour_of_day = np.tile(np.arange(MAX_HOURS_PER_MONTH) % int(HOURS_PER_DAY), (LIBRARY_MONTHS, 1))
    pue = 1.15 + 0.06 * np.sin(hour_of_day / HOURS_PER_DAY * 2.0 * np.pi) + 0.03 * rng.random(shape)
    price[np.arange(MAX_HOURS_PER_MONTH) >= hours[:, None]] = np.nan
    calendar = np.arange(LIBRARY_MONTHS, dtype=np.int64) % MONTHS_PER_YEAR + 1
    labels = tuple(f"synthetic {i}" for i in range(LIBRARY_MONTHS))
    return MonthLibrary(labels, calendar, hours, price, pue, pue, pue, pue, hour_of_day, float(np.nanmean(price)), 1.0, (), ()), pue


def path_months(rng: np.random.Generator) -> PathMonths:
    """Return what 10,000 paths of ten years ask of the library."""
    shape = (PATHS, MONTHS)
    return PathMonths(
        strike_usd_per_mwh=rng.uniform(20.0, 90.0, shape),
        power_level=np.exp(rng.normal(0.0, 0.3, shape)),
        history_month=rng.integers(0, LIBRARY_MONTHS, shape),
        in_service=np.full((1, MONTHS), 80.0),
        month_hours=np.full(MONTHS, 730.0),
    )


def cash_flows(rng: np.random.Generator) -> FloatArray:
    """Return flows of which half change sign once and half four times (a replacement after five years, works at the end)."""
    flows = rng.normal(1.6, 1.0, (FLOWS, MONTHS + 1)).clip(0.05)
    flows[:, 0] = -100.0
    flows[FLOWS // 2 :, 60] = -60.0
    flows[FLOWS // 2 :, -1] = -10.0
    return flows


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(1)
    library, pue = synthetic_library(rng)
    asked, flows = path_months(rng), cash_flows(rng)
    curves = duration_curves(library, pue)
    compile_dispatch = seconds(lambda: paying_hours(asked, DELIVERY_USD_PER_MWH, curves), 1)
    compile_irr = seconds(lambda: irr_by_path(flows[:1]), 1)
    print(f"first call (compiling, or reading the compiled form): dispatch {compile_dispatch:.2f} s, irr {compile_irr:.2f} s")
    fast = seconds(lambda: paying_hours(asked, DELIVERY_USD_PER_MWH, curves), RUNS)
    plain = seconds(lambda: paying_hours_plain(asked, DELIVERY_USD_PER_MWH, library.price_usd_per_mwh, pue, np.ones_like(pue)), TWIN_RUNS)
    print(f"dispatch, {PATHS:,} x {MONTHS} path-months: kernel {fast:.3f} s, plain NumPy {plain:.2f} s, ratio {plain / fast:.0f}x")
    print(f"duration curves of {LIBRARY_MONTHS} months: {seconds(lambda: duration_curves(library, pue), RUNS) * 1e3:.1f} ms")
    for name, rows in (("one change of sign", flows[: FLOWS // 2]), ("four changes of sign", flows[FLOWS // 2 :])):
        rooted = seconds(lambda rows=rows: irr_by_path(rows), RUNS)
        general = seconds(lambda rows=rows: [np.roots(row[::-1]) for row in rows[:FEW]], TWIN_RUNS) * len(rows) / FEW
        print(f"irr, {len(rows):,} x {MONTHS + 1}, {name}: {rooted:.3f} s; companion matrices {general:.1f} s ({general / rooted:.0f}x)")
    print(f"payback, {FLOWS:,} x {MONTHS + 1}: {seconds(lambda: payback_months(flows), RUNS):.3f} s")


def seconds(work: Callable[[], object], runs: int) -> float:
    """Return the median seconds of `runs` runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
