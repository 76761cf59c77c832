"""The cost of a conversion, item by item, per MW of IT: cited shares of a new data centre, less what a mining site has already.

A new data centre costs ``new_build_usd_per_mw`` in the site's market; its items are cited shares of that. The backup is that of the topology
asked for, in place of the one that such totals contain (`works_backup` of the table `conversion`). What a check adds (fibre, noise, flood)
stands beside.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.calculators.conversion.backup import Backup
from wattmint.calculators.conversion.checks import Check
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.requirements import Has, Needs, Wish, has_loops, keeps_plant
from wattmint.facts.load import Fact, record
from wattmint.units import M_PER_KM

SHARED: Final = ("site", "shell", "electrical", "cooling", "liquid", "white-space", "back-of-house", "soft")
"""Items that are shares of a new data centre."""

LIQUID_LOOPS: Final = ("dry-cooler-hydro", "immersion", "direct-liquid-dry-cooler", "chilled-water-tower")
"""Cooling of a mine that leaves something for liquid-cooled racks."""

RIDES_THROUGH: Final = frozenset({"ups", "ups-eco", "battery-storage"})
"""Equipment of a topology on which the load runs on."""


@dataclass(frozen=True, slots=True)
class Range:
    """A number with the range in which eight of ten cases lie.

    Attributes
    ----------
    low, value, high : float
        P10, median, P90.
    """

    low: float
    value: float
    high: float

    def times(self, factor: float) -> "Range":
        """Return the range of so much more."""
        return Range(self.low * factor, self.value * factor, self.high * factor)


NOTHING: Final = Range(0.0, 0.0, 0.0)
ALL: Final = Range(1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the build-up.

    Attributes
    ----------
    id, name, group : str
        Row of the table `conversion`, words, and where it belongs.
    usd_per_mw : Range
        Of the finished AI plant per MW of IT, whoever has it already.
    kept_share : Range
        Share of that which the mining site has already.
    check : str
        Check that causes it; empty where it comes in any case.
    is_new : bool
        Whether it is part of the AI plant; clearing the mine is not.
    follows_market : bool
        Whether it is a share of what a new data centre costs in the site's market.
    """

    id: str
    name: str
    group: str
    usd_per_mw: Range
    kept_share: Range = NOTHING
    check: str = ""
    is_new: bool = True
    follows_market: bool = False


def build_up(
    has: Has, needs: Needs, wish: Wish, found: Sequence[Check], it_mw: float, topologies: Mapping[str, Backup], book: TableBook
) -> tuple[Item, ...]:
    """Return the items of a conversion.

    Parameters
    ----------
    has, needs, wish
        From `wattmint.calculators.conversion.requirements`.
    found : sequence of Check
        From `wattmint.calculators.conversion.checks.checks`.
    it_mw : float
        IT power that is built.
    topologies : mapping of str to Backup
        By name.
    book : TableBook
        Records what is used.

    Returns
    -------
    tuple of Item
        In the order of the waterfall.
    """
    by_item = {item: check.name for check in found for item in check.items}
    shared = [name for name in SHARED if name != "liquid" or needs.rack_cooling == "liquid"]
    there = _there(has, needs, wish, it_mw)
    items = [_shared(name, wish, _kept(name, has, there, book), by_item, book) for name in shared]
    inside = topologies[str(book.fact("conversion", "works", "works_backup").value)].capex_usd_per_mw
    items = [_without(item, inside) if item.id == "electrical" else item for item in items]
    items += _backup(topologies[wish.backup], has, needs, book)
    items.append(_beside("substation", "item_usd_per_mw", 1.0, by_item, book, kept=True))
    added = {"flood": ("flood_usd_per_mw", 1.0)}
    added["fibre"] = ("fibre_usd_per_m", _gap(found, "fibre") * has.fibre_km * M_PER_KM / it_mw)
    added["noise"] = ("noise_usd_per_mw_db", _gap(found, "noise"))
    items += [_beside(name, key, factor, by_item, book) for name, (key, factor) in added.items() if name in by_item]
    items.append(_beside("clearing", "item_usd_per_mw", 1.0, by_item, book))
    return tuple(items)


def range_of(fact: Fact) -> Range:
    """Return a fact with its range; where it has none, the value itself."""
    value = float(fact.value)
    return Range(value if fact.low is None else fact.low, value, value if fact.high is None else fact.high)


def _backup(topology: Backup, has: Has, needs: Needs, book: TableBook) -> list[Item]:
    """Return the equipment of a topology; a connection, or what rides through, that the site has already is kept."""
    items, there = [], {"feed"} if has.feeds >= topology.feeds else set()
    there |= RIDES_THROUGH if has.ride_through_s >= needs.ride_through_s else set()
    for name, usd in topology.parts:
        price = range_of(book.fact("components", name, "component_usd_per_mw"))
        kept = ALL if name in there else NOTHING
        words = str(record("components", name)["name"].value).split(":")[0].split(",")[0]
        check = "feeds" if name == "feed" else "ride-through"
        items.append(Item(f"backup-{name}", f"{topology.name}: {words.lower()}", "power", price.times(usd / price.value), kept, check))
    return items


def _shared(name: str, wish: Wish, kept: Range, by_item: Mapping[str, str], book: TableBook) -> Item:
    share = range_of(book.fact("conversion", name, "cost_share"))
    return Item(name, *_words(name), share.times(wish.new_build_usd_per_mw), kept, by_item.get(name, ""), follows_market=True)


def _there(has: Has, needs: Needs, wish: Wish, it_mw: float) -> set[str]:
    """Return the items that a site has whole, because it meets what the class of AI needs; of the shell only what a data hall can use."""
    there = set()
    if has.hall_rack_kw >= needs.ai_rack_kw:
        there |= {"electrical", "white-space"}
    if keeps_plant(has, needs, wish):
        there |= {"cooling", "liquid"} if has_loops(has) else {"cooling"}
    if has.hall_kind == "building" and has.floor_m2 >= needs.floor_m2_per_mw * it_mw:
        there |= {"shell"}
    return there


def _kept(name: str, has: Has, there: set[str], book: TableBook) -> Range:
    """Return the share of an item that the site has already; of some, no mine has anything."""
    if name in there and name != "shell":
        return ALL
    mine_has = {"shell": "shell" in there, "cooling": has.cooling in LIQUID_LOOPS}
    if "kept_share" not in record("conversion", name) or not mine_has.get(name, True):
        return NOTHING
    return range_of(book.fact("conversion", name, "kept_share"))


def _without(item: Item, usd_per_mw: float) -> Item:
    # The topology asked for stands beside the rest of the electrical plant: what the published total contains of it is taken out.
    less = Range(*(max(end - usd_per_mw, 0.0) for end in (item.usd_per_mw.low, item.usd_per_mw.value, item.usd_per_mw.high)))
    return Item(item.id, item.name, item.group, less, item.kept_share, item.check, follows_market=True)


def _beside(name: str, key: str, factor: float, by_item: Mapping[str, str], book: TableBook, *, kept: bool = False) -> Item:
    usd = range_of(book.fact("conversion", name, key)).times(factor)
    share = range_of(book.fact("conversion", name, "kept_share")) if kept else NOTHING
    return Item(name, *_words(name), usd, share, by_item.get(name, ""), is_new=name != "clearing")


def _words(name: str) -> tuple[str, str]:
    facts = record("conversion", name)
    return str(facts["name"].value), str(facts["item_group"].value)


def _gap(found: Sequence[Check], name: str) -> float:
    return next(check.gap for check in found if check.name == name)
