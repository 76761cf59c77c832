"""Ways to spread a training run over its accelerators: what was left out is sought, the fastest that fits is taken.

Tried are tensor parallelism within the links, pipelines, context parallelism where sequences stay long enough, expert parallelism, weights shared
out or not, and one or two sequences at once. What was given stays. A row without a batch gets one sequence per replica, and with a pipeline
enough to fill it.
"""

import itertools
from typing import Final

import numpy as np
from numpy.typing import NDArray

from wattmint.calculators.training.step_cases import TrainingAsked
from wattmint.calculators.training.step_table import training_software
from wattmint.facts.load import Values
from wattmint.physics.training_memory import training_memory
from wattmint.physics.training_step import step_time
from wattmint.physics.training_types import TrainingCase, TrainingPlan, TrainingSoftware
from wattmint.types import FloatArray

TRIED: Final = {
    "tp": (1.0, 2.0, 4.0, 8.0), "pp": (1.0, 2.0, 4.0, 8.0, 16.0), "cp": (1.0, 2.0, 4.0, 8.0, 16.0), "ep": (1.0, 4.0, 8.0, 16.0, 32.0, 64.0),
    "sharded": (0.0, 1.0), "micro_batch": (1.0, 2.0),
}  # fmt: skip
SHORTEST: Final = 2048.0
"""Estimate: tokens of a sequence below which it is not cut further."""

BLOCK: Final = 128
"""Rows whose candidates are looked at together: columns that stay in the processor's cache."""

FILLED: Final = 4.0
"""Micro-batches per pipeline stage that a batch which was left out has."""


def choose(asked: TrainingAsked, values: Values) -> tuple[TrainingCase, list[str]]:
    """Return the cases with whole plans, and why a row has none; such rows keep the plan nearest to one.

    Parameters
    ----------
    asked : TrainingAsked
        Cases with gaps.
    values : mapping
        Fitted numbers.

    Returns
    -------
    TrainingCase
        One entry per row of `asked`.
    list of str
        Empty where a plan keeps the counts (memory is not looked at here).
    """
    rows, parts = _candidates(asked)
    ends = np.searchsorted(rows, np.arange(0, len(asked.rows) + BLOCK, BLOCK))
    software = training_software(values, asked.kinds, asked.formats, asked.eager)
    best = [_best(asked, rows[a:b], parts[a:b], software) + a for a, b in itertools.pairwise(ends)]
    first = np.concatenate([np.empty(0, np.intp), *best])
    plan = _filled(asked, rows[first], parts[first])
    possible = _possible(asked, rows[first], plan)
    return _case(asked, rows[first], plan, software), ["" if fine else _reason(plan, at) for at, fine in enumerate(possible)]


def _best(asked: TrainingAsked, rows: NDArray[np.intp], parts: FloatArray, software: TrainingSoftware) -> NDArray[np.intp]:
    """Return which candidate is the best of each row, in the order of rows."""
    plan = _filled(asked, rows, parts)
    case = _case(asked, rows, plan, software)
    memory = training_memory(case.model, case.chip, case.plan)
    seconds = step_time(case, memory.recompute).total_s / (plan.global_batch * plan.seq_len / plan.gpus)
    # Not possible is worst, then what does not fit, the least too large first, then the slowest.
    worse = np.where(_possible(asked, rows, plan), 0.0, 2.0) + np.where(memory.fits > 0.0, 0.0, 1.0)
    order = np.lexsort((np.where(memory.fits > 0.0, seconds, memory.least), worse, rows))
    result: NDArray[np.intp] = order[np.flatnonzero(np.diff(rows[order], prepend=-1))]
    return result


