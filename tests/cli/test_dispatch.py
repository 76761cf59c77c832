import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.dispatch import RESULTS
from wattmint.cli.main import main

OWN_PRICES = Path("examples") / "own-prices.csv"


def test_json_has_exactly_the_named_fields(capsys):
    assert main(["dispatch", "--prices", "ercot-west-2024", "--strike", "60", "--json"]) == 0
    captured = capsys.readouterr()
    assert tuple(json.loads(captured.out)) == RESULTS
    assert captured.err.startswith("note: ercot-west-2024: ")


def test_west_texas_2024_at_60_as_in_the_golden_file(capsys, root: Path):
    golden = json.loads((root / "tests" / "golden" / "threshold_dispatch.json").read_text(encoding="utf-8"))
    case = next(c for c in golden["cases"] if (c["series"], c["strike_usd_per_mwh"]) == ("ercot-west-2024", 60))
    main(["dispatch", "--prices", "ercot-west-2024", "--strike", "60", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found == pytest.approx({name: case[name] for name in RESULTS}, rel=1e-12)


def test_a_file_of_one_s_own(capsys, root: Path):
    own = str(root / OWN_PRICES)
    assert main(["dispatch", "--prices", own, "--column", "usd_per_mwh", "--time-zone", "America/Chicago", "--strike", "60"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("runs in 7,836 of 8,760 hours (uptime 89.5%, 210 starts)\n")
    assert "clock" in captured.err


def test_words_when_it_never_runs(capsys):
    assert main(["dispatch", "--prices", "ercot-west-2024", "--strike", "-1000000"]) == 0
    assert capsys.readouterr().out.startswith("never runs: no hour of 8,614")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--strike", "60"], "--prices = (left out): needed, unless --cases is given"),
        (["--prices", "ercot-west-2024"], "--strike = (left out): needed, unless --cases is given"),
        (["--prices", "ercot-west-2024", "--strike", "nan"], "--strike = nan: a number of USD/MWh"),
        (["--prices", "ercot-wst-2024", "--strike", "60"], "did you mean 'ercot-west-2024'"),
        (["--prices", "nowhere.csv", "--strike", "60"], "nowhere.csv"),
        (["--prices", "ercot-west-2024", "--strike", "60", "--time-zone", "Texas"], "time_zone = 'Texas': an IANA time zone"),
        (["--out", "x.csv"], "--out = 'x.csv': goes with --cases"),
    ],
)
def test_refusals_are_one_line(capsys, words: list[str], line: str):
    assert main(["dispatch", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert line in captured.err


def test_many_cases(capsys, root: Path, tmp_path: Path):
    cases, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = ["prices,column,time_zone,strike_usd_per_mwh", "ercot-west-2024,,,60", "ercot-west-2024,,,high", "nowhere,,,60"]
    rows.append(f"{root / OWN_PRICES},usd_per_mwh,America/Chicago,60")
    cases.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert main(["dispatch", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"rows": 4, "refused": 2, "out": str(out)}
    with out.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    assert [row["on_hours"] for row in found] == ["7357", "", "", "7836"]
    assert found[1]["error"] == "strike_usd_per_mwh = 'high': a number"
    assert "unknown name" in found[2]["error"]
    assert [bool(row["error"]) for row in found] == [False, True, True, False]
