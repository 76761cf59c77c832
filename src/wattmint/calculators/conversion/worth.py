"""What a conversion is worth against mining on, from the futures that its builds lived through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.calculators.conversion.builds import Case
from wattmint.calculators.conversion.plan import ConversionPlan
from wattmint.risk.alternatives import Alternative
from wattmint.risk.measures import Spread, spread
from wattmint.types import FloatArray

MINED: Final = ("subsidy", "transaction fees", "pool fee")
"""Lines of what mining earns."""

CAPITAL: Final = ("site works", "machines", "replacement", "salvage", "conversion", "clearing")
"""Lines that are no part of an operating margin."""

RAMPED: Final = 0.9
"""Share of the full rent at which the ramp counts as over."""


@dataclass(frozen=True, slots=True)
class Start:
    """The same conversion, begun in some month.

    Attributes
    ----------
    name : str
        Of the build.
    month : int
        Of the decision.
    gain_usd : Spread
        NPV over mining on.
    wins_share : float
        Share of futures in which that is above 0.
    """

    name: str
    month: int
    gain_usd: Spread
    wins_share: float


@dataclass(frozen=True, slots=True)
class Worth:
    """What a conversion is worth.

    Attributes
    ----------
    paths : int
        Futures looked at.
    mining_npv_usd, npv_usd : Spread
        Of mining on, and of converting now; over all groups of cost and months, and all futures.
    gain_usd : Spread
        NPV of converting now over mining on.
    gain_irr, gain_mirr : Spread
        IRR and modified IRR of its flows over those of mining on.
    gain_irr_defined_share : float
        Share of futures in which the latter exists.
    wins_share : float
        Share of futures in which converting is ahead.
    lost_revenue_usd, lost_margin_usd : float
        What blocks would have mined from their stop to their handover, before and after power and staff; means, not discounted.
    machines_usd : float
        What the machines of all blocks fetch when they stop.
    clearing_usd : float
        What clearing costs.
    lease_usd : tuple of float
        Mean lease by month of the horizon.
    full_lease_usd : float
        Of a month in which all blocks are let and the ramp is over.
    first_lease_month, ramped_lease_month : int or None
        When rent begins, and when it reaches `RAMPED` of the full; None where none is paid.
    starts : tuple of Start
        Now, over all groups, and in later years, each at the mean cost and the median months.
    """

    paths: int
    mining_npv_usd: Spread
    npv_usd: Spread
    gain_usd: Spread
    gain_irr: Spread
    gain_mirr: Spread
    gain_irr_defined_share: float
    wins_share: float
    lost_revenue_usd: float
    lost_margin_usd: float
    machines_usd: float
    clearing_usd: float
    lease_usd: tuple[float, ...]
    full_lease_usd: float
    first_lease_month: int | None
    ramped_lease_month: int | None
    starts: tuple[Start, ...]

    @property
    def best_start(self) -> Start:
        """The start with the highest mean gain; the earliest of equals."""
        return max(self.starts, key=lambda start: start.gain_usd.mean or 0.0)


def worth_of(plan: ConversionPlan, found: Sequence[Alternative]) -> Worth:
    """Return what a conversion is worth.

    Parameters
    ----------
    plan : ConversionPlan
        Whose builds were walked.
    found : sequence of Alternative
        Of `plan.builds`, in that order: mining on, the groups, the starts.

    Returns
    -------
    Worth
    """
    keep, groups, later = found[0], found[1 : 1 + len(plan.groups)], found[1 + len(plan.groups) :]
    gain = np.concatenate([one.gain_usd for one in groups])
    gain_irr = np.concatenate([one.gain_irr for one in groups])
    now, case = later[0], plan.starts[0]
    operating = sum((values for name, values in keep.lines_usd.items() if name not in CAPITAL), np.zeros(1))
    lease = now.lines_usd.get("lease", np.zeros_like(operating))[1:]  # a line of nothing but zeros is left out
    return Worth(
        paths=keep.npv_usd.size,
        mining_npv_usd=spread(keep.npv_usd),
        npv_usd=spread(np.concatenate([one.npv_usd for one in groups])),
        gain_usd=spread(gain),
        gain_irr=spread(gain_irr),
        gain_mirr=spread(np.concatenate([one.gain_mirr for one in groups])),
        gain_irr_defined_share=float(np.isfinite(gain_irr).mean()),
        wins_share=float((gain > 0.0).mean()),
        lost_revenue_usd=_during_works(_sum_of(keep.lines_usd, MINED), case, plan.share),
        lost_margin_usd=_during_works(operating, case, plan.share),
        machines_usd=_at_stops(now.lines_usd, "salvage", case) - _at_stops(keep.lines_usd, "salvage", case),
        clearing_usd=-float(now.lines_usd["clearing"].sum()) if "clearing" in now.lines_usd else 0.0,
        lease_usd=tuple(lease.tolist()),
        full_lease_usd=float(lease.max()),
        first_lease_month=_first(lease > 0.0),
        ramped_lease_month=_first((lease > 0.0) & (lease >= RAMPED * lease.max())),
        starts=(_start(case, gain), *(_start(start, one.gain_usd) for start, one in zip(plan.starts[1:], later[1:], strict=True))),
    )


def _first(months: np.ndarray[Any, Any]) -> int | None:
    return int(months.argmax()) if months.any() else None


def _start(case: Case, gain_usd: FloatArray) -> Start:
    return Start(case.name, case.month, spread(gain_usd), float((gain_usd > 0.0).mean()))


def _sum_of(lines: Mapping[str, FloatArray], names: Sequence[str]) -> FloatArray:
    return np.asarray(sum((lines[name] for name in names if name in lines), np.zeros(1)))


def _during_works(line: FloatArray, case: Case, share: float) -> float:
    """Sum a monthly line of the whole mine over each block's works, by the block's share."""
    blocks = zip(case.begun, case.done, strict=True)
    return float(sum(line[begun + 1 : done + 1].sum() for begun, done in blocks)) * share / len(case.begun)


def _at_stops(lines: Mapping[str, FloatArray], name: str, case: Case) -> float:
    return float(sum(lines[name][month] for month in set(case.begun))) if name in lines else 0.0
