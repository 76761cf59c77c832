import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.mining.fleet import mine
from wattmint.calculators.mining.league import SORTS as LEAGUE_SORTS
from wattmint.calculators.mining.pools import SCHEMES as POOL_SCHEMES
from wattmint.cli.main import main
from wattmint.cli.mine import RESULTS, SCHEMES, SORTS

FIELDS = "hashrate_ths,power_w,count,power_price_usd_per_kwh,btc_usd,difficulty,subsidy_btc,fees_btc_per_block,pool_fee,uptime,capex_usd"
ONE = ["mine", "--machine", "antminer-s21-xp", "--count", "1000", "--power-price", "45"]


def answer(capsys, *words: str) -> dict:
    assert main(["mine", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_parser_names_what_the_rooms_name():
    assert tuple(LEAGUE_SORTS) == SORTS
    assert POOL_SCHEMES == SCHEMES


def test_json_begins_with_exactly_the_named_fields(capsys):
    found = answer(capsys, *ONE[1:])
    assert tuple(found)[: len(RESULTS)] == RESULTS
    assert found["payback_days"] == mine("antminer-s21-xp", count=1000, power_price_usd_per_kwh=0.045).payback_days
    assert set(found["market_as_of"]) == {"btc_usd", "difficulty", "fees_btc_per_block", "block_height"}
    assert found["machines"] == {"antminer-s21-xp": 1000}


def test_what_is_given_is_used_and_not_dated(capsys):
    market = ["--btc-usd", "90245.27", "--difficulty", "148195306640204.7", "--subsidy-btc", "3.125", "--fees-btc-per-block", "0.015291"]
    free = ["--hashrate-ths", "1000", "--power-w", "17500", "--power-price", "50", "--pool-fee", "0", "--uptime", "1", "--capex-usd", "5000"]
    assert main(["mine", *market, *free, "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert captured.err == ""
    assert found["market_as_of"] == {}
    assert found["hashprice_usd_per_ph_day"] == pytest.approx(38.46925, rel=1.6e-5)
    assert found["breakeven_power_usd_per_kwh"] == pytest.approx(0.091593, rel=2e-5)


def test_never_is_null(capsys):
    assert answer(capsys, "--machine", "antminer-s9", "--power-price", "100")["payback_days"] is None


def test_words_and_the_market_s_date(capsys):
    assert main(ONE) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "1,000 x Antminer S21 XP: 270,000 TH/s, 3.65 MW, 13.5 J/TH"
    assert lines[-1].startswith("pays back 2,970,000 USD in ")
    assert "market of 2026-10-03 (mineforge-2026-10): 84,700 USD/BTC" in captured.err
    assert "defaults: pool fee 0.02, uptime 0.97" in captured.err


def test_a_mixed_fleet(capsys):
    found = answer(capsys, "--machine", "antminer-s21-xp:10", "--machine", "antminer-s23-hyd:5", "--machine", "antminer-s21-xp")
    assert found["machines"] == {"antminer-s21-xp": 11, "antminer-s23-hyd": 5}
    assert found["btc_per_day"] == pytest.approx(mine({"antminer-s21-xp": 11, "antminer-s23-hyd": 5}).btc_per_day, rel=1e-12)


def test_life_plan_and_pool_stand_beside_the_day(capsys):
    plan, pool = ("--plan-usd", "1e6", "--plan-days", "365"), ("--pool-scheme", "pplns", "--pool-share", "0.1")
    found = answer(capsys, *ONE[1:], "--life-months", "60", *plan, *pool)
    assert len(found["life"]["halving_days"]) == 1
    assert found["plan"]["breakeven_days"] == pytest.approx(1e6 / found["profit_usd_per_day"])
    assert found["pool"]["mean_btc_per_day"] == pytest.approx(found["btc_per_day"], rel=1e-12)
    assert found["pool"]["days_30"]["probability_of_a_block"] > 0.999


def test_hosting(capsys):
    plain, hosted = answer(capsys, *ONE[1:]), answer(capsys, *ONE[1:], "--hosting-fee-usd-per-kwh", "0.01", "--profit-share", "0.2", "--pue", "1.05")
    assert hosted["power_cost_usd_per_day"] == pytest.approx(plain["power_cost_usd_per_day"] * 1.05 * 55 / 45)
    assert hosted["profit_usd_per_day"] == pytest.approx(0.8 * (hosted["revenue_usd_per_day"] - hosted["power_cost_usd_per_day"]))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([], "hashrate_ths = (left out): needed, unless a machine is named"),
        (["--machine", "antminer-s21-px"], "machine = 'antminer-s21-px': unknown name; did you mean"),
        (["--hashrate-ths", "0", "--power-w", "3000"], "hashrate_ths = 0.0: a number from"),
        (["--machine", "antminer-s21-xp", "--count", "0"], "count = 0: a whole number from 1 to"),
        (["--machine", "antminer-s21-xp", "--count", "-3"], "count = -3: a whole number from 1 to"),
        (["--machine", "antminer-s21-xp:ten"], "--machine = 'antminer-s21-xp:ten': ID or ID:COUNT"),
        (["--machine", "antminer-s21-xp:1", "--count", "2"], "and then without --count"),
        (["--machine", "antminer-s21-xp", "--machine", "antminer-s9", "--count", "2"], "--count = 2: goes with one kind of machine"),
        (["--machine", "antminer-s21-xp", "--machine", "antminer-s9", "--power-w", "2"], "--power-w = 2.0: goes with one kind of machine"),
        (["--machine", "antminer-s21-xp", "--power-price", "4500"], "--power-price = 4500.0: a number from 0 to 1,000 USD/MWh"),
        (["--machine", "antminer-s21-xp", "--power-price", "nan"], "--power-price = nan"),
        (["--machine", "antminer-s21-xp", "--pool-fee", "2"], "pool_fee = 2.0: a number from 0 to below 1"),
        (["--machine", "antminer-s21-xp", "--pool-scheme", "pplns"], "pplns pays by the pool's own blocks"),
        (["--machine", "antminer-s21-xp", "--life-months", "0"], "machine_life_months = 0.0: a number from 1 to 600"),
        (["--machine", "antminer-s21-xp", "--plan-usd", "100"], "--plan-days = (left out): needed beside --plan-usd"),
        (["--machine", "antminer-s21-xp", "--plan-days", "100"], "--plan-days = 100.0: needs --plan-usd"),
        (["--machine", "antminer-s21-xp", "--pool-share", "0.1"], "--pool-share = 0.1: needs --pool-scheme"),
        (["--machine", "antminer-s21-xp", "--sort", "price"], "--sort = 'price': goes with --league"),
        (["--league", "--machine", "antminer-s21-xp"], "does not go with --league"),
        (["--league", "--forecast"], "--forecast = 'random': does not go with --league"),
        (["--forecast", "--cases", "x.csv", "--out", "y.csv"], "--forecast = 'random': not together with --cases"),
        (["--league", "--top", "0"], "--top = 0: 1 or above"),
        (["--league", "--cases", "x.csv", "--out", "y.csv"], "not together with --cases"),
    ],
)
def test_refusals_are_one_line(capsys, words: list[str], line: str):
    assert main(["mine", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert line in captured.err


def test_the_league(capsys):
    assert main(["mine", "--league", "--power-price", "40", "--sort", "efficiency", "--top", "3"]) == 0
    captured = capsys.readouterr()
    header, *rows = captured.out.splitlines()
    assert header.split()[:3] == ["machine", "J/TH", "USD/TH"]
    assert len(rows) == 3
    assert "market of 2026-10-03" in captured.err
    found = answer(capsys, "--league", "--power-price", "40")["league"]
    assert len(found) > 200
    assert {"j_per_th", "usd_per_th", "price_kind", "payback_days", "breakeven_power_usd_per_kwh", "grade", "source"} <= set(found[0])


def many(tmp_path: Path, lines: list[str]) -> list[dict[str, str]]:
    cases, out = tmp_path / "in.csv", tmp_path / "out.csv"
    cases.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert main(["mine", "--cases", str(cases), "--out", str(out)]) == 0
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_price_list(capsys, tmp_path: Path):
    rows = many(tmp_path, [FIELDS, "270,3645,1000,0.045,,,,,,,", "270,3645,1,0.045,84700,1.4e14,3.125,0.05,0.01,0.9,3000", "100,3000,1,0.5,,,,,,,"])
    assert tuple(rows[0]) == (*FIELDS.split(","), *RESULTS, "error")
    default = mine(hashrate_ths=270.0, power_w=3645.0, count=1000, power_price_usd_per_kwh=0.045)
    given = mine(
        hashrate_ths=270.0,
        power_w=3645.0,
        power_price_usd_per_kwh=0.045,
        btc_usd=84_700,
        difficulty=1.4e14,
        subsidy_btc=3.125,
        fees_btc_per_block=0.05,
        pool_fee=0.01,
        uptime=0.9,
        capex_usd=3000,
    )
    for row, result in zip(rows, (default, given), strict=False):
        assert [float(row[name]) for name in RESULTS] == [getattr(result, name) for name in RESULTS]
    assert rows[2]["payback_days"] == ""
    assert [row["error"] for row in rows] == ["", "", ""]
    assert "wrote 3 rows" in capsys.readouterr().err


def test_bad_rows_say_field_value_and_range_and_the_others_run(tmp_path: Path):
    bad = {
        "0,3000,1,,,,,,,,": "hashrate_ths = 0.0: a number from",
        "100,-5,1,,,,,,,,": "power_w = -5.0: a number from 1 to 1,000,000 W",
        "abc,3000,1,,,,,,,,": "hashrate_ths = 'abc': a number from",
        "100,3000,1,45,,,,,,,": "power_price_usd_per_kwh = 45.0: a number from 0 to 1 USD/kWh",
        "100,3000,1.5,,,,,,,,": "count = 1.5: a whole number",
        "100,3000,1,,,,,,,1.5,": "uptime = 1.5: a number above 0 to 1",
        "100,3000,1,,nan,,,,,,": "btc_usd = nan",
        ",3000,1,,,,,,,,": "hashrate_ths = (left out)",
        "100,3000,1,,,,,,,,-1": "capex_usd = -1.0: a number from 0",
    }
    rows = many(tmp_path, [FIELDS, *bad, "100,3000,1,0.03,,,,,,,"])
    for row, line in zip(rows, bad.values(), strict=False):
        assert row["error"].startswith(line)
        assert all(row[name] == "" for name in RESULTS)
    assert rows[-1]["error"] == ""
    assert float(rows[-1]["payback_days"]) > 0.0


def test_machines_by_name_in_a_list_and_columns_that_are_not_read(capsys, tmp_path: Path):
    rows = many(tmp_path, ["machine,pool_scheme,power_price", "antminer-s21-xp,,45", "antminer-s21-px,,45", "antminer-s21-xp,pps,45"])
    assert float(rows[0]["btc_per_day"]) == mine("antminer-s21-xp").btc_per_day
    assert "did you mean" in rows[1]["error"]
    assert float(rows[2]["btc_per_day"]) == mine("antminer-s21-xp", pool_scheme="pps").btc_per_day
    assert "note: kept but not read: 'power_price'; read are machine, pool_scheme, hashrate_ths, " in capsys.readouterr().err
