"""The fitted numbers of the table `serving_fit`, put together to what one case needs.

Each number is a factor or an overhead with a meaning (see the data dictionary) that belongs to everything (`shared`), to a class of chip
(`kind-…`), to a serving stack (`stack-…`), to a stack on a class of chip, to a chip, or to a model. What a chip or model has no number of
its own for is 1: an unseen one is described by its datasheet or its architecture alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.facts.load import Values, numbers
from wattmint.physics.collectives import latency_seconds
from wattmint.physics.serving_decode import EXCHANGES_PER_LAYER
from wattmint.physics.serving_types import Columns, Load, Shape, Software
from wattmint.physics.transformer import Architecture
from wattmint.serving.names import architecture_of
from wattmint.types import FloatArray

TABLE: Final = "serving_fit"
SHARED: Final = "shared"
KINDS: Final = ("kind-blackwell", "kind-pcie", "kind-other-vendor")
"""NVIDIA's chips with 4-bit arithmetic and stacked memory; cards on PCIe without stacked memory; chips that are not NVIDIA's."""

STACKS: Final = ("vllm", "sglang", "trtllm", "atom", "tuned")
"""Serving software; `tuned` is what vendors submit to MLPerf, and what is assumed where nothing is said."""

DATES: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {"vllm": (2025.7, 2026.45), "sglang": (2025.7, 2026.45), "trtllm": (2025.7, 2026.45), "atom": (2025.7, 2026.45), "tuned": (2024.4, 2026.45)}
)
"""Software dates that measurements reach back and forward to; beyond, the nearest is taken."""

MEASURED_CHIPS: Final = (
    "b200-sxm", "b300-sxm", "gb200-nvl72", "gb300-nvl72", "gh200", "gh200-144gb", "h100-nvl", "h100-pcie", "h100-sxm", "h200-nvl", "h200-sxm", "l40s",
    "mi300x", "mi325x", "mi350x", "mi355x", "rtx-pro-6000-blackwell-se",
)  # fmt: skip
MEASURED_MODELS: Final = (
    "deepseek-r1", "gemma-3-12b", "gemma-3-27b", "glm-5", "gpt-j-6b", "gpt-oss-120b", "gpt-oss-20b", "kimi-k2-5", "llama-2-70b", "llama-3-1-405b",
    "llama-3-1-70b", "llama-3-1-8b", "llama-4-maverick-17b-128e", "llama-4-scout-17b-16e", "minimax-m2-5", "mixtral-8x7b", "qwen3-14b",
    "qwen3-235b-a22b", "qwen3-30b-a3b", "qwen3-32b", "qwen3-5-397b-a17b", "qwen3-8b", "qwen3-coder-480b-a35b",
)  # fmt: skip
"""What the fit has seen, with numbers of its own or without; bands are wider for everything else."""

YEAR_ZERO: Final = 2026.0
"""Software date at which the factors per year are 1."""

UNKNOWN_DATE: Final = 2026.0
"""Taken where nothing is said: the middle of the measurements."""

USUAL_CHOICES, USUAL_PROMPT = 8.0, 1024.0
"""Experts per token, and tokens of a prompt, at which the factors that depend on them are 1."""

MOST: Final = 0.95
"""Estimate: the largest share of a datasheet's bandwidth, or rate of arithmetic, that any software reaches."""

MICRO, MILLI = 1e-6, 1e-3

