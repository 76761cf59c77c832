"""Operations per token and prompt, and how many experts a batch touches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.shapes import DEEPSEEK, EVERY, HYBRID, LLAMA_8B, SPARSE

from wattmint.physics.transformer import parameters
from wattmint.physics.transformer_work import (
    attention_flops_per_token,
    capped_pairs,
    chunk_pairs,
    expected_distinct_experts,
    linear_flops_per_token,
    prompt_attention_flops,
)


def test_two_operations_per_active_parameter():
    assert linear_flops_per_token(LLAMA_8B) == 2 * parameters(LLAMA_8B)[1]
    assert linear_flops_per_token(LLAMA_8B) - linear_flops_per_token(LLAMA_8B, head=False) == 2 * 128256 * 4096


def test_scores_and_sums_by_hand():
    assert attention_flops_per_token(LLAMA_8B, 1000.0) == 32 * 32 * 2 * (2 * 128) * 1000
    assert attention_flops_per_token(DEEPSEEK, 1000.0) == 61 * 128 * 2 * (192 + 128) * 1000
    assert attention_flops_per_token(DEEPSEEK, 1000.0, absorbed=True) == 61 * 128 * 2 * (576 + 512) * 1000
    assert attention_flops_per_token(HYBRID, 0.0) == 7 * 45 * 64 * 128 * 128


def test_sparse_attention_scores_all_but_attends_to_few():
    index = 61 * 64 * 128 * 2
    assert attention_flops_per_token(SPARSE, 50_000.0) == attention_flops_per_token(DEEPSEEK, 2048.0) + index * 50_000


@pytest.mark.parametrize("arch", EVERY)
@pytest.mark.parametrize("tokens", [64, 5000])
def test_a_prompt_is_the_sum_of_its_tokens(arch, tokens):
    # Token i of a prompt sees i - 1/2 tokens on average of where in the token one stands: the sum of that is n²/2.
    seen = np.arange(tokens) + 0.5
    each = attention_flops_per_token(arch, seen)
    assert prompt_attention_flops(arch, float(tokens)) == pytest.approx(float(np.sum(each)), rel=1e-3)


def test_chunks_are_cheaper_than_one_context():
    # 8,192 tokens are one chunk; ten chunks cost ten times one, not a hundred times.
    assert chunk_pairs(8192.0, 8192) == 8192**2 / 2
    assert chunk_pairs(81920.0, 8192) == 10 * 8192**2 / 2
    assert chunk_pairs(8192.0 + 10.0, 8192) == 8192**2 / 2 + 50
    assert chunk_pairs(5.0, 0) == 0
    assert chunk_pairs(np.array([10.0, 30.0]), 20).tolist() == [50, 250]


@given(st.integers(0, 3000), st.integers(0, 500))
def test_pairs_within_a_window(tokens, window):
    by_token = sum(min(i + 0.5, window) for i in range(tokens))
    assert capped_pairs(float(tokens), window) == pytest.approx(by_token, abs=1e-6)


@given(st.integers(1, 512), st.integers(1, 16), st.integers(1, 4096))
def test_a_batch_touches_at_least_one_tokens_experts_and_at_most_all(experts, per_token, tokens):
    per_token = min(per_token, experts)
    touched = expected_distinct_experts(experts, per_token, float(tokens))
    assert per_token * (1 - 1e-9) <= touched <= min(experts, per_token * tokens) * (1 + 1e-9)


def test_expected_experts_against_draws():
    rng = np.random.default_rng(7)
    draws = [len({int(e) for _ in range(32) for e in rng.choice(64, 4, replace=False)}) for _ in range(400)]
    assert expected_distinct_experts(64, 4, 32.0) == pytest.approx(np.mean(draws), rel=0.01)
    assert expected_distinct_experts(0, 0, np.array([1.0, 2.0])).tolist() == [0, 0]
