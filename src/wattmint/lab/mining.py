"""Mining on this machine: threads that search the versions and nonces of a header, and what they found.

A share is a hash so low that one in `tries_per_share` is; each is checked once more by the plain twin. Its place is counted in
tries, the one clock that no other load on the machine disturbs. Every thread has versions of its own, so no try is made twice.
"""

import hashlib
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.lab.search import GROUP, LANES, search
from wattmint.lab.sha256 import CONSTANTS, double_sha256, midstate, words_of
from wattmint.types import IntArray

HEADER: Final = bytes.fromhex(
    "01000000" + 64 * "0" + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" + "29ab5f49" + "ffff001d" + "1dac2b7c"
)
"""The first block's: what is mined here is real work on a real header, long since done."""

VERSIONS: Final = 4 * GROUP
"""Versions of a header that one thread searches side by side."""

_FREE_BIT: Final = 13
"""Lowest of the sixteen bits of the version that BIP 320 leaves free."""
_FREE_VERSIONS: Final = 1 << 16
MAX_THREADS: Final = _FREE_VERSIONS // VERSIONS
_NONCES: Final = 1 << 32
_CHUNK_BATCHES: Final = 1024
_PATIENCE_S: Final = 0.1
_PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Algorithm:
    """A proof of work.

    Attributes
    ----------
    name : str
        ``sha256d`` or ``scrypt``.
    tries_per_share : int
        A power of two; few enough for a histogram within seconds.
    kernel : str
        What does the work.
    """

    name: str
    tries_per_share: int
    kernel: str


ALGORITHMS: Final = {
    one.name: one
    for one in (
        Algorithm("sha256d", 1 << 16, f"numba over {LANES} nonces, {GROUP} versions side by side, {VERSIONS} versions per message schedule"),
        Algorithm("scrypt", 1 << 6, "hashlib.scrypt, N = 1024, r = 1, p = 1"),
    )
}
"""By name."""


@dataclass(frozen=True, slots=True)
class Share:
    """A low hash: in which thread, after how many of its tries, and the header that shows it."""

    thread: int
    after_tries: int
    header: bytes


@dataclass(frozen=True, slots=True)
class HashRun:
    """What a run found.

    Attributes
    ----------
    algorithm : Algorithm
        Which proof of work.
    seconds : float
        From the first try to the last; compiling is not in it.
    tries : tuple of int
        By thread.
    cpu_s : float
        Time that the threads had a processor, all together: less than their number times `seconds` on a machine with other work.
    shares : tuple of Share
        In each thread's order.
    """

    algorithm: Algorithm
    seconds: float
    tries: tuple[int, ...]
    cpu_s: float
    shares: tuple[Share, ...]

    @property
    def hashes_per_s(self) -> float:
        """Tries per second of all threads."""
        return sum(self.tries) / self.seconds

    def intervals(self) -> IntArray:
        """Return the tries between one share and the next, thread by thread."""
        places = [[0, *(s.after_tries for s in self.shares if s.thread == thread)] for thread in range(len(self.tries))]
        return np.concatenate([np.diff(np.array(of_thread, dtype=np.int64)) for of_thread in places])


Chunk = tuple[int, list[tuple[int, bytes]]]
"""Tries made, and for each share found its place among them and its header."""


def warm_up() -> None:
    """Compile the search, or load what was compiled before, by mining one short chunk."""
    next(sha256d_chunks(HEADER, 0, ALGORITHMS["sha256d"].tries_per_share, 1))


def rolled(header: bytes, version: int) -> bytes:
    """Return the header with that number in the sixteen bits of its version that BIP 320 leaves free."""
    (old,) = struct.unpack_from("<I", header)
    free = (_FREE_VERSIONS - 1) << _FREE_BIT
    return struct.pack("<I", old & ~free | version << _FREE_BIT) + header[4:]


def with_nonce(header: bytes, nonce: int) -> bytes:
    """Return the header with that nonce."""
    return header[:76] + struct.pack("<I", nonce)


def with_time(header: bytes, time_s: int) -> bytes:
    """Return the header with that time: fresh work."""
    return header[:68] + struct.pack("<I", time_s) + header[72:]


def later(header: bytes, seconds: int) -> bytes:
    """Return the header with its time moved on: fresh work when all nonces have been tried."""
    (old,) = struct.unpack_from("<I", header, 68)
    return with_time(header, old + seconds)


