"""The door: fields, refusals, and what must never happen, on real models and chips."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.serving.estimate import BANDED, BOUNDS, FIELDS, ServingCase, estimate, estimate_columns

FIELDS_OUT = (
    "output_tokens_per_s", "output_tokens_per_s_per_gpu", "total_tokens_per_s_per_gpu", "ttft_ms", "tpot_ms", "max_concurrency", "bound",
    "gpu_power_w", "node_power_w_per_gpu", "joules_per_output_token", "fits", "error",
)  # fmt: skip
CASE = {"model": "llama-3.1-70b", "gpu": "h200", "gpus": 8, "precision": "fp8", "isl": 1024, "osl": 1024, "concurrency": 64}
MODELS = st.sampled_from(("llama-3.1-8b", "llama-3.1-70b", "deepseek-r1", "gpt-oss-120b", "Qwen/Qwen3.5-397B-A17B", "zai-org/GLM-5", "gemma-3-27b"))
CHIPS = st.sampled_from(("H200", "B200", "MI355X", "TPU v7", "Trainium2", "GB300"))


def of(**changes):
    """Estimate one case."""
    return estimate(ServingCase(**(CASE | changes)))


def test_all_fields_are_there_and_agree():
    found = of()
    for name in (*FIELDS_OUT, *(f"{name}_{end}" for name in BANDED for end in ("low", "high"))):
        assert getattr(found, name) is not None
    assert found.output_tokens_per_s == pytest.approx(8 * found.output_tokens_per_s_per_gpu)
    assert found.total_tokens_per_s_per_gpu == pytest.approx(2 * found.output_tokens_per_s_per_gpu)
    assert found.joules_per_output_token == pytest.approx(found.gpu_power_w / found.output_tokens_per_s_per_gpu)
    assert found.node_power_w_per_gpu > found.gpu_power_w
    assert found.bound in BOUNDS
    assert found.tp * found.pp * found.dp * found.replicas == 8
    assert sum(getattr(found, f"share_{part}") for part in ("memory", "compute", "network", "overhead")) == pytest.approx(1.0)
    for name in BANDED:
        assert getattr(found, f"{name}_low") < getattr(found, name) < getattr(found, f"{name}_high")
    with pytest.raises(AttributeError):
        _ = found.nonsense


def test_tokens_and_time_agree_with_requests():
    found = of(tp=8)
    requests = found.output_tokens_per_s * (found.ttft_ms + 1024 * found.tpot_ms) / 1000 / 1024
    assert requests == pytest.approx(64, rel=0.04)


def test_what_does_not_fit_is_refused_with_what_it_needs():
    with pytest.raises(InputError, match=r"need 75\d\.\d GiB per accelerator, 7\d\.\d of 80 GiB"):
        of(model="llama-3.1-405b", gpu="h100", gpus=1, precision="bf16")


def test_a_cache_beyond_memory_is_refused_while_the_weights_fit():
    with pytest.raises(InputError, match="one sequence"):
        of(gpus=1, isl=500_000)
    assert of(gpus=1, isl=50_000, concurrency=1).fits == 1


def test_columns_refuse_row_by_row():
    rows = [CASE, CASE | {"gpu": "nothing"}, CASE | {"model": "llama-3.1-405b", "gpus": 1}, CASE | {"concurrency": "max"}]
    found = estimate_columns({name: [row.get(name) for row in rows] for name in FIELDS})
    assert found["fits"].tolist() == [1, 0, 0, 1]
    assert [bool(words) for words in found["error"]] == [False, True, True, False]
    assert np.isnan(found["tpot_ms"]).tolist() == [False, True, True, False]
    assert found["bound"][1] == found["bound"][2] == ""


def test_only_refused_rows_are_answered_too():
    assert estimate_columns({name: [(CASE | {"gpu": "nothing"}).get(name)] for name in FIELDS})["fits"].tolist() == [0]


def test_more_requests_than_memory_holds_are_bound_by_it():
    few_chips = {"tp": 2, "gpus": 2, "osl": 4096}  # short answers are bound by the arithmetic of prompts before
    most = of(**few_chips).max_concurrency
    crowded = of(**few_chips, concurrency=int(2 * most))
    assert crowded.bound == "memory capacity"
    assert crowded.ttft_ms > 20 * of(**few_chips, concurrency=int(most / 2)).ttft_ms


def test_replicas_share_the_requests():
    one, two = of(tp=4, gpus=4, concurrency=32), of(tp=4, gpus=8, concurrency=64)
    assert two.replicas == 2
    assert two.tpot_ms == pytest.approx(one.tpot_ms)
    assert two.output_tokens_per_s == pytest.approx(2 * one.output_tokens_per_s)


def test_a_limit_on_the_time_per_token_is_kept_with_most_requests():
    free, bound = of(concurrency="max", tp=8), of(concurrency="max", tp=8, tpot_limit_ms=20.0)
    assert bound.tpot_ms <= 20.0 < free.tpot_ms
    assert bound.output_tokens_per_s < free.output_tokens_per_s


def test_drafting_ahead_saves_time_where_the_batch_is_small():
    ahead = {"model": "deepseek-r1", "tp": 8, "backend": "trtllm", "gpu": "b200"}
    assert of(**ahead, concurrency=4, speculative="mtp").tpot_ms < 0.7 * of(**ahead, concurrency=4).tpot_ms


def test_prompts_on_chips_of_their_own_leave_decoding_alone():
    assert of(tp=8, isl=8192, concurrency=128, disagg=True).tpot_ms < of(tp=8, isl=8192, concurrency=128).tpot_ms


def test_a_median_first_token_comes_before_a_mean_one():
    assert of(ttft_statistic="median").ttft_ms < of().ttft_ms


def test_less_known_makes_wider_bands():
    def width(**changes):
        found = of(**changes)
        return math.log(found.tpot_ms_high / found.tpot_ms_low)

    assert width(gpu="A100", precision="bf16", software_date=2026.0) > width(software_date=2026.0)
    assert width(model="mistral-7b", software_date=2026.0) > width(software_date=2026.0)


@settings(max_examples=40)
@given(MODELS, CHIPS, st.integers(1, 200), st.integers(2, 4))
def test_more_requests_never_lower_throughput_and_energy_per_token_falls(model, chip, requests, more):
    few, many = (of(model=model, gpu=chip, gpus=16, tp=16, concurrency=n, backend="vllm") for n in (requests, requests * more))
    assert many.output_tokens_per_s >= few.output_tokens_per_s * (1 - 2e-3)
    assert many.joules_per_output_token <= few.joules_per_output_token * (1 + 2e-3)


@settings(max_examples=40)
@given(MODELS, st.integers(1, 400))
def test_a_faster_memory_never_slows_a_model(model, requests):
    # The two differ in nothing but their memory.
    slow, fast = (of(model=model, gpu=chip, gpus=16, tp=16, concurrency=requests, backend="trtllm") for chip in ("GH200", "GH200_144"))
    assert fast.tpot_ms <= slow.tpot_ms * (1 + 2e-3)
