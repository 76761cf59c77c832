"""A node: a chain, a mempool, and other nodes over TCP that it exchanges blocks and transactions with.

Who has news announces it (``inv``); who lacks it asks (``getheaders``, then ``getdata``) and judges for itself. A peer that sends
malformed bytes or a block against the rules is cut off; a transaction that cannot stand beside what is known is only refused, because
honest nodes can disagree about which of two came first. It listens on the loopback address alone.
"""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain
from wattmint.ledger.hashes import as_written
from wattmint.ledger.mempool import Mempool
from wattmint.ledger.miner import mined
from wattmint.ledger.rules import Rules
from wattmint.ledger.transaction import Transaction
from wattmint.ledger.wire import (
    BLOCK,
    MOST_HEADERS,
    TRANSACTION,
    Listed,
    Message,
    ask_headers,
    greeting,
    listing,
    read_ask_headers,
    read_greeting,
    read_headers,
    read_listing,
    receive,
    send_headers,
)

LOOPBACK: Final = "127.0.0.1"


class Peer:
    """The other end of a connection.

    Parameters
    ----------
    reader, writer : asyncio streams
        Of the connection.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.greeted = False
        self.wanted: set[bytes] = set()
        self.has_more = False


class Node:
    """One node. Use from one event loop.

    Parameters
    ----------
    name : str
        For people; marks its blocks.
    path : Path or None
        Of the store; None keeps it in memory.
    rules : Rules
        Of the chain.
    now : callable
        Seconds since 1970.
    """

    def __init__(self, name: str, path: Path | None, rules: Rules, now: Callable[[], int]) -> None:
        self.name, self._now = name, now
        self.chain = Chain(path, rules, now)
        self.mempool = Mempool(self.chain)
        self.peers: list[Peer] = []
        self.refused: list[str] = []
        self._self_id = secrets.token_bytes(8)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()

    @property
    def port(self) -> int:
        """Where it listens; chosen by the system."""
        assert self._server is not None  # noqa: S101 - asked after `start` only
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        """Listen on the loopback address, at a port that the system chooses."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0)

    async def stop(self) -> None:
        """Leave the network and close the store."""
        if self._server is not None:
            self._server.close()
        for peer in list(self.peers):
            peer.writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.chain.close()

    async def connect(self, port: int) -> Peer:
        """Connect to a node on this machine, and return its end."""
        peer = Peer(*await asyncio.open_connection(LOOPBACK, port))
        self._follow(peer)
        return peer

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something has become true; it is asked whenever the node has news."""
        async with self._news:
            await self._news.wait_for(true)

    async def mine(self, script: bytes) -> Block:
        """Find a block on top of the tip, take it in and announce it."""
        block = mined(self.chain, self.mempool, script, self._now(), mark=self.name.encode())
        await self.take_block(block, None)
        return block

    async def take_block(self, block: Block, sender: Peer | None) -> None:
        """Take a block in; when the tip moves, announce it to all but the sender. Raises `InputError` when it is refused."""
        moved = self.chain.accept(block)
        if moved.joined:
            self.mempool.follow(moved)
            await self._announce(Listed(BLOCK, self.chain.tip_hash), sender)

    async def take_transaction(self, transaction: Transaction, sender: Peer | None) -> None:
        """Let a transaction wait and announce it to all but the sender. Raises `InputError` when it is refused."""
        if transaction.txid not in self.mempool:
            self.mempool.add(transaction)
            await self._announce(Listed(TRANSACTION, transaction.txid), sender)

    async def _announce(self, news: Listed, sender: Peer | None) -> None:
        for peer in self.peers:
            if peer is not sender and peer.greeted:
                self._send(peer, listing("inv", [news]))
        await self._notify()

    async def _notify(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._follow(Peer(reader, writer))

    def _follow(self, peer: Peer) -> None:
        self.peers.append(peer)
        task = asyncio.create_task(self._talk(peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _talk(self, peer: Peer) -> None:
        self._send(peer, greeting(self._self_id))
        try:
            while True:
                await self._answer(peer, await receive(peer.reader, self.chain.rules.magic))
                await peer.writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the other side has gone
        except InputError as error:
            self.refused.append(str(error))
        finally:
            self.peers.remove(peer)
            peer.writer.close()
            with contextlib.suppress(ConnectionError):
                await peer.writer.wait_closed()
            await self._notify()

    async def _answer(self, peer: Peer, message: Message) -> None:
        if message.command == "version":
            self._greeted(peer, read_greeting(message.payload))
            await self._notify()
        elif not peer.greeted:
            raise LedgerError("message", message.command, "a greeting first")
        elif message.command == "inv":
            self._hear(peer, read_listing(message.payload))
        elif message.command == "getheaders":
            self._send(peer, send_headers(self.chain.headers_after(read_ask_headers(message.payload), MOST_HEADERS)))
        elif message.command == "headers":
            self._want(peer, message.payload)
        elif message.command == "getdata":
            self._give(peer, read_listing(message.payload))
        elif message.command == "block":
            await self._got_block(peer, Block.parse(message.payload))
        elif message.command == "tx":
            await self._got_transaction(peer, Transaction.parse(message.payload))

    def _greeted(self, peer: Peer, other_id: bytes) -> None:
        if peer.greeted or other_id == self._self_id:
            raise LedgerError("version", other_id.hex(), "one greeting, of another node")
        peer.greeted = True
        self._send(peer, ask_headers(self.chain.locator()))

    def _hear(self, peer: Peer, news: tuple[Listed, ...]) -> None:
        if any(one.kind == BLOCK and one.hash not in self.chain for one in news):
            self._send(peer, ask_headers(self.chain.locator()))
        unknown = [one for one in news if one.kind == TRANSACTION and one.hash not in self.mempool]
        if unknown:
            self._send(peer, listing("getdata", unknown))

    def _want(self, peer: Peer, payload: bytes) -> None:
        headers = read_headers(payload)
        before = None
        for header in headers:
            if header.previous != before and header.previous not in self.chain:
                raise LedgerError("previous block", as_written(header.previous), "one that is known or was just sent")
            header.check_work(self.chain.rules.easiest_bits)
            before = header.hash
        unknown = [one.hash for one in headers if one.hash not in self.chain and one.hash not in peer.wanted]
        peer.has_more = len(headers) == MOST_HEADERS
        peer.wanted |= set(unknown)
        if unknown:
            self._send(peer, listing("getdata", [Listed(BLOCK, one) for one in unknown]))

    def _give(self, peer: Peer, asked: tuple[Listed, ...]) -> None:
        for one in asked:
            if one.kind == BLOCK and one.hash in self.chain:
                self._send(peer, Message("block", self.chain.store.block(one.hash).serialised()))
            transaction = self.mempool.get(one.hash) if one.kind == TRANSACTION else None
            if transaction is not None:
                self._send(peer, Message("tx", transaction.serialised()))

    async def _got_block(self, peer: Peer, block: Block) -> None:
        if block.hash not in peer.wanted:
            return  # nobody asked
        peer.wanted.remove(block.hash)
        await self.take_block(block, peer)
        if not peer.wanted and peer.has_more:
            self._send(peer, ask_headers(self.chain.locator()))

    async def _got_transaction(self, peer: Peer, transaction: Transaction) -> None:
        try:
            await self.take_transaction(transaction, peer)
        except InputError as error:
            self.refused.append(str(error))
            await self._notify()

    def _send(self, peer: Peer, message: Message) -> None:
        if not peer.writer.is_closing():
            peer.writer.write(message.serialised(self.chain.rules.magic))
