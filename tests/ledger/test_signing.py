from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import GOLDEN

from wattmint.errors import LedgerError
from wattmint.ledger.keys import Key
from wattmint.ledger.script import p2pkh, p2wpkh, push
from wattmint.ledger.sighash import ALL
from wattmint.ledger.signing import check_input, signed
from wattmint.ledger.transaction import OutPoint, Transaction, TxIn, TxOut

BIP143 = GOLDEN["bip143"]
SIGNED = Transaction.parse(bytes.fromhex(BIP143["signed"]))
SPENT = tuple(TxOut(value, bytes.fromhex(script)) for value, script in zip(BIP143["values_sat"], BIP143["scripts"], strict=True))
KEY = Key(b"\7" * 32)
LOCKS = {"P2PKH": TxOut(50_000, p2pkh(KEY.key_hash)), "P2WPKH": TxOut(70_000, p2wpkh(KEY.key_hash))}
DRAFT = Transaction(2, tuple(TxIn(OutPoint(bytes([n]) * 32, n), b"") for n in (1, 2)), (TxOut(100_000, p2wpkh(bytes(20))),))
PAID = signed(DRAFT, tuple(LOCKS.values()), KEY)


@pytest.mark.parametrize("index", [0, 1], ids=["P2PK", "P2WPKH"])
def test_the_transaction_of_bip_143_is_accepted(index):
    check_input(SIGNED, index, SPENT[index], low_s=True)


def test_a_real_p2pkh_payment_is_accepted_and_no_other_byte_of_it():
    data, coin = bytes.fromhex(GOLDEN["p2pkh"]["transaction"]), TxOut(GOLDEN["p2pkh"]["value_sat"], bytes.fromhex(GOLDEN["p2pkh"]["script"]))
    check_input(Transaction.parse(data), 0, coin, low_s=True)
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        with pytest.raises(LedgerError):
            check_input(Transaction.parse(bytes(changed)), 0, coin, low_s=True)


def test_signing_it_again_gives_the_same_bytes():
    key = Key(bytes.fromhex(BIP143["keys"][1]))
    only = Transaction(SIGNED.version, SIGNED.inputs[1:], SIGNED.outputs, SIGNED.lock_time)
    again = signed(only, SPENT[1:], key)
    check_input(again, 0, SPENT[1], low_s=True)
    assert signed(again, SPENT[1:], key) == again


@pytest.mark.parametrize("index", [0, 1], ids=["P2PK", "P2WPKH"])
def test_another_amount_matters_to_the_witness_alone(index):
    more = replace(SPENT[index], value_sat=SPENT[index].value_sat + 1)
    if index == 0:
        check_input(SIGNED, index, more, low_s=True)
    else:
        with pytest.raises(LedgerError, match="signature"):
            check_input(SIGNED, index, more, low_s=True)


@pytest.mark.parametrize(("index", "lock"), list(enumerate(LOCKS)))
def test_what_is_signed_unlocks_its_coin(index, lock):
    check_input(PAID, index, LOCKS[lock], low_s=True)


@pytest.mark.parametrize(("index", "lock"), list(enumerate(LOCKS)))
@pytest.mark.parametrize("changed", ["output", "other input", "lock time", "other key"])
def test_what_is_changed_afterwards_does_not(index, lock, changed):
    coin, inputs = LOCKS[lock], PAID.inputs
    made = PAID
    if changed == "output":
        made = replace(PAID, outputs=(TxOut(100_001, PAID.outputs[0].script),))
    elif changed == "other input":
        other = replace(inputs[1 - index], sequence=7)
        made = replace(PAID, inputs=(inputs[0], other) if index == 0 else (other, inputs[1]))
    elif changed == "lock time":
        made = replace(PAID, lock_time=1)
    else:
        coin = TxOut(coin.value_sat, (p2pkh if lock == "P2PKH" else p2wpkh)(Key(b"\6" * 32).key_hash))
    with pytest.raises(LedgerError):
        check_input(made, index, coin, low_s=True)


def altered(index: int, **fields: object) -> Transaction:
    inputs = list(PAID.inputs)
    inputs[index] = replace(inputs[index], **fields)
    return replace(PAID, inputs=tuple(inputs))


@pytest.mark.parametrize(
    ("index", "fields", "what"),
    [
        (0, {"witness": (b"x",)}, "none for this lock"),
        (0, {"script": PAID.inputs[0].script + b"\0"}, "2 pushes"),
        (0, {"script": b"\x61" + PAID.inputs[0].script}, "2 pushes"),
        (0, {"script": push(b"") + push(KEY.public)}, "last byte"),
        (0, {"script": push(bytes(71) + b"\4") + push(KEY.public)}, "last byte"),
        (1, {"script": b"\0"}, "no unlocking script"),
        (1, {"witness": ()}, "signature and public key"),
        (1, {"witness": (*PAID.inputs[1].witness, b"")}, "signature and public key"),
        (1, {"witness": (PAID.inputs[1].witness[0], b"\4" + bytes(64))}, "compressed"),
        (1, {"witness": (bytes([ALL]), KEY.public)}, "DER"),
    ],
)
def test_anything_but_the_needed_bytes_is_refused(index, fields, what):
    with pytest.raises(LedgerError, match=what):
        check_input(altered(index, **fields), index, list(LOCKS.values())[index], low_s=True)


@given(st.binary(max_size=120), st.lists(st.binary(max_size=80), max_size=3), st.sampled_from(sorted(LOCKS)))
def test_no_guess_unlocks_a_coin(script, witness, lock):
    with pytest.raises(LedgerError):
        check_input(altered(0, script=script, witness=tuple(witness)), 0, LOCKS[lock], low_s=False)


def test_data_cannot_be_spent_and_a_strange_coin_not_signed():
    with pytest.raises(LedgerError, match="this one is data"):
        check_input(PAID, 0, TxOut(0, b"\x6a"), low_s=True)
    with pytest.raises(LedgerError, match="of this key"):
        signed(DRAFT, (LOCKS["P2PKH"], TxOut(1, p2wpkh(bytes(20)))), KEY)
