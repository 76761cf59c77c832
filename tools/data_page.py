"""Write the generated parts of `docs/data.md`: the files with row counts and hashes, the tables, the sources.

    PYTHONPATH=src python tools/data_page.py

What stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->`` is replaced; the words around it are written by hand.
"""

import csv
import hashlib
from collections import Counter
from pathlib import Path

from tables import FACTS

from wattmint.facts.fact import KINDS
from wattmint.facts.load import TABLES, attributes, series_path, sources, table

PAGE = Path(__file__).parents[1] / "docs" / "data.md"


def main() -> None:
    """Replace the three parts."""
    text = PAGE.read_text(encoding="utf-8")
    for name, lines in (("files", files()), ("tables", tables()), ("sources", bibliography())):
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"{PAGE}: the marks of {name!r} must stand there once")
        before, after = text[: text.index(begin)], text[text.index(end) :]
        text = before + "\n".join([begin, *lines]) + "\n" + after
    PAGE.write_text(text, encoding="utf-8")


def files() -> list[str]:
    """Return a row per embedded series: id, file, rows, span, missing hours, source, start of its SHA-256."""
    lines = ["| id | file | rows | first | last | hours missing | source | SHA-256 begins |", "|---|---|---:|---|---|---:|---|---|"]
    for id_, facts in table("series").items():
        cells = [f"`{id_}`", f"`{facts['file'].value}`", f"{facts['rows'].value:,.0f}"]
        cells += [str(facts[name].value) if name in facts else "typical year" for name in ("first_date", "last_date")]
        cells += [f"{facts['missing_hours'].value:.0f}" if "missing_hours" in facts else "", f"`{facts['file'].source}`"]
        digest = hashlib.sha256(series_path(id_).read_bytes()).hexdigest()
        lines.append("| " + " | ".join([*cells, f"`{digest[:16]}`"]) + " |")
    return lines


def tables() -> list[str]:
    """Return a row per table: what it has, and how many of its rows are of which kind."""
    lines = ["| table | things | rows | " + " | ".join(KINDS) + " |", "|---|---:|---:|" + "---:|" * len(KINDS)]
    for name in TABLES:
        kinds = Counter(fact.kind for facts in table(name).values() for fact in facts.values())
        counts = [len(table(name)), kinds.total(), *(kinds[kind] for kind in KINDS)]
        lines.append(f"| `{name}.csv` | " + " | ".join(f"{count:,}" for count in counts) + " |")
    with (FACTS / "attributes.csv").open(encoding="utf-8", newline="") as stream:
        dictionary = len(list(csv.reader(stream))) - 1
    assert dictionary == len(attributes())  # noqa: S101 - a blank line would be counted by one and not the other
    lines.append(f"| `attributes.csv` | {dictionary:,} | {dictionary:,} |" + "  |" * len(KINDS))
    lines.append(f"| `sources.csv` | {len(sources()):,} | {len(sources()):,} |" + "  |" * len(KINDS))
    return lines


def bibliography() -> list[str]:
    """Return a row per source."""
    lines = ["| id | source | licence | as of |", "|---|---|---|---|"]
    lines += [f"| `{one.id}` | {one.citation} | {one.licence} | {one.as_of} |" for one in sources().values()]
    return lines


if __name__ == "__main__":
    main()
