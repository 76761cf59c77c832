"""`lab flip`: what one wrong bit does to a language model, and what it does to mining.

A model's weights serve every token from then on, and an activation every token after it in its sequence; how wrong the answers become
depends on which bit it was. A try of mining shares nothing with the next: a wrong bit makes one hash another number, equally random.
Precision is the same question asked of all numbers at once: a model bears coarse weights, a hash bears not one bit less.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.lab.decoder import Array, Weights, forward
from wattmint.lab.language import Language, drawn_language
from wattmint.lab.mining import HEADER, VERSIONS, rolled, with_nonce
from wattmint.lab.search import search
from wattmint.lab.sha256 import CONSTANTS, double_sha256, midstate, words_of
from wattmint.lab.training import MODEL, State, started, trained
from wattmint.types import FloatArray

SEED: Final = 1
STEPS: Final = 300
"""Of training, before anything is flipped."""

PER_BIT: Final = 12
"""Numbers in which each bit is flipped, one at a time."""

TRIES: Final = 2_000
"""Of mining, one of which has a flipped bit."""

_SEQUENCES: Final = 16
_SEARCH_BATCHES: Final = 1024
_SHARE_LIMIT: Final = (1 << 16) - 1

PARTS: Final = {"sign": range(31, 32), "exponent": range(23, 31), "mantissa, high half": range(12, 23), "mantissa, low half": range(12)}
"""Of a float32, by the numbers of their bits."""


@dataclass(frozen=True, slots=True)
class FlipEffect:
    """What flipping one kind of bit did, over several numbers.

    Attributes
    ----------
    where, part : str
        ``weight`` or ``activation``; which part of the number.
    flips : int
        How many were made, one at a time.
    median_kl, worst_kl : float or None
        Nats per token between the answers before and after; None where no answer was left to compare.
    worst_perplexity : float or None
        Of the text after the flip.
    mean_changed, worst_changed : float
        Share of tokens whose likeliest successor is another one.
    broken : int
        Flips after which the answers were no numbers at all.
    """

    where: str
    part: str
    flips: int
    median_kl: float | None
    worst_kl: float | None
    worst_perplexity: float | None
    mean_changed: float
    worst_changed: float
    broken: int


@dataclass(frozen=True, slots=True)
class PrecisionEffect:
    """What storing all weights with fewer bits did: bits per weight, KL, perplexity, share of changed likeliest tokens."""

    precision: str
    bits: int
    kl: float
    perplexity: float
    changed: float


@dataclass(frozen=True, slots=True)
class HashFlips:
    """What a wrong bit did to mining.

    Attributes
    ----------
    tries, others_changed : int
        Tries made with one of them wrong, and how many of the other tries gave another hash.
    own_bits_changed : float
        Share of the wrong try's own 256 bits that changed.
    found, coarse_found, coarse_valid : int
        Shares found in a search; found by the same search with the lowest bit of one word of the state wrong; valid among those.
    """

    tries: int
    others_changed: int
    own_bits_changed: float
    found: int
    coarse_found: int
    coarse_valid: int


@dataclass(frozen=True, slots=True)
class Flips:
    """What `lab flip` found: the model's perplexity as trained, and that of a perfect model; then the effects."""

    perplexity: float
    best_perplexity: float
    tokens: int
    effects: tuple[FlipEffect, ...]
    precisions: tuple[PrecisionEffect, ...]
    hashing: HashFlips


def measure_flips(progress: Callable[[int, int], None] | None = None) -> Flips:
    """Train the small model, flip bits in it one at a time, and flip one in mining.

    Parameters
    ----------
    progress : callable, optional
        Told steps of training done and to do.

    Returns
    -------
    Flips
        The same on every run, but for the last digits of the processor's arithmetic.
    """
    language = drawn_language(MODEL.vocab, SEED)
    weights = trained_model(language, progress).weights
    exam = language.sample(_SEQUENCES, MODEL.context + 1, np.random.default_rng((SEED, STEPS, 1)))
    with np.errstate(all="ignore"):  # a flipped exponent overflows: that is the experiment
        right = _log_shares(forward(MODEL, weights, exam[:, :-1]).logits)
        effects = [_flip_effect("weight", part, weights, exam, right) for part in PARTS]
        effects += [_flip_effect("activation", part, weights, exam, right) for part in PARTS]
        precisions = tuple(precision_effect(name, weights, exam, right) for name in PRECISIONS)
    perplexity = float(np.exp(-_of_targets(right, exam).mean()))
    return Flips(perplexity, float(np.exp(language.entropy())), exam[:, 1:].size, tuple(effects), precisions, hash_flips())


