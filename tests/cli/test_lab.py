import json
import math
import os
import threading
from pathlib import Path

import pytest
from tests.lab import results

from wattmint.cli import lab
from wattmint.cli.main import EXIT_REFUSED, main
from wattmint.lab.vectors import VARIABLE


@pytest.fixture(autouse=True)
def told(monkeypatch):
    """Every experiment told, none run."""
    monkeypatch.setenv(VARIABLE, os.environ.get(VARIABLE, ""))
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")
    parts = results.everything()
    monkeypatch.setattr(lab, "_experiments", lambda: {name: lambda _given, part=part: part for name, part in parts.items()})
    monkeypatch.setattr(lab, "compile_search", lambda: None)


@pytest.mark.parametrize("name", ["hash", "wall", "flip", "stop", "network"])
def test_json_is_one_object(name, capsys):
    assert main(["lab", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


def test_hash_has_the_fields_that_were_promised(capsys):
    assert main(["lab", "hash", "--threads", "2", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"mhs_per_thread", "mhs_total", "shares", "kernel", "joules_per_th", "block_years", "luck"} <= set(said)
    assert (said["mhs_per_thread"], said["shares"], said["difficulty"]["name"]) == (50.0, 401, "difficulty")


@pytest.mark.parametrize("name", ["hash", "wall", "flip", "stop", "network"])
def test_the_page_is_written_whole(name, tmp_path: Path, capsys):
    file = tmp_path / "lab.html"
    assert main(["lab", name, "--report", str(file)]) == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert f"wrote {file}" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_refused_before_the_work(tmp_path: Path, capsys, monkeypatch):
    monkeypatch.setattr(lab, "_experiments", lambda: pytest.fail("worked first"))
    (tmp_path / "file").write_text("")
    assert main(["lab", "stop", "--report", str(tmp_path / "file" / "lab.html")]) == 1
    assert "is a file" in capsys.readouterr().err


def test_a_gpu_has_no_page(tmp_path: Path, capsys):
    assert main(["lab", "wall", "--gpu", "--report", str(tmp_path / "lab.html")]) == EXIT_REFUSED
    assert "goes without --gpu" in capsys.readouterr().err


def test_an_unknown_experiment_or_algorithm_is_refused(capsys):
    for words in (["lab", "melt"], ["lab", "hash", "--algorithm", "sha1"], ["lab"]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == EXIT_REFUSED
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_json_has_no_number_that_is_none():
    assert lab.finite({"a": [math.inf, 1.0, (math.nan, "x")], "b": None}) == {"a": [None, 1.0, [None, "x"]], "b": None}


def test_the_processor_is_prepared_once(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "7")
    lab.prepare_processor()
    assert os.environ["OPENBLAS_NUM_THREADS"] == "7"
    assert os.environ.get(VARIABLE, "-prefer-256-bit").endswith("-prefer-256-bit")


def test_a_long_compilation_is_announced(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(lab, "PATIENCE_S", 0.0)
    said, heard = [], threading.Event()
    monkeypatch.setattr("wattmint.cli.console.say", lambda line: (said.append(line), heard.set()))
    monkeypatch.setattr("wattmint.lab.mining.warm_up", lambda: heard.wait(60.0))
    lab.compile_search()
    assert len(said) == 1
    assert "compiling" in said[0]


def test_the_real_experiments_have_their_names():
    assert set(lab.ASKS) == {"hash", "wall", "flip", "stop", "network", "compare"}


def test_a_short_run_end_to_end(monkeypatch, capsys):
    monkeypatch.undo()
    assert main(["lab", "hash", "--seconds", "0.05", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["algorithm"] == "sha256d"
    assert said["tries"] > 0
    assert main(["lab", "hash", "--seconds", "0"]) == EXIT_REFUSED
    assert "--seconds" in capsys.readouterr().err
