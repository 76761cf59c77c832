"""The store: blocks, the chain that counts, and the set of coins, in one SQLite file.

Whatever moves coins happens in one transaction of the database: the coins that go and come, the undo data and the new tip are written
together or not at all. So a process that is killed at any moment leaves a file in which the coins are exactly those of the tip that it
names; the node goes on from there. (A write-ahead log, synchronised by SQLite at checkpoints: a power cut may cost the last blocks,
which the other nodes still have, but not the agreement of coins and tip.)
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from wattmint.errors import LedgerError
from wattmint.ledger.block import Block
from wattmint.ledger.coins import Change, Coin, read_undo, undo_bytes
from wattmint.ledger.hashes import as_written
from wattmint.ledger.header import HEADER_BYTES
from wattmint.ledger.rules import Rules
from wattmint.ledger.transaction import OutPoint, TxOut

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (seen INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, raw BLOB NOT NULL, invalid INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS active (height INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, undo BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS coin (
    txid BLOB, number INTEGER, value INTEGER NOT NULL, script BLOB NOT NULL, height INTEGER NOT NULL, coinbase INTEGER NOT NULL,
    PRIMARY KEY (txid, number)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS coin_script ON coin (script)
"""
_FORMAT: Final = "1"

Answer = TypeVar("Answer")


