"""The installed base of the network on the day of the snapshot: what was bought when, from the chain's past and the machine table.

In every month since `FIRST_MONTH` the network had to carry its difficulty: what the machines that had left, and the growth, left open was
bought. What was bought was what the table's machines of industrial size released in the year until a delivery time ago were on
average, each counting alike, as the Cambridge index counts models. The base of mid-2024 comes out at 26 J/TH; a survey of half the
network found 28.2 then (source `ccaf-mining-report-2025`), which this does not use.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from wattmint.facts.load import number, record, table
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, subsidy_sat
from wattmint.market.bitcoin import epochs, log_changes, monthly
from wattmint.market.clock import month_index
from wattmint.market.tiers import TIERS, Base, BaseLaw, affording, renewed
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.provenance import UsedInput
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_DAY, KWH_PER_MWH, MONTHS_PER_YEAR, SAT_PER_BTC, W_PER_KW

FIRST_MONTH: Final = "2017-01"
"""The machine table has no machine of industrial size before June 2016."""

FITTED_FROM: Final = "2018-01"
"""From here on the base has forgotten how it was started, and the lowest share that could afford to run is looked for."""

LEAST_POWER_W: Final = W_PER_KW
"""One kW; below, a machine is made for a home."""


@dataclass(frozen=True, slots=True)
class Installed:
    """The installed base of today, and the law by which it runs and renews.

    Attributes
    ----------
    law : BaseLaw
        For `wattmint.market.tiers`.
    base : Base
        Shape (1, TIERS) each, on the day of the snapshot.
    log_j_new : float
        Log J/TH of the machines that arrive then.
    month : tuple of str
        Months of the past from `FIRST_MONTH`, ``YYYY-MM``.
    j_per_th, running_share : FloatArray
        By those months: mean efficiency of the base, and the share of it that could afford to run.
    """

    law: BaseLaw
    base: Base
    log_j_new: float
    month: tuple[str, ...]
    j_per_th: FloatArray
    running_share: FloatArray


@cache
def installed() -> Installed:
    """Return the installed base, worked out once.

    Returns
    -------
    Installed
        From the embedded tables alone; what a site file overrides does not enter.
    """
    past = monthly()
    first = past.month.index(FIRST_MONTH)
    months = past.month[first:]
    law = _law(ordinary_share=1.0)
    bought = _log_j_bought(month_index(FIRST_MONTH), month_index(record("snapshot", "market")["network_hashrate_ehs"].as_of))
    changes = log_changes(len(bought) - 1)[1]
    base = Base(np.full((1, TIERS), 1.0 / TIERS), np.full((1, TIERS), bought[0]))
    hashprice = _log_hashprice()[first:]
    mean_j, running = np.empty(len(months)), np.empty(len(months))
    for t in range(len(bought)):
        if t > 0:
            base = renewed(base, changes[t - 1 : t], bought[t : t + 1], law.turnover)
        if t < len(months):
            mean_j[t] = float((base.share * np.exp(base.log_j_per_th)).sum())
            running[t] = float((base.share * affording(base, hashprice[t : t + 1], law)).sum())
    ordinary = float(running[months.index(FITTED_FROM) :].min())
    return Installed(_law(ordinary), base, float(bought[-1]), months, mean_j, running)


def installed_inputs() -> tuple[UsedInput, ...]:
    """Return the rows beside the tables of machines and months, and the network's law, that the base is made of."""
    rows = [record("machine_modes", "air")[key] for key in ("low_mode_power_share", "low_mode_hashrate_share")]
    return tuple(fact.used() for fact in (record("defaults", "mining")["machine_life_months"], *rows))


def _law(ordinary_share: float) -> BaseLaw:
    low_mode = record("machine_modes", "air")
    saving = float(low_mode["low_mode_power_share"].value) / float(low_mode["low_mode_hashrate_share"].value)
    usd_per_kwh = number("processes", "hashrate", "miner_power_usd_per_mwh") / KWH_PER_MWH
    # USD per PH and day at which 1 J/TH pays so much per kWh: 1 J/TH is 1 kW per PH/s; in low-power mode it draws less per hash.
    return BaseLaw(
        turnover=TIERS / number("defaults", "mining", "machine_life_months"),
        steepness=math.pi / (math.sqrt(3.0) * number("processes", "hashrate", "miner_power_log_sd")),
        log_median_cost=math.log(usd_per_kwh * HOURS_PER_DAY * saving),
        log_ordinary_share=math.log(ordinary_share),
    )


def _log_j_bought(first: int, last: int) -> FloatArray:
    """Log of what is bought in each month, from one to another. It never gets worse: a poor year's machines leave the better ones on sale."""
    machines = [facts for facts in table("machines").values() if facts["algorithm"].value == "sha-256" and "release_date" in facts]
    large = [facts for facts in machines if float(facts["power_w"].value) >= LEAST_POWER_W]
    released = np.array([_release_month(str(facts["release_date"].value)) for facts in large])
    j_per_th = np.array([float(facts["efficiency_j_per_th"].value) for facts in large])
    lag = int(number("processes", "hashrate", "machine_delivery_lag_months"))
    out = np.full(last - first + 1, np.inf)
    for t, month in enumerate(range(first, last + 1)):
        on_sale = (released <= month - lag) & (released > month - lag - MONTHS_PER_YEAR)
        best_before = out[t - 1] if t > 0 else np.inf
        out[t] = min(best_before, float(np.log(j_per_th[on_sale].mean()))) if on_sale.any() else best_before
    out[np.isinf(out)] = out[np.isfinite(out)][0]
    return out


def _release_month(date: str) -> int:
    """Month of a release; a year alone stands for its middle."""
    return month_index(date) if len(date) > len("YYYY") else month_index(f"{date}-07")


def _log_hashprice() -> FloatArray:
    """Log USD/PH/day of each month of the table, fees counted where they are known."""
    past, chain = monthly(), epochs()
    starts = np.array([np.datetime64(f"{month}-15", "s").astype(np.int64) for month in past.month])
    height = np.interp(starts, chain.start_time_s, chain.start_height)
    subsidy = np.array([subsidy_sat(int(h) // HALVING_INTERVAL_BLOCKS * HALVING_INTERVAL_BLOCKS) / SAT_PER_BTC for h in height])
    fees = np.nan_to_num(past.fees_btc_per_block)
    return np.asarray(np.log(past.btc_usd * hashprice_btc_per_ph_day(past.difficulty, subsidy + fees)))
