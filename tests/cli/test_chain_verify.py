import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.main import main

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "headers.json").read_text())["headers"]


@pytest.fixture
def headers(tmp_path: Path) -> Path:
    file = tmp_path / "headers.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["height", "hash", "header_hex"])
        writer.writerows(GOLDEN)
    return file


def test_real_headers_verify(capsys, headers):
    assert main(["chain", "verify", str(headers)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "48 headers, all verified"
    assert " 4  bits follow from the two ends of the epoch before" in lines


def test_one_byte_flipped_is_told_by_row_and_is_the_exit_code(capsys, headers):
    text = headers.read_text()
    headers.write_text(text.replace(GOLDEN[3][2], GOLDEN[3][2][:-1] + ("0" if GOLDEN[3][2][-1] != "0" else "1")))
    assert main(["chain", "verify", str(headers), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["rows"] == 48
    assert [(error["row"], error["height"]) for error in found["errors"]] == [(4, str(GOLDEN[3][0]))]
    assert main(["chain", "verify", str(headers)]) == 2
    out = capsys.readouterr().out
    assert out.startswith("48 headers, 1 refused")
    assert f"row 4, height {GOLDEN[3][0]}: hash" in out


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "columns height"),
        (b"height,header_hex\n", "at least one row"),
        (b"hash\n00\n", "columns height"),
        (b"height,header_hex\n0,\xff\n", "not UTF-8"),
        (b'height,header_hex\n0,"' + b"0" * 200_000 + b"\n", "a CSV file"),
        (None, "cannot be read"),
    ],
    ids=["empty", "no rows", "no columns", "not text", "endless cell", "no file"],
)
def test_files_that_cannot_be_read_are_refused_in_one_line(capsys, tmp_path: Path, data, what):
    file = tmp_path / "headers.csv"
    if data is not None:
        file.write_bytes(data)
    assert main(["chain", "verify", str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err


def test_short_and_long_rows_are_errors_of_their_rows(capsys, tmp_path: Path):
    file = tmp_path / "headers.csv"
    file.write_text(f"height,header_hex\n5\n0,{GOLDEN[0][2]},more\n")
    assert main(["chain", "verify", str(file), "--json"]) == 2
    assert [error["row"] for error in json.loads(capsys.readouterr().out)["errors"]] == [1]
