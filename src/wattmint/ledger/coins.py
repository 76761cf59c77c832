"""Coins: what a block spends and makes, and whether it may. Nothing here stores anything.

A block is a change of the set of coins: some go, some come, and nothing else happens. The change knows what went, so that it can
be undone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.block import Block
from wattmint.ledger.encoding import Reader, compact_size
from wattmint.ledger.hashes import as_written
from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS, Rules
from wattmint.ledger.script import Lock, lock_of
from wattmint.ledger.signing import check_input
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.ledger.transaction import FINAL_SEQUENCE, MOST_MONEY_SAT, OutPoint, Transaction, TxOut

TIMES_FROM: Final = 500_000_000
"""A lock time below this is a height, from here on a time."""

_NO_RELATIVE_LOCK, _BY_TIME, _LOCK_MASK, _LOCK_STEP_BITS = 1 << 31, 1 << 22, 0xFFFF, 9
_RELATIVE_LOCK_VERSION: Final = 2
_LEAST_SPENT: Final = 50


@dataclass(frozen=True, slots=True)
class Coin:
    """An output that nobody has spent.

    Attributes
    ----------
    output : TxOut
        Value and lock.
    height : int
        Of the block that made it.
    is_coinbase : bool
        Whether it is new, and hence must mature.
    """

    output: TxOut
    height: int
    is_coinbase: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a block does to the set of coins.

    Attributes
    ----------
    spent : tuple of (OutPoint, Coin)
        Coins of earlier blocks that go.
    created : tuple of (OutPoint, Coin)
        Coins that come and are still there when the block ends.
    fees_sat : int
        Fees of all its transactions.
    """

    spent: tuple[tuple[OutPoint, Coin], ...]
    created: tuple[tuple[OutPoint, Coin], ...]
    fees_sat: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the chain a transaction would stand.

    Attributes
    ----------
    rules : Rules
        Of the chain.
    height : int
        Of the block it would be in.
    time_s : int
        Median time of the blocks before (BIP 113), or the block's own time where that is not yet a rule.
    median_time_s : callable
        Median time up to the block at a height, for relative lock times.
    """

    rules: Rules
    height: int
    time_s: int
    median_time_s: Callable[[int], int]


def check_final(transaction: Transaction, place: Place) -> None:
    """Refuse a transaction whose lock time has not come."""
    lock = transaction.lock_time
    if lock < (place.height if lock < TIMES_FROM else place.time_s):
        return
    if any(one.sequence != FINAL_SEQUENCE for one in transaction.inputs):
        raise LedgerError("lock time", lock, f"below height {place.height} or time {place.time_s}")


def fee_sat(transaction: Transaction, coins: Sequence[Coin], place: Place, *, low_s: bool) -> int:
    """Return the fee of a transaction that may spend these coins at this place.

    Parameters
    ----------
    transaction : Transaction
        No coinbase; passed `check_transaction`.
    coins : sequence of Coin
        What its inputs spend, in their order.
    place : Place
        Where it would stand.
    low_s : bool
        As in `wattmint.ledger.keys.verify`.

    Returns
    -------
    int
        Satoshi, 0 or above.

    Raises
    ------
    LedgerError
        If new coins are not mature, more is made than spent, an output's lock is unknown, a relative lock time has not come, or an
        input does not unlock its coin.
    """
    for one, coin in zip(transaction.inputs, coins, strict=True):
        if coin.is_coinbase and place.height - coin.height < COINBASE_MATURITY_BLOCKS:
            raise LedgerError("input", str(one.prevout), f"new coins {COINBASE_MATURITY_BLOCKS} blocks old; this is {place.height - coin.height}")
    there = sum(coin.output.value_sat for coin in coins)
    made = sum(one.value_sat for one in transaction.outputs)
    if there > MOST_MONEY_SAT or made > there:
        raise LedgerError("outputs", made, f"at most the {there} satoshi that are spent")
    for output in transaction.outputs:
        lock_of(output.script)
    if place.height >= place.rules.relative_locks:
        _check_relative_locks(transaction, coins, place)
    for index, coin in enumerate(coins):
        check_input(transaction, index, coin.output, low_s=low_s)
    return there - made


def change_of(block: Block, place: Place, coin_at: Callable[[OutPoint], Coin | None]) -> Change:
    """Return what a block does to the set of coins, or refuse it.

    Parameters
    ----------
    block : Block
        Passed `check_block`.
    place : Place
        Where it stands.
    coin_at : callable
        The coin at an outpoint before the block, or None.

    Returns
    -------
    Change
        To be applied whole or not at all.

    Raises
    ------
    LedgerError
        If a transaction is refused, a coin is not there or spent twice, or the coinbase takes more than subsidy and fees.
    """
    spent: dict[OutPoint, Coin] = {}
    created: dict[OutPoint, Coin] = {}
    fees = 0
    for transaction in block.transactions:
        check_final(transaction, place)
        if not transaction.is_coinbase:
            coins = [_taken(one.prevout, spent, created, coin_at) for one in transaction.inputs]
            fees += fee_sat(transaction, coins, place, low_s=place.rules.low_s)
        for index, output in enumerate(transaction.outputs):
            point = OutPoint(transaction.txid, index)
            if point in created or coin_at(point) is not None:
                raise LedgerError("transaction", as_written(transaction.txid), "one whose outputs are not already there (BIP 30)")
            if lock_of(output.script)[0] is not Lock.DATA:
                created[point] = Coin(output, place.height, transaction.is_coinbase)
    taken = sum(one.value_sat for one in block.transactions[0].outputs)
    most = subsidy_sat(place.height, place.rules.halving_blocks) + fees
    if taken > most:
        raise LedgerError("coinbase", taken, f"at most {most} satoshi: subsidy and fees")
    return Change(tuple(spent.items()), tuple(created.items()), fees)


def undo_bytes(change: Change) -> bytes:
    """Return what is needed to undo a change beside the block itself: the coins that went, and the fees."""
    parts = [change.fees_sat.to_bytes(8, "little"), compact_size(len(change.spent))]
    parts += [
        point.serialised() + coin.height.to_bytes(4, "little") + bytes([coin.is_coinbase]) + coin.output.serialised() for point, coin in change.spent
    ]
    return b"".join(parts)


def read_undo(data: bytes) -> tuple[int, tuple[tuple[OutPoint, Coin], ...]]:
    """Return fees and coins of `undo_bytes`; other bytes are refused with `LedgerError`."""
    reader = Reader(data, "undo data")
    fees = reader.uint(8)
    spent = reader.items(_read_spent, _LEAST_SPENT)
    reader.end()
    return fees, spent


def _read_spent(reader: Reader) -> tuple[OutPoint, Coin]:
    point = OutPoint(reader.take(32), reader.uint(4))
    height, is_coinbase = reader.uint(4), bool(reader.uint(1))
    return point, Coin(TxOut(reader.uint(8), reader.sized()), height, is_coinbase)


def _taken(point: OutPoint, spent: dict[OutPoint, Coin], created: dict[OutPoint, Coin], coin_at: Callable[[OutPoint], Coin | None]) -> Coin:
    if point in created:
        return created.pop(point)
    coin = None if point in spent else coin_at(point)
    if coin is None:
        raise LedgerError("input", str(point), "a coin that is there and not spent")
    spent[point] = coin
    return coin


def _check_relative_locks(transaction: Transaction, coins: Sequence[Coin], place: Place) -> None:
    """BIP 68: an input may ask its coin to be so many blocks, or so many times 512 seconds, old."""
    if transaction.version < _RELATIVE_LOCK_VERSION:
        return
    for one, coin in zip(transaction.inputs, coins, strict=True):
        if one.sequence & _NO_RELATIVE_LOCK:
            continue
        asked = one.sequence & _LOCK_MASK
        if one.sequence & _BY_TIME:
            old = place.time_s - place.median_time_s(max(coin.height - 1, 0))
            asked <<= _LOCK_STEP_BITS
        else:
            old = place.height - coin.height
        if old < asked:
            raise LedgerError("sequence", one.sequence, f"a coin at least {asked} {'s' if one.sequence & _BY_TIME else 'blocks'} old; this is {old}")
