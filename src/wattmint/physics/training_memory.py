"""What training holds in an accelerator's memory: weights, gradients, the optimizer's state, activations; and what recomputing saves.

Mixed precision: weights as computed with, gradients in two bytes, and twelve bytes of master copy and two moments per trained parameter, which are
shared out over replicas (a distributed optimizer). Experts are shared out over `ep` accelerators instead of tensor parallelism.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.serving_types import Columns
from wattmint.physics.training_types import FloatArray, TrainedModel, TrainingChip, TrainingPlan

GRADIENT_BYTES: Final = 2.0
OPTIMIZER_BYTES: Final = 12.0
ACTIVATION_BYTES: Final = 2.0
LOGIT_BYTES: Final = 6.0
LOSS_TOKENS: Final = 8192.0
"""Estimate: the loss is worked out for at most so many tokens at once, in 16 and 32 bits."""

USABLE: Final = 0.94
"""Estimate: the rest is taken by drivers, communication buffers and fragmentation."""


@dataclass(frozen=True, slots=True)
class TrainingMemory(Columns):
    """Bytes on one accelerator.

    Attributes
    ----------
    weights, gradients, optimizer, activations : FloatArray
        Held; activations at the share of layers that is recomputed.
    total, least, available : FloatArray
        All of it; with everything recomputed; and how much memory can be used, bytes.
    recompute : FloatArray
        Share of layers whose activations are computed again: as given, or the least with which it fits.
    """

    weights: FloatArray
    gradients: FloatArray
    optimizer: FloatArray
    activations: FloatArray
    total: FloatArray
    least: FloatArray
    available: FloatArray
    recompute: FloatArray

    @property
    def fits(self) -> FloatArray:
        """1 where all of it fits, else 0."""
        return np.asarray(self.total <= self.available * (1.0 + 1e-12), np.float64)


def parameters_held(model: TrainedModel, plan: TrainingPlan) -> tuple[FloatArray, FloatArray]:
    """Return the parameters of one accelerator's part of the model: dense, and of experts."""
    return model.dense_parameters / (plan.tp * plan.pp), model.expert_parameters / (plan.ep * plan.pp)


def expert_replicas(plan: TrainingPlan) -> FloatArray:
    """Return how many accelerators of a stage hold the same experts, at least one."""
    result: FloatArray = np.maximum(plan.gpus / (plan.pp * plan.ep), 1.0)
    return result


def training_memory(model: TrainedModel, chip: TrainingChip, plan: TrainingPlan) -> TrainingMemory:
    """Return what is held on one accelerator.

    Parameters
    ----------
    model, chip, plan
        The cases.

    Returns
    -------
    TrainingMemory
        Columns, bytes.
    """
    dense, expert = parameters_held(model, plan)
    dense_copies, expert_copies = plan.replicas * plan.cp, expert_replicas(plan)
    trained = 1.0 - plan.adapters
    shared = np.where(plan.sharded > 0.0, dense / dense_copies + expert / expert_copies, dense + expert)
    gathered = plan.sharded * 2.0 * (dense / (model.layers / plan.pp) + expert / np.maximum(model.expert_layers / plan.pp, 1.0))
    weights = plan.weight_bytes * (shared + gathered)
    gradients = trained * GRADIENT_BYTES * (shared + 0.5 * gathered)
    optimizer = trained * OPTIMIZER_BYTES * (dense / dense_copies + expert / expert_copies)
    tokens = plan.micro_tokens / plan.tp
    in_flight = np.minimum(plan.micro_batches, plan.pp) / plan.pp
    kept = ACTIVATION_BYTES * tokens * model.hidden * model.layers * in_flight
    saved = ACTIVATION_BYTES * tokens * model.saved_values * in_flight
    logits = LOGIT_BYTES * np.minimum(plan.micro_tokens, LOSS_TOKENS) * model.vocab / plan.tp
    working = ACTIVATION_BYTES * tokens * model.saved_values / model.layers + logits
    available = USABLE * chip.memory_bytes
    fixed = weights + gradients + optimizer + working
    wanted = np.clip((fixed + saved - available) / np.maximum(saved - kept, 1.0), 0.0, 1.0)
    recompute = np.where(np.isnan(plan.recompute), wanted, plan.recompute)
    activations = working + saved + recompute * (kept - saved)
    return TrainingMemory(
        weights, gradients, optimizer, activations, weights + gradients + optimizer + activations, fixed + kept, available, recompute
    )
