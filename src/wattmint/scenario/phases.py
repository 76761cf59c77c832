"""When the parts of a build take power, and that the site's power suffices in every month.

A part's works begin with `from_month`; they take no power. It takes its share from its first month of service, `construction_months` later
(at once where its halls exist), until `until_month`, or to the end.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from wattmint.facts.load import number

SLACK = 1e-9
"""Shares such as thirds add to 1 up to rounding."""


class Phased(Protocol):
    """What a part of a build says of its time at the site."""

    @property
    def kind(self) -> str:
        """Its workload."""

    @property
    def share(self) -> float:
        """Share of the site's power."""

    @property
    def from_month(self) -> int:
        """Month in which its works begin."""

    @property
    def until_month(self) -> int | None:
        """First month in which it no longer runs."""

    @property
    def existing(self) -> bool:
        """Whether its halls are there already."""

    @property
    def construction_months(self) -> int | None:
        """Months of works; None takes the cited default."""


class Crowd(NamedTuple):
    """The most that the parts of a build take together.

    Attributes
    ----------
    share : float
        Of the site's power.
    month : int
        First month in which they do.
    """

    share: float
    month: int


def first_month(part: Phased) -> int:
    """Return a part's first month of service.

    Parameters
    ----------
    part : Phased
        Of a build.

    Returns
    -------
    int
        Counted from 0.
    """
    if part.existing:
        return part.from_month
    built = part.construction_months
    return part.from_month + (int(number("defaults", part.kind, "construction_months")) if built is None else built)


def busiest(parts: Sequence[Phased]) -> Crowd:
    """Return when the parts of a build take most power.

    Parameters
    ----------
    parts : sequence of Phased
        At least one.

    Returns
    -------
    Crowd
        The earliest such month; shares only grow when a part begins.
    """
    begins = [first_month(part) for part in parts]
    crowds = []
    for month in sorted(set(begins)):
        there = [p.share for p, first in zip(parts, begins, strict=True) if first <= month and (p.until_month is None or month < p.until_month)]
        crowds.append(Crowd(sum(there), month))
    return max(crowds, key=lambda crowd: crowd.share)


def is_phased(parts: Sequence[Phased]) -> bool:
    """Return whether a part begins later than the day of decision or stops before the end."""
    return any(part.from_month or part.until_month is not None for part in parts)
