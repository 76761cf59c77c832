"""The chain's past by UTC day: what a hash found, what a block paid in fees, and the coin's price; exact to the second.

A day's seconds lie in one difficulty epoch or two, and on a halving day in two subsidy eras. Each such piece counts with its
seconds, so that over a day a hashrate h finds

    coins = h * sum over pieces of seconds / E(D) * (subsidy + fees per block of the day),   E(D) the expected hashes per block.

Retargets stand in the table of epochs. Halvings follow from block heights: blocks are taken as evenly spaced between those whose
times are embedded, the first of each epoch and a few single ones (with the first ones alone a halving can come out a day late,
as in May 2020, when the hashrate fell with the subsidy). After the last retarget the table knows of, difficulty is taken to
last the fourteen days an epoch is meant to last; no day beyond is given.
"""

import csv
import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import FactsError, SeriesError
from wattmint.facts.load import attribute, series_path
from wattmint.ledger.pow import BLOCKS_PER_EPOCH, EPOCH_S
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, subsidy_sat
from wattmint.market.bitcoin import epochs, monthly
from wattmint.market.files import numbers, pick_column, read_table
from wattmint.market.instants import utc_seconds
from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.types import FloatArray, IntArray
from wattmint.units import SAT_PER_BTC, SECONDS_PER_DAY

ESTIMATED: Final = "estimated"
"""Kind of a day whose fees nobody has told; every other kind is an observation."""

_DAY_S: Final = int(SECONDS_PER_DAY)


@dataclass(frozen=True, slots=True)
class ChainDays:
    """What every embedded day was like, in order and without a gap.

    Attributes
    ----------
    first : date
        Day of row 0.
    blocks_per_hash_rate : FloatArray, shape (n,)
        Mean blocks that one hash per second finds that day.
    subsidy_btc_per_hash_rate : FloatArray, shape (n,)
        Their subsidies [BTC per H/s].
    difficulty : FloatArray, shape (n,)
        Mean over the day's seconds.
    fees_btc_per_block : FloatArray, shape (n,)
        Mean over the day's blocks.
    fees_observed : NDArray[bool], shape (n,)
        False where the fees are an estimate.
    btc_usd : FloatArray, shape (n,)
        Mean coin price of the day's month.
    """

    first: date
    blocks_per_hash_rate: FloatArray
    subsidy_btc_per_hash_rate: FloatArray
    difficulty: FloatArray
    fees_btc_per_block: FloatArray
    fees_observed: np.ndarray[tuple[int], np.dtype[np.bool_]]
    btc_usd: FloatArray

    @property
    def last(self) -> date:
        """Day of the last row."""
        return self.first + timedelta(days=self.difficulty.size - 1)


