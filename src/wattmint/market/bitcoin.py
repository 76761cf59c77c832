"""The chain's past, embedded: every difficulty epoch, and prices, difficulty and fees by month."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from wattmint.facts.load import number, record, series_path
from wattmint.ledger.pow import difficulty_from_bits
from wattmint.market.clock import month_index
from wattmint.physics.hashing import difficulty_from_hashrate
from wattmint.types import FloatArray, IntArray
from wattmint.units import HASHES_PER_EH


@dataclass(frozen=True, slots=True)
class Epochs:
    """Every difficulty epoch so far.

    Attributes
    ----------
    start_height : IntArray, shape (n,)
        First block.
    start_time_s : IntArray, shape (n,)
        Its time, seconds since 1970 UTC.
    is_exact : NDArray[bool], shape (n,)
        False where the time was derived from the difficulty change and is good to minutes.
    bits : IntArray, shape (n,)
        Compact target, as in the block header.
    difficulty : FloatArray, shape (n,)
        Of that target.
    """

    start_height: IntArray
    start_time_s: IntArray
    is_exact: np.ndarray[tuple[int], np.dtype[np.bool_]]
    bits: IntArray
    difficulty: FloatArray


@dataclass(frozen=True, slots=True)
class Monthly:
    """Bitcoin by month.

    Attributes
    ----------
    month : tuple of str
        ``YYYY-MM``, without gaps.
    btc_usd, difficulty : FloatArray, shape (n,)
        Means of the month.
    fees_btc_per_block : FloatArray, shape (n,)
        Mean; NaN where nobody has told.
    """

    month: tuple[str, ...]
    btc_usd: FloatArray
    difficulty: FloatArray
    fees_btc_per_block: FloatArray


@cache
def epochs() -> Epochs:
    """Return the embedded table of difficulty epochs, read once."""
    rows = _rows("btc-epochs")
    bits = [int(row["bits_hex"], 16) for row in rows]
    return Epochs(
        start_height=_whole(row["start_height"] for row in rows),
        start_time_s=_whole(row["start_time_unix"] for row in rows),
        is_exact=np.array([row["time_kind"] == "exact" for row in rows]),
        bits=np.array(bits, dtype=np.int64),
        difficulty=np.array([difficulty_from_bits(one) for one in bits]),
    )


@cache
def monthly() -> Monthly:
    """Return the embedded monthly table, read once."""
    rows = _rows("btc-monthly")
    return Monthly(
        month=tuple(row["month"] for row in rows),
        btc_usd=_column(rows, "btc_usd"),
        difficulty=_column(rows, "difficulty"),
        fees_btc_per_block=_column(rows, "fees_btc_per_block"),
    )


def mean_log_return(months: int) -> float:
    """Return the mean log return per month of the coin price over the last months of the table.

    Parameters
    ----------
    months : int
        How many returns, at least 1.

    Returns
    -------
    float
        ``log(last price / price that many months before) / months``.

    Raises
    ------
    ValueError
        If the table does not reach that far back.
    """
    price = monthly().btc_usd
    if not 1 <= months < price.size:
        raise ValueError(f"{months} months; the table has {price.size - 1} monthly returns")
    return float(np.log(price[-1] / price[-1 - months]) / months)


def log_changes(months: int) -> tuple[FloatArray, FloatArray]:
    """Return the last monthly log changes of coin price and difficulty up to the shipped snapshot.

    The months between the end of the table and the snapshot change evenly from one to the other. Overrides of the site
    file move the level, not the past, hence they do not enter.

    Parameters
    ----------
    months : int
        How many.

    Returns
    -------
    tuple of FloatArray, shape (months,)
        Price and difficulty, newest last.
    """
    table, shipped = monthly(), record("snapshot", "market")
    between = month_index(shipped["network_hashrate_ehs"].as_of) - month_index(table.month[-1])
    hashrate_ehs = number("snapshot", "market", "network_hashrate_ehs")
    price = _joined(table.btc_usd, number("snapshot", "market", "btc_usd"), between)
    difficulty = _joined(table.difficulty, difficulty_from_hashrate(hashrate_ehs * HASHES_PER_EH), between)
    return price[-months:], difficulty[-months:]


def _joined(past: FloatArray, now: float, months_between: int) -> FloatArray:
    bridge = np.full(max(months_between, 0), np.log(now / past[-1]) / max(months_between, 1))
    return np.concatenate([np.diff(np.log(past)), bridge])


def _rows(series: str) -> list[dict[str, str]]:
    with series_path(series).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _whole(cells: Iterable[str]) -> IntArray:
    return np.array([int(cell) for cell in cells], dtype=np.int64)


def _column(rows: list[dict[str, str]], name: str) -> FloatArray:
    return np.array([float(row[name]) if row[name] else np.nan for row in rows])
