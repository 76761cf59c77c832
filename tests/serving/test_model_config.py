"""Configurations of hubs as architectures, and those that are refused."""

import pytest

from wattmint.errors import InputError
from wattmint.physics.transformer import kv_values_per_token, layer_counts, parameters
from wattmint.serving.model_config import architecture_from_config

LLAMA = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
    "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 128256, "max_position_embeddings": 131072, "tie_word_embeddings": False,
}  # fmt: skip
GEMMA_3 = {**LLAMA, "model_type": "gemma3_text", "head_dim": 256, "sliding_window": 1024, "num_hidden_layers": 62}
DEEPSEEK = {
    **LLAMA, "model_type": "deepseek_v3", "num_hidden_layers": 61, "n_routed_experts": 256, "num_experts_per_tok": 8, "n_shared_experts": 1,
    "moe_intermediate_size": 2048, "first_k_dense_replace": 3, "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128,
    "qk_rope_head_dim": 64, "v_head_dim": 128, "num_nextn_predict_layers": 1,
}  # fmt: skip
QWEN_3_5 = {
    **LLAMA, "head_dim": 256, "full_attention_interval": 4, "attn_output_gate": True, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
    "linear_num_key_heads": 16, "linear_num_value_heads": 64, "linear_value_head_dim": 128, "num_experts": 512, "num_experts_per_tok": 10,
    "moe_intermediate_size": 1024, "shared_expert_intermediate_size": 1024, "num_hidden_layers": 60, "mtp_num_hidden_layers": 1,
}  # fmt: skip


def test_a_dense_configuration():
    arch = architecture_from_config(LLAMA)
    assert (arch.layers, arch.head_dim, arch.kv_heads, arch.mlp_matrices, arch.tied_embeddings) == (32, 128, 8, 3, False)
    assert parameters(arch)[0] == 8_029_995_008


def test_the_language_part_of_a_multimodal_model_counts():
    assert architecture_from_config({"model_type": "x", "vision_config": {"hidden_size": 9}, "text_config": LLAMA}) == architecture_from_config(LLAMA)


def test_heads_and_widths_that_are_left_out():
    plain = {"model_type": "gptj", "n_layer": 28, "n_embd": 4096, "n_head": 16, "vocab_size": 50400, "n_positions": 2048, "n_inner": None}
    arch = architecture_from_config({**plain, "tie_word_embeddings": False})
    assert (arch.kv_heads, arch.head_dim, arch.ffn, arch.mlp_matrices, arch.max_context) == (16, 256, 16384, 2, 2048)
    assert architecture_from_config({**plain, "multi_query": True}).kv_heads == 1


def test_latent_attention_and_shared_experts():
    arch = architecture_from_config(DEEPSEEK)
    assert (arch.kv_lora_rank, arch.shared_experts, arch.shared_ffn, arch.dense_layers, arch.mtp_layers) == (512, 1, 2048, 3, 1)
    assert kv_values_per_token(arch) == (61 * 576, 0)


