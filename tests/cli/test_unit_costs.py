import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.main import main


def test_words_put_the_three_side_by_side(capsys):
    assert main(["unit-costs"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split("  ")[0] == "USD"
    assert all(name in lines[0] for name in ("a million AI tokens", "a bitcoin", "a transaction"))
    assert [line.split("  ")[0] for line in lines[1:9]] == [
        "machines", "network and storage", "repairs", "works", "power", "staff and upkeep", "pool fee", "cost",
    ]  # fmt: skip
    assert "one more takes none" in lines[-1]


def test_json_shares_add_to_one(capsys):
    assert main(["unit-costs", "--json", "--power-price", "40"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [stack["name"] for stack in found["stacks"]] == ["a million AI tokens", "a bitcoin", "a transaction"]
    for stack in found["stacks"]:
        assert sum(stack["shares"].values()) == pytest.approx(1.0)
        assert sum(stack["lines_usd"].values()) == pytest.approx(stack["cost_usd"])
        assert stack["kwh"]["low"] <= stack["kwh"]["guess"] <= stack["kwh"]["high"]
    assert all(used["source"] and used["kind"] for used in found["inputs"])


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("power_price,machine,gpu\n50,,\n50,antminer-s19-pro,\n50,,b200-sxm\n50,nothing,\n-5,,\n")
    assert main(["unit-costs", "--cases", str(cases), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert float(rows[1]["usd_per_btc"]) > float(rows[0]["usd_per_btc"])
    assert float(rows[2]["usd_per_mtok"]) < float(rows[0]["usd_per_mtok"])
    assert "machine" in rows[3]["error"]
    assert "power_price" in rows[4]["error"]


def test_a_page_is_written(capsys, tmp_path: Path):
    page = tmp_path / "page.html"
    assert main(["unit-costs", "--report", str(page)]) == 0
    assert "A million AI tokens cost" in page.read_text()
    assert "wrote" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--gpu", "h2000"], ["--machine", "antminer-l9"], ["--tpot-ms", "-1"], ["--gpus", "0"], ["--discount-rate", "9"]])
def test_refusals_are_one_line(capsys, words):
    assert main(["unit-costs", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
