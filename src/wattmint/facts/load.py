"""Cited tables: every number that is not derived is a row with unit, source, kind and date.

A table is a CSV in long form, one attribute of one thing per row::

    id,attribute,value,low,high,unit,source,kind,as_of
    antminer-s21-xp,hashrate_ths,270,,,TH/s,mineforge-2026-10,datasheet,2026-10

`attributes.csv` is the data dictionary (name, unit, low, high, meaning), `sources.csv` the bibliography. A row that lacks
something, contradicts the dictionary or cites nobody is refused with file and line: a wrong table is a defect of the
package, not of the user's input. Everything is read on first use and kept.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from wattmint.errors import FactsError, UnknownNameError
from wattmint.facts.fact import KINDS, Attribute, Fact, Source
from wattmint.provenance import SourceUsed

__all__ = [
    "TABLES", "Attribute", "Fact", "Source", "Values", "attribute", "attributes", "number", "numbers", "record",
    "series_path", "sources", "sources_used", "table", "text",
]  # fmt: skip

TABLES: Final = (
    "machines", "machine_modes", "chips", "coolers", "backup", "components", "grids",
    "defaults", "deals", "processes", "snapshot", "series", "coins", "pools",
    "gpu_hashing", "fee_rates", "models", "token_prices", "memory", "bonus_depreciation", "tax_law", "jurisdictions",
    "serving_fit", "training_failures", "training_fit", "ai_needs", "conversion", "envelopes", "air_quality",
)  # fmt: skip
"""Names of the tables, each the file of that name."""

Values = Mapping[str, Mapping[str, float]]
"""Numbers by id and attribute."""

_FOLDER: Final = Path(__file__).parent
_FACT_COLUMNS: Final = ("id", "attribute", "value", "low", "high", "unit", "source", "kind", "as_of")
_SLUG: Final = re.compile(r"[a-z0-9+]+(-[a-z0-9+]+)*")
_DATE: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@cache
def attributes() -> Mapping[str, Attribute]:
    """Return the data dictionary by name.

    Raises
    ------
    FactsError
        If a row lacks a unit or a meaning, repeats a name, or has its low above its high.
    """
    rows: dict[str, Attribute] = {}
    for where, row in _rows("attributes.csv", ("name", "unit", "low", "high", "meaning")):
        name = row["name"]
        if not name or not row["unit"] or not row["meaning"]:
            raise FactsError(f"{where}: an attribute needs a name, a unit and a meaning")
        if name in rows:
            raise FactsError(f"{where}: attribute {name!r} twice")
        low, high = (_number_or_none(row[key], where) for key in ("low", "high"))
        if low is not None and high is not None and low > high:
            raise FactsError(f"{where}: low {low:g} above high {high:g}")
        rows[name] = Attribute(name, row["unit"], low, high, row["meaning"])
    return MappingProxyType(rows)


def attribute(name: str) -> Attribute:
    """Return the dictionary's row `name`.

    Raises
    ------
    FactsError
        If there is none.
    """
    if name not in attributes():
        raise FactsError(f"attributes.csv has no attribute {name!r}")
    return attributes()[name]


@cache
def sources() -> Mapping[str, Source]:
    """Return the bibliography by id.

    Raises
    ------
    FactsError
        If a row lacks a field, repeats an id or carries no date.
    """
    rows: dict[str, Source] = {}
    for where, row in _rows("sources.csv", ("id", "citation", "licence", "as_of")):
        if not all(row.values()):
            raise FactsError(f"{where}: a source needs an id, a citation, a licence and a date")
        if row["id"] in rows:
            raise FactsError(f"{where}: source {row['id']!r} twice")
        _check_slug_and_date(row["id"], row["as_of"], where)
        rows[row["id"]] = Source(**row)
    return MappingProxyType(rows)


def sources_used(ids: Iterable[str]) -> tuple[SourceUsed, ...]:
    """Return the rows of the bibliography that an answer rests on.

    Parameters
    ----------
    ids : iterable of str
        Sources of its numbers; what is no id, as ``"site file"``, is passed over.

    Returns
    -------
    tuple of SourceUsed
        Each once, by id.
    """
    known = sources()
    return tuple(SourceUsed(one.id, one.citation, one.licence, one.as_of) for one in (known[id_] for id_ in sorted(known.keys() & set(ids))))


@cache
def table(name: str) -> Mapping[str, Mapping[str, Fact]]:
    """Return a table: facts by id and attribute, in the file's order.

    Parameters
    ----------
    name : str
        One of `TABLES`.

    Returns
    -------
    mapping of str to mapping of str to Fact
        Read-only.

    Raises
    ------
    UnknownNameError
        If there is no such table.
    FactsError
        If a row breaks a rule; the message names file and line.
    """
    if name not in TABLES:
        raise UnknownNameError("table", name, TABLES)
    records: dict[str, dict[str, Fact]] = {}
    for where, row in _rows(f"{name}.csv", _FACT_COLUMNS):
        fact = _fact(name, row, where)
        record_so_far = records.setdefault(fact.id, {})
        if fact.attribute in record_so_far:
            raise FactsError(f"{where}: {fact.id!r} has {fact.attribute!r} twice")
        record_so_far[fact.attribute] = fact
    return MappingProxyType({key: MappingProxyType(facts) for key, facts in records.items()})


def record(table_name: str, id: str, field: str | None = None) -> Mapping[str, Fact]:  # noqa: A002 - `id` is the column's name
    """Return all facts about one thing.

    Parameters
    ----------
    table_name : str
        One of `TABLES`.
    id : str
        Id of the thing, e.g. ``antminer-s21-xp``.
    field : str, optional
        What the user calls it, for the error message; the table's name when left out.

    Raises
    ------
    UnknownNameError
        If the table has no such id; the message suggests the nearest.
    """
    records = table(table_name)
    if id not in records:
        raise UnknownNameError(field or table_name, id, records)
    return records[id]


def number(table_name: str, id: str, attribute_name: str) -> float:  # noqa: A002 - as above
    """Return one number of a table.

    Raises
    ------
    UnknownNameError
        If the table has no such id, or the id no such attribute.
    FactsError
        If the attribute holds words.
    """
    value = _fact_of(table_name, id, attribute_name).value
    if isinstance(value, str):
        raise FactsError(f"{table_name} {id}: {attribute_name} is {value!r}, not a number")
    return value


@cache
def numbers(table_name: str) -> Values:
    """Return a table that holds nothing but numbers, as numbers: by id and attribute, read-only.

    Raises
    ------
    UnknownNameError
        If there is no such table.
    FactsError
        If a row holds words.
    """
    found = {id_: MappingProxyType({name: number(table_name, id_, name) for name in facts}) for id_, facts in table(table_name).items()}
    return MappingProxyType(found)


def text(table_name: str, id: str, attribute_name: str) -> str:  # noqa: A002 - as above
    """Return one piece of text of a table; a number is refused with `FactsError`, an unknown name with `UnknownNameError`."""
    value = _fact_of(table_name, id, attribute_name).value
    if not isinstance(value, str):
        raise FactsError(f"{table_name} {id}: {attribute_name} is the number {value:g}, not text")
    return value


def series_path(id: str) -> Path:  # noqa: A002 - as above
    """Return the file of an embedded series; an unknown id raises `UnknownNameError`."""
    return _FOLDER / "series" / text("series", id, "file")


def _fact_of(table_name: str, id_: str, attribute_name: str) -> Fact:
    facts = record(table_name, id_)
    if attribute_name not in facts:
        raise UnknownNameError(f"{table_name}.{id_}", attribute_name, facts)
    return facts[attribute_name]


def _rows(file: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    with (_FOLDER / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        if tuple(next(reader, ())) != columns:
            raise FactsError(f"{file}:1: the header must be {','.join(columns)}")
        for cells in reader:
            where = f"{file}:{reader.line_num}"
            if len(cells) != len(columns):
                raise FactsError(f"{where}: {len(cells)} cells; {len(columns)} are needed")
            yield where, dict(zip(columns, cells, strict=True))


def _fact(table_name: str, row: Mapping[str, str], where: str) -> Fact:
    for column in ("id", "attribute", "value", "unit", "source", "kind", "as_of"):
        if not row[column]:
            raise FactsError(f"{where}: no {column}")
    _check_slug_and_date(row["id"], row["as_of"], where)
    known = attributes().get(row["attribute"])
    if known is None:
        raise FactsError(f"{where}: attribute {row['attribute']!r} is not in attributes.csv")
    if row["unit"] != known.unit:
        raise FactsError(f"{where}: {known.name} in {row['unit']!r}; its unit is {known.unit!r}")
    if row["source"] not in sources():
        raise FactsError(f"{where}: source {row['source']!r} is not in sources.csv")
    if row["kind"] not in KINDS:
        raise FactsError(f"{where}: kind {row['kind']!r}; one of {', '.join(KINDS)}")
    value, low, high = _values(row, known, where)
    return Fact(table_name, row["id"], known.name, value, known.unit, low, high, row["source"], row["kind"], row["as_of"])


def _values(row: Mapping[str, str], known: Attribute, where: str) -> tuple[float | str, float | None, float | None]:
    if known.is_text:
        if row["low"] or row["high"]:
            raise FactsError(f"{where}: {known.name} holds words and can have no low or high")
        return row["value"], None, None
    value, low, high = (_number_or_none(row[key], where) for key in ("value", "low", "high"))
    assert value is not None  # noqa: S101 - an empty value was refused by the caller
    for part in (value, low, high):
        if part is not None and (part < _or(known.low, -math.inf) or part > _or(known.high, math.inf)):
            raise FactsError(f"{where}: {known.name} = {part:g} outside [{known.low}, {known.high}]")
    if _or(low, value) > value or _or(high, value) < value:
        raise FactsError(f"{where}: {known.name} = {value:g} outside its own low and high")
    return value, low, high


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _number_or_none(cell: str, where: str) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError as error:
        raise FactsError(f"{where}: {cell!r} is not a number") from error
    if not math.isfinite(value):
        raise FactsError(f"{where}: {cell!r} is not finite")
    return value


def _check_slug_and_date(id_: str, as_of: str, where: str) -> None:
    if not _SLUG.fullmatch(id_):
        raise FactsError(f"{where}: id {id_!r}: lowercase letters, digits and + joined by single hyphens")
    if not _DATE.fullmatch(as_of):
        raise FactsError(f"{where}: as_of {as_of!r}: YYYY, YYYY-MM or YYYY-MM-DD")
