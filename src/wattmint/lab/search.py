"""The nonce search: which nonces of which versions of a header hash below a limit, compiled and vectorised over nonces.

A header's first 64 bytes give a midstate, its last 16 end in the nonce. BIP 320 leaves sixteen bits of the version free: they
change the midstate but not the last 16 bytes, hence all versions share the message schedule of the first hash, as in real machines.

    for LANES nonces at once, step by step, each step one loop over the lanes that LLVM turns into vector instructions:
        schedule of the first hash                            once for all versions
        for three versions at a time:
            64 rounds from each midstate; schedule of the second hash; 61 rounds of it: only its last word is looked at

Three versions side by side keep a processor busy that needs two cycles for each of a round's dependent steps, and their states
still fit 32 registers. The steps hand their words on in rows of LANES in the second-level cache; loops this short stay in the
store of decoded instructions, which a hash written out in full overflows. The plain twin is `search_plainly`, made of `hashlib`.
"""

import struct
from typing import Any, Final

import numpy as np
from numba import njit, uint32

from wattmint.lab.sha256 import (
    CONSTANTS,
    DIGEST_BITS,
    HEADER_BITS,
    INITIAL,
    PAD,
    ZERO,
    Words,
    added,
    bytes_swapped,
    double_sha256,
    inlined,
    next_sixteen,
    round_of,
)

LANES: Final = 192
"""Nonces that go through a step together: rows of 768 bytes, 230 kB in all; fewer spend more on starting loops, more outgrow the cache."""

GROUP: Final = 3
"""Versions whose rounds run side by side; their number must be a multiple of it."""

_L: Final = LANES
_STATE: Final = 8 * LANES
_LINE: Final = 16
_WORD_BYTES: Final = 4
_FIRST_K, _SECOND_K = CONSTANTS[:16], CONSTANTS[16:32]

compiled: Final = njit(cache=True, nogil=True)


@inlined
def _eight(z: Words, i: int) -> Any:
    return (z[i], z[i + _L], z[i + 2 * _L], z[i + 3 * _L], z[i + 4 * _L], z[i + 5 * _L], z[i + 6 * _L], z[i + 7 * _L])


@inlined
def _put_eight(z: Words, i: int, s: Any) -> None:
    z[i], z[i + _L], z[i + 2 * _L], z[i + 3 * _L] = s[0], s[1], s[2], s[3]
    z[i + 4 * _L], z[i + 5 * _L], z[i + 6 * _L], z[i + 7 * _L] = s[4], s[5], s[6], s[7]


@inlined
def _put_sixteen(z: Words, i: int, w: Any) -> None:
    _put_eight(z, i, w[:8])
    _put_eight(z, i + _STATE, w[8:])


@inlined
def _put_sums(z: Words, i: int, w: Any, k: Any) -> None:
    _put_eight(z, i, added(w[:8], k[:8]))
    _put_eight(z, i + _STATE, added(w[8:], k[8:]))


@compiled
def _spread(first: Any, tail: Words, w: Words, sums: Words) -> None:
    """Write words 16 to 31 of the first hash to `w`, and words 0 to 31 with their constants to `sums`, for nonces from `first` on."""
    t0, t1, t2 = tail[0], tail[1], tail[2]
    for i in range(_L):
        nonce = bytes_swapped(uint32(first + uint32(i)))
        v = (t0, t1, t2, nonce, PAD, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, HEADER_BITS)
        _put_sums(sums, i, v, _FIRST_K)
        after = next_sixteen(v)
        _put_sixteen(w, i, after)
        _put_sums(sums, i + 16 * _L, after, _SECOND_K)


@compiled
def _extend(w: Words, sums: Words, k: Words) -> None:
    """Replace sixteen words of the schedule by the next sixteen, and write those with their constants to `sums`."""
    k0 = (k[0], k[1], k[2], k[3], k[4], k[5], k[6], k[7])
    k1 = (k[8], k[9], k[10], k[11], k[12], k[13], k[14], k[15])
    for i in range(_L):
        after = next_sixteen((*_eight(w, i), *_eight(w, i + _STATE)))
        _put_sixteen(w, i, after)
        _put_sums(sums, i, after, (*k0, *k1))


@compiled
def _begin(middle: Words, tail: Words, sums: Words, z: Words) -> None:
    """Write the states after four rounds; the first three are the same for all nonces."""
    s = (middle[0], middle[1], middle[2], middle[3], middle[4], middle[5], middle[6], middle[7])
    for r in range(3):
        s = round_of(s, uint32(tail[r] + CONSTANTS[r]))
    for i in range(_L):
        _put_eight(z, i, round_of(s, sums[i + 3 * _L]))


@inlined
def _three(s: Any, t: Any, u: Any, x: Any, y: Any, z: Any) -> Any:
    return round_of(s, x), round_of(t, y), round_of(u, z)


