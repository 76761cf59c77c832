"""Rows of physics' columns for real models and chips."""

import dataclasses

import pytest

from wattmint.physics.serving_types import Chip, Shape
from wattmint.physics.transformer import parameters
from wattmint.serving.forms import held, kind_of, lacking, shape_row, widest
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.serving.software import KINDS


def shape_of(model):
    """Shape by field."""
    return dict(zip((field.name for field in dataclasses.fields(Shape)), shape_row(architecture_of(model)[1]), strict=True))


def chip_of(gpu, model, precision):
    """Chip by field."""
    experts = architecture_of(model)[1].experts > 0
    return dict(zip((field.name for field in dataclasses.fields(Chip)), held(accelerator_of(gpu)[0], model, precision, experts).chip, strict=True))


@pytest.mark.parametrize("model", ["llama-3-1-70b", "deepseek-r1", "gpt-oss-120b", "qwen3-5-397b-a17b", "llama-4-maverick-17b-128e", "glm-5"])
def test_parts_add_up_to_all_parameters(model):
    row, arch = shape_of(model), architecture_of(model)[1]
    heads = row["head"] * (1 if arch.tied_embeddings else 2)
    assert row["attention"] + row["dense"] + row["experts"] * row["expert"] * row["expert_layers"] + heads == parameters(arch)[0]


def test_latent_attention_decodes_on_the_compressed_cache_that_chips_cannot_share_out():
    row = shape_of("deepseek-r1")
    assert row["kv_heads"] == 1
    assert row["latent_layers"] == 61
    assert row["full_values"] == 61 * 576
    assert row["decode_products"] > 3 * row["prompt_products"]


def test_a_chip_without_a_format_widens_it():
    assert chip_of("MI300X", "llama-3-1-70b", "fp4")["core_flops_per_s"] == accelerator_of("MI300X")[1].flops_by_precision["bf16"]
    assert chip_of("MI355X", "llama-3-1-70b", "fp4")["core_flops_per_s"] == accelerator_of("MI355X")[1].flops_by_precision["fp4"]


@pytest.mark.parametrize(
    ("gpu", "kind"), [("B200", "kind-blackwell"), ("L40S", "kind-pcie"), ("MI300X", "kind-other-vendor"), ("TPU v5e", "kind-other-vendor")]
)
def test_classes_of_chips(gpu, kind):
    assert KINDS[kind_of(accelerator_of(gpu)[1])] == kind


def test_hopper_is_the_class_that_others_are_told_from():
    assert kind_of(accelerator_of("H100")[1]) == len(KINDS)


def test_heads_bound_tensor_parallelism():
    assert widest(accelerator_of("H200")[1], architecture_of("llama-3-1-70b")[1]) == 8.0
    assert widest(accelerator_of("H200")[1], architecture_of("llama-3-2-3b")[1]) == 8.0
    assert widest(accelerator_of("GB200")[1], architecture_of("llama-4-scout-17b-16e")[1]) == 8.0


def test_a_chip_whose_power_nobody_states_is_refused():
    model = architecture_of("llama-3-1-8b")
    assert "thermal design power" in lacking(accelerator_of("inferentia2"), model, "bf16")
    assert lacking(accelerator_of("H100"), model, "bf16") == ""
