import csv
import io
import json
from pathlib import Path

import pytest

from wattmint.cli.finance import MOST_BYTES
from wattmint.cli.main import main

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "sam_single_owner.json").read_text())["cases"]
CASE = GOLDEN[0]["inputs"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(CASE), encoding="utf-8")
    return path


def test_json_has_the_reference_names(file: Path, capsys):
    assert main(["finance", "--case", str(file), "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert set(GOLDEN[0]["outputs"]) <= set(found)
    for name, value in GOLDEN[0]["outputs"].items():
        assert found[name] == pytest.approx(value, abs=0.01), name
    assert found["project_return_aftertax_irr"] == pytest.approx(GOLDEN[0]["outputs"]["project_return_aftertax_irr"], abs=1e-6)
    assert found["returns"]["irr_status"] == "unique"
    assert found["project"]["loan"]["kind"] == "sculpted"
    assert captured.err == ""


def test_a_case_may_stand_under_inputs_or_on_standard_input(tmp_path: Path, monkeypatch, capsys):
    path = tmp_path / "golden.json"
    path.write_text(json.dumps(GOLDEN[0]), encoding="utf-8")
    assert main(["finance", "--case", str(path), "--json"]) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(CASE)))
    assert main(["finance", "--case", "-", "--json"]) == 0
    assert capsys.readouterr().out == first


def test_words_and_notes(tmp_path: Path, capsys):
    path = tmp_path / "case.json"
    path.write_text(json.dumps({**CASE, "capex": 8e6}), encoding="utf-8")
    assert main(["finance", "--case", str(path)]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("owner puts in 0 USD, the lender 8,000,000 USD\n")
    assert captured.err.startswith("note: the loan was held down to 100% of the cost")


def test_many_cases(tmp_path: Path, capsys):
    rows = [case["inputs"] for case in GOLDEN]
    names = ["label", *dict.fromkeys(name for row in rows for name in row)]
    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names)
        writer.writeheader()
        writer.writerows([*({"label": case["id"], **case["inputs"]} for case in GOLDEN), {"label": "bad", **CASE, "tenor": 99}])
        writer.writerow({"label": "dated", **{name: value for name, value in CASE.items() if name != "bonus"}})
    assert main(["finance", "--cases", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as stream:
        found = list(csv.DictReader(stream))
    for row, case in zip(found, GOLDEN, strict=False):
        assert (row["label"], row["error"]) == (case["id"], "")
        assert float(row["size_of_debt"]) == pytest.approx(case["outputs"]["size_of_debt"], abs=0.01)
        rate, answer = case["outputs"]["project_return_aftertax_irr"], row["project_return_aftertax_irr"]
        assert answer == "" if rate is None else float(answer) == pytest.approx(rate, abs=1e-6)
    assert found[-2]["error"].startswith("tenor = 99")
    assert found[-2]["size_of_debt"] == ""
    assert found[-1]["error"].startswith("bonus = (left out)")
    assert "2 refused" in capsys.readouterr().err


def test_dates_in_a_row_give_the_bonus(tmp_path: Path):
    dated = {name: value for name, value in CASE.items() if name != "bonus"} | {"in_service": "2024-03-01"}
    with (tmp_path / "in.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, dated)
        writer.writeheader()
        writer.writerow(dated)
    assert main(["finance", "--cases", str(tmp_path / "in.csv"), "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(newline="", encoding="utf-8") as stream:
        assert [row["error"] for row in csv.DictReader(stream)] == [""]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"kw": 1,', "--case = "),
        ("[1, 2]", "it holds a list"),
        ('{"inputs": 3}', "it holds a int"),
        (json.dumps({**CASE, "tenor": 11}), "tenor = 11: at most n, 10"),
        (json.dumps({**CASE, "real": float("nan")}), "real = nan: a number from -0.5 to 1"),
        (json.dumps({**CASE, "tenure": 1}), "field = 'tenure': unknown name; did you mean 'tenor'"),
        ("{" + " " * MOST_BYTES + "}", "far too large"),
        ("[" * 100_000, "a JSON object"),
    ],
)
def test_refusals_are_one_line(tmp_path: Path, capsys, text: str, why: str):
    path = tmp_path / "case.json"
    path.write_text(text, encoding="utf-8")
    assert main(["finance", "--case", str(path), "--json"]) == 2
    captured = capsys.readouterr()
    assert why in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_files_that_cannot_be_read(tmp_path: Path, capsys):
    assert main(["finance", "--case", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    (tmp_path / "latin.json").write_bytes(b'{"kw": "\xe4"}')
    assert main(["finance", "--case", str(tmp_path / "latin.json")]) == 2
    assert "not UTF-8" in capsys.readouterr().err
    assert main(["finance"]) == 2
    assert "--case = (left out)" in capsys.readouterr().err
    assert main(["finance", "--case", "a.json", "--cases", "b.csv", "--out", "c.csv"]) == 2
    assert "not together with --cases" in capsys.readouterr().err
