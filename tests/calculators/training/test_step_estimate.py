import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.calculators.training.step_estimate import NUMBERS, estimate_training

CASE = {"model": "llama-3.1-405b", "gpu": "h100", "gpus": 512, "precision": "fp8", "seq_len": 8192, "global_batch": 1152}


def estimate(**changes: object) -> dict:
    return {name: values[0] for name, values in estimate_training({name: [value] for name, value in {**CASE, **changes}.items()}).items()}


def test_rates_belong_together():
    found = estimate()
    assert found["tokens_per_s_per_gpu"] == pytest.approx(1152 * 8192 / 512 / found["step_s"])
    assert found["mfu"] == pytest.approx(found["tflops_per_gpu"] / 1978.9)
    assert found["tflops_per_gpu"] / found["tokens_per_s_per_gpu"] == pytest.approx(6 * 0.40375, rel=0.06)  # 6 N and attention
    assert found["needed_gb"] == pytest.approx(sum(found[f"{name}_gb"] for name in ("weights", "gradients", "optimizer", "activations")))
    assert 8 * 200 < found["node_power_w"] < 8 * (1.12 * 700 + 200)


def test_efficiency_from_512_to_8192_is_the_published_one():
    """MLPerf Training v5.0, Llama 3.1 405B on H100: 334 and 292 tokens per second and accelerator, 87.5 %."""
    kept = estimate(gpus=8192, global_batch=1536)["tokens_per_s_per_gpu"] / estimate()["tokens_per_s_per_gpu"]
    assert kept == pytest.approx(0.875, abs=0.03)


def test_a_run_that_does_not_fit_says_what_it_needs_and_has():
    found = estimate(gpus=8)
    assert found["fits"] == 0.0
    assert found["error"] == f"does not fit: needs {found['needed_gb']:.1f} GB per accelerator, has 75.2 GB"
    assert np.isnan(found["tokens_per_s_per_gpu"])


def test_other_refusals_leave_nothing():
    found = estimate(tp=3)
    assert found["error"].startswith("gpus = 512")
    assert all(np.isnan(found[name]) for name in NUMBERS)
    assert estimate(model="nobody")["error"].startswith("model")


def test_refused_rows_do_not_move_the_others():
    found = estimate_training({name: [value] * 3 for name, value in CASE.items()} | {"gpus": [512, "no", 8192]})
    assert [bool(error) for error in found["error"]] == [False, True, False]
    assert found["step_s"][0] == estimate()["step_s"]
    assert found["step_s"][2] == estimate(gpus=8192)["step_s"]


def test_an_adapter_is_cheaper_than_the_whole_model():
    whole, adapter = (estimate(model="llama-3-70b", gpus=64, global_batch=64, tp=4, pp=2, task=task) for task in ("sft", "lora"))
    assert adapter["tokens_per_s_per_gpu"] > 1.2 * whole["tokens_per_s_per_gpu"]
    assert adapter["optimizer_gb"] == 0.0


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["llama-3.1-8b", "llama-3-70b", "qwen3-30b-a3b"]), st.sampled_from([16, 64, 256]), st.sampled_from([2048, 8192]))
def test_a_newer_chip_is_never_slower(model: str, gpus: int, seq_len: int):
    old, new = (estimate(model=model, gpus=gpus, seq_len=seq_len, gpu=gpu, precision="bf16") for gpu in ("h100", "h200"))
    assert new["tokens_per_s_per_gpu"] >= old["tokens_per_s_per_gpu"] or old["error"]
