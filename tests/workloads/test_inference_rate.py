import pytest

from wattmint.calculators.serving.case import serve
from wattmint.errors import ScenarioError
from wattmint.facts.load import sources
from wattmint.workloads.inference_rate import Service, best_rate, fit_source

LLAMA = {"model": "llama-3-3-70b", "accelerator": "b200-sxm", "precision": "fp8", "isl": 1800, "osl": 500, "ttft_ms": 2000.0, "tpot_ms": 50.0}


def rate(gpus_per_replica=None, **changes):
    return best_rate(Service(**{**LLAMA, **changes}, gpus_per_replica=gpus_per_replica))


@pytest.mark.parametrize("size", [1, 4])
def test_it_is_what_the_serving_calculator_says(size):
    found = rate(size)
    said = serve("llama-3-3-70b", "b200-sxm", gpus=size, isl=1800, osl=500, concurrency=found.concurrency, parallel="auto").estimate
    assert found.gpus_per_replica == size
    assert found.output_tokens_per_s_per_gpu <= said["output_tokens_per_s_per_gpu"] * (1.0 + 1e-9)  # as one copy; the calculator may make more
    one = serve("llama-3-3-70b", "b200-sxm", gpus=1, isl=1800, osl=500, concurrency=rate(1).concurrency).estimate
    assert rate(1).output_tokens_per_s_per_gpu == pytest.approx(one["output_tokens_per_s_per_gpu"])
    assert rate(1).node_kw_per_gpu == pytest.approx(one["node_power_w_per_gpu"] / 1e3)


def test_left_out_the_best_size_is_taken():
    best = rate()
    assert best.output_tokens_per_s_per_gpu == max(rate(size).output_tokens_per_s_per_gpu for size in (1, 2, 4, 8))
    assert best == rate(best.gpus_per_replica)


def test_stricter_limits_never_serve_more():
    strict, usual, lax = rate(tpot_ms=15.0), rate(), rate(tpot_ms=200.0, ttft_ms=60_000.0)
    assert strict.output_tokens_per_s_per_gpu < usual.output_tokens_per_s_per_gpu < lax.output_tokens_per_s_per_gpu


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tpot_ms": 0.1}, "cannot be served so on b200-sxm: no layout is that fast; the fastest needs"),
        ({"model": "deepseek-r1", "gpus_per_replica": 1}, "cannot be served so on b200-sxm: does not fit"),
    ],
)
def test_what_cannot_be_served_is_refused_with_the_reason(changes, words):
    with pytest.raises(ScenarioError, match=words):
        rate(**changes)


def test_what_the_estimate_rests_on_is_cited():
    assert fit_source() in sources()
