import pytest

from wattmint.calculators.serving.case import BANDS, CASE, FIELDS, serve
from wattmint.calculators.serving.many import DEFAULTS, ERROR, NEEDED, READ, solve
from wattmint.calculators.serving.money import terms

ROW = {"model": "deepseek-ai/DeepSeek-R1", "gpu": "B300", "gpus": "8", "precision": "fp4", "isl": "1024", "osl": "1024", "concurrency": "64"}


def test_the_columns_are_those_that_were_promised():
    promised = "model gpu gpus precision isl osl concurrency tp pp ep dp backend software_date speculative disagg"
    assert tuple(promised.split()) == READ[: len(CASE)] == CASE
    assert set(READ) - set(CASE) == {"tpot_limit_ms", "ttft_statistic"}
    assert NEEDED == ("model", "gpu", "gpus", "precision", "isl")
    written = "output_tokens_per_s output_tokens_per_s_per_gpu total_tokens_per_s_per_gpu ttft_ms tpot_ms max_concurrency bound gpu_power_w"
    assert (*written.split(), "node_power_w_per_gpu", "joules_per_output_token", "usd_per_mtok_output", "fits") == FIELDS
    banded = ("tpot_ms", "ttft_ms", "output_tokens_per_s_per_gpu", "joules_per_output_token")
    assert tuple(f"{name}_{end}" for name in banded for end in ("low", "high")) == BANDS


def test_a_row_says_what_the_door_says():
    given = {"tp": "8", "ep": "8", "backend": "sglang", "software_date": "2026.2", "speculative": "mtp"}
    (found,) = solve([ROW | given], terms())
    asked = {"tp": 8, "ep": 8, "backend": "sglang", "software_date": 2026.2, "speculative": "mtp"}
    one = serve(ROW["model"], "B300", gpus=8, precision="fp4", concurrency=64, **asked)
    assert list(found) == [*FIELDS, *BANDS, ERROR]
    assert found[ERROR] == ""
    assert (found["fits"], found["bound"]) == (1, one.estimate["bound"])
    for name in (*FIELDS, *BANDS):
        if name not in ("bound", "fits"):
            assert found[name] == pytest.approx(one.estimate[name], rel=1e-6), name


def test_bad_rows_say_why_and_the_others_run():
    rows = [ROW, ROW | {"model": "deepsek-r1"}, ROW | {"gpus": "some"}, ROW | {"gpus": "1", "precision": "bf16"}, ROW | {"isl": ""}, ROW]
    found = solve(rows, terms())
    assert [bool(one[ERROR]) for one in found] == [False, True, True, True, True, False]
    assert "did you mean 'deepseek-r1'" in found[1][ERROR]
    assert "gpus = 'some'" in found[2][ERROR]
    assert "does not fit" in found[3][ERROR]
    for one in found[1:5]:
        assert one["fits"] == 0
        assert {one[name] for name in (*FIELDS, *BANDS) if name != "fits"} == {""}
    assert found[0] == found[5]


def test_blanks_are_automatic():
    short = {name: ROW[name] for name in NEEDED}
    assert solve([short], terms()) == solve([short | DEFAULTS], terms())
    assert solve([ROW | {"speculative": "", "disagg": " "}], terms()) == solve([ROW | {"speculative": "none", "disagg": "0"}], terms())


def test_no_price_no_cost():
    row = {"model": "llama-3.1-8b", "gpu": "tpu-v5e", "gpus": "4", "precision": "bf16", "isl": "512", "osl": "512", "concurrency": "8"}
    (found,) = solve([row], terms())
    assert found[ERROR] == ""
    assert found["usd_per_mtok_output"] == ""
    assert found["output_tokens_per_s"] > 0


def test_chips_of_which_too_little_is_known_are_refused():
    found = solve([ROW | {"gpu": "vr200-nvl72"}, ROW | {"gpu": "inferentia2", "model": "llama-3.1-8b"}], terms())
    assert [one[ERROR].partition(": ")[2] for one in found] == [
        "no rate at which it multiplies all that the model needs at this precision is known for it", "no thermal design power is known for it",
    ]  # fmt: skip


def test_all_rows_refused():
    (found,) = solve([ROW | {"gpu": "abacus"}], terms())
    assert "unknown name" in found[ERROR]
