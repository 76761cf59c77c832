"""The chain that counts: of all blocks seen, the valid branch with the most work; of two equals, the one seen first.

A block is accepted when its header, its transactions taken alone and its place are right. Whether its coins are there shows only when it
is connected; a branch that fails there is marked, with all that builds on it, and the best of the others is taken up again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.block import Block, check_block, check_height, check_witnesses
from wattmint.ledger.coins import Coin, Place, change_of, check_final
from wattmint.ledger.hashes import as_written
from wattmint.ledger.header import Header
from wattmint.ledger.pow import retargeted
from wattmint.ledger.rules import LATEST_S, MEDIAN_BLOCKS, Rules
from wattmint.ledger.store import Store
from wattmint.ledger.transaction import OutPoint

LOCATOR_STEPS: Final = 10
"""So many of the newest blocks stand one by one in a locator; from there the steps double."""


@dataclass(eq=False, slots=True)
class Entry:
    """A block's place among all blocks seen.

    Attributes
    ----------
    header : Header
        Its header.
    height : int
        0 for the first.
    work : int
        Mean number of hashes of it and all before it.
    parent : Entry or None
        The one before.
    invalid : bool
        Whether it, or one before it, breaks the rules.
    """

    header: Header
    height: int
    work: int
    parent: "Entry | None" = field(repr=False)
    invalid: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """How the chain that counts has changed: blocks that left it, the last first, and blocks that joined, the first first."""

    left: tuple[Block, ...] = ()
    joined: tuple[Block, ...] = ()


class Chain:
    """All blocks seen, and the chain that counts.

    Parameters
    ----------
    path : Path or None
        Of the store; None keeps it in memory.
    rules : Rules
        Of the chain.
    now : callable
        Seconds since 1970, for the limit on blocks from the future.
    """

    def __init__(self, path: Path | None, rules: Rules, now: Callable[[], int]) -> None:
        self.rules, self.store, self._now = rules, Store(path, rules), now
        self._entries: dict[bytes, Entry] = {}
        for raw, invalid in self.store.headers():
            self._add_entry(Header.parse(raw), invalid=invalid)
        self.tip = self._entries[self.store.tip()[1]]
        self._advance()  # a process that was killed while it moved to a better branch goes on with that

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._entries

    @property
    def height(self) -> int:
        """Of the tip."""
        return self.tip.height

    @property
    def tip_hash(self) -> bytes:
        """Of the tip."""
        return self.tip.header.hash

    def coin(self, point: OutPoint) -> Coin | None:
        """Return the coin at an outpoint on the chain that counts, or None."""
        return self.store.coin(point)

    def hashes(self) -> list[bytes]:
        """Return the hashes of the chain that counts, the first block's first."""
        return [entry.header.hash for entry in reversed(_back(self.tip, None))]

    def locator(self) -> list[bytes]:
        """Return hashes from the tip back in growing steps, by which another node finds where the two chains part."""
        hashes = self.hashes()
        found, at, step = [], len(hashes) - 1, 1
        while at > 0:
            found.append(hashes[at])
            step = step * 2 if len(found) >= LOCATOR_STEPS else 1
            at -= step
        return [*found, hashes[0]]

    def headers_after(self, locator: list[bytes], most: int) -> list[Header]:
        """Return headers of the chain that counts behind the first hash of a locator that is on it, at most `most`."""
        entries = list(reversed(_back(self.tip, None)))
        heights = {entry.header.hash: entry.height for entry in entries}
        start = next((heights[one] for one in locator if one in heights), 0)
        return [entry.header for entry in entries[start + 1 : start + 1 + most]]

    def required_bits(self) -> int:
        """Return the bits that a block on top of the tip must have."""
        return self._bits_after(self.tip)

    def earliest_time_s(self) -> int:
        """Return the first second that a block on top of the tip may carry."""
        return _median_time_s(self.tip) + 1

    def next_place(self) -> Place:
        """Return the place on top of the tip."""
        return self._place(self.tip, _median_time_s(self.tip))

    def accept(self, block: Block) -> Moved:
        """Take a block in, and move to the best branch.

        Parameters
        ----------
        block : Block
            Its parent must be known. A block known already changes nothing.

        Returns
        -------
        Moved
            Empty when the block is on a branch that does not count.

        Raises
        ------
        InputError
            If the block breaks a rule, builds on one that does, or its parent is unknown; the chain is then as good as before.
        """
        known = self._entries.get(block.hash)
        if known is not None:
            if known.invalid:
                raise LedgerError("block", as_written(block.hash), "one that was not refused before")
            return Moved()
        parent = self._entries.get(block.header.previous)
        if parent is None or parent.invalid:
            raise LedgerError("previous block", as_written(block.header.previous), "one that this node knows and has not refused")
        self.check_header(block.header, parent)
        check_block(block, self.rules.easiest_bits)
        self._check_in_place(block, parent)
        self.store.add_block(block)
        return self._advance(self._add_entry(block.header))

    def check_header(self, header: Header, parent: Entry | None = None) -> None:
        """Refuse a header that may not follow its parent, or whose parent is unknown.

        Parameters
        ----------
        header : Header
            Any.
        parent : Entry, optional
            Looked up when left out.

        Raises
        ------
        InputError
            If work, bits, time or version is refused.
        """
        parent = parent or self._entries.get(header.previous)
        if parent is None:
            raise LedgerError("previous block", as_written(header.previous), "one that this node knows")
        header.check_work(self.rules.easiest_bits)
        bits = self._bits_after(parent)
        if header.bits != bits:
            raise LedgerError("bits", hex(header.bits), f"{bits:#x}, as the chain itself sets them")
        earliest, latest = _median_time_s(parent) + 1, self._now() + LATEST_S
        if not earliest <= header.time_s <= latest:
            raise LedgerError("time", header.time_s, f"{earliest} to {latest}: after the median of the {MEDIAN_BLOCKS} blocks before, not far ahead")
        least = self.rules.least_version(parent.height + 1)
        if header.version < least or header.version >> 31:
            raise LedgerError("version", header.version, f"{least} or above, below 2**31")

    def _check_in_place(self, block: Block, parent: Entry) -> None:
        height = parent.height + 1
        if height >= self.rules.height_in_coinbase:
            check_height(block, height)
        if height >= self.rules.witness:
            check_witnesses(block)
        elif any(one.has_witness for one in block.transactions):
            raise LedgerError("witness", as_written(block.hash), f"none before height {self.rules.witness}")
        place = self._place(parent, block.header.time_s)
        for transaction in block.transactions:
            check_final(transaction, place)

    def _place(self, parent: Entry, own_time_s: int) -> Place:
        height = parent.height + 1
        time_s = _median_time_s(parent) if height >= self.rules.relative_locks else own_time_s
        return Place(self.rules, height, time_s, lambda at: _median_time_s(_at_height(parent, at)))

    def _bits_after(self, parent: Entry) -> int:
        if (parent.height + 1) % self.rules.epoch_blocks:
            return parent.header.bits
        first = _at_height(parent, parent.height + 1 - self.rules.epoch_blocks)
        took_s = parent.header.time_s - first.header.time_s
        return retargeted(parent.header.bits, took_s, self.rules.epoch_s, self.rules.easiest_bits)

    def _add_entry(self, header: Header, *, invalid: bool = False) -> Entry:
        parent = self._entries.get(header.previous)
        height, work = (0, 0) if parent is None else (parent.height + 1, parent.work)
        entry = Entry(header, height, work + header.work, parent, invalid or (parent is not None and parent.invalid))
        self._entries[header.hash] = entry
        return entry

    def _advance(self, newest: Entry | None = None) -> Moved:
        """Move to the best branch; with `newest` alone having joined, nothing else can have become better."""
        if newest is not None and newest.work <= self.tip.work:
            return Moved()
        start, fault = self.tip, None
        while (best := self._best()) is not self.tip:
            fork = _fork(self.tip, best)
            while self.tip is not fork and self.tip.parent is not None:
                self.store.disconnect()
                self.tip = self.tip.parent
            for entry in reversed(_back(best, fork)):
                try:
                    self._connect(entry)
                except InputError as error:
                    self._condemn(entry)
                    fault = fault or error
                    break
        if fault is not None and newest is not None and newest.invalid:
            raise fault
        return self._moved(start)

    def _best(self) -> Entry:
        return max((entry for entry in self._entries.values() if not entry.invalid), key=lambda entry: entry.work)  # the first seen of equals

    def _connect(self, entry: Entry) -> None:
        assert entry.parent is not None  # noqa: S101 - only the first block has none, and it is always connected
        block = self.store.block(entry.header.hash)
        change = change_of(block, self._place(entry.parent, block.header.time_s), self.store.coin)
        self.store.connect(entry.height, entry.header.hash, change)
        self.tip = entry

    def _condemn(self, entry: Entry) -> None:
        entry.invalid = True
        for other in self._entries.values():  # in the order seen, parents first
            other.invalid |= other.parent is not None and other.parent.invalid
        self.store.mark_invalid([entry.header.hash])

    def _moved(self, start: Entry) -> Moved:
        fork = _fork(start, self.tip)
        left = tuple(self.store.block(entry.header.hash) for entry in _back(start, fork))
        return Moved(left, tuple(self.store.block(entry.header.hash) for entry in reversed(_back(self.tip, fork))))


def _back(entry: Entry, stop: Entry | None) -> list[Entry]:
    """Return entries from one back to, and without, another."""
    found, at = [], entry
    while at is not stop:
        found.append(at)
        if at.parent is None:
            break
        at = at.parent
    return found


def _fork(one: Entry, other: Entry) -> Entry:
    """Return the last entry that two branches share."""
    while one is not other:
        higher, lower = (one, other) if one.height >= other.height else (other, one)
        assert higher.parent is not None  # noqa: S101 - all branches share the first block
        one, other = higher.parent, lower
    return one


def _at_height(entry: Entry, height: int) -> Entry:
    while entry.height > height and entry.parent is not None:
        entry = entry.parent
    return entry


def _median_time_s(entry: Entry) -> int:
    times, at = [entry.header.time_s], entry
    while len(times) < MEDIAN_BLOCKS and at.parent is not None:
        at = at.parent
        times.append(at.header.time_s)
    return sorted(times)[len(times) // 2]
