"""What a row of a table, of the data dictionary and of the bibliography is."""

from dataclasses import dataclass
from typing import Final

from wattmint.provenance import UsedInput

KINDS: Final = ("measured", "datasheet", "published", "derived", "estimate")
"""How a number came about, from firm to soft."""

TEXT_UNITS: Final = ("text", "date", "list")
"""Units of attributes that hold words, not numbers."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One row of the data dictionary.

    Attributes
    ----------
    name : str
        Also the key of the site file, where there is one.
    unit : str
        ``text``, ``date`` and ``list`` hold no number; ``1`` is a pure number.
    low, high : float or None
        Range outside which a value is refused; None where there is no limit.
    meaning : str
        One sentence.
    """

    name: str
    unit: str
    low: float | None
    high: float | None
    meaning: str

    @property
    def is_text(self) -> bool:
        """Whether values are words."""
        return self.unit in TEXT_UNITS


@dataclass(frozen=True, slots=True)
class Source:
    """One row of the bibliography: who said it, under which licence, and when.

    Attributes
    ----------
    id, citation, licence, as_of : str
        As in ``sources.csv``.
    """

    id: str
    citation: str
    licence: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a table.

    Attributes
    ----------
    table, id, attribute : str
        Where it stands.
    value : float or str
        A float unless the attribute's unit is ``text`` or ``date``.
    unit : str
        As in the dictionary.
    low, high : float or None
        Plausible range around `value`, where one is known.
    source : str
        Id in the bibliography.
    kind : str
        One of `KINDS`.
    as_of : str
        Date the value is from: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.
    """

    table: str
    id: str
    attribute: str
    value: float | str
    unit: str
    low: float | None
    high: float | None
    source: str
    kind: str
    as_of: str

    def used(self, value: float | str | None = None) -> UsedInput:
        """Return this fact as an input that an answer rests on.

        Parameters
        ----------
        value : float or str, optional
            What the user gave instead; the input is then the site file's, not this source's.

        Returns
        -------
        UsedInput
            Named after the attribute.
        """
        if value is None:
            return UsedInput(self.attribute, self.value, self.unit, self.source, self.kind)
        return UsedInput(self.attribute, value, self.unit, "site file", "given")
