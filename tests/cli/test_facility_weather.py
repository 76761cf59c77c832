import csv
import json
import re
from pathlib import Path

import polars as pl
import pytest
from tests.market.weather_files import save, typical, with_cell

from wattmint.calculators.facility.case import FacilityCase
from wattmint.calculators.facility.weather import facility_weather
from wattmint.cli.main import main

ASKED = ["facility", "weather", "midland-tmy3", "--cooling", "open-air-fans", "--it-mw", "50"]


def test_json_is_the_calculators_answer(capsys):
    assert main([*ASKED, "--machine", "avalon-a16xp", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    expected = facility_weather(FacilityCase(weather="midland-tmy3", cooling="open-air-fans", it_mw=50.0, machine="avalon-a16xp"), Path())
    assert found["it_mw"] == 50.0
    assert found["mean_pue"] == expected.mean_pue
    assert found["grid_mwh"] == expected.grid_mwh
    assert found["hours_above_recommended_inlet"] == 1511
    assert found["derated_hours"] == expected.miner.derated_hours
    assert found["ai"]["verdict"] == "refused"
    assert any(
        line.startswith("Standard AI servers in this hall: above the recommended inlet temperature 1,511 hours") for line in found["sentences"]
    )


def test_words_are_sentences_and_tables(capsys):
    assert main(ASKED) == 0
    out = capsys.readouterr().out
    assert "PUE is 1.0" in out
    assert "Power beside IT, mean" in out
    assert "ASHRAE A2, allowable" in out


def test_a_file_and_its_notes(capsys, tmp_path: Path):
    path = save(typical().filter(pl.col("hour") != 3000), tmp_path)
    assert main(["facility", "weather", str(path), "--cooling", "chilled-water-tower", "--it-mw", "5", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["missing_hours"] == 1
    assert "note: wx.csv: 1 hour of the year missing, the first is month 5, day 6, hour 0; gaps are not filled" in captured.err


def test_a_page_is_written(capsys, tmp_path: Path):
    page = tmp_path / "hall.html"
    assert main([*ASKED, "--report", str(page)]) == 0
    assert f"wrote {page}" in capsys.readouterr().err
    assert "psychrometric" in page.read_text(encoding="utf-8")


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    rows = (
        "midland-tmy3,open-air-fans,50,antminer-s21-xp",
        "dallas-tmy3,evaporative-wall,50,",
        "midland-tmy3,ice,50,",
        "midland-tmy3,immersion,,",
        ",immersion,1,",
    )
    cases.write_text("\n".join(("weather,cooling,it_mw,machine", *rows)) + "\n")
    assert main(["facility", "weather", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 5, "refused": 3, "out": str(out)}
    found = list(csv.DictReader(out.read_text().splitlines()))
    expected = facility_weather(FacilityCase(weather="midland-tmy3", cooling="open-air-fans", it_mw=50.0), Path())
    assert float(found[0]["mean_pue"]) == expected.mean_pue
    assert found[0]["derated_hours"] == "0"
    assert found[0]["ai_verdict"] == "refused"
    assert found[1]["derated_hours"] == ""
    assert float(found[1]["water_m3"]) > 0.0
    assert "cooling = 'ice'" in found[2]["error"]
    assert "it_mw" in found[3]["error"]
    assert "weather" in found[4]["error"]


@pytest.mark.parametrize(
    ("column", "change", "told"),
    [
        ("t_dry_c", lambda values: values * 1.8 + 32.0, r"line 2, t_dry_c = .* looks like degrees Fahrenheit"),
        ("p_kpa", lambda values: values * 1000.0, "line 2, p_kpa = .97500.0.: .* looks like Pa; call it p_pa"),
        ("rh_pct", lambda values: values / 100.0, "looks like shares of 1"),
    ],
)
def test_wrong_units_are_refused_by_name_in_one_line(capsys, tmp_path: Path, column, change, told):
    path = save(typical().with_columns(change(pl.col(column)).round(2)), tmp_path)
    assert main(["facility", "weather", str(path), "--cooling", "immersion", "--it-mw", "5"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert re.search(told, captured.err)
    assert captured.out == ""


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [("rh_pct", 140, "rh_pct = '140'"), ("t_wet_c", 40.0, "air cannot be more than saturated"), ("t_dry_c", "", "t_dry_c = ''")],
)
def test_impossible_hours_are_refused_by_name_in_one_line(capsys, tmp_path: Path, column, value, told):
    path = save(with_cell(typical(), 500, column, value), tmp_path)
    assert main(["facility", "weather", str(path), "--cooling", "immersion", "--it-mw", "5"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "line 502" in captured.err
    assert told in captured.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["facility", "weather"], "FILE"),
        (["facility", "weather", "midland-tmy3", "--cooling", "immersion"], "--it-mw"),
        (["facility", "weather", "midland-tmy3", "--it-mw", "5"], "--cooling"),
        (["facility", "weather", "midland-tmy2", "--cooling", "immersion", "--it-mw", "5"], "did you mean 'midland-tmy3'"),
        (["facility", "weather", "none.csv", "--cooling", "immersion", "--it-mw", "5"], "none.csv"),
        ([*ASKED, "--servers", "w45"], "servers"),
        ([*ASKED, "--out", "x.csv"], "--out"),
    ],
)
def test_refusals_are_one_line(capsys, words, what):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
