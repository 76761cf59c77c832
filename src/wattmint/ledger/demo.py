"""The play: four nodes on this machine mine, pay, fork, heal, and refuse what must be refused.

Nodes, sockets, files, hashes and signatures are real; the clock is the play's own, so that days of blocks pass in seconds. Everything
waits for what it needs and for nothing else, so the outcome is the same on a fast machine and on a slow one; only the limit on the
whole is in real time.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from wattmint.errors import InputError, WattmintError
from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain
from wattmint.ledger.coins import Coin
from wattmint.ledger.hashes import as_written, merkle_root
from wattmint.ledger.header import solved
from wattmint.ledger.mempool import percentiles
from wattmint.ledger.miner import mined
from wattmint.ledger.node import Node, Peer
from wattmint.ledger.pow import expected_hashes, target_from_bits
from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS, MAINNET, PLAYGROUND
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.ledger.transaction import OutPoint, Transaction, TxOut
from wattmint.ledger.wallet import Wallet
from wattmint.units import SAT_PER_BTC

NAMES: Final = ("Ada", "Ben", "Cleo", "Dan")
LINKS: Final = ((0, 1), (1, 2), (2, 3), (3, 0))
BRIDGES: Final = ((1, 2), (3, 0))
"""Links that are cut to make two halves: the first two nodes, and the last two."""

SPACING_S: Final = 300
"""The play's clock goes so far with each block: half of what the rules aim at, so that difficulty doubles with every epoch."""

RATES_SAT_PER_VB: Final = (2, 5, 9, 14, 20, 31)
SHORT_BRANCH, LONG_BRANCH = 3, 5
LAST_HEIGHT: Final = 160
"""Beyond the playground's first halving at 150."""

GENESIS_TRIES: Final = 20_000
LONGEST_S: Final = 120.0
"""The play is given up after so many real seconds."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was tried and refused, and the node's own words."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the play ended.

    Attributes
    ----------
    nodes, height, tip : int, int and str
        How many, and the chain that counts, the same on all of them.
    first_hashes_per_block, last_hashes_per_block : int
        Mean hashes that a block takes, at the beginning and at the end.
    branches : tuple of int
        Blocks of the two branches while the network was cut.
    blocks_left, payments_reversed : int
        What the shorter branch's half gave up when the network healed: blocks, and payments whose coin the other branch had spent.
    payments, fees_sat, subsidy_sat : int
        Payments on the chain that counts, all their fees, and all subsidies above the first block.
    coinbase_sat : int
        What the coinbases above the first block took: subsidies and fees, no more and no less.
    coins_sat : int
        Sum of all coins, the same on all nodes: the subsidies, because fees only change hands.
    waiting_sat_per_vb : dict of str to float
        Percentiles of the fee rates that waited for one block, by bytes.
    genesis_nonce : int
        Of Bitcoin's first block, found again by search.
    refusals : tuple of Refusal
        In order.
    events : tuple of str
        What happened, in order.
    """

    nodes: int
    height: int
    tip: str
    first_hashes_per_block: int
    last_hashes_per_block: int
    branches: tuple[int, int]
    blocks_left: int
    payments_reversed: int
    payments: int
    fees_sat: int
    subsidy_sat: int
    coinbase_sat: int
    coins_sat: int
    waiting_sat_per_vb: dict[str, float]
    genesis_nonce: int
    refusals: tuple[Refusal, ...]
    events: tuple[str, ...]


def play(folder: Path) -> Outcome:
    """Run the play.

    Parameters
    ----------
    folder : Path
        Empty; each node keeps its file there.

    Returns
    -------
    Outcome
        Checked: all nodes on one tip with the same coins, and not a satoshi more or less than the rules give.

    Raises
    ------
    WattmintError
        If the nodes do not agree in time, or the coins are not what they must be: a defect.
    """
    return asyncio.run(_play(folder))


async def _play(folder: Path) -> Outcome:
    stage = _Stage(folder)
    try:
        async with asyncio.timeout(LONGEST_S):
            await stage.open()
            await stage.earn()
            waiting = await stage.market()
            await stage.double_spend()
            reversed_payments = await stage.fork_and_heal()
            await stage.finish()
        return stage.outcome(waiting, reversed_payments)
    except TimeoutError:
        raise WattmintError(f"the nodes did not agree within {LONGEST_S:g} s") from None
    finally:
        await stage.close()


