import base64
import bz2
import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.ground import PURSE, SHOP, SPACING_S, Ground, ripe

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain, Moved
from wattmint.ledger.encoding import Reader
from wattmint.ledger.hashes import as_written, merkle_root
from wattmint.ledger.header import solved
from wattmint.ledger.miner import mined
from wattmint.ledger.pow import retargeted
from wattmint.ledger.rules import LATEST_S, MAINNET, PLAYGROUND
from wattmint.ledger.subsidy import issued_sat
from wattmint.ledger.transaction import Transaction, TxOut
from wattmint.units import SAT_PER_BTC


def reworked(block: Block, transactions: tuple[Transaction, ...] | None = None, **fields: object) -> Block:
    """A block with something changed and its work done again."""
    transactions = transactions or block.transactions
    header = replace(block.header, merkle=merkle_root([one.txid for one in transactions])[0], **fields)
    return Block(solved(header), transactions)


def first_blocks() -> list[Block]:
    golden = json.loads((Path(__file__).parents[1] / "golden" / "first_blocks.json").read_text())
    reader, blocks = Reader(bz2.decompress(base64.b64decode(golden["blocks"])), "blocks"), []
    while reader.left:
        start = reader._at
        from wattmint.ledger.header import Header

        Header.read(reader)
        reader.items(Transaction.read, 60)
        blocks.append(Block.parse(reader._data[start : reader._at]))
    return blocks


REAL = first_blocks()


@pytest.fixture(scope="module")
def mainnet() -> Iterator[Chain]:
    chain = Chain(None, MAINNET, lambda: REAL[-1].header.time_s)
    for block in REAL:
        chain.accept(block)
    yield chain
    chain.close()


def test_bitcoin_s_first_170_blocks_connect_and_the_first_payment_is_signed(mainnet):
    assert mainnet.height == 170
    assert as_written(mainnet.tip_hash) == "00000000d1145790a8694403d4063f323d499e655c83426834d4ce2f8dd4a2ee"
    assert [one.value_sat for one in REAL[-1].transactions[1].outputs] == [10 * SAT_PER_BTC, 40 * SAT_PER_BTC]
    assert mainnet.store.total_sat() == issued_sat(170) - 50 * SAT_PER_BTC
    assert mainnet.store.fees_sat() == 0


def test_the_first_payment_with_another_amount_is_refused(mainnet):
    payment = REAL[-1].transactions[1]
    outputs = (replace(payment.outputs[0], value_sat=11 * SAT_PER_BTC), replace(payment.outputs[1], value_sat=39 * SAT_PER_BTC))
    block = Block(REAL[-1].header, (REAL[-1].transactions[0], replace(payment, outputs=outputs)))
    chain = Chain(None, MAINNET, lambda: REAL[-1].header.time_s)
    for before in REAL[:-1]:
        chain.accept(before)
    with pytest.raises(LedgerError, match="merkle root"):
        chain.accept(block)
    assert chain.height == 169
    chain.close()


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"bits": 0x207FFFFE}, "bits"),
        ({"time_s": PLAYGROUND.genesis_time_s}, "time"),
        ({"time_s": PLAYGROUND.genesis_time_s + 1_000 * SPACING_S + LATEST_S}, "time"),
        ({"version": 3}, "version"),
        ({"version": 1 << 31}, "version"),
        ({"previous": b"\1" * 32}, "previous block"),
    ],
)
def test_headers_against_the_rules_are_refused(fields, what):
    ground = Ground()
    ground.mine(12)
    with pytest.raises(InputError, match=what):
        ground.chain.accept(reworked(ground.next_block(), **fields))
    assert ground.chain.height == 12


def test_a_header_without_work_is_refused():
    ground = Ground()
    block = ground.next_block()
    lazy = next(nonce for nonce in itertools.count() if int.from_bytes(replace(block.header, nonce=nonce).hash, "little") >> 255)
    with pytest.raises(LedgerError, match="hash"):
        ground.chain.accept(replace(block, header=replace(block.header, nonce=lazy)))


