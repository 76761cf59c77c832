"""docs/data.md tells the truth about every file, table and source."""

import hashlib
import re
from pathlib import Path

import pytest

from wattmint.facts.load import TABLES, attributes, number, series_path, sources, table

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def cells(first):
    lines = [line for line in PAGE.splitlines() if line.startswith(f"| `{first}` |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("id_", table("series"))
def test_series_row_count_and_hash_are_as_stated(id_):
    row = next(row for row in cells(id_) if len(row) == 8)
    assert row[1] == f"`{series_path(id_).name}`"
    assert int(row[2].replace(",", "")) == number("series", id_, "rows")
    assert row[7].strip("`") == hashlib.sha256(series_path(id_).read_bytes()).hexdigest()[:16]
    assert len(row[7].strip("`")) == 16


@pytest.mark.parametrize("name", TABLES)
def test_table_counts_are_as_stated(name):
    (row,) = cells(f"{name}.csv")
    assert int(row[1].replace(",", "")) == len(table(name))
    assert int(row[2].replace(",", "")) == sum(len(facts) for facts in table(name).values())


def test_dictionary_and_bibliography_counts_are_as_stated():
    for file, rows in (("attributes.csv", attributes()), ("sources.csv", sources())):
        (row,) = cells(file)
        assert int(row[1]) == len(rows)


@pytest.mark.parametrize("id_", sources())
def test_every_source_is_told_with_its_licence(id_):
    row = next(row for row in cells(id_) if len(row) == 4)
    assert row[1:] == [sources()[id_].citation, sources()[id_].licence, sources()[id_].as_of]


def test_estimates_are_explained():
    told = set(re.findall(r"^\| `(estimate-[a-z-]+)` \| .* \| .* \|$", PAGE, flags=re.MULTILINE))
    assert {id_ for id_ in sources() if id_.startswith("estimate-")} <= told
