"""Blocks: a header and its transactions, and everything that can be refused without knowing the chain."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader, compact_size
from wattmint.ledger.hashes import NO_HASH, as_written, merkle_root, sha256d
from wattmint.ledger.header import HEADER_BYTES, Header
from wattmint.ledger.script import number_push, signature_checks
from wattmint.ledger.transaction import WITNESS_FACTOR, Transaction, check_transaction

MOST_WEIGHT: Final = 4_000_000
"""Most weight of a block."""

MOST_SIGNATURE_CHECKS: Final = 80_000
"""Most signature checks of a block; one outside the witness counts four times."""

COMMITMENT: Final = bytes.fromhex("6a24aa21a9ed")
"""Beginning of the coinbase output that commits to the witnesses (BIP 141)."""

_LEAST_TRANSACTION: Final = 60


@dataclass(frozen=True)
class Block:
    """A block.

    Attributes
    ----------
    header : Header
        80 bytes.
    transactions : tuple of Transaction
        The first makes the new coins.
    """

    header: Header
    transactions: tuple[Transaction, ...]

    @classmethod
    def parse(cls, data: bytes) -> "Block":
        """Read exactly one block; anything else is refused with `LedgerError`."""
        if len(data) > MOST_WEIGHT:
            raise LedgerError("block", f"{len(data)} bytes", f"at most {MOST_WEIGHT}")
        reader = Reader(data, "block")
        block = cls.read(reader)
        reader.end()
        return block

    @classmethod
    def read(cls, reader: Reader) -> "Block":
        """Read one block and leave the reader behind it."""
        return cls(Header.read(reader), reader.items(Transaction.read, _LEAST_TRANSACTION))

    @property
    def hash(self) -> bytes:
        """Of the header."""
        return self.header.hash

    def serialised(self) -> bytes:
        """Return the bytes as on the wire."""
        return self.header.serialised() + compact_size(len(self.transactions)) + b"".join(one.serialised() for one in self.transactions)

    @cached_property
    def weight(self) -> int:
        """Of header, count and transactions."""
        return WITNESS_FACTOR * (HEADER_BYTES + len(compact_size(len(self.transactions)))) + sum(one.weight for one in self.transactions)


def check_block(block: Block, easiest_bits: int) -> None:
    """Refuse a block that is wrong on any chain.

    Parameters
    ----------
    block : Block
        Any.
    easiest_bits : int
        Of the chain's easiest target.

    Raises
    ------
    InputError
        If its work, merkle root, weight, transactions or number of signature checks is refused.
    """
    block.header.check_work(easiest_bits)
    root, repeats = merkle_root([one.txid for one in block.transactions])
    if root != block.header.merkle:
        raise LedgerError("merkle root", as_written(block.header.merkle), f"{as_written(root)}, of these transactions")
    if repeats:
        raise LedgerError("transactions", as_written(block.hash), "no repetition that leaves the merkle root as it is")
    if block.weight > MOST_WEIGHT:
        raise LedgerError("weight", block.weight, f"at most {MOST_WEIGHT}")
    if not block.transactions or [one.is_coinbase for one in block.transactions] != [True] + [False] * (len(block.transactions) - 1):
        raise LedgerError("transactions", as_written(block.hash), "the first, and no other, makes new coins")
    for transaction in block.transactions:
        check_transaction(transaction)
    checks = sum(_signature_checks(one) for one in block.transactions)
    if checks > MOST_SIGNATURE_CHECKS:
        raise LedgerError("signature checks", checks, f"at most {MOST_SIGNATURE_CHECKS}")


def check_height(block: Block, height: int) -> None:
    """Refuse a block whose coinbase does not begin with its height (BIP 34), so that no two coinbases are alike."""
    script = block.transactions[0].inputs[0].script
    if not script.startswith(number_push(height)):
        raise LedgerError("coinbase script", script.hex(), f"begins with the height {height}")


def check_witnesses(block: Block) -> None:
    """Refuse witnesses that the coinbase does not commit to (BIP 141).

    Parameters
    ----------
    block : Block
        With at least a coinbase.

    Raises
    ------
    LedgerError
        If the commitment is wrong, or there are witnesses without one.
    """
    coinbase = block.transactions[0]
    outputs = [one.script for one in coinbase.outputs if one.script.startswith(COMMITMENT) and len(one.script) >= len(COMMITMENT) + 32]
    if not outputs:
        if any(one.has_witness for one in block.transactions):
            raise LedgerError("witness", as_written(block.hash), "none, as the coinbase does not commit to any")
        return
    reserved = coinbase.inputs[0].witness
    if len(reserved) != 1 or len(reserved[0]) != 32:
        raise LedgerError("coinbase witness", len(reserved), "one item of 32 bytes")
    if outputs[-1][len(COMMITMENT) :][:32] != commitment(block.transactions, reserved[0]):
        raise LedgerError("witness commitment", outputs[-1].hex(), "the one of these witnesses")


def commitment(transactions: tuple[Transaction, ...], reserved: bytes) -> bytes:
    """Return the commitment to all witnesses of a block.

    Parameters
    ----------
    transactions : tuple of Transaction
        The first, the coinbase, counts as zero, because it holds the commitment.
    reserved : bytes
        32, the coinbase's own witness.

    Returns
    -------
    bytes
        32.
    """
    root, _ = merkle_root([NO_HASH, *(one.wtxid for one in transactions[1:])])
    return sha256d(root + reserved)


def _signature_checks(transaction: Transaction) -> int:
    scripts = [one.script for one in transaction.inputs] + [one.script for one in transaction.outputs]
    in_witness = 0 if transaction.is_coinbase else sum(1 for one in transaction.inputs if one.witness)
    return WITNESS_FACTOR * sum(map(signature_checks, scripts)) + in_witness
