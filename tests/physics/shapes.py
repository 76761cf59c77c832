"""Shapes of real models, typed once for the tests of what is computed from them."""

import dataclasses

from wattmint.physics.transformer import Architecture

LLAMA_8B = Architecture(layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128, ffn=14336, vocab=128256)
GPT_OSS = Architecture(
    layers=36, hidden=2880, heads=64, kv_heads=8, head_dim=64, ffn=2880, vocab=201088, experts=128, experts_per_token=4, moe_ffn=2880,
    sliding_window=128, sliding_attention_layers=18,
)  # fmt: skip
DEEPSEEK = Architecture(
    layers=61, hidden=7168, heads=128, kv_heads=128, head_dim=56, ffn=18432, vocab=129280, experts=256, experts_per_token=8, moe_ffn=2048,
    shared_experts=1, shared_ffn=2048, dense_layers=3, q_lora_rank=1536, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128,
)  # fmt: skip
SPARSE = dataclasses.replace(DEEPSEEK, index_heads=64, index_head_dim=128, index_topk=2048, index_layers=61)
HYBRID = Architecture(
    layers=60, hidden=4096, heads=32, kv_heads=2, head_dim=256, ffn=0, vocab=248320, experts=512, experts_per_token=10, moe_ffn=1024,
    shared_experts=1, shared_ffn=1024, linear_attention_layers=45, linear_key_heads=16, linear_value_heads=64, linear_key_dim=128,
    linear_value_dim=128, linear_conv_kernel=4, attention_output_gate=True,
)  # fmt: skip
MAVERICK = Architecture(
    layers=48, hidden=5120, heads=40, kv_heads=8, head_dim=128, ffn=16384, vocab=202048, experts=128, experts_per_token=1, moe_ffn=8192, moe_every=2,
    shared_experts=1, shared_ffn=8192, sliding_window=8192, chunked=True, sliding_attention_layers=36,
)  # fmt: skip
GEMMA_4 = Architecture(
    layers=30, hidden=2816, heads=16, kv_heads=8, head_dim=256, ffn=2112, vocab=262144, tied_embeddings=True, experts=128, experts_per_token=8,
    moe_ffn=704, shared_experts=1, shared_ffn=2112, sliding_window=1024, sliding_attention_layers=25, full_kv_heads=2, full_head_dim=512,
    keys_are_values=True,
)  # fmt: skip

EVERY = [LLAMA_8B, GPT_OSS, DEEPSEEK, SPARSE, HYBRID, MAVERICK, GEMMA_4]
