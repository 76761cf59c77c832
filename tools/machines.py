"""Rows of `machines.csv`: SHA-256 machines from the raw list, one id per model and bin, duplicates merged; and a few typed Scrypt machines."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tables import Row, row

SOURCES: Final = {
    "CambridgeAltFin": ("cbeci-miners", "2020-05"),
    "mattk8": ("f2pool-2020", "2020-03"),
    "fleet device": ("fleet-catalog-2026", "2026"),
    "MineForge": ("mineforge-2026-10", "2026-10"),
    "btc-mining shared-core": ("btc-mining-suite-2025-12", "2025-12"),
    "SerpentX": ("serpentx-2026-08", "2026-08"),
    "supplier import": ("asic-supplier-2026", "2026"),
    "studio.glassnode": ("glassnode-rigs", "2022"),
    "GitHub file id 44829661674": ("sealminer-a3-2025", "2025-09"),
}
"""How each raw source begins → source id, date of the list."""

NO_MODEL: Final = re.compile(r"(Worst|Best|early|FPGA|Goldshell)", re.IGNORECASE)
"""Rows that are no model one can buy, and a maker whose machines do not do SHA-256."""

TODAY: Final = "2026"
"""A price from this year on is today's price; an older one is kept for the record only."""

SAME_POWER: Final = 0.01
"""Two rows of one model and hashrate whose powers differ by less are one machine."""

_BIN: Final = re.compile(r"[ -]\(?(\d+(?:\.\d+)?)\s?Th?(?:/s)?(?: Bitcoin)?\)?$")
_BRANDS: Final = {"Bitmain ": "", "Whatsminer": "WhatsMiner", "AvalonMiner": "Avalon", "INNOSILICON": "Innosilicon"}
_MAKERS: Final = {"Whatsminer": "MicroBT", "INNOSILICON": "Innosilicon"}


SCRYPT: Final = (
    ("antminer-l7", "Antminer L7", "Bitmain", "", 9.5, 3425, "asic-supplier-2026", "B"),
    ("antminer-l9", "Antminer L9", "Bitmain", "", 16.0, 3360, "asic-supplier-2026", "B"),
    ("antminer-l9-17g", "Antminer L9 17G", "Bitmain", "", 17.0, 3570, "asic-supplier-2026", "B"),
    ("antminer-l11", "Antminer L11", "Bitmain", "2025-09", 20.0, 3680, "asic-supplier-2026", "B"),
    ("elphapex-dg-home-1", "ElphaPex DG Home 1", "ElphaPex", "2024-10", 2.1, 620, "asic-supplier-2026", "B"),
    ("elphapex-dg1", "ElphaPex DG1", "ElphaPex", "", 11.0, 3420, "asic-prices-2026", "C"),
    ("elphapex-dg1-plus", "ElphaPex DG1+", "ElphaPex", "", 14.0, 3950, "asic-prices-2026", "C"),
    ("fluminer-l1-pro", "Fluminer L1 Pro", "Fluminer", "2025-06", 6.0, 1400, "asic-supplier-2026", "B"),
    ("volcminer-d1-mini", "VolcMiner D1 Mini", "VolcMiner", "2025-01", 2.2, 500, "asic-supplier-2026", "B"),
)
"""Id, name, maker, release, GH/s, W, source and grade of machines that hash Scrypt; the raw list has none."""

GH_PER_TH: Final = 1e3


class Machine(NamedTuple):
    """One raw row with its name taken apart."""

    family: str
    has_bin: bool
    hashrate_ths: float
    power_w: float
    raw: dict[str, str]
    source: str
    as_of: str

    @property
    def rank(self) -> tuple[str, int, str]:
        """Sorts the best source first: grade, then the newest list."""
        return self.raw["reliability_A_best"], -int(self.as_of.replace("-", "").ljust(6, "0")), self.raw["model"]


def machine_rows(raw: list[dict[str, str]]) -> Iterator[Row]:
    """Yield the rows of the table, sorted by id.

    Parameters
    ----------
    raw : list of dict
        Rows of ``asic_specs.csv``.

    Yields
    ------
    Row
        Name, maker, release, algorithm, hashrate, power, J/TH, cooling, price per TH/s where dated, grade of the source.
    """
    groups = _merge([_machine(item) for item in raw if item["hashrate_ths"] and item["power_w"] and not NO_MODEL.match(item["model"])])
    by_id: dict[str, list[Machine]] = {}
    # A model listed without a bin owns the plain name; its other bins carry their TH/s, and their watts when even that is taken.
    for group in sorted(groups, key=lambda found: (all(one.has_bin for one in found), found[0].rank)):
        best = group[0]
        plain = _slug(best.family)
        binned = f"{plain}-{_slug(f'{best.hashrate_ths:g}')}t"
        names = [binned, f"{binned}-{best.power_w:.0f}w"] if all(one.has_bin for one in group) else [plain, binned, f"{binned}-{best.power_w:.0f}w"]
        by_id[next(name for name in names if name not in by_id)] = group
    scrypt = {machine[0]: machine for machine in SCRYPT}
    for id_ in sorted(by_id.keys() | scrypt.keys()):
        yield from _scrypt_rows(*scrypt[id_]) if id_ in scrypt else _rows_of(id_, by_id[id_])


