import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.lab.decoder import Shape, drawn, forward
from wattmint.lab.decoding import attend, empty_cache, products, step


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9), st.integers(1, 3), st.sampled_from([3, 64, 1024, 1500]))
def test_products_are_numpys(batch, fours, inputs):
    rng = np.random.default_rng(inputs)
    x, matrix = (rng.standard_normal((rows, inputs), dtype=np.float32) for rows in (batch, 4 * fours))
    assert products(x, matrix) == pytest.approx(x @ matrix.T, rel=1e-4, abs=1e-3)


def test_decoding_token_by_token_is_the_pass_over_the_whole():
    shape = Shape(layers=2, hidden=16, heads=4, ffn=32, vocab=12, context=8)
    weights, tokens = drawn(shape, 1), np.random.default_rng(0).integers(shape.vocab, size=(5, 8))
    whole, cache = forward(shape, weights, tokens).logits, empty_cache(shape, 5)
    for place in range(shape.context):
        assert step(shape, weights, cache, tokens[:, place], place) == pytest.approx(whole[:, place], abs=1e-5)


def test_a_wrong_past_is_felt():
    shape = Shape(layers=1, hidden=8, heads=2, ffn=8, vocab=4, context=4)
    weights, cache = drawn(shape, 1), empty_cache(shape, 1)
    step(shape, weights, cache, np.array([1]), 0)
    right = step(shape, weights, cache, np.array([2]), 1)
    cache.values[0, 0, 0] += np.float32(1.0)
    assert not np.allclose(right, step(shape, weights, cache, np.array([2]), 1))


def test_tokens_not_there_yet_are_not_attended_to():
    rng = np.random.default_rng(2)
    q, keys, values = (rng.standard_normal(size, dtype=np.float32) for size in ((2, 8), (2, 5, 8), (2, 5, 8)))
    assert attend(q, keys, values, 2, 1) == pytest.approx(values[:, 0], abs=1e-6)
