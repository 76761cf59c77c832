"""Transactions: coins spent and coins made, byte for byte as on the wire, with and without witnesses.

    version    4                           with witnesses: after the version a marker 00 and a flag 01,
    inputs     count, then of each         and before the lock time of each input a count of
               txid 32, index 4,           witness items, each behind its size
               script sized, sequence 4
    outputs    count, then of each
               value 8, script sized
    lock time  4

The id hashes the bytes without witnesses, so that a signature's own bytes cannot change it.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader, compact_size, sized
from wattmint.ledger.hashes import NO_HASH, as_written, sha256d
from wattmint.units import SAT_PER_BTC

MOST_MONEY_SAT: Final = 21_000_000 * SAT_PER_BTC
"""No output, and no sum of them, is above this (the rules' own round figure; the subsidies end 23 million satoshi below)."""

NO_INDEX: Final = 0xFFFFFFFF
FINAL_SEQUENCE: Final = 0xFFFFFFFF
WITNESS_FACTOR: Final = 4
"""A byte outside the witness weighs this many units, one inside it weighs one; a virtual byte is so many units."""

_LEAST_INPUT, _LEAST_OUTPUT = 41, 9


@dataclass(frozen=True, slots=True, order=True)
class OutPoint:
    """Which output: transaction id and index."""

    txid: bytes
    index: int

    @property
    def is_null(self) -> bool:
        """Whether it points nowhere, as in the transaction that makes new coins."""
        return self.txid == NO_HASH and self.index == NO_INDEX

    def serialised(self) -> bytes:
        """Return the 36 bytes."""
        return self.txid + self.index.to_bytes(4, "little")

    def __str__(self) -> str:
        return f"{as_written(self.txid)}:{self.index}"


@dataclass(frozen=True, slots=True)
class TxIn:
    """An input: the coin spent, the script that unlocks it, its sequence number, and its witness."""

    prevout: OutPoint
    script: bytes
    sequence: int = FINAL_SEQUENCE
    witness: tuple[bytes, ...] = ()

    def serialised(self) -> bytes:
        """Return the bytes without the witness."""
        return self.prevout.serialised() + sized(self.script) + self.sequence.to_bytes(4, "little")


@dataclass(frozen=True, slots=True)
class TxOut:
    """An output: so many satoshi for whoever satisfies the script."""

    value_sat: int
    script: bytes

    def serialised(self) -> bytes:
        """Return the bytes."""
        return self.value_sat.to_bytes(8, "little") + sized(self.script)


@dataclass(frozen=True)
class Transaction:
    """A transaction.

    Attributes
    ----------
    version : int
        As the four bytes read without a sign.
    inputs : tuple of TxIn
        Coins spent.
    outputs : tuple of TxOut
        Coins made.
    lock_time : int
        Height, or from 500,000,000 the time, before which it stays out of blocks.
    """

    version: int
    inputs: tuple[TxIn, ...]
    outputs: tuple[TxOut, ...]
    lock_time: int = 0

    @classmethod
    def parse(cls, data: bytes) -> "Transaction":
        """Read exactly one transaction; anything else is refused with `LedgerError`."""
        reader = Reader(data, "transaction")
        transaction = cls.read(reader)
        reader.end()
        return transaction

    @classmethod
    def read(cls, reader: Reader) -> "Transaction":
        """Read one transaction and leave the reader behind it.

        Raises
        ------
        LedgerError
            If the bytes end early, are not in their only spelling, or announce witnesses and bring none.
        """
        version = reader.uint(4)
        has_witness = reader.peek() == 0
        if has_witness and reader.take(2) != b"\x00\x01":
            raise reader.refuse("at least one input, or the flag 01 of witnesses")
        inputs = reader.items(_read_input, _LEAST_INPUT)
        outputs = reader.items(_read_output, _LEAST_OUTPUT)
        if has_witness:
            witnesses = [reader.items(Reader.sized, 1) for _ in inputs]
            if not any(witnesses):
                raise reader.refuse("a witness, as the flag announces")
            inputs = tuple(TxIn(one.prevout, one.script, one.sequence, witness) for one, witness in zip(inputs, witnesses, strict=True))
        return cls(version, inputs, outputs, reader.uint(4))

    @property
    def has_witness(self) -> bool:
        """Whether any input has a witness."""
        return any(one.witness for one in self.inputs)

    @property
    def is_coinbase(self) -> bool:
        """Whether it makes new coins: one input, which points nowhere."""
        return len(self.inputs) == 1 and self.inputs[0].prevout.is_null

    def serialised(self, *, witness: bool = True) -> bytes:
        """Return the bytes as on the wire, or, without `witness`, as the id hashes them."""
        marked = witness and self.has_witness
        parts = [self.version.to_bytes(4, "little"), b"\x00\x01" if marked else b"", compact_size(len(self.inputs))]
        parts += [one.serialised() for one in self.inputs]
        parts += [compact_size(len(self.outputs)), *(one.serialised() for one in self.outputs)]
        if marked:
            parts += [compact_size(len(one.witness)) + b"".join(map(sized, one.witness)) for one in self.inputs]
        return b"".join([*parts, self.lock_time.to_bytes(4, "little")])

    @cached_property
    def txid(self) -> bytes:
        """Hash of the bytes without witnesses."""
        return sha256d(self.serialised(witness=False))

    @cached_property
    def wtxid(self) -> bytes:
        """Hash of all bytes."""
        return sha256d(self.serialised())

    @cached_property
    def weight(self) -> int:
        """Three times the bytes without witnesses plus all bytes."""
        return (WITNESS_FACTOR - 1) * len(self.serialised(witness=False)) + len(self.serialised())

    @property
    def vsize(self) -> int:
        """Virtual bytes, rounded up: what a fee rate is counted in."""
        return -(-self.weight // WITNESS_FACTOR)


def check_transaction(transaction: Transaction) -> None:
    """Refuse what no chain state could make right.

    Parameters
    ----------
    transaction : Transaction
        Any.

    Raises
    ------
    LedgerError
        If it has no inputs or outputs, more money than there is, an input twice, a coinbase script of a wrong length, or an input
        that points nowhere in a transaction that is no coinbase (Bitcoin Core's CheckTransaction).
    """
    if not transaction.inputs or not transaction.outputs:
        raise LedgerError("transaction", as_written(transaction.txid), "at least one input and one output")
    total = 0
    for output in transaction.outputs:
        total += output.value_sat
        if max(output.value_sat, total) > MOST_MONEY_SAT:
            raise LedgerError("outputs", total, f"at most {MOST_MONEY_SAT} satoshi")
    if len({one.prevout for one in transaction.inputs}) < len(transaction.inputs):
        raise LedgerError("inputs", as_written(transaction.txid), "each coin at most once")
    if transaction.is_coinbase:
        if not 2 <= len(transaction.inputs[0].script) <= 100:
            raise LedgerError("coinbase script", len(transaction.inputs[0].script), "2 to 100 bytes")
    elif any(one.prevout.is_null for one in transaction.inputs):
        raise LedgerError("inputs", as_written(transaction.txid), "inputs that point at a coin")


def _read_input(reader: Reader) -> TxIn:
    return TxIn(OutPoint(reader.take(32), reader.uint(4)), reader.sized(), reader.uint(4))


def _read_output(reader: Reader) -> TxOut:
    return TxOut(reader.uint(8), reader.sized())
