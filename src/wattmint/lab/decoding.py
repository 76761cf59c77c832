"""Decoding as a server does it: one new token for each of many sequences, with the keys and values of the past kept.

Every weight is read once per step, whatever the number of sequences, and multiplied once per sequence: that is the whole reason why
decoding alone is bound by memory and decoding together is not. A library's matrix product first copies the weights into another order,
which pays for large batches and hides what is measured here; so the product is written out, four rows by four sequences at a time.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from wattmint.lab.decoder import Array, Shape, Weights, normed

_TILE: Final = 4
"""Rows of the matrix and sequences of the batch that one inner loop works on: sixteen sums, which fit in registers."""

_STRIP: Final = 1024
"""Columns that are worked on together: four rows of them stay in the first-level cache for all sequences."""

_fast = njit(cache=True, nogil=True, fastmath=True)


@_fast
def _add(out: Array, a: float, b: float, c: float, d: float) -> None:
    out[0] += a
    out[1] += b
    out[2] += c
    out[3] += d


@_fast
def _tile(rows: Array, x: Array, out: Array, strip: slice) -> None:
    """Add the products of four rows with four vectors to out[sequence, row]."""
    a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = np.float32(0.0)
    w0, w1, w2, w3 = rows[0, strip], rows[1, strip], rows[2, strip], rows[3, strip]
    x0, x1, x2, x3 = x[0, strip], x[1, strip], x[2, strip], x[3, strip]
    for j in range(w0.size):
        p, q, r, s = w0[j], w1[j], w2[j], w3[j]
        y = x0[j]
        a0, a1, a2, a3 = a0 + p * y, a1 + q * y, a2 + r * y, a3 + s * y
        y = x1[j]
        b0, b1, b2, b3 = b0 + p * y, b1 + q * y, b2 + r * y, b3 + s * y
        y = x2[j]
        c0, c1, c2, c3 = c0 + p * y, c1 + q * y, c2 + r * y, c3 + s * y
        y = x3[j]
        d0, d1, d2, d3 = d0 + p * y, d1 + q * y, d2 + r * y, d3 + s * y
    _add(out[0], a0, a1, a2, a3)
    _add(out[1], b0, b1, b2, b3)
    _add(out[2], c0, c1, c2, c3)
    _add(out[3], d0, d1, d2, d3)


@_fast
def _row_group(rows: Array, x: Array, out: Array, strip: slice) -> None:
    """Add the products of four rows with one vector."""
    a0 = a1 = a2 = a3 = np.float32(0.0)
    w0, w1, w2, w3 = rows[0, strip], rows[1, strip], rows[2, strip], rows[3, strip]
    of_strip = x[strip]
    for j in range(w0.size):
        y = of_strip[j]
        a0, a1, a2, a3 = a0 + w0[j] * y, a1 + w1[j] * y, a2 + w2[j] * y, a3 + w3[j] * y
    _add(out, a0, a1, a2, a3)


@_fast
def products(x: Array, matrix: Array) -> Array:
    """Return ``x @ matrix.T``, reading the matrix once.

    Parameters
    ----------
    x : NDArray[float32], shape (batch, inputs)
        One vector per sequence.
    matrix : NDArray[float32], shape (outputs, inputs)
        The number of outputs is a multiple of four.

    Returns
    -------
    NDArray[float32], shape (batch, outputs)
        The plain twin is NumPy's ``x @ matrix.T``.
    """
    out = np.zeros((x.shape[0], matrix.shape[0]), dtype=np.float32)
    whole = x.shape[0] // _TILE * _TILE
    for first in range(0, matrix.shape[1], _STRIP):
        strip = slice(first, first + _STRIP)
        for row in range(0, matrix.shape[0], _TILE):
            rows = matrix[row : row + _TILE]
            for b in range(0, whole, _TILE):
                _tile(rows, x[b : b + _TILE], out[b : b + _TILE, row : row + _TILE], strip)
            for b in range(whole, x.shape[0]):
                _row_group(rows, x[b], out[b, row : row + _TILE], strip)
    return out


@_fast
def attend(q: Array, keys: Array, values: Array, heads: int, seen: int) -> Array:
    """Return what each sequence's new token takes from the tokens that it sees.

    Parameters
    ----------
    q : NDArray[float32], shape (batch, hidden)
        Queries, head after head.
    keys, values : NDArray[float32], shape (batch, time, hidden)
        Of which the first `seen` tokens are there.
    heads, seen : int
        How many.

    Returns
    -------
    NDArray[float32], shape (batch, hidden)
        The plain twin is the attention of `wattmint.lab.decoder.forward`, of its last token.
    """
    out, width = np.zeros_like(q), q.shape[1] // heads
    shares = np.empty(seen, dtype=np.float32)
    for b in range(q.shape[0]):
        for head in range(heads):
            lanes = slice(head * width, (head + 1) * width)
            query, to = q[b, lanes], out[b, lanes]
            for t in range(seen):
                key, score = keys[b, t, lanes], np.float32(0.0)
                for j in range(width):
                    score += query[j] * key[j]
                shares[t] = score / np.float32(np.sqrt(width))
            raised = np.exp(shares - shares.max())
            raised /= raised.sum()
            for t in range(seen):
                value, share = values[b, t, lanes], raised[t]
                for j in range(width):
                    to[j] += share * value[j]
    return out


@dataclass(frozen=True, slots=True)
class Cache:
    """Keys and values of the past, each of shape (layers, batch, context, hidden)."""

    keys: Array
    values: Array


def empty_cache(shape: Shape, batch: int) -> Cache:
    """Return room for `batch` sequences of the longest length."""
    size = (shape.layers, batch, shape.context, shape.hidden)
    return Cache(np.zeros(size, dtype=np.float32), np.zeros(size, dtype=np.float32))


def step(shape: Shape, weights: Weights, cache: Cache, tokens: NDArray[np.int64], place: int) -> Array:
    """Return the logits after one more token of each sequence.

    Parameters
    ----------
    shape : Shape
        Of the decoder.
    weights : mapping of str to Array
        Its weights, float32.
    cache : Cache
        Of the tokens before; the new keys and values are written to it.
    tokens : NDArray[int64], shape (batch,)
        The new token of each sequence.
    place : int
        How many tokens stand before it.

    Returns
    -------
    NDArray[float32], shape (batch, vocab)
        The same as the last row that `wattmint.lab.decoder.forward` makes of the whole sequence.
    """
    d = shape.hidden
    x = weights["embedding"][tokens] + weights["positions"][place]
    for layer in range(shape.layers):
        qkv = products(normed(x), weights[f"{layer}.qkv"])
        cache.keys[layer, :, place], cache.values[layer, :, place] = qkv[:, d : 2 * d], qkv[:, 2 * d :]
        attended = attend(qkv[:, :d].copy(), cache.keys[layer], cache.values[layer], shape.heads, place + 1)
        x = x + products(attended, weights[f"{layer}.out"])
        raised = np.maximum(products(normed(x), weights[f"{layer}.up"]), np.float32(0.0))
        x = x + products(raised, weights[f"{layer}.down"])
    logits: Array = products(normed(x), weights["head"])
    return logits
