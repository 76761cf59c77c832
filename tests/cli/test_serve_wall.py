import json

import pytest

from wattmint.cli.main import main

ASKED = ["serve", "wall", "--model", "llama-3.1-70b", "--gpu", "h200", "--gpus", "8", "--batch", "64"]


def test_words(capsys):
    assert main(ASKED) == 0
    captured = capsys.readouterr()
    first, second, third, fourth = captured.out.splitlines()
    assert first.startswith("batch 64: 74.3% of the operations idle; 106 operations per byte read, the chip needs 412; ")
    assert second.startswith("batch 737 leaves the wall, memory holds ")
    assert third.startswith("HBM4 in the same stacks: bandwidth x 2.50, tokens x 2.50, 35.7% still idle; batch 115 then leaves the wall")
    assert fourth == "of what AI chips are made of, memory is 63% and the cores 13% (epoch-component-shares, 2025-12)"
    assert "datasheet and architecture alone" in captured.err


def test_json(capsys):
    assert main([*ASKED, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["at"]["batch"] == 64
    assert found["leaves_at"] == 737
    assert [fact["attribute"] for fact in found["costs"]] == ["memory_cost_share", "logic_cost_share"]


def test_a_long_context_and_a_chip_with_known_costs(capsys):
    assert main([*ASKED[:4], "--gpu", "b200", "--gpus", "8", "--context", "100000"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("no batch leaves the wall: the cache alone allows ")
    assert lines[-1] == "to make: memory 2,900 USD beside cores of 900 USD, 45% of all parts (epoch-b200-cost, 2025-12)"
    assert main([*ASKED[:4], "--gpu", "l40s", "--gpus", "8"]) == 0
    assert "HBM4" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ([*ASKED[:-1], "0"], "--batch = 0: 1 or above"),
        ([*ASKED, "--gpus", "1", "--precision", "bf16"], "gpus = 1: more of them"),
        ([*ASKED, "--context", "0"], "isl = 0.0"),
        ([*ASKED[:4], "--gpu", "h2000"], "unknown name"),
    ],
)
def test_refusals(words: list[str], line: str, capsys):
    assert main(words) == 2
    assert line in capsys.readouterr().err
