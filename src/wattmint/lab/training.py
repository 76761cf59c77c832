"""Training the small decoder: the loss, its gradient by hand, Adam, and a state that can be put down and taken up again."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.lab.decoder import EPSILON, Array, LayerTrace, Shape, Trace, Weights, drawn, forward, joined_heads, softmax
from wattmint.lab.language import Language

MODEL: Final = Shape(layers=2, hidden=64, heads=4, ffn=256, vocab=32, context=20)
"""The small model that is trained here: 100,352 weights beside its embeddings."""

BATCH: Final = 32
"""Sequences per step."""

LEARNING_RATE: Final = 3e-3
_DECAY: Final = (0.9, 0.99)
_TINY: Final = 1e-8


def loss_and_gradients(shape: Shape, weights: Weights, tokens: NDArray[np.int64]) -> tuple[float, dict[str, Array]]:
    """Return the mean cross-entropy of predicting each next token, and its gradient.

    Parameters
    ----------
    shape : Shape
        Of the decoder.
    weights : mapping of str to Array
        Its weights.
    tokens : NDArray[int64], shape (batch, time + 1)
        Each predicts the one after it.

    Returns
    -------
    loss : float
        Nats per token.
    gradients : dict of str to Array
        By the names of the weights.
    """
    inputs, targets = tokens[:, :-1], tokens[:, 1:]
    trace = forward(shape, weights, inputs)
    shares = softmax(trace.logits)
    rows, columns = np.indices(targets.shape)
    loss = -float(np.log(np.maximum(shares[rows, columns, targets], np.finfo(shares.dtype).tiny)).mean())
    blame = shares
    blame[rows, columns, targets] -= 1.0
    blame /= targets.size
    return loss, _backward(shape, weights, inputs, trace, blame)


def _backward(shape: Shape, weights: Weights, inputs: NDArray[np.int64], trace: Trace, blame: Array) -> dict[str, Array]:
    gradients = {"head": _outer(blame, trace.normed_last)}
    dx = _norm_back(blame @ weights["head"], trace.last, trace.normed_last)
    for layer in reversed(range(shape.layers)):
        dx = _layer_back(weights, layer, trace.layers[layer], dx, gradients)
    positions, embedding = np.zeros_like(weights["positions"]), np.zeros_like(weights["embedding"])
    positions[: inputs.shape[1]] = dx.sum(axis=0)
    np.add.at(embedding, inputs, dx)
    return gradients | {"positions": positions, "embedding": embedding}


def _layer_back(weights: Weights, layer: int, t: LayerTrace, dx: Array, gradients: dict[str, Array]) -> Array:
    gradients[f"{layer}.down"] = _outer(dx, t.raised)
    d_up = (dx @ weights[f"{layer}.down"]) * (t.raised > 0.0)
    gradients[f"{layer}.up"] = _outer(d_up, t.normed_middle)
    dx = dx + _norm_back(d_up @ weights[f"{layer}.up"], t.middle, t.normed_middle)
    gradients[f"{layer}.out"] = _outer(dx, t.attended)
    heads, width = t.q.shape[1], t.q.shape[-1]
    d_attended = (dx @ weights[f"{layer}.out"]).reshape(*dx.shape[:2], heads, width).transpose(0, 2, 1, 3)
    d_shares = d_attended @ t.v.swapaxes(-1, -2)
    d_scores = t.shares * (d_shares - (d_shares * t.shares).sum(axis=-1, keepdims=True)) / dx.dtype.type(math.sqrt(width))
    parts = (d_scores @ t.k, d_scores.swapaxes(-1, -2) @ t.q, t.shares.swapaxes(-1, -2) @ d_attended)
    d_qkv = np.concatenate([joined_heads(part) for part in parts], axis=-1)
    gradients[f"{layer}.qkv"] = _outer(d_qkv, t.normed_in)
    return dx + _norm_back(d_qkv @ weights[f"{layer}.qkv"], t.before, t.normed_in)


def _outer(outputs: Array, inputs: Array) -> Array:
    """Sum of outer products over batch and time: the gradient of a matrix."""
    flat: Array = outputs.reshape(-1, outputs.shape[-1]).T @ inputs.reshape(-1, inputs.shape[-1])
    return flat


def _norm_back(d_normed: Array, x: Array, of_x: Array) -> Array:
    size = np.sqrt((x * x).mean(axis=-1, keepdims=True) + EPSILON)
    back: Array = (d_normed - of_x * (d_normed * of_x).mean(axis=-1, keepdims=True)) / size
    return back


@dataclass(frozen=True, slots=True)
class State:
    """A training run between two steps: all that the next step depends on.

    Attributes
    ----------
    step : int
        Steps done.
    weights, mean, square : mapping of str to Array
        Weights, and Adam's running means of the gradient and of its square.
    loss : float or None
        Of the last step, before it; None at the start.
    """

    step: int
    weights: Weights
    mean: Mapping[str, Array]
    square: Mapping[str, Array]
    loss: float | None


def started(seed: int, shape: Shape = MODEL) -> State:
    """Return a run that has not begun."""
    weights = drawn(shape, seed)
    nothing = {name: np.zeros_like(matrix) for name, matrix in weights.items()}
    return State(0, weights, nothing, {name: matrix.copy() for name, matrix in nothing.items()}, None)


def trained(state: State, language: Language, seed: int, shape: Shape = MODEL) -> State:
    """Return the run one step further.

    Parameters
    ----------
    state : State
        So far.
    language : Language
        What is learned; batch number `state.step` of the seed is drawn from it, so that a run taken up again goes on as if never put down.
    seed : int
        Of the batches.
    shape : Shape, optional
        Of the decoder.

    Returns
    -------
    State
        The given one is unchanged.
    """
    tokens = language.sample(BATCH, shape.context + 1, np.random.default_rng((seed, state.step)))
    loss, gradients = loss_and_gradients(shape, state.weights, tokens)
    step, (slow, slower) = state.step + 1, _DECAY
    mean = {name: slow * state.mean[name] + (1.0 - slow) * g for name, g in gradients.items()}
    square = {name: slower * state.square[name] + (1.0 - slower) * g * g for name, g in gradients.items()}
    rate = LEARNING_RATE * math.sqrt(1.0 - slower**step) / (1.0 - slow**step)
    weights = {name: matrix - np.float32(rate) * mean[name] / (np.sqrt(square[name]) + np.float32(_TINY)) for name, matrix in state.weights.items()}
    return State(step, weights, mean, square, loss)


def save(state: State, path: Path) -> None:
    """Write a checkpoint, whole or not at all: under another name first."""
    parts = {"weights": state.weights, "mean": state.mean, "square": state.square}
    arrays = {f"{part}/{name}": matrix for part, matrices in parts.items() for name, matrix in matrices.items()}
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, step=np.array(state.step), loss=np.array(math.nan if state.loss is None else state.loss), **arrays)
    beside.replace(path)


def load(path: Path) -> State:
    """Read a checkpoint that `save` wrote."""
    with np.load(path) as file:
        parts = {
            part: {name.removeprefix(f"{part}/"): file[name] for name in file.files if name.startswith(f"{part}/")}
            for part in ("weights", "mean", "square")
        }
        loss = float(file["loss"])
        return State(int(file["step"]), parts["weights"], parts["mean"], parts["square"], None if math.isnan(loss) else loss)
