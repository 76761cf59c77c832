"""`lab hash`: what this machine hashes per second, what that costs in energy, and what its luck looks like."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wattmint.errors import InputError, UnknownNameError
from wattmint.lab.energy import joules_between, read_counters
from wattmint.lab.memoryless import Luck, luck_of
from wattmint.lab.mining import ALGORITHMS, HEADER, MAX_THREADS, HashRun, hash_run, scrypt_hash, with_time
from wattmint.lab.sha256 import double_sha256
from wattmint.lab.vectors import host_features, nonces_per_instruction
from wattmint.ledger.pow import EASIEST_BITS, target_from_bits
from wattmint.market.snapshot import market_snapshot
from wattmint.physics.hashing import expected_hashes_per_block
from wattmint.provenance import MarketValue
from wattmint.scenario.model import Market
from wattmint.units import DAYS_PER_YEAR, HASHES_PER_MH, HASHES_PER_TH, SECONDS_PER_DAY

PLAIN_S: Final = 0.5
"""How long the plain twin runs beside it."""

LONGEST_S: Final = SECONDS_PER_DAY

_PLAIN_TRIES: Final = 256


@dataclass(frozen=True, slots=True)
class Hashing:
    """A measured run.

    Attributes
    ----------
    algorithm, kernel : str
        What was computed and what computed it.
    threads : int
        At once.
    seconds : float
        Without compiling.
    tries : int
        Of all threads.
    mhs_per_thread, mhs_total : float
        Million hashes per second.
    plain_mhs, times_plain : float
        Of one thread of the plain twin (`hashlib`, from Python), and how many times as fast the kernel is: both by the time that they had
        a processor, so that other load hardly matters.
    shares, tries_per_share : int
        Low hashes found, each checked by the plain twin; one in so many tries is expected to be one.
    best_share_difficulty : float or None
        Of the lowest hash found; 1 is the easiest that a block of Bitcoin ever was.
    joules, joules_per_th : float or None
        By the processor's own counters, everything that ran beside it included; None where they cannot be read.
    energy_note : str
        Where the energy comes from, or why there is none.
    difficulty : MarketValue or None
        Of the network on the snapshot's day; None for scrypt, whose network is not in the snapshot.
    block_seconds, block_years : float or None
        Expected time to a block at that difficulty.
    luck : Luck
        Of the shares.
    """

    algorithm: str
    kernel: str
    threads: int
    seconds: float
    tries: int
    mhs_per_thread: float
    mhs_total: float
    plain_mhs: float
    times_plain: float
    shares: int
    tries_per_share: int
    best_share_difficulty: float | None
    joules: float | None
    joules_per_th: float | None
    energy_note: str
    difficulty: MarketValue | None
    block_seconds: float | None
    block_years: float | None
    luck: Luck


def measure(algorithm: str, threads: int, seconds: float, progress: Callable[[int, int], None] | None = None) -> Hashing:
    """Hash for some time and say what came of it.

    Parameters
    ----------
    algorithm : str
        ``sha256d`` (Bitcoin) or ``scrypt`` (Litecoin).
    threads : int
        At once.
    seconds : float
        How long.
    progress : callable, optional
        Told hundredths of the time done and to do.

    Returns
    -------
    Hashing
        See there.

    Raises
    ------
    InputError
        If a number is out of range, or the algorithm is not known.
    """
    if algorithm not in ALGORITHMS:
        raise UnknownNameError("--algorithm", algorithm, ALGORITHMS)
    if not 1 <= threads <= MAX_THREADS:
        raise InputError("--threads", threads, f"a whole number from 1 to {MAX_THREADS:,}")
    if not 0.0 < seconds <= LONGEST_S:
        raise InputError("--seconds", seconds, f"above 0, at most {LONGEST_S:,.0f}")
    plain_mhs = plain_rate(algorithm) / HASHES_PER_MH
    before = read_counters()
    run = hash_run(ALGORITHMS[algorithm], threads, seconds, with_time(HEADER, int(time.time())), progress)
    joules = joules_between(before, read_counters())
    return _answer(run, plain_mhs, joules, before.why_not or "the processor's counters (RAPL): the whole package, whatever ran on it")


def plain_rate(algorithm: str) -> float:
    """Return hashes per second of `hashlib`, called nonce by nonce from Python.

    Parameters
    ----------
    algorithm : str
        A name in `ALGORITHMS`.

    Returns
    -------
    float
        Over `PLAIN_S` of a processor's time.
    """
    plain, tries, prefix, pack = (double_sha256 if algorithm == "sha256d" else scrypt_hash), 0, HEADER[:76], struct.Struct("<I").pack
    start = time.thread_time()
    while (passed := time.thread_time() - start) < PLAIN_S:
        for nonce in range(tries, tries + _PLAIN_TRIES):
            plain(prefix + pack(nonce))
        tries += _PLAIN_TRIES
    return tries / passed


def _answer(run: HashRun, plain_mhs: float, joules: float | None, energy_note: str) -> Hashing:
    tries, rate = sum(run.tries), run.hashes_per_s
    per_thread = rate / HASHES_PER_MH / len(run.tries)
    is_bitcoin = run.algorithm.name == "sha256d"
    difficulty = next(value for value in market_snapshot(Market()).values if value.name == "difficulty") if is_bitcoin else None
    block_s = expected_hashes_per_block(difficulty.value) / rate if difficulty is not None else None
    lowest = min((int.from_bytes((double_sha256 if is_bitcoin else scrypt_hash)(share.header), "little") for share in run.shares), default=None)
    lanes = f"{nonces_per_instruction(host_features())} per vector instruction; " if is_bitcoin else ""
    return Hashing(
        algorithm=run.algorithm.name,
        kernel=lanes + run.algorithm.kernel,
        threads=len(run.tries),
        seconds=run.seconds,
        tries=tries,
        mhs_per_thread=per_thread,
        mhs_total=rate / HASHES_PER_MH,
        plain_mhs=plain_mhs,
        times_plain=tries / run.cpu_s / HASHES_PER_MH / plain_mhs,
        shares=len(run.shares),
        tries_per_share=run.algorithm.tries_per_share,
        best_share_difficulty=None if lowest is None else target_from_bits(EASIEST_BITS) / (lowest + 1),
        joules=joules,
        joules_per_th=None if joules is None else joules / (tries / HASHES_PER_TH),
        energy_note=energy_note,
        difficulty=difficulty,
        block_seconds=block_s,
        block_years=None if block_s is None else block_s / SECONDS_PER_DAY / DAYS_PER_YEAR,
        luck=luck_of(run.intervals(), run.algorithm.tries_per_share),
    )
