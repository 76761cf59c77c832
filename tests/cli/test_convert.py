import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.convert import RESULTS, plain, with_columns
from wattmint.cli.main import main
from wattmint.errors import SeriesError

SITE = """\
name = "Small mine"
[site]
power_mw = 20
[power]
fixed_usd_per_mwh = 58.0
weather = "dallas-2020-2024"
[study]
start = "2026-12"
horizon_months = 72
paths = 6
[existing]
feeds = 2
latency_ms = 9
[[existing.machines]]
machine = "antminer-s19j-pro-104t"
[conversion]
ai_class = "training"
blocks = 1
ordered_months = 8
[[builds]]
name = "Mine"
[[builds.parts]]
kind = "mining"
machine = "antminer-s19j-pro-104t"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return path


def test_words_say_verdict_checks_cost_months_and_worth(capsys, site):
    assert main(["convert", str(site), "--threads", "1"]) == 0
    captured = capsys.readouterr()
    for words in ("power density", "together, thousand USD per MW", "among public deals", "Planned in", "NPV over mining on", "now"):
        assert words in captured.out
    assert "of them estimates" in captured.err


def test_json_is_finite_and_whole(capsys, site):
    assert main(["convert", str(site), "--threads", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] in ("convert", "convert part", "refuse")
    assert len(found["checks"]) == 11
    assert found["worth"]["paths"] == 6
    assert {one["kind"] for one in found["inputs"]} >= {"given", "published", "estimate"}


def test_a_refused_site_is_an_answer_and_a_wrong_file_is_none(capsys, root, tmp_path):
    assert main(["convert", str(root / "examples" / "convert-refused.toml")]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Do not convert River bend mine")
    for name in ("firm capacity", "feeds", "cooling", "latency", "flood"):
        assert f"- {name}: " in said
    assert "Mistake: backup 2n where" in said
    assert main(["convert", str(root / "examples" / "west-texas-100mw.toml")]) == 2
    told = capsys.readouterr().err
    assert 'existing = (left out): a table [existing], and in it at least [[existing.machines]] with machine = "' in told


def test_a_page_is_written(capsys, site, tmp_path):
    page = tmp_path / "page.html"
    assert main(["convert", str(site), "--threads", "1", "--report", str(page)]) == 0
    assert "Small mine" in page.read_text(encoding="utf-8")
    assert f"wrote {page}" in capsys.readouterr().err


def test_cases(capsys, site, tmp_path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("power_mw,latency_ms,ai_class,blocks,share,who\n20,,,,,us\n20,70,serving,,\n20,,,,0.5\n20,,poetry,,\n20,fast,,,\n")
    assert main(["convert", str(site), "--cases", str(cases), "--out", str(out), "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["refused"] == 2
    assert "note: kept but not read: 'who'; read are power_mw and the keys of [existing] and [conversion]" in told.err
    whole, far, half, wrong, text = csv.DictReader(out.read_text().splitlines())
    assert tuple(row["verdict_by_checks"] for row in (whole, far, half)) == ("convert", "refuse", "convert part")
    assert (far["refused_by"], float(far["convertible_mw"])) == ("latency", 0.0)
    assert float(half["it_mw"]) == pytest.approx(float(whole["it_mw"]) / 2, rel=0.01)
    assert ("ai_class" in wrong["error"], "latency_ms" in text["error"]) == (True, True)
    assert set(RESULTS) < set(whole)


def test_a_table_that_is_none_is_refused_row_by_row(capsys, site, tmp_path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("latency_ms\n5\n")
    site.write_text(SITE.split("[existing]", maxsplit=1)[0].replace("[site]", "existing = 3\n[site]"))
    assert main(["convert", str(site), "--cases", str(cases), "--out", str(out)]) == 0
    assert "existing = 3" in out.read_text()


@pytest.mark.parametrize("words", [["--seed", "2"], ["--threads", "1"], ["--forecast", "median"]])
def test_options_that_cases_do_not_take_are_refused(capsys, site, words):
    assert main(["convert", str(site), "--cases", "in.csv", "--out", "out.csv", *words]) == 2
    assert f"error: {words[0]} = " in capsys.readouterr().err


def test_columns_go_into_their_tables():
    changed = with_columns({"share": "0.5", "feeds": "3", "power_mw": "12.5", "site": "ours", "cooling": ""}, {"existing": {"feeds": 1}})
    assert changed == {"existing": {"feeds": 3}, "conversion": {"share": 0.5}, "site": {"power_mw": 12.5}}
    assert with_columns({"cooling": " immersion "}, {"existing": 3}) == {"existing": 3, "conversion": {"cooling": "immersion"}}
    with pytest.raises(SeriesError, match="feeds"):
        with_columns({"feeds": "two"}, {})


def test_what_is_not_finite_is_none(capsys, site):
    from dataclasses import dataclass

    @dataclass
    class Found:
        values: tuple[float, ...]

    assert plain(Found((1.0, float("inf"), float("nan")))) == {"values": [1.0, None, None]}


@pytest.mark.parametrize(
    ("words", "what"), [(["--threads", "0"], "--threads"), (["--paths", "0"], "paths"), (["--out", "x.csv"], "--out"), (["--seed", "-1"], "seed")]
)
def test_refusals_are_one_line(capsys, site, words, what):
    assert main(["convert", str(site), *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
