"""Memory of a chip that serves a model: weights, cache, and how many sequences there is room for."""

from typing import Final

import numpy as np

from wattmint.physics.serving_types import Case, FloatArray
from wattmint.units import BYTES_PER_GB

USABLE_SHARE: Final = 0.9
"""Estimate: the default of servers; it fits the loads at which measured queueing sets in."""

WORKSPACE_BYTES: Final = BYTES_PER_GB
"""Estimate: activations and buffers."""

COPIES_OF_HEAD: Final = 2.0
"""Embedding and output head both lie in memory (tied ones too, as servers keep them apart)."""

STATE_BYTES: Final = 2.0
"""Bytes per value of the state of linear attention."""


def weight_bytes(case: Case) -> FloatArray:
    """Return the bytes of weights that one chip holds."""
    shape, chip, load = case.shape, case.chip, case.load
    core = (shape.attention + shape.dense) * chip.core_bytes + COPIES_OF_HEAD * shape.head * chip.head_bytes
    experts = shape.experts * shape.expert * shape.expert_layers * chip.expert_bytes
    result: FloatArray = (core + experts / load.dp) / (load.tp * load.pp)
    return result


def sequence_bytes(case: Case, context: FloatArray) -> FloatArray:
    """Return the bytes of cache and state that one sequence of `context` tokens takes on one chip of its group.

    Notes
    -----
    Tensor parallelism shares out key and value heads; with fewer heads than chips, and with latent attention, chips hold copies.
    """
    shape, load = case.shape, case.load
    values = shape.full_values * context + shape.sliding_values * np.minimum(context, shape.window)
    split = np.minimum(load.tp, shape.kv_heads)
    result: FloatArray = (values * case.chip.cache_bytes / split + STATE_BYTES * shape.state_values / load.tp) / load.pp
    return result


def free_bytes(case: Case) -> FloatArray:
    """Return what weights and workspace leave for the cache on one chip; negative where the model does not fit."""
    return USABLE_SHARE * case.chip.memory_bytes - WORKSPACE_BYTES - weight_bytes(case)


def sequences_held(case: Case) -> FloatArray:
    """Return how many sequences one attention group has memory for; below 1 where not even one fits."""
    context = case.load.prompt + case.load.output * case.software.cache_reserve
    result: FloatArray = np.maximum(free_bytes(case), 0.0) / sequence_bytes(case, context)
    return result
