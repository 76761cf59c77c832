import argparse
import inspect
import json
from pathlib import Path

import pytest

from wattmint.calculators.mining.forecast import forecast
from wattmint.cli import mine_forecast
from wattmint.cli.main import EXIT_FAILED, EXIT_REFUSED, main

CASE = ["mine", "--machine", "antminer-s21-xp", "--power-price", "45"]


def test_json_has_the_forecast_beside_the_static_day(capsys):
    assert main([*CASE, "--forecast", "--months", "24", "--paths", "50", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["payback_days"] == pytest.approx(449.16, abs=0.01)
    assert (said["forecast"]["machine"], said["forecast"]["months"], said["forecast"]["paths"]) == ("Antminer S21 XP", 24, 50)
    assert len(said["forecast"]["hashprice_usd_per_ph_day"]["p50"]) == 24


def test_without_the_option_there_is_no_forecast(capsys):
    assert main([*CASE, "--json"]) == 0
    assert "forecast" not in json.loads(capsys.readouterr().out)


def test_words_say_promise_and_forecast(capsys):
    assert main([*CASE, "--forecast", "--paths", "50"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Forecast: 1 machine of 270 TH/s" in said
    assert "If every day were like today, it would pay back in 15 months" in said


def test_the_seed_decides(capsys):
    def printed(*more: str) -> str:
        assert main([*CASE, "--forecast", "--paths", "20", "--months", "6", "--json", *more]) == 0
        return capsys.readouterr().out

    assert printed("--seed", "3") == printed("--seed", "3")
    assert printed("--seed", "3") != printed("--seed", "4")


def test_the_median_course_is_one_path(capsys):
    assert main([*CASE, "--forecast", "median", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["forecast"]["paths"] == 1


def test_the_report_is_written_whole(tmp_path: Path, capsys):
    file = tmp_path / "page.html"
    assert main([*CASE, "--report", str(file), "--paths", "20"]) == 0
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "Antminer S21 XP" in text
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert str(file) in capsys.readouterr().err


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path, capsys):
    assert main([*CASE, "--report", str(tmp_path / "no" / "page.html"), "--paths", "5", "--months", "3"]) == EXIT_FAILED
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [
        ["--months", "12"], ["--paths", "12"], ["--seed", "2"],
        ["--forecast", "--months", "0"], ["--forecast", "--paths", "1000000"], ["--forecast", "--seed", "-1"],
        ["--forecast", "mean"], ["--forecast", "--subsidy-btc", "6.25"],
    ],
)  # fmt: skip
def test_refusals_are_one_line(more, capsys):
    try:
        code = main([*CASE, *more])
    except SystemExit as left:
        code = left.code
    assert code == EXIT_REFUSED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize("many", [["--league"], ["--cases", "in.csv", "--out", "out.csv"]])
@pytest.mark.parametrize("more", [["--forecast"], ["--report", "page.html"]])
def test_it_goes_with_one_case_only(many, more, capsys):
    assert main(["mine", *many, *more]) == EXIT_REFUSED
    assert more[0] in capsys.readouterr().err


def test_what_a_case_is_called(capsys):
    for machine, name in (
        (["--machine", "antminer-s21-xp:2", "--machine", "antminer-s21-plus:1"], "Fleet of 2 kinds"),
        (["--hashrate-ths", "100", "--power-w", "2000"], "Machine of 100 TH/s"),
    ):
        assert main(["mine", *machine, "--power-price", "45", "--forecast", "--paths", "5", "--months", "3", "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["forecast"]["machine"] == name


def test_options_have_help():
    verb = argparse.ArgumentParser()
    mine_forecast.add_options(verb)
    assert set(vars(verb.parse_args([]))) == set(mine_forecast.OPTIONS)
    assert all(action.help for action in verb._actions)


def test_defaults_are_the_forecast_s_own():
    own = inspect.signature(forecast).parameters
    assert {name: own[name].default for name in mine_forecast.DEFAULTS} == dict(mine_forecast.DEFAULTS)
