"""Builds measured against one of them, future by future."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattmint.types import FloatArray


@dataclass(frozen=True, slots=True)
class Alternative:
    """One build beside the first, on the same futures.

    Attributes
    ----------
    name : str
        Of the build.
    npv_usd, irr : FloatArray, shape (paths,)
        Its own; the owner's, after tax and debt, where the site file has them. NaN where a rate does not exist.
    gain_usd, gain_irr, gain_mirr : FloatArray, shape (paths,)
        NPV, IRR and modified IRR of its flows less the first build's: 0 and NaN for the first.
    lines_usd : mapping of str to FloatArray, shape (months + 1,)
        Mean of every line of its cash flow before tax and debt, by month; entry 0 is the day of decision.
    """

    name: str
    npv_usd: FloatArray
    irr: FloatArray
    gain_usd: FloatArray
    gain_irr: FloatArray
    gain_mirr: FloatArray
    lines_usd: Mapping[str, FloatArray]
