"""One step of decoding: a token for every sequence of the batch.

A step reads all weights it needs once and every sequence's cache, computes on them, exchanges partial results between chips, and pays for
launching layers, for the step and for each sequence. With experts it reads those that the batch touches.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.collectives import all_reduce_seconds, all_to_all_seconds
from wattmint.physics.roofline import overlapped_seconds
from wattmint.physics.serving_memory import STATE_BYTES
from wattmint.physics.serving_types import Case, Columns, FloatArray

ACTIVATION_BYTES: Final = 2.0
"""Residual streams travel between chips in 16 bits."""

EXCHANGES_PER_LAYER: Final = 2.0
"""One after attention, one after the feed-forward part; with experts on other chips, out and back."""

DISPATCH_BYTES: Final = 1.5
"""Estimate: tokens go to their experts in 8 bits and come back in 16."""


@dataclass(frozen=True, slots=True)
class Step(Columns):
    """Where the time of a step goes, s; and what one chip moves and computes.

    Attributes
    ----------
    total_s : FloatArray
        All of it, for all pipeline stages.
    memory_s, compute_s, network_s, overhead_s : FloatArray
        Parts of `total_s`: reading and computing by what each would take alone, exchanges with their latency, the rest.
    read_bytes, flops, flops_peak_s : FloatArray
        Of one chip in its stage: bytes read, operations, and the time these take at the chip's peak rates.
    """

    total_s: FloatArray
    memory_s: FloatArray
    compute_s: FloatArray
    network_s: FloatArray
    overhead_s: FloatArray
    read_bytes: FloatArray
    flops: FloatArray
    flops_peak_s: FloatArray


def touched_experts(case: Case, tokens: FloatArray) -> FloatArray:
    """Return how many of a layer's experts a batch of `tokens` touches: E (1 - (1 - k/E)^n), the batch shrunk by the skew of routing.

    Notes
    -----
    Never fewer than one token visits; 0 where the model has none.
    """
    experts = np.maximum(case.shape.experts, 1.0)
    share = np.minimum(case.shape.experts_per_token / experts, 0.999)
    touched = experts * -np.expm1(np.log1p(-share) * tokens * case.software.routing_skew)
    result: FloatArray = np.where(case.shape.experts > 0.0, np.maximum(touched, case.shape.experts_per_token), 0.0)
    return result


def imbalance(case: Case, touched: FloatArray) -> FloatArray:
    """Return by how much the chip with most touched experts exceeds the mean, where experts lie whole on chips; 1 elsewhere.

    Notes
    -----
    Experts fall on chips like balls into bins: the spread of their number is its root, and vanishes when all are touched.
    """
    untouched = np.maximum(1.0 - touched / np.maximum(case.shape.experts, 1.0), 0.0)
    result: FloatArray = 1.0 + np.where(
        case.load.ep > 1.0, case.software.expert_imbalance * np.sqrt(untouched * case.load.ep / np.maximum(touched, 1.0)), 0.0
    )
    return result


def decode_step(case: Case, sequences: FloatArray) -> Step:
    """Return the time of a step.

    Parameters
    ----------
    case : Case
        Columns.
    sequences : FloatArray
        Being decoded in one attention group; a pipeline works on them in as many parts as it has stages.

    Returns
    -------
    Step
        s.
    """
    chip, load, soft = case.chip, case.load, case.software
    batch = sequences / load.pp
    tokens = batch * (1.0 + load.drafts)
    core_bytes, core_peak_s, core_s = _core(case, tokens)
    expert_bytes, expert_peak_s, expert_memory_s, expert_compute_s, calls_s = _experts(case, tokens)
    cache_bytes, cache_peak_s = _cache(case, batch, tokens)
    core_memory_s = core_bytes / (chip.bandwidth_bytes_per_s * soft.memory)
    cache_memory_s = cache_bytes / (chip.bandwidth_bytes_per_s * soft.memory * soft.cache_memory)
    cache_s = cache_peak_s / (soft.attention_mfu * soft.decode_mfu)
    work_s = (
        overlapped_seconds(core_memory_s, core_s)
        + overlapped_seconds(expert_memory_s, expert_compute_s)
        + calls_s
        + overlapped_seconds(cache_memory_s, cache_s)
    ) * soft.traffic_scale
    network_s = exchange_seconds(case, tokens) * soft.traffic_scale + soft.exchange_s
    layers_s = soft.layers_s * np.maximum(batch, 1.0) ** soft.layer_batch_power
    overhead_s = layers_s + soft.step_s * load.pp + batch * load.pp * soft.sequence_s
    return Step(
        total_s=work_s + network_s + overhead_s,
        memory_s=core_memory_s + expert_memory_s + cache_memory_s,
        compute_s=core_s + expert_compute_s + cache_s,
        network_s=network_s,
        overhead_s=overhead_s + calls_s * soft.traffic_scale,
        read_bytes=(core_bytes + expert_bytes + cache_bytes) / load.pp,
        flops=core_peak_s * chip.core_flops_per_s + expert_peak_s * chip.expert_flops_per_s + cache_peak_s * chip.attention_flops_per_s,
        flops_peak_s=(core_peak_s + expert_peak_s + cache_peak_s) / load.pp,
    )


def exchange_seconds(case: Case, tokens: FloatArray) -> FloatArray:
    """Return the time for moving the residual streams of `tokens` of one attention group between chips, latency not counted, s."""
    shape, load = case.shape, case.load
    link = case.chip.link_bytes_per_s * case.software.link
    stream = tokens * shape.hidden * ACTIVATION_BYTES
    reduce_s = EXCHANGES_PER_LAYER * shape.layers * all_reduce_seconds(stream, load.tp, link)
    sent = tokens * np.minimum(shape.experts_per_token, load.ep) * shape.hidden * DISPATCH_BYTES
    dispatch_s = EXCHANGES_PER_LAYER * shape.expert_layers * all_to_all_seconds(sent, load.dp, link)
    result: FloatArray = reduce_s + np.where(shape.experts > 0.0, dispatch_s, 0.0)
    return result


def _core(case: Case, tokens: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Attention, dense parts and head: bytes read, time at peak and time really taken by arithmetic."""
    shape, chip, soft = case.shape, case.chip, case.software
    weights = (shape.attention + shape.dense) * chip.core_bytes + shape.head * chip.head_bytes
    core_s = 2.0 * tokens * (shape.attention + shape.dense) / chip.core_flops_per_s / case.load.tp
    head_s = 2.0 * tokens * shape.head / chip.core_flops_per_s * chip.head_bytes / chip.core_bytes / case.load.tp
    return weights / case.load.tp, core_s + head_s, (core_s + head_s) / (soft.core_mfu * soft.decode_mfu)


