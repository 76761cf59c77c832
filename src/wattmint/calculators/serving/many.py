"""Many serving cases at once, as the rows of a file have them: text in, results or the reason of a refusal out."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from wattmint.calculators.serving.case import BANDS, CASE, ESTIMATED, FIELDS, rates
from wattmint.calculators.serving.money import LINES, POWER_LINE, Terms, fixed_usd_per_gpu_h, token_costs
from wattmint.serving.estimate import FIELDS as COLUMNS
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.limits import MAX
from wattmint.serving.names import accelerator_of
from wattmint.types import FloatArray, IntArray

NEEDED: Final = CASE[:5]
"""Columns that a file of cases must have; of the others a blank is automatic."""

READ: Final = (*CASE, *(name for name in COLUMNS if name not in CASE))
"""Columns that are read; what a case has not is how a benchmark limits and counts, where its rows tell."""

DEFAULTS: Final[Mapping[str, str]] = {"osl": "1024", "concurrency": MAX}
"""What a blank stands for where the estimate has no automatic of its own."""

ERROR: Final = "error"
DIGITS: Final = 7
"""Significant digits written; the estimate knows two or three."""


def solve(rows: Sequence[Mapping[str, str]], plant: Terms) -> list[dict[str, Any]]:
    """Return the results of every row.

    Parameters
    ----------
    rows : sequence of mapping of str to str
        Cells by column; those of `READ` are read, `NEEDED` must be there.
    plant : Terms
        What the plant pays.

    Returns
    -------
    list of dict of str to Any
        `FIELDS`, `BANDS` and `ERROR` for each row; of a refused one the reason, and else nothing.
    """
    columns = {name: [row.get(name, "").strip() or DEFAULTS.get(name, "") for row in rows] for name in READ}
    found = estimate_columns(columns)
    answered = np.flatnonzero([not reason for reason in found["error"]])
    found["usd_per_mtok_output"] = np.full(len(rows), np.nan)
    found["usd_per_mtok_output"][answered] = _output_usd_per_mtok(columns, found, answered, plant)
    cells = {name: _cells(found[name]) for name in (*FIELDS, *BANDS)} | {ERROR: [" ".join(reason.split()) for reason in found["error"]]}
    return [dict(zip(cells, values, strict=True)) for values in zip(*cells.values(), strict=True)]


def _output_usd_per_mtok(columns: Mapping[str, Sequence[str]], found: Mapping[str, Any], rows: IntArray, plant: Terms) -> FloatArray:
    """Return what a million output tokens costs in the rows answered; NaN where no price is known."""
    names, which = np.unique([columns["gpu"][i] for i in rows], return_inverse=True)
    chips = [accelerator_of(name) for name in names.tolist()]
    fixed = [fixed_usd_per_gpu_h(chip_id, chip.tdp_w, plant) for chip_id, chip in chips]
    lines = {line: np.array([one[line] for one in fixed])[which] for line in LINES if line != POWER_LINE}
    read, written = (np.array([float(columns[name][i]) for i in rows]) for name in ("isl", "osl"))
    return token_costs(lines, rates({name: found[name][rows] for name in ESTIMATED}, read / written), plant).usd_per_mtok_output


def _cells(values: Any) -> list[Any]:
    """Return a column as cells: words as they are, numbers to a few digits, nothing for what is not known."""
    column = np.asarray(values)
    if column.dtype.kind not in "fiub":
        return [str(value) for value in column]
    if column.dtype.kind != "f":
        return [int(value) for value in column]
    known = np.isfinite(column)
    sizes = np.floor(np.log10(np.where(known & (column != 0.0), abs(column), 1.0)))
    scale = 10.0 ** (DIGITS - 1 - sizes)
    short = np.round(np.where(known, column, 0.0) * scale) / scale
    return [value if fine else "" for value, fine in zip(short.tolist(), known.tolist(), strict=True)]
