"""What one accelerator can do: its memory, its rates, its links, its power."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PRECISIONS: Final = ("bf16", "fp8", "int8", "fp4")
"""Number formats of matrix arithmetic that rates are given for; bf16 stands for every 16-bit format."""

_WIDENED: Final[Mapping[str, tuple[str, ...]]] = {
    "bf16": ("bf16",),
    "fp8": ("fp8", "bf16"),
    "int8": ("int8", "bf16"),
    "fp4": ("fp4", "bf16"),
    "int4": ("bf16",),
}
"""Formats in which weights of a precision are multiplied, first choice first; measured on Hopper, fp4 and int4 weights go in 16 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """One accelerator as its datasheet describes it, in SI units.

    Attributes
    ----------
    memory_bytes, bandwidth_bytes_per_s : float
        Its memory and how fast it is read.
    flops_by_precision : mapping of str to float
        Dense operations per second by precision (see `PRECISIONS`), two per multiplication and addition; 0 where the chip lacks it.
    scale_up_bytes_per_s : float
        Link to its neighbours (NVLink, Infinity Fabric, ICI, PCIe), both directions together.
    scale_up_gpus : int
        Accelerators that share such links.
    scale_out_bytes_per_s : float
        Network beyond them, one direction; 0 where the datasheet names none.
    tdp_w : float
        Thermal design power.
    vendor, link, release_date : str
        As in the table: maker, name of the link, month of release.
    """

    memory_bytes: float
    bandwidth_bytes_per_s: float
    flops_by_precision: Mapping[str, float]
    scale_up_bytes_per_s: float
    scale_up_gpus: int
    scale_out_bytes_per_s: float
    tdp_w: float
    vendor: str
    link: str
    release_date: str

    def flops_per_s(self, precision: str) -> float:
        """Return the dense rate at which matrices stored in `precision` are multiplied.

        Parameters
        ----------
        precision : str
            ``bf16``, ``fp8``, ``int8``, ``fp4`` or ``int4``.

        Returns
        -------
        float
            FLOP/s; where the chip lacks the format, that of 16 bits, to which weights are converted first. Weights of ``int4`` are
            multiplied in 16 bits on every chip.

        Raises
        ------
        KeyError
            If `precision` is none of these.
        """
        formats = _WIDENED[precision]
        return next((rate for name in formats if (rate := self.flops_by_precision.get(name, 0.0))), 0.0)
