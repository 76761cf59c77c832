import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.lab.mining import HEADER, rolled
from wattmint.lab.search import GROUP, LANES, search, search_plainly
from wattmint.lab.sha256 import CONSTANTS, midstate, words_of
from wattmint.lab.vectors import VARIABLE, host_features, wide_features

GENESIS_NONCE = 2_083_236_893

WIDTH = """
from wattmint.lab import search as s
from wattmint.lab.sha256 import CONSTANTS
import numpy as np
from numba import njit
fresh = njit(s._extend.py_func)  # compiled afresh: what comes from the cache shows no assembly
fresh(np.zeros(16 * s.LANES, np.uint32), np.zeros(16 * s.LANES, np.uint32), np.array(CONSTANTS))
lines = fresh.inspect_asm(fresh.signatures[0]).splitlines()
print(sum("zmm" in line for line in lines), sum("ymm" in line for line in lines))
"""


def found(headers, first, batches, limit):
    middles = np.array([midstate(words_of(one[:64])) for one in headers])
    hits = search(middles, words_of(headers[0][64:76]), np.uint32(first), batches, np.uint32(limit), np.array(CONSTANTS))
    return [tuple(hit) for hit in hits.tolist()]


def test_the_first_block_is_found_again_from_a_nearby_nonce():
    headers = [rolled(HEADER, version) for version in range(GROUP)]
    assert rolled(HEADER, 0) == HEADER
    assert found(headers, GENESIS_NONCE - 1000, 16, 0) == [(0, GENESIS_NONCE)]


def test_a_flipped_bit_of_the_header_finds_no_block():
    wrong = [rolled(HEADER[:40] + bytes([HEADER[40] ^ 1]) + HEADER[41:], version) for version in range(GROUP)]
    assert found(wrong, GENESIS_NONCE - 1000, 16, 0) == []


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=80, max_size=80), st.integers(0, 2**32 - 1), st.integers(1, 2))
def test_the_compiled_search_finds_what_the_plain_one_finds(header, first, groups):
    headers = [rolled(header, version) for version in range(groups * GROUP)]
    limit = 2**26 - 1
    assert sorted(found(headers, first, 2, limit)) == sorted(search_plainly(headers, first, 2 * LANES, limit))


def test_hits_beyond_the_first_buffer_are_kept():
    headers = [rolled(HEADER, version) for version in range(GROUP)]
    assert len(found(headers, 0, 1, 2**32 - 1)) == GROUP * LANES


@pytest.mark.skipif(not host_features().get("avx512f"), reason="this processor has no 512-bit registers")
def test_sixteen_nonces_share_an_instruction_where_the_processor_can(tmp_path):
    environment = os.environ | {VARIABLE: wide_features(host_features())}
    said = subprocess.run([sys.executable, "-c", WIDTH], env=environment, capture_output=True, text=True, check=True)
    wide, narrow = map(int, said.stdout.split())
    assert wide > 100
    assert narrow < 20
