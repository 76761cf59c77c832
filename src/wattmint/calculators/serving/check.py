"""Predicted beside measured: the sample of measurements that the package ships, estimated afresh by the same door as every other case.

The sample is chosen by a rule that looks at no result (`tools/serving_sample.py`); the whole set, in and out of the fit's sample, is
`benchmarks/serving_accuracy.py`.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from wattmint.facts.load import series_path
from wattmint.serving.limits import MAX
from wattmint.types import FloatArray

SAMPLE: Final = "serving-measured"
MEASURED: Final = ("tpot_ms", "ttft_ms", "output_tokens_per_s_per_gpu", "joules_per_output_token")
"""What was measured, by the estimate's name; not every row has all four."""

COLUMNS: Final = (
    "model", "gpu", "gpus", "precision", "isl", "osl", "concurrency", "tp", "pp", "ep", "dp", "backend", "software_date", "speculative",
    "tpot_limit_ms", "ttft_statistic",
)  # fmt: skip
_WHOLE: Final = ("gpus", "tp", "pp", "ep", "dp")
_NUMBERS: Final = ("isl", "osl", "concurrency", "software_date", "tpot_limit_ms")


@dataclass(frozen=True, slots=True)
class Check:
    """Predicted beside measured for one quantity.

    Attributes
    ----------
    name : str
        One of `MEASURED`.
    measured, predicted : FloatArray, shape (rows,)
        In the quantity's unit; rows that were answered.
    sets, labels : tuple of str
        Where each row is from, and what it is.
    asked : int
        Rows with a measurement.
    median_error, mean_error, p90_error, bias : float
        Of |predicted / measured - 1|; bias is the median of predicted / measured - 1.
    band_share : float
        Share of rows whose measurement lies in the 80 % band.
    """

    name: str
    measured: FloatArray
    predicted: FloatArray
    sets: tuple[str, ...]
    labels: tuple[str, ...]
    asked: int
    median_error: float
    mean_error: float
    p90_error: float
    bias: float
    band_share: float


@cache
def sample() -> Mapping[str, Sequence[Any]]:
    """Return the measured sample by column: a case's columns, what was measured (NaN where it was not), the set, and a label."""
    with series_path(SAMPLE).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns: dict[str, Sequence[Any]] = {name: tuple(_cell(name, row[name]) for row in rows) for name in COLUMNS}
    columns |= {name: tuple(float(row[f"measured_{name}"] or "nan") for row in rows) for name in MEASURED}
    columns["set"] = tuple(row["set"] for row in rows)
    columns["label"] = tuple(_label(row) for row in rows)
    return MappingProxyType(columns)


def checks(estimator: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Check]:
    """Return predicted beside measured for every quantity.

    Parameters
    ----------
    estimator : callable
        `wattmint.serving.estimate.estimate_columns`.

    Returns
    -------
    dict of str to Check
        By quantity.
    """
    rows = sample()
    found = estimator({name: rows[name] for name in COLUMNS})
    return {name: _check(name, rows, found) for name in MEASURED}


def _check(name: str, rows: Mapping[str, Sequence[Any]], found: Mapping[str, Any]) -> Check:
    measured, predicted = np.asarray(rows[name], float), np.asarray(found[name], float)
    asked = np.isfinite(measured)
    seen = np.flatnonzero(asked & np.isfinite(predicted))
    error = predicted[seen] / measured[seen] - 1.0
    low, high = (np.asarray(found[f"{name}_{end}"], float)[seen] for end in ("low", "high"))
    return Check(
        name=name,
        measured=measured[seen],
        predicted=predicted[seen],
        sets=tuple(rows["set"][int(i)] for i in seen),
        labels=tuple(rows["label"][int(i)] for i in seen),
        asked=int(asked.sum()),
        median_error=float(np.median(abs(error))),
        mean_error=float(np.mean(abs(error))),
        p90_error=float(np.quantile(abs(error), 0.9)),
        bias=float(np.median(error)),
        band_share=float(np.mean((low <= measured[seen]) & (measured[seen] <= high))),
    )


def _cell(name: str, text: str) -> Any:
    if not text or text == MAX:
        return text or None
    return int(text) if name in _WHOLE else float(text) if name in _NUMBERS else text


def _label(row: Mapping[str, str]) -> str:
    requests = "full" if row["concurrency"] == MAX else f"{row['concurrency']} at once"
    return f"{row['model'].rsplit('/', 1)[-1]}, {row['gpus']} x {row['gpu']} {row['precision']}, {row['isl']}/{row['osl']} tokens, {requests}"
