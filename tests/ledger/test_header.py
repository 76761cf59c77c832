import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.hashes import as_written
from wattmint.ledger.header import HEADER_BYTES, NONCES, Header, solved
from wattmint.ledger.pow import EASIEST_BITS
from wattmint.ledger.rules import MAINNET, PLAYGROUND

ROWS = json.loads((Path(__file__).parents[1] / "golden" / "headers.json").read_text())["headers"]
GENESIS = MAINNET.genesis.header


@pytest.mark.parametrize(("height", "written", "text"), ROWS, ids=[str(row[0]) for row in ROWS])
def test_real_headers_have_their_hash_and_their_work(height, written, text):
    header = Header.parse(bytes.fromhex(text))
    header.check_work(EASIEST_BITS)
    assert as_written(header.hash) == written
    assert header.serialised().hex() == text


@pytest.mark.parametrize("at", range(HEADER_BYTES))
def test_a_byte_of_the_first_block_flipped_leaves_no_work(at):
    data = bytearray(GENESIS.serialised())
    data[at] ^= 1
    with pytest.raises(InputError, match=r"hash|bits"):
        Header.parse(bytes(data)).check_work(EASIEST_BITS)


@given(st.sampled_from(ROWS), st.integers(0, HEADER_BYTES - 1), st.integers(1, 255))
def test_any_byte_of_any_real_header_changed_leaves_no_work(row, at, change):
    data = bytearray.fromhex(row[2])
    data[at] ^= change
    with pytest.raises(InputError, match=r"hash|bits"):
        Header.parse(bytes(data)).check_work(EASIEST_BITS)


def test_the_first_block_is_found_again_from_a_nearby_nonce():
    assert solved(replace(GENESIS, nonce=GENESIS.nonce - 5_000), 10_000) == GENESIS
    assert solved(replace(GENESIS, nonce=GENESIS.nonce - 5_000), 5_000) is None  # one too few


def test_the_search_wraps_around_after_the_last_nonce():
    found = solved(replace(PLAYGROUND.genesis.header, nonce=NONCES - 1))
    assert found is not None
    found.check_work(PLAYGROUND.easiest_bits)


@pytest.mark.parametrize("bits", [0, 0x1D010000, 0x1D00FFFF + 1, 0x01FEDCBA, 0xFF123456, 0x207FFFFF])
def test_targets_that_are_none_or_too_easy_are_refused(bits):
    with pytest.raises(InputError, match="bits"):
        replace(GENESIS, bits=bits).check_work(EASIEST_BITS)


@pytest.mark.parametrize("count", [0, 79, 81])
def test_other_than_80_bytes_are_refused(count):
    with pytest.raises(LedgerError, match="header"):
        Header.parse(bytes(count))


@given(st.binary(min_size=HEADER_BYTES, max_size=HEADER_BYTES))
def test_any_80_bytes_survive_and_have_no_work(data):
    header = Header.parse(data)
    assert header.serialised() == data
    with pytest.raises(InputError):
        header.check_work(EASIEST_BITS)


def test_work_is_the_mean_number_of_hashes():
    assert GENESIS.work == 4_295_032_833
    assert PLAYGROUND.genesis.header.work == 2
