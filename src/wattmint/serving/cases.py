"""From columns of cases as people write them to columns of physics: names looked up, blanks filled, each row refused on its own.

Work is done once per distinct model, accelerator and so on, and gathered: a file has few of each.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wattmint.errors import InputError
from wattmint.facts.load import Values, table
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.serving_types import Chip, Load, Shape
from wattmint.physics.transformer import Architecture
from wattmint.serving.columns import column_of, gathered, needed, number_of, one_of, text_of
from wattmint.serving.forms import WEIGHT_BYTES, held, kind_of, lacking, shape_row, widest
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.serving.software import (
    DATES,
    MEASURED_CHIPS,
    MEASURED_MODELS,
    STACKS,
    UNKNOWN_DATE,
    Codes,
    Format,
    by_shape,
    shape_key,
)
from wattmint.types import FloatArray
from wattmint.units import MS_PER_S

MAX: Final = "max"
REQUIRED: Final = ("model", "gpu", "gpus", "precision", "isl", "osl", "concurrency")
OPTIONAL: Final = ("tp", "pp", "ep", "dp", "backend", "software_date", "speculative", "disagg", "tpot_limit_ms", "ttft_statistic")
PRECISIONS: Final = ("bf16", "fp8", "fp4", "int4", "int8")
BITS: Final[Mapping[str, str]] = {"float16": "bf16", "fp16": "bf16", "bfloat16": "bf16", "nvfp4": "fp4", "mxfp4": "fp4", "w4a16": "int4"}
BACKENDS: Final[Mapping[str, str]] = {
    "trt": "trtllm", "tensorrt-llm": "trtllm", "trt-llm": "trtllm", "tensorrtllm": "trtllm", "dynamo-trt": "trtllm", "dynamo-sglang": "sglang",
    "dynamo-vllm": "vllm", "mori-sglang": "sglang", "dynamo": "trtllm",
}  # fmt: skip
WHOLE: Final = ("gpus", "isl", "osl", "tp", "pp", "ep", "dp")
MTP, MEDIAN = "mtp", "median"
SPECULATIVE, STATISTICS = ("none", MTP), ("mean", MEDIAN)
_T = TypeVar("_T")
DRAFTED_TOKENS: Final = 3.0
DRAFTED_TOKENS_SPREAD: Final = 1.0
"""Drafted per step with multi-token prediction in published recipes; the latter where attention is in parallel on data, as for large batches."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Cases ready for physics.

    Attributes
    ----------
    rows : NDArray of intp
        Which rows of the input these are; others were refused.
    errors : list of str
        Per row of the input, why it was refused; empty where it was not.
    shape, chip, load, codes, form
        The cases. Parallelism that was left out is NaN so far.
    date : FloatArray
        Software date within what is known of the stack.
    gpus, widest : FloatArray
        Accelerators, and how many of them tensor parallelism may span (links, and attention heads).
    known : NDArray of bool, shape (cases, 3)
        Whether the software date was given, the accelerator and the model were among those measured.
    """

    rows: NDArray[np.intp]
    errors: list[str]
    shape: Shape
    chip: Chip
    load: Load
    codes: Codes
    form: Format
    date: FloatArray
    gpus: FloatArray
    widest: FloatArray
    known: NDArray[np.bool_]


def read_cases(columns: Mapping[str, Sequence[Any]], values: Values) -> Asked:
    """Read columns of cases.

    Parameters
    ----------
    columns : mapping of str to sequence
        `REQUIRED` and any of `OPTIONAL`, all of one length. Cells are numbers, words, or None or an empty word for automatic; numbers may be words.
    values : mapping
        Fitted numbers, for which chips and models have some of their own.

    Returns
    -------
    Asked
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
    read = _Reader(columns, errors)
    models = read.words("model", needed("model", "a model", architecture_of))
    chips = read.words("gpu", needed("gpu", "an accelerator", accelerator_of))
    precisions = read.words("precision", one_of("precision", WEIGHT_BYTES, BITS))
    stacks = read.words("backend", one_of("backend", STACKS, BACKENDS, "tuned"))
    drafts = read.words("speculative", one_of("speculative", SPECULATIVE, default=SPECULATIVE[0]))
    medians = read.words("ttft_statistic", one_of("ttft_statistic", STATISTICS, default=STATISTICS[0]))
    numbers = {name: read.numbers(name, positive) for name, positive in _NUMBERS.items()}
    requests, running = read.requests()
    errors[:] = [error or lacking(*asked) for error, *asked in zip(errors, chips, models, precisions, strict=True)]
    rows = np.flatnonzero([not error for error in errors])
    picked = {name: values[rows] for name, values in numbers.items()}
    model, chip = [models[int(i)] for i in rows], [chips[int(i)] for i in rows]
    pairs = [held(c[0], m[0], precisions[int(i)], m[1].experts > 0) for i, c, m in zip(rows, chip, model, strict=True)]
    stack = np.array([STACKS.index(stacks[int(i)]) for i in rows], np.int64)
    codes = _codes(stack, chip, model, values)
    load = Load(
        prompt=picked["isl"],
        output=picked["osl"],
        requests=requests[rows],
        drafts=np.array([DRAFTED_TOKENS * (drafts[int(i)] == MTP) for i in rows]),
        tpot_limit_s=picked["tpot_limit_ms"] / MS_PER_S,
        tp=picked["tp"],
        pp=picked["pp"],
        ep=picked["ep"],
        dp=picked["dp"],
        running=running[rows],
        median=np.array([float(medians[int(i)] == MEDIAN) for i in rows]),
        separate=np.nan_to_num(picked["disagg"]),
    )
    given = np.isfinite(picked["software_date"])
    measured = by_shape(MEASURED_MODELS)
    known = np.stack([given, [id_ in MEASURED_CHIPS for id_, _ in chip], [shape_key(arch) in measured for _, arch in model]], axis=1)
    low, high = (np.array([DATES[name][end] for name in STACKS])[stack] for end in (0, 1))
    return Asked(
        rows=rows,
        errors=errors,
        shape=gathered(Shape, [shape_row(arch) for _, arch in model]),
        chip=gathered(Chip, [pair.chip for pair in pairs]),
        load=load,
        codes=codes,
        form=gathered(Format, [pair.form for pair in pairs]),
        date=np.clip(np.where(given, picked["software_date"], UNKNOWN_DATE), low, high),
        gpus=picked["gpus"],
        widest=np.array([widest(c, arch) for (_, c), (_, arch) in zip(chip, model, strict=True)]),
        known=known,
    )