def _machine(item: dict[str, str]) -> Machine:
    source, as_of = next(value for start, value in SOURCES.items() if item["source"].startswith(start))
    name = re.sub(r"\s*\((Dec-2025 price|U3S23H|T2T)\)", "", item["model"])
    for old, new in _BRANDS.items():
        name = name.replace(old, new)
    family = _BIN.sub("", name)
    return Machine(family, family != name, float(item["hashrate_ths"]), float(item["power_w"]), item, source, as_of)


def _merge(machines: list[Machine]) -> list[list[Machine]]:
    groups: list[list[Machine]] = []
    for machine in sorted(machines, key=lambda one: (one.rank, one.family)):
        for group in groups:
            if _same(group[0], machine):
                group.append(machine)
                break
        else:
            groups.append([machine])
    return groups


def _same(one: Machine, other: Machine) -> bool:
    return _slug(one.family) == _slug(other.family) and one.hashrate_ths == other.hashrate_ths and abs(one.power_w / other.power_w - 1) < SAME_POWER


def _rows_of(id_: str, group: list[Machine]) -> Iterator[Row]:
    best = group[0]
    computed_power = "W computed" in best.raw["notes"]
    release = next((_month(one.raw["release"]) for one in group if one.raw["release"]), None)
    maker = _MAKERS.get(best.raw["maker"], best.raw["maker"])

    def fact(name: str, value: float | str, kind: str = "datasheet") -> Row:
        return row(id_, name, value, best.source, kind, best.as_of)

    yield fact("name", best.family + (f" {best.hashrate_ths:g}T" if id_ != _slug(best.family) else ""))
    yield fact("maker", maker)
    if release is not None:
        yield fact("release_date", release)
    yield fact("algorithm", "sha-256")
    yield fact("hashrate_ths", best.hashrate_ths)
    yield fact("power_w", best.power_w, "derived" if computed_power else "datasheet")
    yield fact("efficiency_j_per_th", best.power_w / best.hashrate_ths, "derived")
    yield fact("machine_cooling", _cooling(best))
    yield from _prices(id_, group)
    yield fact("reliability", best.raw["reliability_A_best"], "estimate")


def _scrypt_rows(id_: str, name: str, maker: str, release: str, hashrate_gh_per_s: float, power_w: float, source: str, grade: str) -> Iterator[Row]:
    hashrate_ths = hashrate_gh_per_s / GH_PER_TH

    def fact(attribute: str, value: float | str, kind: str = "datasheet") -> Row:
        return row(id_, attribute, value, source, kind, "2026")

    yield fact("name", name)
    yield fact("maker", maker)
    if release:
        yield fact("release_date", release)
    yield fact("algorithm", "scrypt")
    yield fact("hashrate_ths", hashrate_ths)
    yield fact("power_w", power_w)
    yield fact("efficiency_j_per_th", power_w / hashrate_ths, "derived")
    yield fact("machine_cooling", "air")
    yield fact("reliability", grade, "estimate")


def _prices(id_: str, group: list[Machine]) -> Iterator[Row]:
    written = set()
    for machine in group:
        if not machine.raw["price_usd"]:
            continue
        as_of = _price_month(machine)
        name = "machine_usd_per_th" if as_of >= TODAY else "past_usd_per_th"
        if name not in written:
            written.add(name)
            yield row(id_, name, float(machine.raw["price_usd"]) / machine.hashrate_ths, machine.source, "published", as_of)


def _price_month(machine: Machine) -> str:
    note = machine.raw["price_note"]
    for phrase, month in (("Oct-2026", "2026-10"), ("Dec-2025", "2025-12"), ("2026", "2026"), ("2024", "2024"), ("2020", "2020"), ("launch", "2025")):
        if phrase in note:
            return month
    raise ValueError(f"price of {machine.raw['model']!r} has no date: {note!r}")


def _cooling(machine: Machine) -> str:
    # One list leaves the cooling out and another calls every machine of 2018 air-cooled, the hydro ones included.
    if "Hyd" in machine.raw["model"]:
        return "hydro"
    return machine.raw["cooling"].lower() or "air"


def _month(release: str) -> str:
    quarter = re.match(r"(\d{4})-Q([1-4])", release)
    if quarter:
        return f"{quarter[1]}-{3 * int(quarter[2]) - 2:02d}"
    found = re.match(r"\d{4}(-\d\d)?", release)
    if not found:
        raise ValueError(f"release {release!r} has no year")
    return found[0]


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower().replace("+", "-plus ")).strip("-")
