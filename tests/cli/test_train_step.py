import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.training.step_run import TrainingRun, train
from wattmint.cli.main import main
from wattmint.report.training.step_words import step_words

WORDS = ["train", "--model", "llama-3.1-8b", "--gpu", "h100", "--gpus", "64", "--precision", "fp8", "--global-batch", "256"]
CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "fp8", "global_batch": 256}


def test_json_is_the_calculator_s_answer(capsys):
    assert main([*WORDS, "--tokens", "1e12", "--json"]) == 0
    captured = capsys.readouterr()
    found, expected = json.loads(captured.out), train(CASE, TrainingRun(tokens=1e12))
    assert {name: found[name] for name in expected.estimate} == dict(expected.estimate)
    assert found["run"] == dict(expected.totals)
    assert list(found)[:6] == ["tokens_per_s_per_gpu", "tflops_per_gpu", "mfu", "step_s", "node_power_w", "fits"]
    assert "note: default pue 1.15" in captured.err


def test_words(capsys):
    assert main([*WORDS, "--parallel", "auto"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == step_words(train(CASE, TrainingRun()))
    assert captured.err == ""
    assert main(["train", "--model", "llama-3.1-8b", "--gpu", "ascend-910c", "--gpus", "8", "--tokens", "1e9"]) == 0
    assert "no rental of it is known" in capsys.readouterr().out


def test_a_page_is_written_where_it_is_asked_for(capsys, tmp_path: Path):
    page = tmp_path / "step.html"
    assert main([*WORDS, "--tokens", "1e12", "--report", str(page)]) == 0
    captured = capsys.readouterr()
    assert f"wrote {page}" in captured.err
    assert captured.out.splitlines() == step_words(train(CASE, TrainingRun(tokens=1e12)))
    assert "tokens per second on 64 accelerators" in page.read_text(encoding="utf-8")
    assert main([*WORDS, "--report", str(tmp_path / "none" / "step.html")]) == 1
    assert main(["train", "--cases", "in.csv", "--out", "out.csv", "--report", "x.html"]) == 2
    assert "--report" in capsys.readouterr().err


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text(
        "model,gpu,gpus,precision,tp,task\nllama-3.1-8b,h100,64,bf16,,\nllama-3.1-405b,h100,8,bf16,8,\nqwen3-30b-a3b,b200,16,fp8,1,lora\n"
    )
    assert main(["train", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 1
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert float(rows[0]["tokens_per_s_per_gpu"]) > 0.0
    assert rows[1]["fits"] == "0"
    assert rows[1]["error"].startswith("does not fit: needs")
    assert 0.0 < float(rows[2]["mfu"]) < 1.0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["train", "--gpu", "h100", "--gpus", "8"], "--model"),
        ([*WORDS, "--parallel", "auto", "--tp", "2"], "--tp"),
        ([*WORDS, "--tp", "3"], "no multiple of tp x pp x cp"),
        ([*WORDS, "--cases", "a.csv", "--out", "b.csv"], "--model"),
        (["train", "--model", "llama-3.1-405b", "--gpu", "h100", "--gpus", "8"], "does not fit: needs"),
    ],
)
def test_refused(words: list[str], what: str, capsys):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert what in captured.err
    assert captured.out == ""
