"""Seconds by hand, and what must hold whatever the numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.training_case import REAL, training_case

from wattmint.physics.training_memory import training_memory
from wattmint.physics.training_step import StepTime, step_time

TOKENS = 256 * 4096 / 64


def step(recompute: float = 0.0, **changes: float) -> StepTime:
    return step_time(training_case(**changes), np.full(2, recompute))


def test_arithmetic_by_hand():
    found = step()
    assert found.matrices_s[0] == pytest.approx(TOKENS * 3 * 14e9 / 2e15)
    assert found.matrices_s[1] == pytest.approx(TOKENS * 3 * 18e9 / 2e15)
    assert found.attention_s[0] == pytest.approx(TOKENS * 3.5 * 1e9 / 1e15)
    assert found.model_flops[0] == pytest.approx(TOKENS * 3 * 15e9)
    assert found.done_flops[0] == found.model_flops[0]


def test_recomputing_is_a_forward_pass_more_and_a_frozen_base_a_pass_less():
    assert step(1.0).matrices_s[0] == pytest.approx(step().matrices_s[0] * 4 / 3)
    assert step(1.0).model_flops[0] == step().model_flops[0]
    assert step(1.0).done_flops[0] == pytest.approx(TOKENS * 4 * 15e9)
    assert step(adapters=1.0).matrices_s[0] == pytest.approx(step().matrices_s[0] * 2 / 3)
    assert step(adapters=1.0).model_flops[0] == pytest.approx(TOKENS * (2 * 14e9 + 3 * 1e9))
    assert step(adapters=1.0).optimizer_s[0] == 0.0


def test_a_pipeline_waits_for_its_stages():
    found = step(pp=4.0)
    assert found.bubble_s[0] == pytest.approx((found.matrices_s + found.attention_s)[0] * 3 / 16)
    assert step(pp=4.0, interleaved=3.0).bubble_s[0] == pytest.approx(found.bubble_s[0] / 3)
    assert step().bubble_s[0] == 0.0


def test_exchanges_by_hand():
    tensor = step(tp=4.0, exposed=1.0)
    assert tensor.tensor_s[0] == pytest.approx(TOKENS * 64 * 4 * 3 * 4096 * 2 / 4e11)
    assert step(tp=16.0, exposed=1.0).tensor_s[0] == pytest.approx(TOKENS * 64 * 4 * 15 * 4096 * 2 / 5e10)
    assert step(pp=4.0, exposed=1.0).pipeline_s[0] == pytest.approx(2 * TOKENS * 4 * 4096 * 2 / 4e11)
    assert step().pipeline_s[0] == 0.0
    experts = step(ep=16.0, exposed=1.0).expert_s
    assert experts[0] == 0.0
    visited = 2 * (1 - 0.5**4)
    assert experts[1] == pytest.approx(TOKENS * 32 * 4 * 4096 * 2 * (4 * 15 / 16 / 4e11 + visited / 2 / 5e10))
    data = step(exposed=1.0).data_s[0]
    assert data == pytest.approx(4 * 7e9 * (7 / 8 / 4e11 + 7 / 8 / 8 / 5e10))


def test_gradients_hide_behind_arithmetic_until_they_are_longer():
    assert step().data_s[0] == 0.0
    slow = step(scale_out=1e9)
    seconds = 4 * 7e9 * (7 / 8 / 4e11 + 7 / 8 / 8 / 1e9)
    assert slow.data_s[0] == pytest.approx(seconds - 0.5 * (slow.matrices_s + slow.attention_s)[0])


def test_sharing_weights_out_gathers_them_for_every_micro_batch():
    assert step(sharded=1.0).network_bytes[0] == pytest.approx(step().network_bytes[0] * 4 * 6 / 4)


@given(
    st.sampled_from(["flops", "flops16", "bandwidth", "scale_up", "scale_out"]), st.floats(1.0, 20.0), st.sampled_from([1.0, 2.0, 16.0]),
    st.sampled_from([1.0, 4.0]), st.sampled_from([1.0, 2.0]), st.sampled_from([0.0, 1.0]),
)  # fmt: skip
def test_a_better_chip_is_never_slower(name: str, factor: float, tp: float, pp: float, cp: float, sharded: float):
    plan = {**REAL, "gpus": 128.0, "tp": tp, "pp": pp, "cp": cp, "sharded": sharded, "ep": 8.0}
    before = training_case(**plan)
    better = training_case(**plan, **{name: getattr(before.chip, name)[0] * factor})
    share = training_memory(before.model, before.chip, before.plan).recompute
    assert np.all(step_time(better, share).total_s <= step_time(before, share).total_s * (1.0 + 1e-12))


@given(st.floats(0.0, 1.0), st.sampled_from([1.0, 4.0]))
def test_parts_add_up(recompute: float, pp: float):
    found = step(recompute, **REAL, pp=pp)
    names = ("matrices", "attention", "moved", "fixed", "tensor", "context", "expert", "pipeline", "data", "optimizer", "bubble", "straggling")
    assert sum(getattr(found, f"{name}_s") for name in names) == pytest.approx(found.total_s)
