"""`lab wall`: where decoding a language model leaves the memory roof.

A step reads all weights once, however many sequences share it, and computes once per sequence. So its time starts flat, at the bytes
over the bandwidth, and ends as a straight line, at the arithmetic over the peak. The wall is where the two lines meet: fewer sequences
wait for memory, more for arithmetic. The roofline predicts that batch from the two measured roofs and from the shape of the model alone;
the measurement is the batch at which the straight line through the step times has doubled its value at none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from wattmint.lab.decoder import Shape, drawn, matrices
from wattmint.lab.decoding import empty_cache, step
from wattmint.lab.roofs import Roofs, best_s, higher, measure_roofs
from wattmint.physics.roofline import overlapped_seconds
from wattmint.physics.transformer import read_values
from wattmint.physics.transformer_work import attention_flops_per_token, linear_flops_per_token

SHAPE: Final = Shape(layers=3, hidden=1024, heads=16, ffn=4096, vocab=2048, context=32)
"""About 160 MB of weights, several times any processor's cache."""

BATCHES: Final = (1, 2, 4, 8, 16, 32, 64)
"""Sequences per step."""

SEED: Final = 8
_PLACE: Final = 16
_BYTES_PER_VALUE: Final = 4.0
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class WallPoint:
    """One batch.

    Attributes
    ----------
    batch : int
        Sequences that decode together.
    step_s, tokens_per_s : float
        Measured.
    flops, bytes : float
        Of one step, by the shape of the model.
    intensity_flops_per_byte : float
        Their ratio.
    achieved_flops_per_s, achieved_bytes_per_s : float
        Over the measured time.
    roofline_s : float
        By `wattmint.physics.roofline`: the longer of the two roofs' times, somewhat more where they are alike.
    one_after_other_s : float
        The sum of the two: no overlap.
    roofline_error, one_after_other_error : float
        Relative, predicted over measured less 1.
    """

    batch: int
    step_s: float
    tokens_per_s: float
    flops: float
    bytes: float
    intensity_flops_per_byte: float
    achieved_flops_per_s: float
    achieved_bytes_per_s: float
    roofline_s: float
    one_after_other_s: float
    roofline_error: float
    one_after_other_error: float


@dataclass(frozen=True, slots=True)
class Wall:
    """What `lab wall` found.

    Attributes
    ----------
    device : str
        What computed.
    weight_bytes : int
        Of the decoder, its embeddings left out: what every step reads.
    roofs : Roofs
        Measured.
    points : tuple of WallPoint
        By batch.
    predicted_batch, measured_batch : float
        Where memory's time and arithmetic's are equal: by the roofline, and by the line through the measured times.
    batch_error : float
        Predicted over measured, less 1.
    """

    device: str
    weight_bytes: int
    roofs: Roofs
    points: tuple[WallPoint, ...]
    predicted_batch: float
    measured_batch: float
    batch_error: float


def step_work(shape: Shape, batch: float, seen: int, value_bytes: float = _BYTES_PER_VALUE) -> tuple[float, float]:
    """Return the arithmetic and the memory traffic of one decoding step.

    Parameters
    ----------
    shape : Shape
        Of the decoder.
    batch : float
        Sequences.
    seen : int
        Tokens that each attends to, the new one included.
    value_bytes : float, optional
        Of a weight and of a key or value; float32's 4.

    Returns
    -------
    flops, bytes : float
        Weights read once; keys and values read for every sequence.
    """
    arch = shape.architecture()
    flops = batch * (linear_flops_per_token(arch) + attention_flops_per_token(arch, float(seen)))
    return flops, value_bytes * (read_weights(shape) + batch * read_values(arch, float(seen)))


def read_weights(shape: Shape) -> int:
    """Return the weights that a step reads: all but the embeddings, of which it looks up a row per sequence."""
    return sum(rows * columns for name, (rows, columns) in matrices(shape).items() if name not in ("embedding", "positions"))


