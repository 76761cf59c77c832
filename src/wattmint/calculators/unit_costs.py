"""The cost stacks of both tokens, side by side: a million AI tokens, a bitcoin, and what a transaction pays its miners.

All three in the same lines, with the same price of power and the same interest:

- A million AI tokens is the serving calculator's, read and written as a request reads and writes them.
- A bitcoin is found by one kind of machine on a day like the snapshot's: machines and works paid back in equal instalments over their
  lives, power, repairs, staff, and the pool's fee. Repairs are those of a new machine: breakdowns that cannot be repaired buy a new one.
- A transaction's share of the network's takings: its fee and its part of the new coins, over the transactions of a block. What stands behind
  it is the cost of the bitcoins found with it, by that same machine. A block costs the same with one transaction or four thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wattmint.calculators.chain.transfer import Transfer, transfer
from wattmint.calculators.limits import checked
from wattmint.calculators.mining.static import MiningCase, case_of_machine, static_result
from wattmint.calculators.serving.case import ServeAnswer, serve
from wattmint.calculators.serving.money import LINES, instalment
from wattmint.errors import InputError
from wattmint.facts.fact import Fact
from wattmint.facts.load import attribute, record, table
from wattmint.facts.prices import machine_price
from wattmint.market.snapshot import Snapshot
from wattmint.provenance import UsedInput
from wattmint.units import DAYS_PER_YEAR, HOURS_PER_DAY, KWH_PER_MWH, W_PER_KW, W_PER_MW

MACHINES, NETWORK, REPAIRS, WORKS, POWER, STAFF, POOL = (
    "machines", "network and storage", "repairs", "works", "power", "staff and upkeep", "pool fee",
)  # fmt: skip
COST_LINES: Final = (MACHINES, NETWORK, REPAIRS, WORKS, POWER, STAFF, POOL)
"""Lines of every stack, in their order."""

TOKENS, COIN, TRANSACTION = "a million AI tokens", "a bitcoin", "a transaction"

_OF_SERVING: Final = dict(zip(LINES, (MACHINES, NETWORK, WORKS, POWER, STAFF), strict=True))
_MINE: Final = (
    "site_capex_usd_per_mw", "site_life_months", "opex_usd_per_mw_year", "machine_life_months", "machine_failures_per_year",
    "machine_write_off_share", "repair_usd_per_kw", "pool_fee", "uptime",
)  # fmt: skip
"""Defaults of a mine that its stack rests on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which tokens and which machines.

    Attributes
    ----------
    model, gpu, precision : str
        As for `wattmint.calculators.serving.case.serve`.
    gpus : int
        Accelerators.
    isl, osl : float
        Tokens read and written per request.
    tpot_ms : float
        Longest wait for a further token, within which as many requests are served at once as pay best.
    machine : str
        Row of the facts table `machines`, of bitcoin's algorithm.
    power_price_usd_per_kwh, discount_rate : float or None
        Of both; the cited defaults of the serving calculator when left out.
    """

    model: str = "llama-3.3-70b"
    gpu: str = "h200-sxm"
    precision: str = "fp8"
    gpus: int = 8
    isl: float = 1024
    osl: float = 1024
    tpot_ms: float = 50.0
    machine: str = "antminer-s21-xp"
    power_price_usd_per_kwh: float | None = None
    discount_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """What one token costs and fetches [USD].

    Attributes
    ----------
    name, how : str
        What it is, and by whom it is made.
    lines : mapping of str to float
        `COST_LINES`; they sum to `cost`.
    fetches : mapping of str to float
        What it brings in, by cause; empty where nobody sells it.
    """

    name: str
    how: str
    lines: Mapping[str, float]
    fetches: Mapping[str, float]

    @property
    def cost(self) -> float:
        """All lines together."""
        return sum(self.lines.values())

    @property
    def fetched(self) -> float | None:
        """All that it brings in; None where nobody sells it."""
        return sum(self.fetches.values()) if self.fetches else None


@dataclass(frozen=True, slots=True)
class UnitCosts:
    """The stacks, and what they rest on.

    Attributes
    ----------
    stacks : tuple of Stack
        A million tokens, a bitcoin, a transaction.
    kwh : tuple of tuple of float
        Energy of each, as (low, guess, high); the tokens' and the coin's are those of the machines named, the transaction's the network's.
    coins_per_transaction : float
        Subsidy and fees of a block over its transactions.
    inputs : tuple of UsedInput
        Numbers with their sources.
    """

    stacks: tuple[Stack, Stack, Stack]
    kwh: tuple[tuple[float, float, float], ...]
    coins_per_transaction: float
    inputs: tuple[UsedInput, ...]


def unit_costs(asked: Question, snapshot: Snapshot) -> UnitCosts:
    """Return the cost stacks of both tokens and of a transaction.

    Parameters
    ----------
    asked : Question
        Which tokens and machines.
    snapshot : Snapshot
        Coin price, difficulty and fees.

    Returns
    -------
    UnitCosts
        All in USD of the snapshot's day.

    Raises
    ------
    UnknownNameError
        An unknown model, accelerator or machine; the nearest names are suggested.
    InputError
        A number out of range, a machine or accelerator without a known price, or a model that does not fit.
    """
    same = {name: value for name in ("power_price_usd_per_kwh", "discount_rate") if (value := getattr(asked, name)) is not None}
    served = serve(
        asked.model, asked.gpu, gpus=asked.gpus, precision=asked.precision, isl=asked.isl, osl=asked.osl, tpot_ms=checked("tpot_ms", asked.tpot_ms),
        **same,
    )  # fmt: skip
    case = case_of_machine(asked.machine, snapshot, power_price_usd_per_kwh=served.terms.power_price_usd_per_kwh)
    coin = coin_stack(asked.machine, case, served.terms.discount_rate)
    moved = transfer(snapshot)
    stacks = (token_stack(asked, served), coin, transaction_stack(coin, case, moved))
    terms = served.terms
    hours_per_mtok = served.costs["usd_per_mtok"] / sum(served.costs["usd_per_gpu_h"].values())
    per_token = served.costs["it_mwh_per_gpu_h"] * KWH_PER_MWH * terms.pue * hours_per_mtok
    per_coin = case.power_w / W_PER_KW * case.pue * HOURS_PER_DAY * case.uptime / _coins_per_day(case)
    kwh = ((per_token,) * 3, (per_coin,) * 3, moved.kwh)
    return UnitCosts(stacks, kwh, _coins_per_transaction(case, moved), _inputs(asked, served, case))


def token_stack(asked: Question, served: ServeAnswer) -> Stack:
    """Return the stack of a million tokens, read and written as a request does.

    Parameters
    ----------
    asked : Question
        Lengths of requests.
    served : ServeAnswer
        From the serving calculator.

    Returns
    -------
    Stack
        Repairs are within staff and upkeep; nobody pools.

    Raises
    ------
    InputError
        No price is known for the accelerator.
    """
    if served.costs["usd_per_mtok"] is None:
        raise InputError("gpu", asked.gpu, "an accelerator with a known price")
    lines = dict.fromkeys(COST_LINES, 0.0) | {_OF_SERVING[line]: usd for line, usd in served.costs["usd_per_mtok_lines"].items()}
    prices = served.market.prices
    how = (
        f"{served.case['model']} on {served.case['gpus']} {served.case['gpu']}, {served.case['precision']}, {served.terms.utilisation:.0%} of it sold"
    )
    if prices is None:
        return Stack(TOKENS, how, lines, {})
    read, written = prices.usd_per_mtok
    return Stack(TOKENS, how, lines, {"market price": (read * asked.isl + written * asked.osl) / (asked.isl + asked.osl)})


def coin_stack(machine: str, case: MiningCase, discount_rate: float) -> Stack:
    """Return the stack of a bitcoin found, before the pool takes its fee.

    Parameters
    ----------
    machine : str
        Row of the facts table `machines`.
    case : MiningCase
        One machine of it on the snapshot's day.
    discount_rate : float
        Interest per year on machines and works.

    Returns
    -------
    Stack
        Per coin.

    Raises
    ------
    InputError
        No price is known for the machine.
    """
    if case.capex_usd is None:
        raise InputError("machine", machine, "a machine with a known price")
    mine = {name: float(fact.value) for name, fact in record("defaults", "mining").items() if name in _MINE}
    mw, coins = case.power_w * case.pue / W_PER_MW, _coins_per_day(case)
    failures, gone = mine["machine_failures_per_year"], mine["machine_write_off_share"]
    yearly = {
        MACHINES: case.capex_usd * instalment(mine["machine_life_months"], discount_rate),
        NETWORK: 0.0,
        REPAIRS: failures * (gone * case.capex_usd + (1.0 - gone) * mine["repair_usd_per_kw"] * case.power_w / W_PER_KW),
        WORKS: mine["site_capex_usd_per_mw"] * mw * instalment(mine["site_life_months"], discount_rate),
        POWER: static_result(case).power_cost_usd_per_day * DAYS_PER_YEAR,
        STAFF: mine["opex_usd_per_mw_year"] * mw,
        POOL: case.pool_fee * coins * case.btc_usd * DAYS_PER_YEAR,
    }
    lines = {line: usd / (coins * DAYS_PER_YEAR) for line, usd in yearly.items()}
    return Stack(COIN, f"{record('machines', machine)['name'].value}, difficulty {case.difficulty:.4g}", lines, {"coin price": case.btc_usd})


def transaction_stack(coin: Stack, case: MiningCase, moved: Transfer) -> Stack:
    """Return what a transaction brings the network, and what the coins found with it cost.

    Parameters
    ----------
    coin : Stack
        Of a bitcoin.
    case : MiningCase
        Its market.
    moved : Transfer
        Transactions per block.

    Returns
    -------
    Stack
        Fetched are the fee and the transaction's part of the new coins, which all holders pay together.
    """
    coins = _coins_per_transaction(case, moved)
    fetches = {"fee": case.fees_btc_per_block, "new coins": case.subsidy_btc}
    how = f"{moved.transactions_per_block:,.0f} to a block; costs of {coin.how}"
    lines = {line: usd * coins for line, usd in coin.lines.items()}
    return Stack(TRANSACTION, how, lines, {name: btc * case.btc_usd / moved.transactions_per_block for name, btc in fetches.items()})


def _coins_per_day(case: MiningCase) -> float:
    """Return the coins that one machine finds in a day, the pool's part included."""
    return static_result(case).btc_per_day / (1.0 - case.pool_fee)


