"""The stage of the play: nodes on this machine, their purses, a clock of its own, and what was seen and refused on it.

Everything waits for what it needs and for nothing else, so that what happens is the same on a fast machine and on a slow one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from wattmint.errors import InputError
from wattmint.ledger.block import Block
from wattmint.ledger.coins import Coin
from wattmint.ledger.node import Node, Peer
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.transaction import OutPoint, Transaction
from wattmint.ledger.wallet import Wallet

NAMES: Final = ("Ada", "Ben", "Cleo", "Dan")

SPACING_S: Final = 300
"""The stage's clock goes so far with each block: half of what the rules aim at, so that difficulty doubles with every epoch."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was tried and refused, and the node's own words."""

    what: str
    reason: str


class Stage:
    """Linked nodes with a purse each, a clock and a record.

    Parameters
    ----------
    folder : Path
        Empty; each node keeps its file there.
    """

    def __init__(self, folder: Path) -> None:
        self.time_s = PLAYGROUND.genesis_time_s
        self.nodes = [Node(name, folder / f"{name}.db", PLAYGROUND, lambda: self.time_s) for name in NAMES]
        self.purses = [Wallet(hashlib.sha256(name.encode()).digest(), legacy=name == NAMES[1]) for name in NAMES]
        self.shop = Wallet(hashlib.sha256(b"shop").digest())
        self.peers: dict[tuple[int, int], Peer] = {}
        self.events: list[str] = []
        self.refusals: list[Refusal] = []

    async def open(self, links: Sequence[tuple[int, int]]) -> None:
        """Start the nodes and link pairs of them."""
        for node in self.nodes:
            await node.start()
        await self.link(links)
        self.events.append(f"{len(self.nodes)} nodes listen on loopback ports and greet their neighbours")

    async def close(self) -> None:
        """Stop the nodes."""
        for node in self.nodes:
            await node.stop()

    async def link(self, links: Sequence[tuple[int, int]]) -> None:
        """Connect pairs of nodes and wait until they have greeted."""
        before = [len(node.peers) for node in self.nodes]
        for one, other in links:
            self.peers[one, other] = await self.nodes[one].connect(self.nodes[other].port)
        for index, node in enumerate(self.nodes):
            wanted = before[index] + sum(index in link for link in links)
            await node.until(partial(_has_greeted, node, wanted))

    async def cut(self, links: Sequence[tuple[int, int]]) -> None:
        """Cut pairs of nodes and wait until both ends know."""
        before = [len(node.peers) for node in self.nodes]
        for link in links:
            self.peers.pop(link).writer.close()
        for index, node in enumerate(self.nodes):
            wanted = before[index] - sum(index in link for link in links)
            await node.until(partial(_has_peers, node, wanted))

    async def mine(self, index: int, among: Sequence[int] = range(len(NAMES))) -> Block:
        """Let a node find a block, and wait until the others have it as their tip."""
        self.time_s += SPACING_S
        block = await self.nodes[index].mine(self.purses[index].script)
        await self.agree(among, block.hash)
        return block

    async def agree(self, among: Sequence[int], tip: bytes) -> None:
        """Wait until nodes have a tip."""
        for node in (self.nodes[one] for one in among):
            await node.until(partial(_has_tip, node, tip))

    async def spread(self, index: int, transaction: Transaction, among: Sequence[int] = range(len(NAMES))) -> None:
        """Hand a payment to a node, and wait until it waits everywhere."""
        await self.nodes[index].take_transaction(transaction, None)
        for node in (self.nodes[one] for one in among):
            await node.until(partial(_has_waiting, node, transaction.txid))

    async def refused(self, what: str, index: int, transaction: Transaction) -> None:
        """Try what a node must refuse."""
        try:
            await self.nodes[index].take_transaction(transaction, None)
        except InputError as error:
            self.refusals.append(Refusal(what, str(error)))

    def coin(self, index: int) -> tuple[OutPoint, Coin]:
        """Return a coin that a node's owner can spend now."""
        return self.purses[index].coins(self.nodes[index].chain, self.nodes[index].mempool)[0]


def _has_greeted(node: Node, count: int) -> bool:
    return sum(peer.greeted for peer in node.peers) == count


def _has_peers(node: Node, count: int) -> bool:
    return len(node.peers) == count


def _has_tip(node: Node, tip: bytes) -> bool:
    return node.chain.tip_hash == tip


def _has_waiting(node: Node, txid: bytes) -> bool:
    return txid in node.mempool
