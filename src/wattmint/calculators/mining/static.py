"""The mining calculator, static: what a fleet earns on a day like the snapshot's, by the formulas that every such calculator uses.

Conventions, so that two calculators can be compared:

- Coins: hashrate × time ÷ expected hashes per block × (subsidy + fees), with the chain's exact expected hashes (not the
  habitual difficulty × 2^32, which pays 1.5e-5 more).
- ``revenue = hashprice × PH/s × days × uptime × (1 − pool fee) × (1 − stale rate)``; the hashprice is the network's, before fee and uptime.
- Uptime scales energy too: a machine that is off draws nothing. So it moves revenue, cost and payback, but no break-even.
- Power cost is the machines' power at the plug × PUE × (power price + hosting fee).
- A host's profit share is taken from a day's profit while there is one; a loss is the miner's alone.
- Of the pool schemes only PPS changes the mean: it keeps the transaction fees. What luck does is `wattmint.calculators.mining.pools`' matter.
- What is left out takes a cited default: the machine's own figures, the snapshot's market, the subsidy of the snapshot's block
  height, and the rows ``mining`` and ``calculator`` of the facts table `defaults`.
- Nothing changes over time here: no difficulty path, no halving (`wattmint.calculators.mining.life` has the halving).
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from wattmint.calculators.limits import check_together, checked
from wattmint.calculators.mining.coins import check_machine, coin
from wattmint.calculators.mining.pools import SCHEMES
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number, record
from wattmint.facts.prices import machine_price
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import HASHES_PER_UNIT_DIFFICULTY, hashprice_btc_per_ph_day
from wattmint.scenario.refusal import Words
from wattmint.units import HOURS_PER_DAY, SAT_PER_BTC, TH_PER_PH, W_PER_KW

BITCOIN: Final = "bitcoin"
"""Row of the facts table `coins`. Others are the matter of `wattmint.calculators.mining.coin_mining`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningCase:
    """Machines of one kind (or the mean machine of a merged fleet), their contract, and the market of the day.

    Attributes
    ----------
    hashrate_ths, power_w : float
        Of one machine, at the plug.
    count : float
        Machines.
    power_price_usd_per_kwh : float
        All-in price of energy.
    btc_usd, difficulty, subsidy_btc, fees_btc_per_block : float
        The market; subsidy and fees per block.
    pool_fee : float
        Share of the reward that the pool keeps.
    uptime : float
        Share of the hours in which the machines run; scales coins and energy.
    capex_usd : float or None
        What all machines cost together; None when unknown.
    stale_rate : float
        Share of the work that comes too late to be paid.
    pue : float
        Site power over machine power.
    hosting_fee_usd_per_kwh : float
        What a host charges per kWh on top of the power price.
    profit_share : float
        Share of a day's profit that the host takes.
    expected_hashes_per_difficulty : float
        Of the coin: expected hashes per block at difficulty 1.
    pool_scheme : str
        One of `wattmint.calculators.mining.pools.SCHEMES`.
    """

    hashrate_ths: float
    power_w: float
    count: float = 1
    power_price_usd_per_kwh: float
    btc_usd: float
    difficulty: float
    subsidy_btc: float
    fees_btc_per_block: float
    pool_fee: float
    uptime: float
    capex_usd: float | None = None
    stale_rate: float = 0.0
    pue: float = 1.0
    hosting_fee_usd_per_kwh: float = 0.0
    profit_share: float = 0.0
    expected_hashes_per_difficulty: float = HASHES_PER_UNIT_DIFFICULTY
    pool_scheme: str = "fpps"


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningResult:
    """What the case earns, per day and for all machines together.

    Attributes
    ----------
    btc_per_day : float
        Expected coins after uptime, stale work and the pool's fee.
    revenue_usd_per_day : float
        Their value.
    power_cost_usd_per_day : float
        Energy × (power price + hosting fee), uptime and PUE included.
    profit_usd_per_day : float
        Revenue less power cost, less the host's share of it while it is positive.
    hashprice_usd_per_ph_day : float
        What one PH/s earns in a day before fee, stale work and uptime.
    breakeven_power_usd_per_kwh : float
        Power price at which profit is zero: revenue per kWh less the hosting fee.
    breakeven_btc_usd : float
        Coin price at which profit is zero.
    cost_per_btc_usd : float
        Power cost per bitcoin mined. Static profit has no other cost, so it equals `breakeven_btc_usd`.
    payback_days : float or None
        Capital over profit per day; None when there is no profit, or no known capital.
    """

    btc_per_day: float
    revenue_usd_per_day: float
    power_cost_usd_per_day: float
    profit_usd_per_day: float
    hashprice_usd_per_ph_day: float
    breakeven_power_usd_per_kwh: float
    breakeven_btc_usd: float
    cost_per_btc_usd: float
    payback_days: float | None


