import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from wattmint.calculators.serving.case import BANDS, CASE, ESTIMATED, FIELDS, ServeAnswer, candidates, plain, rates, serve
from wattmint.calculators.serving.money import LINES, terms, token_costs
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number
from wattmint.serving.estimate import ServingCase, estimate
from wattmint.serving.limits import MAX, PARALLEL, Layout, Limits

EIGHT = {"gpus": 8, "precision": "fp8", "isl": 1024, "osl": 1024, "concurrency": 64}


@pytest.fixture(scope="module")
def found() -> ServeAnswer:
    return serve("meta-llama/Llama-3.1-70B-Instruct", "H200", **EIGHT)


def test_the_answer_is_the_estimate_with_money_beside_it(found: ServeAnswer):
    alone = estimate(ServingCase(model="llama-3.1-70b", gpu="h200", **EIGHT))
    for name in (*FIELDS, *BANDS):
        if name != "usd_per_mtok_output":
            assert found.estimate[name] == getattr(alone, name), name
    assert list(found.estimate)[: len(FIELDS) + len(BANDS)] == [*FIELDS, *BANDS]
    assert found.estimate["usd_per_mtok_output"] == found.costs["usd_per_mtok_output"]
    assert (found.case["model_id"], found.case["gpu_id"]) == ("llama-3-1-70b", "h200-sxm")
    assert (found.case["model_name"], found.case["gpu_name"]) == ("Meta-Llama-3.1-70B", "H200 SXM")
    assert found.case["replicas"] * found.case["tp"] * found.case["pp"] * found.case["dp"] == 8


def test_watts_become_megawatts_and_joules(found: ServeAnswer):
    e, power = found.estimate, found.power
    assert power.site_mw == pytest.approx(8 * e["node_power_w_per_gpu"] * found.terms.pue / 1e6)
    assert power.it_mw * found.terms.pue == pytest.approx(power.site_mw)
    assert power.joules_per_output_token_site * power.output_tokens_per_s_per_site_mw == pytest.approx(1e6)
    assert power.joules_per_output_token_site > e["joules_per_output_token"]


def test_lines_of_the_hour_and_of_the_tokens_sum_up(found: ServeAnswer):
    costs = found.costs
    assert list(costs["usd_per_gpu_h"]) == list(LINES)
    assert sum(costs["usd_per_mtok_lines"].values()) == pytest.approx(costs["usd_per_mtok"])
    assert 0.5 * (costs["usd_per_mtok_input"] + costs["usd_per_mtok_output"]) == pytest.approx(costs["usd_per_mtok"])
    assert costs["usd_per_mtok_output"] > costs["usd_per_mtok_input"]


def test_the_market_pays_by_the_token_and_by_the_hour(found: ServeAnswer):
    market = found.market
    assert market.prices is not None
    assert market.prices.usd_per_mtok[1] == number("token_prices", "llama-3-1-70b", "output_usd_per_mtok")
    assert set(market.rentals) == set(market.renting) == {"on-demand", "3-year"}
    for margin in (market.tokens, *market.renting.values()):
        assert margin["revenue_usd_per_mwh_it"] - margin["cost_usd_per_mwh_it"] == pytest.approx(margin["margin_usd_per_mwh_it"])
    assert market.renting["on-demand"]["margin_usd_per_mwh_it"] > market.renting["3-year"]["margin_usd_per_mwh_it"]


def test_limits_are_kept_and_cost_output():
    free = serve("llama-3.1-70b", "h200", **EIGHT | {"concurrency": MAX}, tp=8)
    kept = serve("llama-3.1-70b", "h200", **EIGHT | {"concurrency": MAX}, tp=8, ttft_ms=2000, tpot_ms=40)
    assert kept.estimate["tpot_ms"] <= 40.0
    assert kept.estimate["ttft_ms"] <= 2000.0
    assert kept.case["concurrency"] < free.case["concurrency"]
    assert kept.estimate["output_tokens_per_s"] < free.estimate["output_tokens_per_s"]
    with pytest.raises(InputError, match=r"--tpot-ms = 0.5: no layout is that fast"):
        serve("llama-3.1-70b", "h200", **EIGHT | {"concurrency": MAX}, tpot_ms=0.5)


def test_the_search_is_never_worse_than_what_it_searched():
    limits = {"tpot_ms": 25.0, "concurrency": MAX}
    best = serve("llama-3.1-70b", "h200", **EIGHT | limits, parallel="auto")
    for tp in (2, 4, 8):
        given = serve("llama-3.1-70b", "h200", **EIGHT | limits, tp=tp, pp=1, dp=1, ep=1)
        assert given.estimate["output_tokens_per_s"] <= best.estimate["output_tokens_per_s"] * (1 + 1e-9)
    assert best.tried > 100


