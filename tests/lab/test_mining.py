import struct

import pytest

from wattmint.lab import mining
from wattmint.lab.search import LANES, search_plainly
from wattmint.lab.sha256 import double_sha256

# Litecoin's first block: header and its scrypt hash, from Litecoin Core's chainparams.cpp (hashGenesisBlock is SHA-256d; the scrypt
# hash must meet bits 1e0ffff0).
LITECOIN_GENESIS = bytes.fromhex(
    "01000000" + 64 * "0" + "d9ced4ed1130f7b7faad9be25323ffafa33232a17c3edf6cfd97bee6bafbdd97" + "b9aa8e4e" + "f0ff0f1e" + "cd513f7c"
)


def test_litecoins_first_block_meets_its_target_by_scrypt_alone():
    target = 0x0FFFF0 << 8 * (0x1E - 3)
    assert double_sha256(LITECOIN_GENESIS)[::-1].hex() == "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2"
    assert int.from_bytes(mining.scrypt_hash(LITECOIN_GENESIS), "little") <= target
    assert int.from_bytes(mining.scrypt_hash(mining.with_nonce(LITECOIN_GENESIS, 1)), "little") > target


def test_versions_roll_only_the_free_bits():
    base = struct.pack("<I", 0x20000004) + mining.HEADER[4:]
    versions = {struct.unpack_from("<I", mining.rolled(base, version))[0] for version in (0, 1, 0xFFFF)}
    assert versions == {0x20000004, 0x20002004, 0x3FFFE004}
    assert all(mining.rolled(base, version)[4:] == base[4:] for version in (0, 7))


def test_time_and_nonce_change_nothing_else():
    later = mining.later(mining.HEADER, 5)
    assert struct.unpack_from("<I", later, 68)[0] == struct.unpack_from("<I", mining.HEADER, 68)[0] + 5
    assert (later[:68], later[72:]) == (mining.HEADER[:68], mining.HEADER[72:])
    assert mining.with_nonce(mining.HEADER, 2_083_236_893) == mining.HEADER


def test_places_count_tries_in_the_order_they_are_made():
    made, found = next(mining.sha256d_chunks(mining.HEADER, 0, 1 << 8, 2))
    assert made == 2 * LANES * mining.VERSIONS
    places = [place for place, _ in found]
    assert places == sorted(set(places))
    assert all(0 <= place < made and mining.is_low(double_sha256(header), 1 << 8) for place, header in found)
    headers = [mining.rolled(mining.HEADER, version) for version in range(mining.VERSIONS)]
    assert len(found) == len(search_plainly(headers, 0, 2 * LANES, (1 << 24) - 1))


def test_chunks_go_on_where_the_last_ended():
    chunks = mining.sha256d_chunks(mining.HEADER, 0, 1 << 8, 1)
    nonces = [{struct.unpack_from("<I", header, 76)[0] // LANES for _, header in next(chunks)[1]} for _ in range(2)]
    assert nonces == [{0}, {1}]


def test_scrypt_finds_low_hashes():
    _, found = next(mining.scrypt_chunks(mining.HEADER, 3, 2, 16))
    assert found
    assert all(mining.is_low(mining.scrypt_hash(header), 2) for _, header in found)


@pytest.mark.parametrize("name", ["sha256d", "scrypt"])
def test_a_run_of_two_threads_tries_nothing_twice(name):
    run = mining.hash_run(mining.ALGORITHMS[name], 2, 0.01)
    headers = [share.header for share in run.shares]
    assert len(headers) == len(set(headers))
    assert all(count > 0 for count in run.tries)
    assert run.hashes_per_s == sum(run.tries) / run.seconds
    assert len(run.intervals()) == len(run.shares)


def test_intervals_lie_between_shares_of_one_thread():
    shares = tuple(mining.Share(thread, after, b"") for thread, after in ((0, 5), (0, 9), (1, 4)))
    run = mining.HashRun(mining.ALGORITHMS["sha256d"], 1.0, (10, 10), 1.0, shares)
    assert run.intervals().tolist() == [5, 4, 4]


def test_a_hash_that_the_plain_twin_refuses_stops_the_run(monkeypatch):
    monkeypatch.setattr(mining, "double_sha256", lambda _header: b"\xff" * 32)
    monkeypatch.setattr(mining, "_CHUNK_BATCHES", 64)
    with pytest.raises(ArithmeticError, match="plain"):
        mining.hash_run(mining.Algorithm("sha256d", 1 << 8, ""), 1, 0.01)
