"""Compute the derived rows of the tables `processes`, `snapshot` and `defaults` and put them among the typed ones.

    PYTHONPATH=src python tools/calibrate.py RAW_FOLDER

Run it after build_series.py and build_tables.py. What it cannot compute is typed into the tables and left alone.
"""

import csv
import math
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Final

import numpy as np
import polars as pl
from gpu_history import fit_ageing
from tables import FACTS, Row, row, update

from wattmint.facts.fact import Fact
from wattmint.facts.load import number, table
from wattmint.ledger.pow import BLOCK_SPACING_S, BLOCKS_PER_EPOCH, difficulty_from_bits
from wattmint.physics.hashing import difficulty_from_hashrate
from wattmint.units import DAYS_PER_YEAR, HASHES_PER_EH, MONTHS_PER_YEAR

SNAPSHOT_DAY: Final = date(2026, 10, 3)
VOLATILITY_YEARS: Final = 4
FEE_LEVEL_FROM: Final = "2021-07"
"""Fees before the summer of 2021 come from a busier chain; the level since then is the level to return to."""
FRONTIER_LAG_MONTHS: Final = 18
NOI_SHARE: Final = 0.85


def main() -> None:
    """Update the three tables."""
    raw = Path(sys.argv[1])
    months = _read(FACTS / "series/btc_monthly.csv")
    print("processes", update("processes", [*price_rows(raw), *fee_rows(months), *gpu_rows(raw), *lease_spread_rows()]))
    print("snapshot", update("snapshot", snapshot_rows()))
    print("defaults", update("defaults", lease_rows()))


def price_rows(raw: Path) -> Iterator[Row]:
    """Yield the volatility of daily prices over four years."""
    daily = [item for item in _read(raw / "mining/btc_daily_master.csv") if item["price_usd"]]
    last_day = daily[-1]["date"]
    returns = np.diff(np.log([float(item["price_usd"]) for item in daily]))
    long_run = returns[-round(VOLATILITY_YEARS * DAYS_PER_YEAR) :].std() * math.sqrt(DAYS_PER_YEAR)
    yield row("bitcoin-price", "annual_volatility", _short(long_run), "btc-monthly-sources", "derived", last_day, (0.4, 0.6))


def fee_rows(months: list[dict[str, str]]) -> Iterator[Row]:
    """Yield the level of log fees per block; how they burst is matched to `benchmarks/fee_bursts.py` by hand."""
    level = [math.log(float(item["fees_btc_per_block"])) for item in months if item["fees_btc_per_block"] and item["month"] >= FEE_LEVEL_FROM]
    as_of = next(item["month"] for item in reversed(months) if item["fees_btc_per_block"])
    spread = (_short(math.exp(float(np.quantile(level, 0.1)))), _short(math.exp(float(np.quantile(level, 0.9)))))
    yield row("fees", "median_fees_btc_per_block", _short(math.exp(median(level))), "own-monthly-table", "derived", as_of, spread)


def gpu_rows(raw: Path) -> Iterator[Row]:
    """Yield how fast an accelerator's rental falls with age."""
    found = fit_ageing(raw)
    yield row(
        "gpu-rental", "ageing_per_year", _short(found.per_year), "gpu-rental-history", "derived", "2026-08", (_short(found.low), _short(found.high))
    )


def snapshot_rows() -> Iterator[Row]:
    """Yield fees from the published hashprice with and without them, block height from the last epoch, the PJM level, the frontier."""
    day = SNAPSHOT_DAY.isoformat()
    fees = 3.125 * (40.58 / 39.48 - 1)
    yield row("market", "fees_btc_per_block", _short(fees), "mineforge-2026-10", "derived", day)
    yield row("market", "block_height", _height(), "own-epoch-table", "derived", day)
    prices = pl.read_parquet(FACTS / "series/pjm-dominion-2023.parquet")["price_usd_per_mwh"].to_list()
    level = round(fmean(prices), 1)
    yield row("pjm", "power_level_usd_per_mwh", level, "pjm-dominion-2023-mean", "derived", "2023", (27.0, 50.0))
    lagged = f"{SNAPSHOT_DAY.year - 1}-{SNAPSHOT_DAY.month - FRONTIER_LAG_MONTHS + MONTHS_PER_YEAR:02d}"
    yield row("market", "installed_frontier_j_per_th", _best_j_per_th(lagged), "machine-table", "derived", day, (9.5, 13.5))


