"""The table of fitted numbers: few, named, near 1 where nothing is known."""

import numpy as np
import pytest

from wattmint.facts.load import attributes, table
from wattmint.serving.cases import read_cases
from wattmint.serving.names import architecture_of
from wattmint.serving.software import DATES, MOST, STACKS, TABLE, by_shape, fitted, shape_key, software

MOST_NUMBERS = 150


def of(values=None, **changes):
    """Software of one case, with the fitted numbers or others."""
    case = {
        "model": "llama-3-1-70b", "gpu": "h200", "gpus": 8, "precision": "fp8", "isl": 1024, "osl": 1024, "concurrency": 64, "tp": 8, "pp": 1,
        "ep": 1, "dp": 1, "backend": "vllm", "software_date": 2026.0,
    } | changes  # fmt: skip
    asked = read_cases({name: [value] for name, value in case.items()}, fitted())
    assert asked.errors == [""]
    return software(values or fitted(), asked.codes, asked.form, asked.shape, asked.load, asked.date)


def fitted_but(id_, **numbers):
    """The fitted numbers with some of an id's changed."""
    return {**fitted(), id_: {**fitted()[id_], **numbers}}


def test_fewer_than_150_numbers_each_with_a_meaning():
    assert sum(len(numbers) for numbers in fitted().values()) < MOST_NUMBERS
    assert all(attributes()[name].meaning for numbers in fitted().values() for name in numbers)
    assert {fact.kind for facts in table(TABLE).values() for fact in facts.values()} <= {"derived", "estimate"}


def test_every_stack_has_what_every_case_needs():
    for stack in STACKS:
        assert {"step_ms", "sequence_us", "request_s"} <= set(fitted()[f"stack-{stack}"])
        assert DATES[stack][0] < DATES[stack][1]


def test_a_finetune_is_known_by_its_shape():
    known = by_shape(("llama-3-1-70b",))
    assert shape_key(architecture_of("meta-llama/Llama-3.3-70B-Instruct")[1]) in known
    assert shape_key(architecture_of("Qwen/Qwen3-32B")[1]) not in known


def test_software_gets_faster_with_its_date():
    old, new = of(software_date=2025.8), of(software_date=2026.4)
    assert new.layers_s[0] < old.layers_s[0]
    assert new.sequence_s[0] < old.sequence_s[0]


def test_experts_cost_layers_more_and_latent_attention_too():
    dense, sparse, latent = of(), of(model="minimax-m2-5"), of(model="deepseek-r1")
    per_layer = [one.layers_s[0] / layers for one, layers in ((dense, 80), (sparse, 62), (latent, 61))]
    assert per_layer[0] < per_layer[1] < per_layer[2]


@pytest.mark.parametrize(("tp", "dp", "waits"), [(1, 1, False), (8, 1, True), (1, 8, False)])
def test_only_chips_that_share_a_layer_exchange_after_it(tp, dp, waits):
    assert (of(tp=tp, dp=dp).exchange_s[0] > 0.0) == waits


def test_an_unseen_chip_is_its_datasheet_and_its_class():
    seen, unseen = of(gpu="mi300x", backend="sglang"), of(gpu="mi250x", backend="sglang", precision="bf16")
    factor = fitted()["mi300x"]["memory_factor"]
    assert seen.memory[0] / factor == pytest.approx(unseen.memory[0])


def test_weights_that_are_widened_are_read_and_multiplied_less_efficiently():
    assert of(model="gpt-oss-120b", precision="fp4").expert_memory[0] < 1.0
    assert of(model="gpt-oss-120b", precision="fp4", gpu="b200").expert_memory[0] == 1.0
    assert np.isinf(of().most_sequences[0])


@pytest.mark.parametrize("backend", [*STACKS[:4], ""])
@pytest.mark.parametrize("gpu", ["h100", "h200", "b200", "mi355x", "l40s"])
def test_no_software_gets_more_out_of_a_chip_than_nearly_all(backend, gpu):
    for model, precision in (("llama-3-1-8b", "bf16"), ("deepseek-r1", "fp8"), ("gpt-oss-120b", "fp4")):
        found = of(model=model, precision=precision, backend=backend, gpu=gpu)
        assert max(found.memory[0], found.core_mfu[0], found.expert_mfu[0], found.attention_mfu[0]) <= MOST
    wild = fitted_but("shared", prefill_mfu=50.0, memory_efficiency=50.0)
    assert of(wild, backend=backend, gpu=gpu).core_mfu[0] == of(wild, backend=backend, gpu=gpu).memory[0] == MOST


def test_many_small_experts_are_multiplied_less_efficiently_than_few():
    even, steep = (fitted_but("shared", choices_power=power) for power in (0.0, 1.0))
    for model, choices in (("minimax-m2-5", 8), ("llama-4-scout-17b-16e", 1)):
        ratio = of(steep, model=model, precision="bf16").expert_mfu[0] / of(even, model=model, precision="bf16").expert_mfu[0]
        assert ratio == pytest.approx(1.0) if choices == 8 else ratio > 1.0


def test_a_longer_prompt_takes_more_launches_and_a_decode_step_does_not():
    short, long = of(isl=1024), of(isl=8192)
    assert long.prefill_layers_s[0] / short.prefill_layers_s[0] == pytest.approx(8.0 ** fitted()["shared"]["prefill_layer_power"])
    assert long.layers_s[0] == short.layers_s[0]


def test_some_formats_have_costs_of_their_own():
    assert of(model="gpt-oss-120b", precision="fp4").step_s[0] / of().step_s[0] == pytest.approx(fitted()["shared"]["widened_step_factor"])
    whole, scaled = of(model="deepseek-r1", gpu="b200", precision="fp4"), of(model="deepseek-r1", gpu="b200")
    assert scaled.expert_imbalance[0] / whole.expert_imbalance[0] == pytest.approx(fitted()["kind-blackwell"]["scaled_imbalance_factor"])
    plain, linear = (of(model="qwen3-5-397b-a17b", precision=precision).prefill_scale[0] for precision in ("bf16", "fp8"))
    assert linear / plain == pytest.approx(fitted()["shared"]["scaled_linear_factor"])
