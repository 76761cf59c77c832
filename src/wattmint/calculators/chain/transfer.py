"""What a transfer costs, and what energy stands behind it.

A fee is the transfer's virtual bytes times a rate; the rate is what others bid for the room. Shown are the rates of four stretches whose
every block is known, and the mean that the market snapshot implies: its fees per block over the virtual bytes of a block of the last stretch.

The energy is the network's, shared out over the transactions of a block. That is an average and no cause: a block takes the same energy with
one transaction or four thousand; what sets the energy is what a block pays.
"""

from dataclasses import dataclass
from typing import Final

from wattmint.calculators.chain.network_energy import NetworkEnergy, network_energy
from wattmint.calculators.limits import checked
from wattmint.errors import UnknownNameError
from wattmint.facts.load import number, table, text
from wattmint.ledger.script import p2pkh, p2wpkh, push
from wattmint.ledger.transaction import WITNESS_FACTOR, OutPoint, Transaction, TxIn, TxOut
from wattmint.market.snapshot import Snapshot
from wattmint.physics.hashing import BLOCK_INTERVAL_S
from wattmint.units import J_PER_MWH, KWH_PER_MWH, SAT_PER_BTC, W_PER_MW

LOCKS: Final = ("p2wpkh", "p2pkh")
SIGNATURE_BYTES: Final = 72
"""DER with the lower S, and the byte that says what is signed; every other one is a byte shorter."""

PROOF_OF_STAKE: Final = (
    "Only proof of work buys its blocks with energy. Ethereum has had no miners since 15 September 2022: its blocks are signed by whoever has "
    "locked up coins (proof of stake), so neither this energy nor this mining exists there."
)

_KEY_BYTES, _HASH_BYTES = 33, 20
_PERCENTILES: Final = ("p10", "p50", "p90")


@dataclass(frozen=True, slots=True)
class Fee:
    """What a transfer cost at one rate.

    Attributes
    ----------
    when, rate : str
        Stretch of time, and ``p10``, ``p50``, ``p90`` of the blocks, ``mean`` or ``given``.
    sat_per_vb, sat, usd : float
        Rate, fee, and the fee at the snapshot's coin price.
    """

    when: str
    rate: str
    sat_per_vb: float
    sat: float
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer, its fees, and the energy behind it.

    Attributes
    ----------
    lock, inputs, outputs : str, int and int
        How its coins are locked, how many it spends and makes.
    vsize : int
        Virtual bytes.
    fees : tuple of Fee
        The rate that was given or the snapshot's mean first, then the stretches, the oldest first.
    kwh : tuple of float
        Energy per transaction as (low, guess, high), an estimate.
    transactions_per_block : float
        Over which a block's energy is shared out.
    energy : NetworkEnergy
        The estimate behind it.
    """

    lock: str
    inputs: int
    outputs: int
    vsize: int
    fees: tuple[Fee, ...]
    kwh: tuple[float, float, float]
    transactions_per_block: float
    energy: NetworkEnergy


def transfer(snapshot: Snapshot, lock: str = LOCKS[0], inputs: float = 1, outputs: float = 2, rate_sat_per_vb: float | None = None) -> Transfer:
    """Return what a transfer costs.

    Parameters
    ----------
    snapshot : Snapshot
        Coin price, fees per block and hashrate.
    lock : str
        One of `LOCKS`.
    inputs, outputs : float
        Coins spent and made, whole numbers.
    rate_sat_per_vb : float, optional
        Fee rate; the snapshot's mean when left out.

    Returns
    -------
    Transfer
        Fees and energy.

    Raises
    ------
    InputError
        If the lock is unknown or a number out of range.
    """
    if lock not in LOCKS:
        raise UnknownNameError("lock", lock, LOCKS)
    spent, made = int(checked("transfer_inputs", inputs)), int(checked("transfer_outputs", outputs))
    stretches = list(table("fee_rates"))
    newest = stretches[-1]
    mean = snapshot.fees_btc_per_block * SAT_PER_BTC / (number("fee_rates", newest, "block_weight") / WITNESS_FACTOR)
    rates = [("now", "mean", mean) if rate_sat_per_vb is None else ("now", "given", checked("fee_rate_sat_per_vb", rate_sat_per_vb))]
    for stretch in stretches:
        name = text("fee_rates", stretch, "title")
        rates += [(name, rate, number("fee_rates", stretch, f"fee_rate_{rate}_sat_per_vb")) for rate in _PERCENTILES]
    vsize = signed_vsize(lock, spent, made)
    fees = tuple(Fee(when, rate, each, each * vsize, each * vsize / SAT_PER_BTC * snapshot.btc_usd) for when, rate, each in rates)
    per_block, energy = number("fee_rates", newest, "transactions_per_block"), network_energy(snapshot)
    low, guess, high = (power * W_PER_MW * BLOCK_INTERVAL_S / J_PER_MWH * KWH_PER_MWH / per_block for power in energy.power_mw)
    return Transfer(
        lock=lock,
        inputs=spent,
        outputs=made,
        vsize=vsize,
        fees=fees,
        kwh=(low, guess, high),
        transactions_per_block=per_block,
        energy=energy,
    )


def signed_vsize(lock: str, inputs: int, outputs: int) -> int:
    """Return the virtual bytes of a signed transfer: the ledger's own bytes, with zeros for hashes, keys and signatures.

    Parameters
    ----------
    lock : str
        One of `LOCKS`, of all coins alike.
    inputs, outputs : int
        Coins spent and made.

    Returns
    -------
    int
        141 for one P2WPKH coin into two.
    """
    signature, key, key_hash = bytes(SIGNATURE_BYTES), bytes(_KEY_BYTES), bytes(_HASH_BYTES)
    if lock == "p2pkh":
        spent, made = TxIn(OutPoint(bytes(32), 0), push(signature) + push(key)), TxOut(0, p2pkh(key_hash))
    else:
        spent, made = TxIn(OutPoint(bytes(32), 0), b"", witness=(signature, key)), TxOut(0, p2wpkh(key_hash))
    return Transaction(2, (spent,) * inputs, (made,) * outputs).vsize
