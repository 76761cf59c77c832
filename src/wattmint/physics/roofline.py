"""The roofline: what a chip can do when memory and arithmetic share the work, and where a job stands on it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

SHARPNESS: Final = 3.0
"""How sharp the knee is between memory and arithmetic: estimate. Infinite would be perfect overlap, 1 no overlap at all."""


def overlapped_seconds(memory_s: FloatArray, arithmetic_s: FloatArray) -> FloatArray:
    """Return the time of work that reads memory and computes at once: the longer of the two far from the knee, somewhat more at it.

    Parameters
    ----------
    memory_s, arithmetic_s : FloatArray
        Each on its own, s.

    Returns
    -------
    FloatArray
        s; (m^p + a^p)^(1/p) with p = `SHARPNESS`.
    """
    longer, shorter = np.maximum(memory_s, arithmetic_s), np.minimum(memory_s, arithmetic_s)
    share = np.divide(shorter, longer, out=np.zeros_like(longer), where=longer > 0.0)
    result: FloatArray = longer * (1.0 + share**SHARPNESS) ** (1.0 / SHARPNESS)
    return result


def ridge_flop_per_byte(flops_per_s: FloatArray, bytes_per_s: FloatArray) -> FloatArray:
    """Return the operations per byte at which arithmetic and memory are equally busy, FLOP/byte."""
    return flops_per_s / bytes_per_s


def attainable_flops_per_s(intensity: FloatArray, flops_per_s: FloatArray, bytes_per_s: FloatArray) -> FloatArray:
    """Return the roof over a job: the lesser of the chip's arithmetic and its bandwidth times operations per byte, FLOP/s.

    Parameters
    ----------
    intensity : FloatArray
        Operations per byte read, FLOP/byte.
    flops_per_s, bytes_per_s : FloatArray
        Of the chip.
    """
    result: FloatArray = np.minimum(flops_per_s, intensity * bytes_per_s)
    return result
