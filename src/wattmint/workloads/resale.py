"""What a used mining machine fetches: the published machine price index by efficiency tier, carried along each path's market.

The index says what a TH/s costs at each J/TH on the day of the snapshot. Two things move it, both estimates:

* A machine is judged by its place behind the frontier. One of 30 J/TH, when the best has 5, is worth what one of 57 is worth today, when the
  best has 9.5.
* Prices per MW move with what the machine earns, as those of new machines do, within the same bounds.

No machine fetches more than the share of its life that is left of what a new one costs; metal and power supply fetch the scrap share of
the machine's price today, whatever happens.
"""

from dataclasses import dataclass

import numpy as np

from wattmint.facts.prices import index_points
from wattmint.types import FloatArray
from wattmint.workloads.replacement import fleet_usd_per_mw


@dataclass(frozen=True, slots=True)
class Quote:
    """A kind of machine on the day its price was quoted.

    Attributes
    ----------
    efficiency_j_per_th : float
        Of the machine.
    usd_per_mw : float
        Its price per MW of its power.
    earned_usd_per_mwh : float
        What a MWh of it earned at the hashprice of that day.
    scrap_share : float
        Share of that price that it fetches when nothing can be mined with it.
    """

    efficiency_j_per_th: float
    usd_per_mw: float
    earned_usd_per_mwh: float
    scrap_share: float

    @property
    def scrap_usd_per_mw(self) -> float:
        """What a MW of dead machines fetches."""
        return self.scrap_share * self.usd_per_mw


def index_usd_per_th(efficiency_j_per_th: FloatArray) -> FloatArray:
    """Return the index of machine prices as a curve.

    Parameters
    ----------
    efficiency_j_per_th : FloatArray
        Above 0.

    Returns
    -------
    FloatArray
        USD per TH/s: straight lines between the logs at the tiers' middles, and on beyond the first and the last.
    """
    log_j, log_usd = (np.log(column) for column in zip(*index_points(), strict=True))
    x = np.log(efficiency_j_per_th)
    slope = np.diff(log_usd) / np.diff(log_j)
    piece = np.clip(np.searchsorted(log_j, x) - 1, 0, slope.size - 1)
    return np.asarray(np.exp(log_usd[piece] + slope[piece] * (x - log_j[piece])))


def resale_usd_per_mw(
    quote: Quote, efficiency_j_per_th: FloatArray, life_left: FloatArray, frontier_factor: FloatArray, earns_usd_per_mwh: FloatArray
) -> FloatArray:
    """Return what working machines of a kind fetch per MW of their power.

    Parameters
    ----------
    quote : Quote
        The first of their kind, when it was new.
    efficiency_j_per_th : FloatArray, shape (paths,)
        Of the machines sold, which were `quote` as far behind the frontier when they were new.
    life_left : FloatArray, shape (paths,)
        Share of their life, 0 or more.
    frontier_factor : FloatArray, shape (paths,)
        J/TH of the best new machine over that of the snapshot.
    earns_usd_per_mwh : FloatArray, shape (paths,)
        What a MWh of theirs earns before power.

    Returns
    -------
    FloatArray, shape (paths,)
        USD per MW, not below scrap.
    """
    today_j = efficiency_j_per_th / frontier_factor
    behind = today_j / quote.efficiency_j_per_th
    share = index_usd_per_th(today_j) / index_usd_per_th(np.full(1, quote.efficiency_j_per_th)) / behind
    # A machine that far behind earned that much less per MWh on the day of the index: this is also what new ones earn now over then.
    ratio = earns_usd_per_mwh * behind / quote.earned_usd_per_mwh
    return np.maximum(fleet_usd_per_mw(quote.usd_per_mw, ratio) * np.minimum(share, life_left), quote.scrap_usd_per_mw)
