import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import LedgerError, WattmintError
from wattmint.ledger.hashes import NO_HASH, as_written, from_written, hash160, merkle_root, sha256d

BLOCK_100_000 = [
    "8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
    "fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
    "6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
    "e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
]
"""Transactions of mainnet block 100,000, as block explorers list them."""


def test_hash_of_nothing_and_of_a_known_key():
    assert sha256d(b"").hex() == "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456"
    key = bytes.fromhex("025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee6357")
    assert hash160(key).hex() == "1d0f172a0ecb48aee1be1f2687d2963ae33f71a1"  # BIP 143, first example


def test_an_openssl_without_ripemd_is_told(monkeypatch):
    def unsupported(*_: object, **__: object) -> None:
        raise ValueError("unsupported hash type ripemd160")

    monkeypatch.setattr("wattmint.ledger.hashes.hashlib.new", unsupported)
    with pytest.raises(WattmintError, match=r"3\.0\.7"):
        hash160(b"")


def test_merkle_root_of_a_real_block():
    root, repeats = merkle_root([from_written(text) for text in BLOCK_100_000])
    assert as_written(root) == "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766"
    assert not repeats


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=3, max_size=9, unique=True))
def test_a_repeated_tail_keeps_the_root_and_is_given_away(leaves):
    odd = leaves if len(leaves) % 2 else leaves[:-1]
    root, repeats = merkle_root(odd)
    again, given_away = merkle_root([*odd, odd[-1]])
    assert (root == again, repeats, given_away) == (True, False, True)


def test_the_repetition_of_a_whole_half_is_given_away():
    leaves = [bytes([number]) * 32 for number in range(6)]
    assert merkle_root(leaves)[0] == merkle_root([*leaves, *leaves[4:]])[0]
    assert merkle_root([*leaves, *leaves[4:]])[1]


def test_roots_of_nothing_and_of_one():
    assert merkle_root([]) == (NO_HASH, False)
    assert merkle_root([b"\7" * 32]) == (b"\7" * 32, False)


@given(st.binary(min_size=32, max_size=32))
def test_a_hash_survives_being_written(digest):
    assert from_written(as_written(digest)) == digest


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "0" * 63, " " + "0" * 64, "0" * 66])
def test_what_is_no_hash_is_refused(text):
    with pytest.raises(LedgerError, match="hash"):
        from_written(text)
