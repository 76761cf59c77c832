"""What is known of a machine's price: its own, else that of its efficiency tier in the published index."""

import math
from itertools import pairwise
from typing import Final

from wattmint.facts.fact import Fact
from wattmint.facts.load import number, record

PRICE_TIERS: Final = (
    (14.0, "machine_usd_per_th_below_14"),
    (19.0, "machine_usd_per_th_14_to_19"),
    (25.0, "machine_usd_per_th_19_to_25"),
    (38.0, "machine_usd_per_th_25_to_38"),
)
"""Tiers of the published machine price index: up to that many J/TH, that default."""


INDEX_FACTS: Final = (("snapshot", "market", "frontier_j_per_th"), *(("defaults", "mining", tier) for _, tier in PRICE_TIERS))
"""Table, id and attribute of all that `index_points` is made of."""


def index_points() -> tuple[tuple[float, float], ...]:
    """Return the published index as points.

    Returns
    -------
    tuple of (float, float)
        Middle of each tier (the geometric mean of its bounds; the first begins at the best machine on sale) [J/TH], and its USD per TH/s.
    """
    bounds = [number("snapshot", "market", "frontier_j_per_th"), *(most for most, _ in PRICE_TIERS)]
    middles = (math.sqrt(low * high) for low, high in pairwise(bounds))
    return tuple((middle, number("defaults", "mining", tier)) for middle, (_, tier) in zip(middles, PRICE_TIERS, strict=True))


def machine_price(machine: str | None, efficiency_j_per_th: float) -> Fact | None:
    """Return what is known of a machine's price per TH/s: its own, else its efficiency tier's.

    Parameters
    ----------
    machine : str or None
        Row of the facts table `machines`; None for a machine of no table.
    efficiency_j_per_th : float
        Decides the tier of the published index.

    Returns
    -------
    Fact or None
        A row of `machines` or of `defaults`; None beyond the last tier.
    """
    if machine is not None and "machine_usd_per_th" in record("machines", machine):
        return record("machines", machine)["machine_usd_per_th"]
    for most_j_per_th, tier in PRICE_TIERS:
        if efficiency_j_per_th < most_j_per_th:
            return record("defaults", "mining")[tier]
    return None
