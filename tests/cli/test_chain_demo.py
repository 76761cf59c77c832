import json
import sys

import pytest

from wattmint.cli.chain_demo import SHARES
from wattmint.cli.main import main


def test_json_is_one_object_with_nodes_attacks_and_costs(capsys):
    assert main(["chain", "demo", "--trials", "20000", "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    nodes = found["nodes"]
    assert nodes["coinbase_sat"] == nodes["subsidy_sat"] + nodes["fees_sat"]
    assert nodes["coins_sat"] == nodes["subsidy_sat"]
    assert len(nodes["refusals"]) == 3
    assert found["attacks"]["within_3_standard_errors"] == len(found["attacks"]["grid"]) == 32
    assert [cost["share"] for cost in found["rewrite_six_blocks"]["costs"]] == list(SHARES)
    assert {cost["blocks"] for cost in found["rewrite_six_blocks"]["costs"]} == {6}
    assert "104 blocks mined in turn" in captured.err


def test_words(capsys):
    assert main(["chain", "demo", "--trials", "2000", "--seed", "2"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("4 nodes agree on height 160")
    assert "Not a satoshi more or less." in out
    assert "1 payment in them were undone" in out
    assert "cases within 3 standard errors" in out
    assert "What it costs to rewrite 6 blocks (an hour of the whole network: $1.6M" in out


@pytest.mark.parametrize(("words", "what"), [(["--trials", "1999"], "--trials = 1999"), (["--seed", "-1"], "--seed = -1")])
def test_refusals_are_one_line(capsys, words, what):
    assert main(["chain", "demo", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert what in captured.err
    assert captured.out == ""


def test_without_the_extra_it_says_what_to_install(capsys, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("wattmint.ledger.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "coincurve", None)
    assert main(["chain", "demo"]) == 2
    assert "pip install 'wattmint[chain]'" in capsys.readouterr().err
