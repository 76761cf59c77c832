"""Parts that come and go: what their names say of it, what clearing them costs, and how much power runs at once."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from wattmint.types import FloatArray
from wattmint.workloads.plan import Plan
from wattmint.workloads.timeline import escalation

CLEARING: Final = "clearing"
"""Name of the line of what removing the plant costs when a part stops."""


def when_words(plan: Plan, *, existing: bool) -> str:
    """Return what a part's name says of its time at the site, months of service counted from 0.

    Parameters
    ----------
    plan : Plan
        Of any workload.
    existing : bool
        Whether its halls are there already.

    Returns
    -------
    str
        E.g. ``, existing halls, machines 30 months old, until month 6``; empty for a part that is built new and runs to the end.
    """
    words = ["existing halls"] if existing else []
    if plan.machine_age_months is not None:
        words.append(f"machines {plan.machine_age_months} months old")
    if plan.from_month:
        words.append(f"from month {plan.first_month}")
    if plan.until_month is not None:
        words.append(f"until month {plan.until_month}")
    return "".join(f", {word}" for word in words)


def most_grid_mw(plans: Sequence[Plan]) -> float:
    """Return the most power that the parts of a build take together in any month.

    Parameters
    ----------
    plans : sequence of Plan
        At least one.

    Returns
    -------
    float
        MW; the sum of all where none stops.
    """
    begins = {plan.first_month for plan in plans}
    there = ([p.grid_mw for p in plans if p.first_month <= m and (p.until_month is None or m < p.until_month)] for m in sorted(begins))
    return max(sum(powers) for powers in there)


def clearing(plan: Plan, months: int) -> dict[str, FloatArray]:
    """Return the line of what removing the plant costs: paid in the last month of a part that stops before the horizon ends.

    Parameters
    ----------
    plan : Plan
        Of any workload.
    months : int
        Length of the horizon.

    Returns
    -------
    dict of str to FloatArray, shape (1, months)
        USD, negative; empty where nothing is removed.
    """
    if not plan.clearing_usd or plan.until_month is None or plan.until_month >= months:
        return {}
    line = np.zeros((1, months))
    line[0, plan.until_month - 1] = -plan.clearing_usd * float(escalation(plan.inflation_per_year, 0, months)[0, plan.until_month - 1])
    return {CLEARING: line}
