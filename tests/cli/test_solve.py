import json
from pathlib import Path

import pytest

from wattmint.cli.main import main
from wattmint.cli.solve import in_words, notes
from wattmint.scenario.place import Place
from wattmint.study.bracket import Point
from wattmint.study.solve import Solution
from wattmint.study.target import Target

LEASE = "builds.1.parts.0.lease_usd_per_kw_month"
SITE = """
name = "Small site"
[site]
power_mw = 10
time_zone = "America/Chicago"
[[power.history]]
prices = "ercot-west-2024"
weather = "midland-tmy3"
[study]
start = "2026-12"
horizon_months = 36
paths = 24
seed = 7
[[builds]]
name = "Mine"
[[builds.parts]]
kind = "mining"
machine = "antminer-s21-xp"
[[builds]]
name = "Host"
[[builds.parts]]
kind = "hosting"
"""


@pytest.fixture
def site(tmp_path: Path) -> str:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    return str(file)


def test_the_answer_is_one_line(capsys, site):
    assert main(["solve", site, "--for", LEASE, "--target", "irr=0.15"]) == 0
    captured = capsys.readouterr()
    line = captured.out.strip()
    assert "\n" not in line
    assert line.startswith("lease_usd_per_kw_month = ")
    assert " +- " in line
    assert " USD/kW-month gives Host a median IRR of 15%; today, " in line
    assert "one standard error from sampling 24 futures" in captured.err


def test_json_has_the_value_its_error_and_both_ends(capsys, site):
    assert main(["solve", site, "--for", "market.btc_usd", "--build", "Mine", "--target", "loss=0.5", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["for"], found["unit"], found["build"], found["paths"]) == ("market.btc_usd", "USD/BTC", "Mine", 24)
    assert found["target"] == {"name": "loss", "of": "mean", "value": 0.5, "before_tax_and_debt": False}
    assert found["low"]["result"] > 0.5 > found["high"]["result"]
    assert found["low"]["value"] < found["value"] < found["high"]["value"]
    assert found["result"] == pytest.approx(0.5, abs=0.1)


def test_none_in_the_range_is_an_answer(capsys, site):
    assert main(["solve", site, "--for", LEASE, "--target", "npv=0", "--between", "1", "2"]) == 0
    line = capsys.readouterr().out
    assert line.startswith("No lease_usd_per_kw_month gives Host a mean NPV of $0: it is -$")
    assert " at 1 USD/kW-month and -$" in line


def test_the_median_forecast_has_no_standard_error(capsys, site):
    assert main(["solve", site, "--for", LEASE, "--target", "npv=0", "--forecast", "median"]) == 0
    captured = capsys.readouterr()
    assert "+-" not in captured.out + captured.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--for", "builds.1.parts.0.lease_usd_per_kw", "--target", "npv=0"], "did you mean"),
        (["--for", LEASE, "--target", "irr"], "--target"),
        (["--for", LEASE, "--target", "npv=0", "--of", "mode"], "--of"),
        (["--for", "market.btc_usd", "--target", "npv=0"], "--build"),
        (["--for", "market.btc_usd", "--target", "npv=0", "--build", "Hast"], "did you mean 'Host'"),
        (["--for", LEASE, "--target", "npv=0", "--build", "Mine"], "an input of build 0"),
        (["--for", LEASE, "--target", "npv=0", "--between", "2", "1"], "--between"),
        (["--for", LEASE, "--target", "npv=0", "--threads", "0"], "--threads"),
        (["--for", LEASE, "--target", "loss=0.1", "--forecast", "median"], "more than one future"),
    ],
)
def test_refusals_are_one_line(capsys, site, words, what):
    assert main(["solve", site, *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert what in captured.err


def test_a_result_that_turns_round_is_said():
    place = Place("a.b", ("a", "b"), "share", 0.0, 1.0, False, None)
    tried = (Point(0.0, 1.0), Point(0.5, 3.0), Point(1.0, 1.0))
    found = Solution(place, "Mine", Target("npv", 2.0, "mean"), 0.25, 2.0, 0.1, 0.3, 2.2, tried, (0.75,), False, 0.02, 100, 50)
    said = " ".join(notes(found))
    assert "does not move one way over the whole range; the value nearest to today's is given" in said
    assert "also near 0.75" in said
    assert "2% of futures have several" in said
    assert in_words(found).startswith("b = 0.25 +- 0.1 gives Mine a mean NPV of ")
