"""Mistakes of a design that thinks of AI first and of the workload second, each with what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass

from wattmint.calculators.conversion.backup import Backup, cheapest_for
from wattmint.calculators.conversion.requirements import Has, Needs, Wish
from wattmint.facts.load import record


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake.

    Attributes
    ----------
    name : str
        A few words.
    reason : str
        A sentence without a full stop.
    usd_per_mw : float or None
        What it costs per MW of IT; None where it is no matter of money.
    """

    name: str
    reason: str
    usd_per_mw: float | None


def mistakes(has: Has, needs: Needs, wish: Wish, topologies: Mapping[str, Backup]) -> tuple[Mistake, ...]:
    """Name what is wrong with the design asked for.

    Parameters
    ----------
    has, needs
        What the site has, and what the class of AI needs.
    wish : Wish
        The design.
    topologies : mapping of str to Backup
        From `wattmint.calculators.conversion.backup.backups`.

    Returns
    -------
    tuple of Mistake
        Empty where the design fits.
    """
    enough = cheapest_for(topologies, needs.availability_need, needs.ride_through_s, has.feeds)
    asked = topologies[wish.backup]
    found = (_too_much_backup(needs, asked, enough), _too_little_backup(needs, asked, enough), _wrong_cooling(needs, wish))
    return tuple(mistake for mistake in found if mistake is not None)


def _too_much_backup(needs: Needs, asked: Backup, enough: Backup | None) -> Mistake | None:
    if enough is None or enough.capex_usd_per_mw >= asked.capex_usd_per_mw or asked.availability < needs.availability_need:
        return None
    words = (
        f"{needs.name} need {needs.availability_need:g} of the time and {needs.ride_through_s:g} s of ride-through: {enough.name} gives "
        f"{enough.availability:.5f}; {asked.name} is paid for in vain"
    )
    return Mistake(f"backup {asked.name} where {enough.name} is enough", words, asked.capex_usd_per_mw - enough.capex_usd_per_mw)


def _too_little_backup(needs: Needs, asked: Backup, enough: Backup | None) -> Mistake | None:
    if asked.availability >= needs.availability_need and asked.ride_through_s >= needs.ride_through_s:
        return None
    instead = "no topology of the table meets that at this grid"
    if enough is not None:
        instead = f"{enough.name} does, for {enough.capex_usd_per_mw:,.0f} USD/MW"
    words = (
        f"{asked.name} is there {asked.availability:.5f} of the time and rides through {asked.ride_through_s:g} s; {needs.name} need "
        f"{needs.availability_need:g} and {needs.ride_through_s:g} s; {instead}"
    )
    return Mistake(f"backup {asked.name} where more is needed", words, None)


def _wrong_cooling(needs: Needs, wish: Wish) -> Mistake | None:
    if wish.cooling in needs.fitting_cooling:
        return None
    name = str(record("coolers", wish.cooling)["name"].value)
    if needs.rack_cooling == "liquid":
        why = f"racks of {needs.ai_rack_kw:g} kW give their heat to water; no stream of air carries it away"
    else:
        why = "servers stand in clean air within the envelope of their maker: outside air, wet walls and immersion of mines are not that"
    return Mistake(f"cooling {wish.cooling}", f"{name}: {why}; {' or '.join(needs.fitting_cooling)} suit", None)
