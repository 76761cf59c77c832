import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.training.outage import OutageCase, training_outage
from wattmint.cli.main import main
from wattmint.cli.train_outage import RESULTS


def test_json_is_the_calculator_s_answer(capsys):
    assert main(["train", "outage", "--gpus", "512", "--parameters-b", "8", "--days", "14", "--seed", "3", "--json"]) == 0
    found, expected = json.loads(capsys.readouterr().out), training_outage(OutageCase(gpus=512, parameters_b=8, days=14, seed=3))
    assert [row["usd_per_year_tail"] for row in found["rows"]] == [row.usd_per_year_tail for row in expected.rows]
    assert found["curtailment"]["usd_per_mwh"] == expected.curtailment.usd_per_mwh
    assert found["backup"] == "dual-feed-ups"


def test_words_are_a_table_and_name_the_defaults(capsys):
    assert main(["train", "outage", "--backup", "2n"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("grid alone") == 4
    assert captured.out.count(" 2n ") == 3
    assert "stopping on request for 3 h" in captured.out
    assert "note: default boot_s 1800 s (estimate, estimate-outages)" in captured.err
    assert "cited numbers of grid and power chain: see --json" in captured.err


def test_a_page_is_written(capsys, tmp_path: Path):
    page = tmp_path / "outage.html"
    assert main(["train", "outage", "--gpus", "512", "--report", str(page)]) == 0
    assert f"wrote {page}" in capsys.readouterr().err
    assert "A loss of power destroys" in page.read_text(encoding="utf-8")


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("gpus,parameters_b,backup,days\n512,8,,14\n512,8,2n,\n1,,,\n512,,n+9,\n")
    assert main(["train", "outage", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 2
    rows = list(csv.DictReader(out.read_text().splitlines()))
    expected = training_outage(OutageCase(gpus=512, parameters_b=8, days=14))
    assert float(rows[0]["usd_per_stop_unsaved"]) == expected.rows[0].usd_per_stop
    assert float(rows[0]["usd_per_year_backup"]) == expected.rows[5].usd_per_year
    assert float(rows[1]["usd_per_year_backup"]) < float(rows[0]["usd_per_year_backup"])
    assert ["training_gpus" in rows[2]["error"], "backup" in rows[3]["error"]] == [True, True]
    assert set(RESULTS) < set(rows[0])


@pytest.mark.parametrize(
    ("words", "what"),
    [(["--gpus", "1"], "training_gpus"), (["--backup", "x"], "backup"), (["--seed", "-1"], "--seed"), (["--out", "x.csv"], "--out")],
)
def test_refusals_are_one_line(capsys, words, what):
    assert main(["train", "outage", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