def test_within_limits_the_customary_layouts_are_tried():
    case = dict.fromkeys(CASE) | {"model": "deepseek-r1", "gpu": "b200", "precision": "fp4", **EIGHT}
    tried = candidates(case, None, Limits(tpot_ms=20.0))
    assert {(one.tp, one.dp) for one in tried} == {(1, 1), (2, 1), (4, 1), (8, 1), (1, 2), (1, 4), (1, 8)}
    assert {one.pp for one in tried} == {1}
    assert len(candidates(case, None, Limits())) == 1
    fast = serve("llama-3.1-70b", "h200", **EIGHT | {"concurrency": MAX}, tpot_ms=16.0)
    assert fast.case["tp"] > 1
    assert fast.estimate["tpot_ms"] <= 16.0


def test_a_given_part_of_the_layout_is_kept_by_the_search():
    case = dict.fromkeys(CASE) | {"model": "deepseek-r1", "gpu": "b200", "precision": "fp4", **EIGHT}
    assert {layout.tp for layout in candidates(case | {"tp": 4}, "auto", Limits())} == {4}
    assert candidates(case | {"tp": 8, "pp": 1, "ep": 8, "dp": 1}, None, Limits(tpot_ms=9.0)) == [Layout(1, 8, 1, 8, 1)]
    with pytest.raises(InputError, match=r"tp = 3: no way to divide 8 accelerators has it"):
        candidates(case | {"tp": 3}, "auto", Limits())
    with pytest.raises(InputError, match="'auto', or left out"):
        candidates(case, "best", Limits())


def test_what_has_no_price_has_no_cost_but_all_else():
    found = serve("llama-3.1-8b", "tpu-v6e", gpus=1, precision="int8", concurrency=8)
    assert found.estimate["output_tokens_per_s"] > 0
    assert found.estimate["usd_per_mtok_output"] is None
    assert found.costs["usd_per_gpu_h"]["power"] > 0
    assert serve("llama-3.1-8b", "tpu-v6e", precision="int8", concurrency=8, accelerator_usd=9000).estimate["usd_per_mtok_output"] > 0


def test_a_model_of_one_s_own(tmp_path: Path):
    shape = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32}
    shape |= {"num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072}
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    found = serve(str(folder / "config.json"), "h100", concurrency=8)
    assert found.case["model_name"] == "my-model"
    assert found.market.prices is None
    assert found.market.tokens is None
    twin = serve("llama-3.1-8b", "h100", concurrency=8)
    assert found.estimate["max_concurrency"] == twin.estimate["max_concurrency"]


def test_money_is_counted_from_what_the_estimate_tells():
    columns = {name: np.array([one]) for name, one in zip(ESTIMATED, (1200.0, 500.0, 0.25), strict=True)}
    found = rates(columns, np.array([2.0]))
    assert {name: float(values[0]) for name, values in found.items()} == {
        "node_power_w_per_gpu": 1200.0, "output_tokens_per_s_per_gpu": 500.0, "input_tokens_per_s_per_gpu": 1000.0, "prefill_time_share": 0.25,
    }  # fmt: skip
    costs = plain(token_costs({line: np.array([np.nan]) for line in LINES if line != "power"}, found, terms()))
    assert costs["usd_per_mtok"] is None
    assert costs["usd_per_gpu_h"]["halls"] is None


def test_everything_is_plain_enough_for_json(found: ServeAnswer):
    for held in (found.estimate, found.costs, found.case, dataclasses.asdict(found.power), found.market.renting, found.market.tokens):
        json.dumps(held, allow_nan=False)
    assert {used.kind for used in found.inputs} <= {"given", "published", "derived", "estimate"}
    assert {used.name for used in found.hardware} == {"accelerator_usd", "allin_kw_per_gpu"}
    assert set(PARALLEL) < set(found.case)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"model": "llama-3.1-70bb"}, "unknown name; did you mean"),
        ({"gpu": "h2000"}, "unknown name; did you mean"),
        ({"gpus": 1, "precision": "bf16"}, "does not fit"),
        ({"ttft_ms": -1.0}, "from 0.01"),
        ({"pue": 0.5}, "from 1 to 3"),
        ({"parallel": "best"}, "'auto', or left out"),
    ],
)
def test_what_is_refused(words, line: str):
    asked = {"model": "llama-3.1-70b", "gpu": "h200", **EIGHT} | words
    with pytest.raises(InputError, match=line):
        serve(asked.pop("model"), asked.pop("gpu"), **asked)


def test_an_unknown_keyword_is_refused():
    with pytest.raises(UnknownNameError, match="utilisation"):
        serve("llama-3.1-70b", "h200", utilization=0.5)