def test_an_indexer_in_some_layers():
    sparse = {**DEEPSEEK, "index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128}
    assert architecture_from_config(sparse).index_layers == 61
    assert architecture_from_config({**sparse, "indexer_types": ["full", "shared", "shared", "full"]}).index_layers == 2


def test_windows_by_list_by_rule_and_not_at_all():
    listed = {**LLAMA, "sliding_window": 128, "layer_types": ["sliding_attention", "full_attention"] * 16}
    assert layer_counts(architecture_from_config(listed)).sliding == 16
    assert layer_counts(architecture_from_config(GEMMA_3)).full == 10
    assert layer_counts(architecture_from_config({**GEMMA_3, "model_type": "gemma2"})).full == 31
    assert layer_counts(architecture_from_config({**LLAMA, "model_type": "mistral", "sliding_window": 4096})).full == 0
    assert layer_counts(architecture_from_config({**LLAMA, "sliding_window": 4096, "use_sliding_window": False})).full == 32
    assert layer_counts(architecture_from_config({**LLAMA, "sliding_window": 131072})).full == 32


def test_chunks_of_llama_4():
    llama_4 = {"model_type": "llama4_text", "attention_chunk_size": 8192, "num_local_experts": 128, "interleave_moe_layer_step": 2}
    arch = architecture_from_config({**LLAMA, **llama_4, "num_hidden_layers": 48, "intermediate_size": 8192, "intermediate_size_mlp": 16384})
    assert (arch.chunked, arch.sliding_window, arch.sliding_attention_layers) == (True, 8192, 36)
    assert (arch.ffn, arch.moe_ffn, arch.shared_ffn, arch.moe_every) == (16384, 8192, 8192, 2)


def test_sliding_and_full_layers_of_different_heads():
    mimo = architecture_from_config({**LLAMA, "sliding_window": 128, "swa_num_key_value_heads": 4, "hybrid_layer_pattern": [0, 1, 1, 1] * 8})
    assert (mimo.full_kv_heads, mimo.kv_heads, mimo.sliding_attention_layers) == (8, 4, 24)
    gemma_4 = {**GEMMA_3, "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 5, "num_hidden_layers": 30, "global_head_dim": 512}
    arch = architecture_from_config(
        gemma_4 | {"num_global_key_value_heads": 2, "attention_k_eq_v": True, "enable_moe_block": False, "num_experts": 8}
    )
    assert (arch.full_head_dim, arch.full_kv_heads, arch.keys_are_values, arch.experts) == (512, 2, True, 0)
    arch = architecture_from_config(gemma_4 | {"enable_moe_block": True, "num_experts": 8, "top_k_experts": 2, "moe_intermediate_size": 704})
    assert (arch.experts_per_token, arch.shared_experts, arch.shared_ffn) == (2, 1, 14336)


def test_linear_attention_three_of_four():
    arch = architecture_from_config(QWEN_3_5)
    assert (arch.linear_attention_layers, arch.attention_output_gate, arch.shared_ffn) == (45, True, 1024)
    without = {key: value for key, value in QWEN_3_5.items() if key != "full_attention_interval"}
    assert architecture_from_config(without).linear_value_heads == 0


@pytest.mark.parametrize(
    ("change", "dense", "every"),
    [
        ({"moe_layer_freq": [0, 0, 1, 1]}, 2, 0),
        ({"mlp_layer_types": ["dense", "sparse", "sparse"]}, 1, 0),
        ({"decoder_sparse_step": 2}, 0, 2),
    ],
)
def test_which_layers_have_experts(change, dense, every):
    arch = architecture_from_config({**LLAMA, "num_experts": 8, "num_experts_per_tok": 2, **change})
    assert (arch.dense_layers, arch.moe_every, arch.moe_ffn) == (dense, every, 14336)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"hybrid_override_pattern": "M*M"}, "state-space"),
        ({"compress_ratios": [4, 128]}, "compressed context"),
        ({"linear_attn_config": {"kda_layers": [1]}}, "delta-attention"),
        ({"block_configs": [{}]}, "differ one by one"),
        ({"hidden_size_per_layer_input": 256}, "embedding of its own"),
    ],
)
def test_what_the_formulas_do_not_know_is_refused(change, words):
    with pytest.raises(InputError, match=words):
        architecture_from_config({**LLAMA, **change})


@pytest.mark.parametrize("key", ["num_hidden_layers", "hidden_size", "num_attention_heads", "vocab_size"])
def test_a_missing_key_is_named(key):
    with pytest.raises(InputError, match=key):
        architecture_from_config({name: value for name, value in LLAMA.items() if name != key})


@pytest.mark.parametrize("value", ["32", -1, 1.5, True, [32]])
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(InputError, match="num_hidden_layers"):
        architecture_from_config({**LLAMA, "num_hidden_layers": value})
