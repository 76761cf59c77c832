"""Where numbers come from: what every answer carries so that it can be checked. Light to import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UsedInput:
    """One number that an answer rests on, with where it comes from.

    Attributes
    ----------
    name, unit : str
        Name in the data dictionary and its unit.
    value : float or str
        As used.
    source : str
        Source id, or ``"site file"``.
    kind : str
        ``given``, ``measured``, ``datasheet``, ``published``, ``derived`` or ``estimate``.
    """

    name: str
    value: float | str
    unit: str
    source: str
    kind: str


@dataclass(frozen=True, slots=True)
class SourceUsed:
    """One row of the bibliography of this answer."""

    id: str
    citation: str
    licence: str
    as_of: str


@dataclass(frozen=True, slots=True)
class MarketValue:
    """One number of the market snapshot as used."""

    name: str
    value: float
    unit: str
    as_of: str
    source: str
    kind: str