def sha256d_chunks(header: bytes, first_version: int, tries_per_share: int, batches: int = _CHUNK_BATCHES) -> Iterator[Chunk]:
    """Search `VERSIONS` versions of a header for ever, chunk by chunk, with the compiled kernel.

    Parameters
    ----------
    header : bytes
        80 bytes.
    first_version : int
        The first of the versions.
    tries_per_share : int
        A power of two up to 2**32.
    batches : int, optional
        Batches of `LANES` nonces per chunk.

    Yields
    ------
    tuple
        As `Chunk`.
    """
    constants, limit = np.array(CONSTANTS), np.uint32(_NONCES // tries_per_share - 1)
    nonces = batches * LANES
    for second in range(_NONCES):
        headers = [rolled(later(header, second), first_version + i) for i in range(VERSIONS)]
        middles = np.array([midstate(words_of(one[:64])) for one in headers])
        for first in range(0, _NONCES - nonces + 1, nonces):
            hits = search(middles, words_of(headers[0][64:76]), np.uint32(first), batches, limit, constants)
            yield nonces * VERSIONS, [(_place(v, n - first), with_nonce(headers[v], n)) for v, n in hits.tolist()]


def _place(version: int, offset: int) -> int:
    """Return the place of a try in the kernel's order: batch by batch, in it version by version, in it nonce by nonce."""
    batch, lane = divmod(offset, LANES)
    return (batch * VERSIONS + version) * LANES + lane


def scrypt_chunks(header: bytes, first_version: int, tries_per_share: int, nonces: int = 16) -> Iterator[Chunk]:
    """Search one version of a header for ever with Litecoin's scrypt; as `sha256d_chunks`, `nonces` tries per chunk."""
    own = rolled(header, first_version)
    for first in range(0, _NONCES, nonces):
        tried = [with_nonce(own, n) for n in range(first, first + nonces)]
        yield nonces, [(i, one) for i, one in enumerate(tried) if is_low(scrypt_hash(one), tries_per_share)]


def scrypt_hash(header: bytes) -> bytes:
    """Return the hash that Litecoin's proof of work is about: scrypt with 128 kB of memory."""
    return hashlib.scrypt(header, salt=header, n=1024, r=1, p=1, dklen=32)


def is_low(digest: bytes, tries_per_share: int) -> bool:
    """Return whether a hash's highest 32 bits make it a share."""
    return int.from_bytes(digest[-4:], "little") < _NONCES // tries_per_share


def hash_run(
    algorithm: Algorithm, threads: int, seconds: float, header: bytes = HEADER, progress: Callable[[int, int], None] | None = None
) -> HashRun:
    """Mine for some time.

    Parameters
    ----------
    algorithm : Algorithm
        One of `ALGORITHMS`.
    threads : int
        1 to `MAX_THREADS`.
    seconds : float
        How long; a chunk under way is finished.
    header : bytes, optional
        What to mine.
    progress : callable, optional
        Told hundredths of the time done and to do.

    Returns
    -------
    HashRun
        Every share of it checked by the plain twin.
    """
    chunks, plain = (sha256d_chunks, double_sha256) if algorithm.name == "sha256d" else (scrypt_chunks, scrypt_hash)
    next(chunks(header, 0, algorithm.tries_per_share, 1))  # what must be compiled is compiled before the clock runs
    tries, cpu_s, shares, stop = [0] * threads, [0.0] * threads, [list[Share]() for _ in range(threads)], threading.Event()

    def work(thread: int) -> None:
        began = time.thread_time()
        for made, found in chunks(header, thread * VERSIONS, algorithm.tries_per_share):
            shares[thread] += [Share(thread, tries[thread] + place + 1, one) for place, one in found]
            tries[thread] += made
            cpu_s[thread] = time.thread_time() - began
            if stop.is_set():
                return

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    start = time.perf_counter()
    try:
        for worker in workers:
            worker.start()
        while (passed := time.perf_counter() - start) < seconds:
            if progress is not None:
                progress(int(_PERCENT * passed / seconds), _PERCENT)
            stop.wait(min(_PATIENCE_S, seconds - passed))
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    took_s = time.perf_counter() - start
    if progress is not None:
        progress(_PERCENT, _PERCENT)
    found = tuple(share for of_thread in shares for share in of_thread)
    if not all(is_low(plain(share.header), algorithm.tries_per_share) for share in found):
        raise ArithmeticError("the compiled search found what the plain hash does not")
    return HashRun(algorithm, took_s, tuple(tries), sum(cpu_s), found)
