import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.training.goodput import run_goodput
from wattmint.calculators.training.run_terms import RunCase
from wattmint.cli.main import main
from wattmint.cli.train_goodput import RESULTS, default_notes

WORDS = ["train", "goodput", "--gpus", "1000", "--mttf-gpu-hours", "50000", "--checkpoint-s", "60", "--restart-s", "300"]


def test_json_is_the_calculator_s_answer(capsys):
    assert main([*WORDS, "--json"]) == 0
    captured = capsys.readouterr()
    found, expected = json.loads(captured.out), run_goodput(RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300))
    assert {name: found[name] for name in RESULTS} == {name: getattr(expected, name) for name in RESULTS}
    assert list(found)[:4] == ["interval_s", "goodput", "interruptions_per_day", "lost_gpu_hours_per_day"]
    assert found["simulated"] is None
    assert captured.err == ""


def test_words_name_the_defaults_and_where_the_time_goes(capsys):
    assert main(["train", "goodput", "--gpus", "16384", "--flush-s", "30"]) == 0
    captured = capsys.readouterr()
    assert "goodput 89." in captured.out
    assert "durable 30 s later" in captured.out
    assert "GPU 4.8" in captured.out
    assert "note: default restart_s 660 s (measured, lablup-2026)" in captured.err


def test_a_page_is_written_where_it_is_asked_for(capsys, tmp_path: Path):
    page = tmp_path / "goodput.html"
    assert main([*WORDS, "--simulate", "--days", "5", "--runs", "10", "--report", str(page)]) == 0
    captured = capsys.readouterr()
    assert f"wrote {page}" in captured.err
    assert "goodput" in captured.out
    assert "of the time is work kept" in page.read_text(encoding="utf-8")
    assert main([*WORDS, "--report", str(tmp_path / "none" / "goodput.html")]) == 1
    assert main(["train", "goodput", "--cases", "in.csv", "--out", "out.csv", "--report", "x.html"]) == 2
    assert "--report" in capsys.readouterr().err


def test_a_simulation_stands_beside_the_formula(capsys):
    asked = [*WORDS, "--simulate", "--days", "20", "--runs", "40", "--seed", "5"]
    assert main([*asked, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    lived = found["simulated"]
    assert abs(lived["goodput"] - found["goodput"]) < 4 * lived["standard_error"]
    assert main(asked) == 0
    assert "simulated 40 runs of 20 days" in capsys.readouterr().out


def test_hardly_any_interruptions_leave_hardly_any_checkpoints(capsys):
    assert main(["train", "goodput", "--gpus", "8", "--mttf-gpu-hours", "1e12", "--checkpoint-s", "60", "--restart-s", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["goodput"] == pytest.approx(1.0, abs=1e-6)
    assert found["interval_s"] > 1e7


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("gpus,mttf_gpu_hours,checkpoint_s,restart_s,given_interval_s\n1000,50000,60,300,\n1000,50000,60,300,900\n0,,,,\n16384,,,,\n")
    assert main(["train", "goodput", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 1
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert float(rows[0]["goodput"]) == run_goodput(RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300)).goodput
    assert float(rows[1]["interval_s"]) == 900.0
    assert float(rows[1]["goodput"]) < float(rows[0]["goodput"])
    assert rows[2]["error"].startswith("gpus")
    assert float(rows[3]["goodput"]) == run_goodput(RunCase(gpus=16_384)).goodput


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "--gpus"),
        (["--gpus", "0"], "gpus"),
        (["--gpus", "8", "--interval-s", "-5"], "interval_s"),
        (["--gpus", "8", "--seed", "1"], "--simulate"),
        (["--gpus", "8", "--simulate", "--seed", "-1"], "--seed"),
        (["--gpus", "8", "--simulate", "--runs", "1"], "runs"),
        (["--gpus", "8", "--cases", "x.csv", "--out", "y.csv"], "--gpus"),
        (["--simulate", "--cases", "x.csv", "--out", "y.csv"], "--simulate"),
    ],
)
def test_refusals_are_one_line(capsys, words, what):
    assert main(["train", "goodput", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
    assert captured.out == ""


def test_a_case_without_defaults_has_no_notes():
    assert default_notes(run_goodput(RunCase(gpus=8, mttf_gpu_hours=1e4, checkpoint_s=1, restart_s=1)).terms.inputs) == []
