"""One price series, one strike: how often an interruptible megawatt runs and what it keeps."""

from dataclasses import dataclass

import numpy as np

from wattmint.errors import InputError, SeriesError
from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class Threshold:
    """What one megawatt does against one hourly price series.

    Attributes
    ----------
    hours : int
        Hours with a price.
    on_hours : int
        Hours priced below the strike.
    uptime : float
        ``on_hours / hours``.
    mean_price_on_usd_per_mwh : float or None
        Mean price over the hours run; None when it never runs.
    margin_usd_per_mw : float
        Sum of strike less price over the hours run.
    margin_always_on_usd_per_mw : float
        The same over all hours.
    starts : int
        Changes from off to on between one row and the next; running in the first row is not a start, and a gap in the
        data is passed over.
    """

    hours: int
    on_hours: int
    uptime: float
    mean_price_on_usd_per_mwh: float | None
    margin_usd_per_mw: float
    margin_always_on_usd_per_mw: float
    starts: int


def threshold_dispatch(price_usd_per_mwh: FloatArray, strike_usd_per_mwh: float) -> Threshold:
    """Run a megawatt in exactly the hours whose price lies below the strike.

    Parameters
    ----------
    price_usd_per_mwh : FloatArray, shape (hours,)
        Hourly prices in the order of time; NaN hours are left out.
    strike_usd_per_mwh : float
        What a MWh is worth to the load.

    Returns
    -------
    Threshold
        Strictly below: at the strike itself nothing is gained, and the load stays off.

    Raises
    ------
    SeriesError
        No hour has a price, or a price is infinite.
    InputError
        The strike is not a finite number.
    """
    if not np.isfinite(strike_usd_per_mwh):
        raise InputError("strike", strike_usd_per_mwh, "a finite number of USD/MWh")
    price = np.asarray(price_usd_per_mwh, dtype=np.float64)
    price = price[~np.isnan(price)]
    if price.size == 0:
        raise SeriesError("prices", "no value", "at least one hour with a price")
    if not np.isfinite(price).all():
        raise SeriesError("prices", float(price[~np.isfinite(price)][0]), "finite prices")
    on = price < strike_usd_per_mwh
    on_hours = int(on.sum())
    gained = strike_usd_per_mwh - price
    return Threshold(
        hours=price.size,
        on_hours=on_hours,
        uptime=on_hours / price.size,
        mean_price_on_usd_per_mwh=float(price[on].mean()) if on_hours else None,
        margin_usd_per_mw=float(gained[on].sum()),
        margin_always_on_usd_per_mw=float(gained.sum()),
        starts=int((on[1:] & ~on[:-1]).sum()),
    )
