"""Columns keep together when rows are picked."""

import numpy as np
from tests.physics.serving_case import case


def test_rows_are_picked_from_every_column():
    some = case().take(np.array([1]))
    assert some.shape.experts.tolist() == [64.0]
    assert some.chip.memory_bytes.shape == some.load.tp.shape == some.software.memory.shape == (1,)
