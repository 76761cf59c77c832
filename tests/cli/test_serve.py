import csv
import json
from pathlib import Path

import pytest

from wattmint.calculators.serving.case import BANDS, FIELDS, serve
from wattmint.calculators.serving.many import READ
from wattmint.cli.main import main
from wattmint.cli.serve_options import PRECISIONS
from wattmint.serving.forms import WEIGHT_BYTES

EIGHT = ["serve", "--model", "llama-3.1-70b", "--gpu", "h200", "--gpus", "8", "--precision", "fp8", "--isl", "1024", "--osl", "1024"]


def answer(capsys, *words: str) -> dict:
    assert main([*EIGHT, *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_parser_names_what_the_rooms_name():
    assert set(PRECISIONS) == set(WEIGHT_BYTES)


def test_json_begins_with_exactly_the_named_fields(capsys):
    found = answer(capsys, "--concurrency", "64")
    assert list(found)[: len(FIELDS) + len(BANDS)] == [*FIELDS, *BANDS]
    door = serve("llama-3.1-70b", "h200", gpus=8, concurrency=64)
    assert found["tpot_ms"] == door.estimate["tpot_ms"]
    assert found["usd_per_mtok_output"] == door.costs["usd_per_mtok_output"]
    assert found["case"]["gpu_id"] == "h200-sxm"
    assert found["power"]["site_mw"] > found["power"]["it_mw"]


def test_limits_search_and_options_reach_the_door(capsys):
    found = answer(capsys, "--ttft-ms", "2000", "--tpot-ms", "40", "--parallel", "auto")
    assert found["tpot_ms"] <= 40.0
    assert found["cases_tried"] > 50
    assert found["case"]["concurrency"] > 64
    given = answer(capsys, "--concurrency", "64", "--tp", "4", "--pp", "2", "--backend", "vllm", "--software-date", "2026.0", "--power-price", "80")
    assert (given["case"]["tp"], given["case"]["pp"], given["case"]["backend"]) == (4, 2, "vllm")
    power = next(used for used in given["inputs"] if used["name"] == "power_price_usd_per_kwh")
    assert (power["value"], power["kind"]) == (0.08, "given")
    full = answer(capsys, "--concurrency", "max")
    assert full["output_tokens_per_s"] > found["output_tokens_per_s"]


def test_apart_and_drafting(capsys):
    words = ["serve", "--model", "deepseek-r1", "--gpu", "b200", "--gpus", "8", "--precision", "fp4", "--concurrency", "64", "--json"]
    speed = {}
    for more in ((), ("--speculative", "mtp"), ("--disagg",)):
        assert main([*words, *more]) == 0
        speed[more] = json.loads(capsys.readouterr().out)["tpot_ms"]
    assert speed["--speculative", "mtp"] < speed[()]
    assert speed["--disagg",] <= speed[()]


def test_words(capsys):
    assert main([*EIGHT, "--concurrency", "64"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0].startswith("Meta-Llama-3.1-70B on 8 x H200 SXM, fp8, ")
    for start, line in zip(("", "", "first token", "bound by", "", "", "costs", "fetches", "rents", "rents"), lines, strict=True):
        assert line.lstrip("0123456789,. ").startswith(start) or start in line
    assert "bands hold 80 %" in captured.err


def test_a_file_of_cases(tmp_path: Path, capsys):
    cases, out = tmp_path / "in.csv", tmp_path / "out.csv"
    head = "name,model,gpu,gpus,precision,isl,osl,concurrency,speculative"
    rows = ["a,deepseek-ai/DeepSeek-R1,MI355X,8,fp4,1024,1024,64,mtp", "b,llama,RTXPRO6000,1,fp8,1024,1024,max,"]
    rows.append("c,openai/gpt-oss-120b,H200,1,fp4,1000,1000,max,")
    cases.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    assert main(["serve", "--cases", str(cases), "--out", str(out), "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"rows": 3, "refused": 1, "out": str(out)}
    assert ", ".join(READ) in captured.err
    with out.open(encoding="utf-8", newline="") as stream:
        found = list(csv.DictReader(stream))
    assert list(found[0]) == [*head.split(","), *FIELDS, *BANDS, "error"]
    assert [row["name"] for row in found] == ["a", "b", "c"]
    assert "unknown name" in found[1]["error"]
    assert float(found[0]["tpot_ms_low"]) < float(found[0]["tpot_ms"]) < float(found[0]["tpot_ms_high"])
    assert float(found[2]["usd_per_mtok_output"]) > 0


def test_a_page(tmp_path: Path, capsys):
    page = tmp_path / "serve.html"
    assert main([*EIGHT, "--concurrency", "64", "--report", str(page)]) == 0
    assert f"wrote {page}" in capsys.readouterr().err
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--gpu", "h200"], "--model = (left out): needed; 'wattmint facts list models'"),
        (["--model", "llama-3.1-70b"], "--gpu = (left out): needed"),
        ([*EIGHT[1:], "--concurrency", "many"], "--concurrency = 'many': a whole number from 1, or 'max'"),
        ([*EIGHT[1:], "--concurrency", "0"], "--concurrency = '0'"),
        ([*EIGHT[1:], "--tpot-ms", "0.2"], "--tpot-ms = 0.2: no layout is that fast"),
        ([*EIGHT[1:], "--utilisation", "2"], "utilisation = 2.0: a number above 0 to 1"),
        (["--cases", "in.csv"], "needs --out"),
        ([*EIGHT[1:3], "--cases", "in.csv", "--out", "o.csv"], "not together with --cases"),
    ],
)
def test_refusals_are_one_line(words: list[str], line: str, capsys):
    assert main(["serve", *words]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert line in said[0]
