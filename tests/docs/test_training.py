"""Every command on docs/training.md, run, prints what the page says; ``...`` matches anything."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from wattmint.cli.main import main

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_every_command_prints_what_the_page_says(root: Path, capsys: pytest.CaptureFixture[str]):
    text = (root / "docs" / "training.md").read_text(encoding="utf-8")
    pieces = [piece for block in FENCE.findall(text) for piece in re.split(r"^\$ wattmint ", block, flags=re.MULTILINE)[1:]]
    asked = [(line, expected) for line, _, expected in (piece.partition("\n") for piece in pieces)]
    assert [line.split()[1] for line, _ in asked] == ["--model", "network", "goodput", "outage", "outage"]
    for line, expected in asked:
        assert main(shlex.split(line)) == 0
        captured = capsys.readouterr()
        printed = captured.err + captured.out
        assert doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS), f"$ wattmint {line}\n{printed}"