def _experts(case: Case, tokens: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Experts: bytes read, time at peak, time really taken by memory and by arithmetic, and for calling them."""
    shape, chip, load, soft = case.shape, case.chip, case.load, case.software
    chips = load.tp * load.dp
    total = tokens * load.dp
    touched = touched_experts(case, total)
    uneven = imbalance(case, touched)
    read = touched * shape.expert * shape.expert_layers * chip.expert_bytes / chips
    peak_s = 2.0 * total * shape.experts_per_token * shape.expert * shape.expert_layers / chips / chip.expert_flops_per_s
    memory_s = read / (chip.bandwidth_bytes_per_s * soft.memory * soft.expert_memory) * uneven
    calls_s = touched / np.maximum(load.ep, 1.0) * soft.expert_call_s * shape.expert_layers
    return read, peak_s, memory_s, peak_s / (soft.expert_mfu * soft.decode_mfu) * uneven, calls_s


def _cache(case: Case, batch: FloatArray, tokens: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cache and states: bytes read (states are written too), and time at peak for scores."""
    shape, chip, load = case.shape, case.chip, case.load
    context = load.prompt + load.output / 2.0
    chosen, window = np.minimum(context, shape.index_topk), np.minimum(context, shape.window)
    values = shape.index_values * context + (shape.full_values - shape.index_values) * chosen + shape.sliding_values * window
    split = np.minimum(load.tp, shape.kv_heads)
    read = batch * (values * chip.cache_bytes / split + 2.0 * STATE_BYTES * shape.state_values / load.tp)
    products = shape.decode_products * chosen + shape.sliding_products * window + shape.index_products * context
    return read, tokens * (2.0 * products + shape.state_flops) / load.tp / chip.attention_flops_per_s