_NUMBERS: Final[Mapping[str, bool]] = {
    "gpus": True, "isl": True, "osl": True, "tp": True, "pp": True, "ep": True, "dp": True, "software_date": True, "disagg": False,
    "tpot_limit_ms": True,
}  # fmt: skip
"""Number columns, and whether they must be above 0."""


class _Reader:
    """Reads columns, and notes per row the first thing that is wrong."""

    def __init__(self, columns: Mapping[str, Sequence[Any]], errors: list[str]) -> None:
        self._columns, self._errors = columns, errors

    def words(self, name: str, meaning: Callable[[Any], Any]) -> list[Any]:
        """Return the meaning of each cell; None in rows that are refused."""
        return column_of(self._columns.get(name, [None] * len(self._errors)), meaning, self._errors)

    def numbers(self, name: str, positive: bool) -> FloatArray:
        """Return a column of numbers, NaN where a cell is empty; required ones may not be."""
        return np.array(self.words(name, lambda cell: _number(name, cell, positive=positive)), float)

    def requests(self) -> tuple[FloatArray, FloatArray]:
        """Return the number of requests, infinite for `MAX`, and whether it is a mean: no whole number."""
        found = self.words("concurrency", lambda cell: math.inf if text_of(cell).lower() == MAX else _number("concurrency", cell, positive=True))
        values = np.array(found, float)
        return values, np.where(np.isfinite(values) & (values != np.floor(values)), 1.0, 0.0)


def _number(name: str, cell: Any, *, positive: bool) -> float:
    if not text_of(cell) and name not in REQUIRED:
        return math.nan
    value = float(cell) if isinstance(cell, bool) and not positive else number_of(cell)
    if not value >= 0.0 or (positive and value == 0.0):
        raise InputError(name, cell, "a number above 0" + (" or max" if name == "concurrency" else ""))
    if name in WHOLE and value != int(value):
        raise InputError(name, cell, "a whole number")
    return value


def _codes(stack: NDArray[np.int64], chips: Sequence[tuple[str, Accelerator]], models: Sequence[tuple[str, Architecture]], values: Values) -> Codes:
    fitted_ids = tuple(id_ for id_ in values if id_ in table("chips"))
    shapes = by_shape(tuple(id_ for id_ in values if id_ in table("models")))
    model_ids = tuple(shapes.values())
    kinds = {id_: kind_of(chip) for id_, chip in set_of(chips).items()}
    chip_at = {id_: fitted_ids.index(id_) if id_ in fitted_ids else len(fitted_ids) for id_ in kinds}
    model_at = {id_: model_ids.index(shapes[key]) if (key := shape_key(arch)) in shapes else len(model_ids) for id_, arch in set_of(models).items()}
    return Codes(
        stack=stack,
        kind=np.array([kinds[id_] for id_, _ in chips], np.int64),
        chip=np.array([chip_at[id_] for id_, _ in chips], np.int64),
        model=np.array([model_at[id_] for id_, _ in models], np.int64),
        chips=fitted_ids,
        models=model_ids,
    )


def set_of(pairs: Sequence[tuple[str, _T]]) -> dict[str, _T]:
    """Return distinct ids with what they name."""
    return dict(pairs)
