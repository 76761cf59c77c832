import json
from pathlib import Path

import pytest

from wattmint.cli.main import main


def test_says_what_was_understood(capsys, root: Path):
    assert main(["check", str(root / "examples" / "west-texas-100mw.toml")]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "West Texas 100 MW: 100 MW, 250,000,000 USD of capital, clocks of America/Chicago"
    assert [line.split(": ")[1] for line in lines if line.startswith("build: ")] == [
        "Mine bitcoin", "Host AI tenants", "Own and rent GPUs", "Serve Llama 70B", "60/40 mining and hosting",
    ]
    assert "note: ercot-west-2024: 169 hours missing" in captured.err


def test_json_has_the_same(capsys, root: Path):
    assert main(["check", str(root / "examples" / "own-prices.toml"), "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert captured.err == ""
    given = {key: value for key, value in found["site"].items() if value is not None}
    assert given == {"power_mw": 5.0, "time_zone": "America/Chicago"}
    assert found["grid"]["name"] == "us-transmission"
    assert found["grid"]["hours_per_year"] > 0.0
    assert (found["power"]["months"], found["power"]["hours"]) == (12, 8760)
    assert [part["grid_mw"] for build in found["builds"] for part in build["parts"]] == [5.0, 5.0]
    assert any("own-prices.csv" in note for note in found["notes"])


def test_a_site_without_a_limit_on_capital_says_so(capsys, root: Path):
    main(["check", str(root / "examples" / "own-prices.toml")])
    assert capsys.readouterr().out.startswith("Own prices, 5 MW: 5 MW, no limit on capital,")


def test_the_file_that_init_writes_passes(capsys, tmp_path: Path):
    site = str(tmp_path / "site.toml")
    assert main(["init", site]) == 0
    assert main(["check", site]) == 0
    assert capsys.readouterr().out.startswith("My site: 100 MW")


def test_tax_and_debt_are_told(capsys, root: Path):
    site = str(root / "examples" / "west-texas-financed.toml")
    main(["check", site])
    lines = capsys.readouterr().out.splitlines()
    assert "tax: 21 % on income, macrs depreciation of machines over 5 and works over 15 years" in lines
    assert "debt: up to 60 % of the cost at 8.5 % over 84 months, cut to a cover of 1.4" in lines
    main(["check", site, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["tax"]["combined_rate"], found["debt"]["grace_months"]) == (0.21, 3)


def test_a_tax_class_that_no_table_has_is_refused(capsys, tmp_path: Path, root: Path):
    text = (root / "examples" / "west-texas-financed.toml").read_text(encoding="utf-8")
    site = tmp_path / "site.toml"
    site.write_text(text.replace('losses = "carried"', "machine_recovery_years = 6"), encoding="utf-8")
    assert main(["check", str(site)]) == 2
    assert "tax.machine_recovery_years = 6: one of 3, 5, 7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("power_mw = 100", "power_mw = -100", "site.power_mw = -100: a number from 0.01 to 10,000 MW"),
        ("antminer-s21-xp", "antminer-s21-px", "builds[0].parts[0].machine = 'antminer-s21-px': unknown name; did you mean 'antminer-s21-xp'"),
        ('"ercot-west-2024"', '"ercot-wst-2024"', "did you mean 'ercot-west-2024'"),
        ('"midland-tmy3"', '"midlnd-tmy3"', "did you mean 'midland-tmy3'"),
        ('"ercot-west-2024"', '"nowhere.csv"', "nowhere.csv"),
        ('"ercot-west-2024"', '"empty.csv"', "empty"),
        ('"ercot-west-2024"', '"twice.csv"', "twice.csv"),
        ('"ercot-west-2024"', '"words.csv"', "'high'"),
    ],
)
def test_what_run_would_refuse_is_refused_in_one_line(capsys, tmp_path: Path, old: str, new: str, line: str):
    (tmp_path / "empty.csv").write_text("time,price\n", encoding="utf-8")
    (tmp_path / "twice.csv").write_text("time,price\n2024-01-01T00:00Z,1\n2024-01-01T00:00Z,2\n", encoding="utf-8")
    (tmp_path / "words.csv").write_text("time,price\n2024-01-01T00:00Z,1\n2024-01-01T01:00Z,high\n", encoding="utf-8")
    site = tmp_path / "site.toml"
    main(["init", str(site)])
    site.write_text(site.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(site)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert line in captured.err


def test_the_treasury_is_told(capsys, tmp_path: Path, root: Path):
    text = (root / "examples" / "west-texas-100mw.toml").read_text(encoding="utf-8")
    site = tmp_path / "site.toml"
    site.write_text(text.replace("[study]", '[treasury]\ncoin_policy = "cover"\nhold_share = 0.8\nforward_share = 0.5\n\n[study]'), encoding="utf-8")
    assert main(["check", str(site)]) == 0
    said = "treasury: coins are sold as far as costs take, 80 % of the rest held to the end; 50 % sold 12 months ahead at 5 % a year above spot"
    assert said in capsys.readouterr().out.splitlines()
    main(["check", str(site), "--json"])
    assert json.loads(capsys.readouterr().out)["treasury"]["forward_carry_per_year"] == 0.05
    site.write_text(text.replace("[study]", '[treasury]\ncoin_policy = "keep"\n\n[study]'), encoding="utf-8")
    assert main(["check", str(site)]) == 2
    assert "treasury.coin_policy" in capsys.readouterr().err


def test_parts_that_come_and_go_are_told(capsys, root: Path):
    site = str(root / "examples" / "phased-conversion.toml")
    assert main(["check", site]) == 0
    line = capsys.readouterr().out.splitlines()[-1]
    assert "mining, 30 MW, Antminer S19 XP 140T, existing halls, machines 30 months old, until month 6 (0 months of works)" in line
    assert line.endswith("from month 27 (15 months of works from month 12)")
    main(["check", site, "--json"])
    parts = json.loads(capsys.readouterr().out)["builds"][1]["parts"]
    assert [(part["from_month"], part["until_month"], part["machine_age_months"]) for part in parts] == [
        (0, None, 30), (0, 6, 30), (0, 12, 30), (6, None, None), (12, None, None),
    ]  # fmt: skip
