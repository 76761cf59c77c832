"""The door of the mining calculator, and fleets of several kinds of machines as one case."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final

from wattmint.calculators.mining.pools import Payout, payout
from wattmint.calculators.mining.static import MiningCase, MiningResult, case_of_machine, static_result
from wattmint.errors import InputError, UnknownNameError
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.scenario.model import Market
from wattmint.units import TH_PER_PH

NUMBERS: Final = tuple(field.name for field in dataclasses.fields(MiningCase) if field.name not in ("expected_hashes_per_difficulty", "pool_scheme"))
"""Fields of a case that a user may give; each is a row of the data dictionary."""


def fleet_case(machines: Mapping[str, int], snapshot: Snapshot, *, pool_scheme: str = "fpps", **given: float | None) -> MiningCase:
    """Return the case of a fleet of several kinds of machines: total hashrate, power and price under one contract.

    Parameters
    ----------
    machines : mapping of str to int
        Machines of each kind by row of the facts table `machines`; at least one kind.
    snapshot, pool_scheme, **given
        As for `case_of_machine`, without ``count``; a capex given is that of the whole fleet.

    Returns
    -------
    MiningCase
        The fleet's mean machine, as often as there are machines; exact, because the static formulas are linear in both. Its
        capex is None when one kind has no known price.

    Raises
    ------
    UnknownNameError, InputError
        As `case_of_machine`.
    """
    cases = [case_of_machine(name, snapshot, pool_scheme=pool_scheme, **{**given, "count": count}) for name, count in machines.items()]
    fleet = merged(cases)
    return fleet if given.get("capex_usd") is None else dataclasses.replace(fleet, capex_usd=cases[0].capex_usd)


def merged(cases: Sequence[MiningCase]) -> MiningCase:
    """Return one case that earns, costs and draws what several do together.

    Parameters
    ----------
    cases : sequence of MiningCase
        At least one; contract and market are the first one's.

    Returns
    -------
    MiningCase
        With the mean machine, and the capex summed (None when one is unknown).
    """
    count = sum(case.count for case in cases)
    capex = [case.capex_usd for case in cases]
    return dataclasses.replace(
        cases[0],
        hashrate_ths=sum(case.hashrate_ths * case.count for case in cases) / count,
        power_w=sum(case.power_w * case.count for case in cases) / count,
        count=count,
        capex_usd=None if None in capex else sum(one for one in capex if one is not None),
    )


def mine(
    machine: str | Mapping[str, int] | None = None, *, pool_scheme: str = "fpps", snapshot: Snapshot | None = None, **given: float | None
) -> MiningResult:
    """Return what mining earns on a day like the snapshot's.

    Parameters
    ----------
    machine : str or mapping of str to int, optional
        A machine of the facts table, or a fleet as machines by kind; None when ``hashrate_ths`` and ``power_w`` are given.
    pool_scheme : str
        ``fpps``, ``pps``, ``pps+``, ``pplns`` or ``solo``; only ``pps`` changes the mean.
    snapshot : Snapshot, optional
        The market; as shipped when left out.
    **given : float or None
        ``hashrate_ths, power_w, count, power_price_usd_per_kwh, btc_usd, difficulty, subsidy_btc, fees_btc_per_block, pool_fee,
        uptime, capex_usd, stale_rate, pue, hosting_fee_usd_per_kwh, profit_share``; what is left out has a cited default.

    Returns
    -------
    MiningResult
        Per day, for all machines together.

    Raises
    ------
    UnknownNameError
        If there is no such machine or scheme.
    InputError
        If a number is missing, unknown or outside its range.

    Examples
    --------
    >>> round(mine("antminer-s21-xp", power_price_usd_per_kwh=0.045, btc_usd=84_700, difficulty=134.6e12).breakeven_power_usd_per_kwh, 4)
    0.123
    """
    for name in given:
        if name not in NUMBERS:
            raise UnknownNameError("mine", name, NUMBERS)
    market = market_snapshot(Market()) if snapshot is None else snapshot
    if isinstance(machine, Mapping):
        if not machine or given.get("count") is not None:
            raise InputError("machine", dict(machine), "a fleet names at least one machine and counts its machines itself")
        return static_result(fleet_case(machine, market, pool_scheme=pool_scheme, **given))
    return static_result(case_of_machine(machine, market, pool_scheme=pool_scheme, **given))


def payout_of(case: MiningCase, pool_share: float | None = None) -> Payout:
    """Return what the case's pool scheme pays, with the spread that luck gives it.

    Parameters
    ----------
    case : MiningCase
        Of bitcoin; the mean is `static_result`'s `btc_per_day`.
    pool_share : float, optional
        The pool's share of the network; needed by ``pps+`` and ``pplns``.

    Returns
    -------
    Payout
        Mean and standard deviation of a day.

    Raises
    ------
    InputError
        If the pool's share is missing, or below the miner's own.
    """
    blocks_per_day = hashprice_btc_per_ph_day(case.difficulty, 1.0) * case.hashrate_ths * case.count / TH_PER_PH * case.uptime
    reward = (case.subsidy_btc, case.fees_btc_per_block)
    return payout(case.pool_scheme, blocks_per_day, *reward, case.pool_fee, case.stale_rate, pool_share=pool_share)
