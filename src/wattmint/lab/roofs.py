"""The two roofs of this machine, measured: how fast one thread reads memory, and how fast it multiplies and adds.

Peak numbers of a datasheet say what cannot be exceeded; a roof measured with code of the same kind says what could be reached.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit

from wattmint.lab.decoder import Array
from wattmint.lab.decoding import products

READ_VALUES: Final = 1 << 26
"""Of the array whose reading is timed: 256 MiB, far beyond any cache."""

CACHED_ROWS, CACHED_BATCH = 64, 64
"""Of the product whose arithmetic is timed: matrix and vectors stay in the second-level cache."""

_ROUNDS: Final = 5
_FLOPS_PER_VALUE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Roofs:
    """Measured limits of one thread.

    Attributes
    ----------
    read_bytes_per_s : float
        Memory read and summed, from front to back.
    triad_bytes_per_s : float
        ``a = b + s * c``: two arrays read, one written; the write's own read is not counted.
    kernel_flops_per_s : float
        Multiplications and additions of the decoder's product, on what stays in cache.
    """

    read_bytes_per_s: float
    triad_bytes_per_s: float
    kernel_flops_per_s: float


@njit(cache=True, nogil=True, fastmath=True)
def total(values: Array) -> float:
    """Return the sum of an array; the plain twin is its method ``sum``."""
    found = np.float32(0.0)
    for i in range(values.size):
        found += values[i]
    return float(found)


@njit(cache=True, nogil=True, fastmath=True)
def triad(a: Array, b: Array, c: Array, factor: float) -> None:
    """Write ``b + factor * c`` to `a`; the plain twin is that line in NumPy."""
    by = np.float32(factor)
    for i in range(a.size):
        a[i] = b[i] + by * c[i]


def best_s(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the shortest of several runs, in time that this thread had a processor: other load can only make it longer.

    Parameters
    ----------
    work : callable
        Run once before, to be compiled and to have its memory.
    rounds : int, optional
        How many.

    Returns
    -------
    float
        s.
    """
    work()
    found = []
    for _ in range(rounds):
        start = time.thread_time()
        work()
        found.append(time.thread_time() - start)
    return min(found)


def higher(one: Roofs, other: Roofs) -> Roofs:
    """Return the higher of two measurements of each roof: other load can only lower it."""
    return Roofs(
        max(one.read_bytes_per_s, other.read_bytes_per_s),
        max(one.triad_bytes_per_s, other.triad_bytes_per_s),
        max(one.kernel_flops_per_s, other.kernel_flops_per_s),
    )


def measure_roofs(inputs: int) -> Roofs:
    """Measure the roofs.

    Parameters
    ----------
    inputs : int
        Width of the product's rows: that of the decoder.

    Returns
    -------
    Roofs
        In about a second.
    """
    values = np.ones(READ_VALUES, dtype=np.float32)
    read_s = best_s(lambda: total(values))
    a, b, c = np.split(values[: READ_VALUES // 3 * 3], 3)
    triad_s = best_s(lambda: triad(a, b, c, 0.5))
    x, matrix = np.ones((CACHED_BATCH, inputs), dtype=np.float32), np.ones((CACHED_ROWS, inputs), dtype=np.float32)
    kernel_s = best_s(lambda: products(x, matrix), 40 * _ROUNDS)
    return Roofs(
        read_bytes_per_s=values.nbytes / read_s,
        triad_bytes_per_s=3 * a.nbytes / triad_s,
        kernel_flops_per_s=_FLOPS_PER_VALUE * CACHED_BATCH * CACHED_ROWS * inputs / kernel_s,
    )
