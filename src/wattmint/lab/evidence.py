"""What `lab compare` is made of: numbers with where they come from, and the sentence that they bear out."""

from dataclasses import dataclass
from typing import Final

from wattmint.facts.fact import Fact

HERE: Final = "measured here"
CITED: Final = "cited"
DERIVED: Final = "derived from cited"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the table.

    Attributes
    ----------
    what : str
        Of what.
    value : float
        In `unit`.
    unit : str
        Empty for a pure number.
    evidence : str
        ``measured here``, ``cited`` or ``derived from cited``.
    source : str
        The verb that measures it, the source's id, or both parts of a derivation.
    """

    what: str
    value: float
    unit: str
    evidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one side has to say: a sentence, and the numbers under it."""

    words: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One property of the two tokens."""

    topic: str
    ai: Cell
    chain: Cell


def cited(what: str, fact: Fact) -> Figure:
    """Return a number of the tables.

    Parameters
    ----------
    what : str
        Of what.
    fact : Fact
        A number.

    Returns
    -------
    Figure
        With the fact's unit and source.
    """
    return Figure(what, float(fact.value), fact.unit, CITED, fact.source)


def derived(what: str, value: float, unit: str, *facts: Fact) -> Figure:
    """Return a number worked out from some of the tables.

    Parameters
    ----------
    what : str
        Of what.
    value : float
        In `unit`.
    unit : str
        Empty for a pure number.
    *facts : Fact
        What it was worked out from.

    Returns
    -------
    Figure
        With the sources of all facts, each once.
    """
    return Figure(what, value, unit, DERIVED, " + ".join(dict.fromkeys(fact.source for fact in facts)))
