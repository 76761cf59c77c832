"""Eleven checks of a mining site against the needs of AI: what it has, what is needed, the gap, and whether works can close it.

A gap is closed by works, limits how much can be converted, or stands in the way of all of it. What works cost and how long their
plant takes is read off the build-up (`wattmint.calculators.conversion.build_up`): a check names the items that it causes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from wattmint.calculators.conversion.requirements import Has, Needs, Wish, has_loops, keeps_plant
from wattmint.scenario.refusal import figure

PASSES: Final = "passes"
WORKS: Final = "works"
LIMITS: Final = "limits"
REFUSES: Final = "refuses"

State = Literal["passes", "works", "limits", "refuses"]
_About = tuple[str, str, float | str, float | str, float]


class Planned(NamedTuple):
    """What of the site is to be converted, before the checks limit it.

    Attributes
    ----------
    grid_mw, it_mw : float
        Power of the connection, and of the IT that it feeds in the hottest hour.
    water_l_per_day : float
        That its cooling drinks on a day of the thirstiest month.
    backup_feeds : float
        Connections that the backup asked for needs.
    backup_ride_through_s : float
        How long the load runs on with it.
    """

    grid_mw: float
    it_mw: float
    water_l_per_day: float
    backup_feeds: float
    backup_ride_through_s: float


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes
    ----------
    name, unit : str
        What is checked, and in which unit.
    has, needs : float or str
        What the site has, and what is needed at least (latency, noise: at most).
    gap : float
        What is missing, 0 where nothing is.
    state : str
        ``passes``, ``works`` (works close the gap), ``limits`` (less can be converted) or ``refuses``.
    reason : str
        A sentence without a full stop.
    items : tuple of str
        Items of the build-up that it causes.
    most_it_mw : float
        IT power that it leaves room for; infinite where it does not limit.
    """

    name: str
    unit: str
    has: float | str
    needs: float | str
    gap: float
    state: State
    reason: str
    items: tuple[str, ...] = ()
    most_it_mw: float = float("inf")


def checks(has: Has, needs: Needs, wish: Wish, planned: Planned) -> tuple[Check, ...]:
    """Check a site.

    Parameters
    ----------
    has, needs, wish
        From `wattmint.calculators.conversion.requirements`.
    planned : Planned
        What is to be converted.

    Returns
    -------
    tuple of Check
        All eleven, in the order in which they are told.
    """
    every: Sequence[Callable[[Has, Needs, Wish, Planned], Check]] = (
        _density, _firm, _feeds, _cooling, _water, _floor, _fibre, _latency, _ride_through, _noise, _flood,
    )  # fmt: skip
    return tuple(check(has, needs, wish, planned) for check in every)


def most_it_mw(found: Sequence[Check], planned: Planned) -> float:
    """Return the IT power that all checks leave room for.

    Parameters
    ----------
    found : sequence of Check
        From `checks`.
    planned : Planned
        What was to be converted.

    Returns
    -------
    float
        MW; 0 where a check stands in the way of all of it.
    """
    if any(check.state == REFUSES for check in found):
        return 0.0
    return min(planned.it_mw, *(check.most_it_mw for check in found))


def _density(has: Has, needs: Needs, _wish: Wish, _planned: Planned) -> Check:
    gap = max(needs.ai_rack_kw - has.hall_rack_kw, 0.0)
    reason = "the halls carry such racks and are kept" if gap == 0.0 else "new switchgear and white space: mining shelves cannot carry such racks"
    about = ("power density", "kW per rack", has.hall_rack_kw, needs.ai_rack_kw, gap)
    return Check(*about, PASSES if gap == 0.0 else WORKS, reason, ("electrical", "white-space"))


def _firm(has: Has, needs: Needs, _wish: Wish, planned: Planned) -> Check:
    needed = planned.grid_mw * needs.firm_share
    gap = max(needed - has.firm_mw, 0.0)
    about = ("firm capacity", "MW", has.firm_mw, needed, gap)
    if planned.it_mw < needs.least_block_mw:
        return _room_for(planned.it_mw, about, needs, "what is asked for feeds")
    if gap == 0.0:
        return Check(*about, PASSES, "the utility supplies it at all hours")
    room = has.firm_mw / needs.firm_share * planned.it_mw / planned.grid_mw
    return _room_for(room, about, needs, "the rest may be interrupted, and what is firm feeds")


def _feeds(has: Has, needs: Needs, wish: Wish, planned: Planned) -> Check:
    gap = max(planned.backup_feeds - has.feeds, 0.0)
    about = ("feeds", "connections", has.feeds, planned.backup_feeds, gap)
    if has.feed_kv < needs.least_feed_kv:
        words = f"a connection at {has.feed_kv:g} kV is weak: {needs.least_feed_kv:g} kV or more carry load of this kind without flicker and dips"
        return Check("feeds", "kV", has.feed_kv, needs.least_feed_kv, needs.least_feed_kv - has.feed_kv, REFUSES, words)
    if gap == 0.0:
        return Check(*about, PASSES, f"backup {wish.backup} asks for no more; {has.feed_kv:g} kV is strong enough")
    return Check(*about, WORKS, f"backup {wish.backup} asks for one more connection with its transformers", ("second-feed",))


