"""Run the tutorial as a reader would: every command, in order, in one empty folder, and compare what is printed.

Convention: ```console blocks hold lines behind ``$ `` and what they print, standard error included; ``...`` matches anything.
A ```python block is a script; the ```output block after it is what it prints.
"""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

FENCE = re.compile(r"^```(console|python|output)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Split a console block into commands and what they print."""
    pieces = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not pieces[0].strip(), "a console block starts with a command"
    return [(line, expected) for line, _, expected in (piece.partition("\n") for piece in pieces[1:])]


def agree(expected: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)


@pytest.fixture
def shell(tmp_path: Path):
    """A shell in an empty folder, with ``wattmint`` and ``python`` as commands."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, words in (("wattmint", "-m wattmint"), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words} "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONUNBUFFERED": "1", "COLUMNS": "120"}

    def run(line: str) -> str:
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False  # noqa: S607 - any bash
        )
        return done.stdout

    return run


def test_every_command_prints_what_the_tutorial_says(root: Path, shell):
    text = (root / "docs" / "tutorial.md").read_text(encoding="utf-8")
    printed = ""
    for kind, block in FENCE.findall(text):
        if kind == "console":
            for line, expected in commands(block):
                found = shell(line)
                assert agree(expected, found), f"$ {line}\n--- the tutorial says\n{expected}--- but it prints\n{found}"
        elif kind == "python":
            printed = shell(f"python -c {shlex.quote(block)}")
        else:
            assert agree(block, printed), f"--- the tutorial says\n{block}--- but it prints\n{printed}"


def test_the_comparison_can_fail():
    assert agree("a ... c\n", "a b c\n")
    assert not agree("a ... c\n", "a b d\n")
    assert commands("$ ls\na\nb\n$ pwd\n") == [("ls", "a\nb\n"), ("pwd", "")]
