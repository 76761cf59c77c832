"""A language to learn: drawn from a seed, and known so exactly that the best possible score is known too."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattmint.types import FloatArray

_ROUNDS = 500
"""Of the power iteration: its error shrinks by a constant factor each."""

_LEAD = 16
"""Tokens left out before a sequence."""

_SHARPNESS = 2.5
"""Spread of the log-probabilities: larger makes a language more predictable."""


@dataclass(frozen=True, slots=True)
class Language:
    """Tokens of which each depends on the two before it.

    Attributes
    ----------
    table : FloatArray, shape (vocab, vocab, vocab)
        Probability of a token (last axis) after the one before the last (first axis) and the last (second axis).
    """

    table: FloatArray

    def sample(self, batch: int, length: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return sequences of the language.

        Parameters
        ----------
        batch, length : int
            How many, how long.
        rng : Generator
            Where chance comes from.

        Returns
        -------
        NDArray[int64], shape (batch, length)
            From the middle of longer ones, so that their beginnings are like the rest.
        """
        tokens = rng.integers(self.table.shape[0], size=(batch, _LEAD + length))
        heaps, chance = self.table.cumsum(axis=-1), rng.random((batch, _LEAD + length))
        for t in range(2, _LEAD + length):
            heap = heaps[tokens[:, t - 2], tokens[:, t - 1]]
            tokens[:, t] = np.minimum((heap < chance[:, t, None]).sum(axis=1), self.table.shape[0] - 1)
        return tokens[:, _LEAD:]

    def entropy(self) -> float:
        """Return the nats per token that even a perfect model cannot save, in the long run."""
        vocab = self.table.shape[0]
        pairs = np.full((vocab, vocab), 1.0 / vocab**2)
        for _ in range(_ROUNDS):
            pairs = np.einsum("ab,abc->bc", pairs, self.table)
        return float(-(pairs[..., None] * self.table * np.log(self.table)).sum())


def drawn_language(vocab: int, seed: int) -> Language:
    """Return a language drawn from a seed.

    Parameters
    ----------
    vocab : int
        Tokens.
    seed : int
        Of its table.

    Returns
    -------
    Language
        The log-probability of a token is the sum of what the last and the one before it make of it, so that a small model can learn both.
    """
    rng = np.random.default_rng(seed)
    last, before = (_SHARPNESS * rng.standard_normal((vocab, vocab)) / np.sqrt(2.0) for _ in range(2))
    raised = np.exp(before[:, None, :] + last[None, :, :])
    return Language(raised / raised.sum(axis=-1, keepdims=True))
