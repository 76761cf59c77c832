"""The mempool: transactions that wait for a block, and the market for the room in it.

A block has room for so much weight; whoever pays most per virtual byte gets it. A transaction can only be mined after those whose
outputs it spends, so it is ranked together with them: by the fees of all its waiting ancestors and itself over their size (a child
can pay for its parent). Ranking is greedy: the best such package first, then the rest anew, as Bitcoin Core does it.

Relay is stricter than the rules: the lower S, at most so many ancestors, a least fee rate, and of two transactions that spend one coin
the first seen stays; there is no replacement by fee.
"""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.chain import Chain, Moved
from wattmint.ledger.coins import Coin, check_final, fee_sat
from wattmint.ledger.hashes import as_written
from wattmint.ledger.transaction import OutPoint, Transaction, check_transaction

LEAST_RATE_SAT_PER_VB: Final = 1
"""Least fee rate that is relayed."""

MOST_ANCESTORS: Final = 25
"""Most waiting transactions that one may depend on."""

MOST_RELAYED_WEIGHT: Final = 400_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A transaction that waits, with its fee."""

    transaction: Transaction
    fee_sat: int

    @property
    def rate(self) -> Fraction:
        """Satoshi per virtual byte."""
        return Fraction(self.fee_sat, self.transaction.vsize)


class Mempool:
    """What waits on top of a chain's tip.

    Parameters
    ----------
    chain : Chain
        Whose coins are spent.
    """

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._waiting: dict[bytes, Waiting] = {}
        self._spent: dict[OutPoint, bytes] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, txid: bytes) -> bool:
        return txid in self._waiting

    def get(self, txid: bytes) -> Transaction | None:
        """Return a transaction that waits, or None."""
        found = self._waiting.get(txid)
        return None if found is None else found.transaction

    def spends(self, point: OutPoint) -> bool:
        """Return whether something that waits spends a coin."""
        return point in self._spent

    def add(self, transaction: Transaction) -> None:
        """Let a transaction wait.

        Parameters
        ----------
        transaction : Transaction
            Any.

        Raises
        ------
        InputError
            If it may not stand in the next block on top of what waits, or relay refuses it.
        """
        if transaction.txid in self._waiting:
            return
        check_transaction(transaction)
        if transaction.is_coinbase:
            raise LedgerError("transaction", as_written(transaction.txid), "no coinbase outside a block")
        if transaction.weight > MOST_RELAYED_WEIGHT:
            raise LedgerError("weight", transaction.weight, f"at most {MOST_RELAYED_WEIGHT}")
        place = self._chain.next_place()
        check_final(transaction, place)
        fee = fee_sat(transaction, [self._coin(one.prevout, place.height) for one in transaction.inputs], place, low_s=True)
        waiting = Waiting(transaction, fee)
        if waiting.rate < LEAST_RATE_SAT_PER_VB:
            raise LedgerError("fee", fee, f"at least {LEAST_RATE_SAT_PER_VB} satoshi for each of {transaction.vsize} virtual bytes")
        if len(self._ancestors(transaction)) > MOST_ANCESTORS:
            raise LedgerError("inputs", as_written(transaction.txid), f"at most {MOST_ANCESTORS} waiting transactions before it")
        self._waiting[transaction.txid] = waiting
        self._spent |= {one.prevout: transaction.txid for one in transaction.inputs}

    def follow(self, moved: Moved) -> None:
        """Go with the chain: what left it waits again, what joined it waits no more, and what cannot be mined any more is dropped.

        Parameters
        ----------
        moved : Moved
            As the chain reports it.
        """
        before = [one for block in reversed(moved.left) for one in block.transactions[1:]]
        before += [waiting.transaction for waiting in self._waiting.values()]
        self._waiting.clear()
        self._spent.clear()
        mined = {one.txid for block in moved.joined for one in block.transactions}
        for transaction in before:
            if transaction.txid not in mined:
                try:
                    self.add(transaction)
                except InputError:
                    continue  # its coin was spent by the other branch

    def best(self, weight: int) -> list[Waiting]:
        """Return what fills a block, ancestors before descendants.

        Parameters
        ----------
        weight : int
            Room for transactions.

        Returns
        -------
        list of Waiting
            By the fee rate of packages; one that does not fit is passed over for smaller ones.
        """
        chosen: dict[bytes, Waiting] = {}
        open_ids, room = list(self._waiting), weight
        packages = {txid: self._package(txid, chosen) for txid in open_ids}
        while packages:
            txid = max(packages, key=lambda one: _rate(packages[one]))
            package = packages.pop(txid)
            size = sum(one.transaction.weight for one in package)
            if size > room:
                continue
            room -= size
            taken = {one.transaction.txid for one in package}
            chosen |= {one.transaction.txid: one for one in package}
            packages = {other: [one for one in left if one.transaction.txid not in taken] for other, left in packages.items() if other not in taken}
        return list(chosen.values())

    def rates(self) -> list[tuple[Fraction, int]]:
        """Return fee rate [satoshi per virtual byte] and virtual size of all that waits, the cheapest first."""
        return sorted((one.rate, one.transaction.vsize) for one in self._waiting.values())

    def _coin(self, point: OutPoint, height: int) -> Coin:
        if point in self._spent:
            raise LedgerError("input", str(point), "a coin that no waiting transaction spends")
        parent = self._waiting.get(point.txid)
        if parent is not None and point.index < len(parent.transaction.outputs):
            return Coin(parent.transaction.outputs[point.index], height, is_coinbase=False)
        coin = self._chain.coin(point)
        if coin is None:
            raise LedgerError("input", str(point), "a coin that is there and not spent")
        return coin

    def _ancestors(self, transaction: Transaction, found: dict[bytes, Waiting] | None = None) -> dict[bytes, Waiting]:
        """Return what waits before a transaction, by id, parents before children; each is visited once."""
        found = {} if found is None else found
        for one in transaction.inputs:
            parent = self._waiting.get(one.prevout.txid)
            if parent is not None and one.prevout.txid not in found:
                self._ancestors(parent.transaction, found)
                found[one.prevout.txid] = parent
        return found

    def _package(self, txid: bytes, chosen: dict[bytes, Waiting]) -> list[Waiting]:
        own = self._waiting[txid]
        return [one for known, one in self._ancestors(own.transaction).items() if known not in chosen] + [own]


def percentiles(rates: Iterable[tuple[Fraction, int]], shares: Iterable[float]) -> list[Fraction]:
    """Return fee rates at shares of the virtual bytes, as Bitcoin Core's getblockstats counts them.

    Parameters
    ----------
    rates : iterable of (Fraction, int)
        Fee rate and virtual size, the cheapest first, at least one.
    shares : iterable of float
        0 … 1.

    Returns
    -------
    list of Fraction
        The rate of the transaction in which each share of all bytes is reached.
    """
    listed = list(rates)
    passed = list(itertools.accumulate(size for _, size in listed))
    return [listed[next(i for i, bytes_so_far in enumerate(passed) if bytes_so_far >= share * passed[-1])][0] for share in shares]


def _rate(package: list[Waiting]) -> Fraction:
    return Fraction(sum(one.fee_sat for one in package), sum(one.transaction.vsize for one in package))
