"""What a training plant does per second: from a model, accelerators and a plan to tokens, operations, watts, and whether it fits.

The physics is in `wattmint.physics` (step, memory, power), what real software makes of it in the fitted table `training_fit`. All cases are
computed at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from wattmint.calculators.training.step_cases import TrainingAsked, read_training_cases
from wattmint.calculators.training.step_layout import choose
from wattmint.calculators.training.step_table import training_fit
from wattmint.facts.load import Values
from wattmint.physics.accelerator_power import accelerator_watts
from wattmint.physics.training_memory import TrainingMemory, training_memory
from wattmint.physics.training_step import StepTime, step_time
from wattmint.physics.training_types import TrainingCase
from wattmint.serving.estimate import NODE_SHARE, NODE_W_PER_GPU
from wattmint.serving.software import SHARED, fitted
from wattmint.types import FloatArray
from wattmint.units import BYTES_PER_GB, FLOPS_PER_TFLOP

NODE_GPUS: Final = 8.0
"""Accelerators of a node whose power is given: a server's; all of them where there are fewer."""

RESULTS: Final = ("tokens_per_s_per_gpu", "tflops_per_gpu", "mfu", "step_s", "node_power_w", "fits")
PLAN: Final = ("seq_len", "global_batch", "micro_batch", "tp", "pp", "cp", "ep", "sharded", "recompute")
TIMES: Final = (
    "matrices_s", "attention_s", "moved_s", "fixed_s", "tensor_s", "context_s", "expert_s", "pipeline_s", "data_s", "optimizer_s", "bubble_s",
    "straggling_s",
)  # fmt: skip
MEMORY: Final = ("weights", "gradients", "optimizer", "activations")
NUMBERS: Final = (
    *RESULTS, *PLAN, *TIMES, *(f"{name}_gb" for name in MEMORY), "needed_gb", "available_gb", "gpu_power_w", "sent_bytes_per_s_per_gpu",
)  # fmt: skip
KEPT: Final = ("fits", "needed_gb", "available_gb")
"""Results that a row refused for memory keeps."""


def estimate_training(columns: Mapping[str, Sequence[Any]], values: Values | None = None) -> dict[str, Any]:
    """Return what each case yields.

    Parameters
    ----------
    columns : mapping of str to sequence
        Fields of `step_cases`, all of one length; blank is automatic.
    values : mapping, optional
        Fitted numbers; the table's where left out.

    Returns
    -------
    dict
        Per name of `NUMBERS` an array, NaN where a row was refused (`fits` is 0 where it was for memory); under ``error`` a list of reasons.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    return estimate_asked(read_training_cases(columns), training_fit() if values is None else values)


def estimate_asked(asked: TrainingAsked, values: Values) -> dict[str, Any]:
    """Return what each case that was read yields; see `estimate_training`.

    Parameters
    ----------
    asked : TrainingAsked
        Cases as read.
    values : mapping
        Fitted numbers.

    Returns
    -------
    dict
        As `estimate_training`.
    """
    count = len(asked.errors)
    found: dict[str, Any] = {name: np.full(count, np.nan) for name in NUMBERS}
    found["error"] = asked.errors
    if not len(asked.rows):
        return found
    case, broken = choose(asked, values)
    memory = training_memory(case.model, case.chip, case.plan)
    step = step_time(case, memory.recompute)
    for name, column in {**_rates(case, step, memory), **_held(memory)}.items():
        found[name][asked.rows] = column
    _refuse(found, asked, broken, memory)
    return found


def power_watts(case: TrainingCase, step: StepTime) -> FloatArray:
    """Return the mean power of an accelerator: that of serving, from the shares of memory's bandwidth and of peak arithmetic in use, W."""
    power = fitted()
    factor = np.where(case.chip.flops > 2.0 * case.chip.flops16, power["kind-blackwell"]["power_factor"], 1.0)
    shared = [power[SHARED][f"power_{name}"] * factor for name in ("base", "memory", "arithmetic")]
    busy = np.minimum(step.moved_s / step.total_s, 1.0), np.minimum(step.done_flops / step.total_s / case.chip.flops, 1.0)
    return accelerator_watts(case.chip.tdp_w, busy, (shared[0], shared[1], shared[2]))


def _rates(case: TrainingCase, step: StepTime, memory: TrainingMemory) -> dict[str, FloatArray]:
    plan = case.plan
    watts = power_watts(case, step)
    found = {name: getattr(plan, name) for name in PLAN}
    return {
        **found,
        "recompute": memory.recompute,
        "tokens_per_s_per_gpu": plan.global_batch * plan.seq_len / plan.gpus / step.total_s,
        "tflops_per_gpu": step.model_flops / step.total_s / FLOPS_PER_TFLOP,
        "mfu": step.model_flops / step.total_s / case.chip.flops,
        "step_s": step.total_s,
        "gpu_power_w": watts,
        "node_power_w": np.minimum(plan.gpus, NODE_GPUS) * (NODE_SHARE * watts + NODE_W_PER_GPU),
        "sent_bytes_per_s_per_gpu": step.network_bytes / step.total_s,
        **{name: getattr(step, name) for name in TIMES},
    }


def _held(memory: TrainingMemory) -> dict[str, FloatArray]:
    parts = {f"{name}_gb": getattr(memory, name) / BYTES_PER_GB for name in MEMORY}
    return {**parts, "needed_gb": memory.total / BYTES_PER_GB, "available_gb": memory.available / BYTES_PER_GB, "fits": memory.fits}


def _refuse(found: dict[str, Any], asked: TrainingAsked, broken: Sequence[str], memory: TrainingMemory) -> None:
    """Write down why rows are refused, and take their results out."""
    for at, row in enumerate(asked.rows):
        if not broken[at] and memory.fits[at]:
            continue
        needs, has = memory.total[at] / BYTES_PER_GB, memory.available[at] / BYTES_PER_GB
        found["error"][row] = broken[at] or f"does not fit: needs {needs:.1f} GB per accelerator, has {has:.1f} GB"
        for name in NUMBERS:
            if broken[at] or name not in KEPT:
                found[name][row] = np.nan
