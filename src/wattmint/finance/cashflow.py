"""Offer + Dispatch + Tariff + World → Cashflow: one named line per cause; the lines sum to net.

Column 0 is the day of decision; month m (from 0) is booked at its end, in column m + 1. Money in is positive.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from wattmint.errors import InputError
from wattmint.scenario.model import Money
from wattmint.types import Cashflow, Dispatch, FloatArray, Offer, Tariff, World
from wattmint.units import DAYS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR

ENERGY, DELIVERY, DEMAND_CHARGE, REIMBURSED = "energy", "delivery", "demand charge", "power reimbursed"
"""Names of the lines that the site's connection adds to those of the offer."""

POWER_LINES: Final = (ENERGY, DELIVERY, DEMAND_CHARGE, REIMBURSED)
SALVAGE: Final = "salvage"
"""Name of the capital line that every workload gives to what works and machines fetch at the end."""

WORKING_CAPITAL: Final = "working capital"
"""Name of the line of revenue that comes later and of power that is paid later; it sums to zero."""


def cashflow(offer: Offer, dispatch: Dispatch, tariff: Tariff, world: World, money: Money | None = None) -> Cashflow:
    """Return what one offer paid, line by line.

    Parameters
    ----------
    offer : Offer
        Values per IT MWh and per month, and capital.
    dispatch : Dispatch
        What was run.
    tariff : Tariff
        Delivery and demand charges.
    world : World
        Gives the number of paths and months.
    money : Money, optional
        Days until customers and the power bill are paid; by default all is paid with its month.

    Returns
    -------
    Cashflow
        Lines in this order: the offer's `per_mwh` lines times ``value_mwh`` (energy weighted by what its mode makes of it), its
        `per_month` lines, ``energy`` (wholesale), ``delivery``, ``demand charge``, ``power reimbursed``, ``working capital``, its
        `capital` lines. A line
        that is zero throughout is left out; one that is the same on every path is a read-only view of a single row.
    """
    booked = _Lines((world.paths, world.months + 1))
    for name, usd_per_mwh in offer.per_mwh.items():
        booked.add(name, _monthly(usd_per_mwh, dispatch.value_mwh))
    for name, usd in offer.per_month.items():
        booked.add(name, _monthly(usd))
    energy = _monthly(dispatch.energy_usd, -1.0)
    delivery = _monthly(dispatch.grid_mwh, -tariff.delivery_usd_per_mwh)
    demand = demand_charge(offer, tariff)
    booked.add(ENERGY, energy)
    booked.add(DELIVERY, delivery)
    booked.add(DEMAND_CHARGE, demand)
    if offer.power_passthrough:
        # A tenant pays for the power reserved in proportion to what he has taken into service; an empty hall is the owner's.
        theirs = energy + delivery
        theirs[:, 1:] += demand[:, 1:] * offer.in_service
        theirs *= -offer.power_passthrough
        booked.add(REIMBURSED, theirs)
    if money is not None and booked.lines and (money.receivable_days or money.payable_days):
        booked.add(WORKING_CAPITAL, _working_capital(booked.lines, offer, money))
    for name, usd in offer.capital.items():
        booked.add(name, usd)
    return booked.cashflow()


def revenue(lines: Mapping[str, FloatArray], offers: Sequence[Offer], shape: tuple[int, ...]) -> FloatArray:
    """Return what customers pay: the positive lines of the offers' running, power reimbursed left out.

    Parameters
    ----------
    lines : mapping of str to FloatArray
        Of a cash flow.
    offers : sequence of Offer
        Whose `per_mwh` and `per_month` lines count.
    shape : tuple of int
        (paths, months + 1).

    Returns
    -------
    FloatArray
        Of `shape`, USD.
    """
    total = np.zeros(shape)
    for name in dict.fromkeys(name for offer in offers for name in (*offer.per_mwh, *offer.per_month)):
        if name in lines:
            total += np.maximum(lines[name], 0.0)
    return total


