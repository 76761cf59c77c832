"""The power behind the network's hashes: nobody meters it, so it is an estimate between two bounds, by Cambridge's method (CBECI).

- low: every machine is as good as the best that can be bought.
- guess: the machines in use are those of the table which are at most five years old and earn more than their power costs, each with the
  same weight; nobody knows how many of each there are.
- high: every machine is as bad as power at that price allows.

The power of the machines alone; CBECI adds 1 to 20 % for cooling.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from wattmint.calculators.mining.coins import coin
from wattmint.calculators.mining.static import BITCOIN
from wattmint.facts.fact import Fact
from wattmint.facts.load import number, record, table
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import hashprice_btc_per_ph_day
from wattmint.units import HASHES_PER_EH, HASHES_PER_TH, HOURS_PER_DAY, MONTHS_PER_YEAR, SAT_PER_BTC, TH_PER_PH, W_PER_KW, W_PER_MW

LONGEST_MONTHS: Final = 5 * MONTHS_PER_YEAR
"""Age beyond which a machine is not counted (CBECI)."""


@dataclass(frozen=True, slots=True)
class NetworkEnergy:
    """Energy per terahash and power, as (low, guess, high).

    Attributes
    ----------
    j_per_th : tuple of float
        Of the machines in use.
    power_mw : tuple of float
        Of all of them.
    machines : int
        Kinds behind the guess.
    power_price_usd_per_kwh : float
        Assumed for all.
    """

    j_per_th: tuple[float, float, float]
    power_mw: tuple[float, float, float]
    machines: int
    power_price_usd_per_kwh: float


def network_energy(snapshot: Snapshot) -> NetworkEnergy:
    """Return the estimate on the day of a snapshot.

    Parameters
    ----------
    snapshot : Snapshot
        Hashrate and hashprice.

    Returns
    -------
    NetworkEnergy
        See the module's text.
    """
    price = number("defaults", "calculator", "power_price_usd_per_kwh")
    reward = subsidy_sat(int(snapshot.height)) / SAT_PER_BTC + snapshot.fees_btc_per_block
    hashprice = snapshot.btc_usd * hashprice_btc_per_ph_day(snapshot.difficulty, reward)
    most = hashprice / TH_PER_PH / HOURS_PER_DAY / price * W_PER_KW
    shipped = record("snapshot", "market")
    today = _month(str(shipped["network_hashrate_ehs"].as_of))
    algorithm = coin(BITCOIN).algorithm
    known = (facts for facts in table("machines").values() if facts["algorithm"].value == algorithm and "release_date" in facts)
    used = [_efficiency(facts) for facts in known if 0 <= today - _month(str(facts["release_date"].value)) <= LONGEST_MONTHS]
    running = [one for one in used if one < most]
    j_per_th = (float(shipped["frontier_j_per_th"].value), fmean(running), most)
    ths = snapshot.network_hashrate_ehs * (HASHES_PER_EH / HASHES_PER_TH)
    low, guess, high = (one * ths / W_PER_MW for one in j_per_th)
    return NetworkEnergy(j_per_th, (low, guess, high), len(running), price)


def _month(date: str) -> int:
    """Return months since the year 0 of ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``; a bare year counts as its middle."""
    year, month, *_ = [int(part) for part in date.split("-")] + [math.ceil(MONTHS_PER_YEAR / 2)]
    return year * MONTHS_PER_YEAR + month


def _efficiency(facts: Mapping[str, Fact]) -> float:
    return float(facts["power_w"].value) / float(facts["hashrate_ths"].value)
