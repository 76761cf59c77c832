"""A small case of serving that tests change at will: two cases, a dense model and one with experts, on one made-up chip."""

import dataclasses

import numpy as np

from wattmint.physics.serving_types import Case, Chip, Load, Shape, Software

DENSE = {"attention": 1e9, "dense": 6e9, "expert": 0.0, "head": 5e8, "experts": 0.0, "experts_per_token": 0.0, "expert_layers": 0.0}
SPARSE = {"attention": 1e9, "dense": 5e8, "expert": 1.5e7, "head": 5e8, "experts": 64.0, "experts_per_token": 4.0, "expert_layers": 32.0}
BOTH = {
    "layers": 32.0, "latent_layers": 0.0, "linear_layers": 0.0, "index_layers": 0.0, "hidden": 4096.0, "kv_heads": 8.0, "full_values": 65_536.0,
    "sliding_values": 0.0, "index_values": 0.0, "window": np.inf, "index_topk": np.inf, "state_values": 0.0, "prompt_products": 262_144.0,
    "decode_products": 262_144.0, "sliding_products": 0.0, "index_products": 0.0, "state_flops": 0.0,
}  # fmt: skip
CHIP = {
    "memory_bytes": 80e9, "bandwidth_bytes_per_s": 3e12, "link_bytes_per_s": 4e11, "tdp_w": 700.0, "core_flops_per_s": 1e15,
    "expert_flops_per_s": 1e15, "attention_flops_per_s": 1e15, "core_bytes": 2.0, "expert_bytes": 2.0, "head_bytes": 2.0, "cache_bytes": 2.0,
}  # fmt: skip
LOAD = {
    "prompt": 1000.0, "output": 500.0, "requests": 32.0, "drafts": 0.0, "tpot_limit_s": np.nan, "tp": 1.0, "pp": 1.0, "ep": 1.0, "dp": 1.0,
    "running": 0.0, "median": 0.0, "separate": 0.0,
}  # fmt: skip
IDEAL = {
    **dict.fromkeys((field.name for field in dataclasses.fields(Software)), 0.0),
    "memory": 1.0, "expert_memory": 1.0, "cache_memory": 1.0, "core_mfu": 1.0, "expert_mfu": 1.0, "attention_mfu": 1.0, "decode_mfu": 1.0,
    "routing_skew": 1.0, "traffic_scale": 1.0, "prefill_scale": 1.0, "link": 1.0, "interference": 1.0, "accepted": 1.0,
    "wave_loss": 1.0, "cache_reserve": 1.0, "most_sequences": np.inf, "tail": 1.0,
}  # fmt: skip
"""Software that loses nothing."""


def case(**changes: float) -> Case:
    """Return a dense model and one with experts, of the same size of attention, with some numbers changed in both."""

    def columns(kind, *rows):
        names = [field.name for field in dataclasses.fields(kind)]
        return kind(*(np.array([{**row, **changes}[name] for row in rows]) for name in names))

    return Case(columns(Shape, DENSE | BOTH, SPARSE | BOTH), columns(Chip, CHIP, CHIP), columns(Load, LOAD, LOAD), columns(Software, IDEAL, IDEAL))
