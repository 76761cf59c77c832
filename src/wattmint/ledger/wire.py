"""Messages between nodes: Bitcoin's envelope, and of its messages those that carry blocks and transactions.

    magic      4     of the chain
    command   12     ASCII, filled up with zeros
    length     4
    checksum   4     first bytes of SHA-256, twice, of the payload
    payload

``inv``, ``getdata``, ``getheaders``, ``headers``, ``block`` and ``tx`` are laid out as in Bitcoin. The greeting ``version`` is shorter: protocol
version and a random number by which a node knows itself.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import Reader, compact_size
from wattmint.ledger.hashes import NO_HASH, sha256d
from wattmint.ledger.header import HEADER_BYTES, Header

PROTOCOL: Final = 1
MOST_HEADERS: Final = 2_000
MOST_LISTED: Final = 50_000
MOST_LOCATOR: Final = 101
MOST_PAYLOAD: Final = 4_000_000
TRANSACTION, BLOCK = 1, 2

_COMMAND: Final = 12
_CHECKSUM: Final = 4
_ENVELOPE: Final = 4 + _COMMAND + 4 + _CHECKSUM
_ITEM: Final = 36


@dataclass(frozen=True, slots=True)
class Message:
    """A command and its payload."""

    command: str
    payload: bytes

    def serialised(self, magic: bytes) -> bytes:
        """Return the bytes as sent."""
        name = self.command.encode("ascii").ljust(_COMMAND, b"\0")
        return magic + name + len(self.payload).to_bytes(4, "little") + sha256d(self.payload)[:_CHECKSUM] + self.payload


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of ``inv`` or ``getdata``: `TRANSACTION` or `BLOCK`, and its hash."""

    kind: int
    hash: bytes


def read_envelope(data: bytes, magic: bytes) -> tuple[str, int, bytes]:
    """Return command, length and checksum of an envelope.

    Parameters
    ----------
    data : bytes
        24.
    magic : bytes
        Of the chain.

    Returns
    -------
    tuple of str, int and bytes
        What the payload must be.

    Raises
    ------
    LedgerError
        If it is of another chain, its command is no ASCII word, or it announces too much.
    """
    reader = Reader(data, "message")
    if reader.take(len(magic)) != magic:
        raise reader.refuse(f"the first bytes {magic.hex()} of this chain")
    name = reader.take(_COMMAND).rstrip(b"\0")
    if not name.isalnum() or not name.isascii():
        raise reader.refuse("a command of ASCII letters")
    length = reader.uint(4)
    if length > MOST_PAYLOAD:
        raise reader.refuse(f"a payload of at most {MOST_PAYLOAD} bytes")
    return name.decode("ascii"), length, reader.take(_CHECKSUM)


async def receive(stream: asyncio.StreamReader, magic: bytes) -> Message:
    """Read the next message.

    Raises
    ------
    LedgerError
        If envelope or checksum is wrong.
    asyncio.IncompleteReadError
        If the other side has gone.
    """
    command, length, checksum = read_envelope(await stream.readexactly(_ENVELOPE), magic)
    payload = await stream.readexactly(length)
    if sha256d(payload)[:_CHECKSUM] != checksum:
        raise LedgerError("checksum", checksum.hex(), "that of the payload")
    return Message(command, payload)


def greeting(self_id: bytes) -> Message:
    """Return the first message of a node, with 8 random bytes of its own."""
    return Message("version", PROTOCOL.to_bytes(4, "little") + self_id)


def read_greeting(payload: bytes) -> bytes:
    """Return the random bytes of a greeting; another protocol or other bytes are refused with `LedgerError`."""
    reader = Reader(payload, "version")
    if reader.uint(4) != PROTOCOL:
        raise reader.refuse(f"protocol {PROTOCOL}")
    self_id = reader.take(8)
    reader.end()
    return self_id


def listing(command: str, items: list[Listed]) -> Message:
    """Return an ``inv`` or ``getdata``."""
    return Message(command, compact_size(len(items)) + b"".join(one.kind.to_bytes(4, "little") + one.hash for one in items))


def read_listing(payload: bytes) -> tuple[Listed, ...]:
    """Return the entries of an ``inv`` or ``getdata``; more than `MOST_LISTED`, or other bytes, are refused with `LedgerError`."""
    reader = Reader(payload, "inv")
    items = reader.items(lambda one: Listed(one.uint(4), one.take(32)), _ITEM)
    reader.end()
    if len(items) > MOST_LISTED:
        raise LedgerError("inv", len(items), f"at most {MOST_LISTED} entries")
    return items


def ask_headers(locator: list[bytes]) -> Message:
    """Return a ``getheaders`` for what follows the first hash of a locator that the other node knows."""
    return Message("getheaders", PROTOCOL.to_bytes(4, "little") + compact_size(len(locator)) + b"".join(locator) + NO_HASH)


def read_ask_headers(payload: bytes) -> list[bytes]:
    """Return the locator of a ``getheaders``; more than `MOST_LOCATOR` hashes, or other bytes, are refused with `LedgerError`."""
    reader = Reader(payload, "getheaders")
    reader.uint(4)
    locator = reader.items(lambda one: one.take(32), 32)
    reader.take(32)
    reader.end()
    if len(locator) > MOST_LOCATOR:
        raise LedgerError("getheaders", len(locator), f"at most {MOST_LOCATOR} hashes")
    return list(locator)


def send_headers(headers: list[Header]) -> Message:
    """Return a ``headers``: each with a count of zero transactions behind it."""
    return Message("headers", compact_size(len(headers)) + b"".join(one.serialised() + b"\0" for one in headers))


def read_headers(payload: bytes) -> list[Header]:
    """Return the headers of a ``headers``; more than `MOST_HEADERS`, or other bytes, are refused with `LedgerError`."""
    reader = Reader(payload, "headers")
    headers = reader.items(_read_header, HEADER_BYTES + 1)
    reader.end()
    if len(headers) > MOST_HEADERS:
        raise LedgerError("headers", len(headers), f"at most {MOST_HEADERS}")
    return list(headers)


def _read_header(reader: Reader) -> Header:
    header = Header.read(reader)
    if reader.uint(1) != 0:
        raise reader.refuse("a header without transactions")
    return header
