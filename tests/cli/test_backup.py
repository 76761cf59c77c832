import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.backup.cases import BackupCase, case_bill
from wattmint.calculators.backup.rank import plain, site_backup
from wattmint.cli.backup import RESULTS
from wattmint.cli.main import main
from wattmint.scenario.model import Scenario

SITE = """
name = "Small site"
[site]
power_mw = 10
[power]
fixed_usd_per_mwh = 40.0
weather = "midland-tmy3"
[study]
start = "2026-12"
[[builds]]
name = "Host"
[[builds.parts]]
kind = "hosting"
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    return file


def test_json_is_the_calculator_s_answer(capsys, site):
    words = ["backup", str(site), "--workload", "hosting", "--workload", "mining", "--years", "200", "--seed", "5", "--target", "0.999", "--json"]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    expected = site_backup(Scenario.load(site), years=200, seed=5, workloads=("hosting", "mining"), target=0.999)
    assert [bills["tenant"]["workload"] for bills in found["tenants"]] == ["mining", "hosting"]
    assert found["tenants"][1]["bills"][0]["lines"] == expected.tenants[1].bills[0].lines
    assert found == json.loads(json.dumps(plain(expected)))


def test_words_are_tables_and_sentences(capsys, site):
    assert main(["backup", str(site), "--years", "100"]) == 0
    out = capsys.readouterr().out
    headline, grid, _, first = out.splitlines()[:4]
    assert headline.startswith("Cheapest backup at Small site: none for mining")
    assert grid == "grid us-transmission; capital at 10% a year; tails from 100 simulated years, seed 0"
    assert first.startswith("- mining should buy no backup")  # the answer before the tables
    assert "the price of one more nine (hosting, the whole site):" in out
    assert "training, by the interval between checkpoints:" in out
    assert "ups-only           One feed, uninterruptible supply, no generators" in out


def test_a_page_is_written(capsys, site, tmp_path):
    page = tmp_path / "backup.html"
    assert main(["backup", str(site), "--workload", "mining", "--years", "100", "--report", str(page)]) == 0
    assert f"wrote {page}" in capsys.readouterr().err
    assert "Mining should buy no backup" in page.read_text(encoding="utf-8")


def test_cases(capsys, tmp_path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text(
        "workload,backup,it_mw,value_usd_per_mwh,lease_usd_per_kw_month\n"
        "mining,none,20,30,\nhosting,2n,20,,150\nserving,n,20,,\nhosting,3n,20,,\n"
    )  # fmt: skip
    assert main(["backup", "--cases", str(cases), "--out", str(out), "--years", "100", "--seed", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 2
    rows = list(csv.DictReader(out.read_text().splitlines()))
    expected = case_bill(BackupCase(workload="hosting", backup="2n", it_mw=20.0, lease_usd_per_kw_month=150.0), years=100, seed=2)
    assert float(rows[1]["total_usd_per_year"]) == expected.total_usd
    assert float(rows[1]["outages_usd_p99"]) == expected.tail_usd[1]
    assert ["value_usd_per_mwh" in rows[2]["error"], "backup = '3n'" in rows[3]["error"]] == [True, True]
    assert set(RESULTS) < set(rows[0])


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ([], "SITE.toml"),
        (["SITE", "--workload", "minting"], "did you mean 'mining'"),
        (["SITE", "--years", "99"], "--years"),
        (["SITE", "--seed", "-1"], "--seed"),
        (["SITE", "--target", "1"], "--target"),
        (["SITE", "--training-gpus", "1", "--workload", "training"], "training_gpus"),
        (["SITE", "--out", "x.csv"], "--out"),
        (["SITE", "--cases", "x.csv", "--out", "y.csv"], "not together with --cases"),
        (["no-such-file.toml"], "no-such-file.toml"),
    ],
)
def test_refusals_are_one_line(capsys, site, words, what):
    assert main(["backup", *(str(site) if word == "SITE" else word for word in words)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
