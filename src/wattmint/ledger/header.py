"""Block headers: the 80 bytes that are hashed, and the search for a nonce."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader
from wattmint.ledger.hashes import as_written, sha256d
from wattmint.ledger.pow import expected_hashes, target_from_bits

HEADER_BYTES: Final = 80
NONCES: Final = 1 << 32

_BEFORE_NONCE: Final = 76


@dataclass(frozen=True)
class Header:
    """A block header, field by field in the order of the bytes.

    Attributes
    ----------
    version : int
        4 bytes.
    previous : bytes
        Hash of the block before, 32 bytes.
    merkle : bytes
        Root of the block's transactions, 32 bytes.
    time_s : int
        Seconds since 1970, 4 bytes.
    bits : int
        Target in compact form, 4 bytes.
    nonce : int
        4 bytes.
    """

    version: int
    previous: bytes
    merkle: bytes
    time_s: int
    bits: int
    nonce: int

    @classmethod
    def parse(cls, data: bytes) -> "Header":
        """Read exactly one header; other than 80 bytes are refused with `LedgerError`."""
        reader = Reader(data, "header")
        header = cls.read(reader)
        reader.end()
        return header

    @classmethod
    def read(cls, reader: Reader) -> "Header":
        """Read one header and leave the reader behind it."""
        return cls(reader.uint(4), reader.take(32), reader.take(32), reader.uint(4), reader.uint(4), reader.uint(4))

    def serialised(self) -> bytes:
        """Return the 80 bytes."""
        numbers = [number.to_bytes(4, "little") for number in (self.version, self.time_s, self.bits, self.nonce)]
        return b"".join([numbers[0], self.previous, self.merkle, *numbers[1:]])

    @cached_property
    def hash(self) -> bytes:
        """SHA-256, twice, of the 80 bytes."""
        return sha256d(self.serialised())

    @property
    def work(self) -> int:
        """Mean number of hashes that such a header takes."""
        return expected_hashes(target_from_bits(self.bits))

    def check_work(self, easiest_bits: int) -> None:
        """Refuse a header without proof of work.

        Parameters
        ----------
        easiest_bits : int
            Of the chain's easiest target.

        Raises
        ------
        InputError
            If the target is malformed, none, or too easy, or the hash exceeds it.
        """
        target = target_from_bits(self.bits)
        if not 0 < target <= target_from_bits(easiest_bits):
            raise LedgerError("bits", hex(self.bits), f"a target above 0 and not easier than {easiest_bits:#x}")
        if int.from_bytes(self.hash, "little") > target:
            raise LedgerError("hash", as_written(self.hash), f"at most the target of bits {self.bits:#x}")


def solved(header: Header, tries: int = NONCES) -> Header | None:
    """Search a nonce from the header's own on.

    Parameters
    ----------
    header : Header
        Its nonce is where the search starts.
    tries : int
        Nonces to try at most; the search wraps around after the last.

    Returns
    -------
    Header or None
        The first whose hash does not exceed its target; None when none of them does.
    """
    target = target_from_bits(header.bits)
    front = hashlib.sha256(header.serialised()[:_BEFORE_NONCE])
    for tried in range(min(tries, NONCES)):
        nonce = (header.nonce + tried) % NONCES
        one = front.copy()
        one.update(nonce.to_bytes(4, "little"))
        if int.from_bytes(hashlib.sha256(one.digest()).digest(), "little") <= target:
            return Header(header.version, header.previous, header.merkle, header.time_s, header.bits, nonce)
    return None
