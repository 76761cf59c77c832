"""The work a transformer does: operations per token, in its matrices and in its attention, and the experts that a batch touches.

Operations are counted as the trade does, two per multiplication and addition. Functions of tokens take numbers or NumPy arrays.
"""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wattmint.physics.transformer import Architecture, kv_shape, layer_counts, least, parameters, value_dim, window_tokens

Number = TypeVar("Number", float, NDArray[np.float64])

FLOPS_PER_MULTIPLY_ADD: Final = 2.0

STATE_FLOPS_PER_VALUE: Final = 7.0
"""Gated delta rule, per value of the state and token: decay (1), read along the key (2), rank-one update (2), read along the query (2)."""


def linear_flops_per_token(arch: Architecture, *, head: bool = True) -> float:
    """Return the operations of all matrices that one token passes through.

    Parameters
    ----------
    arch : Architecture
        The model.
    head : bool
        Whether the output head is used: in prefill only the last token of a prompt is.

    Returns
    -------
    float
        FLOP; two per parameter.

    Notes
    -----
    Latent attention costs the same whether its up-projection is applied to the cache or absorbed into query and output.
    """
    active = parameters(arch)[1] - (0 if head else arch.vocab * arch.hidden)
    return FLOPS_PER_MULTIPLY_ADD * active


def attention_flops_per_token(arch: Architecture, context: Number, *, absorbed: bool = False) -> Number:
    """Return the operations of scores and weighted sums of one token that has `context` tokens before it.

    Parameters
    ----------
    arch : Architecture
        The model.
    context : float or array
        Tokens attended to in a full layer. For a whole prompt of n tokens the mean over its tokens is half of n; see `mean_window_tokens`.
    absorbed : bool
        Latent attention as decoding does it, on the compressed cache itself; prefill unpacks it first.

    Returns
    -------
    float or array
        FLOP.
    """
    n = layer_counts(arch)
    seen = least(context, arch.index_topk) if arch.index_topk else context
    index = arch.index_layers * arch.index_heads * arch.index_head_dim
    products = n.full * _products_per_pair(arch, absorbed=absorbed) * seen + index * context
    products = products + n.sliding * arch.heads * (arch.head_dim + value_dim(arch, full=False)) * window_tokens(arch, context)
    state = n.linear * arch.linear_value_heads * arch.linear_key_dim * arch.linear_value_dim
    return FLOPS_PER_MULTIPLY_ADD * products + STATE_FLOPS_PER_VALUE * state


def prompt_attention_flops(arch: Architecture, tokens: Number, *, absorbed: bool = False) -> Number:
    """Return the operations of scores and weighted sums over a whole prompt: `attention_flops_per_token` summed over its tokens.

    Notes
    -----
    Causal: token i sees i tokens, so a full layer does n² / 2 pairs. A window w sees min(i, w): n w - w² / 2 pairs beyond the window.
    """
    n = layer_counts(arch)
    full_pairs = capped_pairs(tokens, arch.index_topk) if arch.index_topk else tokens * tokens / 2.0
    index = arch.index_layers * arch.index_heads * arch.index_head_dim
    products = n.full * _products_per_pair(arch, absorbed=absorbed) * full_pairs + index * (tokens * tokens / 2.0)
    window_pairs = chunk_pairs(tokens, arch.sliding_window) if arch.chunked else capped_pairs(tokens, arch.sliding_window)
    products = products + n.sliding * arch.heads * (arch.head_dim + value_dim(arch, full=False)) * window_pairs
    state = n.linear * arch.linear_value_heads * arch.linear_key_dim * arch.linear_value_dim
    return FLOPS_PER_MULTIPLY_ADD * products + STATE_FLOPS_PER_VALUE * state * tokens


def capped_pairs(tokens: Number, window: float) -> Number:
    """Return the pairs of a prompt whose i-th token attends to min(i, window) tokens: n² / 2 within the window, n w - w² / 2 beyond."""
    inside = least(tokens, window)
    return inside * inside / 2.0 + (tokens - inside) * window


def chunk_pairs(tokens: Number, chunk: float) -> Number:
    """Return the pairs of a prompt cut in chunks: each full chunk c² / 2, the rest r² / 2; nothing where `chunk` is 0."""
    rest = tokens % chunk if chunk else tokens * 0.0
    return (tokens - rest) * chunk / 2.0 + rest * rest / 2.0


def expected_distinct_experts(experts: float, per_token: float, tokens: Number) -> Number:
    """Return how many of a layer's experts a batch touches on average: E (1 - (1 - k/E)^n), choices even and independent.

    Parameters
    ----------
    experts, per_token : float
        Routed experts of a layer, and how many a token visits.
    tokens : float or array
        Tokens in the batch.

    Returns
    -------
    float or array
        Experts whose weights a step must read; 0 where the model has none.
    """
    if not experts:
        return tokens * 0.0
    untouched: Number = (1.0 - per_token / experts) ** tokens
    return experts * (1.0 - untouched)


def _products_per_pair(arch: Architecture, *, absorbed: bool) -> int:
    """Multiplications of one query token with one earlier token in a full layer, over all heads: score and weighted sum."""
    if not arch.kv_lora_rank:
        return arch.heads * (kv_shape(arch, full=True)[1] + value_dim(arch, full=True))
    if absorbed:
        return arch.heads * (2 * arch.kv_lora_rank + arch.qk_rope_head_dim)
    return arch.heads * (arch.qk_nope_head_dim + arch.qk_rope_head_dim + arch.v_head_dim)
