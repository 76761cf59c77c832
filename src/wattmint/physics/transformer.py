"""What the shape of a transformer says about its weights and its cache.

Counted from the published configuration: parameters in total and per token, split by where they sit; values that the cache holds and
that a step reads. Layers come in three kinds of attention (full, sliding or chunked, linear) and two of feed-forward part (dense,
experts). What is done with them, in multiplications per token, is in `wattmint.physics.transformer_work`.

Left out, because together they are about a per mille of a model or less: norms, biases, position embeddings. Left out because
publishers mostly leave them out: vision and audio towers, and layers that only draft tokens ahead (multi-token prediction).

Counts are of numbers (values, parameters), not bytes: precision is the caller's. Functions of tokens take numbers or NumPy arrays.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """Shape of a decoder-only transformer; what a model does not have is 0.

    Attributes
    ----------
    layers, hidden, vocab : int
        Depth, width of the residual stream, tokens known.
    heads, kv_heads, head_dim : int
        Query heads, key and value heads (equal to `heads` without grouping), width of a head. With latent attention `kv_heads` and
        `head_dim` say nothing.
    ffn, mlp_matrices : int
        Width of a dense feed-forward part; 3 matrices where it is gated, 2 where plain.
    tied_embeddings : bool
        Whether the output head is the embedding.
    max_context : int
        Longest context, tokens.
    experts, experts_per_token, moe_ffn : int
        Routed experts of a layer, how many a token visits, width of one.
    shared_experts, shared_ffn : int
        Experts every token visits besides, and the width of one.
    dense_layers : int
        First layers whose feed-forward part is dense although the others have experts.
    moe_every : int
        One layer in so many has experts, the others are dense; 0 and 1 mean every layer.
    q_lora_rank, kv_lora_rank, qk_nope_head_dim, qk_rope_head_dim, v_head_dim : int
        Latent attention: ranks to which queries, keys and values are compressed; parts of a head. `kv_lora_rank` 0 is no latent attention.
    index_heads, index_head_dim, index_topk, index_layers : int
        Sparse attention over the latent cache: a small indexer scores all earlier tokens, only the best `index_topk` are attended to;
        layers that have an indexer of their own (the others reuse a neighbour's choice).
    sliding_window : int
        Tokens that a sliding layer sees back.
    chunked : bool
        The window does not slide: context is cut in chunks of that many tokens, and a token sees back to the start of its own.
    sliding_attention_layers : int
        Layers with a window; the others see the whole context.
    full_kv_heads, full_head_dim : int
        Key and value heads and width of a head in full layers, where they differ from those of sliding layers.
    keys_are_values : bool
        In full layers keys serve as values: there is one projection and one cached vector for both.
    linear_attention_layers : int
        Layers with a state of fixed size (gated delta rule) in place of a cache.
    linear_key_heads, linear_value_heads, linear_key_dim, linear_value_dim, linear_conv_kernel : int
        Shape of these: heads and their width, length of the short convolution before.
    attention_output_gate : bool
        Whether full layers gate the output of attention, which doubles the query projection.
    mtp_layers : int
        Layers that draft further tokens; not counted in `parameters`.
    """

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    ffn: int
    vocab: int
    mlp_matrices: int = 3
    tied_embeddings: bool = False
    max_context: int = 0
    experts: int = 0
    experts_per_token: int = 0
    moe_ffn: int = 0
    shared_experts: int = 0
    shared_ffn: int = 0
    dense_layers: int = 0
    moe_every: int = 0
    q_lora_rank: int = 0
    kv_lora_rank: int = 0
    qk_nope_head_dim: int = 0
    qk_rope_head_dim: int = 0
    v_head_dim: int = 0
    index_heads: int = 0
    index_head_dim: int = 0
    index_topk: int = 0
    index_layers: int = 0
    sliding_window: int = 0
    chunked: bool = False
    sliding_attention_layers: int = 0
    full_kv_heads: int = 0
    full_head_dim: int = 0
    keys_are_values: bool = False
    linear_attention_layers: int = 0
    linear_key_heads: int = 0
    linear_value_heads: int = 0
    linear_key_dim: int = 0
    linear_value_dim: int = 0
    linear_conv_kernel: int = 0
    attention_output_gate: bool = False
    mtp_layers: int = 0


@dataclass(frozen=True, slots=True)
class Layers:
    """How many layers are of which kind: `full`, `sliding` and `linear` attention add up to all, as do `dense` and `moe`."""

    full: int
    sliding: int
    linear: int
    dense: int
    moe: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Parameters by where they sit.

    Attributes
    ----------
    full_attention, sliding_attention, linear_attention : int
        Projections of one such layer (an indexer is spread over the full layers, see `index`).
    index : int
        Indexer of one layer that has its own.
    dense_mlp : int
        Feed-forward part of one dense layer.
    expert, shared, router : int
        One routed expert; all shared experts of one layer; the choice among experts of one layer.
    embedding, head : int
        Input embedding; output head (0 where tied: it is then the embedding).
    """

    full_attention: int
    sliding_attention: int
    linear_attention: int
    index: int
    dense_mlp: int
    expert: int
    shared: int
    router: int
    embedding: int
    head: int


def layer_counts(arch: Architecture) -> Layers:
    """Return how many layers are of which kind."""
    full = arch.layers - arch.sliding_attention_layers - arch.linear_attention_layers
    moe = (arch.layers - arch.dense_layers) // max(arch.moe_every, 1) if arch.experts else 0
    return Layers(full, arch.sliding_attention_layers, arch.linear_attention_layers, arch.layers - moe, moe)


def weights(arch: Architecture) -> Weights:
    """Return the parameters by where they sit."""
    embedding = arch.vocab * arch.hidden
    return Weights(
        full_attention=_latent_attention(arch) if arch.kv_lora_rank else _attention(arch, full=True),
        sliding_attention=_attention(arch, full=False),
        linear_attention=_linear_attention(arch),
        index=arch.q_lora_rank * arch.index_heads * arch.index_head_dim + arch.hidden * (arch.index_head_dim + arch.index_heads),
        dense_mlp=arch.mlp_matrices * arch.hidden * arch.ffn,
        expert=arch.mlp_matrices * arch.hidden * arch.moe_ffn,
        shared=arch.mlp_matrices * arch.hidden * arch.shared_ffn * arch.shared_experts,
        router=arch.hidden * arch.experts,
        embedding=embedding,
        head=0 if arch.tied_embeddings else embedding,
    )


def parameters(arch: Architecture) -> tuple[int, int]:
    """Return the parameters in total, and those that one token is multiplied with.

    Returns
    -------
    total : int
        All matrices, embedding and head included.
    active : int
        Without the experts that a token does not visit, and without the input embedding (a look-up of one row); with the head.
    """
    w, n = weights(arch), layer_counts(arch)
    attention = n.full * w.full_attention + n.sliding * w.sliding_attention + n.linear * w.linear_attention + arch.index_layers * w.index
    always = attention + n.dense * w.dense_mlp + n.moe * (w.shared + w.router)
    total = always + n.moe * arch.experts * w.expert + w.embedding + w.head
    return total, always + n.moe * arch.experts_per_token * w.expert + w.embedding


def kv_values_per_token(arch: Architecture) -> tuple[int, int]:
    """Return the values cached per token: in all full layers together (an indexer's keys included), and in all sliding layers together.

    Notes
    -----
    Latent attention caches the compressed vector and the rotary key once per layer, for all heads. A state of fixed size is not here,
    see `state_values_per_sequence`.
    """
    n = layer_counts(arch)
    if arch.kv_lora_rank:
        return n.full * (arch.kv_lora_rank + arch.qk_rope_head_dim) + index_values_per_token(arch), 0
    (full_heads, full_dim), (heads, dim) = kv_shape(arch, full=True), kv_shape(arch, full=False)
    full_value = 0 if arch.keys_are_values else value_dim(arch, full=True)
    return n.full * full_heads * (full_dim + full_value), n.sliding * heads * (dim + value_dim(arch, full=False))


def index_values_per_token(arch: Architecture) -> int:
    """Return how many of `kv_values_per_token` are keys of the indexer, in all layers together."""
    return arch.index_layers * arch.index_head_dim


def state_values_per_sequence(arch: Architecture) -> int:
    """Return the values of the states of all linear-attention layers, which do not grow with the context."""
    n = arch.linear_attention_layers
    state = arch.linear_value_heads * arch.linear_key_dim * arch.linear_value_dim
    return n * (state + _conv_width(arch) * max(arch.linear_conv_kernel - 1, 0))


def cached_values(arch: Architecture, context: Number) -> Number:
    """Return the values that one sequence of `context` tokens holds in memory, states included."""
    full, sliding = kv_values_per_token(arch)
    return full * context + sliding * least(context, arch.sliding_window) + state_values_per_sequence(arch)


def read_values(arch: Architecture, context: Number) -> Number:
    """Return the cached values that generating one token reads, `context` tokens into its sequence.

    Notes
    -----
    Sparse attention reads the indexer's keys of the whole context, but the latent cache of the `index_topk` chosen tokens only. A token
    in a chunk reads back to the chunk's start: half a chunk on average.
    """
    full, sliding = kv_values_per_token(arch)
    index = index_values_per_token(arch)
    seen = least(context, arch.index_topk) if arch.index_topk else context
    return index * context + (full - index) * seen + sliding * window_tokens(arch, context) + state_values_per_sequence(arch)


def window_tokens(arch: Architecture, context: Number) -> Number:
    """Return how many tokens a sliding layer attends to, `context` tokens into a sequence.

    Notes
    -----
    Chunks: everything in the first one; beyond it half a chunk, the average over where in its chunk a token stands.
    """
    window = least(context, arch.sliding_window)
    return window * (1.0 - 0.5 * (context > arch.sliding_window)) if arch.chunked else window


def _attention(arch: Architecture, *, full: bool) -> int:
    """Count a layer with ordinary attention: queries (twice where gated), keys, values, output."""
    kv_heads, key_dim = kv_shape(arch, full=full)
    width = value_dim(arch, full=full)
    gated = 2 if arch.attention_output_gate else 1
    values = 0 if full and arch.keys_are_values else kv_heads * width
    return arch.hidden * (arch.heads * key_dim * gated + kv_heads * key_dim + values + arch.heads * width)


def _latent_attention(arch: Architecture) -> int:
    query = arch.heads * (arch.qk_nope_head_dim + arch.qk_rope_head_dim)
    queries = arch.q_lora_rank * (arch.hidden + query) if arch.q_lora_rank else arch.hidden * query
    down = arch.hidden * (arch.kv_lora_rank + arch.qk_rope_head_dim)
    up = arch.kv_lora_rank * arch.heads * (arch.qk_nope_head_dim + arch.v_head_dim)
    return queries + down + up + arch.heads * arch.v_head_dim * arch.hidden


def _linear_attention(arch: Architecture) -> int:
    """Count a gated delta layer: queries, keys, values, gate, output, two scalars per head, the convolution."""
    keys, values = arch.linear_key_heads * arch.linear_key_dim, arch.linear_value_heads * arch.linear_value_dim
    projections = arch.hidden * (2 * keys + 2 * values + 2 * arch.linear_value_heads) + values * arch.hidden
    return projections + _conv_width(arch) * arch.linear_conv_kernel


def _conv_width(arch: Architecture) -> int:
    return 2 * arch.linear_key_heads * arch.linear_key_dim + arch.linear_value_heads * arch.linear_value_dim


def kv_shape(arch: Architecture, *, full: bool) -> tuple[int, int]:
    """Return key and value heads and the width of a key, of a full or a sliding layer."""
    if full:
        return arch.full_kv_heads or arch.kv_heads, arch.full_head_dim or arch.head_dim
    return arch.kv_heads, arch.head_dim


def value_dim(arch: Architecture, *, full: bool) -> int:
    """Return the width of a value in a full or a sliding layer, which is a key's unless the model says otherwise."""
    return arch.v_head_dim or kv_shape(arch, full=full)[1]


def least(tokens: Number, limit: float) -> Number:
    """Return the lesser of `tokens` and `limit`, element by element where `tokens` is an array."""
    if isinstance(tokens, np.ndarray):
        return np.minimum(tokens, limit)
    return min(tokens, limit)
