"""When the parts of a build run: what a verdict says of builds whose parts come and go."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phase:
    """One part's time at the site, months counted from 0.

    Attributes
    ----------
    kind : str
        Its workload, e.g. ``"mining"``.
    grid_mw : float
        Power it reserves.
    from_month, first_month : int
        When its works begin, and its service.
    until_month : int or None
        First month without it; None: it runs to the end.
    """

    kind: str
    grid_mw: float
    from_month: int
    first_month: int
    until_month: int | None

    def runs(self, month: int) -> bool:
        """Return whether it is in service in a month."""
        return self.first_month <= month and (self.until_month is None or month < self.until_month)


def turns(phases: Sequence[Phase], months: int) -> list[tuple[int, dict[str, float]]]:
    """Return the power in service by workload, from every month in which it changes.

    Parameters
    ----------
    phases : sequence of Phase
        Of one build.
    months : int
        Length of the horizon.

    Returns
    -------
    list of tuple of int and dict of str to float
        First month, and MW by workload; from month 0 on.
    """
    begins = {0} | {m for p in phases for m in (p.first_month, p.until_month) if m is not None and m < months}
    found: list[tuple[int, dict[str, float]]] = []
    for month in sorted(begins):
        power: dict[str, float] = {}
        for phase in phases:
            if phase.runs(month):
                power[phase.kind] = power.get(phase.kind, 0.0) + phase.grid_mw
        if not found or found[-1][1] != power:
            found.append((month, power))
    return found
