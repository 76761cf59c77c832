"""``wattmint facts``: ask the cited tables, and subtract two rows."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from wattmint.facts.load import Fact

COLUMNS_LISTED: Final = 6
"""A list shows this many attributes beside the id; ``show`` tells the rest."""
ANNEXES: Final = ("machine_modes", "memory", "gpu_hashing", "token_prices", "serving_fit")
"""Tables that say more about things of others; they are shown when they are named, or when no other has the thing."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser("facts", help="list, show or compare rows of the cited tables", description="Ask the cited tables.")
    asks = verb.add_subparsers(title="asks", metavar="ASK", required=True)
    one = asks.add_parser("list", help="the tables, or the rows of one", description="List the tables, or the rows of one.")
    one.add_argument("table", nargs="?", metavar="TABLE", help="name of a table; all tables when left out")
    two = asks.add_parser("show", help="every fact about one thing", description="Show every fact about one thing.")
    two.add_argument("names", nargs="+", metavar="[TABLE] ID", help="id of the thing, with its table before it where several tables have it")
    three = asks.add_parser("diff", help="what differs between two things", description="Show what differs between two things of one table.")
    three.add_argument("first", metavar="ID", help="id of a thing")
    three.add_argument("second", metavar="ID", help="id of another thing of the same table")
    for ask, function in ((one, list_tables), (two, show), (three, diff)):
        ask.add_argument("--json", action="store_true", help="print JSON instead of aligned text")
        ask.set_defaults(verb=function)


def list_tables(given: argparse.Namespace) -> int:
    """Print the tables, or the rows of one.

    Parameters
    ----------
    given : Namespace
        ``table`` (or None), ``json``.

    Returns
    -------
    int
        Exit code.
    """
    from wattmint.cli.console import aligned, as_json
    from wattmint.facts.load import TABLES, table

    if given.table is None:
        counts = {name: len(table(name)) for name in TABLES}
        print(as_json(counts) if given.json else aligned([("table", "rows"), *((name, str(count)) for name, count in counts.items())], right=(1,)))
        return 0
    records = table(given.table)
    if given.json:
        print(as_json({id_: {name: fact.value for name, fact in facts.items()} for id_, facts in records.items()}))
    else:
        columns = _usual_attributes(records)
        header = ["id", *(f"{name} [{unit}]" if unit else name for name, unit in columns.items())]
        rows = [[id_, *(_value(facts[name]) if name in facts else "" for name in columns)] for id_, facts in records.items()]
        print(aligned([header, *rows]))
    return 0


def show(given: argparse.Namespace) -> int:
    """Print every fact about one thing.

    Parameters
    ----------
    given : Namespace
        ``names`` (an id, or a table and an id), ``json``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When the id is unknown or several tables have it.
    """
    from wattmint.cli.console import aligned, as_json
    from wattmint.errors import InputError
    from wattmint.facts.load import attribute, sources

    if len(given.names) > 2:
        raise InputError("facts show", " ".join(given.names), "an id, or a table and an id")
    table_name, id_, facts = _find(*reversed(given.names))
    if given.json:
        print(as_json({"table": table_name, "id": id_, "facts": [_plain(fact) for fact in facts.values()]}))
        return 0
    rows: list[tuple[str, ...]] = [("attribute", "value", "unit", "low", "high", "kind", "as of", "source", "meaning")]
    rows += [(*_cells(fact), attribute(fact.attribute).meaning) for fact in facts.values()]
    print(f"{table_name} {id_}\n\n{aligned(rows, right=(1, 3, 4))}\n\nsources")
    for source in dict.fromkeys(fact.source for fact in facts.values()):
        row = sources()[source]
        print(f"  {row.id}: {row.citation} ({row.licence}; {row.as_of})")
    return 0


def diff(given: argparse.Namespace) -> int:
    """Print what differs between two things of one table.

    Parameters
    ----------
    given : Namespace
        ``first``, ``second``, ``json``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an id is unknown, or no table has both.
    """
    from wattmint.cli.console import aligned, as_json
    from wattmint.facts.load import TABLES, record, table

    home = next((name for name in TABLES if given.first in table(name) and given.second in table(name)), None)
    table_name, _, left = _find(given.first, home)
    right = record(table_name, given.second, field="ID")
    names = [n for n in (*left, *(n for n in right if n not in left)) if _get(left, n) != _get(right, n)]
    if given.json:
        differing = [{"attribute": n, given.first: _get(left, n), given.second: _get(right, n)} for n in names]
        print(as_json({"table": table_name, "differs": differing}))
        return 0
    rows = [("attribute", "unit", given.first, given.second, "ratio")]
    rows += [(n, _unit(left.get(n) or right[n]), _shown(left, n), _shown(right, n), _ratio(_get(left, n), _get(right, n))) for n in names]
    print(aligned(rows, right=(2, 3, 4)))
    return 0


def _find(id_: str, table_name: str | None = None) -> "tuple[str, str, Mapping[str, Fact]]":
    """Return table, id and facts of the one thing called `id_`."""
    from wattmint.errors import InputError, UnknownNameError
    from wattmint.facts.load import TABLES, record, table

    if table_name is not None:
        return table_name, id_, record(table_name, id_, field="ID")
    homes = [name for name in TABLES if id_ in table(name)]
    homes = [name for name in homes if name not in ANNEXES] or homes
    if not homes:
        raise UnknownNameError("ID", id_, [known for name in TABLES for known in table(name)])
    if len(homes) > 1:
        raise InputError("ID", id_, f"in several tables ({', '.join(homes)}); say which, as in `wattmint facts show {homes[0]} {id_}`")
    return homes[0], id_, table(homes[0])[id_]


def _usual_attributes(records: "Mapping[str, Mapping[str, Fact]]") -> dict[str, str]:
    """Return the first few attributes that at least half of a table's rows have, with their units."""
    counts: dict[str, int] = {}
    units: dict[str, str] = {}
    for facts in records.values():
        for name, fact in facts.items():
            counts[name] = counts.get(name, 0) + 1
            units[name] = _unit(fact)
    usual = [name for name, count in counts.items() if 2 * count >= len(records)]
    return {name: units[name] for name in usual[:COLUMNS_LISTED]}


def _cells(fact: "Fact") -> tuple[str, ...]:
    limits = (_figure(fact.low), _figure(fact.high))
    return (fact.attribute, _value(fact), _unit(fact), *limits, fact.kind, fact.as_of, fact.source)


def _plain(fact: "Fact") -> dict[str, Any]:
    return {name: getattr(fact, name) for name in ("attribute", "value", "unit", "low", "high", "kind", "as_of", "source")}


def _get(facts: "Mapping[str, Fact]", name: str) -> float | str | None:
    return facts[name].value if name in facts else None


def _shown(facts: "Mapping[str, Fact]", name: str) -> str:
    return _value(facts[name]) if name in facts else "-"


def _ratio(left: float | str | None, right: float | str | None) -> str:
    return f"{right / left:.3g}" if isinstance(left, float) and isinstance(right, float) and left else ""


def _value(fact: "Fact") -> str:
    return fact.value if isinstance(fact.value, str) else _figure(fact.value)


def _figure(number: float | None) -> str:
    if number is None:
        return ""
    return f"{int(number)}" if number == int(number) and abs(number) < 10**15 else f"{number:.10g}"


def _unit(fact: "Fact") -> str:
    from wattmint.facts.fact import TEXT_UNITS

    return "" if fact.unit in ("1", *TEXT_UNITS) else fact.unit
