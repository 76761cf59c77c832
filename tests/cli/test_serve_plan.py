import json

import pytest

from wattmint.cli.main import main

ASKED = ["serve", "plan", "--model", "llama-3.1-70b", "--tokens-per-day", "5e9", "--ttft-ms", "2000", "--tpot-ms", "40"]
FEW = ["--gpu", "h200", "--gpu", "B200", "--gpu", "t4"]


def test_json_ranks_and_tells_who_cannot(capsys):
    assert main([*ASKED, *FEW, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["gpu"] for row in found["plan"]} == {"h200-sxm", "b200-sxm"}
    assert found["plan"][0]["usd_per_mtok"] < found["plan"][1]["usd_per_mtok"]
    assert [row["gpu"] for row in found["unsuitable"]] == ["t4"]
    assert main([*ASKED, *FEW, "--json", "--top", "1", "--power-price", "500"]) == 0
    dear = json.loads(capsys.readouterr().out)["plan"]
    assert len(dear) == 1
    assert dear[0]["usd_per_mtok"] > found["plan"][0]["usd_per_mtok"]


def test_words(capsys):
    assert main([*ASKED, *FEW]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].split()[:3] == ["accelerator", "number", "of"]
    assert lines[1].split()[0] == "1"
    assert lines[3] == "cannot:"
    assert lines[4].startswith("  T4: ")
    assert "70% of the throughput is planned with" in captured.err


def test_a_long_table_is_cut_and_says_so(capsys):
    assert main([*ASKED, *FEW, "--top", "1"]) == 0
    assert "and 1 more" in capsys.readouterr().out.splitlines()


def test_nobody_can(capsys):
    assert main([*ASKED[:-1], "0.1", "--gpu", "h200"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["no accelerator can", "cannot:"]
    assert lines[2].startswith("  H200 SXM: with up to 8 for a copy: no layout is that fast; the fastest needs ")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([*ASKED, "--top", "0"], "--top = 0: 1 or above"),
        ([*ASKED, "--gpu", "h2000"], "unknown name"),
        ([*ASKED[:3], "llamma-3.1-70b", *ASKED[4:]], "did you mean"),
        ([*ASKED[:5], "0", *ASKED[6:]], "tokens_per_day = 0.0"),
    ],
)
def test_refusals(words: list[str], line: str, capsys):
    assert main(words) == 2
    assert line in capsys.readouterr().err
