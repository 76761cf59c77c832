"""What a petahash per second has earned by month, from the chain's past."""

from dataclasses import dataclass

import numpy as np

from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.bitcoin import epochs, monthly
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.types import FloatArray
from wattmint.units import SAT_PER_BTC


@dataclass(frozen=True, slots=True)
class HashpriceHistory:
    """Hashprice by month, oldest first.

    Attributes
    ----------
    month : tuple of str
        ``YYYY-MM``.
    usd_per_ph_day : FloatArray, shape (n,)
        Subsidy and fees; NaN where nobody has told the fees.
    subsidy_usd_per_ph_day : FloatArray, shape (n,)
        The subsidy alone, always known.
    """

    month: tuple[str, ...]
    usd_per_ph_day: FloatArray
    subsidy_usd_per_ph_day: FloatArray


def hashprice_history(first_month: str = "2011-01") -> HashpriceHistory:
    """Return the hashprice of every month of the embedded table.

    Parameters
    ----------
    first_month : str
        ``YYYY-MM``; months before are left out.

    Returns
    -------
    HashpriceHistory
        Of monthly means of price and difficulty, hence a percent or two beside the mean of daily hashprices. In the month of a
        halving the subsidy is the mean over its days.
    """
    table = monthly()
    keep = np.array([month >= first_month for month in table.month])
    month = tuple(name for name, kept in zip(table.month, keep, strict=True) if kept)
    per_btc = table.btc_usd[keep] * hashprice_btc_per_ph_day(table.difficulty[keep], np.ones(len(month)))
    subsidy = per_btc * np.array([_mean_subsidy_btc(name) for name in month])
    return HashpriceHistory(month, subsidy + per_btc * table.fees_btc_per_block[keep], subsidy)


def _mean_subsidy_btc(month: str) -> float:
    """Mean over the days of the month, at heights between those of the difficulty epochs; past the last epoch, its own."""
    first = np.datetime64(month, "M")
    days = np.arange(first, first + 1, dtype="datetime64[D]").astype("datetime64[s]").astype(np.float64)
    chain = epochs()
    heights = np.interp(days, chain.start_time_s, chain.start_height)
    return float(np.mean([subsidy_sat(int(height)) for height in heights])) / SAT_PER_BTC
