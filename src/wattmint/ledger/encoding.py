"""Bytes in and out: little-endian integers and Bitcoin's compact sizes, read strictly.

A compact size is a length in 1, 3, 5 or 9 bytes; only the shortest form is accepted, so that a message has exactly one spelling:

    00 … fc        the number itself
    fd xx xx       up to 0xffff
    fe xx*4        up to 0xffffffff
    ff xx*8        above

Reading never trusts a length: what is announced must fit what is there before anything is built from it.
"""

import string
from collections.abc import Callable
from typing import Final, TypeVar

from wattmint.errors import LedgerError

MOST_BYTES: Final = 0x02000000
"""No length or count above this is believed (Bitcoin Core's MAX_SIZE)."""

_HEX: Final = frozenset(string.hexdigits)
_WIDTHS: Final = {0xFD: 2, 0xFE: 4, 0xFF: 8}

Item = TypeVar("Item")


class Reader:
    """Walks over bytes; every refusal is a `LedgerError` that names what was being read.

    Parameters
    ----------
    data : bytes
        All of it; `end` refuses what is left over.
    what : str
        Named in refusals, e.g. ``transaction``.
    """

    __slots__ = ("_at", "_data", "_what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data, self._what, self._at = data, what, 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self._at

    def refuse(self, allowed: str) -> LedgerError:
        """Return, to be raised, that the bytes here are refused; `allowed` says what would have been accepted."""
        return LedgerError(self._what, f"byte {self._at} of {len(self._data)}", allowed)

    def take(self, count: int) -> bytes:
        """Return the next `count` bytes, or raise `LedgerError` when fewer are left."""
        if count > self.left:
            raise self.refuse(f"{count} more bytes; {self.left} are left")
        start, self._at = self._at, self._at + count
        return self._data[start : self._at]

    def peek(self) -> int:
        """Return the next byte without going on, or -1 at the end."""
        return self._data[self._at] if self.left else -1

    def uint(self, width: int) -> int:
        """Return an unsigned little-endian integer of `width` bytes."""
        return int.from_bytes(self.take(width), "little")

    def compact_size(self) -> int:
        """Return a compact size in its shortest form, at most `MOST_BYTES`."""
        first = self.uint(1)
        if first not in _WIDTHS:
            return first
        width = _WIDTHS[first]
        size = self.uint(width)
        if size < (0xFD if width == 2 else 1 << 4 * width):
            raise self.refuse("a compact size in its shortest form")
        if size > MOST_BYTES:
            raise self.refuse(f"a size of at most {MOST_BYTES}")
        return size

    def sized(self) -> bytes:
        """Return bytes that follow their own compact size."""
        return self.take(self.compact_size())

    def items(self, read: Callable[["Reader"], Item], least_bytes: int) -> tuple[Item, ...]:
        """Return items that follow their compact count.

        Parameters
        ----------
        read : callable
            Reads one item.
        least_bytes : int
            Of one item; a count that cannot fit what is left is refused before anything is read.
        """
        count = self.compact_size()
        if count * least_bytes > self.left:
            raise self.refuse(f"{count} items of at least {least_bytes} bytes; {self.left} bytes are left")
        return tuple(read(self) for _ in range(count))

    def end(self) -> None:
        """Refuse what is left over."""
        if self.left:
            raise self.refuse(f"nothing more; {self.left} bytes are left over")


def compact_size(size: int) -> bytes:
    """Return a compact size in its shortest form.

    Parameters
    ----------
    size : int
        0 … 2**64 - 1.

    Returns
    -------
    bytes
        1, 3, 5 or 9 of them.
    """
    for mark, width in _WIDTHS.items():
        if size < mark and width == 2:
            return size.to_bytes(1, "little")
        if size < 1 << 8 * width:
            return bytes([mark]) + size.to_bytes(width, "little")
    raise LedgerError("size", size, "0 to 2**64 - 1")


def from_hex(text: str, field: str, count: int) -> bytes:
    """Return bytes from hexadecimal digits, and from nothing else: no blanks between them.

    Parameters
    ----------
    text : str
        Two digits per byte, of either case.
    field : str
        What a refusal calls it.
    count : int
        Bytes.

    Returns
    -------
    bytes
        `count` of them.

    Raises
    ------
    LedgerError
        If it is anything else.
    """
    if len(text) != 2 * count or not _HEX.issuperset(text):
        raise LedgerError(field, text, f"{2 * count} hexadecimal digits")
    return bytes.fromhex(text)


def sized(data: bytes) -> bytes:
    """Return bytes behind their own compact size."""
    return compact_size(len(data)) + data
