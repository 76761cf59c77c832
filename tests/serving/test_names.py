"""Names of models and accelerators in the spellings people use; counts against what publishers state."""

import json
import math

import pytest

from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import table
from wattmint.physics.transformer import parameters, weights
from wattmint.serving.names import accelerator_of, architecture_of, published_parameters_b

TOTAL_TOLERANCE = 0.015
"""Totals: what is left out (norms, biases, vision towers where publishers count them) and the publishers' own rounding."""

LLAMA = {"num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4, "intermediate_size": 128, "vocab_size": 100, "model_type": "llama"}


def described() -> list[str]:
    return [id_ for id_, facts in table("models").items() if "refused" not in facts]


@pytest.mark.parametrize("id_", described())
def test_counts_agree_with_what_is_published(id_):
    found, arch = architecture_of(id_)
    total, active = parameters(arch)
    stated_total, stated_active = published_parameters_b(id_)
    assert found == id_
    assert arch.experts_per_token <= arch.experts
    if stated_total is not None:
        assert total / 1e9 == pytest.approx(stated_total, rel=TOTAL_TOLERANCE)
    if stated_active is not None:
        # Whether the look-up of the input embedding counts is up to the publisher, who rounds the sum.
        rounding = 0.5 * 10.0 ** -(0 if stated_active == int(stated_active) else 1)
        assert abs(active / 1e9 - stated_active) <= weights(arch).embedding / 1e9 + rounding


def test_most_models_have_a_published_count():
    stated = [id_ for id_ in described() if published_parameters_b(id_)[0] is not None]
    assert len(stated) > 0.8 * len(described())


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("meta-llama/Llama-3.1-70B-Instruct", "llama-3-1-70b"),
        ("meta-llama/Meta-Llama-3.1-70B", "llama-3-1-70b"),
        ("llama-3.1-70b", "llama-3-1-70b"),
        ("LLAMA3.1-70B", "llama-3-1-70b"),
        ("nvidia/Llama-3.3-70B-Instruct-FP4", "llama-3-3-70b"),
        ("neuralmagic/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "llama-3-1-8b"),
        ("deepseek-ai/DeepSeek-R1", "deepseek-r1"),
        ("deepseek-ai/DeepSeek-R1-0528", "deepseek-r1"),
        ("nvidia/DeepSeek-V3.1-NVFP4", "deepseek-v3-1"),
        ("Qwen/Qwen3-235B-A22B-Thinking-2507", "qwen3-235b-a22b-2507"),
        ("Qwen/Qwen3-30B-A3B-Instruct-2507-FP8", "qwen3-30b-a3b-2507"),
        ("Qwen/Qwen3-30B-A3B", "qwen3-30b-a3b"),
        ("Qwen/Qwen3-32B-FP8-Static-PerTensor", "qwen3-32b"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mixtral-8x7b"),
        ("moonshotai/Kimi-K2-Instruct-0905", "kimi-k2"),
        ("Mistral-Small-3.2-24B-Instruct-2506", "mistral-small-24b"),
        ("google/gemma-3-27b-it", "gemma-3-27b"),
        ("openai/GPT-3-175B (MLPerf gpt3)", "gpt-3-175b"),
        ("gptj-99.9", "gpt-j-6b"),
        ("llama-4-scout", "llama-4-scout-17b-16e"),
    ],
)
def test_models_in_many_spellings(name, id_):
    assert architecture_of(name)[0] == id_


def test_no_two_models_are_confused():
    for id_ in described():
        assert architecture_of(str(table("models")[id_]["name"].value))[0] == id_


@pytest.mark.parametrize(
    ("name", "nearest"), [("llama-3.1-7b", "llama-3-1-70b"), ("org/Qwen3-31B-Instruct", "qwen3-32b"), ("deepsek-r1", "deepseek-r1")]
)
def test_an_unknown_model_suggests_the_nearest(name, nearest):
    with pytest.raises(UnknownNameError, match=f"did you mean .*{nearest}"):
        architecture_of(name)


@pytest.mark.parametrize(
    "name", ["deepseek-ai/DeepSeek-V4-Pro", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4", "moonshotai/Kimi-K3", "stepfun-ai/Step-3.7-Flash-FP8"]
)
def test_what_the_formulas_do_not_describe_is_refused_by_name(name):
    with pytest.raises(InputError, match=r"is refused: .* no estimate is better than a wrong one"):
        architecture_of(name)


def test_shapes_of_another_name_may_differ_in_context():
    (_, base), (_, longer) = architecture_of("kimi-k2"), architecture_of("kimi-k2.5")
    assert (base.max_context, longer.max_context) == (131072, 262144)
    assert parameters(base) == parameters(longer)


def test_hybrids_and_windows_are_described():
    qwen = architecture_of("Qwen/Qwen3.5-397B-A17B")[1]
    assert (qwen.linear_attention_layers, qwen.layers, qwen.experts, qwen.experts_per_token, qwen.shared_experts) == (45, 60, 512, 10, 1)
    assert architecture_of("zai-org/GLM-5")[1].index_topk == 2048
    assert architecture_of("openai/gpt-oss-120b")[1].sliding_attention_layers == 18
    assert architecture_of("meta-llama/Llama-4-Scout-17B-16E-Instruct")[1].chunked


def test_a_configuration_of_ones_own(tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(LLAMA))
    id_, arch = architecture_of(str(file))
    assert (id_, arch.hidden) == (str(file), 64)
    assert architecture_of(str(tmp_path))[1] == arch


@pytest.mark.parametrize(("text", "words"), [("{", "no JSON"), ("[1]", "JSON object"), ("{}", "num_hidden_layers")])
def test_a_file_that_is_no_configuration_is_refused(tmp_path, text, words):
    file = tmp_path / "config.json"
    file.write_text(text)
    with pytest.raises(InputError, match=words):
        architecture_of(str(file))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        architecture_of(str(tmp_path / "absent.json"))


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("H100", "h100-sxm"),
        ("H100 SXM", "h100-sxm"),
        ("h100-sxm5", "h100-sxm"),
        ("NVIDIA H100 80GB HBM3", "h100-sxm"),
        ("H100NVL", "h100-nvl"),
        ("H100PCIE", "h100-pcie"),
        ("H200", "h200-sxm"),
        ("H200NVL", "h200-nvl"),
        ("B200", "b200-sxm"),
        ("B300", "b300-sxm"),
        ("GB200", "gb200-nvl72"),
        ("GB300 NVL72", "gb300-nvl72"),
        ("GH200", "gh200"),
        ("GH200_144", "gh200-144gb"),
        ("RTXPRO6000", "rtx-pro-6000-blackwell-se"),
        ("NVIDIA GeForce RTX 5090", "rtx-5090"),
        ("AMD Instinct MI300X", "mi300x"),
        ("MI355X", "mi355x"),
        ("A100-SXM4-80GB", "a100-sxm-80gb"),
        ("A100 40GB", "a100-sxm-40gb"),
        ("TPU v5e", "tpu-v5e"),
        ("Ironwood", "tpu-v7"),
        ("trn2", "trainium2"),
        ("Gaudi 3", "gaudi3"),
    ],
)
def test_accelerators_in_many_spellings(name, id_):
    assert accelerator_of(name)[0] == id_


@pytest.mark.parametrize("id_", table("chips"))
def test_every_accelerator_has_memory_rates_and_power(id_):
    found, chip = accelerator_of(id_)
    assert found == id_
    assert chip.memory_bytes > 1e9
    assert chip.bandwidth_bytes_per_s > 1e11
    assert all(rate == 0 or rate > 1e12 for rate in chip.flops_by_precision.values())
    assert math.isfinite(chip.tdp_w)


def test_an_accelerator_in_si_units():
    _, chip = accelerator_of("H200")
    assert (chip.memory_bytes, chip.bandwidth_bytes_per_s, chip.tdp_w, chip.scale_up_gpus) == (141e9, 4.8e12, 700, 8)
    assert chip.scale_out_bytes_per_s == 400e9 / 8
    assert chip.flops_per_s("bf16") == pytest.approx(989.4e12)


def test_an_unknown_accelerator_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match=r"did you mean .*h200-nvl"):
        accelerator_of("h200-nvlx")
