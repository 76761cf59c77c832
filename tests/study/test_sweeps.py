import numpy as np
import pytest

from wattmint.study.corridor import prepare, world_of
from wattmint.study.sweeps import BITCOIN, GPU, MULTIPLIERS, POWER, SweepPoint, mean_npv, sweep_points


@pytest.fixture(scope="module")
def setting(example):
    prepared = prepare(example)
    return prepared, world_of(prepared, 0, 64)


def test_todays_point_is_computed_once_and_every_driver_everywhere_else():
    points = sweep_points()
    assert len(set(points)) == len(points) == 1 + 3 * (len(MULTIPLIERS) - 1)


@pytest.mark.parametrize(("driver", "sign"), [(BITCOIN, 1), (POWER, -1), (GPU, 1)])
def test_npv_moves_the_way_its_driver_pushes(setting, driver, sign):
    prepared, world = setting
    low, high = (mean_npv(prepared, SweepPoint(driver, m), world) for m in (0.5, 2.0))
    moved = np.array([high[name] - low[name] for name in low])
    assert (sign * moved >= -1e-6).all()
    assert (sign * moved > 0).any()


def test_a_driver_leaves_builds_alone_that_do_not_feel_it(setting):
    prepared, world = setting
    today = mean_npv(prepared, SweepPoint(BITCOIN, 1.0), world)
    doubled = mean_npv(prepared, SweepPoint(BITCOIN, 2.0), world)
    assert doubled["Own and rent GPUs"] == pytest.approx(today["Own and rent GPUs"], rel=1e-12)
    assert doubled["Mine bitcoin"] > today["Mine bitcoin"]
