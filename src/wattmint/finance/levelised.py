"""Levelised cost: what a unit of output must fetch for its cost to come back at the discount rate.

    levelised cost = sum of discounted costs / sum of discounted output

Costs are all that a part pays: capital less salvage, power less what tenants reimburse, running costs, the pool's and the market's fees. What
customers pay is no cost, and when they pay (working capital) makes none. Every part has an output in MWh of its machines; what else it makes,
a day's work of a petahash per second, an hour of an accelerator, a million tokens, is named by its offer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.finance.cashflow import REIMBURSED, WORKING_CAPITAL, revenue
from wattmint.finance.returns import discount_factors
from wattmint.types import Cashflow, Dispatch, FloatArray, Offer

IT_MWH: Final = "MWh of IT load"
"""Unit of the output that every part has."""


@dataclass(frozen=True, slots=True)
class Discounted:
    """Costs and output of those parts of a build that make one unit, discounted to the day of decision; of shape (paths,).

    Attributes
    ----------
    cost_usd, made : FloatArray
        USD, and units.
    """

    cost_usd: FloatArray
    made: FloatArray

    @property
    def usd_per_unit(self) -> FloatArray:
        """Levelised cost of every path; NaN where nothing is made."""
        return np.asarray(np.divide(self.cost_usd, self.made, out=np.full(self.made.shape, np.nan), where=self.made > 0.0))


def cost_of(part: Cashflow, offer: Offer) -> FloatArray:
    """Return what a part costs, month by month.

    Parameters
    ----------
    part : Cashflow
        Of one part.
    offer : Offer
        Its offer: the positive lines of its running are what customers pay.

    Returns
    -------
    FloatArray, shape (paths, months + 1)
        USD, money out positive; salvage counts as money back.
    """
    earned = revenue(part.lines, (offer,), part.net.shape)
    for name in (REIMBURSED, WORKING_CAPITAL):
        if name in part.lines:
            earned += part.lines[name]
    earned -= part.net
    return earned


def output_of(offer: Offer, run: Dispatch) -> dict[str, FloatArray]:
    """Return what a part makes, month by month.

    Parameters
    ----------
    offer : Offer
        What an MWh and a month make.
    run : Dispatch
        What was run.

    Returns
    -------
    dict of str to FloatArray, each of shape (paths or 1, months)
        By unit, `IT_MWH` last.
    """
    made = {unit: each * run.value_mwh for unit, each in offer.made_per_mwh.items()}
    for unit, each in offer.made_per_month.items():
        made[unit] = made[unit] + each if unit in made else each
    return made | {IT_MWH: run.it_mwh}


def discounted(parts: Sequence[Cashflow], offers: Sequence[Offer], runs: Sequence[Dispatch], annual_rate: float) -> dict[str, Discounted]:
    """Return discounted costs and output of a build, by unit.

    Parameters
    ----------
    parts, offers, runs : sequence of Cashflow, Offer and Dispatch
        Part by part.
    annual_rate : float
        Discount rate per year.

    Returns
    -------
    dict of str to Discounted
        A unit's costs are those of the parts that make it: halls beside a mine cost its hashes nothing.
    """
    found: dict[str, Discounted] = {}
    for part, offer, run in zip(parts, offers, runs, strict=True):
        paths, columns = part.net.shape
        factors = discount_factors(annual_rate, columns - 1)
        cost = cost_of(part, offer) @ factors
        for unit, made in output_of(offer, run).items():
            amount = np.broadcast_to(made @ factors[1:], (paths,))
            before = found.get(unit)
            found[unit] = Discounted(cost, amount) if before is None else Discounted(before.cost_usd + cost, before.made + amount)
    return {unit: found[unit] for unit in sorted(found, key=lambda name: name == IT_MWH)}


def merge_discounted(chunks: Sequence[Mapping[str, Discounted]]) -> dict[str, Discounted]:
    """Put chunks together in the order of their paths; all have the same units."""
    return {unit: Discounted(*(np.concatenate([getattr(c[unit], name) for c in chunks]) for name in ("cost_usd", "made"))) for unit in chunks[0]}
