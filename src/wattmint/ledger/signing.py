"""Unlocking coins: what an input must show for each form of lock, and how to sign it."""

from dataclasses import replace
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.hashes import hash160
from wattmint.ledger.keys import Key, verify
from wattmint.ledger.script import Lock, lock_of, p2pkh, push, pushes
from wattmint.ledger.sighash import ALL, ANYONE_CAN_PAY, NONE, SINGLE, legacy_digest, witness_digest
from wattmint.ledger.transaction import Transaction, TxOut

HASH_TYPES: Final = frozenset(kind | alone for kind in (ALL, NONE, SINGLE) for alone in (0, ANYONE_CAN_PAY))
COMPRESSED_KEY_BYTES: Final = 33


def check_input(transaction: Transaction, index: int, spent: TxOut, *, low_s: bool) -> None:
    """Refuse an input that does not unlock its coin.

    Parameters
    ----------
    transaction : Transaction
        The spending one.
    index : int
        Of the input.
    spent : TxOut
        The coin.
    low_s : bool
        As in `wattmint.ledger.keys.verify`.

    Raises
    ------
    LedgerError
        If the lock is of a form this ledger does not know, key and hash differ, the signature is malformed or wrong, or the input
        carries bytes that it does not need.
    """
    lock, named = lock_of(spent.script)
    unlocking = transaction.inputs[index]
    if lock is Lock.DATA:
        raise LedgerError("input", str(unlocking.prevout), "a coin that can be spent; this one is data")
    if lock is Lock.P2WPKH:
        if unlocking.script or len(unlocking.witness) != 2:
            raise LedgerError("witness", len(unlocking.witness), "signature and public key, and no unlocking script")
        signature, public = unlocking.witness
        if len(public) != COMPRESSED_KEY_BYTES:
            raise LedgerError("public key", public.hex(), "compressed, 33 bytes")
        _check_key(public, named)
        digest = witness_digest(transaction, index, p2pkh(named), spent.value_sat, _hash_type(signature))
    else:
        if unlocking.witness:
            raise LedgerError("witness", len(unlocking.witness), "none for this lock")
        parts = pushes(unlocking.script, 1 if lock is Lock.P2PK else 2)
        signature, public = parts[0], parts[-1] if lock is Lock.P2PKH else named
        if lock is Lock.P2PKH:
            _check_key(public, named)
        digest = legacy_digest(transaction, index, spent.script, _hash_type(signature))
    verify(public, signature[:-1], digest, low_s=low_s)


def signed(transaction: Transaction, spent: tuple[TxOut, ...], key: Key) -> Transaction:
    """Return the transaction with every input signed, over ALL of it.

    Parameters
    ----------
    transaction : Transaction
        Its inputs' scripts and witnesses are replaced.
    spent : tuple of TxOut
        The coins, in the order of the inputs, all locked to `key`.
    key : Key
        Signs.

    Returns
    -------
    Transaction
        P2PKH and P2WPKH inputs.

    Raises
    ------
    LedgerError
        If a coin has another lock or key.
    """
    inputs = []
    for index, coin in enumerate(spent):
        lock, named = lock_of(coin.script)
        if lock not in (Lock.P2PKH, Lock.P2WPKH) or named != key.key_hash:
            raise LedgerError("coin", lock.value, "P2PKH or P2WPKH of this key")
        own = replace(transaction.inputs[index], script=b"", witness=())
        if lock is Lock.P2WPKH:
            signature = key.sign(witness_digest(transaction, index, p2pkh(named), coin.value_sat, ALL)) + bytes([ALL])
            inputs.append(replace(own, witness=(signature, key.public)))
        else:
            signature = key.sign(legacy_digest(transaction, index, coin.script, ALL)) + bytes([ALL])
            inputs.append(replace(own, script=push(signature) + push(key.public)))
    return replace(transaction, inputs=tuple(inputs))


def _check_key(public: bytes, key_hash: bytes) -> None:
    if hash160(public) != key_hash:
        raise LedgerError("public key", public.hex(), f"the one whose hash is {key_hash.hex()}")


def _hash_type(signature: bytes) -> int:
    if not signature or signature[-1] not in HASH_TYPES:
        raise LedgerError("signature", signature.hex(), "a last byte that says what is signed: 01, 02, 03, 81, 82 or 83")
    return signature[-1]
