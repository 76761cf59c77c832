"""The mining calculator, looking ahead: one kind of machine on many simulated futures of coin price, network and fees.

What the static calculator promises at today's numbers stands beside it, so that the gap shows. Conventions:

- The same World as that of sites: difficulty answers profitability with a lag and may fall, halvings follow each path's block
  height, fees are a process of their own. Power price and contract stay as they are today.
- A machine is switched off in every month whose revenue is below its power cost, so that no month has a negative profit.
- Machines break down and are repaired while that costs less than a used one; they are not replaced. What they would fetch is told,
  and not counted as profit. Money is nominal, before tax, and coins are sold in the month in which they are mined.
- A machine is scrap from the first month after which it never earns again within the horizon. Towards the end of the horizon a
  machine that merely stands still counts as scrap, because nothing later is looked at.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np

from wattmint.calculators.mining.ageing import Ageing, BoolArray, ageing, last_months
from wattmint.calculators.mining.futures import Futures, futures_of, snapshot_of, world_from
from wattmint.calculators.mining.static import MiningCase, static_result
from wattmint.errors import InputError
from wattmint.facts.load import number, record
from wattmint.facts.prices import INDEX_FACTS
from wattmint.finance.returns import payback_months
from wattmint.market.installed import installed_inputs
from wattmint.provenance import MarketValue, UsedInput
from wattmint.risk.measures import Spread, spread
from wattmint.types import FloatArray
from wattmint.units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from wattmint.workloads.repair import WEAR_KEYS

MOST_MONTHS: Final = 240
"""Beyond twenty years nothing is known that a simulation could add to."""

PATHS: Final = 10**3
"""At which the bands are drawn to a few percent of their width."""

MOST_PATHS: Final = 20_000
"""Some tens of megabytes per quantity; the bands stop moving long before."""

_USED: Final = ("machine_scrap_share", *WEAR_KEYS)
_LAWS: Final = ("bitcoin-price", "hashrate", "fees")
_MARKET: Final = ("btc_usd", "difficulty", "network_hashrate_ehs", "fees_btc_per_block", "block_height")


@dataclass(frozen=True, slots=True)
class Bands:
    """A quantity over time: the quantiles of every month."""

    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class When:
    """A month that some paths reach: quantiles over all paths, None where that share of the paths does not reach it."""

    p10: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the static calculator says: every day like today.

    Attributes
    ----------
    profit_usd_per_machine_day : float
        May be negative.
    payback_months : float or None
        None when there is no profit or no known capital.
    lifetime_profit_usd : float
        All machines over the horizon, less capital; none of them dies. A loss is not run up: the machines stay off.
    """

    profit_usd_per_machine_day: float
    payback_months: float | None
    lifetime_profit_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MiningForecast:
    """What the machines earn on many futures.

    Attributes
    ----------
    machine : str
        Name, or what the user calls it.
    course : str
        ``random``, or ``median``: one path without shocks.
    start, months, paths, seed
        First month ``YYYY-MM``, the one after the snapshot's; horizon; number of futures; seed.
    capex_usd : float or None
        Of all machines; where it is unknown, profits are before capital and paybacks are None.
    month : tuple of int
        1 … months.
    hashprice_usd_per_ph_day : Bands
        Before fee and uptime.
    profit_usd_per_machine_day : Bands
        Of a machine that still lives; 0 while it is switched off.
    running_share : tuple of float
        Share of futures in which the machine earns in that month.
    breakeven_power_usd_per_kwh, reference_breakeven_usd_per_kwh : Bands
        Power price at which the machine, and one of the network's installed frontier under the same contract, earns nothing.
        The reference machine is replaced by better ones all the time; this one grows old beside it.
    marginal_breakeven_usd_per_kwh, marginal_j_per_th : Bands
        The same of the network's marginal machine, the worst tier at least half of which can afford to run; and its efficiency.
    network_running_share : Bands
        Share of the installed base that can afford to run.
    overtaken_months : When
        Months until the machine is worse than the marginal one for good.
    cumulative_usd : Bands
        After 0, 1 … months: profit of all machines so far, less capital.
    payback_months : When
        Months until the capital is back.
    payback_share, scrap_share : tuple of float
        Share of futures that have paid back, and in which the machine has earned its last, after 0, 1 … months.
    scrap_months : When
        Months until the machine never earns again.
    lifetime_profit_usd, roi : Spread
        All machines over the horizon, less capital; the same over capital (None where capital is unknown or zero).
    loss_probability : float
        Share of futures in which the capital does not come back within the horizon.
    resale_usd : Bands or None
        What all machines would fetch in each month, the dead as scrap; None where their price is unknown.
    halving_month : int or None
        Month in which the middle path's subsidy first falls.
    scrap_value_usd, lost_if_coin_dies_usd : float or None
        If the coin died tomorrow: what metal and power supplies fetch, and the rest of the capital.
    static : Promise
        Every day like today.
    inputs : tuple of UsedInput
        The forecast's own assumptions and those of the World.
    market : tuple of MarketValue
        Where all futures start.
    """

    machine: str
    course: str
    start: str
    months: int
    paths: int
    seed: int
    capex_usd: float | None
    month: tuple[int, ...]
    hashprice_usd_per_ph_day: Bands
    profit_usd_per_machine_day: Bands
    running_share: tuple[float, ...]
    breakeven_power_usd_per_kwh: Bands
    reference_breakeven_usd_per_kwh: Bands
    marginal_breakeven_usd_per_kwh: Bands
    marginal_j_per_th: Bands
    network_running_share: Bands
    overtaken_months: When
    cumulative_usd: Bands
    payback_months: When
    payback_share: tuple[float, ...]
    scrap_months: When
    scrap_share: tuple[float, ...]
    lifetime_profit_usd: Spread
    roi: Spread
    loss_probability: float
    resale_usd: Bands | None
    halving_month: int | None
    scrap_value_usd: float | None
    lost_if_coin_dies_usd: float | None
    static: Promise
    inputs: tuple[UsedInput, ...]
    market: tuple[MarketValue, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the forecast as plain dicts, lists, numbers and text: what ``--json`` prints, without the assumptions."""
        found = asdict(self)
        del found["inputs"], found["market"]
        return found


def forecast(
    case: MiningCase, machine: str, months: int = 60, paths: int = PATHS, seed: int = 1, course: Literal["random", "median"] = "random"
) -> MiningForecast:
    """Follow one kind of machine through many futures.

    Parameters
    ----------
    case : MiningCase
        Machine, contract and today's market. Where the market differs from the snapshot, the futures start from the case's.
    machine : str
        What the machine is called.
    months : int
        Horizon, 1 … `MOST_MONTHS`.
    paths : int
        Futures, 1 … `MOST_PATHS`; one for the median course.
    seed : int
        The same seed gives the same bits.
    course : {"random", "median"}
        ``median``: one path without shocks.

    Returns
    -------
    MiningForecast
        See the module's text for the conventions.

    Raises
    ------
    InputError
        When months, paths or seed are out of range, or the case is not bitcoin's on the schedule of the snapshot's height.
    """
    paths = 1 if course == "median" else paths
    for name, value, most in (("months", months, MOST_MONTHS), ("paths", paths, MOST_PATHS)):
        if not 1 <= value <= most:
            raise InputError(name, value, f"a whole number from 1 to {most:,}")
    snapshot = snapshot_of(case)
    start, world = world_from(snapshot, months, paths, seed, course)
    futures = futures_of(case, world)
    running = futures.breakeven > case.power_price_usd_per_kwh
    aged = ageing(case, world)
    net = _net(case, futures, aged, running)
    paid, scrap = payback_months(net), last_months(running)
    overtaken = last_months(world.marginal_j_per_th >= case.power_w / case.hashrate_ths)
    total, capex, lost = net.sum(axis=1), case.capex_usd, _scrap_value(case)
    return MiningForecast(
        machine=machine, course=course, start=start, months=months, paths=paths, seed=seed, capex_usd=capex,
        month=tuple(range(1, months + 1)),
        hashprice_usd_per_ph_day=_bands(futures.hashprice), profit_usd_per_machine_day=_bands(futures.profit),
        running_share=tuple(running.mean(axis=0).tolist()),
        breakeven_power_usd_per_kwh=_bands(futures.breakeven), reference_breakeven_usd_per_kwh=_bands(futures.reference),
        marginal_breakeven_usd_per_kwh=_bands(futures.marginal), marginal_j_per_th=_bands(world.marginal_j_per_th),
        network_running_share=_bands(world.running_share), overtaken_months=_when(overtaken),
        cumulative_usd=_bands(np.cumsum(net, axis=1)),
        payback_months=When(None, None, None) if capex is None else _when(np.where(np.isnan(paid), np.inf, paid)),
        payback_share=() if capex is None else _share_by(paid, months),
        scrap_months=_when(scrap), scrap_share=_share_by(scrap, months),
        lifetime_profit_usd=spread(total), roi=spread(total / capex) if capex else Spread(None, None, None, None),
        loss_probability=float((total < 0.0).mean()), halving_month=_halving(futures.subsidy, case.subsidy_btc),
        resale_usd=None if capex is None else _bands(aged.resale_usd),
        scrap_value_usd=lost, lost_if_coin_dies_usd=None if capex is None or lost is None else capex - lost,
        static=_promise(case, float(futures.days.sum())),
        inputs=_inputs(), market=tuple(value for value in snapshot.values if value.name in _MARKET),
    )  # fmt: skip


def _net(case: MiningCase, futures: Futures, aged: Ageing, running: BoolArray) -> FloatArray:
    """Flows of all machines, shape (paths, months + 1): capital on the first day, profits of those that work, repairs while they earn."""
    paths, months = futures.profit.shape
    net = np.empty((paths, months + 1))
    net[:, 0] = -(case.capex_usd or 0.0)
    net[:, 1:] = futures.profit * futures.days * aged.working * case.count - np.where(running, aged.repairs_usd, 0.0)
    return net


def _promise(case: MiningCase, days: float) -> Promise:
    today = static_result(case)
    months = None if today.payback_days is None else today.payback_days * MONTHS_PER_YEAR / DAYS_PER_YEAR
    lifetime = max(today.profit_usd_per_day, 0.0) * days - (case.capex_usd or 0.0)
    return Promise(profit_usd_per_machine_day=today.profit_usd_per_day / case.count, payback_months=months, lifetime_profit_usd=lifetime)


def _scrap_value(case: MiningCase) -> float | None:
    return None if case.capex_usd is None else case.capex_usd * number("defaults", "mining", "machine_scrap_share")


def _halving(subsidy: FloatArray, today_btc: float) -> int | None:
    fallen = np.median(subsidy, axis=0) < today_btc
    return int(fallen.argmax()) + 1 if fallen.any() else None


def _inputs() -> tuple[UsedInput, ...]:
    own = [record("defaults", "mining")[name].used() for name in _USED]
    laws = [fact.used() for name in _LAWS for fact in record("processes", name).values()]
    laws.append(record("processes", "shocks")["largest_shock_sd"].used())
    index = [record(table, name)[key].used() for table, name, key in INDEX_FACTS]
    return (*own, *index, record("snapshot", "market")["installed_frontier_j_per_th"].used(), *laws, *installed_inputs())


def _bands(values: FloatArray) -> Bands:
    low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
    return Bands(tuple(low.tolist()), tuple(middle.tolist()), tuple(high.tolist()))


def _when(months: FloatArray) -> When:
    # A quantile between a path that arrives and one that does not would be no number: take a path's own.
    found = np.quantile(months, (0.1, 0.5, 0.9), method="inverted_cdf")
    return When(*(float(month) if np.isfinite(month) else None for month in found))


def _share_by(months: FloatArray, horizon: int) -> tuple[float, ...]:
    """Share of paths whose month is reached after 0, 1 … horizon months; what is NaN or infinite never is."""
    return tuple((months[:, None] <= np.arange(horizon + 1)).mean(axis=0).tolist())
