"""What a power chain costs a part of a build beyond what the price of its works and its running costs contain already."""

from typing import NamedTuple

from wattmint.facility.power_chain import PowerChain


class BackupCost(NamedTuple):
    """What a power chain costs beyond another; below zero where it is the lesser one.

    Attributes
    ----------
    usd_per_mw : float
        To build, the floor under it included, per MW of IT.
    opex_usd_per_mw_year : float
        To run.
    """

    usd_per_mw: float = 0.0
    opex_usd_per_mw_year: float = 0.0

    def named(self) -> tuple[tuple[str, float], ...]:
        """Return both with their names in the data dictionary."""
        return ("backup_usd_per_mw", self.usd_per_mw), ("backup_opex_usd_per_mw_year", self.opex_usd_per_mw_year)


def cost_beyond(chain: PowerChain, contained: PowerChain, hall_usd_per_m2: float) -> BackupCost:
    """Return what a chain costs beyond the one that works and running costs contain.

    Parameters
    ----------
    chain, contained : PowerChain
        The one wanted, and the one paid for already.
    hall_usd_per_m2 : float
        Building around power equipment.

    Returns
    -------
    BackupCost
        Zero where they are the same.
    """
    floor_usd = (chain.floor_m2_per_mw - contained.floor_m2_per_mw) * hall_usd_per_m2
    return BackupCost(
        usd_per_mw=chain.capex_usd_per_mw - contained.capex_usd_per_mw + floor_usd,
        opex_usd_per_mw_year=chain.opex_usd_per_mw_year - contained.opex_usd_per_mw_year,
    )