def _working_capital(lines: Mapping[str, FloatArray], offer: Offer, money: Money) -> FloatArray:
    """Return what is owed to the site less what it owes for power, as it changes; settled in the last column."""
    shape = np.broadcast_shapes(*(line.shape for line in lines.values()))
    month = DAYS_PER_YEAR / MONTHS_PER_YEAR
    power = sum_of({name: lines[name] for name in POWER_LINES if name in lines}, shape)
    owed = revenue(lines, (offer,), shape) * (money.receivable_days / month) + power * (money.payable_days / month)
    owed[:, -1] = 0.0
    return -np.diff(owed, axis=1, prepend=0.0)


def demand_charge(offer: Offer, tariff: Tariff) -> FloatArray:
    """Return the charge on the power reserved: from the first month in service to the last.

    The connection is reserved for the whole `grid_mw` also while part of it ramps up or waits for its next tenant, and
    given up when nothing will run any more. Load that stops at the system's peaks avoids ``tariff.peak_avoidance`` of it.

    Parameters
    ----------
    offer : Offer
        Its `grid_mw`, `in_service` and `interruptible` count.
    tariff : Tariff
        Charge per kW-month.

    Returns
    -------
    FloatArray, shape (paths or 1, months + 1)
        USD, negative.
    """
    alive = offer.in_service > 0.0
    begun = np.logical_or.accumulate(alive, axis=1)
    not_over = np.logical_or.accumulate(alive[:, ::-1], axis=1)[:, ::-1]
    paid_share = 1.0 - tariff.peak_avoidance if offer.interruptible else 1.0
    usd_per_month = tariff.demand_charge_usd_per_kw_month * offer.grid_mw * KW_PER_MW * paid_share
    return _monthly((begun & not_over).astype(np.float64), -usd_per_month)


def combine(parts: Sequence[Cashflow]) -> Cashflow:
    """Add the cash flows of the parts that share a site.

    Parameters
    ----------
    parts : sequence of Cashflow
        Over the same paths and months, at least one.

    Returns
    -------
    Cashflow
        Lines of the same name are added; each name stands where it first appears.

    Raises
    ------
    InputError
        There is no part, or the shapes differ.
    """
    shapes = {part.net.shape for part in parts}
    if len(shapes) != 1:
        raise InputError("parts", sorted(shapes), "one or more cash flows of one shape")
    if len(parts) == 1:
        return parts[0]
    booked = _Lines(parts[0].net.shape)
    for part in parts:
        for name, usd in part.lines.items():
            booked.add(name, usd)
    return booked.cashflow()


class _Lines:
    """Lines of one cash flow while they are collected."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._shape = shape
        self.lines: dict[str, FloatArray] = {}

    def add(self, name: str, usd: FloatArray) -> None:
        """Add a line, shape (paths or 1, months + 1), to what stands under its name."""
        if usd.ndim != 2 or usd.shape[0] not in {1, self._shape[0]} or usd.shape[1] != self._shape[1]:
            raise InputError(f"line '{name}'", usd.shape, f"shape ({self._shape[0]} or 1, {self._shape[1]})")
        if name in self.lines:
            self.lines[name] = self.lines[name] + usd
        elif usd.any():
            self.lines[name] = np.broadcast_to(usd, self._shape)

    def cashflow(self) -> Cashflow:
        """Return the lines with their sum."""
        return Cashflow(self.lines, sum_of(self.lines, self._shape))


def sum_of(lines: Mapping[str, FloatArray], shape: tuple[int, ...]) -> FloatArray:
    """Return the sum of lines, added one after the other in their order.

    Parameters
    ----------
    lines : mapping of str to FloatArray
        Each of `shape`.
    shape : tuple of int
        (paths, months + 1).

    Returns
    -------
    FloatArray
        Of `shape`; zero without lines.
    """
    return _accumulate(lines.values(), np.zeros(shape))


def _accumulate(lines: Iterable[FloatArray], total: FloatArray) -> FloatArray:
    for line in lines:
        total += line
    return total


def _monthly(values: FloatArray, times: FloatArray | float = 1.0) -> FloatArray:
    """Book ``values × times`` of each month at its end: column 0 stays zero."""
    rows = max(values.shape[0], times.shape[0] if isinstance(times, np.ndarray) else 1)
    booked = np.empty((rows, values.shape[1] + 1))
    booked[:, 0] = 0.0
    np.multiply(values, times, out=booked[:, 1:])
    return booked