def trained_model(language: Language, progress: Callable[[int, int], None] | None = None) -> State:
    """Return the small model after `STEPS` steps of training."""
    state = started(SEED)
    for step in range(STEPS):
        state = trained(state, language, SEED)
        if progress is not None:
            progress(step + 1, STEPS)
    return state


def flipped(values: Array, index: int, bit: int) -> Array:
    """Return float32 numbers with one bit of one of them flipped.

    Parameters
    ----------
    values : NDArray[float32]
        Not changed.
    index : int
        Of the number, counted flat.
    bit : int
        0 is the last of the mantissa, 31 the sign.

    Returns
    -------
    NDArray[float32]
        A copy.
    """
    copy = np.array(values, dtype=np.float32)
    copy.reshape(-1).view(np.uint32)[index] ^= np.uint32(1 << bit)
    return copy


def _flip_effect(where: str, part: str, weights: Weights, exam: NDArray[np.int64], right: FloatArray) -> FlipEffect:
    rng = np.random.default_rng((SEED, PARTS[part].start))
    kls, changes, perplexities, broken = [], [], [], 0
    names = [name for name in weights if name not in ("embedding", "positions")]
    for _ in range(PER_BIT):
        for bit in PARTS[part]:
            wrong = _with_flip(where, str(rng.choice(names)), bit, weights, exam, rng)
            if not np.isfinite(wrong).all():
                broken += 1
                changes.append(1.0)
                continue
            kls.append(_kl(right, wrong))
            changes.append(_changed(right, wrong))
            perplexities.append(float(np.exp(np.minimum(-_of_targets(wrong, exam).mean(), _MOST_NATS))))
    return FlipEffect(
        where,
        part,
        len(changes),
        float(np.median(kls)) if kls else None,
        max(kls) if kls else None,
        max(perplexities) if perplexities else None,
        float(np.mean(changes)),
        max(changes),
        broken,
    )


_MOST_NATS: Final = 700.0
"""Beyond that the perplexity is no floating-point number."""


def _with_flip(where: str, name: str, bit: int, weights: Weights, exam: NDArray[np.int64], rng: np.random.Generator) -> FloatArray:
    if where == "weight":
        hurt = dict(weights) | {name: flipped(weights[name], int(rng.integers(weights[name].size)), bit)}
        return _log_shares(forward(MODEL, hurt, exam[:, :-1]).logits)
    at = int(rng.integers(MODEL.hidden))  # of the first token, so that all after it can feel it

    def edit(place: str, x: Array) -> Array:
        return np.stack([flipped(one, at, bit) for one in x]) if place == "0.stream" else x

    return _log_shares(forward(MODEL, weights, exam[:, :-1], edit).logits)


def _log_shares(logits: Array) -> FloatArray:
    raised = logits.astype(np.float64)
    top = raised.max(axis=-1, keepdims=True)
    logs: FloatArray = raised - top - np.log(np.exp(raised - top).sum(axis=-1, keepdims=True))
    return logs


def _kl(right: FloatArray, wrong: FloatArray) -> float:
    return max(float((np.exp(right) * (right - wrong)).sum(axis=-1).mean()), 0.0)


def _changed(right: FloatArray, wrong: FloatArray) -> float:
    return float((right.argmax(axis=-1) != wrong.argmax(axis=-1)).mean())


def _of_targets(logs: FloatArray, exam: NDArray[np.int64]) -> FloatArray:
    taken: FloatArray = np.take_along_axis(logs, exam[:, 1:, None], axis=-1)[..., 0]
    return taken


