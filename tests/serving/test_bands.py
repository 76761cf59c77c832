"""Bands widen with what is not known."""

import numpy as np
import pytest

from wattmint.serving.bands import Circumstances, band, circumstances
from wattmint.serving.cases import read_cases
from wattmint.serving.estimate import BANDED
from wattmint.serving.software import fitted

NO = np.array([False])


def width(name, known=(True, True, True), full=NO, most=NO, separate=NO):
    """Logarithm of a band's width."""
    low, high = band(name, Circumstances(np.array([known]), full, most, separate))
    assert 0.0 < low[0] < 1.0 < high[0]
    return np.log(high[0] / low[0])


@pytest.mark.parametrize("name", BANDED)
def test_less_known_is_never_narrower(name):
    least = width(name)
    for known in ((False, True, True), (True, False, True), (True, True, False)):
        assert width(name, known) >= least
    assert width(name, (False, False, False)) >= max(width(name, (False, True, True)), width(name, (True, False, True)))
    assert width(name, full=~NO) >= least
    assert width(name, most=~NO) >= least
    assert width(name, separate=~NO) > least


def test_an_unseen_model_is_less_certain_than_a_seen_one():
    assert width("tpot_ms", (True, True, False)) > 1.2 * width("tpot_ms")


def test_circumstances_are_read_off_a_case():
    case = {"model": "llama-3-1-8b", "gpu": "h100", "gpus": 1, "precision": "fp8", "isl": 1, "osl": 1, "tp": 1, "dp": 1}
    rows = [case | {"concurrency": asked} for asked in (10, 30, "max")]
    asked = read_cases({name: [row[name] for row in rows] for name in rows[0]}, fitted())
    found = circumstances(asked.known, asked.load, np.array([20.0, 20.0, 20.0]))
    assert found.full.tolist() == [False, True, False]
    assert found.most.tolist() == [False, False, True]
    assert not found.separate.any()
