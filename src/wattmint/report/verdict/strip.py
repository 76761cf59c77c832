"""The NPV of all builds on one scale: drawn with plain boxes, so that it also shows without JavaScript and in print."""

import math
from dataclasses import dataclass
from typing import Final

from wattmint.report.digits import rounded, usd
from wattmint.report.sentences import is_single
from wattmint.risk.verdict import Verdict

_TICKS: Final = 8


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the scale: where (percent of the width), what it reads, and whether a narrow screen has room for it."""

    at: float
    text: str
    major: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One build on the scale, in percent of the width.

    Attributes
    ----------
    name : str
        The build.
    left, width : float
        P10 to P90; from zero to the value where there is one path only.
    median : float or None
        Where it stands; None where there is one path only.
    mean : float
        Where it stands.
    text : str
        The same in words, for those who do not see it.
    """

    name: str
    left: float
    width: float
    median: float | None
    mean: float
    text: str


@dataclass(frozen=True, slots=True)
class Strip:
    """All builds on one scale of money, with its ticks and where zero stands."""

    ticks: tuple[Tick, ...]
    zero: float
    bars: tuple[Bar, ...]


def npv_strip(verdict: Verdict) -> Strip:
    """Place every build's NPV on one scale.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    Strip
        The scale holds all bands and zero.
    """
    single = is_single(verdict)
    values = [0.0]
    for build in verdict.builds:
        spread = build.decisive.npv_usd
        values += [v for v in ((spread.mean,) if single else (spread.p10, spread.p90, spread.mean)) if v is not None]
    low, high = min(values), max(values)
    if low == high:
        high = low + 1.0
    margin = 0.03 * (high - low)
    low, high = low - margin, high + margin

    def place(value: float | None) -> float:
        return round(100.0 * ((value or 0.0) - low) / (high - low), 2)

    bars = []
    for build in verdict.builds:
        spread = build.decisive.npv_usd
        ends = sorted((place(0.0), place(spread.mean))) if single else [place(spread.p10), place(spread.p90)]
        words = f"NPV {usd(spread.mean)}"
        if not single:
            words = f"NPV P10 {usd(spread.p10)}, median {usd(spread.p50)}, mean {usd(spread.mean)}, P90 {usd(spread.p90)}"
        median = None if single else place(spread.p50)
        bars.append(Bar(build.name, ends[0], round(ends[1] - ends[0], 2), median, place(spread.mean), words))
    values = round_values(low, high)
    at_zero = values.index(0.0)
    ticks = tuple(Tick(place(value), usd(value), (i - at_zero) % 2 == 0) for i, value in enumerate(values))
    return Strip(ticks, place(0.0), tuple(bars))


def round_values(low: float, high: float) -> list[float]:
    """Return about eight round values between `low` and `high`, zero among them if it lies between.

    Parameters
    ----------
    low, high : float
        Ends of a scale, `low` below `high`.

    Returns
    -------
    list of float
        Multiples of 1, 2 or 5 times a power of ten.
    """
    rough = (high - low) / _TICKS
    decade = 10.0 ** math.floor(math.log10(rough))
    step = next((m * decade for m in (1.0, 2.0, 5.0) if m * decade >= rough), 10.0 * decade)
    first, last = math.ceil(low / step), math.floor(high / step)
    return [rounded(i * step, 6) for i in range(first, last + 1)]