@cache
def chain_days() -> ChainDays:
    """Return every day from the first with a price to the last whole one the table of epochs vouches for.

    Returns
    -------
    ChainDays
        Computed once, in a few hundredths of a second.

    Raises
    ------
    FactsError
        If the table of daily fees has a gap.
    """
    with series_path("btc-fees-daily").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    stamps = np.array([row["day"] for row in rows], dtype="datetime64[D]").astype(np.int64)
    if (np.diff(stamps) != 1).any():
        raise FactsError("btc_fees_daily.csv: days are missing, repeated or out of order")
    days = min(len(rows), (int(epochs().start_time_s[-1]) + EPOCH_S) // _DAY_S - int(stamps[0]))
    blocks, subsidy, difficulty = _sums(int(stamps[0]) * _DAY_S, days)
    first = date.fromisoformat(rows[0]["day"])
    return ChainDays(
        first=first,
        blocks_per_hash_rate=blocks,
        subsidy_btc_per_hash_rate=subsidy,
        difficulty=difficulty / SECONDS_PER_DAY,
        fees_btc_per_block=np.array([float(row["fees_btc_per_block"]) for row in rows[:days]]),
        fees_observed=np.array([row["kind"] != ESTIMATED for row in rows[:days]]),
        btc_usd=_month_prices(first, days),
    )


def block_height(time_s: FloatArray) -> FloatArray:
    """Return the block height at some times, evenly spaced between blocks of known time.

    Parameters
    ----------
    time_s : FloatArray
        Seconds since 1970, from the first block to fourteen days after the last embedded retarget.

    Returns
    -------
    FloatArray
        Height with its fraction; exact at the first block of each epoch.
    """
    times, heights = _knots()
    return np.interp(time_s, times, heights)


def halving_times_s() -> FloatArray:
    """Return when each halving so far happened, in seconds since 1970, by the same even spacing."""
    times, heights = _knots()
    return np.interp(np.arange(HALVING_INTERVAL_BLOCKS, heights[-1], HALVING_INTERVAL_BLOCKS, dtype=np.float64), heights, times)


def read_day_prices(path: Path, field: str) -> dict[int, float]:
    """Read a file of daily coin prices.

    Parameters
    ----------
    path : Path
        CSV or Parquet with a column of days (``day``, ``date``, …) and one of prices (``price``, ``btc_usd``, ``close``, …).
    field : str
        What the user calls it, for errors about the file as a whole.

    Returns
    -------
    dict of int to float
        Price [USD/BTC] by days since 1970.

    Raises
    ------
    SeriesError
        If the file is missing or no table, a price is no number or out of range, or a day is there twice.
    """
    if not path.is_file():
        raise SeriesError(field, str(path), "a CSV or Parquet file of daily prices; there is no such file")
    table = read_table(path, field)
    day, price = pick_column(table, "day"), pick_column(table, "coin price")
    high = attribute("btc_usd").high or math.inf
    # The dictionary's least price is of today; until 2011 a coin was worth less than a dollar.
    values = numbers(table, price, f"a price in USD per coin above 0 and up to {high:,.0f}", math.ulp(0.0), high)
    seconds, _ = utc_seconds(table, day, "UTC")
    stamps = seconds // _DAY_S
    order = np.argsort(stamps, kind="stable")
    twice = np.flatnonzero(np.diff(stamps[order]) == 0)
    if twice.size:
        index = int(order[twice[0] + 1])
        raise SeriesError(table.place(index, day), str(table.frame[day][index]), "each day once: one price per UTC day")
    return dict(zip(stamps.tolist(), values.tolist(), strict=True))


@cache
def _knots() -> tuple[FloatArray, FloatArray]:
    """Return times and heights of the blocks whose times are embedded, and of the one that should end the last epoch."""
    table = epochs()
    with series_path("btc-block-times").open(encoding="utf-8", newline="") as stream:
        single = [(int(row["height"]), int(row["time_unix"])) for row in csv.DictReader(stream)]
    end = (int(table.start_height[-1]) + BLOCKS_PER_EPOCH, int(table.start_time_s[-1]) + EPOCH_S)
    known = sorted([*zip(table.start_height.tolist(), table.start_time_s.tolist(), strict=True), *single, end])
    heights, times = np.array(known, dtype=np.float64).T
    return times, heights


def _sums(start_s: int, days: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return by day the sums over pieces of seconds / E, seconds * subsidy / E and seconds * difficulty."""
    table, end_s = epochs(), start_s + days * _DAY_S
    cuts = np.concatenate([table.start_time_s, halving_times_s()])
    edges = np.unique(np.concatenate([np.arange(start_s, end_s + 1, _DAY_S), cuts[(cuts > start_s) & (cuts < end_s)]]))
    seconds, middle = np.diff(edges), (edges[:-1] + edges[1:]) / 2.0
    difficulty = table.difficulty[np.searchsorted(table.start_time_s, middle, side="right") - 1]
    blocks = seconds / expected_hashes_per_block(difficulty)
    eras: IntArray = (block_height(middle) // HALVING_INTERVAL_BLOCKS).astype(np.int64)
    subsidies = np.array([subsidy_sat(era * HALVING_INTERVAL_BLOCKS) / SAT_PER_BTC for era in range(int(eras.max()) + 1)])
    day: IntArray = ((middle - start_s) // _DAY_S).astype(np.int64)
    by_block, by_coin, by_difficulty = (
        np.bincount(day, weights, days).astype(np.float64) for weights in (blocks, blocks * subsidies[eras], seconds * difficulty)
    )
    return by_block, by_coin, by_difficulty


def _month_prices(first: date, days: int) -> FloatArray:
    table = monthly()
    at = dict(zip(table.month, table.btc_usd.tolist(), strict=True))
    return np.array([at[f"{first + timedelta(days=n):%Y-%m}"] for n in range(days)])