def _coins_per_transaction(case: MiningCase, moved: Transfer) -> float:
    return (case.subsidy_btc + case.fees_btc_per_block) / moved.transactions_per_block


def _inputs(asked: Question, served: ServeAnswer, case: MiningCase) -> tuple[UsedInput, ...]:
    market = served.market.prices
    facts = [] if market is None else [market.read, market.written]
    mine, machine = record("defaults", "mining"), record("machines", asked.machine)
    facts += [mine[name] for name in _MINE] + [machine[name] for name in ("hashrate_ths", "power_w")]
    price = machine_price(asked.machine, case.power_w / case.hashrate_ths)
    facts += [price] if price is not None else []
    facts.append(table("fee_rates")[list(table("fee_rates"))[-1]]["transactions_per_block"])
    day = record("snapshot", "market")
    numbers = {"btc_usd": case.btc_usd, "difficulty": case.difficulty, "fees_btc_per_block": case.fees_btc_per_block}
    shown = [_market_input(name, value, day) for name, value in numbers.items()]
    limit = UsedInput("tpot_ms", asked.tpot_ms, "ms", "given", "given")
    used = (*served.inputs, *served.hardware, limit, *shown, *(fact.used() for fact in facts))
    return tuple(dict.fromkeys(used))


def _market_input(name: str, value: float, day: Mapping[str, Fact]) -> UsedInput:
    if name in day and day[name].value == value:
        return day[name].used()
    return UsedInput(name, value, attribute(name).unit, day["network_hashrate_ehs"].source, "derived")
