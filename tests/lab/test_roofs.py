import numpy as np
import pytest

from wattmint.lab import roofs


def test_kernels_are_their_twins():
    values = np.arange(1000, dtype=np.float32)
    assert roofs.total(values) == pytest.approx(values.sum())
    a, b, c = np.zeros(7, dtype=np.float32), np.arange(7, dtype=np.float32), np.ones(7, dtype=np.float32)
    roofs.triad(a, b, c, 0.5)
    assert np.array_equal(a, b + np.float32(0.5) * c)


def test_roofs_are_work_over_time(monkeypatch):
    monkeypatch.setattr(roofs, "READ_VALUES", 3000)
    monkeypatch.setattr(roofs, "best_s", lambda work, _rounds=1: (work(), 2.0)[1])
    found = roofs.measure_roofs(64)
    assert (found.read_bytes_per_s, found.triad_bytes_per_s) == (6000.0, 6000.0)
    assert found.kernel_flops_per_s == roofs.CACHED_BATCH * roofs.CACHED_ROWS * 64


def test_the_higher_of_two_is_kept():
    assert roofs.higher(roofs.Roofs(1.0, 5.0, 2.0), roofs.Roofs(3.0, 4.0, 2.0)) == roofs.Roofs(3.0, 5.0, 2.0)


def test_the_best_run_counts_and_the_first_does_not():
    calls = []
    assert roofs.best_s(lambda: calls.append(1), 3) >= 0.0
    assert len(calls) == 4
