"""Bytes over links by hand."""

import numpy as np
import pytest

from wattmint.physics.collectives import all_reduce_seconds, all_to_all_seconds, latency_seconds

CHIPS = np.array([1.0, 2.0, 8.0])


def test_an_all_reduce_sends_every_byte_out_and_back_but_for_ones_own_share():
    assert all_reduce_seconds(np.array(8e9), CHIPS, np.array(4e9)) == pytest.approx([0.0, 2.0, 3.5])


def test_an_all_to_all_keeps_ones_own_share():
    assert all_to_all_seconds(np.array(8e9), CHIPS, np.array(4e9)) == pytest.approx([0.0, 1.0, 1.75])


def test_latency_grows_with_each_doubling_and_one_chip_waits_for_nobody():
    assert latency_seconds(CHIPS, np.array(5e-6), np.array(1e-6)) == pytest.approx([0.0, 6e-6, 8e-6])
