"""Short files, short functions, docstrings, unit numbers in one place, a test beside every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
UNIT_NUMBERS = {24, 365, 365.25, 730, 744, 745, 1e3, 3600, 8760, 8766, 86400, 1e6, 1e8, 1e9, 1e12, 1e15, 1e18}
"""Numbers that smell of a conversion; 12 and 60 have too many other uses to be looked for."""

SHIFTS = (ast.LShift, ast.RShift)
NO_TEST_OF_ITS_OWN = {"__init__.py", "__main__.py"}


def sources(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for file in sorted((root / "src" / "wattmint").rglob("*.py")):
        yield file.relative_to(root), ast.parse(file.read_text(encoding="utf-8"))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def body_lines(function: ast.FunctionDef) -> int:
    text = ast.get_docstring(function, clean=False)
    return function.end_lineno - function.lineno + 1 - (len(text.splitlines()) if text else 0)


def unit_numbers(tree: ast.Module) -> list[int]:
    """Lines with a unit number; bits shifted by 24 and thresholds compared with 1e12 convert nothing."""
    harmless = {id(part) for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, SHIFTS) for part in ast.walk(node)}
    harmless |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in node.comparators}
    numbers = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in harmless)
    return [node.lineno for node in numbers if node.value in UNIT_NUMBERS]


def without_docstring(tree: ast.Module) -> list[str]:
    """Public functions, classes and methods of public classes; what is nested in a function is nobody's business."""
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")]
    methods = [m for c in named if isinstance(c, ast.ClassDef) for m in c.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
    return [node.name for node in (*named, *methods) if not ast.get_docstring(node)]


def test_files_are_short(root: Path):
    lengths = {str(file): len((root / file).read_text(encoding="utf-8").splitlines()) for file, _ in sources(root)}
    assert not {file: length for file, length in lengths.items() if length > LONGEST_FILE}


def test_functions_are_short(root: Path):
    every = ((file, function) for file, tree in sources(root) for function in functions(tree))
    assert not [f"{file}:{f.lineno} {f.name} {body_lines(f)}" for file, f in every if body_lines(f) > LONGEST_FUNCTION]


def test_conversions_stand_in_units(root: Path):
    assert not [f"{file}:{line}" for file, tree in sources(root) if file.name != "units.py" for line in unit_numbers(tree)]


def test_everything_public_has_a_docstring(root: Path):
    assert not [f"{file} {name}" for file, tree in sources(root) for name in without_docstring(tree)]
    assert not [str(file) for file, tree in sources(root) if not ast.get_docstring(tree)]


def test_every_module_has_its_test(root: Path):
    package = root / "src" / "wattmint"
    missing = []
    for file in sorted(package.rglob("*.py")):
        twin = root / "tests" / file.relative_to(package).parent / f"test_{file.name}"
        if file.name not in NO_TEST_OF_ITS_OWN and not twin.exists():
            missing.append(str(twin.relative_to(root)))
    assert not missing


def test_no_machine_paths_and_no_notes_to_self(root: Path):
    bad = ("/work" + "/", "/root" + "/", "TO" + "DO", "FIX" + "ME", "X" + "XX")
    patterns = ("src/**/*.py", "tests/**/*.py", "tools/*.py", "benchmarks/*.py", "docs/**/*.md", "*.md", "examples/*.toml")
    files = [file for pattern in patterns for file in root.glob(pattern)]
    assert not [f"{file.relative_to(root)}: {word}" for file in files for word in bad if word in file.read_text(encoding="utf-8")]


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("a = 8760", [1]),
        ("a = x * 1e6", [1]),
        ("a = 1_000_000", [1]),
        ("a = 8761\nb = True", []),
        ("a = '3600'", []),
        ("a = x >> 24", []),
        ("a = x >= 1e12", []),
    ],
)
def test_a_planted_conversion_is_found(source: str, lines: list[int]):
    assert unit_numbers(ast.parse(source)) == lines


def test_a_planted_long_function_and_a_missing_docstring_are_found():
    long = "def f():\n" + "    x = 1\n" * 61
    assert body_lines(ast.parse(long).body[0]) > LONGEST_FUNCTION
    assert without_docstring(ast.parse(long)) == ["f"]
    assert without_docstring(ast.parse("class A:\n    '''a'''\n    def m(self): pass")) == ["m"]
