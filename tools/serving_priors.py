"""Priors of the numbers that `fit_serving.py` fits: what physics or common sense says of each, and how far it may well be from that."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from wattmint.facts.load import Values

RAW: Final = ("per_year", "_power")
"""Endings of numbers that are fitted as they are, not by their logarithm."""


class Number(NamedTuple):
    """A number to fit: where it stands, its prior, how far from it it may well be, and whether it is a factor (its logarithm is fitted)."""

    id: str
    attribute: str
    prior: float
    spread: float
    factor: bool = True


PRIORS: Final[Mapping[str, Sequence[tuple[str, float, float]]]] = {
    "shared": (
        ("memory_efficiency", 0.8, 0.08), ("cache_memory_factor", 0.8, 0.15), ("expert_call_us", 0.03, 0.7), ("routing_skew", 0.8, 0.3),
        ("expert_imbalance", 0.5, 0.7), ("choices_power", 0.3, 0.3), ("fp4_dense_memory_factor", 1.0, 0.15), ("widened_memory_factor", 0.7, 0.3),
        ("int4_memory_factor", 0.7, 0.3), ("prefill_mfu", 0.8, 0.05), ("fp8_mfu_factor", 0.7, 0.25), ("fp4_mfu_factor", 0.55, 0.2),
        ("widened_mfu_factor", 0.7, 0.3), ("attention_mfu_factor", 0.8, 0.3), ("expert_mfu_factor", 0.7, 0.3), ("latent_mfu_factor", 1.0, 0.3),
        ("decode_mfu_factor", 0.7, 0.3), ("layer_us", 18.0, 0.4), ("expert_layer_us", 15.0, 0.5), ("layer_batch_power", 0.05, 0.05),
        ("latent_layer_us", 25.0, 0.4), ("linear_layer_us", 40.0, 0.4), ("index_layer_us", 50.0, 0.5), ("scaled_layer_us", 10.0, 0.7),
        ("prefill_layer_factor", 5.0, 0.7), ("prefill_layer_power", 0.3, 0.3), ("first_layer_us", 300.0, 0.7), ("scaled_linear_factor", 1.0, 0.3),
        ("widened_step_factor", 1.0, 0.5), ("expert_power_factor", 1.0, 0.4),
        ("allreduce_us", 5.0, 0.4), ("allreduce_doubling_us", 1.3, 0.5), ("alltoall_us", 10.0, 0.5), ("link_efficiency", 0.6, 0.25),
        ("interference", 1.2, 0.15), ("burst_share", 0.1, 0.6), ("burst_share_median", 0.02, 0.6), ("queue_factor", 1.0, 0.5),
        ("step_wait", 1.5, 0.5),
        ("draft_acceptance", 0.65, 0.1), ("draft_overhead", 0.15, 0.5), ("wave_loss", 1.03, 0.01), ("cache_reserve", 0.75, 0.15),
        ("tail_factor", 1.15, 0.1), ("power_base", 0.107, 0.5), ("power_memory", 1.56, 0.3), ("power_arithmetic", 4.5, 0.4),
        ("memory_per_year", 0.05, 0.02), ("prefill_per_year", 0.1, 0.02),
    ),
    "kind-other-vendor": (
        ("memory_factor", 0.9, 0.25), ("prefill_factor", 0.6, 0.25), ("overhead_factor", 1.8, 0.6), ("fp4_mfu_factor", 1.0, 0.4),
    ),
    "kind-pcie": (("link_factor", 0.7, 0.3),),
    "kind-blackwell": (
        ("prefill_factor", 0.8, 0.2), ("overhead_factor", 0.85, 0.2), ("link_factor", 1.0, 0.3), ("power_factor", 1.0, 0.2),
        ("scaled_imbalance_factor", 1.0, 1.0),
    ),
    "stack-vllm": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 25.0, 0.7), ("request_s", 0.03, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("overhead_factor", 1.0, 0.25), ("decode_per_year", 0.5, 0.4), ("sequence_per_year", 1.0, 0.5),
    ),
    "stack-sglang": (
        ("step_ms", 1.2, 0.5), ("sequence_us", 5.0, 0.7), ("request_s", 0.08, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("expert_mfu_factor", 1.0, 0.2), ("interference_factor", 1.0, 0.15), ("decode_per_year", 0.2, 0.05),
    ),
    "stack-trtllm": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 4.0, 0.7), ("request_s", 0.06, 0.7), ("prefill_factor", 1.0, 0.25), ("interference_factor", 1.0, 0.15),
        ("decode_per_year", 0.2, 0.05), ("group_wait_steps", 20.0, 0.7), ("most_sequences", 1500.0, 0.5), ("expert_layer_factor", 1.0, 0.5),
        ("latent_layer_factor", 1.0, 0.3), ("burst_factor", 1.0, 0.5),
    ),
    "stack-atom": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 5.0, 0.7), ("request_s", 0.05, 0.7), ("prefill_factor", 1.0, 0.25),
    ),
    "stack-tuned": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 3.0, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("expert_mfu_factor", 1.0, 0.2), ("decode_per_year", 0.2, 0.05), ("most_sequences", 2000.0, 0.5),
    ),
    "stack-sglang-blackwell": (("admission_steps", 10.0, 0.6),),
    "stack-sglang-other-vendor": (("overhead_factor", 1.0, 0.6),),
    "stack-tuned-blackwell": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.2)),
    "h100-sxm": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.12)),
    "h200-sxm": (("prefill_factor", 1.0, 0.12),),
    "mi300x": (("memory_factor", 1.0, 0.06), ("overhead_factor", 1.0, 0.15)),
    "mi325x": (("prefill_factor", 1.0, 0.12),),
    "mi355x": (("prefill_factor", 1.0, 0.12), ("overhead_factor", 1.0, 0.15)),
    "h100-nvl": (("prefill_factor", 1.0, 0.12),),
}  # fmt: skip
OF_MODELS: Final = 0.015
"""How far a model's own factor may well be from 1: little, so that it is used only where many measurements agree."""

BEAM_SEARCH: Final = "gpt-j-6b"
"""Of GPT-J only beam search is measured, which decodes each request four times over; so its factor is one of the load, not of the model."""

MODELS: Final[Mapping[str, float]] = {
    **dict.fromkeys(
        ("deepseek-r1", "kimi-k2-5", "llama-2-70b", "llama-4-scout-17b-16e", "llama-3-1-405b", "llama-3-1-70b", "minimax-m2-5"), OF_MODELS,
    ),
    "gpt-oss-120b": 3.0 * OF_MODELS,
    BEAM_SEARCH: 0.3,
}  # fmt: skip
"""Models with a factor of their own, and how far it may be from 1; others, and chips left out above, keep 1: the fit found none worth having.
gpt-oss has kernels of its own.
"""

FIXED: Final[Values] = {
    "stack-tuned": {"request_s": 0.05},
    "kind-other-vendor": {"allreduce_factor": 1.5},
    "kind-pcie": {"allreduce_factor": 2.0},
}
"""Numbers that no measurement here tells anything about: estimates."""


def numbers() -> list[Number]:
    """Return all numbers to fit."""
    found = [Number(id_, name, prior, spread, not name.endswith(RAW)) for id_, some in PRIORS.items() for name, prior, spread in some]
    return found + [Number(model, "decode_factor", 1.0, spread) for model, spread in MODELS.items()]
