import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import LedgerError
from wattmint.ledger.rules import MAINNET
from wattmint.ledger.script import Lock, lock_of, number_push, operations, p2pkh, p2wpkh, push, pushes, signature_checks

HASH, SCHNORR = bytes(range(20)), b"\x51\x20" + bytes(32)


def test_forms_are_told_apart():
    assert lock_of(p2pkh(HASH)) == (Lock.P2PKH, HASH)
    assert lock_of(p2wpkh(HASH)) == (Lock.P2WPKH, HASH)
    first = MAINNET.genesis.transactions[0].outputs[0].script
    assert lock_of(first) == (Lock.P2PK, first[1:-1])
    assert lock_of(b"\x6a\x04data") == (Lock.DATA, b"")


@pytest.mark.parametrize(
    "script",
    [b"", b"\x51", p2pkh(HASH)[:-1], p2pkh(HASH) + b"\0", b"\x00\x20" + bytes(32), b"\xa9\x14" + HASH + b"\x87", SCHNORR, b"\x6a" * 10_001],
    ids=["nothing", "anyone", "cut", "longer", "P2WSH", "P2SH", "P2TR", "long data"],
)
def test_other_forms_are_refused(script):
    with pytest.raises(LedgerError, match="not part of this ledger"):
        lock_of(script)


@given(st.lists(st.binary(max_size=255), min_size=1, max_size=3))
def test_pushes_survive(data):
    script = b"".join(push(one) for one in data)
    assert pushes(script, len(data)) == tuple(data)
    with pytest.raises(LedgerError, match="pushes"):
        pushes(script, len(data) + 1)


@pytest.mark.parametrize("script", ["4c0161", "4d010061", "4e0100000061", "51", "0161ac", "02"])
def test_pushes_in_another_spelling_are_refused(script):
    with pytest.raises(LedgerError):
        pushes(bytes.fromhex(script), 1)


def test_a_push_has_its_limit():
    with pytest.raises(LedgerError, match="255"):
        push(bytes(256))


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "00"), (1, "51"), (16, "60"), (17, "0111"), (128, "028000"), (227_931, "035b7a03"), (1 << 23, "0400008000")],
)
def test_heights_as_bip_34_writes_them(number, text):
    assert number_push(number).hex() == text


@pytest.mark.parametrize(
    ("script", "count"), [(p2pkh(HASH), 1), (p2wpkh(HASH), 0), (b"\xae\xaf\xac\xad", 42), (b"\x02\xac\xac", 0), (b"\xac\x05\xac", 1), (b"", 0)]
)
def test_signature_checks_are_counted_as_core_does(script, count):
    assert signature_checks(script) == count


@given(st.binary(max_size=100))
def test_any_bytes_are_walked_or_refused(script):
    assert signature_checks(script) >= 0
    try:
        found = list(operations(script))
    except LedgerError:
        return
    assert sum(1 + len(data or b"") for _, data in found) <= len(script)