@compiled
def _twelve_rounds(z: Words, x: Words, y: Words, v: Words) -> None:
    """Take three states per lane through twelve rounds with the sums `x`, `y` and `v`."""
    for i in range(_L):
        s, t, u = _eight(z, i), _eight(z, i + _STATE), _eight(z, i + 2 * _STATE)
        s, t, u = _three(s, t, u, x[i], y[i], v[i])
        s, t, u = _three(s, t, u, x[i + _L], y[i + _L], v[i + _L])
        s, t, u = _three(s, t, u, x[i + 2 * _L], y[i + 2 * _L], v[i + 2 * _L])
        s, t, u = _three(s, t, u, x[i + 3 * _L], y[i + 3 * _L], v[i + 3 * _L])
        s, t, u = _three(s, t, u, x[i + 4 * _L], y[i + 4 * _L], v[i + 4 * _L])
        s, t, u = _three(s, t, u, x[i + 5 * _L], y[i + 5 * _L], v[i + 5 * _L])
        s, t, u = _three(s, t, u, x[i + 6 * _L], y[i + 6 * _L], v[i + 6 * _L])
        s, t, u = _three(s, t, u, x[i + 7 * _L], y[i + 7 * _L], v[i + 7 * _L])
        s, t, u = _three(s, t, u, x[i + 8 * _L], y[i + 8 * _L], v[i + 8 * _L])
        s, t, u = _three(s, t, u, x[i + 9 * _L], y[i + 9 * _L], v[i + 9 * _L])
        s, t, u = _three(s, t, u, x[i + 10 * _L], y[i + 10 * _L], v[i + 10 * _L])
        s, t, u = _three(s, t, u, x[i + 11 * _L], y[i + 11 * _L], v[i + 11 * _L])
        _put_eight(z, i, s)
        _put_eight(z, i + _STATE, t)
        _put_eight(z, i + 2 * _STATE, u)


@compiled
def _between(middle: Words, z: Words, w: Words, sums: Words) -> None:
    """From the first hash to the second: its message, words 16 to 31, sums 0 to 31, and the initial state."""
    m = (middle[0], middle[1], middle[2], middle[3], middle[4], middle[5], middle[6], middle[7])
    for i in range(_L):
        v = (*added(m, _eight(z, i)), PAD, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, DIGEST_BITS)
        _put_eight(z, i, INITIAL)
        _put_sums(sums, i, v, _FIRST_K)
        after = next_sixteen(v)
        _put_sixteen(w, i, after)
        _put_sums(sums, i + 16 * _L, after, _SECOND_K)


@compiled
def _end(z: Words, sums: Words, high: Words) -> None:
    """Write the hashes' highest 32 bits: the word that is fifth after round 61 moves to the last place untouched."""
    for i in range(_L):
        high[i] = bytes_swapped(uint32(round_of(_eight(z, i), sums[i])[4] + INITIAL[7]))


@compiled
def _second_hash(middles: Words, z: Words, w: Words, sums: Words, constants: Words) -> None:
    """Take a group's finished first hashes through 60 rounds of the second."""
    for j in range(GROUP):
        _between(middles[j], z[j * _STATE :], w, sums[j])
        for r in range(32, 64, 16):
            _extend(w, sums[j, r * _L :], constants[r:])
    for r in range(0, 60, 12):
        _twelve_rounds(z, sums[0, r * _L :], sums[1, r * _L :], sums[2, r * _L :])


@compiled
def _rows(count: int) -> Words:
    """Return room for rows that start where a line of the cache starts: a vector that straddles two lines costs two accesses."""
    room = np.empty(count * _L + _LINE, dtype=np.uint32)
    first = -(room.ctypes.data // _WORD_BYTES) % _LINE
    return room[first : first + count * _L]


@compiled
def search(middles: Words, tail: Words, first: Any, batches: int, limit: Any, constants: Words) -> Words:
    """Return which tries hash to a number whose highest 32 bits do not exceed a limit.

    Parameters
    ----------
    middles : NDArray[uint32], shape (versions, 8)
        Midstates; their number is a multiple of `GROUP`.
    tail : NDArray[uint32], shape (3,)
        The header's last words before the nonce.
    first : uint32
        First nonce; after the last comes 0.
    batches : int
        Batches of `LANES` nonces.
    limit : uint32
        Of the hash's highest 32 bits.
    constants : NDArray[uint32], shape (64,)
        `CONSTANTS`.

    Returns
    -------
    NDArray[uint32], shape (hits, 2)
        Version's number and nonce, in the order of the nonces, then of the versions within a batch of lanes.
    """
    w, z, shared, own, high = _rows(16), _rows(8 * GROUP), _rows(64), _rows(64 * GROUP).reshape((GROUP, 64 * _L)), _rows(1)
    hits, found = np.empty((16, 2), dtype=np.uint32), 0
    for batch in range(batches):
        base = uint32(first + uint32(batch * _L))
        _spread(base, tail, w, shared)
        for r in range(32, 64, 16):
            _extend(w, shared[r * _L :], constants[r:])
        for group in range(0, middles.shape[0], GROUP):
            for j in range(GROUP):
                _begin(middles[group + j], tail, shared, z[j * _STATE :])
            for r in range(4, 64, 12):
                _twelve_rounds(z, shared[r * _L :], shared[r * _L :], shared[r * _L :])
            _second_hash(middles[group:], z, w, own, constants)
            for j in range(GROUP):
                _end(z[j * _STATE :], own[j, 60 * _L :], high)
                if high.min() <= limit:
                    for i in range(_L):
                        if high[i] <= limit:
                            if found == hits.shape[0]:
                                hits = np.concatenate((hits, np.empty_like(hits)))
                            hits[found, 0], hits[found, 1] = group + j, uint32(base + uint32(i))
                            found += 1
    return hits[:found]


def search_plainly(headers: list[bytes], first: int, nonces: int, limit: int) -> list[tuple[int, int]]:
    """Return what `search` returns, nonce by nonce and version by version: its specification.

    Parameters
    ----------
    headers : list of bytes
        80 bytes each, one per version; their nonces are not read.
    first, nonces, limit : int
        As for `search`, `nonces` one by one.

    Returns
    -------
    list of tuple
        Version's number and nonce, in the order of the nonces.
    """
    tries = ((version, (first + i) % (1 << 32)) for i in range(nonces) for version in range(len(headers)))
    return [(v, n) for v, n in tries if int.from_bytes(double_sha256(headers[v][:76] + struct.pack("<I", n))[28:], "little") <= limit]
