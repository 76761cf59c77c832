"""A transformer decoder small enough to read: its shape, its drawn weights, and its pass over whole sequences.

    x = embedding[token] + positions[place]
    for each layer:   x += out(attention(qkv(norm(x))));   x += down(relu(up(norm(x))))
    logits = head(norm(x))

Norms divide by the root mean square and have no weights; matrices have no biases and are stored (outputs, inputs). What a production
model adds (gated feed-forward parts, grouped keys, rotary positions) changes constants, not what this laboratory measures.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wattmint.physics.transformer import Architecture

Array = NDArray[Any]
"""Of float32 in experiments, of float64 where gradients are checked."""

Weights = Mapping[str, Array]
Edit = Callable[[str, Array], Array]

EPSILON: Final = 1e-5
"""Keeps the norm of a zero vector finite."""

_MASKED: Final = -1e10


@dataclass(frozen=True, slots=True)
class Shape:
    """Of a decoder: layers, width, attention heads, width of the feed-forward part, tokens known, longest sequence."""

    layers: int
    hidden: int
    heads: int
    ffn: int
    vocab: int
    context: int

    def architecture(self) -> Architecture:
        """Return the shape as `wattmint.physics.transformer` counts it."""
        return Architecture(
            layers=self.layers,
            hidden=self.hidden,
            heads=self.heads,
            kv_heads=self.heads,
            head_dim=self.hidden // self.heads,
            ffn=self.ffn,
            vocab=self.vocab,
            mlp_matrices=2,
            max_context=self.context,
        )


def matrices(shape: Shape) -> dict[str, tuple[int, int]]:
    """Return the shape of every matrix by its name, in the order of their use."""
    d = shape.hidden
    sizes = {"embedding": (shape.vocab, d), "positions": (shape.context, d)}
    for layer in range(shape.layers):
        sizes |= {f"{layer}.qkv": (3 * d, d), f"{layer}.out": (d, d), f"{layer}.up": (shape.ffn, d), f"{layer}.down": (d, shape.ffn)}
    return sizes | {"head": (shape.vocab, d)}


def drawn(shape: Shape, seed: int) -> dict[str, Array]:
    """Return weights drawn from a seed.

    Parameters
    ----------
    shape : Shape
        Of the decoder.
    seed : int
        Of all of them.

    Returns
    -------
    dict of str to NDArray[float32]
        Normal, with a variance of one over the inputs; those that write to the residual stream are smaller by the root of their number.
    """
    rng = np.random.default_rng(seed)
    weights = {}
    for name, (outputs, inputs) in matrices(shape).items():
        scale = 0.1 if name in ("embedding", "positions") else 1.0 / math.sqrt(inputs)
        if name.endswith((".out", ".down")):
            scale /= math.sqrt(2 * shape.layers)
        weights[name] = scale * rng.standard_normal((outputs, inputs), dtype=np.float32)
    return weights


def normed(x: Array) -> Array:
    """Return vectors divided by their root mean square."""
    short: Array = x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)
    return short


def softmax(logits: Array) -> Array:
    """Return probabilities over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def split_heads(qkv: Array, heads: int) -> tuple[Array, Array, Array]:
    """Return queries, keys and values of shape (batch, heads, time, width) from (batch, time, 3 × hidden)."""
    batch, time, width = qkv.shape
    parts = qkv.reshape(batch, time, 3, heads, width // 3 // heads).transpose(2, 0, 3, 1, 4)
    return parts[0], parts[1], parts[2]


def joined_heads(x: Array) -> Array:
    """Return (batch, heads, time, width) as (batch, time, hidden)."""
    batch, heads, time, width = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, time, heads * width)


@dataclass(frozen=True, slots=True)
class LayerTrace:
    """What one layer computed on its way, for the way back."""

    before: Array
    normed_in: Array
    q: Array
    k: Array
    v: Array
    shares: Array
    attended: Array
    middle: Array
    normed_middle: Array
    raised: Array


@dataclass(frozen=True, slots=True)
class Trace:
    """What a pass computed: of every layer, and the last residual stream, its norm and the logits."""

    layers: tuple[LayerTrace, ...]
    last: Array
    normed_last: Array
    logits: Array


def forward(shape: Shape, weights: Weights, tokens: NDArray[np.int64], edit: Edit | None = None) -> Trace:
    """Run whole sequences through the decoder.

    Parameters
    ----------
    shape : Shape
        Of the decoder.
    weights : mapping of str to Array
        As `drawn` returns them.
    tokens : NDArray[int64], shape (batch, time)
        At most `shape.context` long.
    edit : callable, optional
        Given a name such as ``0.stream`` and the residual stream after that layer, returns what is to take its place.

    Returns
    -------
    Trace
        ``logits`` of shape (batch, time, vocab).
    """
    time = tokens.shape[1]
    x = weights["embedding"][tokens] + weights["positions"][:time]
    hidden = np.triu(np.full((time, time), _MASKED, dtype=x.dtype), 1)
    traces = []
    for layer in range(shape.layers):
        traces.append(_layer(shape, weights, layer, x, hidden))
        x = traces[-1].middle + traces[-1].raised @ weights[f"{layer}.down"].T
        x = x if edit is None else edit(f"{layer}.stream", x)
    last = normed(x)
    return Trace(tuple(traces), x, last, last @ weights["head"].T)


def _layer(shape: Shape, weights: Weights, layer: int, x: Array, hidden: Array) -> LayerTrace:
    inside = normed(x)
    q, k, v = split_heads(inside @ weights[f"{layer}.qkv"].T, shape.heads)
    shares = softmax(q @ k.swapaxes(-1, -2) / x.dtype.type(math.sqrt(q.shape[-1])) + hidden)
    attended = joined_heads(shares @ v)
    middle = x + attended @ weights[f"{layer}.out"].T
    normed_middle = normed(middle)
    raised = np.maximum(normed_middle @ weights[f"{layer}.up"].T, x.dtype.type(0.0))
    return LayerTrace(x, inside, q, k, v, shares, attended, middle, normed_middle, raised)
