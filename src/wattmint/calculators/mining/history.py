"""What a fleet would have mined in real days: the chain's own difficulty, subsidy and fees, day by day; no luck, no pool fee.

A fleet's hashrate is the mean that it really ran at, standstills included. Then the result is what a pool that pays for every
share (FPPS) would have paid before its fee, and the mean of what luck would have brought.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from wattmint.errors import InputError
from wattmint.facts.load import attribute
from wattmint.market.days import ChainDays, chain_days, read_day_prices
from wattmint.market.history import PRICE_LIMIT_USD_PER_MWH
from wattmint.physics.hashing import network_hashrate_h_per_s
from wattmint.types import FloatArray
from wattmint.units import HASHES_PER_EH, HOURS_PER_DAY

OBSERVED, ESTIMATED, MIXED = "observed", "estimated", "mixed"

LARGEST_SHARE: Final = 2.0
"""No fleet had more than this times the hashrate that the days' difficulty stands for; a larger one is a unit error."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_EPOCH_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MinedHistory:
    """What a fleet would have mined.

    Attributes
    ----------
    btc, subsidy_btc, fees_btc : float
        Coins: all, those newly created, and transaction fees.
    revenue_usd : float
        Each day's coins at the day's price: the file's, or the mean of the month.
    mean_difficulty : float
        Mean over the seconds of the days.
    days : int
        UTC days, both ends included.
    fee_data : str
        ``observed`` if every day's fees are, ``estimated`` if none's are, else ``mixed``.
    energy_mwh, energy_cost_usd, profit_usd : float or None
        Energy at constant power, what it costs, and revenue less that; None when no power was given.
    notes : tuple of str
        What the numbers rest on.
    """

    btc: float
    subsidy_btc: float
    fees_btc: float
    revenue_usd: float
    mean_difficulty: float
    days: int
    fee_data: str
    energy_mwh: float | None = None
    energy_cost_usd: float | None = None
    profit_usd: float | None = None
    notes: tuple[str, ...] = ()


def mined(
    from_day: date | str,
    to_day: date | str,
    hashrate_ehs: float,
    power_mw: float | None = None,
    power_price_usd_per_mwh: float | None = None,
    price_file: Path | Mapping[int, float] | None = None,
) -> MinedHistory:
    """Return what a fleet would have mined from one day to another.

    Parameters
    ----------
    from_day, to_day : date or str
        First and last UTC day, both counted; text as ``YYYY-MM-DD``.
    hashrate_ehs : float
        Mean hashrate over all hours of the days [EH/s].
    power_mw, power_price_usd_per_mwh : float, optional
        Mean power [MW] and what a MWh costs; both or neither.
    price_file : Path or mapping, optional
        Daily coin prices: a file, or what `read_day_prices` made of it. The monthly table's means when left out.

    Returns
    -------
    MinedHistory
        Before any pool fee.

    Raises
    ------
    InputError
        If a day is no day or not embedded, or a number is out of its range; the message says what is allowed.
    SeriesError
        If the price file is refused.

    Examples
    --------
    >>> round(mined("2024-01-01", "2024-01-31", 5.642).btc, 1)  # a public miner of that mean hashrate reported 341
    339.6
    """
    chain = chain_days()
    first, last = _span(from_day, to_day, chain)
    days = slice(first, last + 1)
    hashes_per_s = _hashrate(hashrate_ehs, chain.difficulty[days]) * HASHES_PER_EH
    subsidy = hashes_per_s * chain.subsidy_btc_per_hash_rate[days]
    fees = hashes_per_s * chain.blocks_per_hash_rate[days] * chain.fees_btc_per_block[days]
    prices = chain.btc_usd[days] if price_file is None else _prices(price_file, chain, first, last)
    revenue = float((subsidy + fees) @ prices)
    energy, cost = _energy(power_mw, power_price_usd_per_mwh, last + 1 - first)
    observed = chain.fees_observed[days]
    return MinedHistory(
        btc=float(subsidy.sum() + fees.sum()),
        subsidy_btc=float(subsidy.sum()),
        fees_btc=float(fees.sum()),
        revenue_usd=revenue,
        mean_difficulty=float(chain.difficulty[days].mean()),
        days=observed.size,
        fee_data=OBSERVED if observed.all() else MIXED if observed.any() else ESTIMATED,
        energy_mwh=energy,
        energy_cost_usd=cost,
        profit_usd=None if cost is None else revenue - cost,
        notes=_notes(int((~observed).sum()), observed.size, price_file is None),
    )


