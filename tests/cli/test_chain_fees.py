import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.main import main


def test_json_has_fees_energy_and_what_proof_of_stake_is(capsys):
    assert main(["chain", "fees", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["vsize"], found["inputs"], found["outputs"]) == (141, 1, 2)
    assert len(found["fees"]) == 13
    assert len(found["kwh"]) == 3
    assert "no miners" in found["proof_of_stake"]


def test_words(capsys):
    assert main(["chain", "fees", "--lock", "p2pkh", "--inputs", "2", "--outputs", "1", "--rate", "7"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "2 P2PKH coin(s) into 1: 340 virtual bytes"
    assert lines[2].split() == ["now", "given", "7.0", "2,380", "2.02"]
    assert "not what one more transfer takes" in captured.out
    assert "estimate" in captured.out
    assert "Ethereum has had no miners" in captured.err


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("inputs,outputs,lock,rate\n1,2,,\n1,2,p2pkh,10\n0,2,,\n1,2,p2sh,\n")
    assert main(["chain", "fees", "--cases", str(cases), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert [row["vsize"] for row in rows] == ["141", "226", "", ""]
    assert float(rows[1]["sat"]) == 2_260
    assert "transfer_inputs" in rows[2]["error"]
    assert "lock" in rows[3]["error"]


@pytest.mark.parametrize(("words", "what"), [(["--lock", "p2tr"], "lock"), (["--inputs", "0"], "transfer_inputs"), (["--rate", "-1"], "fee_rate")])
def test_refusals_are_one_line(capsys, words, what):
    assert main(["chain", "fees", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
