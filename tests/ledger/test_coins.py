from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import PURSE, SHOP, SPACING_S, ripe

from wattmint.errors import LedgerError
from wattmint.ledger.coins import TIMES_FROM, Change, Coin, Place, change_of, check_final, fee_sat, read_undo, undo_bytes
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.transaction import FINAL_SEQUENCE, OutPoint, Transaction, TxIn, TxOut

COINS = st.builds(Coin, st.builds(TxOut, st.integers(0, 2**60), st.binary(max_size=50)), st.integers(0, 2**31), st.booleans())
POINTS = st.builds(OutPoint, st.binary(min_size=32, max_size=32), st.integers(0, 9))


def test_a_block_s_change_is_its_payments():
    ground = ripe()
    point, coin = ground.coin()
    payment = ground.payment(rate=10)
    ground.mempool.add(payment)
    block = ground.next_block()
    change = change_of(block, ground.chain.next_place(), ground.chain.coin)
    assert [spent for spent, _ in change.spent] == [point]
    assert {made.txid for made, _ in change.created} == {payment.txid, block.transactions[0].txid}
    assert change.fees_sat == coin.value_sat - sum(one.value_sat for one in payment.outputs)
    assert not any(made.output.value_sat == 0 for _, made in change.created)  # the commitment is data, no coin


def test_coins_of_the_same_block_can_be_spent_and_leave_no_trace():
    ground = ripe()
    first = ground.payment()
    ground.mempool.add(first)
    child = PURSE.pay([(OutPoint(first.txid, 1), first.outputs[1])], [TxOut(1_000, SHOP.script)], 50)
    ground.mempool.add(child)
    change = change_of(ground.next_block(), ground.chain.next_place(), ground.chain.coin)
    assert OutPoint(first.txid, 1) not in dict(change.created)
    assert OutPoint(first.txid, 1) not in dict(change.spent)


@pytest.mark.parametrize("more", [0, 1])
def test_the_coinbase_takes_subsidy_and_fees_and_not_a_satoshi_more(more):
    ground = ripe()
    block = ground.next_block(empty=True)
    coinbase = block.transactions[0]
    taken = replace(coinbase, outputs=(replace(coinbase.outputs[0], value_sat=coinbase.outputs[0].value_sat + more),))
    other = replace(block, transactions=(taken,))
    if more:
        with pytest.raises(LedgerError, match="subsidy and fees"):
            change_of(other, ground.chain.next_place(), ground.chain.coin)
    else:
        assert change_of(other, ground.chain.next_place(), ground.chain.coin).fees_sat == 0


def test_outputs_that_are_already_there_are_refused():
    ground = ripe()
    block = ground.next_block(empty=True)
    there = OutPoint(block.transactions[0].txid, 0)
    with pytest.raises(LedgerError, match="BIP 30"):
        change_of(block, ground.chain.next_place(), lambda point: Coin(TxOut(1, b""), 1, is_coinbase=False) if point == there else None)


@pytest.mark.parametrize(("age", "fine"), [(99, False), (100, True)])
def test_new_coins_ripen_for_a_hundred_blocks(age, fine):
    ground = ripe()
    payment, place = ground.payment(), ground.chain.next_place()
    coin = replace(ground.chain.coin(payment.inputs[0].prevout), height=place.height - age)
    if fine:
        assert fee_sat(payment, [coin], place, low_s=True) > 0
    else:
        with pytest.raises(LedgerError, match="100 blocks old; this is 99"):
            fee_sat(payment, [coin], place, low_s=True)


def test_no_more_is_made_than_spent_and_no_strange_lock():
    ground = ripe()
    payment, place = ground.payment(), ground.chain.next_place()
    coin = ground.chain.coin(payment.inputs[0].prevout)
    with pytest.raises(LedgerError, match="satoshi that are spent"):
        fee_sat(payment, [replace(coin, output=TxOut(10, coin.output.script))], place, low_s=True)
    with pytest.raises(LedgerError, match="not part of this ledger"):
        fee_sat(replace(payment, outputs=(TxOut(1, b"\x51"),)), [coin], place, low_s=True)


def at(height: int = 500, time_s: int = 600_000_000) -> Place:
    return Place(PLAYGROUND, height, time_s, lambda _: time_s - 10 * SPACING_S)


@pytest.mark.parametrize(
    ("lock", "sequence", "fine"),
    [
        (0, 0, True),
        (499, 0, True),
        (500, 0, False),
        (500, FINAL_SEQUENCE, True),
        (TIMES_FROM, 0, True),
        (599_999_999, 0, True),
        (600_000_000, 0, False),
    ],
)
def test_lock_times(lock, sequence, fine):
    transaction = Transaction(2, (TxIn(OutPoint(bytes(32), 0), b"", sequence),), (), lock)
    if fine:
        check_final(transaction, at())
    else:
        with pytest.raises(LedgerError, match="lock time"):
            check_final(transaction, at())


@pytest.mark.parametrize(
    ("version", "sequence", "fine"),
    [
        (2, 100, True),
        (2, 101, False),
        (1, 101, True),
        (2, 101 | 1 << 31, True),
        (2, 1 << 22 | 5, True),
        (2, 1 << 22 | 6, False),
    ],
    ids=["old enough", "too young", "version 1", "switched off", "by time", "too young by time"],
)
def test_relative_lock_times(version, sequence, fine):
    ground = ripe()
    point, output = ground.coin()
    draft = Transaction(version, (TxIn(point, b"", sequence),), (TxOut(1_000, SHOP.script),))
    coin = Coin(output, 400, is_coinbase=False)
    with pytest.raises(LedgerError, match="witness" if fine else "sequence"):  # unsigned: past the locks, the witness is missing
        fee_sat(draft, [coin], at(), low_s=True)


@given(st.integers(0, 2**60), st.lists(st.tuples(POINTS, COINS), max_size=4))
def test_undo_data_survive(fees, spent):
    assert read_undo(undo_bytes(Change(tuple(spent), (), fees))) == (fees, tuple(spent))


@given(st.binary(max_size=200))
def test_malformed_undo_data_are_refused(data):
    try:
        fees, spent = read_undo(data)
    except LedgerError:
        return
    assert len(undo_bytes(Change(spent, (), fees))) == len(data)
