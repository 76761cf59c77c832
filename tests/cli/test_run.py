import argparse
import json
from pathlib import Path

import polars as pl
import pytest

from wattmint.cli.console import Progress
from wattmint.cli.main import main
from wattmint.cli.run import scenario_with, slug
from wattmint.errors import ScenarioError

FILES = ["paths.parquet", "report.html", "verdict.json"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("site") / "site.toml"
    file.write_text(
        'name = "Small site"\n[site]\npower_mw = 10\n[power]\nfixed_usd_per_mwh = 30\nweather = "midland-tmy3"\n'
        '[study]\nstart = "2026-12"\nhorizon_months = 24\npaths = 8\n'
        '[[builds]]\nname = "Mine"\n[[builds.parts]]\nkind = "mining"\nmachine = "antminer-s21-xp"\n'
        '[[builds]]\nname = "Host"\n[[builds.parts]]\nkind = "hosting"\n',
        encoding="utf-8",
    )
    return file


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_prints_the_verdict_and_writes_all_files(site: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(site)]) == 0
    captured = capsys.readouterr()
    folder = tmp_path / "small-site-verdict"
    assert captured.out.startswith("Small site: 10 MW")
    assert captured.err.endswith("wrote report.html, verdict.json, paths.parquet into small-site-verdict\n")
    assert names(folder) == FILES
    assert "Small site" in (folder / "report.html").read_text(encoding="utf-8")
    frame = pl.read_parquet(folder / "paths.parquet")
    assert frame.group_by("build").len().sort("build").rows() == [("Host", 8), ("Mine", 8)]


def test_json_prints_exactly_the_file_and_options_replace_keys(site: Path, tmp_path: Path, capsys):
    out = tmp_path / "out"
    assert main(["run", str(site), "--json", "--out", str(out), "--paths", "5", "--seed", "9"]) == 0
    printed = capsys.readouterr().out
    assert printed == (out / "verdict.json").read_text(encoding="utf-8")
    found = json.loads(printed)
    assert (found["paths"], found["seed"], found["forecast"]) == (5, 9, "random")


def test_the_same_seed_gives_the_same_files_with_one_thread_or_two(site: Path, tmp_path: Path, capsys):
    for threads, out in (("1", "one"), ("2", "two")):
        assert main(["run", str(site), "--threads", threads, "--out", str(tmp_path / out)]) == 0
    assert main(["run", str(site), "--seed", "2", "--out", str(tmp_path / "other")]) == 0
    one, two, other = ([(tmp_path / out / file).read_bytes() for file in ("verdict.json", "paths.parquet")] for out in ("one", "two", "other"))
    assert one == two
    assert one != other


def test_the_median_forecast_is_one_path(site: Path, tmp_path: Path, capsys):
    assert main(["run", str(site), "--forecast", "median", "--json", "--out", str(tmp_path / "m")]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["forecast"], found["paths"]) == ("median", 1)


def test_a_workbook_stands_beside_the_other_files_or_where_it_is_asked_for(site: Path, tmp_path: Path, capsys):
    assert main(["run", str(site), "--out", str(tmp_path / "out"), "--xlsx"]) == 0
    assert "paths.parquet, cash-flow.xlsx into" in capsys.readouterr().err
    assert names(tmp_path / "out") == sorted([*FILES, "cash-flow.xlsx"])
    assert main(["run", str(site), "--out", str(tmp_path / "other"), "--xlsx", str(tmp_path / "own.xlsx")]) == 0
    assert names(tmp_path / "other") == FILES
    assert (tmp_path / "own.xlsx").read_bytes() == (tmp_path / "out" / "cash-flow.xlsx").read_bytes()


def test_without_xlsxwriter_the_extra_is_named_before_anything_is_computed(site: Path, tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert main(["run", str(site), "--out", str(tmp_path / "out"), "--xlsx"]) == 2
    assert "pip install 'wattmint[xlsx]'" in capsys.readouterr().err
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--xlsx", "book.ods"], "--xlsx = 'book.ods': a file whose name ends in .xlsx"),
        (["--xlsx", "none/book.xlsx"], "a file in a folder that exists"),
        (["--paths", "0"], "study.paths = 0: a whole number from 1 to 10,000,000"),
        (["--seed", "-1"], "study.seed = -1: a whole number from 0 to"),
        (["--threads", "0"], "--threads = 0: a whole number from 1 up"),
        (["--out", __file__], "a folder; this is a file"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_computed(site: Path, tmp_path: Path, monkeypatch, capsys, options: list[str], line: str):
    monkeypatch.chdir(tmp_path)
    assert main(["run", str(site), *options]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert line in captured.err
    assert names(tmp_path) == []


def test_an_interruption_leaves_nothing_behind(site: Path, tmp_path: Path, monkeypatch, capsys):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("wattmint.report.verdict.page.render", interrupted)
    assert main(["run", str(site), "--out", str(tmp_path / "out")]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "error: interrupted; no result was written"
    assert names(tmp_path) == []


def test_a_long_run_goes_on_where_it_was_interrupted(site: Path, tmp_path: Path, monkeypatch, capsys):
    def interrupt_at_three(self: Progress, done: int, _total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("wattmint.study.engine.CHUNK_PATHS", 2)
    monkeypatch.setattr("wattmint.study.engine.LONG_RUN_PATHS", 8)
    command = ["run", str(site), "--threads", "1", "--out"]
    with monkeypatch.context() as patch:
        patch.setattr(Progress, "__call__", interrupt_at_three)
        assert main([*command, str(tmp_path / "out")]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err
    assert names(tmp_path) == [".out-unfinished"]
    assert main([*command, str(tmp_path / "out")]) == 0
    assert main([*command, str(tmp_path / "fresh")]) == 0
    assert names(tmp_path) == ["fresh", "out"]
    assert (tmp_path / "out" / "verdict.json").read_bytes() == (tmp_path / "fresh" / "verdict.json").read_bytes()


def test_a_place_that_cannot_be_written_is_said_before_anything_is_computed(site: Path, tmp_path: Path, capsys):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["run", str(site), "--out", str(tmp_path / "file" / "out")]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: ")
    assert captured.err.count("\n") == 1
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("name", "folder"),
    [("West Texas 100 MW", "west-texas-100-mw"), ("Ångström / 5", "angstrom-5"), ("../..", "site"), ("北", "site"), ("a--b", "a-b")],
)
def test_slugs_are_plain_folder_names(name: str, folder: str):
    assert slug(name) == folder


def test_options_are_checked_like_keys(site: Path):
    given = argparse.Namespace(site=str(site), paths=None, seed=3, forecast=None)
    assert scenario_with(given).study.seed == 3
    assert scenario_with(given).study.paths == 8
    given.seed = -3
    with pytest.raises(ScenarioError, match=r"study\.seed = -3"):
        scenario_with(given)
