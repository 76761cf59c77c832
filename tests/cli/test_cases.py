import argparse
import csv
from pathlib import Path
from types import SimpleNamespace

import pytest

from wattmint.cli.cases import add_options, check_options, number_in, read_cases, run_cases, run_together
from wattmint.errors import InputError, OutputError, SeriesError


def given(**values):
    return SimpleNamespace(**{"cases": None, "out": None, "json": False, "strike": None} | values)


def double(row):
    return {"doubled": 2 * number_in(row, "x")}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    file = tmp_path / "in.csv"
    file.write_text("\ufeffname,x\nfirst,1\nsecond,two\n\nthird,3\n", encoding="utf-8")
    return file


def test_one_case_is_the_default_and_many_need_an_output(cases: Path, tmp_path: Path):
    assert check_options(given(strike=1), ["strike"]) is False
    assert check_options(given(cases=str(cases), out=str(tmp_path / "out.csv")), ["strike"]) is True


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"out": "o.csv"}, "--out = 'o.csv': goes with --cases"),
        ({"cases": "i.csv"}, "--cases = 'i.csv': needs --out"),
        ({"cases": "i.csv", "out": "o.csv", "strike": 1}, "--strike = 1: not together with --cases"),
    ],
)
def test_mixtures_are_refused(values, line: str):
    with pytest.raises(InputError, match=line):
        check_options(given(**values), ["strike"])


def test_the_cases_are_not_overwritten(cases: Path):
    with pytest.raises(InputError, match="another file than --cases"):
        check_options(given(cases=str(cases), out=str(cases)), [])
    assert check_options(given(cases=str(cases) + ".gone", out=str(cases)), [])  # refused where it is read


def test_where_no_column_is_needed_none_is_asked_for(tmp_path: Path):
    (tmp_path / "in.csv").write_text("", encoding="utf-8")
    with pytest.raises(SeriesError, match="a header and at least one row; it is empty"):
        read_cases(tmp_path / "in.csv", [], [])


def test_a_bad_row_tells_why_and_the_others_run(cases: Path, tmp_path: Path, capsys):
    out = tmp_path / "out.csv"
    assert run_cases(given(cases=str(cases), out=str(out)), ["x"], ["doubled"], double) == 0
    with out.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["name", "x", "doubled", "error"],
            ["first", "1", "2.0", ""],
            ["second", "two", "", "x = 'two': a number"],
            ["third", "3", "6.0", ""],
        ]
    assert "wrote 3 rows" in capsys.readouterr().err


def test_all_rows_at_once_give_the_same_file(cases: Path, tmp_path: Path, capsys):
    def all_doubled(rows):
        return [{"doubled": "", "error": "no"} if row["x"] == "two" else {"doubled": 2.0 * float(row["x"]), "error": ""} for row in rows]

    out = tmp_path / "out.csv"
    assert run_together(given(cases=str(cases), out=str(out)), ["x"], ["doubled"], all_doubled) == 0
    assert out.read_text(encoding="utf-8") == "name,x,doubled,error\nfirst,1,2.0,\nsecond,two,,no\nthird,3,6.0,\n"
    assert "wrote 3 rows to" in (said := capsys.readouterr().err)
    assert "1 refused" in said


def test_nothing_is_written_when_the_folder_is_a_file(cases: Path):
    with pytest.raises(OutputError):
        run_cases(given(cases=str(cases), out=str(cases / "out.csv")), ["x"], ["doubled"], double)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "it is empty"),
        ("x\n", "it is empty"),
        ("y\n1\n", "the column 'x' is needed; it has y"),
        ("x,x\n1,2\n", "the column 'x' is there twice"),
        ("x,doubled\n1,2\n", "the column 'doubled' is there twice, or is the name of a result"),
        ("x,error\n1,2\n", "the column 'error'"),
    ],
)
def test_files_without_cases_are_refused(tmp_path: Path, content: str, line: str):
    file = tmp_path / "in.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SeriesError, match=line):
        read_cases(file, ["x"], ["doubled"])


def test_unreadable_files_are_refused(tmp_path: Path):
    with pytest.raises(SeriesError, match="cannot be read"):
        read_cases(tmp_path / "nowhere.csv", ["x"], [])
    (tmp_path / "binary.csv").write_bytes(b"x\n\xff\xfe\n")
    with pytest.raises(SeriesError, match="not UTF-8"):
        read_cases(tmp_path / "binary.csv", ["x"], [])


def test_short_rows_are_filled_with_empty_cells(tmp_path: Path):
    file = tmp_path / "in.csv"
    file.write_text("x,y\n1\n", encoding="utf-8")
    assert read_cases(file, ["x"], []) == (["x", "y"], [{"x": "1", "y": ""}])


@pytest.mark.parametrize("cell", ["", "one", "nan", "inf"])
def test_cells_that_are_no_number(cell: str):
    with pytest.raises(SeriesError, match=r"x = .*: a number"):
        number_in({"x": cell}, "x")


def test_every_calculator_verb_gets_the_same_options():
    verb = argparse.ArgumentParser()
    add_options(verb)
    assert vars(verb.parse_args([])) == {"json": False, "cases": None, "out": None}
