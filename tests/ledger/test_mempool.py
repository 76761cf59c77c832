from dataclasses import replace
from fractions import Fraction

import pytest
from tests.ledger.ground import PURSE, SHOP, Ground, ripe

from wattmint.errors import LedgerError
from wattmint.ledger.mempool import MOST_ANCESTORS, percentiles
from wattmint.ledger.transaction import OutPoint, Transaction, TxOut
from wattmint.units import SAT_PER_BTC


def child(parent: Transaction, *, rate: int, index: int = 1) -> Transaction:
    return PURSE.pay([(OutPoint(parent.txid, index), parent.outputs[index])], [TxOut(10_000, SHOP.script)], rate)


def test_the_first_seen_stays():
    ground = ripe()
    coin = ground.coin()
    first, second = (PURSE.pay([coin], [TxOut(value, SHOP.script)], rate) for value, rate in ((1_000, 5), (2_000, 500)))
    ground.mempool.add(first)
    ground.mempool.add(first)  # again is no news
    with pytest.raises(LedgerError, match="no waiting transaction spends"):
        ground.mempool.add(second)
    assert (len(ground.mempool), first.txid in ground.mempool, second.txid in ground.mempool) == (1, True, False)
    assert (ground.mempool.get(first.txid), ground.mempool.get(second.txid)) == (first, None)
    assert ground.mempool.spends(coin[0])


def test_what_a_block_has_spent_is_gone():
    ground = ripe()
    coin = ground.coin()
    ground.mempool.add(PURSE.pay([coin], [TxOut(1_000, SHOP.script)], 5))
    ground.mine()
    assert len(ground.mempool) == 0
    with pytest.raises(LedgerError, match="there and not spent"):
        ground.mempool.add(PURSE.pay([coin], [TxOut(2_000, SHOP.script)], 5))


def stolen(ground: Ground) -> Transaction:
    return replace(ground.payment(), outputs=(TxOut(1, SHOP.script),))


def young(ground: Ground) -> Transaction:
    point, coin = next(one for one in ground.chain.store.coins(PURSE.script) if one[1].height == ground.chain.height)
    return PURSE.pay([(point, coin.output)], [TxOut(1_000, SHOP.script)], 5)


@pytest.mark.parametrize(
    ("made", "what"),
    [
        (lambda ground: ground.payment(rate=0), "fee"),
        (lambda ground: ground.next_block().transactions[0], "no coinbase"),
        (lambda ground: replace(ground.payment(), outputs=()), "at least one input and one output"),
        (lambda ground: replace(ground.payment(), outputs=(TxOut(0, b"\x6a" + bytes(9_990)),) * 11), "weight"),
        (lambda ground: PURSE.pay([ground.coin()], [TxOut(1, b"\x51")], 5), "not part of this ledger"),
        (stolen, "signature"),
        (young, "blocks old"),
    ],
    ids=["no fee", "coinbase", "no outputs", "heavy", "strange lock", "stolen", "young coin"],
)
def test_what_relay_refuses(made, what):
    ground = ripe()
    with pytest.raises(LedgerError, match=what):
        ground.mempool.add(made(ground))
    assert len(ground.mempool) == 0


def test_the_least_fee_rate_is_one():
    ground = ripe()
    ground.mempool.add(ground.payment(rate=1))
    assert len(ground.mempool) == 1


def test_blocks_are_filled_by_fee_rate():
    ground = ripe()
    paid = [ground.payment(rate=rate, number=number) for number, rate in enumerate((3, 30, 10))]
    for one in paid:
        ground.mempool.add(one)
    order = [one.transaction.txid for one in ground.mempool.best(4_000_000)]
    assert order == [paid[1].txid, paid[2].txid, paid[0].txid]
    only = ground.mempool.best(paid[1].weight + paid[2].weight)
    assert [one.transaction.txid for one in only] == order[:2]
    assert ground.mempool.best(100) == []


def test_a_child_pays_for_its_parent():
    ground = ripe()
    poor, other = ground.payment(rate=1), ground.payment(rate=10, number=1)
    rich = child(poor, rate=60)
    for one in (poor, other, rich):
        ground.mempool.add(one)
    assert [one.transaction.txid for one in ground.mempool.best(4_000_000)] == [poor.txid, rich.txid, other.txid]
    assert {one.transaction.txid for one in ground.mempool.best(other.weight)} == {other.txid}  # no room for both, and none without its parent
    block = ground.mine()[0]
    assert [one.txid for one in block.transactions[1:]] == [poor.txid, rich.txid, other.txid]


def test_a_chain_of_waiting_transactions_is_bounded():
    ground = ripe()
    last = ground.payment(rate=2)
    ground.mempool.add(last)
    for _ in range(MOST_ANCESTORS):
        last = child(last, rate=2)
        ground.mempool.add(last)
    with pytest.raises(LedgerError, match="waiting transactions before it"):
        ground.mempool.add(child(last, rate=2))


def test_what_left_the_chain_waits_again():
    one, other = ripe(), ripe()
    payment = one.payment(rate=5)
    one.mempool.add(payment)
    follower = child(payment, rate=5)
    one.mine(1)
    one.mempool.add(follower)
    assert payment.txid not in one.mempool
    for block in other.mine(2):
        one.take(block)
    assert payment.txid in one.mempool
    assert follower.txid in one.mempool
    one.mine()
    assert one.chain.coin(OutPoint(payment.txid, 0)).output == TxOut(SAT_PER_BTC, SHOP.script)


def test_rates_and_percentiles_by_bytes():
    ground = ripe()
    for number, rate in enumerate((5, 50)):
        ground.mempool.add(ground.payment(rate=rate, number=number))
    rates = ground.mempool.rates()
    assert [round(float(rate)) for rate, _ in rates] == [5, 50]
    assert percentiles([(Fraction(1), 100), (Fraction(2), 300), (Fraction(9), 100)], (0.0, 0.2, 0.21, 0.8, 0.81, 1.0)) == [1, 1, 2, 2, 9, 9]
