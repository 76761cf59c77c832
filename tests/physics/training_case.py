"""A small case of training that tests change at will: a dense model and one with experts, on one made-up chip, with software that loses nothing."""

import dataclasses

import numpy as np

from wattmint.physics.training_types import TrainedModel, TrainingCase, TrainingChip, TrainingPlan, TrainingSoftware

BOTH = {
    "dense_flops": 14e9, "expert_flops": 0.0, "attention_flops": 1e9, "dense_parameters": 7e9, "expert_parameters": 0.0, "saved_values": 2e6,
    "layers": 32.0, "expert_layers": 0.0, "hidden": 4096.0, "vocab": 32000.0, "experts": 1.0, "experts_per_token": 0.0, "kv_values": 65536.0,
}  # fmt: skip
EXPERTS = {
    "expert_flops": 4e9, "expert_parameters": 32e9, "expert_layers": 32.0, "experts": 64.0, "experts_per_token": 4.0,
}  # fmt: skip
CHIP = {
    "flops": 2e15, "flops16": 1e15, "memory_bytes": 80e9, "bandwidth": 3e12, "scale_up": 4e11, "scale_up_gpus": 8.0, "scale_out": 5e10,
    "tdp_w": 700.0,
}  # fmt: skip
PLAN = {
    "gpus": 64.0, "seq_len": 4096.0, "global_batch": 256.0, "micro_batch": 1.0, "tp": 1.0, "pp": 1.0, "cp": 1.0, "ep": 1.0, "sharded": 0.0,
    "adapters": 0.0, "recompute": np.nan, "weight_bytes": 2.0,
}  # fmt: skip
IDEAL = {
    "linear": 1.0, "attention": 1.0, "expert": 1.0, "narrow": 0.0, "moved": 0.0, "link": 1.0, "network": 1.0, "exposed": 0.0, "layer_s": 0.0,
    "expert_layer_s": 0.0, "interleaved": 1.0, "straggling": 0.0,
}  # fmt: skip
REAL = {
    **IDEAL, "linear": 0.8, "attention": 0.4, "expert": 0.3, "narrow": 0.1, "moved": 1.0, "link": 0.8, "network": 0.5, "exposed": 0.4,
    "layer_s": 1e-3, "interleaved": 3.0, "straggling": 0.01,
}  # fmt: skip


def training_case(**changes: float) -> TrainingCase:
    """Return a dense model and one with experts, with some numbers changed in both."""

    def columns(kind, *rows):
        names = [field.name for field in dataclasses.fields(kind)]
        return kind(*(np.array([{**row, **changes}[name] for row in rows]) for name in names))

    parts = (TrainedModel, (BOTH, BOTH | EXPERTS)), (TrainingChip, (CHIP, CHIP)), (TrainingPlan, (PLAN, PLAN)), (TrainingSoftware, (IDEAL, IDEAL))
    return TrainingCase(*(columns(kind, *rows) for kind, rows in parts))
