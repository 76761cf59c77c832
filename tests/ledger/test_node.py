import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from tests.ledger.ground import PURSE, SHOP, SPACING_S, first_blocks

from wattmint.errors import LedgerError
from wattmint.ledger.node import LOOPBACK, Node, Peer
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.transaction import TxOut
from wattmint.ledger.wire import BLOCK, Listed, Message, ask_headers, greeting, listing, read_headers, receive, send_headers

TIME_LIMIT_S = 60.0
"""Of a test that hangs; nothing waits for it to pass."""


class Net:
    """Nodes on a shared clock."""

    def __init__(self, count: int) -> None:
        self.time_s = PLAYGROUND.genesis_time_s
        self.nodes = [Node(str(number), None, PLAYGROUND, lambda: self.time_s) for number in range(count)]

    async def mine(self, number: int) -> bytes:
        self.time_s += SPACING_S
        return (await self.nodes[number].mine(PURSE.script)).hash

    async def link(self, one: int, other: int) -> Peer:
        peer = await self.nodes[one].connect(self.nodes[other].port)
        await self.nodes[one].until(lambda: peer.greeted)
        return peer

    async def agree(self, tip: bytes) -> None:
        for node in self.nodes:
            await node.until(lambda node=node: node.chain.tip_hash == tip)


def with_net(count: int, work: Callable[[Net], Awaitable[None]]) -> None:
    async def run() -> None:
        net = Net(count)
        for node in net.nodes:
            await node.start()
        try:
            async with asyncio.timeout(TIME_LIMIT_S):
                await work(net)
        finally:
            for node in net.nodes:
                await node.stop()

    asyncio.run(run())


def test_blocks_go_round_and_a_late_comer_catches_up():
    async def work(net: Net) -> None:
        await net.link(0, 1)
        for number in range(6):
            tip = await net.mine(number % 2)
            for node in net.nodes[:2]:
                await node.until(lambda node=node, tip=tip: node.chain.tip_hash == tip)
        await net.link(2, 1)
        await net.agree(tip)
        assert [node.chain.height for node in net.nodes] == [6, 6, 6]

    with_net(3, work)


def test_two_halves_that_grew_apart_agree_on_the_longer():
    async def work(net: Net) -> None:
        short = [await net.mine(0) for _ in range(2)]
        long = [await net.mine(1) for _ in range(3)]
        await net.link(0, 1)
        await net.agree(long[-1])
        assert short[-1] in net.nodes[0].chain

    with_net(2, work)


def test_transactions_go_round_and_the_second_spend_is_refused():
    async def work(net: Net) -> None:
        for block in first_blocks():
            net.time_s = block.header.time_s
            await net.nodes[0].take_block(block, None)
        await net.link(0, 1)
        await net.link(1, 2)
        await net.agree(first_blocks()[-1].hash)
        point, coin = PURSE.coins(net.nodes[0].chain)[0]
        first, second = (PURSE.pay([(point, coin.output)], [TxOut(value, SHOP.script)], 5) for value in (1_000, 2_000))
        await net.nodes[0].take_transaction(first, None)
        await net.nodes[2].until(lambda: first.txid in net.nodes[2].mempool)
        with pytest.raises(LedgerError, match="no waiting transaction spends"):
            await net.nodes[2].take_transaction(second, None)

    with_net(3, work)


def test_a_second_spend_from_a_peer_is_refused_but_the_peer_is_kept():
    async def work(net: Net) -> None:
        for block in first_blocks():
            net.time_s = block.header.time_s
            for node in net.nodes:
                await node.take_block(block, None)
        point, coin = PURSE.coins(net.nodes[0].chain)[0]
        for node, value in zip(net.nodes, (1_000, 2_000), strict=True):
            await node.take_transaction(PURSE.pay([(point, coin.output)], [TxOut(value, SHOP.script)], 5), None)
        await net.link(0, 1)
        third = PURSE.pay([(point, coin.output)], [TxOut(3_000, SHOP.script)], 5)
        peer = net.nodes[0].peers[0]
        net.nodes[0]._send(peer, Message("tx", third.serialised()))
        await net.nodes[1].until(lambda: bool(net.nodes[1].refused))
        assert "no waiting transaction spends" in net.nodes[1].refused[0]
        assert len(net.nodes[1].peers) == 1

    with_net(2, work)


async def stranger(node: Node, *messages: bytes) -> bytes:
    """Send bytes as a stranger, and return what the node says until it hangs up."""
    reader, writer = await asyncio.open_connection(LOOPBACK, node.port)
    writer.write(b"".join(messages))
    writer.write_eof()
    said = b""
    with contextlib.suppress(ConnectionError):  # who is cut off may see a reset instead of an end
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
    return said


HELLO = greeting(b"stranger").serialised(PLAYGROUND.magic)


def sent(message: Message) -> bytes:
    return message.serialised(PLAYGROUND.magic)


@pytest.mark.parametrize(
    ("messages", "what"),
    [
        ([b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"], "this chain"),
        ([sent(Message("inv", b"\0"))], "greeting first"),
        ([HELLO, HELLO], "one greeting"),
        ([HELLO, sent(Message("inv", b"\xff"))], "inv"),
        ([HELLO, sent(Message("headers", b"\1" + bytes(81)))], "previous block"),
        ([HELLO, sent(send_headers([replace(PLAYGROUND.genesis.header, previous=PLAYGROUND.genesis.hash, bits=0x1D00FFFF)]))], "hash"),
        ([HELLO, sent(Message("block", b"\0" * 100))], "block"),
        ([HELLO, sent(Message("tx", b"\1\2\3"))], "transaction"),
        ([HELLO, sent(Message("tx", b"\1\2\3"))[:-1] + b"\4"], "checksum"),
    ],
    ids=["other protocol", "no greeting", "two greetings", "inv", "unknown headers", "no work", "block", "transaction", "checksum"],
)
def test_a_stranger_who_breaks_the_rules_is_cut_off_and_the_node_goes_on(messages, what):
    async def work(net: Net) -> None:
        node = net.nodes[0]
        await stranger(node, *messages)
        await node.until(lambda: not node.peers)
        assert what in node.refused[0]
        await net.mine(0)
        assert node.chain.height == 1

    with_net(1, work)


def test_a_stranger_who_asks_is_answered_and_nothing_unasked_is_taken():
    async def work(net: Net) -> None:
        tip = await net.mine(0)
        unasked = sent(Message("block", net.nodes[0].chain.store.block(tip).serialised()))
        asked = sent(ask_headers([PLAYGROUND.genesis.hash])) + sent(listing("getdata", [Listed(BLOCK, tip), Listed(BLOCK, b"\1" * 32)]))
        said = await stranger(net.nodes[0], HELLO, asked, unasked, sent(Message("unknown", b"x")))
        stream = asyncio.StreamReader()
        stream.feed_data(said)
        stream.feed_eof()
        commands = {}
        for _ in range(4):
            message = await receive(stream, PLAYGROUND.magic)
            commands[message.command] = message.payload
        assert set(commands) == {"version", "getheaders", "headers", "block"}
        assert [header.hash for header in read_headers(commands["headers"])] == [tip]
        assert net.nodes[0].refused == []

    with_net(1, work)


def test_a_node_does_not_talk_to_itself():
    async def work(net: Net) -> None:
        await net.nodes[0].connect(net.nodes[0].port)
        await net.nodes[0].until(lambda: bool(net.nodes[0].refused) and not net.nodes[0].peers)
        assert "of another node" in net.nodes[0].refused[0]

    with_net(1, work)