def lease_spread_rows() -> Iterator[Row]:
    """Yield how far leases of the deals lie apart: what a site that has not signed yet may end up with."""
    logs = [math.log(float(d["lease_usd_per_kw_month"].value)) for d in _leases()]
    yield row("leases", "lease_rate_sd", _short(stdev(logs)), "ai-deals", "derived", max(str(d["signed_date"].value) for d in _leases()))


def lease_rows() -> Iterator[Row]:
    """Yield the mean lease and capex of the deals, weighted by IT power, and the operating cost that their margin implies."""
    leases = _leases()
    lease = _weighted([(float(d["it_mw"].value), float(d["lease_usd_per_kw_month"].value)) for d in leases])
    span = [float(d["lease_usd_per_kw_month"].value) for d in leases]
    capex = [d for d in leases if "site_capex_usd_per_mw" in d and "commonly quoted" not in str(d.get("note", ""))]
    usd_per_mw = _weighted([(float(d["it_mw"].value), float(d["site_capex_usd_per_mw"].value)) for d in capex])
    as_of = max(str(d["signed_date"].value) for d in leases)
    yield row("hosting", "lease_usd_per_kw_month", round(lease, 1), "ai-deals", "derived", as_of, (round(min(span), 1), round(max(span), 1)))
    opex = round((1 - NOI_SHARE) * lease * MONTHS_PER_YEAR, 0) * 1000
    yield row("hosting", "opex_usd_per_mw_year", opex, "ai-deals", "derived", as_of, (150_000.0, 450_000.0))
    for id_ in ("hosting", "rental"):
        yield row(id_, "site_capex_usd_per_mw", round(usd_per_mw, -4), "ai-deals", "derived", as_of, (8e6, 13e6))


def _leases() -> list[Mapping[str, Fact]]:
    return [deal for deal in table("deals").values() if deal["deal_kind"].value == "lease"]


def _height() -> float:
    last = _read(FACTS / "series/btc_epochs.csv")[-1]
    begin = datetime.fromtimestamp(int(last["start_time_unix"]), UTC)
    elapsed_s = (datetime(*SNAPSHOT_DAY.timetuple()[:3], tzinfo=UTC) - begin).total_seconds()
    # At constant hashrate a block takes 600 s. Growth adds blocks: an epoch runs ahead by as much as its retarget then takes back.
    then = difficulty_from_bits(int(last["bits_hex"], 16))
    now = difficulty_from_hashrate(number("snapshot", "market", "network_hashrate_ehs") * HASHES_PER_EH)
    return round(int(last["start_height"]) + elapsed_s / BLOCK_SPACING_S + BLOCKS_PER_EPOCH * math.log(float(now) / then))


def _best_j_per_th(month: str) -> float:
    sold = [
        facts
        for facts in table("machines").values()
        if facts["algorithm"].value == "sha-256"
        and "release_date" in facts
        and facts["reliability"].value == "A"
        and len(str(facts["release_date"].value)) == len(month)
        and str(facts["release_date"].value) <= month
    ]
    return min(float(facts["efficiency_j_per_th"].value) for facts in sold)


def _weighted(pairs: list[tuple[float, float]]) -> float:
    return sum(weight * value for weight, value in pairs) / sum(weight for weight, _ in pairs)


def _short(value: float) -> float:
    return float(f"{value:.3g}")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main()
