"""Hashes as the chain uses them: SHA-256 twice, the 160-bit hash of a public key, and the merkle root."""

import hashlib
from collections.abc import Sequence
from typing import Final

from wattmint.errors import WattmintError
from wattmint.ledger.encoding import from_hex

NO_HASH: Final = bytes(32)
"""Stands where there is no block or transaction to point at."""


def sha256d(data: bytes) -> bytes:
    """Return SHA-256 of SHA-256: 32 bytes in the order of the computation, which people write backwards."""
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def hash160(data: bytes) -> bytes:
    """Return RIPEMD-160 of SHA-256: the 20 bytes that stand for a public key in an output.

    Raises
    ------
    WattmintError
        If the OpenSSL that Python was built with has no RIPEMD-160 (3.0.0 to 3.0.6 without its legacy provider).
    """
    inner = hashlib.sha256(data).digest()
    try:
        return hashlib.new("ripemd160", inner, usedforsecurity=False).digest()
    except ValueError:
        raise WattmintError("this Python's OpenSSL has no RIPEMD-160, which bitcoin's key hashes need; OpenSSL 3.0.7 and later have it") from None


def as_written(digest: bytes) -> str:
    """Return a hash as people write it: hexadecimal, bytes reversed."""
    return digest[::-1].hex()


def from_written(text: str, field: str = "hash") -> bytes:
    """Return the hash that people write so.

    Parameters
    ----------
    text : str
        64 hexadecimal digits.
    field : str
        What a refusal calls it.

    Returns
    -------
    bytes
        32, in the order of the computation.

    Raises
    ------
    LedgerError
        If it is anything else.
    """
    return from_hex(text, field, len(NO_HASH))[::-1]


def merkle_root(leaves: Sequence[bytes]) -> tuple[bytes, bool]:
    """Return the root of the tree of hashes, and whether two neighbours on some level are equal.

    An odd node is paired with itself. A list whose tail is repeated then has the root of the list without the repetition: the block
    is another, its hash the same (CVE-2012-2459). Equal neighbours give that away; such a block is refused, not remembered.

    Parameters
    ----------
    leaves : sequence of bytes
        Transaction ids in the order of the block.

    Returns
    -------
    tuple of bytes and bool
        Root (`NO_HASH` of an empty list), and True for a list that could be a repetition.
    """
    level, repeats = list(leaves), False
    while len(level) > 1:
        repeats |= any(level[i] == level[i + 1] for i in range(0, len(level) - 1, 2))
        if len(level) % 2:
            level.append(level[-1])
        level = [sha256d(level[i] + level[i + 1]) for i in range(0, len(level), 2)]
    return (level[0] if level else NO_HASH), repeats
