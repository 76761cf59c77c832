import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from wattmint.cli.main import VERBS, at_border, main, parser
from wattmint.errors import FactsError, OutputError, ScenarioError
from wattmint.version import VERSION


def raising(error: BaseException):
    def work() -> int:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ScenarioError("site.power_mw", -1, "a number"), 2, "error: site.power_mw = -1: a number"),
        (OutputError("out: disk full"), 1, "error: out: disk full"),
        (FactsError("machines.csv:2: no unit"), 1, "error: machines.csv:2: no unit"),
        (ScenarioError("name", "x", "one\nline"), 2, "error: name = 'x': one line"),
        (KeyboardInterrupt(), 130, "error: interrupted; no result was written"),
    ],
)
def test_every_error_becomes_one_line_and_an_exit_code(capsys, error: BaseException, code: int, line: str):
    assert at_border(raising(error)) == code
    assert capsys.readouterr().err == line + "\n"


def test_a_defect_passes_with_its_traceback():
    with pytest.raises(ZeroDivisionError):
        at_border(raising(ZeroDivisionError()))


def test_success_passes_its_code_on(capsys):
    assert at_border(lambda: 0) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("words", [[], ["mint"], ["run"], ["run", "a.toml", "--paths", "many"], ["run", "a.toml", "--path", "3"], ["facts"]])
def test_wrong_words_are_refused_in_one_line(capsys, words: list[str]):
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2
    line = capsys.readouterr().err
    assert line.startswith("error: ")
    assert line.count("\n") == 1


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"wattmint {VERSION}\n"


def test_every_verb_is_in_the_help():
    text = parser().format_help()
    for module in VERBS:
        assert module.__name__.rsplit(".", 1)[-1].replace("_", "-") in [line.split()[0] for line in text.splitlines() if line.strip()]


def run_python(*words: str, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, **options)


def test_help_imports_nothing_heavy():
    heavy = {"numpy", "numba", "polars", "pydantic", "plotly", "jinja2"}
    code = f"import sys, wattmint.cli.main as m; m.parser().format_help(); print(sorted({heavy} & set(sys.modules)))"
    assert run_python("-c", code).stdout == "[]\n"


def test_the_module_is_the_command_line():
    done = run_python("-m", "wattmint", "check", "nowhere.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: site file = 'nowhere.toml': no such file; `wattmint init` writes one to start from\n"


def test_a_reader_who_goes_away_is_no_error():
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "wattmint", "facts", "list", "machines"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_behind_the_output_is_said():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "wattmint", "facts", "list"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"error: output: {os.strerror(errno.ENOSPC)}\n")
