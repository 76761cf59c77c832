import numpy as np
import pytest

from wattmint.lab.decoder import Shape, drawn, forward, joined_heads, matrices, normed, softmax, split_heads
from wattmint.physics.transformer import parameters

SHAPE = Shape(layers=2, hidden=16, heads=4, ffn=32, vocab=11, context=8)
TOKENS = np.random.default_rng(0).integers(SHAPE.vocab, size=(3, 8))


def test_shape_counts_as_physics_counts():
    weights = {name: matrix.size for name, matrix in drawn(SHAPE, 1).items()}
    total, _ = parameters(SHAPE.architecture())
    assert sum(weights.values()) - weights["positions"] == total
    assert {name: matrix.shape for name, matrix in drawn(SHAPE, 1).items()} == matrices(SHAPE)


def test_the_seed_decides():
    assert all(np.array_equal(one, other) for one, other in zip(drawn(SHAPE, 3).values(), drawn(SHAPE, 3).values(), strict=True))
    assert not np.array_equal(drawn(SHAPE, 3)["head"], drawn(SHAPE, 4)["head"])


def test_later_tokens_do_not_change_earlier_answers():
    weights = drawn(SHAPE, 1)
    changed = TOKENS.copy()
    changed[:, 5] = (changed[:, 5] + 1) % SHAPE.vocab
    right, other = (forward(SHAPE, weights, tokens).logits for tokens in (TOKENS, changed))
    assert np.array_equal(right[:, :5], other[:, :5])
    assert not np.allclose(right[:, 5:], other[:, 5:])


def test_an_edit_takes_the_place_of_the_stream():
    weights = drawn(SHAPE, 1)
    seen = []

    def edit(name, x):
        seen.append(name)
        return np.zeros_like(x)

    assert np.ptp(forward(SHAPE, weights, TOKENS, edit).logits) == 0.0
    assert seen == ["0.stream", "1.stream"]


def test_pieces():
    x = np.random.default_rng(1).standard_normal((2, 5, 16))
    assert (normed(x) ** 2).mean(axis=-1) == pytest.approx(1.0, abs=1e-3)
    assert softmax(x).sum(axis=-1) == pytest.approx(1.0)
    q, k, v = split_heads(np.concatenate([x, 2 * x, 3 * x], axis=-1), 4)
    assert q.shape == (2, 4, 5, 4)
    assert np.array_equal(joined_heads(k), 2 * x)
    assert np.array_equal(joined_heads(v), 3 * x)
