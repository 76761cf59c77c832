"""What a signature signs: the digest of a transaction, by the rules of 2009 and by BIP 143.

The last byte of a signature says which parts it covers: ALL outputs, NONE, or the SINGLE one of its own index, and with
ANYONE_CAN_PAY only its own input. The old digest serialises the transaction anew for every input, so that hashing grows with the
square of its size, and does not cover the amount spent; BIP 143 repairs both for coins that the witness unlocks.
"""

from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import sized
from wattmint.ledger.hashes import NO_HASH, sha256d
from wattmint.ledger.script import operations
from wattmint.ledger.transaction import Transaction, TxIn, TxOut

ALL: Final = 1
NONE: Final = 2
SINGLE: Final = 3
ANYONE_CAN_PAY: Final = 0x80

_CODE_SEPARATOR: Final = 0xAB
_KIND: Final = 0x1F
_ONE: Final = (1).to_bytes(32, "little")
_NO_OUTPUT: Final = TxOut((1 << 64) - 1, b"")


def legacy_digest(transaction: Transaction, index: int, script: bytes, hash_type: int) -> bytes:
    """Return what a signature of 2009 signs.

    Parameters
    ----------
    transaction : Transaction
        The whole of it.
    index : int
        Of the input that is being signed.
    script : bytes
        Of the output that is being spent; it stands in this input's script, the other inputs' are empty.
    hash_type : int
        Four bytes, of which a signature carries the last one.

    Returns
    -------
    bytes
        32. A SINGLE without an output of that index signs the number 1, a flaw of 2009 that is now a rule.

    Raises
    ------
    LedgerError
        If there is no such input.
    """
    _check_index(transaction, index)
    kind = hash_type & _KIND
    if kind == SINGLE and index >= len(transaction.outputs):
        return _ONE
    others_sequence = 0 if kind in (NONE, SINGLE) else None
    inputs = [_stripped(one, others_sequence) for one in transaction.inputs]
    own = transaction.inputs[index]
    inputs[index] = TxIn(own.prevout, _without_separators(script), own.sequence)
    if hash_type & ANYONE_CAN_PAY:
        inputs = [inputs[index]]
    outputs = {NONE: (), SINGLE: (*[_NO_OUTPUT] * index, transaction.outputs[min(index, len(transaction.outputs) - 1)])}.get(
        kind, transaction.outputs
    )
    signed = Transaction(transaction.version, tuple(inputs), outputs, transaction.lock_time)
    return sha256d(signed.serialised(witness=False) + (hash_type & 0xFFFFFFFF).to_bytes(4, "little"))


def witness_digest(transaction: Transaction, index: int, script: bytes, value_sat: int, hash_type: int) -> bytes:
    """Return what a signature in a version 0 witness signs (BIP 143).

    Parameters
    ----------
    transaction : Transaction
        The whole of it.
    index : int
        Of the input that is being signed.
    script : bytes
        The script code: for P2WPKH the P2PKH script of the same hash.
    value_sat : int
        Of the coin spent.
    hash_type : int
        As in `legacy_digest`.

    Returns
    -------
    bytes
        32.

    Raises
    ------
    LedgerError
        If there is no such input.
    """
    _check_index(transaction, index)
    kind, alone = hash_type & _KIND, bool(hash_type & ANYONE_CAN_PAY)
    own = transaction.inputs[index]
    prevouts = NO_HASH if alone else sha256d(b"".join(one.prevout.serialised() for one in transaction.inputs))
    sequences = b"".join(one.sequence.to_bytes(4, "little") for one in transaction.inputs)
    outputs = NO_HASH
    if kind not in (NONE, SINGLE):
        outputs = sha256d(b"".join(one.serialised() for one in transaction.outputs))
    elif kind == SINGLE and index < len(transaction.outputs):
        outputs = sha256d(transaction.outputs[index].serialised())
    parts = [
        transaction.version.to_bytes(4, "little"),
        prevouts,
        NO_HASH if alone or kind in (NONE, SINGLE) else sha256d(sequences),
        own.prevout.serialised(),
        sized(script),
        value_sat.to_bytes(8, "little"),
        own.sequence.to_bytes(4, "little"),
        outputs,
        transaction.lock_time.to_bytes(4, "little"),
        (hash_type & 0xFFFFFFFF).to_bytes(4, "little"),
    ]
    return sha256d(b"".join(parts))


def _check_index(transaction: Transaction, index: int) -> None:
    if not 0 <= index < len(transaction.inputs):
        raise LedgerError("input", index, f"0 to {len(transaction.inputs) - 1}")


def _stripped(one: TxIn, sequence: int | None) -> TxIn:
    return TxIn(one.prevout, b"", one.sequence if sequence is None else sequence)


def _without_separators(script: bytes) -> bytes:
    """Drop every CODESEPARATOR that is an opcode and not data; a script that ends in a cut-short push is kept from there on."""
    kept, at = bytearray(), 0
    try:
        for opcode, data in operations(script):
            width = 1 if data is None else _push_bytes(opcode, data)
            if opcode != _CODE_SEPARATOR:
                kept += script[at : at + width]
            at += width
    except LedgerError:
        kept += script[at:]
    return bytes(kept)


def _push_bytes(opcode: int, data: bytes) -> int:
    return 1 + {0x4C: 1, 0x4D: 2, 0x4E: 4}.get(opcode, 0) + len(data)
