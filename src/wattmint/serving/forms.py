"""How a model and a chip become rows of physics' columns: what is multiplied, and in which format numbers are held.

Everything here is of one model, one chip, one precision; `wattmint.serving.cases` gathers it for many cases.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from wattmint.errors import InputError
from wattmint.facts.load import table
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.transformer import (
    Architecture,
    index_values_per_token,
    kv_shape,
    kv_values_per_token,
    layer_counts,
    state_values_per_sequence,
    value_dim,
    weights,
)
from wattmint.physics.transformer_work import STATE_FLOPS_PER_VALUE
from wattmint.serving.names import accelerator_of
from wattmint.serving.software import KINDS
from wattmint.units import BYTES_PER_GB, BYTES_PER_GIB

WEIGHT_BYTES: Final[Mapping[str, float]] = {"bf16": 2.0, "fp8": 1.01, "int8": 1.01, "fp4": 0.5625, "int4": 0.53}
"""Per parameter, with the scales: one of 32 bits per 128 x 128 block in fp8, of 8 bits per 16 values in NVFP4, of 16 bits per 64 in int4."""

MXFP4_BYTES: Final = 0.53125
"""Per parameter of experts trained in MXFP4: a scale of 8 bits per 32 values."""

NATIVE_MXFP4: Final = ("gpt-oss",)
"""Families whose experts were trained in MXFP4 and are never served otherwise, whatever the row calls it."""

CARDS_IN_SERVER: Final = 8
"""Estimate: cards without fast links of their own that share a server."""


@dataclass(frozen=True, slots=True)
class Held:
    """A chip with a model held at a precision: rates, bytes and flags in the order of `Chip` and `Format`."""

    chip: tuple[float, ...]
    form: tuple[float, ...]


@cache
def shape_row(arch: Architecture) -> tuple[float, ...]:
    """Return what serving needs of a model, in the order of `Shape`."""
    n, w = layer_counts(arch), weights(arch)
    attention = n.full * w.full_attention + n.sliding * w.sliding_attention + n.linear * w.linear_attention + arch.index_layers * w.index
    full, sliding = kv_values_per_token(arch)
    dim = kv_shape(arch, full=True)[1]
    latent = arch.kv_lora_rank > 0
    prompt = n.full * arch.heads * (arch.qk_nope_head_dim + arch.qk_rope_head_dim + arch.v_head_dim if latent else 2 * dim)
    decode = n.full * arch.heads * (2 * arch.kv_lora_rank + arch.qk_rope_head_dim if latent else 2 * dim)
    # Within a chunk a token sees half of it on average.
    window = arch.sliding_window / (2.0 if arch.chunked else 1.0) if arch.sliding_attention_layers else math.inf
    state = n.linear * arch.linear_value_heads * arch.linear_key_dim * arch.linear_value_dim
    return (
        attention, n.dense * w.dense_mlp + n.moe * (w.shared + w.router), w.expert, w.embedding,
        arch.experts, arch.experts_per_token, n.moe,
        arch.layers, n.full if latent else 0, n.linear, arch.index_layers,
        arch.hidden, 1 if latent else arch.kv_heads,
        full, sliding, index_values_per_token(arch),
        window, arch.index_topk or math.inf,
        state_values_per_sequence(arch),
        prompt, decode, n.sliding * arch.heads * (arch.head_dim + value_dim(arch, full=False)),
        arch.index_layers * arch.index_heads * arch.index_head_dim,
        STATE_FLOPS_PER_VALUE * state,
    )  # fmt: skip


@cache
def held(chip_id: str, model_id: str, precision: str, has_experts: bool) -> Held:
    """Return how a chip holds and multiplies a model's numbers.

    Notes
    -----
    Datasheets' gigabytes of memory are of 2^30 bytes: drivers report 81,559 MiB on an H100 of 80 GB, 143,771 on an H200 of 141 GB.
    Of models with experts, 4 bits are for the experts only: published checkpoints keep attention in 16. On chips made for 4 bits, MXFP4 experts
    meet activations of 8 bits. Caches are of 8 bits where weights are of 8 or fewer.
    """
    chip = accelerator_of(chip_id)[1]
    native = _family(model_id) in NATIVE_MXFP4 and precision in ("fp8", "fp4")
    stored = "fp4" if native else precision
    four = stored in ("fp4", "int4")
    core = "bf16" if four and has_experts else stored
    expert = "fp8" if native and chip.flops_by_precision["fp4"] else stored
    rates = {name: chip.flops_per_s(name) for name in (core, expert, "bf16", "fp8")}
    made_for_4 = chip.flops_by_precision["fp4"] > 0.0
    widened = stored == "int4" or (stored == "fp4" and not made_for_4)
    scores = max(rates["fp8"], rates["bf16"]) if stored != "bf16" else rates["bf16"]
    expert_bytes = MXFP4_BYTES if native else WEIGHT_BYTES[stored]
    return Held(
        (
            chip.memory_bytes * BYTES_PER_GIB / BYTES_PER_GB, chip.bandwidth_bytes_per_s, chip.scale_up_bytes_per_s / 2.0, chip.tdp_w,
            rates[core], rates[expert], scores,
            WEIGHT_BYTES[core], expert_bytes, WEIGHT_BYTES["bf16"], 2.0 if stored == "bf16" else 1.0,
        ),
        (
            _bits(chip, core, ("fp8", "int8")), _bits(chip, core, ("fp4",)), _bits(chip, expert, ("fp8", "int8")), _bits(chip, expert, ("fp4",)),
            stored == "fp4" and not has_experts, widened, stored == "int4", stored == "fp8" and has_experts,
        ),
    )  # fmt: skip


def lacking(chip: tuple[str, Accelerator], model: tuple[str, Architecture], precision: str) -> str:
    """Return which number of a chip the estimate lacks, as a refusal; empty where it lacks none."""
    rates = held(chip[0], model[0], precision, model[1].experts > 0).chip
    needed = "no rate at which it multiplies all that the model needs at this precision" if min(rates) <= 0.0 else ""
    lacks = "no thermal design power" if chip[1].tdp_w <= 0.0 else needed
    return str(InputError("gpu", chip[0], f"{lacks} is known for it")) if lacks else ""


def _bits(chip: Accelerator, precision: str, formats: tuple[str, ...]) -> bool:
    return precision in formats and chip.flops_by_precision[precision] > 0.0


def _family(model_id: str) -> str:
    facts = table("models").get(model_id, {})
    return str(facts["family"].value) if "family" in facts else ""


def kind_of(chip: Accelerator) -> int:
    """Return the index in `KINDS` of a chip's class, or their number for none."""
    if chip.vendor != "NVIDIA":
        return KINDS.index("kind-other-vendor")
    if chip.link.startswith("PCIe"):
        return KINDS.index("kind-pcie")
    return KINDS.index("kind-blackwell") if chip.flops_by_precision["fp4"] else len(KINDS)


def widest(chip: Accelerator, arch: Architecture) -> float:
    """Return the most chips for tensor parallelism: cards without fast links still share one server."""
    heads, together = arch.heads, max(chip.scale_up_gpus, CARDS_IN_SERVER)
    return float(max(n for n in range(1, together + 1) if heads % n == 0 and n & (n - 1) == 0))
