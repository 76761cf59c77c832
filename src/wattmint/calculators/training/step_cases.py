"""From columns of training cases as people write them to columns of physics; each row is refused on its own.

Blank cells are automatic: NaN here, and chosen in `step_layout`.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wattmint.errors import InputError
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.training_types import TrainedModel, TrainingChip, TrainingPlan
from wattmint.physics.transformer import Architecture, kv_shape, kv_values_per_token, layer_counts, value_dim, weights
from wattmint.physics.transformer_work import FLOPS_PER_MULTIPLY_ADD, linear_flops_per_token, prompt_attention_flops
from wattmint.serving.columns import column_of, gathered, needed, number_of, one_of, text_of
from wattmint.serving.forms import kind_of
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.serving.software import KINDS

REQUIRED: Final = ("model", "gpu", "gpus", "precision")
OPTIONAL: Final = ("seq_len", "global_batch", "micro_batch", "tp", "pp", "cp", "ep", "fsdp", "task", "recompute")
FIELDS: Final = (*REQUIRED, *OPTIONAL)
WHOLE: Final = ("gpus", "seq_len", "global_batch", "micro_batch", "tp", "pp", "cp", "ep")
TASKS: Final = ("pretrain", "sft", "lora")
PRECISIONS: Final = ("bf16", "fp8", "fp4")
SPELLINGS: Final[Mapping[str, str]] = {"fp16": "bf16", "float16": "bf16", "bfloat16": "bf16", "mxfp8": "fp8", "nvfp4": "fp4", "mxfp4": "fp4"}
USUAL_SEQ_LEN: Final = 8192.0
"""Estimate: tokens of a sequence where nothing is said, as in most published runs; a shorter model's longest context."""

YES: Final = ("1", "true", "yes", "full")
NO: Final = ("0", "false", "no", "none")
AMPERE: Final = "kind-ampere"


@dataclass(frozen=True, slots=True)
class TrainingAsked:
    """Cases ready for physics.

    Attributes
    ----------
    rows : NDArray of intp
        Which rows of the input these are; others were refused.
    errors : list of str
        Per row of the input, why it was refused; empty where it was not.
    model, chip, plan
        The cases; parts of the plan that were left out are NaN.
    kinds, formats : tuple of str
        Class of chip, and precision in which matrices are multiplied.
    heads, eager : NDArray of float64
        Attention heads, which tensor parallelism shares out; 1 where PyTorch itself shares the weights out.
    """

    rows: NDArray[np.intp]
    errors: list[str]
    model: TrainedModel
    chip: TrainingChip
    plan: TrainingPlan
    kinds: tuple[str, ...]
    formats: tuple[str, ...]
    heads: NDArray[np.float64]
    eager: NDArray[np.float64]


def read_training_cases(columns: Mapping[str, Sequence[Any]]) -> TrainingAsked:
    """Read columns of cases.

    Parameters
    ----------
    columns : mapping of str to sequence
        `REQUIRED` and any of `OPTIONAL`, all of one length; numbers may be words; None or an empty word is automatic.

    Returns
    -------
    TrainingAsked
        The rows that can be estimated, and why the others cannot.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    for name in REQUIRED:
        if name not in columns:
            raise InputError(name, "(missing)", "cases need this column")
    count = len(columns["model"])
    errors = [""] * count
    meanings: dict[str, Callable[[Any], Any]] = {
        "model": needed("model", "a model", architecture_of), "gpu": needed("gpu", "an accelerator", accelerator_of),
        "precision": one_of("precision", PRECISIONS, SPELLINGS), "task": one_of("task", TASKS, default=TASKS[0]),
        "fsdp": _sharded, "recompute": _recompute, **{name: _whole(name) for name in WHOLE},
    }  # fmt: skip
    read = {name: column_of(columns.get(name) or [None] * count, meaning, errors) for name, meaning in meanings.items()}
    rows = np.flatnonzero([not error for error in errors])
    model, chip, precision = ([read[name][int(i)] for i in rows] for name in ("model", "gpu", "precision"))
    number = {name: np.array([read[name][int(i)] for i in rows], float) for name in (*WHOLE, "recompute")}
    shared = np.array([read["fsdp"][int(i)] for i in rows], float).reshape(len(rows), 2)
    usual = np.array([min(USUAL_SEQ_LEN, arch.max_context or USUAL_SEQ_LEN) for _, arch in model])
    seq_len = np.where(np.isnan(number["seq_len"]), usual, number["seq_len"])
    adapters = np.array([float(read["task"][int(i)] == "lora") for i in rows])
    formats = tuple(_format(c, p) for (_, c), p in zip(chip, precision, strict=True))
    plan = TrainingPlan(
        gpus=number["gpus"], seq_len=seq_len, global_batch=number["global_batch"], micro_batch=number["micro_batch"], tp=number["tp"],
        pp=number["pp"], cp=number["cp"], ep=np.where([arch.experts > 0 for _, arch in model], number["ep"], 1.0), sharded=shared[:, 0],
        adapters=adapters, recompute=number["recompute"],
        weight_bytes=np.where((adapters > 0.0) & (np.array(formats) != "bf16"), 1.0, 2.0),
    )  # fmt: skip
    return TrainingAsked(
        rows=rows,
        errors=errors,
        model=gathered(TrainedModel, [_model_row(arch, float(tokens)) for (_, arch), tokens in zip(model, seq_len, strict=True)]),
        chip=gathered(TrainingChip, [_chip_row(c, form) for (_, c), form in zip(chip, formats, strict=True)]),
        plan=plan,
        kinds=tuple(_kind(c) for _, c in chip),
        formats=formats,
        heads=np.array([max(arch.heads, 1) for _, arch in model], float),
        eager=shared[:, 1],
    )


def _whole(name: str) -> Callable[[Any], float]:
    def read(cell: Any) -> float:
        if not text_of(cell) and name not in REQUIRED:
            return math.nan
        value = number_of(cell)
        if not (value >= 1.0 and value == math.floor(value)):
            raise InputError(name, cell, "a whole number from 1")
        return value

    return read


def _sharded(cell: Any) -> tuple[float, float]:
    """Return whether weights are shared out, NaN where nothing is said, and whether by PyTorch: a strategy's name instead of a number of shards."""
    text = text_of(cell)
    if not text:
        return math.nan, 0.0
    number = text.split(maxsplit=1)[0]
    if number.replace(".", "", 1).isdigit():
        return float(float(number) > 0.0), 0.0
    shared = float(text.lower() not in (*NO, "no_shard"))
    return shared, shared


