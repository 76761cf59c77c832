"""How many times as fast as hashlib the compiled search is, one thread each, in one run: ``python benchmarks/lab_hash.py``.

All do the same tries: SHA-256 twice over an 80-byte header. They take turns, and what counts is the time that the thread had a
processor, so that other load on the machine disturbs the ratio less. hashlib runs twice: as one writes it (every name looked up, the
result held against a limit), and stripped to what Python cannot do without (names bound, nothing compared). A machine without 512-bit
registers reaches less; how many nonces share an instruction is printed.
"""

import argparse
import hashlib
import os
import statistics
import struct
import time

from wattmint.lab.vectors import VARIABLE, host_features, nonces_per_instruction, wide_features

PLAIN_TRIES = 200_000
BATCHES = 4096


def plain_rate(header: bytes, tries: int) -> float:
    """Return tries per second of processor time by hashlib, as one writes it."""
    prefix, limit, found = header[:76], b"\0" * 4, 0
    start = time.thread_time()
    for nonce in range(tries):
        digest = hashlib.sha256(hashlib.sha256(prefix + struct.pack("<I", nonce)).digest()).digest()
        if digest[28:] == limit:
            found += 1
    return tries / (time.thread_time() - start)


def stripped_rate(header: bytes, tries: int) -> float:
    """Return the same with nothing left to leave out."""
    prefix, pack, sha = header[:76], struct.Struct("<I").pack, hashlib.sha256
    start = time.thread_time()
    for nonce in range(tries):
        sha(sha(prefix + pack(nonce)).digest()).digest()
    return tries / (time.thread_time() - start)


def main() -> None:
    """Print both rates and their ratio, round by round, and the median."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--rounds", type=int, default=5)
    rounds = asked.parse_args().rounds
    features = host_features()
    if wide := wide_features(features):
        os.environ.setdefault(VARIABLE, wide)
    from wattmint.lab.mining import ALGORITHMS, HEADER, sha256d_chunks, warm_up  # noqa: PLC0415 - numba reads the variable when it is imported

    warm_up()
    chunks = sha256d_chunks(HEADER, 0, ALGORITHMS["sha256d"].tries_per_share, BATCHES)
    print(f"{nonces_per_instruction(features)} nonces per vector instruction; {ALGORITHMS['sha256d'].kernel}")
    ratios = []
    for number in range(rounds):
        plain, stripped = plain_rate(HEADER, PLAIN_TRIES), stripped_rate(HEADER, PLAIN_TRIES)
        start = time.thread_time()
        tries, _ = next(chunks)
        fast = tries / (time.thread_time() - start)
        ratios.append((fast / plain, fast / stripped))
        rates = f"search {fast / 1e6:6.2f} MH/s, hashlib {plain / 1e6:5.3f}, stripped {stripped / 1e6:5.3f}"
        print(f"round {number + 1}: {rates}; ratio {fast / plain:5.1f}, to stripped {fast / stripped:5.1f}")
    medians = [statistics.median(column) for column in zip(*ratios, strict=True)]
    print(f"median ratio {medians[0]:.1f}, to stripped {medians[1]:.1f}")


if __name__ == "__main__":
    main()