def _cooling(has: Has, needs: Needs, wish: Wish, _planned: Planned) -> Check:
    fits = keeps_plant(has, needs, wish)
    items = ("cooling", "liquid") if needs.rack_cooling == "liquid" else ("cooling",)
    about = ("cooling", "kind", has.cooling, " or ".join(needs.fitting_cooling), 0.0 if fits else 1.0)
    if wish.cooling not in needs.fitting_cooling:
        return Check(*about, REFUSES, f"{wish.cooling}, as asked for, does not suit {needs.name.lower()}", items)
    if fits and (has_loops(has) or "liquid" not in items):
        return Check(*about, PASSES, "the plant suits and is kept", items)
    return Check(*about, WORKS, "the plant is kept; loops to the racks are added" if fits else f"{wish.cooling} is built instead", items)


def _water(has: Has, needs: Needs, wish: Wish, planned: Planned) -> Check:
    needed = planned.water_l_per_day
    gap = max(needed - has.water_l_per_day, 0.0)
    about = ("water", "L per day", has.water_l_per_day, needed, gap)
    if gap == 0.0:
        return Check(*about, PASSES, f"{wish.cooling} needs no more in its thirstiest month")
    room = planned.it_mw * has.water_l_per_day / needed
    return _room_for(room, about, needs, f"dry coolers need none; with {wish.cooling} the site's water is enough for")


def _floor(has: Has, needs: Needs, _wish: Wish, planned: Planned) -> Check:
    needed = needs.floor_m2_per_mw * planned.it_mw
    halls = has.floor_m2 if has.hall_kind == "building" else 0.0
    gap = max(needed - halls, 0.0)
    room = (has.floor_m2 + has.land_m2 * needs.floor_ratio) / needs.floor_m2_per_mw
    about = ("floor", "m²", has.floor_m2, needed, gap)
    if gap == 0.0:
        return Check(*about, PASSES, "the building is large enough", ("shell",))
    if room < planned.it_mw:
        return _room_for(room, about, needs, "the mine's ground and free land have room for", ("shell",))
    what = "the building is too small" if has.hall_kind == "building" else f"a {has.hall_kind} is no data hall"
    return Check(*about, WORKS, f"{what}; new halls on its ground and on free land", ("shell",))


def _fibre(has: Has, needs: Needs, _wish: Wish, _planned: Planned) -> Check:
    gap = max(needs.fibre_routes - has.fibre_routes, 0.0)
    reason = "routes enough" if gap == 0.0 else f"{gap:g} more of {has.fibre_km:g} km, laid underground"
    return Check("fibre", "routes", has.fibre_routes, needs.fibre_routes, gap, PASSES if gap == 0.0 else WORKS, reason, ("fibre",) if gap else ())


def _latency(has: Has, needs: Needs, _wish: Wish, _planned: Planned) -> Check:
    gap = max(has.latency_ms - needs.latency_ms, 0.0)
    about = ("latency", "ms", has.latency_ms, needs.latency_ms, gap)
    if gap == 0.0:
        return Check(*about, PASSES, "near enough to users and other sites")
    return Check(*about, REFUSES, "no works bring a site nearer: light in glass takes 1 ms for every 100 km and back")


def _ride_through(has: Has, needs: Needs, wish: Wish, planned: Planned) -> Check:
    gap = max(needs.ride_through_s - has.ride_through_s, 0.0)
    about = ("ride-through", "s", has.ride_through_s, needs.ride_through_s, gap)
    if gap == 0.0:
        return Check(*about, PASSES, f"the load runs on; what more backup {wish.backup} has is bought", ("backup",))
    if planned.backup_ride_through_s >= needs.ride_through_s:
        return Check(*about, WORKS, f"backup {wish.backup} runs on for {planned.backup_ride_through_s:g} s without the grid", ("backup",))
    words = f"the backup asked for, {wish.backup}, runs on for {planned.backup_ride_through_s:g} s: every dip stops the load"
    return Check(*about, REFUSES, words, ("backup",))


def _noise(has: Has, _needs: Needs, _wish: Wish, _planned: Planned) -> Check:
    gap = max(has.noise_db - has.noise_limit_db, 0.0)
    reason = "within the limit at the boundary" if gap == 0.0 else "walls and slower fans: data halls are held to limits that mines were spared"
    return Check("noise", "dBA", has.noise_db, has.noise_limit_db, gap, PASSES if gap == 0.0 else WORKS, reason, ("noise",) if gap else ())


def _flood(has: Has, needs: Needs, _wish: Wish, _planned: Planned) -> Check:
    gap = max(needs.flood_return_years - has.flood_return_years, 0.0)
    about = ("flood", "years between floods", has.flood_return_years, needs.flood_return_years, gap)
    if gap == 0.0:
        return Check(*about, PASSES, "outside the flood plain")
    if has.flood_return_years <= needs.least_flood_years:
        share = 1.0 / has.flood_return_years
        return Check(*about, REFUSES, f"a flood reaches the halls with a chance of {share:.2g} a year: no tenant, lender or insurer takes that")
    return Check(*about, WORKS, "halls and plant are raised", ("flood",))


def _room_for(it_mw: float, about: _About, needs: Needs, words: str, items: tuple[str, ...] = ()) -> Check:
    """Return the check of what suffices for less than was asked; for less than a block it stands in the way of all."""
    room = f"{words} {figure(float(f'{it_mw:.3g}'))} MW of IT"
    if it_mw < needs.least_block_mw:
        return Check(*about, REFUSES, f"{room}, less than the {needs.least_block_mw:g} MW of a block worth converting", items, it_mw)
    return Check(*about, LIMITS, room, items, it_mw)
