"""SHA-256 as the search uses it: the round, the message schedule, and a header cut into words.

Everything here works on single 32-bit words. The loops of `wattmint.lab.search` call it once per nonce, and LLVM turns sixteen
such calls into one where the processor has 512-bit registers. Numba makes 64-bit numbers of 32-bit sums, hence `uint32` around each.
Source of the rules and constants: FIPS 180-4. The plain twin of all this is `hashlib`; `double_sha256` is it.
"""

import hashlib
from typing import Any, Final

import numpy as np
from numba import njit, uint32
from numpy.typing import NDArray

Words = NDArray[np.uint32]

HEADER_BYTES: Final = 80
"""Of a block header."""


def words_of(message: bytes) -> Words:
    """Return bytes as big-endian words of 32 bits.

    Parameters
    ----------
    message : bytes
        A multiple of four.

    Returns
    -------
    NDArray[uint32]
        In this machine's own byte order.
    """
    return np.frombuffer(message, dtype=">u4").astype(np.uint32)


CONSTANTS: Final = tuple(
    words_of(
        bytes.fromhex(
            "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 72be5d74 80deb1fe 9bdc06a7"
            "c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da 983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147"
            "06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819"
            "d6990624 f40e3585 106aa070 19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208"
            "90befffa a4506ceb bef9a3f7 c67178f2"
        )
    )
)
"""Of the 64 rounds: the first 32 bits of the fractional parts of the cube roots of the first 64 primes."""

INITIAL: Final = tuple(words_of(bytes.fromhex("6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19")))
"""State before the first block."""

ZERO: Final = np.uint32(0)
PAD: Final = np.uint32(1 << 31)
"""The one bit that ends every message."""

HEADER_BITS: Final = np.uint32(8 * HEADER_BYTES)
DIGEST_BITS: Final = np.uint32(256)
"""Lengths that end the padded messages of the first and of the second hash."""

inlined: Final = njit(forceinline=True)
"""For the pieces of a loop's body: LLVM can only vectorise what it sees as one."""


@inlined
def _rotated(x: Any, bits: int) -> Any:
    return uint32(uint32(x >> uint32(bits)) | uint32(x << uint32(32 - bits)))


@inlined
def bytes_swapped(x: Any) -> Any:
    """Return a word with its four bytes in the other order."""
    outer = uint32(uint32(x >> uint32(24)) | uint32(x << uint32(24)))
    return uint32(outer | uint32(uint32(uint32(x >> uint32(8)) & uint32(0xFF00)) | uint32(uint32(x << uint32(8)) & uint32(0xFF0000))))


@inlined
def round_of(state: Any, word_plus_constant: Any) -> Any:
    """Return the state of eight words after one round."""
    a, b, c, d, e, f, g, h = state
    chosen = uint32(g ^ uint32(e & uint32(f ^ g)))
    majority = uint32(uint32(uint32(a ^ b) & c) | uint32(a & b))
    t1 = uint32(uint32(h + word_plus_constant) + uint32(uint32(_rotated(e, 6) ^ _rotated(e, 11) ^ _rotated(e, 25)) + chosen))
    t2 = uint32(uint32(_rotated(a, 2) ^ _rotated(a, 13) ^ _rotated(a, 22)) + majority)
    return (uint32(t1 + t2), a, b, c, uint32(d + t1), e, f, g)


@inlined
def _word(back_16: Any, back_15: Any, back_7: Any, back_2: Any) -> Any:
    low = uint32(_rotated(back_15, 7) ^ _rotated(back_15, 18) ^ uint32(back_15 >> uint32(3)))
    high = uint32(_rotated(back_2, 17) ^ _rotated(back_2, 19) ^ uint32(back_2 >> uint32(10)))
    return uint32(uint32(back_16 + low) + uint32(back_7 + high))


@inlined
def next_sixteen(w: Any) -> Any:
    """Return the sixteen words of the message schedule after the sixteen given."""
    a0, a1 = _word(w[0], w[1], w[9], w[14]), _word(w[1], w[2], w[10], w[15])
    a2, a3 = _word(w[2], w[3], w[11], a0), _word(w[3], w[4], w[12], a1)
    a4, a5 = _word(w[4], w[5], w[13], a2), _word(w[5], w[6], w[14], a3)
    a6, a7 = _word(w[6], w[7], w[15], a4), _word(w[7], w[8], a0, a5)
    a8, a9 = _word(w[8], w[9], a1, a6), _word(w[9], w[10], a2, a7)
    b0, b1 = _word(w[10], w[11], a3, a8), _word(w[11], w[12], a4, a9)
    b2, b3 = _word(w[12], w[13], a5, b0), _word(w[13], w[14], a6, b1)
    return (a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, b0, b1, b2, b3, _word(w[14], w[15], a7, b2), _word(w[15], a0, a8, b3))


@inlined
def added(s: Any, t: Any) -> Any:
    """Return the sums of two states, word by word."""
    first = (uint32(s[0] + t[0]), uint32(s[1] + t[1]), uint32(s[2] + t[2]), uint32(s[3] + t[3]))
    return (*first, uint32(s[4] + t[4]), uint32(s[5] + t[5]), uint32(s[6] + t[6]), uint32(s[7] + t[7]))


@njit(cache=True, nogil=True)
def midstate(block: Words) -> Words:
    """Return the state after a message's first sixteen words: what all nonces of a header share.

    Parameters
    ----------
    block : NDArray[uint32], shape (16,)
        Big-endian words.

    Returns
    -------
    NDArray[uint32], shape (8,)
        State after the block.
    """
    w = np.empty(len(CONSTANTS), dtype=np.uint32)
    w[:16] = block
    for r in range(16, w.size):
        w[r] = _word(w[r - 16], w[r - 15], w[r - 7], w[r - 2])
    state = INITIAL
    for r in range(w.size):
        state = round_of(state, uint32(w[r] + CONSTANTS[r]))
    return np.array(added(INITIAL, state), dtype=np.uint32)


def double_sha256(header: bytes) -> bytes:
    """Return SHA-256 of the SHA-256 of a header: the hash that proof of work is about, by `hashlib`.

    Parameters
    ----------
    header : bytes
        80 bytes.

    Returns
    -------
    bytes
        32 bytes; as a number, the last byte is the highest.
    """
    return hashlib.sha256(hashlib.sha256(header).digest()).digest()