def day_in(value: date | str, field: str) -> date:
    """Return the day that was given.

    Parameters
    ----------
    value : date or str
        Text as ``YYYY-MM-DD``.
    field : str
        What the user calls it.

    Returns
    -------
    date
        UTC.

    Raises
    ------
    InputError
        If the text is no day of the calendar.
    """
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip() if _DAY.fullmatch(value.strip()) else "")
    except ValueError:
        raise InputError(field, value, "a day, YYYY-MM-DD") from None


def _span(from_day: date | str, to_day: date | str, chain: ChainDays) -> tuple[int, int]:
    start, end = day_in(from_day, "from"), day_in(to_day, "to")
    for field, day in (("from", start), ("to", end)):
        if not chain.first <= day <= chain.last:
            raise InputError(field, day.isoformat(), f"{chain.first} to {chain.last}, the days of the embedded data")
    if end < start:
        raise InputError("to", end.isoformat(), f"not before 'from', {start}")
    return (start - chain.first).days, (end - chain.first).days


def _hashrate(hashrate_ehs: float, difficulty: FloatArray) -> float:
    network_ehs = float(network_hashrate_h_per_s(difficulty).mean()) / HASHES_PER_EH
    most = LARGEST_SHARE * network_ehs
    if not 0.0 < hashrate_ehs <= most:  # NaN fails too
        allowed = f"a number of EH/s above 0 and up to {most:.4g}: the whole network had about {network_ehs:.4g} on those days"
        raise InputError("hashrate_ehs", hashrate_ehs, allowed)
    return hashrate_ehs


def _energy(power_mw: float | None, price: float | None, days: int) -> tuple[float | None, float | None]:
    if power_mw is None and price is None:
        return None, None
    if power_mw is None or price is None:
        field = "power_mw" if power_mw is None else "power_price_usd_per_mwh"
        raise InputError(field, None, "power and its price go together: both or neither")
    row, limit = attribute("power_mw"), PRICE_LIMIT_USD_PER_MWH
    low, high = row.low or 0.0, row.high or math.inf
    if not low <= power_mw <= high:
        raise InputError("power_mw", power_mw, f"a number of MW from {low:g} to {high:,.0f}")
    if not -limit <= price <= limit:
        raise InputError("power_price_usd_per_mwh", price, f"a number of USD/MWh from {-limit:,.0f} to {limit:,.0f}")
    energy = power_mw * HOURS_PER_DAY * days
    return energy, energy * price


def _prices(given: Path | Mapping[int, float], chain: ChainDays, first: int, last: int) -> FloatArray:
    by_day = read_day_prices(given, "btc_prices") if isinstance(given, Path) else given
    start = (chain.first - _EPOCH_DAY).days
    missing = [n for n in range(first, last + 1) if start + n not in by_day]
    if missing:
        day = date.fromordinal(chain.first.toordinal() + missing[0])
        raise InputError("btc_prices", day.isoformat(), f"a price for every day asked for; {len(missing)} of {last + 1 - first} days have none")
    return np.array([by_day[start + n] for n in range(first, last + 1)])


def _notes(estimated: int, days: int, monthly_prices: bool) -> tuple[str, ...]:
    notes = ["before any pool fee, at the mean of luck"]
    if estimated:
        notes.append(f"transaction fees of {estimated:,} of {days:,} days are estimates: nobody's record of them is embedded")
    if monthly_prices:
        notes.append("revenue at each month's mean coin price; --btc-prices takes daily ones")
    return tuple(notes)
