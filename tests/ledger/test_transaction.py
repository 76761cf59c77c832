from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import GOLDEN

from wattmint.errors import LedgerError
from wattmint.ledger.hashes import NO_HASH
from wattmint.ledger.transaction import MOST_MONEY_SAT, NO_INDEX, OutPoint, Transaction, TxIn, TxOut, check_transaction

SIGNED = bytes.fromhex(GOLDEN["bip143"]["signed"])
UNSIGNED = bytes.fromhex(GOLDEN["bip143"]["unsigned"])

POINTS = st.builds(OutPoint, st.binary(min_size=32, max_size=32), st.integers(0, NO_INDEX))
INPUTS = st.builds(TxIn, POINTS, st.binary(max_size=40), st.integers(0, 0xFFFFFFFF), st.lists(st.binary(max_size=30), max_size=3).map(tuple))
OUTPUTS = st.builds(TxOut, st.integers(0, (1 << 64) - 1), st.binary(max_size=40))
TRANSACTIONS = st.builds(
    Transaction,
    st.integers(0, 0xFFFFFFFF),
    st.lists(INPUTS, min_size=1, max_size=4).map(tuple),
    st.lists(OUTPUTS, max_size=4).map(tuple),
    st.integers(0, 0xFFFFFFFF),
)


@pytest.mark.parametrize("text", GOLDEN["right_transactions"], ids=len)
def test_core_s_valid_transactions_are_read_written_and_accepted(text):
    transaction = Transaction.parse(bytes.fromhex(text))
    assert transaction.serialised().hex() == text
    check_transaction(transaction)


@pytest.mark.parametrize(("field", "text"), GOLDEN["wrong_transactions"], ids=lambda text: text[:20])
def test_core_s_invalid_transactions_are_refused(field, text):
    with pytest.raises(LedgerError, match=field):
        check_transaction(Transaction.parse(bytes.fromhex(text)))


def test_the_id_leaves_witnesses_out_and_size_counts_them_less():
    transaction = Transaction.parse(SIGNED)
    assert transaction.has_witness
    bare = replace(transaction, inputs=tuple(replace(one, witness=()) for one in transaction.inputs))
    assert transaction.txid == bare.txid == bare.wtxid
    assert transaction.wtxid != transaction.txid
    assert transaction.weight == 3 * len(bare.serialised()) + len(SIGNED)
    assert transaction.vsize == (transaction.weight + 3) // 4


@given(TRANSACTIONS)
def test_any_transaction_survives(transaction):
    assert Transaction.parse(transaction.serialised()) == transaction


@given(st.binary(max_size=300))
def test_malformed_bytes_are_refused_or_have_one_spelling(data):
    try:
        transaction = Transaction.parse(data)
    except LedgerError:
        return
    assert transaction.serialised() == data


@given(st.integers(0, len(SIGNED) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_another_transaction(at, change):
    data = bytearray(SIGNED)
    data[at] ^= change
    try:
        other = Transaction.parse(bytes(data))
    except LedgerError:
        return
    assert other.wtxid != Transaction.parse(SIGNED).wtxid


@pytest.mark.parametrize("cut", range(0, len(SIGNED), 17))
def test_a_cut_transaction_is_refused(cut):
    with pytest.raises(LedgerError):
        Transaction.parse(SIGNED[:cut])


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (UNSIGNED + b"\0", "left over"),
        (UNSIGNED[:4] + b"\0\2" + UNSIGNED[4:], "flag"),
        (UNSIGNED[:4] + b"\0\1" + UNSIGNED[4:-4] + b"\0\0" + UNSIGNED[-4:], "witness"),
    ],
)
def test_other_spellings_are_refused(data, what):
    with pytest.raises(LedgerError, match=what):
        Transaction.parse(data)


def test_money_is_bounded_one_by_one_and_in_sum():
    point = OutPoint(b"\1" * 32, 0)
    check_transaction(Transaction(1, (TxIn(point, b""),), (TxOut(MOST_MONEY_SAT, b""),)))
    for values in ((MOST_MONEY_SAT + 1,), (MOST_MONEY_SAT, 1)):
        with pytest.raises(LedgerError, match="satoshi"):
            check_transaction(Transaction(1, (TxIn(point, b""),), tuple(TxOut(value, b"") for value in values)))


def test_what_points_nowhere_is_a_coinbase_only_alone():
    nowhere = TxIn(OutPoint(NO_HASH, NO_INDEX), b"\1\2")
    assert Transaction(1, (nowhere,), (TxOut(1, b""),)).is_coinbase
    assert not Transaction(1, (nowhere, nowhere), (TxOut(1, b""),)).is_coinbase
    assert str(OutPoint(b"\1" + bytes(31), 7)) == "00" * 31 + "01:7"
