"""What it costs to rewrite blocks: the odds of the race, the rent of the hash power, and the machines one would have to own.

Conventions:

- The attacker starts with nothing in advance and must end one block ahead. It gives up when the gap reaches a limit, chosen so that the
  payment which the attack must steal to break even is the smallest.
- Rented hash power is taken from those who mine already, so blocks keep coming every ten minutes; bought machines come on top, so blocks
  come faster until the next retarget.
- Rent is the hashprice, what the owners of the machines would have earned: the expected blocks of the attacker times what a block pays. No
  premium is added, because none is known; nobody rents out a tenth of the network, so this is a lower bound.
- Blocks of an attack that succeeds are on the chain and pay like any other; those of one that fails are lost. The coin price may fall when
  the attack is seen (`price_fall`); by default it does not.
- Difficulty is taken as constant, which holds up to 2,016 blocks.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from wattmint.calculators.limits import checked
from wattmint.errors import InputError
from wattmint.facts.load import number, record
from wattmint.facts.prices import machine_price
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import BLOCK_INTERVAL_S, hashprice_btc_per_ph_day
from wattmint.physics.race import RaceOdds, race_odds, rosenfeld
from wattmint.units import HASHES_PER_EH, HASHES_PER_TH, HOURS_PER_DAY, SAT_PER_BTC, SECONDS_PER_HOUR, TH_PER_PH, W_PER_MW

LEAD: Final = 1
"""The attacker starts with nothing and must end one block ahead."""

MOST_PATIENCE: Final = 150
"""Largest gap, beyond the blocks to rewrite, at which giving up is tried: more changes nothing that could be seen."""

DEFAULT_MACHINE: Final = "antminer-s21-xp"

_DIGITS: Final = 9
"""Of blocks; of limits that cost the same but for rounding the smallest is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteCost:
    """An attack and its price.

    Attributes
    ----------
    share : float
        Of the hash power, the attacker's.
    blocks : int
        Confirmations to rewrite.
    price_fall : float
        Share of the coin price that is lost when the attack is seen.
    success_ever : float
        Probability when it never gives up.
    give_up : int
        Gap at which it gives up.
    success : float
        Probability then.
    hours, attacker_blocks : float
        Mean length of an attempt, and blocks that the attacker finds in it.
    rent_usd : float
        Mean cost of an attempt at the hashprice.
    returned_usd : float
        Mean worth of the attacker's blocks that end up on the chain.
    net_usd : float
        Rent less that.
    breakeven_payment_usd : float
        Payment that must be stolen for an attempt to break even: net cost over success, at least 0.
    hashprice_usd_per_ph_day, network_hour_usd : float
        Of the snapshot, and an hour of the whole network at it.
    machine : str
        Of the facts table, for those who would rather own.
    machines : float
        How many give that share of a network which they join.
    machines_usd, sites_usd : float or None
        Their price, None beyond the published tiers, and that of sites for them.
    power_mw : float
        What they draw.
    """

    share: float
    blocks: int
    price_fall: float
    success_ever: float
    give_up: int
    success: float
    hours: float
    attacker_blocks: float
    rent_usd: float
    returned_usd: float
    net_usd: float
    breakeven_payment_usd: float
    hashprice_usd_per_ph_day: float
    network_hour_usd: float
    machine: str
    machines: float
    machines_usd: float | None
    sites_usd: float
    power_mw: float


def rewrite_cost(snapshot: Snapshot, share: float, blocks: float = 6, *, machine: str = DEFAULT_MACHINE, price_fall: float = 0.0) -> RewriteCost:
    """Return what an attack with a share of the hash power costs.

    Parameters
    ----------
    snapshot : Snapshot
        The market.
    share : float
        Of the hash power.
    blocks : float
        Confirmations to rewrite, a whole number.
    machine : str
        Row of the facts table `machines`.
    price_fall : float
        Share of the coin price that is lost when the attack is seen.

    Returns
    -------
    RewriteCost
        See the module's text for the conventions.

    Raises
    ------
    InputError
        If a number is out of range, or there is no such bitcoin machine.
    """
    share, price_fall, depth = checked("attack_share", share), checked("price_fall", price_fall), int(checked("rewrite_blocks", blocks))
    block_usd = snapshot.btc_usd * (subsidy_sat(int(snapshot.height)) / SAT_PER_BTC + snapshot.fees_btc_per_block)
    odds, give_up = _cheapest(share, depth, 1.0 - price_fall)
    hashprice = snapshot.btc_usd * hashprice_btc_per_ph_day(snapshot.difficulty, block_usd / snapshot.btc_usd)
    network_ph = snapshot.network_hashrate_ehs * (HASHES_PER_EH / HASHES_PER_TH) / TH_PER_PH
    hours = odds.blocks * BLOCK_INTERVAL_S / SECONDS_PER_HOUR
    rent = hashprice * network_ph * share * hours / HOURS_PER_DAY
    returned = odds.attacker_blocks_of_successes * block_usd * (1.0 - price_fall)
    count, machines_usd, power_mw = _owned(machine, network_ph * TH_PER_PH * share / (1.0 - share))
    return RewriteCost(
        share=share,
        blocks=depth,
        price_fall=price_fall,
        success_ever=rosenfeld(share, depth, LEAD),
        give_up=give_up,
        success=odds.success,
        hours=hours,
        attacker_blocks=odds.attacker_blocks,
        rent_usd=rent,
        returned_usd=returned,
        net_usd=rent - returned,
        breakeven_payment_usd=max(rent - returned, 0.0) / odds.success,
        hashprice_usd_per_ph_day=hashprice,
        network_hour_usd=hashprice * network_ph / HOURS_PER_DAY,
        machine=machine,
        machines=count,
        machines_usd=machines_usd,
        sites_usd=power_mw * number("defaults", "mining", "site_capex_usd_per_mw"),
        power_mw=power_mw,
    )


@cache
def _cheapest(share: float, blocks: int, kept_price: float) -> tuple[RaceOdds, int]:
    """Return the odds at the gap to give up at for which the payment that breaks even is the smallest, and that gap."""
    first = blocks + LEAD + 1
    tried = ((race_odds(share, blocks, LEAD, give_up), give_up) for give_up in range(first, first + MOST_PATIENCE))
    return min(tried, key=lambda one: round((one[0].attacker_blocks - kept_price * one[0].attacker_blocks_of_successes) / one[0].success, _DIGITS))


def _owned(machine: str, hashrate_ths: float) -> tuple[float, float | None, float]:
    """Return number, price and power [MW] of machines."""
    facts = record("machines", machine, "machine")
    if facts["algorithm"].value != "sha-256":
        raise InputError("machine", machine, "a machine that hashes SHA-256")
    one_ths, one_w = float(facts["hashrate_ths"].value), float(facts["power_w"].value)
    price = machine_price(machine, one_w / one_ths)
    count = hashrate_ths / one_ths
    return count, None if price is None else float(price.value) * hashrate_ths, count * one_w / W_PER_MW