def _as_bf16(matrix: Array) -> Array:
    bits = matrix.astype(np.float32).view(np.uint32).astype(np.uint64)
    rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16  # to nearest, ties to even
    return rounded.astype(np.uint32).view(np.float32)


def _as_int8(matrix: Array) -> Array:
    scale = np.abs(matrix).max(axis=1, keepdims=True) / np.float32(127.0)
    whole: Array = np.round(matrix / scale) * scale
    return whole


def _as_fp8(matrix: Array) -> Array:
    scale = np.abs(matrix).max(axis=1, keepdims=True) / np.float32(e4m3_values()[-1])
    middles = (e4m3_values()[1:] + e4m3_values()[:-1]) / 2.0
    size = e4m3_values()[np.searchsorted(middles, np.abs(matrix / scale))]
    coarse: Array = (np.sign(matrix) * size * scale).astype(np.float32)
    return coarse


@cache
def e4m3_values() -> FloatArray:
    """Return the numbers from 0 up that eight bits with four of exponent and three of mantissa can hold (OCP's E4M3: 448 at most)."""
    small = np.arange(8) * 2.0**-9
    large = np.ldexp(1.0 + np.arange(8) / 8.0, np.arange(-6, 9)[:, None]).reshape(-1)
    return np.concatenate([small, large[:-1]])  # the last pattern means "no number"


PRECISIONS: Final[dict[str, tuple[int, Callable[[Array], Array]]]] = {
    "fp32": (32, lambda matrix: matrix),
    "bf16": (16, _as_bf16),
    "int8": (8, _as_int8),
    "fp8": (8, _as_fp8),
}
"""Bits per weight, and how a matrix is rounded; int8 and fp8 have a scale per row."""


def precision_effect(name: str, weights: Weights, exam: NDArray[np.int64], right: FloatArray) -> PrecisionEffect:
    """Return what storing all weights in that precision does to the model's answers."""
    bits, rounded = PRECISIONS[name]
    wrong = _log_shares(forward(MODEL, {key: rounded(matrix) for key, matrix in weights.items()}, exam[:, :-1]).logits)
    return PrecisionEffect(name, bits, _kl(right, wrong), float(np.exp(-_of_targets(wrong, exam).mean())), _changed(right, wrong))


def hash_flips() -> HashFlips:
    """Flip a bit in one try of many, and get the lowest bit of one word of the state wrong in a whole search."""
    headers = [with_nonce(HEADER, nonce) for nonce in range(TRIES)]
    hurt, bit = TRIES // 2, 8 * 40
    wrong = int.from_bytes(headers[hurt], "little") ^ 1 << bit
    tried = [*headers[:hurt], wrong.to_bytes(len(HEADER), "little"), *headers[hurt + 1 :]]
    right, after = [double_sha256(one) for one in headers], [double_sha256(one) for one in tried]
    own = int.from_bytes(right[hurt], "little") ^ int.from_bytes(after[hurt], "little")
    others = sum(one != other for i, (one, other) in enumerate(zip(right, after, strict=True)) if i != hurt)
    versions = [rolled(HEADER, version) for version in range(VERSIONS)]
    middles = np.array([midstate(words_of(one[:64])) for one in versions])
    coarse = middles.copy()
    coarse[:, 3] ^= np.uint32(1)
    found, coarse_found = (_found(one) for one in (middles, coarse))
    valid = sum(_is_share(with_nonce(versions[version], nonce)) for version, nonce in coarse_found)
    return HashFlips(TRIES, others, own.bit_count() / 256.0, len(found), len(coarse_found), valid)


def _found(middles: NDArray[np.uint32]) -> list[tuple[int, int]]:
    hits = search(middles, words_of(HEADER[64:76]), np.uint32(0), _SEARCH_BATCHES, np.uint32(_SHARE_LIMIT), np.array(CONSTANTS))
    return [(version, nonce) for version, nonce in hits.tolist()]


def _is_share(header: bytes) -> bool:
    return int.from_bytes(double_sha256(header)[28:], "little") <= _SHARE_LIMIT
