"""Scripts: the few forms that this ledger locks coins with, and nothing else of the language.

    P2PK      push of the public key, CHECKSIG                       as in 2009
    P2PKH     DUP HASH160 <hash of the key> EQUALVERIFY CHECKSIG
    P2WPKH    0 <hash of the key>                                    unlocked by the witness
    data      RETURN and pushes: can never be spent

Bitcoin has more. An output of another form is refused here, which makes this ledger's rules a subset: what it accepts, Bitcoin's
rules for these forms accept too.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader

MOST_SCRIPT_BYTES: Final = 10_000

_PUSH_1, _PUSH_2, _PUSH_4 = 0x4C, 0x4D, 0x4E
_RETURN: Final = 0x6A
_CHECKSIG: Final = 0xAC
_COUNTED: Final = {0xAC: 1, 0xAD: 1, 0xAE: 20, 0xAF: 20}
"""Signature checks per opcode: CHECKSIG, CHECKMULTISIG and their VERIFY forms."""


class Lock(Enum):
    """How an output is locked."""

    P2PK = "P2PK"
    P2PKH = "P2PKH"
    P2WPKH = "P2WPKH"
    DATA = "data"


def p2pkh(key_hash: bytes) -> bytes:
    """Return the script that locks coins to the hash of a public key [20 bytes]."""
    return b"\x76\xa9\x14" + key_hash + b"\x88\xac"


def p2wpkh(key_hash: bytes) -> bytes:
    """Return the script that locks coins to the hash of a public key [20 bytes], unlocked by the witness."""
    return b"\x00\x14" + key_hash


def lock_of(script: bytes) -> tuple[Lock, bytes]:
    """Return how a script locks, and what it names.

    Parameters
    ----------
    script : bytes
        Of an output.

    Returns
    -------
    tuple of Lock and bytes
        The public key, its hash, or empty for data.

    Raises
    ------
    LedgerError
        If the script is none of the forms above.
    """
    if len(script) == 25 and script == p2pkh(script[3:23]):
        return Lock.P2PKH, script[3:23]
    if len(script) == 22 and script == p2wpkh(script[2:]):
        return Lock.P2WPKH, script[2:]
    if len(script) in (35, 67) and script[0] == len(script) - 2 and script[-1] == _CHECKSIG:
        return Lock.P2PK, script[1:-1]
    if script[:1] == bytes([_RETURN]) and len(script) <= MOST_SCRIPT_BYTES:
        return Lock.DATA, b""
    raise LedgerError("script", script.hex(), "P2PK, P2PKH, P2WPKH or RETURN with data; other forms are not part of this ledger")


def push(data: bytes) -> bytes:
    """Return the shortest push of up to 255 bytes; small numbers have no opcode of their own here.

    Raises
    ------
    LedgerError
        If the data are longer.
    """
    if len(data) < _PUSH_1:
        return bytes([len(data)]) + data
    if len(data) > 0xFF:
        raise LedgerError("push", len(data), "at most 255 bytes")
    return bytes([_PUSH_1, len(data)]) + data


def pushes(script: bytes, count: int) -> tuple[bytes, ...]:
    """Return what a script of nothing but `count` pushes of data leaves on the stack.

    Raises
    ------
    LedgerError
        If it is anything else, or a push is not in its shortest form.
    """
    found = tuple(data for _, data in operations(script) if data is not None)
    if len(found) != count or script != b"".join(push(one) for one in found):
        raise LedgerError("unlocking script", script.hex(), f"{count} pushes in their shortest form")
    return found


def signature_checks(script: bytes) -> int:
    """Return how many signature checks a script may ask for, as the limit per block counts them (Bitcoin Core's legacy count).

    Parameters
    ----------
    script : bytes
        Any bytes; what follows a push that is cut short does not count.

    Returns
    -------
    int
        20 for each CHECKMULTISIG.
    """
    count = 0
    try:
        for opcode, _ in operations(script):
            count += _COUNTED.get(opcode, 0)
    except LedgerError:
        return count
    return count


def operations(script: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Yield each opcode with the data that it pushes, None where it pushes none.

    Raises
    ------
    LedgerError
        If a push is cut short.
    """
    reader = Reader(script, "script")
    while reader.left:
        opcode = reader.uint(1)
        if opcode < _PUSH_1:
            yield opcode, reader.take(opcode)
        elif opcode <= _PUSH_4:
            yield opcode, reader.take(reader.uint(1 << opcode - _PUSH_1))
        else:
            yield opcode, None


def number_push(number: int) -> bytes:
    """Return the push of a number at or above 0 as a script writes it: opcodes up to 16, then little-endian with a clear sign bit."""
    if number == 0:
        return b"\x00"
    if number <= 16:
        return bytes([0x50 + number])
    return push(number.to_bytes(number.bit_length() // 8 + 1, "little"))
