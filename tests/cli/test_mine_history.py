import csv
import json
from pathlib import Path

import pytest

from wattmint.cli.main import main
from wattmint.cli.mine_history import POWER_RESULTS, RESULTS

JANUARY = ["mine", "history", "--from", "2024-01-01", "--to", "2024-01-31", "--hashrate-ehs", "5.642"]


def test_json_has_exactly_the_named_fields(capsys):
    assert main([*JANUARY, "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert tuple(found) == RESULTS == ("btc", "subsidy_btc", "fees_btc", "revenue_usd", "mean_difficulty", "days", "fee_data")
    assert found["btc"] == pytest.approx(341, rel=0.01)  # IREN's January 2024: 5,642 PH/s, 341 BTC
    assert (found["days"], found["fee_data"]) == (31, "observed")
    assert "note: before any pool fee" in captured.err


def test_power_adds_its_fields(capsys):
    assert main([*JANUARY, "--power-mw", "163", "--power-price", "45", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert tuple(found) == (*RESULTS, *POWER_RESULTS)
    assert found["energy_mwh"] == pytest.approx(163 * 31 * 24)
    assert found["profit_usd"] == pytest.approx(found["revenue_usd"] - found["energy_cost_usd"])


def test_words(capsys):
    assert main([*JANUARY, "--power-mw", "163", "--power-price", "45"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "339.62 BTC in 31 days: subsidy 305.70, fees 33.91 (10.0%, observed)"
    assert lines[2].startswith("energy 121,272 MWh for 5,457,240 USD, profit ")


def test_prices_of_ones_own(capsys, tmp_path: Path):
    file = tmp_path / "prices.csv"
    file.write_text("day,price\n2024-01-10,50000\n")
    assert main(["mine", "history", "--from", "2024-01-10", "--to", "2024-01-10", "--hashrate-ehs", "1", "--btc-prices", str(file), "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["revenue_usd"] == pytest.approx(found["btc"] * 50_000)
    assert "monthly" not in captured.err


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (JANUARY[:4], "--to = (left out): needed"),
        ([*JANUARY[:-1], "0"], "hashrate_ehs = 0.0: a number of EH/s above 0"),
        ([*JANUARY[:-1], "5642"], "the whole network had about"),
        ([*JANUARY[:4], "--to", "2026-12-31", "--hashrate-ehs", "1"], "2011-01-01 to 2026-06-27"),
        ([*JANUARY, "--power-mw", "100"], "power and its price go together"),
        ([*JANUARY, "--btc-prices", "nowhere.csv"], "there is no such file"),
        ([*JANUARY, "--out", "x.csv"], "--out"),
    ],
)
def test_refusals_are_one_line(capsys, words, what):
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
    assert captured.out == ""


def test_cases_give_results_and_tell_bad_rows(capsys, tmp_path: Path):
    (tmp_path / "prices.csv").write_text("day,price\n2024-01-10,50000\n")
    cases = tmp_path / "cases.csv"
    cases.write_text(
        "fleet,from,to,hashrate_ehs,power_mw,power_price_usd_per_mwh,btc_prices\n"
        "a,2024-01-01,2024-01-31,5.642,,,\n"
        "b,2024-01-10,2024-01-10,1,30,40,prices.csv\n"
        "c,2024-01-10,2024-01-10,-1,,,\n"
        "d,2024-01-10,someday,1,,,\n"
        "e,2024-01-10,2024-01-11,1,,,prices.csv\n"
    )
    out = tmp_path / "out.csv"
    assert main(["mine", "history", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 3
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert float(rows[0]["btc"]) == pytest.approx(339.6, abs=0.05)
    assert rows[0]["energy_mwh"] == rows[0]["error"] == ""
    assert float(rows[1]["energy_cost_usd"]) == pytest.approx(30 * 24 * 40)
    assert [row["btc"] for row in rows[2:]] == ["", "", ""]
    for row, word in zip(rows[2:], ("hashrate_ehs", "a day, YYYY-MM-DD", "2024-01-11"), strict=True):
        assert word in row["error"]


def test_cases_and_single_options_do_not_mix(capsys):
    assert main([*JANUARY, "--cases", "cases.csv", "--out", "out.csv"]) == 2
    assert "not together with --cases" in capsys.readouterr().err
