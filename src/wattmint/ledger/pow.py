"""Proof of work: the target in a block header, and how it is reset every 2,016 blocks.

A header names its target in four bytes, ``bits``: a one-byte length and a three-byte mantissa, much like a float.

    bits    1b 0404cb
    target     0x0404cb * 256**(0x1b - 3)      a block's hash must not exceed it

Difficulty is the first block's target over this one, so difficulty 1 takes 4,295,032,833 hashes on average. The rules are Bitcoin
Core's (`arith_uint256.cpp`, `pow.cpp`), down to the truncation of the mantissa and the interval that is left out of the timespan.
"""

from typing import Final

from wattmint.errors import InputError
from wattmint.units import SECONDS_PER_MINUTE

BLOCKS_PER_EPOCH: Final = 2016
"""Blocks between two retargets."""

BLOCK_SPACING_S: Final = int(10 * SECONDS_PER_MINUTE)
"""Seconds per block that the retarget aims at."""

EPOCH_S: Final = BLOCKS_PER_EPOCH * BLOCK_SPACING_S
"""Seconds an epoch is meant to last: fourteen days."""

LARGEST_STEP: Final = 4
"""A retarget changes the target by at most this factor, either way."""

EASIEST_BITS: Final = 0x1D00FFFF
"""Bits of difficulty 1; no target may be easier."""

_HASH_BITS: Final = 256
_DIFFICULTY_1_TARGET: Final = 0xFFFF << 208
_SIGN: Final = 0x00800000
_MANTISSA: Final = 0x007FFFFF


def target_from_bits(bits: int) -> int:
    """Return the target that four header bytes stand for.

    Parameters
    ----------
    bits : int
        0 … 0xffffffff.

    Returns
    -------
    int
        0 … 2**256 - 1.

    Raises
    ------
    InputError
        If `bits` has more than four bytes, means a negative number, or one beyond 256 bits.
    """
    if not 0 <= bits <= 0xFFFFFFFF:
        raise InputError("bits", hex(bits), "four bytes")
    size, mantissa = bits >> 24, bits & _MANTISSA
    if size <= 3:
        mantissa >>= 8 * (3 - size)
    if mantissa and bits & _SIGN:
        raise InputError("bits", hex(bits), "a target cannot be negative")
    target = mantissa << 8 * max(size - 3, 0)
    if target.bit_length() > _HASH_BITS:
        raise InputError("bits", hex(bits), "a target has at most 256 bits")
    return target


def bits_from_target(target: int) -> int:
    """Return the four header bytes of a target; what does not fit the three-byte mantissa is cut off.

    Parameters
    ----------
    target : int
        0 … 2**256 - 1.

    Returns
    -------
    int
        The only form of several that the rules produce: the shortest one whose sign bit is clear.

    Raises
    ------
    InputError
        If `target` is out of range.
    """
    if not 0 <= target < 1 << _HASH_BITS:
        raise InputError("target", hex(target), "0 to 2**256 - 1")
    size = (target.bit_length() + 7) // 8
    mantissa = target << 8 * (3 - size) if size <= 3 else target >> 8 * (size - 3)
    if mantissa & _SIGN:
        mantissa >>= 8
        size += 1
    return size << 24 | mantissa


def difficulty_from_bits(bits: int) -> float:
    """Return the difficulty: how many times harder than the first block.

    Parameters
    ----------
    bits : int
        Header bytes of a target above 0.

    Returns
    -------
    float
        1 for `EASIEST_BITS`.

    Raises
    ------
    InputError
        If `bits` is malformed or means a target of 0.
    """
    target = target_from_bits(bits)
    if target == 0:
        raise InputError("bits", hex(bits), "a target above 0; no hash is below 0")
    return _DIFFICULTY_1_TARGET / target


def expected_hashes(target: int) -> int:
    """Return the mean number of hashes until one does not exceed the target, rounded down.

    Parameters
    ----------
    target : int
        0 … 2**256 - 1.

    Returns
    -------
    int
        2**256 // (target + 1): a hash is one of 2**256 numbers, and target + 1 of them will do.

    Raises
    ------
    InputError
        If `target` is out of range.
    """
    if not 0 <= target < 1 << _HASH_BITS:
        raise InputError("target", hex(target), "0 to 2**256 - 1")
    return (1 << _HASH_BITS) // (target + 1)


def next_bits(old_bits: int, first_time_s: int, last_time_s: int) -> int:
    """Return the bits of the epoch after one.

    Parameters
    ----------
    old_bits : int
        Bits of the epoch that ends.
    first_time_s, last_time_s : int
        Header times of its first and its last block [s since 1970]. Between them lie 2,015 intervals, not 2,016: the chain's own
        off-by-one, which makes blocks 0.05 % slower than ten minutes in the long run.

    Returns
    -------
    int
        Bits, never easier than `EASIEST_BITS` and within a factor of four of the old target.

    Raises
    ------
    InputError
        If `old_bits` is malformed.
    """
    return retargeted(old_bits, last_time_s - first_time_s, EPOCH_S, EASIEST_BITS)


def retargeted(old_bits: int, took_s: int, epoch_s: int, easiest_bits: int) -> int:
    """Return the bits of the epoch after one, on any chain of this make.

    Parameters
    ----------
    old_bits : int
        Bits of the epoch that ends.
    took_s : int
        Time of its last block less that of its first [s]; clamped to a factor of `LARGEST_STEP` either way.
    epoch_s : int
        What an epoch is meant to last [s].
    easiest_bits : int
        Bits of the easiest target that the chain allows.

    Returns
    -------
    int
        Bits.

    Raises
    ------
    InputError
        If either bits are malformed.
    """
    clamped_s = min(max(took_s, epoch_s // LARGEST_STEP), epoch_s * LARGEST_STEP)
    target = target_from_bits(old_bits) * clamped_s // epoch_s
    return bits_from_target(min(target, target_from_bits(easiest_bits)))