def _candidates(asked: TrainingAsked) -> tuple[NDArray[np.intp], FloatArray]:
    """Return which row each candidate belongs to, in the order of rows, and its parts in the order of `TRIED`."""
    plan = asked.plan
    keys: dict[tuple[float, ...], list[int]] = {}
    signature = np.stack([getattr(plan, name) for name in TRIED] + [plan.gpus, plan.seq_len, asked.chip.scale_up_gpus, asked.heads])
    signature = np.concatenate([signature, [asked.model.layers, asked.model.experts, plan.global_batch]])
    for row, key in enumerate(np.nan_to_num(signature, nan=-1.0).T):
        keys.setdefault(tuple(key), []).append(row)
    rows: list[NDArray[np.intp]] = []
    parts: list[FloatArray] = []
    for key, members in keys.items():
        found = _tried(key)
        rows.append(np.repeat(np.array(members, np.intp), len(found)))
        parts.append(np.tile(found, (len(members), 1)))
    every = np.concatenate(rows)
    order = np.argsort(every, kind="stable")
    return every[order], np.concatenate(parts)[order]


def _tried(key: tuple[float, ...]) -> FloatArray:
    """Return candidates for rows that are alike: given parts as they are, others as tried, those left out that keep the counts."""
    gpus, seq_len, links, heads, layers, experts, batch = key[len(TRIED) :]
    choices = {name: (given,) if given >= 0.0 else TRIED[name] for name, given in zip(TRIED, key, strict=False)}
    if key[2] < 0.0:
        choices["cp"] = tuple(cp for cp in TRIED["cp"] if cp == 1.0 or seq_len / cp >= SHORTEST)
    if key[1] < 0.0:
        choices["pp"] = tuple(pp for pp in TRIED["pp"] if pp <= layers)
    if key[0] < 0.0:
        choices["tp"] = tuple(tp for tp in TRIED["tp"] if tp == 1.0 or (tp <= links and heads % tp == 0.0))
    every = np.array(list(itertools.product(*choices.values())))
    tp, pp, cp, ep, sharded, micro = every.T
    replicas = gpus / (tp * pp * cp)
    good = (sharded == 0.0) | (pp == 1.0) | (key[4] >= 0.0)  # gathered weights do not go with the many micro-batches of a pipeline
    good &= (gpus % (tp * pp * cp) == 0.0) & ((gpus / pp) % ep == 0.0) & (experts % ep == 0.0)
    if batch > 0.0:
        good &= replicas * micro <= batch
    return every[good] if good.any() else every[:1]


def _filled(asked: TrainingAsked, rows: NDArray[np.intp], parts: FloatArray) -> TrainingPlan:
    given = asked.plan.take(rows)
    tp, pp, cp, ep, sharded, micro = parts.T
    replicas = np.maximum(given.gpus / (tp * pp * cp), 1.0)
    own = replicas * micro * np.where(pp > 1.0, FILLED * pp, 1.0)
    batch = np.where(np.isnan(given.global_batch), own, given.global_batch)
    return TrainingPlan(given.gpus, given.seq_len, batch, micro, tp, pp, cp, ep, sharded, given.adapters, given.recompute, given.weight_bytes)


def _case(asked: TrainingAsked, rows: NDArray[np.intp], plan: TrainingPlan, software: TrainingSoftware) -> TrainingCase:
    return TrainingCase(asked.model.take(rows), asked.chip.take(rows), plan, software.take(rows))


def _possible(asked: TrainingAsked, rows: NDArray[np.intp], plan: TrainingPlan) -> NDArray[np.bool_]:
    whole = (plan.gpus % (plan.tp * plan.pp * plan.cp) == 0.0) & (plan.pp <= asked.model.layers[rows])
    experts = ((plan.gpus / plan.pp) % plan.ep == 0.0) & (asked.model.experts[rows] % plan.ep == 0.0)
    result: NDArray[np.bool_] = whole & experts & (plan.replicas * plan.micro_batch <= plan.global_batch)
    return result


def _reason(plan: TrainingPlan, at: int) -> str:
    tp, pp, cp, ep, gpus, batch, micro = (int(getattr(plan, name)[at]) for name in ("tp", "pp", "cp", "ep", "gpus", "global_batch", "micro_batch"))
    if gpus % (tp * pp * cp):
        return f"gpus = {gpus}: no multiple of tp x pp x cp = {tp * pp * cp}"
    replicas = gpus // (tp * pp * cp)
    if replicas * micro > batch:
        return f"global_batch = {batch}: at least one micro-batch for each of {replicas} replicas, {replicas * micro} sequences"
    return f"ep = {ep}, pp = {pp}: ep must divide the experts and gpus / pp, and pp may not exceed the layers"
