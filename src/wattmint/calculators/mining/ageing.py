"""How a mining machine grows old beside the network: the marginal machine it is measured against, its repairs, and what it would fetch.

The network's marginal machine is the worst tier of the installed base at least half of which can afford its power
(`wattmint.market.tiers`). A machine is overtaken once it is worse than that for good: then most machines like it are off, and it runs
only where power is cheaper than most miners'. Repairs and resale follow the rules of sites (`wattmint.workloads.repair`,
`wattmint.workloads.resale`).
"""

from dataclasses import dataclass

import numpy as np

from wattmint.calculators.mining.static import MiningCase
from wattmint.facts.load import number
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.types import FloatArray, World
from wattmint.units import HOURS_PER_DAY, W_PER_KW, W_PER_MW
from wattmint.workloads.repair import WEAR_KEYS, Wear, worn
from wattmint.workloads.resale import Quote, index_usd_per_th, resale_usd_per_mw

BoolArray = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
"""Yes or no by path and month."""


@dataclass(frozen=True, slots=True)
class Ageing:
    """What age does to a case's machines, each of shape (paths, months).

    Attributes
    ----------
    working : FloatArray
        Share of the machines that can run: neither scrapped nor under repair.
    repairs_usd : FloatArray
        What repairing all of them costs in a month.
    resale_usd : FloatArray
        What all of them fetch in a month: the living as machines, the dead as scrap.
    """

    working: FloatArray
    repairs_usd: FloatArray
    resale_usd: FloatArray


def ageing(case: MiningCase, world: World) -> Ageing:
    """Follow a case's machines through their repairs.

    Parameters
    ----------
    case : MiningCase
        Its capital is what the machines are worth new; where none is known, the index of machine prices says what repairs are worth.
    world : World
        Hashprice and frontier by path and month.

    Returns
    -------
    Ageing
    """
    power_mw = case.power_w * case.count / W_PER_MW
    quote = _quote(case, power_mw)
    life_months = number("defaults", "mining", "machine_life_months")
    wear = Wear(*(number("defaults", "mining", key) for key in WEAR_KEYS))
    hashprice = world.btc_usd * hashprice_btc_per_ph_day(world.difficulty, world.subsidy_btc + world.fees_btc_per_block)
    earns = _usd_per_mwh(hashprice, quote.efficiency_j_per_th)
    left, efficiency = np.ones(world.paths), np.full(world.paths, quote.efficiency_j_per_th)
    found = Ageing(*(np.empty((world.paths, world.months)) for _ in Ageing.__dataclass_fields__))
    for t in range(world.months):
        life_left = np.full(world.paths, max(1.0 - t / life_months, 0.0))
        worth = resale_usd_per_mw(quote, efficiency, life_left, world.frontier_factor[:, t], earns[:, t])
        month = worn(wear, left, np.full(world.paths, float(t)), 1, worth - quote.scrap_usd_per_mw)
        left = month.left
        found.working[:, t], found.repairs_usd[:, t] = month.working[:, 0], month.repairs_usd_per_mw[:, 0] * power_mw
        found.resale_usd[:, t] = (left * worth + (1.0 - left) * quote.scrap_usd_per_mw) * power_mw
    return found


def last_months(holds: BoolArray) -> FloatArray:
    """Return the number of months after which something never holds again: a machine earns, or is no worse than the marginal one.

    Parameters
    ----------
    holds : BoolArray, shape (paths, months)
        Whether it does in a month.

    Returns
    -------
    FloatArray, shape (paths,)
        0 where it never holds; infinite where it still holds in the last month.
    """
    months = holds.shape[1]
    last = months - np.argmax(holds[:, ::-1], axis=1).astype(np.float64)
    last[last == months] = np.inf
    return np.where(holds.any(axis=1), last, 0.0)


def _quote(case: MiningCase, power_mw: float) -> Quote:
    efficiency = case.power_w / case.hashrate_ths
    usd_per_mw = case.capex_usd / power_mw if case.capex_usd else float(index_usd_per_th(np.full(1, efficiency))[0]) * W_PER_MW / efficiency
    earned = _usd_per_mwh(np.full(1, number("snapshot", "market", "hashprice_usd_per_ph_day")), efficiency)
    return Quote(efficiency, usd_per_mw, float(earned[0]), number("defaults", "mining", "machine_scrap_share"))


def _usd_per_mwh(hashprice_usd_per_ph_day: FloatArray, efficiency_j_per_th: float) -> FloatArray:
    return np.asarray(hashprice_usd_per_ph_day / HOURS_PER_DAY * W_PER_KW / efficiency_j_per_th)
