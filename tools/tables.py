"""Rows of the long-form tables: making them, writing a table, putting computed rows among typed ones."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from wattmint.facts.load import attribute

FACTS = Path(__file__).parents[1] / "src" / "wattmint" / "facts"


class Row(NamedTuple):
    """One row of a table, every cell as it is written."""

    id: str
    attribute: str
    value: str
    low: str
    high: str
    unit: str
    source: str
    kind: str
    as_of: str


def row(id_: str, name: str, value: float | str, source: str, kind: str, as_of: str, span: tuple[float, float] | None = None) -> Row:
    """Return a row; its unit comes from the data dictionary.

    Parameters
    ----------
    id_, name : str
        Id of the thing, attribute.
    value : float or str
        Written with up to seven significant digits.
    source, kind, as_of : str
        As in the loader.
    span : tuple of float, optional
        Low and high.

    Returns
    -------
    Row
        Ready to be written.
    """
    low, high = ("", "") if span is None else (cell(span[0]), cell(span[1]))
    return Row(id_, name, cell(value), low, high, attribute(name).unit, source, kind, as_of)


def cell(value: float | str) -> str:
    """Return a number in its shortest form to seven significant digits, never in exponent form when moderate."""
    return value if isinstance(value, str) else f"{float(f'{value:.7g}'):.12g}"


def write(table: str, rows: Iterable[Row]) -> int:
    """Write a whole table and return its number of rows."""
    found = list(rows)
    with (FACTS / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(found)
    return len(found)


def update(table: str, rows: Iterable[Row]) -> int:
    """Replace the rows of a table that have the same id and attribute, add the new ones at the end of their id.

    Parameters
    ----------
    table : str
        Name of a table; what was typed into it and is not in `rows` stays as it is.
    rows : iterable of Row
        Computed rows.

    Returns
    -------
    int
        Rows of the table afterwards.
    """
    path = FACTS / f"{table}.csv"
    kept: list[Row] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as stream:
            kept = [Row(*cells) for cells in list(csv.reader(stream))[1:]]
    for new in rows:
        same = [i for i, old in enumerate(kept) if (old.id, old.attribute) == (new.id, new.attribute)]
        family = [i for i, old in enumerate(kept) if old.id == new.id]
        if same:
            kept[same[0]] = new
        else:
            kept.insert(family[-1] + 1 if family else len(kept), new)
    return write(table, kept)