def static_result(case: MiningCase) -> MiningResult:
    """Return what a case earns on a day like today.

    Parameters
    ----------
    case : MiningCase
        As made by `case_of_machine`, which checks ranges; nothing is checked here.

    Returns
    -------
    MiningResult
        See the module's text for the conventions.
    """
    in_bitcoin_s_unit = case.difficulty * (case.expected_hashes_per_difficulty / HASHES_PER_UNIT_DIFFICULTY)
    btc_per_ph_day = hashprice_btc_per_ph_day(in_bitcoin_s_unit, case.subsidy_btc + case.fees_btc_per_block)
    paid_per_ph_day = hashprice_btc_per_ph_day(in_bitcoin_s_unit, case.subsidy_btc) if case.pool_scheme == "pps" else btc_per_ph_day
    ph_per_s = case.hashrate_ths * case.count / TH_PER_PH
    btc = paid_per_ph_day * ph_per_s * case.uptime * (1.0 - case.pool_fee) * (1.0 - case.stale_rate)
    revenue = btc * case.btc_usd
    kwh = case.power_w * case.count * case.pue / W_PER_KW * HOURS_PER_DAY * case.uptime
    cost = kwh * (case.power_price_usd_per_kwh + case.hosting_fee_usd_per_kwh)
    profit = after_profit_share(revenue - cost, case.profit_share)
    return MiningResult(
        btc_per_day=btc,
        revenue_usd_per_day=revenue,
        power_cost_usd_per_day=cost,
        profit_usd_per_day=profit,
        hashprice_usd_per_ph_day=btc_per_ph_day * case.btc_usd,
        breakeven_power_usd_per_kwh=revenue / kwh - case.hosting_fee_usd_per_kwh,
        breakeven_btc_usd=cost / btc,
        cost_per_btc_usd=cost / btc,
        payback_days=_payback(case.capex_usd, profit),
    )


def after_profit_share(profit_usd: float, profit_share: float) -> float:
    """Return what a host's share leaves of a profit; a loss stays whole.

    Parameters
    ----------
    profit_usd : float
        Before the share.
    profit_share : float
        0 … 1.

    Returns
    -------
    float
        USD.
    """
    return profit_usd * (1.0 - profit_share) if profit_usd > 0.0 else profit_usd


def case_of_machine(machine: str | None, snapshot: Snapshot, *, pool_scheme: str = "fpps", **given: float | None) -> MiningCase:
    """Return the case of machines of one kind.

    Parameters
    ----------
    machine : str or None
        Row of the facts table `machines`; None when hashrate and power are given.
    snapshot : Snapshot
        The market where `given` does not say otherwise.
    pool_scheme : str
        One of `SCHEMES`; solo on a node of one's own has no fee unless one is given.
    **given : float or None
        Fields of `MiningCase` by name; None takes the default. Hashrate and power given beside a machine replace its
        nominal figures, and its price stays that of the nominal hashrate.

    Returns
    -------
    MiningCase
        Within the data dictionary's ranges.

    Raises
    ------
    UnknownNameError
        If there is no such machine or scheme.
    InputError
        If the machine does not mine bitcoin, or a number is missing, or outside its range; the message says which, and the range.
    """
    if pool_scheme not in SCHEMES:
        raise UnknownNameError("pool_scheme", pool_scheme, SCHEMES)
    values = {name: checked(name, value) for name, value in given.items() if value is not None}
    bitcoin = coin(BITCOIN)
    if machine is not None:
        check_machine(bitcoin, machine)
    nominal = _nominal(machine)
    for name in ("hashrate_ths", "power_w"):
        if name not in values and machine is None:
            raise InputError(name, Words("(left out)"), "needed, unless a machine is named")
    full: dict[str, Any] = _defaults(snapshot, pool_scheme) | nominal | values
    check_together(full, bitcoin.j_per_th)
    if "capex_usd" not in full:
        full["capex_usd"] = _capex_usd(machine, (nominal or full)["hashrate_ths"], (nominal or full)["power_w"], full.get("count", 1))
    return MiningCase(**full, pool_scheme=pool_scheme)


def _payback(capex_usd: float | None, profit_usd_per_day: float) -> float | None:
    if capex_usd is None or profit_usd_per_day <= 0.0:
        return None
    days = capex_usd / profit_usd_per_day
    return days if math.isfinite(days) else None


def _nominal(machine: str | None) -> dict[str, float]:
    if machine is None:
        return {}
    facts = record("machines", machine, field="machine")
    return {name: float(facts[name].value) for name in ("hashrate_ths", "power_w")}


def _defaults(snapshot: Snapshot, pool_scheme: str) -> dict[str, float]:
    return {
        "power_price_usd_per_kwh": number("defaults", "calculator", "power_price_usd_per_kwh"),
        "btc_usd": snapshot.btc_usd,
        "difficulty": snapshot.difficulty,
        "subsidy_btc": subsidy_sat(int(snapshot.height)) / SAT_PER_BTC,
        "fees_btc_per_block": snapshot.fees_btc_per_block,
        "pool_fee": 0.0 if pool_scheme == "solo" else number("defaults", "mining", "pool_fee"),
        "uptime": number("defaults", "mining", "uptime"),
    }


def _capex_usd(machine: str | None, hashrate_ths: float, power_w: float, count: float) -> float | None:
    price = machine_price(machine, power_w / hashrate_ths)
    return None if price is None else float(price.value) * hashrate_ths * count
