import numpy as np
import pytest

from wattmint.study.corridor import prepare
from wattmint.study.sweeps import MULTIPLIERS, SweepPoint, _part_npv, _scaled, as_today, mean_npv, sweep_points
from wattmint.workloads import plan_part
from wattmint.workloads.plan import BITCOIN_PRICE, GPU_RENTAL, POWER_PRICE

DRIVERS = (BITCOIN_PRICE, POWER_PRICE, GPU_RENTAL)


@pytest.fixture(scope="module")
def setting(example):
    prepared = prepare(example)
    return prepared, as_today(prepared, 64)


def test_todays_point_is_there_once_and_every_driver_everywhere_else():
    points = sweep_points()
    assert len(set(points)) == len(points) == 1 + 3 * (len(MULTIPLIERS) - 1)


@pytest.mark.parametrize(("driver", "sign"), [(BITCOIN_PRICE, 1), (POWER_PRICE, -1), (GPU_RENTAL, 1)])
def test_npv_moves_the_way_its_driver_pushes(setting, driver, sign):
    prepared, today = setting
    low, high = (mean_npv(prepared, SweepPoint(driver, m), today) for m in (0.5, 2.0))
    moved = np.array([high[name] - low[name] for name in low])
    assert (sign * moved >= -1e-6).all()
    assert (sign * moved > 0).any()


@pytest.mark.parametrize("driver", DRIVERS)
def test_what_a_part_is_said_not_to_feel_leaves_it_alone(setting, driver):
    """The sweeps skip such parts, and the map of winners adds what parts feel: both rest on this."""
    prepared, today = setting
    snapshot, world = _scaled(prepared, SweepPoint(driver, 2.0), today.world)
    for asked, build, known in zip(prepared.scenario.builds, prepared.builds, today.npv_usd, strict=True):
        for part, plan, curves, same in zip(asked.parts, build.plans, build.curves, known, strict=True):
            again = _part_npv(prepared, plan_part(part, prepared.scenario, snapshot, prepared.library), curves, world)
            if driver not in plan.feels:
                assert again == same
            elif driver != POWER_PRICE or plan.power_passthrough < 1.0:
                assert again != same


def test_no_part_feels_both_axes_of_the_map(setting):
    for build in setting[0].builds:
        assert not any({BITCOIN_PRICE, GPU_RENTAL} <= plan.feels for plan in build.plans)


def test_a_build_is_the_sum_of_its_parts(setting):
    prepared, today = setting
    found = mean_npv(prepared, SweepPoint(BITCOIN_PRICE, 1.0), today)
    assert list(found.values()) == [sum(parts) for parts in today.npv_usd]
