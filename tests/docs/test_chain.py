"""Every command on docs/chain.md, run, prints what the page says; ``...`` matches anything."""

import csv
import doctest
import json
import re
import shlex
from pathlib import Path

import pytest

from wattmint.cli.main import main

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(root: Path) -> list[tuple[str, str]]:
    text = (root / "docs" / "chain.md").read_text(encoding="utf-8")
    pieces = [piece for block in FENCE.findall(text) for piece in re.split(r"^\$ wattmint ", block, flags=re.MULTILINE)[1:]]
    return [(line, expected) for line, _, expected in (piece.partition("\n") for piece in pieces)]


@pytest.fixture
def folder(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the golden headers, as the page has them."""
    rows = json.loads((root / "tests" / "golden" / "headers.json").read_text())["headers"]
    with (tmp_path / "headers.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([["height", "hash", "header_hex"], *rows])
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_prints_what_the_page_says(root: Path, folder: Path, capsys: pytest.CaptureFixture[str]):
    asked = commands(root)
    assert {line.split()[1] for line, _ in asked} == {"demo", "rewrite", "verify", "fees", "tokens"}
    for line, expected in asked:
        assert main(shlex.split(line)) == 0
        captured = capsys.readouterr()
        printed = captured.err + captured.out
        assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), f"$ wattmint {line}\n{printed}"
    assert folder.exists()
