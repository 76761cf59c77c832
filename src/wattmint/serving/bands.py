"""How far off an estimate may be: bands that held in 80 % of measurements the fit had not seen."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.physics.serving_types import Load
from wattmint.serving.software import fitted
from wattmint.types import FloatArray

SEPARATE: Final = 3.0
"""Estimate: how much wider a band is with prompts on accelerators of their own, of which too little is known about how many there are. Of 300 such
measurements, which no fit has seen, seven in ten lie within."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What widens a band.

    Attributes
    ----------
    known : NDArray of bool, shape (cases, 3)
        Whether the software date was given, and the accelerator and the model were among those measured.
    full, most, separate : NDArray of bool, shape (cases,)
        More requests than memory holds; as many as the server takes; prompts on accelerators of their own.
    """

    known: NDArray[np.bool_]
    full: NDArray[np.bool_]
    most: NDArray[np.bool_]
    separate: NDArray[np.bool_]


def circumstances(known: NDArray[np.bool_], load: Load, held: FloatArray) -> Circumstances:
    """Return what widens the bands of some cases.

    Parameters
    ----------
    known : NDArray of bool, shape (cases, 3)
        As in `Circumstances`.
    load : Load
        The cases, each one copy of its model.
    held : FloatArray
        Sequences that an attention group has memory for.
    """
    most = np.isinf(load.requests)
    return Circumstances(known, ~most & (load.requests / load.dp > held), most, load.separate > 0.0)


def band(name: str, seen: Circumstances) -> tuple[FloatArray, FloatArray]:
    """Return the factors on an estimate between which four measurements of five lay.

    Parameters
    ----------
    name : str
        Quantity, e.g. ``tpot_ms``.
    seen : Circumstances
        What widens the band.

    Returns
    -------
    low, high : FloatArray, shape (cases,)
        Below and above 1.
    """
    found = _widths(name)
    wider = np.where(seen.known[:, 0], 1.0, found["band_undated"])
    wider = wider * np.where(seen.known[:, 1], 1.0, found["band_new_chip"]) * np.where(seen.known[:, 2], 1.0, found["band_new_model"])
    wider = wider * np.where(seen.full, found["band_full"], 1.0) * np.where(seen.separate, SEPARATE, 1.0)
    wider = wider * np.where(seen.most, found.get("band_most", 1.0), 1.0)
    return np.exp(-found["band_low"] * wider), np.exp(found["band_high"] * wider)


@cache
def _widths(name: str) -> dict[str, float]:
    return dict(fitted()[f"band-{name.replace('_', '-')}"])
