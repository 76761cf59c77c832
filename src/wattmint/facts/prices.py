"""What is known of a machine's price: its own, else that of its efficiency tier in the published index."""

from typing import Final

from wattmint.facts.fact import Fact
from wattmint.facts.load import record

PRICE_TIERS: Final = (
    (14.0, "machine_usd_per_th_below_14"),
    (19.0, "machine_usd_per_th_14_to_19"),
    (25.0, "machine_usd_per_th_19_to_25"),
    (38.0, "machine_usd_per_th_25_to_38"),
)
"""Tiers of the published machine price index: up to that many J/TH, that default."""


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
