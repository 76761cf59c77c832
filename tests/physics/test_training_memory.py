"""Bytes by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.training_case import training_case

from wattmint.physics.training_memory import TrainingMemory, training_memory


def memory(**changes: float) -> TrainingMemory:
    case = training_case(**changes)
    return training_memory(case.model, case.chip, case.plan)


def test_weights_gradients_and_optimizer_by_hand():
    held = memory()
    assert held.weights.tolist() == [14e9, 14e9 + 64e9]
    assert held.gradients.tolist() == held.weights.tolist()
    assert held.optimizer[0] == 12 * 7e9 / 64
    assert held.optimizer[1] == 12 * (7e9 + 32e9) / 64


def test_tensor_pipeline_and_expert_parallelism_share_weights_out():
    held = memory(tp=2.0, pp=4.0, ep=8.0)
    assert held.weights.tolist() == [14e9 / 8, 14e9 / 8 + 64e9 / 32]
    assert held.optimizer[1] == pytest.approx(12 * (7e9 / 8 / 8 + 32e9 / 32 / 2))


def test_sharing_out_keeps_a_layer_gathered_and_adapters_need_no_state():
    shared = memory(sharded=1.0)
    assert shared.weights[0] == 2 * (7e9 / 64 + 2 * 7e9 / 32)
    frozen = memory(adapters=1.0, weight_bytes=1.0)
    assert frozen.weights[0] == 7e9
    assert frozen.gradients[0] == frozen.optimizer[0] == 0.0


def test_as_much_is_recomputed_as_makes_it_fit_and_no_more():
    roomy, tight, hopeless = memory(memory_bytes=200e9), memory(memory_bytes=42e9), memory(memory_bytes=20e9)
    assert roomy.recompute[0] == 0.0
    assert 0.0 < tight.recompute[0] < 1.0
    assert tight.total[0] == pytest.approx(tight.available[0])
    assert hopeless.recompute[0] == 1.0
    assert [bool(one.fits[0]) for one in (roomy, tight, hopeless)] == [True, True, False]
    assert hopeless.total[0] == pytest.approx(hopeless.least[0])


def test_a_given_share_is_kept():
    assert memory(recompute=1.0).recompute.tolist() == [1.0, 1.0]
    assert memory(recompute=1.0).activations[0] < memory(recompute=0.0).activations[0]


@given(st.sampled_from(["tp", "cp"]), st.floats(1e10, 1e12))
def test_spreading_never_takes_more_activations(name: str, capacity: float):
    few, many = memory(memory_bytes=capacity, recompute=0.5), memory(memory_bytes=capacity, recompute=0.5, **{name: 2.0})
    assert np.all(many.activations <= few.activations)
