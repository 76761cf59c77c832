"""Electric power of an accelerator from how busy it is: never its design power times a count."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def accelerator_watts(tdp_w: FloatArray, busy: tuple[FloatArray, FloatArray], weights: tuple[FloatArray, FloatArray, FloatArray]) -> FloatArray:
    """Return the mean power drawn.

    Parameters
    ----------
    tdp_w : FloatArray
        Thermal design power, W.
    busy : tuple of FloatArray
        Shares of the memory's bandwidth and of the peak arithmetic in use, 0 … 1.
    weights : tuple of FloatArray
        Of idling, of memory and of arithmetic in the exponent.

    Returns
    -------
    FloatArray
        W; TDP (1 - exp(-(a + b sqrt(memory) + c arithmetic))): power rises steeply while a chip wakes up and is held down near its design
        power.
    """
    memory, arithmetic = busy
    base, of_memory, of_arithmetic = weights
    result: FloatArray = tdp_w * -np.expm1(-(base + of_memory * np.sqrt(memory) + of_arithmetic * arithmetic))
    return result