class _Stage:
    """The nodes, their purses, the clock and the record."""

    def __init__(self, folder: Path) -> None:
        self.time_s = PLAYGROUND.genesis_time_s
        self.nodes = [Node(name, folder / f"{name}.db", PLAYGROUND, lambda: self.time_s) for name in NAMES]
        self.purses = [Wallet(hashlib.sha256(name.encode()).digest(), legacy=name == NAMES[1]) for name in NAMES]
        self.shop = Wallet(hashlib.sha256(b"shop").digest())
        self.peers: dict[tuple[int, int], Peer] = {}
        self.events: list[str] = []
        self.refusals: list[Refusal] = []

    async def open(self) -> None:
        """Start the nodes and link them."""
        for node in self.nodes:
            await node.start()
        await self.link(LINKS)
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

    async def earn(self) -> None:
        """Mine until the first coins are mature."""
        for height in range(COINBASE_MATURITY_BLOCKS + len(NAMES)):
            await self.mine(height % len(NAMES))
        self.events.append(f"{self.nodes[0].chain.height} blocks mined in turn; new coins can be spent after {COINBASE_MATURITY_BLOCKS} blocks")

    async def market(self) -> dict[str, float]:
        """Pay at different fee rates, and mine what waits."""
        point, coin = self._coin(0)
        paid = TxOut(SAT_PER_BTC, self.shop.script)
        for rate in RATES_SAT_PER_VB:
            payment = self.purses[0].pay([(point, coin.output)], [paid], rate)
            await self.spread(0, payment)
            change = len(payment.outputs) - 1
            point, coin = OutPoint(payment.txid, change), replace(coin, output=payment.outputs[change])
        rates = self.nodes[2].mempool.rates()
        found = percentiles(rates, (0.1, 0.5, 0.9))
        block = await self.mine(2)
        self.events.append(f"{len(block.transactions) - 1} payments at {RATES_SAT_PER_VB[0]} to {RATES_SAT_PER_VB[-1]} sat/vB wait and are mined")
        return {name: float(value) for name, value in zip(("p10", "p50", "p90"), found, strict=True)}

    async def double_spend(self) -> None:
        """Pay the shop, then try in three ways to spend the same coin again."""
        point, coin = self._coin(1)
        honest = self.purses[1].pay([(point, coin.output)], [TxOut(2 * SAT_PER_BTC, self.shop.script)], 10)
        again = self.purses[1].pay([(point, coin.output)], [TxOut(2 * SAT_PER_BTC, self.purses[1].script)], 100)
        await self.spread(1, honest)
        await self.refused("a second spend of a waiting coin, at ten times the fee", 3, again)
        await self.mine(3)
        await self.refused("a second spend of a coin that a block has spent", 3, again)
        cheating = _with_payment(self.nodes[2].chain, self.purses[2].script, self.time_s, again)
        try:
            await self.nodes[0].take_block(cheating, None)
        except InputError as error:
            self.refusals.append(Refusal("a block, its work done, that spends the coin again", str(error)))
        self.events.append(f"a double spend is tried {len(self.refusals)} times and refused {len(self.refusals)} times")

    async def refused(self, what: str, index: int, transaction: Transaction) -> None:
        """Try what a node must refuse."""
        try:
            await self.nodes[index].take_transaction(transaction, None)
        except InputError as error:
            self.refusals.append(Refusal(what, str(error)))

    async def fork_and_heal(self) -> int:
        """Cut the network, spend one coin on both sides, join it again, and return how many payments were reversed."""
        await self.cut(BRIDGES)
        point, coin = self._coin(0)
        to_shop = self.purses[0].pay([(point, coin.output)], [TxOut(3 * SAT_PER_BTC, self.shop.script)], 12)
        to_self = self.purses[0].pay([(point, coin.output)], [TxOut(3 * SAT_PER_BTC, self.purses[0].script)], 12)
        await self.spread(0, to_shop, (0, 1))
        await self.spread(2, to_self, (2, 3))
        short = [await self.mine(one % 2, (0, 1)) for one in range(SHORT_BRANCH)]
        self.time_s -= SHORT_BRANCH * SPACING_S  # both halves mine in the same hours
        long = [await self.mine(2 + one % 2, (2, 3)) for one in range(LONG_BRANCH)]
        self.events.append(f"the network is cut; one half mines {SHORT_BRANCH} blocks, the other {LONG_BRANCH}; one coin is spent in both")
        await self.link(BRIDGES)
        await self.agree(range(len(NAMES)), long[-1].hash)
        with suppress(InputError):
            self.nodes[0].mempool.add(to_shop)  # cannot come back: its coin is gone
        gone = [one for block in short for one in block.transactions[1:] if self.nodes[0].chain.coin(OutPoint(one.txid, 0)) is None]
        lost = [one for one in gone if one.txid not in self.nodes[0].mempool]
        self.events.append(f"the network heals: all nodes move to the longer branch, {SHORT_BRANCH} blocks and {len(lost)} payment are undone")
        return len(lost)

    async def finish(self) -> None:
        """Mine past the first halving."""
        index = 0
        while self.nodes[0].chain.height < LAST_HEIGHT:
            await self.mine(index % len(NAMES))
            index += 1
        self.events.append(f"mined on to height {LAST_HEIGHT}; the subsidy halved at {PLAYGROUND.halving_blocks}")

    def outcome(self, waiting: dict[str, float], reversed_payments: int) -> Outcome:
        """Audit all nodes and sum up."""
        accounts = {_account(node.chain) for node in self.nodes}
        if len(accounts) != 1:
            raise WattmintError(f"the nodes ended with {len(accounts)} different accounts of the coins")
        account = accounts.pop()
        if account.coins_sat != account.subsidy_sat or account.coinbase_sat != account.subsidy_sat + account.fees_sat:
            raise WattmintError(f"coins are not what the rules give: {account}")
        chain, genesis = self.nodes[0].chain, MAINNET.genesis.header
        near = solved(replace(genesis, nonce=genesis.nonce - GENESIS_TRIES), 2 * GENESIS_TRIES)
        return Outcome(
            nodes=len(self.nodes),
            height=chain.height,
            tip=as_written(chain.tip_hash),
            first_hashes_per_block=PLAYGROUND.genesis.header.work,
            last_hashes_per_block=expected_hashes(target_from_bits(chain.required_bits())),
            branches=(SHORT_BRANCH, LONG_BRANCH),
            blocks_left=SHORT_BRANCH,
            payments_reversed=reversed_payments,
            payments=account.payments,
            fees_sat=account.fees_sat,
            subsidy_sat=account.subsidy_sat,
            coinbase_sat=account.coinbase_sat,
            coins_sat=account.coins_sat,
            waiting_sat_per_vb=waiting,
            genesis_nonce=-1 if near is None else near.nonce,
            refusals=tuple(self.refusals),
            events=tuple(self.events),
        )

    def _coin(self, index: int) -> tuple[OutPoint, Coin]:
        return self.purses[index].coins(self.nodes[index].chain, self.nodes[index].mempool)[0]


