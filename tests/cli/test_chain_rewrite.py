import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.chain.rewrite_cost import RewriteCost, rewrite_cost
from wattmint.cli.chain_rewrite import RESULTS
from wattmint.cli.main import main
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


def test_json_is_the_calculator_s_answer(capsys):
    assert main(["chain", "rewrite", "--share", "0.4", "--blocks", "3", "--price-fall", "0.2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found) == set(RewriteCost.__dataclass_fields__) >= set(RESULTS)
    assert found["rent_usd"] == rewrite_cost(market_snapshot(Market()), 0.4, 3, price_fall=0.2).rent_usd


def test_words_tell_the_default_majority(capsys):
    assert main(["chain", "rewrite"]) == 0
    captured = capsys.readouterr()
    assert "What it costs to rewrite 6 blocks" in captured.out
    assert "51%" in captured.out
    assert "an unchanged coin price" in captured.out
    assert "premium" in captured.err
    assert main(["chain", "rewrite", "--price-fall", "0.25"]) == 0
    assert "a coin price 25% lower" in capsys.readouterr().out


def test_an_attack_that_never_pays_is_told_so(capsys):
    assert main(["chain", "rewrite", "--share", "0.01", "--blocks", "100"]) == 0
    assert "never" in capsys.readouterr().out


def test_cases(capsys, tmp_path: Path):
    cases, out = tmp_path / "cases.csv", tmp_path / "out.csv"
    cases.write_text("share,blocks,price_fall,machine\n0.3,6,,\n0.3,6,0.1,antminer-s21-hyd\n0.3,0,,\n0.3,6,,nothing\n")
    assert main(["chain", "rewrite", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"] == 2
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert float(rows[0]["rent_usd"]) == rewrite_cost(market_snapshot(Market()), 0.3).rent_usd
    assert float(rows[1]["machines"]) != float(rows[0]["machines"])
    assert ["rewrite_blocks" in rows[2]["error"], "machine" in rows[3]["error"]] == [True, True]


@pytest.mark.parametrize(("words", "what"), [(["--share", "1"], "attack_share"), (["--machine", "x"], "machine"), (["--out", "x.csv"], "--out")])
def test_refusals_are_one_line(capsys, words, what):
    assert main(["chain", "rewrite", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