@dataclass(frozen=True, slots=True)
class Codes:
    """What each case is, as numbers of a list of ids.

    Attributes
    ----------
    stack, kind, chip, model : NDArray of int64, shape (cases,)
        Index in `STACKS`; in `KINDS`, or their number for none; in `chips` and `models`, or their number for one without numbers of its own.
    chips, models : tuple of str
        Ids.
    """

    stack: NDArray[np.int64]
    kind: NDArray[np.int64]
    chip: NDArray[np.int64]
    model: NDArray[np.int64]
    chips: tuple[str, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Format(Columns):
    """How numbers are held and multiplied, as 0 or 1 per case.

    Attributes
    ----------
    core_bits8, core_bits4, expert_bits8, expert_bits4 : FloatArray
        Attention and dense parts, and experts, are multiplied in 8 or in 4 bits.
    dense_fp4 : FloatArray
        A model without experts with 4-bit weights.
    widened : FloatArray
        Weights of 4 bits are widened to 16 before they are multiplied.
    integer4 : FloatArray
        Weights are 4-bit integers.
    block_fp8 : FloatArray
        A model with experts in 8 bits, whose scales are by block.
    """

    core_bits8: FloatArray
    core_bits4: FloatArray
    expert_bits8: FloatArray
    expert_bits4: FloatArray
    dense_fp4: FloatArray
    widened: FloatArray
    integer4: FloatArray
    block_fp8: FloatArray


def fitted() -> Values:
    """Return the fitted numbers by id and attribute."""
    return numbers(TABLE)


@cache
def by_shape(ids: tuple[str, ...]) -> Mapping[Architecture, str]:
    """Return models by their shape, so that a finetune is known by what it was made from."""
    return MappingProxyType({shape_key(architecture_of(id_)[1]): id_ for id_ in ids})


def shape_key(arch: Architecture) -> Architecture:
    """Return a shape without what does not matter to serving: longest context, drafting layers."""
    return replace(arch, max_context=0, mtp_layers=0)


def software(values: Values, codes: Codes, form: Format, shape: Shape, load: Load, date: FloatArray) -> Software:
    """Return efficiencies and overheads per case.

    Parameters
    ----------
    values : mapping
        Fitted numbers; `fitted()`.
    codes, form, shape, load
        The cases.
    date : FloatArray
        Software date, decimal years.

    Returns
    -------
    Software
        Columns.
    """
    get = _Getter(values, codes)
    years = date - YEAR_ZERO
    work = _reading(get, form, years), _rates(get, form, shape, years)
    parts = (*work, _overheads(get, form, shape, load, years), _waiting(get, load), _limits(get, shape))
    return Software(**{name: column for part in parts for name, column in part.items()})


def _reading(get: "_Getter", form: Format, years: FloatArray) -> dict[str, FloatArray]:
    """Return what of the bandwidth is reached, and what experts cost besides."""
    widened = _flagged(get.shared("widened_memory_factor"), form.widened * (1.0 - form.integer4))
    memory = get.shared("memory_efficiency") * get.factor("memory_factor") * _flagged(get.shared("fp4_dense_memory_factor"), form.dense_fp4)
    return {
        "memory": np.minimum(memory, MOST),
        "expert_memory": widened * _flagged(get.shared("int4_memory_factor"), form.integer4),
        "cache_memory": get.shared("cache_memory_factor"),
        "expert_call_s": MICRO * get.shared("expert_call_us"),
        "routing_skew": get.shared("routing_skew"),
        "expert_imbalance": get.shared("expert_imbalance") * _flagged(get.kind("scaled_imbalance_factor"), form.block_fp8),
        "traffic_scale": np.exp(-get.shared("memory_per_year") * years) * get.model("decode_factor"),
        "link": get.shared("link_efficiency") * get.kind("link_factor"),
    }


def _rates(get: "_Getter", form: Format, shape: Shape, years: FloatArray) -> dict[str, FloatArray]:
    """Return what of the peak rate is reached."""
    mfu = get.shared("prefill_mfu") * get.factor("prefill_factor") * _flagged(get.shared("widened_mfu_factor"), form.widened)
    mfu = mfu * _flagged(get.shared("latent_mfu_factor"), shape.latent_layers)
    bits8, bits4 = get.shared("fp8_mfu_factor"), get.shared("fp4_mfu_factor")
    expert = get.shared("expert_mfu_factor") * get.stack("expert_mfu_factor") * _flagged(get.kind("fp4_mfu_factor"), form.expert_bits4)
    expert = expert * (np.maximum(shape.experts_per_token, 1.0) / USUAL_CHOICES) ** -get.shared("choices_power")
    scaled_linear = _flagged(get.shared("scaled_linear_factor"), form.block_fp8 * shape.linear_layers)
    return {
        "core_mfu": np.minimum(mfu * _flagged(bits8, form.core_bits8) * _flagged(bits4, form.core_bits4), MOST),
        "expert_mfu": np.minimum(mfu * _flagged(bits8, form.expert_bits8) * _flagged(bits4, form.expert_bits4) * expert, MOST),
        "attention_mfu": np.minimum(mfu * get.shared("attention_mfu_factor"), MOST),
        "decode_mfu": get.shared("decode_mfu_factor"),
        "prefill_scale": np.exp(-get.shared("prefill_per_year") * years) * scaled_linear,
    }


def _overheads(get: "_Getter", form: Format, shape: Shape, load: Load, years: FloatArray) -> dict[str, FloatArray]:
    """Return fixed times: of layers, exchanges, steps, sequences."""
    slower = np.exp(-get.stack("decode_per_year", 0.0) * years)
    scale = slower * get.model("decode_factor")
    experts = get.shared("expert_layer_us") * get.stack("expert_layer_factor") * shape.expert_layers
    special = get.shared("latent_layer_us") * get.stack("latent_layer_factor") * shape.latent_layers
    special = special + get.shared("linear_layer_us") * shape.linear_layers
    special = special + get.shared("index_layer_us") * shape.index_layers + get.shared("scaled_layer_us") * shape.layers * form.block_fp8
    layers = MICRO * get.factor("overhead_factor") * (get.shared("layer_us") * shape.layers + experts + special) * scale
    reduce_s = latency_seconds(load.tp, MICRO * get.shared("allreduce_us"), MICRO * get.shared("allreduce_doubling_us"))
    reduce_s = reduce_s * get.kind("allreduce_factor")
    spread = (load.dp > 1.0) & (shape.experts > 0.0)
    dispatch_s = np.where(spread, MICRO * get.shared("alltoall_us"), 0.0)
    return {
        "layers_s": layers * np.where(load.drafts > 0.0, 1.0 + get.shared("draft_overhead"), 1.0),
        "layer_batch_power": get.shared("layer_batch_power"),
        "prefill_layers_s": layers * get.shared("prefill_layer_factor") * (load.prompt / USUAL_PROMPT) ** get.shared("prefill_layer_power"),
        "first_layers_s": MICRO * get.shared("first_layer_us") * shape.layers * get.kind("overhead_factor"),
        "exchange_s": EXCHANGES_PER_LAYER * (shape.layers * reduce_s + shape.expert_layers * dispatch_s) * scale,
        "step_s": MILLI * get.stack("step_ms") * slower * _flagged(get.shared("widened_step_factor"), form.widened * (1.0 - form.integer4)),
        "sequence_s": MICRO * get.stack("sequence_us") * np.exp(-get.stack("sequence_per_year", 0.0) * years),
        "request_s": get.stack("request_s"),
    }


def _waiting(get: "_Getter", load: Load) -> dict[str, FloatArray]:
    """Return how requests wait for one another, and how many tokens a step yields: drafts are accepted until one is not."""
    accept = get.shared("draft_acceptance")
    return {
        "interference": get.shared("interference") * get.stack("interference_factor"),
        "burst": np.where(load.median > 0.0, get.shared("burst_share_median"), get.shared("burst_share")) * get.stack("burst_factor"),
        "queue": get.shared("queue_factor"),
        "step_wait": get.shared("step_wait") + get.pair("admission_steps", 0.0) + np.where(load.dp > 1.0, get.stack("group_wait_steps", 0.0), 0.0),
        "accepted": (1.0 - accept ** (load.drafts + 1.0)) / (1.0 - accept),
        "wave_loss": get.shared("wave_loss"),
    }


def _limits(get: "_Getter", shape: Shape) -> dict[str, FloatArray]:
    """Return what bounds the batch, and power."""
    power = get.kind("power_factor")
    return {
        "cache_reserve": get.shared("cache_reserve"),
        "most_sequences": get.stack("most_sequences", np.inf),
        "tail": get.shared("tail_factor"),
        "power_base": get.shared("power_base") * power,
        "power_memory": get.shared("power_memory") * power,
        "power_arithmetic": get.shared("power_arithmetic") * power * _flagged(get.shared("expert_power_factor"), shape.experts),
    }


class _Getter:
    """Looks numbers up for all cases at once."""

    def __init__(self, values: Values, codes: Codes) -> None:
        self._values, self._codes = values, codes
        self._pairs: NDArray[np.int64] = codes.stack * (len(KINDS) + 1) + codes.kind

    def shared(self, attribute: str) -> FloatArray:
        return np.full(len(self._codes.stack), self._values[SHARED][attribute])

    def stack(self, attribute: str, default: float = 1.0) -> FloatArray:
        return self._of([f"stack-{name}" for name in STACKS], attribute, default)[self._codes.stack]

    def kind(self, attribute: str) -> FloatArray:
        return self._of([*KINDS, ""], attribute, 1.0)[self._codes.kind]

    def model(self, attribute: str) -> FloatArray:
        return self._of([*self._codes.models, ""], attribute, 1.0)[self._codes.model]

    def pair(self, attribute: str, default: float = 1.0) -> FloatArray:
        ids = [f"stack-{stack}-{kind.removeprefix('kind-')}" for stack in STACKS for kind in (*KINDS, "")]
        result: FloatArray = self._of(ids, attribute, default)[self._pairs]
        return result

    def factor(self, attribute: str) -> FloatArray:
        """Product over all that has this factor: class, stack, stack on class, chip."""
        chips = self._of([*self._codes.chips, ""], attribute, 1.0)[self._codes.chip]
        return self.kind(attribute) * self.stack(attribute) * self.pair(attribute) * chips

    def _of(self, ids: list[str], attribute: str, default: float) -> FloatArray:
        return np.array([self._values.get(id_, {}).get(attribute, default) for id_ in ids])


def _flagged(factor: FloatArray, flags: FloatArray) -> FloatArray:
    """Return the factor where the flag is 1, else 1."""
    return np.where(flags > 0.0, factor, 1.0)
