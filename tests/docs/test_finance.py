import doctest
from pathlib import Path

import pytest

from wattmint.calculators.project.case import DATES, FIELDS
from wattmint.cli.main import main


def test_the_page_says_what_the_functions_answer(root: Path):
    failed, tried = doctest.testfile(str(root / "docs" / "finance.md"), module_relative=False)
    assert (failed, tried > 5) == (0, True)


@pytest.mark.parametrize("field", [*FIELDS, *DATES])
def test_the_page_tells_every_field_of_a_case(root: Path, field: str):
    rows = [line for line in (root / "docs" / "finance.md").read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert any(f"`{field}`" in row.split("|")[1] for row in rows)


def test_the_page_s_example_runs(root: Path, capsys):
    page = (root / "docs" / "finance.md").read_text(encoding="utf-8")
    assert "wattmint finance --case examples/project.json" in page
    assert main(["finance", "--case", str(root / "examples" / "project.json")]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("owner puts in ")
    assert captured.err.startswith("note: the loan was held down to 75% of the cost")