def _recompute(cell: Any) -> float:
    text = text_of(cell)
    if text.lower() not in ("", *YES, *NO):
        raise InputError("recompute", text, "true, false or blank")
    return math.nan if not text else float(text.lower() in YES)


def _format(chip: Accelerator, precision: str) -> str:
    """Return the widest of the precision asked for and what the chip multiplies."""
    order = PRECISIONS[: PRECISIONS.index(precision) + 1]
    return next(name for name in reversed(order) if name == "bf16" or chip.flops_by_precision.get(name))


def _kind(chip: Accelerator) -> str:
    """Return the class of a chip: those of serving, and NVIDIA's without 8-bit floating point apart."""
    if chip.vendor == "NVIDIA" and not chip.flops_by_precision.get("fp8"):
        return AMPERE
    return (*KINDS, "kind-hopper")[kind_of(chip)]


@cache
def _model_row(arch: Architecture, tokens: float) -> tuple[float, ...]:
    w, n = weights(arch), layer_counts(arch)
    routed = float(n.moe * arch.experts * w.expert)
    visited = FLOPS_PER_MULTIPLY_ADD * n.moe * arch.experts_per_token * w.expert
    total = n.full * w.full_attention + n.sliding * w.sliding_attention + n.linear * w.linear_attention + arch.index_layers * w.index
    total += n.dense * w.dense_mlp + n.moe * (w.shared + w.router) + w.embedding + w.head
    heads, dim = kv_shape(arch, full=True)
    latent = arch.qk_nope_head_dim + arch.qk_rope_head_dim
    attention = arch.heads * latent * 3.0 if arch.kv_lora_rank else arch.heads * dim + heads * (dim + value_dim(arch, full=True))
    fed = n.dense * arch.ffn + n.moe * (arch.experts_per_token * arch.moe_ffn + arch.shared_experts * arch.shared_ffn)
    saved = arch.layers * (5.0 * arch.hidden + attention) + arch.mlp_matrices * fed
    return (
        linear_flops_per_token(arch) - visited, visited, float(prompt_attention_flops(arch, tokens)) / tokens, float(total), routed, saved,
        float(arch.layers), float(n.moe), float(arch.hidden), float(arch.vocab), float(max(arch.experts, 1)), float(arch.experts_per_token),
        float(sum(kv_values_per_token(arch))),
    )  # fmt: skip


def _chip_row(chip: Accelerator, form: str) -> tuple[float, ...]:
    up = chip.scale_up_bytes_per_s / 2.0
    return (
        chip.flops_per_s(form), chip.flops_per_s("bf16"), chip.memory_bytes, chip.bandwidth_bytes_per_s, up or chip.scale_out_bytes_per_s,
        float(max(chip.scale_up_gpus, 1)), chip.scale_out_bytes_per_s or up, chip.tdp_w,
    )  # fmt: skip
