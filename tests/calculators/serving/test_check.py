import csv

import numpy as np
import pytest

from wattmint.calculators.serving.check import COLUMNS, MEASURED, SAMPLE, checks, sample
from wattmint.facts.load import number, series_path


def a_tenth_too_much(columns):
    """Answers every row but the first with 1.1 times what was measured, and a band of 5 %."""
    rows = sample()
    assert list(columns) == list(COLUMNS)
    found = {name: 1.1 * np.asarray(rows[name]) for name in MEASURED}
    for name in MEASURED:
        found[name][0] = np.nan
        found |= {f"{name}_low": 0.95 * found[name], f"{name}_high": 1.05 * found[name]}
    return found


def test_the_sample_is_whole_and_typed():
    rows = sample()
    with series_path(SAMPLE).open(encoding="utf-8", newline="") as stream:
        raw = list(csv.DictReader(stream))
    assert {len(column) for column in rows.values()} == {len(raw)} == {number("series", SAMPLE, "rows")}
    assert set(rows["set"]) == {"mlperf", "mlenergy_v3", "trtllm_tables", "vendor_silicon"}
    assert {type(value) for value in rows["gpus"]} == {int}
    assert {type(value) for value in rows["concurrency"]} == {float, str}
    assert {value for value in rows["concurrency"] if isinstance(value, str)} == {"max"}
    assert {type(value) for value in rows["tp"]} == {int, type(None)}
    measured = np.array([rows[name] for name in MEASURED])
    assert np.isfinite(measured).any(axis=0).all()
    assert (measured[np.isfinite(measured)] > 0).all()


@pytest.mark.parametrize("name", MEASURED)
def test_errors_are_those_of_the_rows_answered(name: str):
    found = checks(a_tenth_too_much)[name]
    rows = np.asarray(sample()[name])
    assert found.asked == np.isfinite(rows).sum()
    assert len(found.measured) == len(found.predicted) == len(found.sets) == len(found.labels) == np.isfinite(rows[1:]).sum()
    assert [found.median_error, found.mean_error, found.p90_error, found.bias] == pytest.approx([0.1] * 4)
    assert found.band_share == 0.0
