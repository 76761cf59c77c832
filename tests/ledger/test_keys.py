import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import GOLDEN

from wattmint.errors import LedgerError
from wattmint.ledger.hashes import sha256d
from wattmint.ledger.keys import ORDER, Key, read_signature, verify

BIP143 = GOLDEN["bip143"]
KEY = Key(bytes.fromhex(BIP143["keys"][1]))
DIGEST = bytes.fromhex(BIP143["digest"])
SIGNATURE = bytes.fromhex(  # BIP 143, first example
    "304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee"
)


def der(r: int, s: int) -> bytes:
    numbers = [n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s)]
    body = b"".join(b"\x02" + bytes([len(one)]) + one for one in numbers)
    return b"\x30" + bytes([len(body)]) + body


def test_key_and_signature_of_bip_143():
    assert KEY.public.hex() == BIP143["public"]
    assert KEY.sign(DIGEST) == SIGNATURE  # RFC 6979: the same nonce for everybody
    verify(KEY.public, SIGNATURE, DIGEST, low_s=True)


@pytest.mark.parametrize(("name", "text"), GOLDEN["wrong_signatures"], ids=[name for name, _ in GOLDEN["wrong_signatures"]])
def test_core_s_malformed_signatures_are_refused(name, text):
    with pytest.raises(LedgerError):
        read_signature(bytes.fromhex(text)[:-1])


@given(st.integers(1, ORDER - 1), st.integers(1, ORDER - 1))
def test_strict_der_survives(r, s):
    assert read_signature(der(r, s)) == (r, s)


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_or_have_one_spelling(data):
    try:
        r, s = read_signature(data)
    except LedgerError:
        return
    assert der(r, s) == data


def test_the_higher_s_is_valid_in_a_block_of_2009_and_refused_by_relay():
    r, s = read_signature(SIGNATURE)
    high = der(r, ORDER - s)
    verify(KEY.public, high, DIGEST, low_s=False)
    with pytest.raises(LedgerError, match="lower S"):
        verify(KEY.public, high, DIGEST, low_s=True)


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (ORDER, 1), (1, ORDER), (2**255, 2**255)])
def test_numbers_outside_the_group_or_of_nobody_are_refused(r, s):
    with pytest.raises(LedgerError, match="signature"):
        verify(KEY.public, der(r, s), DIGEST, low_s=False)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=1, max_size=40))
def test_a_signature_holds_for_its_key_and_message_alone(secret, message):
    number = int.from_bytes(secret, "big")
    key = Key(secret if 1 <= number < ORDER else b"\1" * 32)
    digest = sha256d(message)
    signature = key.sign(digest)
    verify(key.public, signature, digest, low_s=True)
    with pytest.raises(LedgerError):
        verify(key.public, signature, sha256d(message + b"."), low_s=True)
    with pytest.raises(LedgerError):
        verify(Key(b"\3" * 32).public, signature, digest, low_s=True)


@pytest.mark.parametrize("secret", [b"", bytes(32), ORDER.to_bytes(32, "big"), b"\1" * 33])
def test_numbers_that_are_no_key_are_refused(secret):
    with pytest.raises(LedgerError, match="private key"):
        Key(secret)


@pytest.mark.parametrize("public", [b"", b"\2" * 32, b"\5" + bytes(32), b"\6" + bytes(64), b"\2" + b"\xff" * 32, b"\4" + bytes(64)])
def test_bytes_that_are_no_public_key_are_refused(public):
    with pytest.raises(LedgerError, match="public key"):
        verify(public, SIGNATURE, DIGEST, low_s=True)