def test_difficulty_follows_the_chain_itself():
    ground = Ground()
    blocks = ground.mine(64)
    for end in (32, 64):
        took_s = blocks[end - 2].header.time_s - (blocks[end - 33].header.time_s if end > 32 else PLAYGROUND.genesis_time_s)
        bits = retargeted(blocks[end - 2].header.bits, took_s, PLAYGROUND.epoch_s, PLAYGROUND.easiest_bits)
        assert blocks[end - 1].header.bits == bits
    assert blocks[31].header.bits < blocks[30].header.bits == PLAYGROUND.easiest_bits  # blocks came twice too fast


@pytest.mark.parametrize("change", ["height", "commitment", "subsidy", "coin", "double"])
def test_blocks_against_the_rules_are_refused_and_change_nothing(change):
    ground = ripe()
    payment = ground.payment()
    ground.mempool.add(payment)
    tip, block = ground.chain.tip_hash, ground.next_block()
    coinbase = block.transactions[0]
    if change == "height":
        start = replace(coinbase.inputs[0], script=b"\1\1\1")
        bad = reworked(block, (replace(coinbase, inputs=(start,)), payment))
    elif change == "commitment":
        bad = reworked(block, (replace(coinbase, outputs=coinbase.outputs[:1]), payment))
    elif change == "subsidy":
        bad = reworked(block, (replace(coinbase, outputs=(TxOut(coinbase.outputs[0].value_sat + 1, SHOP.script), *coinbase.outputs[1:])), payment))
    elif change == "coin":
        ghost = replace(payment, inputs=(replace(payment.inputs[0], prevout=replace(payment.inputs[0].prevout, index=7), witness=()),))
        bad = reworked(block, (replace(coinbase, outputs=coinbase.outputs[:1], inputs=(replace(coinbase.inputs[0], witness=()),)), ghost))
    else:
        legacy = ripe()
        bad = reworked(block, (coinbase, payment, replace(payment, lock_time=1, inputs=(replace(payment.inputs[0], witness=()),))))
        assert legacy.chain.tip_hash == tip
    with pytest.raises(LedgerError):
        ground.chain.accept(bad)
    assert ground.chain.tip_hash == tip
    ground.take(block)
    assert ground.chain.tip_hash == block.hash


def rivals() -> tuple[Ground, Ground]:
    return ripe(), ripe()


def test_of_two_equal_branches_the_first_seen_stays_and_the_longer_wins():
    one, other = rivals()
    mine, theirs = one.mine(2, mark=b"one"), other.mine(3, mark=b"other")
    assert one.take(theirs[0]) == one.take(theirs[1]) == Moved()
    assert one.chain.tip_hash == mine[1].hash
    assert one.take(theirs[2]) == Moved((mine[1], mine[0]), tuple(theirs))
    assert one.chain.tip_hash == theirs[2].hash
    assert list(one.chain.store.coins()) == list(other.chain.store.coins())


def branch(count: int, spacing_s: int) -> Ground:
    ground = Ground()
    for _ in range(count):
        ground.take(mined(ground.chain, None, PURSE.script, ground.time_s + spacing_s))
    return ground


def test_fewer_blocks_with_more_work_win():
    slow, fast = branch(45, 600), branch(40, 75)
    assert fast.chain.tip.work == 32 * 2 + 9 * 8  # four times as hard after an epoch at an eighth of the spacing
    assert slow.chain.tip.work == 46 * 2
    for block_hash in fast.chain.hashes()[1:]:
        slow.take(fast.chain.store.block(block_hash))
    assert (slow.chain.tip_hash, slow.chain.height) == (fast.chain.tip_hash, 40)
    for block_hash in branch(45, 600).chain.hashes()[1:]:
        assert block_hash in slow.chain


