"""Working off a prompt: arithmetic on all its tokens at once."""

from dataclasses import dataclass

import numpy as np

from wattmint.physics.roofline import overlapped_seconds
from wattmint.physics.serving_decode import exchange_seconds, touched_experts
from wattmint.physics.serving_types import Case, Columns, FloatArray


@dataclass(frozen=True, slots=True)
class Prefill(Columns):
    """One prompt on one attention group.

    Attributes
    ----------
    work_s : FloatArray
        Time for which it occupies the group when prompts follow one another, s.
    launch_s : FloatArray
        Time to launch all layers outside a recorded graph, once for all prompts that are worked off in one step, s.
    alone_s : FloatArray
        From start to end when it is alone: no shorter than reading the weights, and with the overhead of layers, s.
    flops_peak_s : FloatArray
        Time its operations take at the chips' peak rates, s.
    """

    work_s: FloatArray
    launch_s: FloatArray
    alone_s: FloatArray
    flops_peak_s: FloatArray


def prefill(case: Case) -> Prefill:
    """Return what a prompt takes."""
    shape, chip, load, soft = case.shape, case.chip, case.load, case.software
    tokens = load.prompt
    core_s = 2.0 * tokens * (shape.attention + shape.dense) / load.tp / chip.core_flops_per_s
    expert_s = 2.0 * tokens * shape.experts_per_token * shape.expert * shape.expert_layers / load.tp / chip.expert_flops_per_s
    score_s = _score_flops(case) / load.tp / chip.attention_flops_per_s
    busy_s = core_s / soft.core_mfu + expert_s / soft.expert_mfu + score_s / soft.attention_mfu + exchange_seconds(case, tokens)
    work_s = busy_s * soft.prefill_scale
    read = (shape.attention + shape.dense) * chip.core_bytes / load.tp
    read = read + touched_experts(case, tokens) * shape.expert * shape.expert_layers * chip.expert_bytes / (load.tp * load.dp)
    read_s = read / (chip.bandwidth_bytes_per_s * soft.memory)
    return Prefill(
        work_s=work_s / load.pp,
        launch_s=soft.prefill_layers_s / load.pp,
        alone_s=overlapped_seconds(work_s, read_s) + soft.prefill_layers_s + soft.first_layers_s + soft.exchange_s,
        flops_peak_s=(core_s + expert_s + score_s) / load.pp,
    )


def _score_flops(case: Case) -> FloatArray:
    """Operations of scores and weighted sums over a prompt; causal, so token i sees i tokens, or as many as window or choice allow."""
    shape, tokens = case.shape, case.load.prompt
    products = shape.prompt_products * _pairs(tokens, shape.index_topk) + shape.sliding_products * _pairs(tokens, shape.window)
    products = products + shape.index_products * tokens * tokens / 2.0
    return 2.0 * products + shape.state_flops * tokens


def _pairs(tokens: FloatArray, most: FloatArray) -> FloatArray:
    inside = np.minimum(tokens, most)
    beyond = np.where(tokens > inside, (tokens - inside) * inside, 0.0)
    result: FloatArray = inside * inside / 2.0 + beyond
    return result
