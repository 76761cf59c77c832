import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.main import main


def test_json_has_the_height_the_next_halvings_and_the_whole_curve(capsys):
    assert main(["chain", "tokens", "--height", "840000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["height"], found["date"], found["subsidy_btc"]) == (840_000, "2024-04-20", 3.125)
    assert [one["height"] for one in found["next_halvings"]] == [1_050_000, 1_260_000, 1_470_000, 1_680_000]
    assert len(found["curve"]) == 33


def test_words(capsys):
    assert main(["chain", "tokens"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Height 969,700 (2026-10-03, the market snapshot): 3.125 BTC per block"
    assert lines[1].startswith("20,092,815.62500000 BTC issued, 95.680% of all")
    assert lines[4].split()[:3] == ["1,050,000", "2028-04-12", "(expected)"]


def test_the_end_of_the_subsidy_has_no_next_halving(capsys):
    assert main(["chain", "tokens", "--height", "7000000"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_cases(tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("height\n0\n209999\n-1\nx\n")
    assert main(["chain", "tokens", "--cases", str(cases), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["issued_btc"] for row in rows] == ["50.0", "10500000.0", "", ""]
    assert "block_height" in rows[2]["error"]
    assert "height" in rows[3]["error"]


@pytest.mark.parametrize("height", ["-1", "99999999999"])
def test_refusals_are_one_line(capsys, height):
    assert main(["chain", "tokens", "--height", height]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "block_height" in captured.err
