"""The coins there are and will be: issuance by height, share issued, and when the subsidy halves next.

Dates of past halvings are block times. Between two known difficulty epochs heights are taken as evenly spread; beyond the last known height a
block is taken to come every ten minutes, which is the rule's aim and not a promise: at 1 % more hashrate per retarget blocks come a percent sooner.
"""

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.facts.load import record, series_path
from wattmint.ledger.pow import BLOCK_SPACING_S
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, MAX_SUPPLY_SAT, SUBSIDY_ERAS, issued_sat, subsidy_sat
from wattmint.market.bitcoin import epochs
from wattmint.units import DAYS_PER_YEAR, SAT_PER_BTC, SECONDS_PER_DAY

NEXT_HALVINGS: Final = 4
"""Halvings ahead that are listed."""


@dataclass(frozen=True, slots=True)
class Halving:
    """A halving: height, subsidy from there on, coins issued before, day, and how the day is known (see `date_of`)."""

    height: int
    subsidy_btc: float
    issued_share: float
    date: str
    date_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """Coins at a height.

    Attributes
    ----------
    height : int
        Of the newest block.
    date, date_kind : str
        Its day, and how that is known.
    subsidy_btc : float
        New coins of that block.
    issued_btc, remaining_btc : float
        Up to and including it, and still to come.
    issued_share : float
        Of all there will ever be.
    growth_per_year : float
        Of the coins there are, at this subsidy and a block every ten minutes.
    next_halvings : tuple of Halving
        Those ahead.
    """

    height: int
    date: str
    date_kind: str
    subsidy_btc: float
    issued_btc: float
    remaining_btc: float
    issued_share: float
    growth_per_year: float
    next_halvings: tuple[Halving, ...]


def issuance(height: float | None = None) -> Issuance:
    """Return the coins at a height.

    Parameters
    ----------
    height : float, optional
        A whole number; the market snapshot's when left out.

    Returns
    -------
    Issuance
        To the satoshi; the first block's unspendable coins and what miners forwent are counted, as the rules allow them.

    Raises
    ------
    InputError
        If the height is no whole number in the dictionary's range.
    """
    at = int(_known_last()[0] if height is None else checked("block_height", height))
    issued, subsidy = issued_sat(at), subsidy_sat(at)
    next_era = at // HALVING_INTERVAL_BLOCKS + 1
    ahead = range(next_era, min(next_era + NEXT_HALVINGS, SUBSIDY_ERAS + 1))
    blocks_per_year = DAYS_PER_YEAR * SECONDS_PER_DAY / BLOCK_SPACING_S
    date, kind = date_of(at)
    return Issuance(
        height=at,
        date=date,
        date_kind=kind,
        subsidy_btc=subsidy / SAT_PER_BTC,
        issued_btc=issued / SAT_PER_BTC,
        remaining_btc=(MAX_SUPPLY_SAT - issued) / SAT_PER_BTC,
        issued_share=issued / MAX_SUPPLY_SAT,
        growth_per_year=subsidy * blocks_per_year / issued,
        next_halvings=tuple(halving(era) for era in ahead),
    )


def curve() -> tuple[Halving, ...]:
    """Return every halving from the first to the one that ends the subsidy: the issuance curve, which is straight between them."""
    return tuple(halving(era) for era in range(1, SUBSIDY_ERAS + 1))


def halving(era: int) -> Halving:
    """Return the halving that begins an era, 1 for the first."""
    height = era * HALVING_INTERVAL_BLOCKS
    date, kind = date_of(height)
    return Halving(height, subsidy_sat(height) / SAT_PER_BTC, issued_sat(height - 1) / MAX_SUPPLY_SAT, date, kind)


def date_of(height: int) -> tuple[str, str]:
    """Return the day of a block, and how it is known.

    Parameters
    ----------
    height : int
        0 or above.

    Returns
    -------
    tuple of str
        ``YYYY-MM-DD``, and ``block`` (a block's own time), ``between`` (two known times), ``snapshot`` (the market snapshot's day) or
        ``expected`` (ten minutes per block).
    """
    blocks = _block_times()
    last_height, last_s = _known_last()
    if height in blocks:
        return _day(blocks[height]), "block"
    if height == last_height:
        return _day(last_s), "snapshot"
    if height > last_height:
        return _day(last_s + (height - last_height) * BLOCK_SPACING_S), "expected"
    chain = epochs()
    heights = [*chain.start_height.tolist(), last_height]
    times = [*chain.start_time_s.tolist(), last_s]
    return _day(float(np.interp(height, heights, times))), "between"


def _known_last() -> tuple[int, float]:
    """Return height and time of the market snapshot."""
    fact = record("snapshot", "market")["block_height"]
    return int(fact.value), dt.datetime.fromisoformat(fact.as_of).replace(tzinfo=dt.UTC).timestamp()


@cache
def _block_times() -> dict[int, int]:
    with series_path("btc-block-times").open(encoding="utf-8", newline="") as stream:
        return {int(row["height"]): int(row["time_unix"]) for row in csv.DictReader(stream)}


def _day(seconds: float) -> str:
    days = int(seconds // SECONDS_PER_DAY)
    epoch = dt.date(1970, 1, 1)
    if days > (dt.date.max - epoch).days:
        return "after 9999"
    return (epoch + dt.timedelta(days=days)).isoformat()