def crossing(flops_per_s: float, bytes_per_s: float, shape: Shape, seen: int, value_bytes: float = _BYTES_PER_VALUE) -> float:
    """Return the batch at which a step's arithmetic takes as long as its memory traffic.

    Parameters
    ----------
    flops_per_s, bytes_per_s : float
        The roofs.
    shape : Shape
        Of the decoder.
    seen, value_bytes
        As for `step_work`.

    Returns
    -------
    float
        Infinite where the keys and values alone outrun the arithmetic: then no batch leaves the memory roof.
    """
    (_, weights), (flops, both) = step_work(shape, 0.0, seen, value_bytes), step_work(shape, 1.0, seen, value_bytes)
    per_sequence_s = flops / flops_per_s - (both - weights) / bytes_per_s
    return float("inf") if per_sequence_s <= 0.0 else weights / bytes_per_s / per_sequence_s


def measure_wall(progress: Callable[[int, int], None] | None = None) -> Wall:
    """Run the decoder at growing batch on one thread of this machine.

    Parameters
    ----------
    progress : callable, optional
        Told batches done and to do.

    Returns
    -------
    Wall
        In a few seconds.
    """
    roofs = measure_roofs(SHAPE.hidden)
    weights, times_s = drawn(SHAPE, SEED), []
    for i, batch in enumerate(BATCHES):
        if progress is not None:
            progress(i, len(BATCHES))
        cache, tokens = empty_cache(SHAPE, batch), np.arange(batch) % SHAPE.vocab
        times_s.append(best_s(partial(step, SHAPE, weights, cache, tokens, _PLACE), _ROUNDS))
    if progress is not None:
        progress(len(BATCHES), len(BATCHES))
    roofs = higher(roofs, measure_roofs(SHAPE.hidden))
    points = [wall_point(SHAPE, batch, step_s, roofs, _PLACE + 1) for batch, step_s in zip(BATCHES, times_s, strict=True)]
    predicted, measured = crossing(roofs.kernel_flops_per_s, roofs.read_bytes_per_s, SHAPE, _PLACE + 1), doubling_batch(points)
    return Wall(
        "one thread of this machine's processor", 4 * read_weights(SHAPE), roofs, tuple(points), predicted, measured, predicted / measured - 1.0
    )


def doubling_batch(points: list[WallPoint]) -> float:
    """Return the batch at which the line through the step times is twice its value at none.

    Parameters
    ----------
    points : list of WallPoint
        At least two.

    Returns
    -------
    float
        Intercept over slope of the line that is nearest in relative terms: every point counts alike, the fast and the slow.
    """
    batch, time_s = np.array([float(p.batch) for p in points]), np.array([p.step_s for p in points])
    (slope, start), *_ = np.linalg.lstsq(np.stack([batch / time_s, 1.0 / time_s], axis=1), np.ones_like(batch), rcond=None)
    return float(start / slope)


def wall_point(shape: Shape, batch: int, step_s: float, roofs: Roofs, seen: int, value_bytes: float = _BYTES_PER_VALUE) -> WallPoint:
    """Return one batch's numbers from its measured time.

    Parameters
    ----------
    shape, batch, seen, value_bytes
        As for `step_work`.
    step_s : float
        Measured.
    roofs : Roofs
        Measured.

    Returns
    -------
    WallPoint
        See there.
    """
    flops, traffic = step_work(shape, float(batch), seen, value_bytes)
    compute_s, memory_s = flops / roofs.kernel_flops_per_s, traffic / roofs.read_bytes_per_s
    overlapped = float(overlapped_seconds(np.array(memory_s), np.array(compute_s)))
    one_by_one = compute_s + memory_s
    return WallPoint(
        batch=batch,
        step_s=step_s,
        tokens_per_s=batch / step_s,
        flops=flops,
        bytes=traffic,
        intensity_flops_per_byte=flops / traffic,
        achieved_flops_per_s=flops / step_s,
        achieved_bytes_per_s=traffic / step_s,
        roofline_s=overlapped,
        one_after_other_s=one_by_one,
        roofline_error=overlapped / step_s - 1.0,
        one_after_other_error=one_by_one / step_s - 1.0,
    )
