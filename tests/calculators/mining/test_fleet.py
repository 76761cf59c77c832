import dataclasses

import pytest

import wattmint
from wattmint.calculators.mining.fleet import fleet_case, merged, mine, payout_of
from wattmint.calculators.mining.pools import SCHEMES
from wattmint.calculators.mining.static import case_of_machine, static_result
from wattmint.errors import InputError, UnknownNameError

FLEET = {"antminer-s21-xp": 10, "antminer-s23-hyd": 5, "whatsminer-m50s": 7}


def test_a_fleet_makes_what_its_machines_make(snapshot):
    together = static_result(fleet_case(FLEET, snapshot, power_price_usd_per_kwh=0.045))
    apart = [mine(name, count=count, power_price_usd_per_kwh=0.045) for name, count in FLEET.items()]
    for field in ("btc_per_day", "revenue_usd_per_day", "power_cost_usd_per_day", "profit_usd_per_day"):
        assert getattr(together, field) == pytest.approx(sum(getattr(one, field) for one in apart), rel=1e-12)
    capex = sum(case_of_machine(name, snapshot, count=count).capex_usd for name, count in FLEET.items())
    assert together.payback_days == pytest.approx(capex / together.profit_usd_per_day, rel=1e-12)


def test_capex_of_a_fleet(snapshot):
    assert fleet_case(FLEET, snapshot, capex_usd=1e5).capex_usd == 1e5
    assert fleet_case({**FLEET, "antminer-s17": 1}, snapshot).capex_usd is None  # 45 J/TH: beyond the price index


def test_one_case_merged_is_itself(snapshot):
    case = case_of_machine("antminer-s21-xp", snapshot, count=3)
    assert merged([case]) == case


def test_the_door(snapshot):
    assert wattmint.mine is mine
    assert mine("antminer-s21-xp", count=2) == static_result(case_of_machine("antminer-s21-xp", snapshot, count=2))
    assert mine({"antminer-s21-xp": 2}) == mine("antminer-s21-xp", count=2)
    assert mine(hashrate_ths=270.0, power_w=3645.0, capex_usd=2970.0) == mine("antminer-s21-xp")
    assert mine("antminer-s21-xp", snapshot=dataclasses.replace(snapshot, btc_usd=1e5)) == mine("antminer-s21-xp", btc_usd=1e5)


def test_the_example_of_the_docstring():
    found = mine("antminer-s21-xp", power_price_usd_per_kwh=0.045, btc_usd=84_700, difficulty=134.6e12)
    assert f"{round(found.breakeven_power_usd_per_kwh, 4)}\n" in mine.__doc__


@pytest.mark.parametrize(
    ("machine", "given", "error"),
    [
        (None, {}, InputError),
        ("antminer-s21-xp", {"power_price": 45}, UnknownNameError),
        ("antminer-s21-xp", {"uptime": 97}, InputError),
        ({}, {}, InputError),
        ({"antminer-s21-xp": 1}, {"count": 2}, InputError),
        ({"antminer-s21-xp": 0}, {}, InputError),
        ({"antminer": 1}, {}, UnknownNameError),
    ],
)
def test_the_door_refuses(machine, given, error):
    with pytest.raises(error):
        mine(machine, **given)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_mean_of_every_scheme_is_the_static_result(snapshot, scheme):
    case = case_of_machine("antminer-s21-xp", snapshot, count=500, pool_scheme=scheme, stale_rate=0.01)
    paid = payout_of(case, pool_share=0.1)
    assert paid.mean_btc_per_day == pytest.approx(static_result(case).btc_per_day, rel=1e-12)


def test_pplns_needs_the_pool_s_share(snapshot):
    with pytest.raises(InputError, match="pool_share"):
        payout_of(case_of_machine("antminer-s21-xp", snapshot, pool_scheme="pplns"))