OPERATIONS = st.lists(st.tuples(st.sampled_from(["mine", "pay", "tell"]), st.integers(0, 1), st.integers(0, 3)), max_size=14)


@settings(max_examples=20)
@given(OPERATIONS)
def test_whatever_two_nodes_do_no_coin_is_lost_or_made(operations):
    nodes = rivals()
    for what, who, number in operations:
        one, other = nodes[who], nodes[1 - who]
        if what == "mine":
            one.mine(number, mark=bytes([who]))
        elif what == "pay":
            with contextlib.suppress(LedgerError, IndexError):  # the coin may be waiting already, or there may be none so far down the list
                one.mempool.add(one.payment(rate=5 + number, number=number))
        else:
            for block_hash in one.chain.hashes()[1:]:
                other.take(one.chain.store.block(block_hash))
        for node in nodes:
            issued = issued_sat(node.chain.height, PLAYGROUND.halving_blocks) - 50 * SAT_PER_BTC
            assert node.chain.store.total_sat() == issued
    for one, other in (nodes, nodes[::-1]):
        for block_hash in one.chain.hashes()[1:]:
            other.take(one.chain.store.block(block_hash))
    assert nodes[0].chain.tip.work == nodes[1].chain.tip.work
    if nodes[0].chain.tip_hash == nodes[1].chain.tip_hash:
        assert list(nodes[0].chain.store.coins()) == list(nodes[1].chain.store.coins())


def test_a_branch_that_fails_late_is_left_again(tmp_path: Path):
    one, other = ripe(tmp_path / "one.db"), ripe()
    mine, theirs = one.mine(2, mark=b"one"), other.mine(2, mark=b"other")
    cheat = other.next_block(empty=True)
    coinbase = cheat.transactions[0]
    bad = reworked(cheat, (replace(coinbase, outputs=(TxOut(coinbase.outputs[0].value_sat + 1, PURSE.script),)),))
    before = list(one.chain.store.coins())
    for block in theirs:
        one.take(block)
    with pytest.raises(LedgerError, match="subsidy and fees"):
        one.chain.accept(bad)
    assert one.chain.tip_hash == mine[1].hash
    assert list(one.chain.store.coins()) == before
    for wrong, what in ((bad, "refused before"), (reworked(bad, previous=bad.hash), "not refused")):
        with pytest.raises(LedgerError, match=what):
            one.chain.accept(wrong)
    one.chain.close()
    again = Chain(tmp_path / "one.db", PLAYGROUND, lambda: one.time_s)
    assert again.tip_hash == mine[1].hash
    with pytest.raises(LedgerError, match="refused before"):
        again.accept(bad)
    again.close()


def test_a_payment_undone_by_the_other_branch_is_gone():
    one, other = rivals()
    point, coin = one.coin()
    to_shop = PURSE.pay([(point, coin)], [TxOut(SAT_PER_BTC, SHOP.script)], 10)
    to_self = PURSE.pay([(point, coin)], [TxOut(SAT_PER_BTC, PURSE.script)], 10)
    one.mempool.add(to_shop)
    other.mempool.add(to_self)
    one.mine(1)
    for block in other.mine(2):
        one.take(block)
    assert to_shop.txid not in one.mempool
    assert {coin.output.script for point, coin in one.chain.store.coins() if point.txid == to_self.txid} == {PURSE.script}
    with pytest.raises(LedgerError, match="there and not spent"):
        one.mempool.add(to_shop)


def test_locators_find_where_two_chains_part():
    one, other = rivals()
    one.mine(25, mark=b"one")
    theirs = other.mine(3, mark=b"other")
    found = other.chain.headers_after(one.chain.locator(), 2_000)
    assert [header.hash for header in found[-3:]] == [block.hash for block in theirs]
    assert len(found) < 3 + 2 * 25
    assert other.chain.headers_after([], 5)[0].previous == PLAYGROUND.genesis.hash
    assert len(other.chain.headers_after([], 5)) == 5
    assert len(one.chain.locator()) < 25
