"""Imports run one way, at the top of a file, by full name. The picture is in docs/design.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ORDER: list[set[str]] = [{"errors", "units", "version"}, {"provenance"}, {"types"}, {"facts", "ledger", "physics"}, {"scenario"}]
ORDER += [{"market", "serving", "facility"}, {"lab", "workloads"}, {"dispatch"}, {"finance"}, {"risk"}, {"study", "calculators"}, {"report"}, {"cli"}]
ORDER += [{"__init__", "__main__"}]
RANK = {room: rank for rank, rooms in enumerate(ORDER) for room in rooms}
ONLY = {"physics": {"units"}}
MAY_IMPORT_LATE = {"cli", "report"}


def violations(room: str, source: str) -> Iterator[str]:
    tree = ast.parse(source)
    late = {id(node) for function in ast.walk(tree) if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) in late and room not in MAY_IMPORT_LATE:
            yield f"line {node.lineno}: import inside a function"
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "wattmint" for alias in node.names):
            yield f"line {node.lineno}: import wattmint"
        if isinstance(node, ast.ImportFrom) and (node.level or node.module == "wattmint"):
            yield f"line {node.lineno}: import through the door, or relative"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wattmint."):
            other = node.module.split(".")[1]
            if other != room and (RANK[other] >= RANK[room] or other not in ONLY.get(room, {other})):
                yield f"line {node.lineno}: {room} imports {other}"


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    package = root / "src" / "wattmint"
    for file in sorted(package.rglob("*.py")):
        inside = file.relative_to(package).parts
        yield inside[0].removesuffix(".py"), file


def test_imports_run_one_way(root: Path):
    found = [f"{file.relative_to(root)}: {what}" for room, file in modules(root) for what in violations(room, file.read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


def test_every_room_has_its_place(root: Path):
    assert {room for room, _ in modules(root)} == set(RANK)


@pytest.mark.parametrize(
    ("room", "source", "what"),
    [
        ("dispatch", "from wattmint.finance.cashflow import cashflow", "dispatch imports finance"),
        ("physics", "from wattmint.types import FloatArray", "physics imports types"),
        ("physics", "from wattmint.market.clock import horizon", "physics imports market"),
        ("facts", "from wattmint.ledger.pow import next_bits", "facts imports ledger"),
        ("errors", "from wattmint.units import KW_PER_MW", "errors imports units"),
        ("study", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from wattmint.report.verdict.page import render", "study imports report"),
        ("finance", "import wattmint", "import wattmint"),
        ("finance", "import wattmint.types as t", "import wattmint"),
        ("finance", "from wattmint import evaluate", "import through the door, or relative"),
        ("finance", "from .returns import npv", "import through the door, or relative"),
        ("study", "def f():\n    import numpy", "import inside a function"),
    ],
)
def test_a_planted_violation_is_found(room: str, source: str, what: str):
    assert [line.split(": ", 1)[1] for line in violations(room, source)] == [what]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("cli", "def f():\n    from wattmint.study import evaluate"),
        ("finance", "from wattmint.finance.returns import npv\nfrom wattmint.types import Offer\nimport numpy as np"),
        ("physics", "from wattmint.units import KW_PER_MW"),
        ("market", "from wattmint.physics.hashing import btc_per_mwh"),
    ],
)
def test_what_is_allowed_passes(room: str, source: str):
    assert not list(violations(room, source))