class Store:
    """One node's file.

    Parameters
    ----------
    path : Path or None
        Made when it is not there; None keeps everything in memory.
    rules : Rules
        Of the chain; a file of another chain is refused.

    Raises
    ------
    LedgerError
        If the file is no ledger, of another chain or format, or in use by another process.
    """

    __slots__ = ("_db",)

    def __init__(self, path: Path | None, rules: Rules) -> None:
        try:
            self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None, timeout=0.0)
        except sqlite3.Error as error:
            raise LedgerError("store", str(path), f"a file that can be opened ({error})") from None
        try:
            self._open(rules)
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise LedgerError("store", str(path), f"a ledger that no other process has open ({error})") from None
        except LedgerError:
            self._db.close()
            raise

    def close(self) -> None:
        """Close the file; what was written stays."""
        self._db.close()

    def _open(self, rules: Rules) -> None:
        for pragma in ("locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = NORMAL"):
            self._db.execute(f"PRAGMA {pragma}")
        self._together(lambda: self._make(rules))

    def _make(self, rules: Rules) -> None:
        for statement in _SCHEMA.split(";"):
            self._db.execute(statement)
        known = dict(self._db.execute("SELECT name, value FROM meta"))
        wanted = {"format": _FORMAT, "rules": rules.name}
        if not known:
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", wanted.items())
            self._insert_block(rules.genesis)
            self._db.execute("INSERT INTO active VALUES (0, ?, ?)", (rules.genesis.hash, undo_bytes(Change((), (), 0))))
        elif known != wanted:
            raise LedgerError("store", known.get("rules"), f"a ledger of {rules.name} in format {_FORMAT}")

    def _together(self, work: Callable[[], Answer]) -> Answer:
        """Do some writing in one transaction of the database."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            answer = work()
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")
        return answer

    def _insert_block(self, block: Block) -> None:
        self._db.execute("INSERT INTO block (hash, raw) VALUES (?, ?)", (block.hash, block.serialised()))

    def add_block(self, block: Block) -> None:
        """Keep a block, whether or not it will be on the chain that counts."""
        self._insert_block(block)

    def headers(self) -> Iterator[tuple[bytes, bool]]:
        """Yield the 80 bytes of every block in the order seen, and whether it was found invalid."""
        for raw, invalid in self._db.execute(f"SELECT substr(raw, 1, {HEADER_BYTES}), invalid FROM block ORDER BY seen"):  # noqa: S608 - a constant
            yield bytes(raw), bool(invalid)

    def block(self, block_hash: bytes) -> Block:
        """Return a block that was added; `LedgerError` when there is none of that hash."""
        row = self._db.execute("SELECT raw FROM block WHERE hash = ?", (block_hash,)).fetchone()
        if row is None:
            raise LedgerError("block", as_written(block_hash), "one that this node has")
        return Block.parse(bytes(row[0]))

    def mark_invalid(self, hashes: Iterable[bytes]) -> None:
        """Remember that blocks break the rules."""
        self._together(lambda: self._db.executemany("UPDATE block SET invalid = 1 WHERE hash = ?", [(one,) for one in hashes]))

    def tip(self) -> tuple[int, bytes]:
        """Return height and hash of the last block of the chain that counts."""
        height, block_hash = self._db.execute("SELECT height, hash FROM active ORDER BY height DESC LIMIT 1").fetchone()
        return int(height), bytes(block_hash)

    def fees_sat(self) -> int:
        """Return all fees paid on the chain that counts."""
        return sum(read_undo(bytes(undo))[0] for (undo,) in self._db.execute("SELECT undo FROM active"))

    def coin(self, point: OutPoint) -> Coin | None:
        """Return the coin at an outpoint, or None."""
        row = self._db.execute("SELECT value, script, height, coinbase FROM coin WHERE txid = ? AND number = ?", (point.txid, point.index)).fetchone()
        return None if row is None else Coin(TxOut(int(row[0]), bytes(row[1])), int(row[2]), bool(row[3]))

    def coins(self, script: bytes | None = None) -> Iterator[tuple[OutPoint, Coin]]:
        """Yield all coins, or those locked by a script, in the order of their ids."""
        what = "SELECT txid, number, value, script, height, coinbase FROM coin"
        query = (what + " WHERE script = ?", (script,)) if script is not None else (what, ())
        for txid, number, value, lock, height, coinbase in self._db.execute(query[0] + " ORDER BY txid, number", query[1]):
            yield OutPoint(bytes(txid), int(number)), Coin(TxOut(int(value), bytes(lock)), int(height), bool(coinbase))

    def total_sat(self) -> int:
        """Return the sum of all coins."""
        return int(self._db.execute("SELECT coalesce(sum(value), 0) FROM coin").fetchone()[0])

    def connect(self, height: int, block_hash: bytes, change: Change) -> None:
        """Apply a block's change and make the block the tip, in one transaction of the database.

        Parameters
        ----------
        height : int
            One above the tip's.
        block_hash : bytes
            Of a block that was added.
        change : Change
            As computed from the coins that are there now.
        """
        self._together(lambda: self._connect(height, block_hash, change))

    def _connect(self, height: int, block_hash: bytes, change: Change) -> None:
        self._drop([point for point, _ in change.spent])
        self._put(change.created)
        self._db.execute("INSERT INTO active VALUES (?, ?, ?)", (height, block_hash, undo_bytes(change)))

    def disconnect(self) -> Block:
        """Undo the tip's block, in one transaction of the database, and return it."""
        return self._together(self._disconnect)

    def _disconnect(self) -> Block:
        height, block_hash = self.tip()
        undo = self._db.execute("SELECT undo FROM active WHERE height = ?", (height,)).fetchone()[0]
        block = self.block(block_hash)
        self._db.executemany("DELETE FROM coin WHERE txid = ?", [(one.txid,) for one in block.transactions])
        self._put(read_undo(bytes(undo))[1])
        self._db.execute("DELETE FROM active WHERE height = ?", (height,))
        return block

    def _drop(self, points: Iterable[OutPoint]) -> None:
        for point in points:
            gone = self._db.execute("DELETE FROM coin WHERE txid = ? AND number = ?", (point.txid, point.index)).rowcount
            if gone != 1:
                raise LedgerError("coin", str(point), "there to be spent; the store was changed by someone else")

    def _put(self, coins: Iterable[tuple[OutPoint, Coin]]) -> None:
        rows = [(p.txid, p.index, c.output.value_sat, c.output.script, c.height, int(c.is_coinbase)) for p, c in coins]
        self._db.executemany("INSERT INTO coin VALUES (?, ?, ?, ?, ?, ?)", rows)
