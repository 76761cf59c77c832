"""How long a step of training takes: matrices, attention, bytes moved between them, exchanges, bubbles, fixed times and stragglers.

Per token the forward pass does the operations of `wattmint.physics.transformer_work`, the backward pass twice as many (with a frozen base and
adapters once as many in matrices: 4 N instead of 6 N), and what is recomputed once more. Exchanges are hidden behind arithmetic except for a share,
and except for what is longer than half the arithmetic.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.collectives import all_to_all_seconds
from wattmint.physics.serving_types import Columns
from wattmint.physics.training_memory import GRADIENT_BYTES, OPTIMIZER_BYTES, expert_replicas, parameters_held
from wattmint.physics.training_types import FloatArray, TrainingCase

VALUE_BYTES: Final = 2.0
FORWARD_AND_BACKWARD: Final = 3.0
OF_FROZEN_BASE: Final = 2.0
"""Passes over the matrices of a frozen base: forward, and backward for activations only."""

ATTENTION_RECOMPUTED: Final = 0.5
"""Fused attention computes scores again in the backward pass: half a forward pass."""

HIDDEN_BEHIND: Final = 0.5
"""Estimate: part of the arithmetic behind which exchanges can hide."""

NARROW: Final = 1024.0
TIMES_TOUCHED: Final = 2.0
"""A value beside matrices is written once and read once."""

OPTIMIZER_PASSES: Final = 2.0
SMALL_CLUSTER: Final = 8.0


@dataclass(frozen=True, slots=True)
class StepTime(Columns):
    """Where the seconds of a step go.

    Attributes
    ----------
    matrices_s, attention_s, moved_s, fixed_s : FloatArray
        Dense matrices and experts; scores of attention; bytes moved beside them; fixed times of layers.
    tensor_s, context_s, expert_s, pipeline_s, data_s : FloatArray
        Exchanges that nothing hides: of tensor, context and expert parallelism, between stages, and of gradients and gathered weights.
    optimizer_s, bubble_s, straggling_s : FloatArray
        Update of the weights; pipeline stages that wait; accelerators that wait for the slowest.
    total_s : FloatArray
        All of it.
    model_flops, done_flops : FloatArray
        Per accelerator: operations that the model asks for, and those done, recomputed ones included.
    network_bytes : FloatArray
        Sent by one accelerator over links and network per step.
    """

    matrices_s: FloatArray
    attention_s: FloatArray
    moved_s: FloatArray
    fixed_s: FloatArray
    tensor_s: FloatArray
    context_s: FloatArray
    expert_s: FloatArray
    pipeline_s: FloatArray
    data_s: FloatArray
    optimizer_s: FloatArray
    bubble_s: FloatArray
    straggling_s: FloatArray
    total_s: FloatArray
    model_flops: FloatArray
    done_flops: FloatArray
    network_bytes: FloatArray


def step_time(case: TrainingCase, recompute: FloatArray) -> StepTime:
    """Return how long a step takes and why.

    Parameters
    ----------
    case : TrainingCase
        The cases.
    recompute : FloatArray
        Share of layers whose activations are computed again; see `training_memory`.

    Returns
    -------
    StepTime
        Columns.
    """
    model, chip, plan, soft = case.model, case.chip, case.plan, case.software
    tokens = plan.global_batch * plan.seq_len / plan.gpus
    passes = np.where(plan.adapters > 0.0, OF_FROZEN_BASE, FORWARD_AND_BACKWARD)
    done = passes + recompute
    width = 1.0 + soft.narrow * NARROW * plan.tp / model.hidden
    matrices = tokens * done * (model.dense_flops / soft.linear + model.expert_flops / soft.expert) * width / chip.flops
    attention = tokens * (FORWARD_AND_BACKWARD + ATTENTION_RECOMPUTED + recompute) * model.attention_flops / (chip.flops16 * soft.attention)
    values = model.saved_values + 2.0 * model.vocab
    moved = tokens * done * TIMES_TOUCHED * VALUE_BYTES * values * soft.moved / chip.bandwidth
    share = plan.micro_batches / plan.pp
    fixed = share * (model.layers * soft.layer_s + model.expert_layers * soft.expert_layer_s) * done / FORWARD_AND_BACKWARD
    arithmetic = matrices + attention + moved
    exchanges, sent = _activations(case, tokens, recompute)
    gradients, data_bytes = _gradients(case)
    tensor, context, expert, pipeline, data = _exposed((*exchanges, gradients), soft.exposed, arithmetic)
    dense, experts = parameters_held(model, plan)
    updated = dense / (plan.replicas * plan.cp) + experts / expert_replicas(plan)
    optimizer = (1.0 - plan.adapters) * OPTIMIZER_PASSES * OPTIMIZER_BYTES * updated / chip.bandwidth
    working = arithmetic + fixed + tensor + context + expert + pipeline
    parts = np.clip(model.layers / plan.pp, 1.0, soft.interleaved)
    bubble = working * (plan.pp - 1.0) / (plan.micro_batches * parts)
    whole = working + bubble + data + optimizer
    straggling = whole * soft.straggling * np.log2(np.maximum(plan.gpus / SMALL_CLUSTER, 1.0))
    counted = tokens * (passes * (model.dense_flops + model.expert_flops) + FORWARD_AND_BACKWARD * model.attention_flops)
    again = tokens * recompute * (model.dense_flops + model.expert_flops + model.attention_flops)
    return StepTime(
        matrices, attention, moved, fixed, tensor, context, expert, pipeline, data, optimizer, bubble, straggling, whole + straggling,
        counted, counted + again, sent + data_bytes,
    )  # fmt: skip


def _exposed(seconds: tuple[FloatArray, ...], share: FloatArray, arithmetic: FloatArray) -> list[FloatArray]:
    """Return what remains visible of exchanges: a share of each, and in proportion what is too long to hide."""
    every = np.sum(seconds, axis=0)
    over = np.maximum((1.0 - share) * every - HIDDEN_BEHIND * arithmetic, 0.0)
    visible = share + np.divide(over, every, out=np.zeros_like(every), where=every > 0.0)
    return [visible * one for one in seconds]


def _activations(case: TrainingCase, tokens: FloatArray, recompute: FloatArray) -> tuple[tuple[FloatArray, ...], FloatArray]:
    """Return times of tensor, context, expert and pipeline exchanges per step, and the bytes sent."""
    model, chip, plan, soft = case.model, case.chip, case.plan, case.software
    up, out = chip.scale_up * soft.link, chip.scale_out * soft.network
    again = 1.0 + recompute / 2.0
    # Each of two blocks of a layer gathers and scatters once forward and once backward; experts are exchanged instead of their block.
    blocks = 2.0 * model.layers - model.expert_layers
    tensor_bytes = tokens * blocks * again * 2.0 * 2.0 * (plan.tp - 1.0) * model.hidden * VALUE_BYTES
    context_bytes = tokens * FORWARD_AND_BACKWARD * (plan.cp - 1.0) * model.kv_values * VALUE_BYTES
    context_bytes = context_bytes * np.where(model.attention_flops > 0.0, 1.0, 0.0)
    context_rate = np.where(plan.tp * plan.cp <= chip.scale_up_gpus, up, out)
    copied = tokens * model.expert_layers * again * 2.0 * 2.0 * model.hidden * VALUE_BYTES
    islands = np.maximum(plan.ep / chip.scale_up_gpus, 1.0)
    visited = islands * (1.0 - (1.0 - 1.0 / islands) ** model.experts_per_token)
    expert = all_to_all_seconds(copied * model.experts_per_token, plan.ep, up) + all_to_all_seconds(copied * visited, islands, out)
    tensor = tensor_bytes / np.where(plan.tp <= chip.scale_up_gpus, up, out)
    stage_bytes = np.where(plan.pp > 1.0, 2.0 * tokens * plan.pp * model.hidden * VALUE_BYTES, 0.0)
    stages = stage_bytes / np.where(plan.tp * plan.cp * plan.pp <= chip.scale_up_gpus, up, out)
    sent = tensor_bytes + context_bytes + stage_bytes + copied * model.experts_per_token * (plan.ep - 1.0) / plan.ep
    return (tensor, context_bytes / context_rate, expert, stages), sent


def _gradients(case: TrainingCase) -> tuple[FloatArray, FloatArray]:
    """Return the time of exchanging gradients and weights, and the bytes sent per step."""
    model, chip, plan, soft = case.model, case.chip, case.plan, case.software
    trained = 1.0 - plan.adapters
    dense, experts = parameters_held(model, plan)
    rounds = np.where(plan.sharded > 0.0, plan.micro_batches, 1.0)
    gathers = np.where(plan.sharded > 0.0, 2.0 * plan.weight_bytes, trained * plan.weight_bytes)
    each = rounds * (gathers + trained * GRADIENT_BYTES)
    seconds, sent = np.zeros_like(dense), np.zeros_like(dense)
    for held, copies, inside in ((dense, plan.replicas * plan.cp, plan.tp), (experts, expert_replicas(plan), plan.ep)):
        near = np.clip(chip.scale_up_gpus / inside, 1.0, copies)
        far = copies / near
        through_links = each * held * (near - 1.0) / near
        through_network = each * held * (far - 1.0) / far / near
        seconds = seconds + through_links / (chip.scale_up * soft.link) + through_network / (chip.scale_out * soft.network)
        sent = sent + through_links + through_network
    return seconds, sent