@dataclass(frozen=True, slots=True)
class _Account:
    """What one node says of the chain that counts: summed from its blocks, and from its set of coins."""

    tip: bytes
    coins_digest: bytes
    coins_sat: int
    coinbase_sat: int
    subsidy_sat: int
    fees_sat: int
    payments: int


def _account(chain: Chain) -> _Account:
    blocks = [chain.store.block(one) for one in chain.hashes()[1:]]
    digest = hashlib.sha256()
    for point, coin in chain.store.coins():
        digest.update(point.serialised() + coin.output.serialised() + coin.height.to_bytes(4, "little"))
    return _Account(
        tip=chain.tip_hash,
        coins_digest=digest.digest(),
        coins_sat=chain.store.total_sat(),
        coinbase_sat=sum(one.value_sat for block in blocks for one in block.transactions[0].outputs),
        subsidy_sat=sum(subsidy_sat(height, chain.rules.halving_blocks) for height in range(1, len(blocks) + 1)),
        fees_sat=chain.store.fees_sat(),
        payments=sum(len(block.transactions) - 1 for block in blocks),
    )


def _has_greeted(node: Node, count: int) -> bool:
    return sum(peer.greeted for peer in node.peers) == count


def _has_peers(node: Node, count: int) -> bool:
    return len(node.peers) == count


def _has_tip(node: Node, tip: bytes) -> bool:
    return node.chain.tip_hash == tip


def _has_waiting(node: Node, txid: bytes) -> bool:
    return txid in node.mempool


def _with_payment(chain: Chain, script: bytes, time_s: int, payment: Transaction) -> Block:
    """Return a block of a cheat: an honest one's header with a payment added, its work done anew; without witnesses, hence P2PKH."""
    block = mined(chain, None, script, time_s)
    transactions = (*block.transactions, payment)
    header = replace(block.header, merkle=merkle_root([one.txid for one in transactions])[0], nonce=0)
    found = solved(header)
    assert found is not None  # noqa: S101 - at the playground's difficulty some nonce of 2**32 always is
    return Block(found, transactions)
