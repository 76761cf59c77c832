import numpy as np
import pytest

from wattmint.calculators.training.step_cases import read_training_cases
from wattmint.errors import InputError
from wattmint.physics.transformer import parameters
from wattmint.serving.names import architecture_of

CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": "8", "precision": "bf16"}


def asked(**changes: object):
    return read_training_cases({name: [value] for name, value in {**CASE, **changes}.items()})


@pytest.mark.parametrize("model", ["llama-3.1-8b", "gpt-3-175b", "deepseek-v3", "qwen3-30b-a3b", "gpt-oss-120b"])
def test_parameters_and_operations_are_the_architecture_s(model: str):
    row, (total, active) = asked(model=model).model, parameters(architecture_of(model)[1])
    assert row.dense_parameters[0] + row.expert_parameters[0] == total
    assert row.dense_flops[0] + row.expert_flops[0] == pytest.approx(2 * active)


def test_blank_cells_are_automatic():
    plan = asked(tp="", recompute=None, task="").plan
    assert np.isnan([plan.tp[0], plan.recompute[0], plan.sharded[0], plan.global_batch[0]]).all()
    assert plan.seq_len[0] == 8192.0
    assert plan.ep[0] == 1.0  # a model without experts
    assert asked(model="llama-2-70b").plan.seq_len[0] == 4096.0


@pytest.mark.parametrize(
    ("fsdp", "sharded", "eager"), [("0", 0.0, 0.0), ("64", 1.0, 0.0), ("1 (0)", 1.0, 0.0), ("FULL_SHARD", 1.0, 1.0), ("NO_SHARD", 0.0, 0.0)]
)
def test_shards(fsdp: str, sharded: float, eager: float):
    found = asked(fsdp=fsdp)
    assert (found.plan.sharded[0], found.eager[0]) == (sharded, eager)


def test_formats_are_what_the_chip_multiplies():
    assert asked(gpu="a100 80gb", precision="fp8").formats == ("bf16",)
    assert asked(precision="fp4").formats == ("fp8",)
    assert asked(gpu="b200", precision="nvfp4").formats == ("fp4",)
    assert asked(gpu="a100 80gb").kinds == ("kind-ampere",)
    assert asked(gpu="mi355x").kinds == ("kind-other-vendor",)


def test_adapters_keep_the_base_in_the_case_s_precision():
    assert asked(task="lora", precision="fp8").plan.weight_bytes[0] == 1.0
    assert asked(task="sft", precision="fp8").plan.weight_bytes[0] == 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [("model", "no-such-model"), ("model", ""), ("gpu", "no-such-chip"), ("gpus", ""), ("gpus", "0"), ("gpus", "1.5"), ("precision", "int8"),
     ("tp", "two"), ("seq_len", "-1"), ("task", "rlhf"), ("recompute", "some"), ("global_batch", "nan")],
)  # fmt: skip
def test_a_row_is_refused_by_name_and_the_others_stay(name: str, value: str):
    found = read_training_cases({key: [good, value if key == name else good] for key, good in {name: "", **CASE}.items()})
    assert found.errors[0] == "" or name not in CASE
    assert found.errors[1].startswith(name)
    assert 1 not in found.rows


def test_a_missing_column_is_refused():
    with pytest.raises(InputError, match="gpus"):
        read_training_cases({"model": ["llama-3.1-8b"], "gpu": ["h100"], "precision": ["bf16"]})
