import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.lab import sha256
from wattmint.lab.mining import HEADER

GENESIS_HASH = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"


def test_the_first_block_has_its_hash():
    assert sha256.double_sha256(HEADER)[::-1].hex() == GENESIS_HASH


@given(st.binary(min_size=55, max_size=55))
def test_one_padded_block_from_the_midstate_is_hashlib(message: bytes):
    padded = message + b"\x80" + (8 * len(message)).to_bytes(8, "big")
    assert sha256.midstate(sha256.words_of(padded)).astype(">u4").tobytes() == hashlib.sha256(message).digest()


def test_words_are_big_endian():
    assert sha256.words_of(bytes.fromhex("00000001ff000000")).tolist() == [1, 0xFF000000]


def test_words_refuse_a_broken_word():
    with pytest.raises(ValueError, match="multiple"):
        sha256.words_of(b"12345")


def test_swapped_bytes_swap_back():
    assert sha256.bytes_swapped(np.uint32(0x11223344)) == 0x44332211
