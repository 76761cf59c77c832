"""Joules that the machine itself counts: the energy counters of its processor packages, where they can be read."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COUNTERS: Final = Path("/sys/class/powercap")
"""Where Linux shows them, for Intel and AMD processors; mostly for the superuser only, and hardly ever in a virtual machine."""

_PACKAGE: Final = re.compile(r"intel-rapl:\d+")
_MICROJOULES_PER_J: Final = 10**6


@dataclass(frozen=True, slots=True)
class Reading:
    """The counters at one moment.

    Attributes
    ----------
    microjoules, wraps_at : tuple of int
        Of each package: its count, and where it starts again from 0.
    why_not : str
        Why there are none; empty where there are.
    """

    microjoules: tuple[int, ...]
    wraps_at: tuple[int, ...]
    why_not: str


def read_counters(folder: Path = COUNTERS) -> Reading:
    """Return the energy counters of all processor packages.

    Parameters
    ----------
    folder : Path, optional
        Where the counters are.

    Returns
    -------
    Reading
        Without counters where there are none or this user may not read them; says which.
    """
    packages = sorted(path for path in folder.glob("intel-rapl:*") if _PACKAGE.fullmatch(path.name)) if folder.is_dir() else []
    if not packages:
        return Reading((), (), "this machine shows no energy counters (RAPL)")
    try:
        counts = tuple(int((path / "energy_uj").read_text()) for path in packages)
        wraps = tuple(int((path / "max_energy_range_uj").read_text()) for path in packages)
    except OSError as error:
        return Reading((), (), f"the energy counters (RAPL) cannot be read: {error.strerror}")
    return Reading(counts, wraps, "")


def joules_between(before: Reading, after: Reading) -> float | None:
    """Return the energy that went through all packages between two readings.

    Parameters
    ----------
    before, after : Reading
        Of the same machine, so close together that no counter starts again twice.

    Returns
    -------
    float or None
        J; everything that ran on the machine is in it. None where one of the readings has no counters.
    """
    if before.why_not or after.why_not:
        return None
    counts = zip(before.microjoules, after.microjoules, after.wraps_at, strict=True)
    return sum(late - early + (wrap if late < early else 0) for early, late, wrap in counts) / _MICROJOULES_PER_J
