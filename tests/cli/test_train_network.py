import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.training.step_network import network_curve
from wattmint.cli.main import main
from wattmint.cli.train_network import network_words

WORDS = ["train", "network", "--model", "llama-3.1-8b", "--gpu", "h100", "--gpus", "64", "--global-batch", "512"]
CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "bf16", "global_batch": 512}


def test_the_table_and_json_are_the_calculator_s_answer(capsys):
    expected = network_curve(CASE)
    assert main(WORDS) == 0
    assert capsys.readouterr().out.strip() == network_words(expected)
    assert main([*WORDS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["kept"] for row in found["rows"]] == [row.kept for row in expected.rows]
    assert found["ratio"] == expected.ratio


def test_one_accelerator_sends_nothing(capsys):
    assert main(["train", "network", "--model", "llama-3.1-8b", "--gpu", "b300", "--gpus", "1", "--global-batch", "8"]) == 0
    assert "one accelerator sends nothing" in capsys.readouterr().out


def test_cases(tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("model,gpu,gpus,precision,global_batch\nllama-3.1-8b,h100,64,bf16,512\nnobody,h100,64,bf16,512\n")
    assert main(["train", "network", "--cases", str(cases), "--out", str(out)]) == 0
    good, bad = csv.DictReader(out.read_text().splitlines())
    assert float(good["kept_at_1_gbit"]) == network_curve(CASE).rows[4].kept
    assert bad["error"].startswith("model")


@pytest.mark.parametrize(("words", "what"), [(["train", "network", "--gpu", "h100"], "--model"), ([*WORDS, "--cases", "a", "--out", "b"], "--model")])
def test_refused(words: list[str], what: str, capsys):
    assert main(words) == 2
    assert what in capsys.readouterr().err
