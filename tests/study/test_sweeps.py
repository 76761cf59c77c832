from dataclasses import replace

import numpy as np
import pytest

from wattmint.dispatch.solve import Dispatcher
from wattmint.finance.returns import npv
from wattmint.scenario.model import Debt, Tax, Treasury
from wattmint.study.corridor import prepare, walk
from wattmint.study.financed import finance
from wattmint.study.financing import arrange
from wattmint.study.sweeps import MULTIPLIERS, SweepPoint, _part_npv, _scaled, as_today, drivers, mean_npv, sweep_points
from wattmint.workloads import plan_part
from wattmint.workloads.plan import BITCOIN_PRICE, GPU_RENTAL, POWER_PRICE, TOKEN_PRICE

DRIVERS = (BITCOIN_PRICE, POWER_PRICE, GPU_RENTAL, TOKEN_PRICE)


@pytest.fixture(scope="module")
def setting(example):
    prepared = prepare(example)
    return prepared, as_today(prepared, 64)


def test_todays_point_is_there_once_and_every_driver_everywhere_else(setting):
    points = sweep_points(setting[0])
    assert len(set(points)) == len(points) == 1 + len(DRIVERS) * (len(MULTIPLIERS) - 1)


def test_token_prices_are_swept_where_a_build_sells_tokens(setting):
    prepared = setting[0]
    assert drivers(prepared) == DRIVERS
    without = tuple(build for build in prepared.builds if not any(TOKEN_PRICE in plan.feels for plan in build.plans))
    assert drivers(replace(prepared, builds=without)) == DRIVERS[:3]


@pytest.mark.parametrize(("driver", "sign"), [(BITCOIN_PRICE, 1), (POWER_PRICE, -1), (GPU_RENTAL, 1), (TOKEN_PRICE, 1)])
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
    snapshot, world = _scaled(prepared, SweepPoint(driver, 2.0), today)
    for asked, build, known in zip(prepared.scenario.builds, prepared.builds, today.npv_usd, strict=True):
        for part, plan, curves, same in zip(asked.parts, build.plans, build.curves, known, strict=True):
            moved = plan_part(part, prepared.scenario, snapshot, prepared.library)
            again = _part_npv(prepared, moved, curves, world, Dispatcher(world, prepared.tariff))
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


def _paying_half(part):
    return part.model_copy(update={"power_passthrough": 0.5}) if part.kind == "hosting" else part


@pytest.fixture(scope="module")
def owners(example):
    terms = {"tax": Tax(jurisdiction="us-tx"), "debt": Debt(debt_share=0.5, debt_rate=0.09, debt_term_months=60)}
    # Tenants who reimburse the whole power bill, as by default, leave the owner nothing of its price to feel.
    builds = tuple(build.model_copy(update={"parts": tuple(map(_paying_half, build.parts))}) for build in example.builds)
    prepared = prepare(example.model_copy(update=terms | {"builds": builds}))
    financing = arrange(prepared, 64)
    return prepared, financing, as_today(prepared, 64, financing)


def test_with_tax_or_debt_a_build_is_swept_as_a_whole(owners):
    prepared, financing, today = owners
    found = mean_npv(prepared, SweepPoint(BITCOIN_PRICE, 1.0), today)
    for number, one in enumerate(walk(prepared, today.world)):
        expected = npv(finance(one, number, financing, prepared.scenario).equity, financing.discount_rate).mean()
        assert found[one.build.name] == pytest.approx(expected, rel=1e-12)
    assert all(len(known) == 1 for known in today.npv_usd)


def test_with_tax_or_debt_too_only_builds_that_feel_a_driver_move(owners):
    prepared, _, today = owners
    known = mean_npv(prepared, SweepPoint(BITCOIN_PRICE, 1.0), today)
    for driver in DRIVERS:
        moved = mean_npv(prepared, SweepPoint(driver, 2.0), today)
        for build in prepared.builds:
            feels = any(driver in plan.feels for plan in build.plans)
            assert (moved[build.name] != known[build.name]) == feels, (driver, build.name)


def test_with_a_treasury_a_build_is_swept_as_a_whole(example):
    prepared = prepare(example.model_copy(update={"treasury": Treasury(coin_policy="cover")}))
    today = as_today(prepared, 32)
    found = mean_npv(prepared, SweepPoint(BITCOIN_PRICE, 1.0), today)
    for one in walk(prepared, today.world):
        assert found[one.build.name] == pytest.approx(npv(one.cashflow.net, prepared.scenario.money.discount_rate).mean(), rel=1e-12)
    dearer = mean_npv(prepared, SweepPoint(BITCOIN_PRICE, 2.0), today)
    assert dearer["Mine bitcoin"] > found["Mine bitcoin"]
    assert dearer["Host AI tenants"] == found["Host AI tenants"]
