"""Time that chips spend exchanging partial results: a latency for each exchange, and bytes over a link."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def all_reduce_seconds(size_bytes: FloatArray, chips: FloatArray, link_bytes_per_s: FloatArray) -> FloatArray:
    """Return the time for all chips to hold the sum of what each holds, latency not counted.

    Parameters
    ----------
    size_bytes : FloatArray
        Held by each, bytes.
    chips : FloatArray
        How many take part.
    link_bytes_per_s : FloatArray
        What a chip's link really carries in one direction.

    Returns
    -------
    FloatArray
        s; each byte crosses a chip's link 2 (n - 1) / n times, reduce and scatter then gather. 0 for one chip.
    """
    result: FloatArray = 2.0 * (chips - 1.0) / chips * size_bytes / link_bytes_per_s
    return result


def all_to_all_seconds(size_bytes: FloatArray, chips: FloatArray, link_bytes_per_s: FloatArray) -> FloatArray:
    """Return the time for each chip to send every other its share of what it holds, latency not counted.

    Parameters
    ----------
    size_bytes : FloatArray
        Sent by each, its own share included, bytes.
    chips, link_bytes_per_s : FloatArray
        As for `all_reduce_seconds`.

    Returns
    -------
    FloatArray
        s; the part (n - 1) / n leaves the chip.
    """
    result: FloatArray = (chips - 1.0) / chips * size_bytes / link_bytes_per_s
    return result


def latency_seconds(chips: FloatArray, base_s: FloatArray, doubling_s: FloatArray) -> FloatArray:
    """Return the latency of one exchange among `chips`: a base and a part per doubling of their number, s; 0 for one chip."""
    result: FloatArray = np.where(chips > 1.0, base_s + doubling_s * np.log2(np.maximum(chips, 1.0)), 0.0)
    return result
