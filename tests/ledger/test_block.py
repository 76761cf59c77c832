import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import GOLDEN, ripe

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.block import COMMITMENT, Block, check_block, check_height, check_witnesses
from wattmint.ledger.hashes import as_written, merkle_root
from wattmint.ledger.header import solved
from wattmint.ledger.pow import EASIEST_BITS
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.transaction import Transaction, TxOut

SEGWIT = base64.b64decode(GOLDEN["segwit_block"])
REAL = Block.parse(SEGWIT)


def made(transactions: tuple[Transaction, ...]) -> Block:
    """A block of these transactions with its work done at the playground's difficulty."""
    header = replace(PLAYGROUND.genesis.header, merkle=merkle_root([one.txid for one in transactions])[0])
    return Block(solved(header), transactions)


def small() -> Block:
    ground = ripe()
    ground.mempool.add(ground.payment())
    return ground.next_block()


def check_all(data: bytes) -> None:
    block = Block.parse(data)
    check_block(block, EASIEST_BITS)
    check_witnesses(block)


SMALL = small()


def test_a_real_block_with_witnesses_passes():
    assert as_written(REAL.hash) == "000000000000000000c238240ef6dcb26c37e75e16514e6ffc0aef7eee73e747"
    assert (len(REAL.transactions), REAL.weight) == (12, 35_715)
    assert REAL.serialised() == SEGWIT
    check_block(REAL, EASIEST_BITS)
    check_height(REAL, 482_683)
    check_witnesses(REAL)


def test_its_height_is_no_other():
    with pytest.raises(LedgerError, match="482684"):
        check_height(REAL, 482_684)


@given(st.integers(0, len(SEGWIT) - 1), st.integers(1, 255))
def test_any_byte_of_it_changed_is_refused(at, change):
    data = bytearray(SEGWIT)
    data[at] ^= change
    with pytest.raises(InputError):
        check_all(bytes(data))


def test_a_changed_witness_is_caught_by_the_commitment_alone():
    at = next(i for i, one in enumerate(REAL.transactions) if i and one.has_witness)
    old = REAL.transactions[at]
    inputs = tuple(replace(one, witness=(b"other", *one.witness[1:])) if one.witness else one for one in old.inputs)
    block = Block(REAL.header, (*REAL.transactions[:at], replace(old, inputs=inputs), *REAL.transactions[at + 1 :]))
    check_block(block, EASIEST_BITS)
    with pytest.raises(LedgerError, match="witness commitment"):
        check_witnesses(block)


def test_witnesses_need_a_commitment_and_a_commitment_its_own_witness():
    coinbase = REAL.transactions[0]
    kept = tuple(one for one in coinbase.outputs if not one.script.startswith(COMMITMENT))
    with pytest.raises(LedgerError, match="does not commit"):
        check_witnesses(Block(REAL.header, (replace(coinbase, outputs=kept), *REAL.transactions[1:])))
    bare = replace(coinbase, inputs=(replace(coinbase.inputs[0], witness=()),))
    with pytest.raises(LedgerError, match="coinbase witness"):
        check_witnesses(Block(REAL.header, (bare, *REAL.transactions[1:])))


def test_a_repeated_tail_is_refused_though_its_hash_is_right():
    coinbase, payment = SMALL.transactions
    third = replace(coinbase, inputs=payment.inputs)
    odd = made((coinbase, payment, third))
    again = Block(odd.header, (*odd.transactions, third))
    assert merkle_root([one.txid for one in again.transactions])[0] == again.header.merkle
    with pytest.raises(LedgerError, match="no repetition"):
        check_block(again, PLAYGROUND.easiest_bits)


@pytest.mark.parametrize("pick", [lambda a, b: (b, a), lambda _, b: (b,), lambda a, _: (a, replace(a, lock_time=1))], ids=["second", "none", "two"])
def test_the_first_and_no_other_transaction_makes_coins(pick):
    with pytest.raises(LedgerError, match="makes new coins"):
        check_block(made(pick(*SMALL.transactions)), PLAYGROUND.easiest_bits)


def test_no_transactions_are_refused():
    with pytest.raises(LedgerError, match=r"merkle root|makes new coins"):
        check_block(made(()), PLAYGROUND.easiest_bits)


def test_weight_and_signature_checks_are_limited():
    coinbase = SMALL.transactions[0]
    heavy = replace(coinbase, outputs=tuple(TxOut(0, b"\x6a" + bytes(9_990)) for _ in range(101)))
    with pytest.raises(LedgerError, match="weight"):
        check_block(made((heavy,)), PLAYGROUND.easiest_bits)
    asking = replace(coinbase, outputs=tuple(TxOut(0, b"\xae" * 100) for _ in range(10)))
    check_block(made((asking,)), PLAYGROUND.easiest_bits)
    with pytest.raises(LedgerError, match="signature checks"):
        check_block(made((replace(asking, outputs=(*asking.outputs, TxOut(0, b"\xac"))),)), PLAYGROUND.easiest_bits)


@given(st.binary(max_size=400))
def test_malformed_bytes_are_refused_or_have_no_work(data):
    with pytest.raises(InputError):
        check_block(Block.parse(data), EASIEST_BITS)


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(LedgerError, match="at most"):
        Block.parse(bytes(4_000_001))
