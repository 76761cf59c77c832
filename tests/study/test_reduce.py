import numpy as np

from wattmint.study.reduce import BAND_STEP_MONTHS, added, bands, by_year, quarterly


def test_by_year_counts_the_decision_day_to_the_first_year():
    flows = np.ones((2, 25))
    assert by_year(flows).tolist() == [[13.0, 12.0], [13.0, 12.0]]


def test_by_year_keeps_an_incomplete_last_year():
    assert by_year(np.ones((1, 1 + 14))).tolist() == [[13.0, 2.0]]


def test_bands_of_the_cumulative_flow_every_quarter():
    kept = quarterly(np.arange(1.0, 12.0)[:, None] * np.ones((11, 7)))
    assert kept.shape == (11, 3)
    found = bands(kept)
    assert found["month"] == (0, BAND_STEP_MONTHS, 2 * BAND_STEP_MONTHS)
    assert found["p50"] == (6.0, 24.0, 42.0)
    assert found["p10"] == (2.0, 8.0, 14.0)
    assert found["mean"] == found["p50"]


def test_lines_that_stand_in_some_chunks_only_are_kept():
    one = np.ones(2)
    assert {name: values.tolist() for name, values in added([{"a": one}, {"b": one, "a": one}]).items()} == {"a": [2.0, 2.0], "b": [1.0, 1.0]}
