from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wattmint.calculators.mining.ageing import ageing, last_months
from wattmint.calculators.mining.static import case_of_machine
from wattmint.facts.load import number
from wattmint.market.library import build_library
from wattmint.market.snapshot import market_snapshot
from wattmint.market.world import simulate_world
from wattmint.scenario.model import Market, Scenario

SITE = {
    "name": "Ageing",
    "site": {"power_mw": 1.0},
    "power": {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3"},
    "study": {"start": "2026-12", "horizon_months": 36, "paths": 40},
    "builds": [{"name": "Mine", "parts": [{"kind": "hosting"}]}],
}


@pytest.fixture(scope="module")
def world():
    scenario = Scenario.of(SITE)
    return simulate_world(scenario, market_snapshot(Market()), build_library(scenario), 0, 40)


@pytest.fixture(scope="module")
def case():
    return case_of_machine("antminer-s21-xp", market_snapshot(Market()))


def test_machines_break_down_as_the_defaults_say(case, world):
    aged = ageing(case, world)
    rate = number("defaults", "mining", "machine_failures_per_year") / 12.0
    assert aged.working[:, 0] == pytest.approx(np.full(40, 1.0 - rate), abs=rate)
    assert (np.diff(aged.working, axis=1) < 0.01).all()
    kw = case.power_w / 1000.0
    assert aged.repairs_usd[:, 0] == pytest.approx(np.full(40, rate * 0.8 * 70.0 * kw), rel=0.05)


def test_a_fleet_is_so_many_machines(case, world):
    one, ten = ageing(case, world), ageing(replace(case, count=10, capex_usd=10 * case.capex_usd), world)
    assert ten.working == pytest.approx(one.working)
    assert ten.resale_usd == pytest.approx(10.0 * one.resale_usd)
    assert ten.repairs_usd == pytest.approx(10.0 * one.repairs_usd)


def test_machines_of_unknown_price_are_repaired_as_the_index_of_prices_says(case, world):
    unknown = ageing(replace(case, capex_usd=None), world)
    assert (unknown.repairs_usd[:, 0] > 0.0).all()
    # the index has 13.5 J/TH at some 11 USD per TH/s, which is what the S21 XP costs
    assert unknown.resale_usd == pytest.approx(ageing(case, world).resale_usd, rel=0.15)


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 5), st.integers(1, 9))))
def test_the_last_month_that_holds(holds):
    """Origin: the definition, by a plain loop."""
    months = holds.shape[1]
    expected = [next((m for m in range(months + 1) if not row[m:].any()), 0) for row in holds]
    assert [np.inf if m == months else m for m in expected] == last_months(holds).tolist()
