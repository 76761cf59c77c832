from typing import Any

import numpy as np
import pytest

from wattmint.scenario.model import Scenario
from wattmint.study.corridor import BuildWalk, prepare, walk, world_of
from wattmint.types import World
from wattmint.workloads.resale import resale_usd_per_mw

MINE: dict[str, Any] = {"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 20, "end_of_life": "shrink"}
PHASED = (
    MINE | {"share": 0.4}, MINE | {"share": 0.6, "until_month": 6, "clearing_usd_per_mw": 40_000},
    {"kind": "hosting", "share": 0.6, "from_month": 6, "construction_months": 5},
)  # fmt: skip


def test_energy_in_equals_energy_billed(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 32)
    for one in walk(prepared, world):
        energy = sum(run.energy_usd for run in one.dispatches)
        np.testing.assert_allclose(-one.cashflow.lines["energy"][:, 1:], energy, rtol=1e-12, atol=1e-6)
        delivered = sum(run.grid_mwh for run in one.dispatches) * prepared.tariff.delivery_usd_per_mwh
        np.testing.assert_allclose(-one.cashflow.lines["delivery"][:, 1:], delivered, rtol=1e-12, atol=1e-6)


def test_no_build_draws_more_than_its_share_of_the_connection(example):
    prepared = prepare(example)
    world = world_of(prepared, 0, 32)
    for one in walk(prepared, world):
        mean_mw = sum(run.grid_mwh for run in one.dispatches) / world.hours
        assert float(mean_mw.max()) <= example.site.power_mw * 1.0 + 1e-6


def test_a_mix_earns_what_its_parts_earn_apart(example):
    """Parts share nothing but the site's power: 60/40 is 0.6 of the mine and 0.4 of the halls, but for the last whole machine."""
    prepared = prepare(example)
    world = world_of(prepared, 0, 16)
    net = {one.build.name: one.cashflow.net for one in walk(prepared, world)}
    apart = 0.6 * net["Mine bitcoin"] + 0.4 * net["Host AI tenants"]
    np.testing.assert_allclose(net["60/40 mining and hosting"], apart, rtol=1e-3, atol=2e3)
    assert np.abs(apart).max() > 1e6


def walked(small_tables: dict[str, Any], *parts: dict[str, Any], **money: float) -> tuple[BuildWalk, World]:
    study = small_tables["study"] | {"horizon_months": 36}
    prepared = prepare(Scenario.of(small_tables | {"study": study, "money": money, "builds": [{"name": "one", "parts": list(parts)}]}))
    world = world_of(prepared, 0, 8)
    return next(walk(prepared, world)), world


def test_a_build_in_phases_keeps_the_identities(small_tables):
    one, world = walked(small_tables, *PHASED, receivable_days=30.0, payable_days=20.0)
    np.testing.assert_allclose(one.cashflow.net, sum(one.cashflow.lines.values()), rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(-one.cashflow.lines["energy"][:, 1:], sum(run.energy_usd for run in one.dispatches), rtol=1e-12, atol=1e-6)
    np.testing.assert_allclose(one.cashflow.lines["working capital"].sum(axis=1), 0.0, atol=1e-3)
    assert float((sum(run.grid_mwh for run in one.dispatches) / world.hours).max()) <= 10.0 + 1e-6


def test_what_has_stopped_moves_no_money_and_draws_no_power(small_tables):
    small_tables["power"]["demand_charge_usd_per_kw_month"] = 5.0
    one, _ = walked(small_tables, *PHASED)
    gone, halls = one.parts[1], one.parts[2]
    assert (one.dispatches[1].grid_mwh[:, :6] > 0.0).all()
    assert not one.dispatches[1].grid_mwh[:, 6:].any()
    assert not gone.net[:, 7:].any()
    assert (gone.lines["salvage"][:, 6] > 0.0).all()
    assert (gone.lines["clearing"][:, 6] < 0.0).all()
    assert not halls.net[:, :7].any()  # its works begin in month 6, which is booked in column 7
    for name in ("lease", "operations", "energy", "demand charge"):
        assert not halls.lines[name][:, :12].any()
        assert (halls.lines[name][:, 12] != 0.0).all()


def test_machines_that_stop_fetch_what_the_resale_model_says(small_tables):
    part = MINE | {"until_month": 6, "machine_failures_per_year": 0.0}
    one, world = walked(small_tables, part)
    plan: Any = one.build.plans[0]
    quote = plan.fleet.quote
    earned = sum(one.offers[0].per_mwh[name][:, 5] for name in ("subsidy", "transaction fees"))
    worth = resale_usd_per_mw(quote, np.full(8, quote.efficiency_j_per_th), np.full(8, 1.0 - 26 / 60), world.frontier_factor[:, 5], earned)
    np.testing.assert_allclose(one.cashflow.lines["salvage"][:, 6], plan.it_mw * worth, rtol=1e-9)


def test_halls_that_change_hands_are_the_same_halls(small_tables):
    halls = {"kind": "hosting", "existing": True, "lease_usd_per_kw_month": 100, "lease_escalator_per_year": 0.0, "tenant_default_per_year": 0.0}
    whole, _ = walked(small_tables, halls)
    halves, _ = walked(small_tables, halls | {"until_month": 13}, halls | {"from_month": 13})
    np.testing.assert_allclose(halves.cashflow.net, whole.cashflow.net, rtol=1e-12, atol=1e-6)
    assert whole.cashflow.net.any()


def test_a_later_start_is_the_same_start_later(small_tables):
    """Where nothing moves, a hall built twelve months later pays and earns the same twelve months later."""
    halls = {"kind": "hosting", "opex_usd_per_mw_year": 0, "tenant_default_per_year": 0.0, "salvage_share": 0.0, "power_passthrough": 1.0}
    now, later = (walked(small_tables, halls | {"from_month": month})[0].cashflow for month in (0, 12))
    for name in ("conversion", "lease"):
        np.testing.assert_allclose(later.lines[name][:, 12:], now.lines[name][:, :-12], rtol=1e-12)
        assert not later.lines[name][:, :12].any()


CHIPS: dict[str, Any] = {"accelerator": "b200-sxm"}
AT_ONCE = {"construction_months": 0}
STANDS = {"existing": True, "machine_age_months": 20}


@pytest.mark.parametrize(
    "part",
    [
        CHIPS | {"kind": "rental"}, CHIPS | {"kind": "rental"} | AT_ONCE, CHIPS | {"kind": "rental"} | STANDS,
        CHIPS | {"kind": "inference", "model": "llama-3-3-70b"} | AT_ONCE,
        MINE, {"kind": "mining", "machine": "antminer-s21-xp"} | AT_ONCE, {"kind": "hosting"} | AT_ONCE,
    ],
)  # fmt: skip
def test_a_part_that_comes_after_the_horizon_never_comes(small_tables, part):
    """Neither built, nor bought, nor sold: with month 36 a horizon of 36 months is over."""
    one, _ = walked(small_tables, part | {"from_month": 36})
    assert not one.cashflow.net.any()


def test_a_mine_that_stops_sells_no_coins_forward_for_later(small_tables):
    small_tables["treasury"] = {"coin_policy": "sell", "forward_share": 1.0}
    one, _ = walked(small_tables, *PHASED[1:])
    forward = one.cashflow.lines["forward sales"]
    assert forward[:, 2:7].all()
    assert not forward[:, 7:].any()
