"""Parameters, cache and state of a transformer from its shape."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.physics.shapes import DEEPSEEK, EVERY, GEMMA_4, GPT_OSS, HYBRID, LLAMA_8B, MAVERICK, SPARSE

from wattmint.physics.transformer import (
    cached_values,
    index_values_per_token,
    kv_shape,
    kv_values_per_token,
    layer_counts,
    least,
    parameters,
    read_values,
    state_values_per_sequence,
    value_dim,
    weights,
    window_tokens,
)


def test_a_dense_model_by_hand():
    attention = 4096 * (32 * 128 + 2 * 8 * 128 + 32 * 128)
    mlp = 3 * 4096 * 14336
    embedding = 128256 * 4096
    assert parameters(LLAMA_8B) == (32 * (attention + mlp) + 2 * embedding, 32 * (attention + mlp) + embedding)
    assert weights(LLAMA_8B).full_attention == attention
    assert weights(LLAMA_8B).expert == weights(LLAMA_8B).shared == weights(LLAMA_8B).linear_attention == 0
    assert parameters(LLAMA_8B)[0] == 8_029_995_008  # the published 8,030,261,248 has 266,240 norms besides


def test_latent_attention_by_hand():
    query = 7168 * 1536 + 1536 * 128 * (128 + 64)
    rest = 7168 * (512 + 64) + 512 * 128 * (128 + 128) + 128 * 128 * 7168
    assert weights(DEEPSEEK).full_attention == query + rest
    assert weights(dataclasses.replace(DEEPSEEK, q_lora_rank=0)).full_attention == 7168 * 128 * (128 + 64) + rest


@pytest.mark.parametrize(
    ("arch", "total_b", "active_b"),
    [(GPT_OSS, 116.8, 5.13), (DEEPSEEK, 671.0, 36.6), (HYBRID, 396.3, 16.33), (MAVERICK, 400.7, 16.15), (GEMMA_4, 25.2, 3.82)],
)
def test_mixtures_of_experts(arch, total_b, active_b):
    total, active = parameters(arch)
    assert total / 1e9 == pytest.approx(total_b, rel=2e-3)
    assert active / 1e9 == pytest.approx(active_b, rel=2e-3)


@pytest.mark.parametrize(
    ("arch", "kinds"),
    [
        (LLAMA_8B, (32, 0, 0, 32, 0)),
        (GPT_OSS, (18, 18, 0, 0, 36)),
        (DEEPSEEK, (61, 0, 0, 3, 58)),
        (HYBRID, (15, 0, 45, 0, 60)),
        (MAVERICK, (12, 36, 0, 24, 24)),
    ],
)
def test_layers_by_kind(arch, kinds):
    counts = layer_counts(arch)
    assert (counts.full, counts.sliding, counts.linear, counts.dense, counts.moe) == kinds


def test_values_cached_per_token():
    assert kv_values_per_token(LLAMA_8B) == (32 * 2 * 8 * 128, 0)
    assert kv_values_per_token(GPT_OSS) == (18 * 2 * 8 * 64, 18 * 2 * 8 * 64)
    assert kv_values_per_token(DEEPSEEK) == (61 * (512 + 64), 0)
    assert kv_values_per_token(SPARSE) == (61 * (512 + 64) + 61 * 128, 0)
    assert index_values_per_token(SPARSE) == 61 * 128
    assert kv_values_per_token(HYBRID) == (15 * 2 * 2 * 256, 0)
    assert kv_values_per_token(GEMMA_4) == (5 * 2 * 512, 25 * 2 * 8 * 256)


def test_heads_of_full_and_sliding_layers():
    assert (kv_shape(GEMMA_4, full=True), kv_shape(GEMMA_4, full=False)) == ((2, 512), (8, 256))
    assert (value_dim(GEMMA_4, full=True), value_dim(GEMMA_4, full=False)) == (512, 256)
    assert value_dim(dataclasses.replace(LLAMA_8B, v_head_dim=96), full=True) == 96


def test_a_state_does_not_grow_with_the_context():
    state = 45 * (64 * 128 * 128 + (2 * 16 * 128 + 64 * 128) * 3)
    assert state_values_per_sequence(HYBRID) == state
    assert cached_values(HYBRID, 0.0) == state
    assert state_values_per_sequence(LLAMA_8B) == 0


def test_sparse_attention_reads_all_index_keys_but_few_latents():
    assert read_values(SPARSE, 100_000.0) == 61 * 128 * 100_000 + 61 * 576 * 2048
    assert read_values(SPARSE, 1000.0) == cached_values(SPARSE, 1000.0)
    assert read_values(DEEPSEEK, 100_000.0) == cached_values(DEEPSEEK, 100_000.0)


def test_windows_and_chunks():
    contexts = np.array([50.0, 1000.0])
    assert window_tokens(GPT_OSS, contexts).tolist() == [50, 128]
    assert window_tokens(LLAMA_8B, contexts).tolist() == [0, 0]
    assert window_tokens(MAVERICK, np.array([8000.0, 8192.0, 8193.0, 90_000.0])).tolist() == [8000, 8192, 4096, 4096]
    assert cached_values(GPT_OSS, 1000.0) == 18432 * (1000 + 128)
    assert least(3.0, 2.0) == 2.0


@pytest.mark.parametrize("arch", EVERY)
@given(context=st.integers(0, 10**6), more=st.integers(0, 10**6))
def test_the_cache_grows_and_no_more_is_read_than_is_held(arch, context, more):
    held = cached_values(arch, float(context))
    assert held <= cached_values(arch, float(context + more))
    assert read_values(arch, float(context)) <= held


@given(st.integers(1, 200), st.integers(1, 8))
def test_the_split_adds_up(experts, per_token):
    per_token = min(experts, per_token)
    arch = dataclasses.replace(MAVERICK, experts=experts, experts_per_token=per_token)
    total, active = parameters(arch)
    w, n = weights(arch), layer_counts(arch)
    assert total - active == n.moe * (experts - per_token) * w.expert + w.head


def test_a_tied_head_is_counted_once():
    tied = dataclasses.replace(LLAMA_8B, tied_embeddings=True)
    assert parameters(LLAMA_8B)[0] - parameters(tied)[0] == weights(LLAMA_8B).embedding
    assert parameters(LLAMA_8B)[1] == parameters(tied)[1]
