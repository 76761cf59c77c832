from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.calculators.backup.cost import OUTAGES, OWNED, PLANNED, Money, bill, drawn_years, expected_outages, job_on, owned
from wattmint.calculators.backup.tenants import Tenant, run_of
from wattmint.calculators.training.run_terms import RunBook
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import ChainYears, power_chain, simulate
from wattmint.finance.functions import pv
from wattmint.workloads.contracts import HourlyCredits, Leaving, TieredCredits

MONEY = Money(discount_rate=0.1, hall_usd_per_m2=3_000.0, hall_life_years=20.0)
PLAIN = Tenant(
    workload="mining", name="plain", what="", it_mw=10.0, load_share=1.0, usd_per_h=1_000.0, restart_h=0.25, energy_usd_per_year=4e6
)  # fmt: skip
LEASED = replace(
    PLAIN, usd_per_h=0.0, restart_h=0.0, month_fee_usd=1e6, credits=HourlyCredits(0.9999, 24.0, 1.0), leaving=Leaving(0.01, 0.1), leaving_usd=9e6
)  # fmt: skip
SOLD = replace(PLAIN, month_fee_usd=7e5, credits=TieredCredits(((0.999, 0.1), (0.99, 0.25))), restart_h=0.7)
TRAINED = replace(PLAIN, run=run_of(RunBook(), 5_000.0), interval_h=4.0, restart_h=0.77)
TENANTS = [PLAIN, LEASED, SOLD, TRAINED]


def chain_of(backup):
    return power_chain(backup, grid_named(DEFAULT), 10.0)


def job_of(tenant, chain):
    return None if tenant.run is None else job_on(tenant, chain)


@pytest.mark.parametrize("tenant", TENANTS)
@pytest.mark.parametrize("backup", ["none", "ups-only", "n"])
def test_simulation_and_formula_agree_within_their_error(tenant, backup):
    chain = chain_of(backup)
    found = bill(tenant, backup, chain, simulate(chain, 20_000, 7), MONEY, 7)
    assert found.standard_error_usd < 0.1 * found.outages_usd
    assert abs(found.simulated_usd - found.outages_usd) < 4.0 * found.standard_error_usd + 0.005 * found.outages_usd


@pytest.mark.parametrize("tenant", TENANTS)
def test_lines_sum_to_the_total_and_tails_are_ordered(tenant):
    chain = chain_of("n+1")
    found = bill(tenant, "n+1", chain, simulate(chain, 2_000, 1), MONEY, 1)
    assert tuple(found.lines) == (*OWNED, *OUTAGES)
    assert sum(found.lines.values()) == pytest.approx(found.total_usd)
    assert found.owned_usd + found.outages_usd == found.total_usd
    assert 0.0 <= found.tail_usd[0] <= found.tail_usd[1]
    assert all(usd >= 0.0 for usd in found.lines.values())
    assert (found.goodput is None) == (tenant.run is None)


def test_what_is_owned_by_hand():
    chain = chain_of("2n")
    lines = owned(PLAIN, chain, MONEY)
    assert pv(0.1, chain.life_years, -lines["capital"]) == pytest.approx(10.0 * chain.capex_usd_per_mw)
    assert pv(0.1, 20.0, -lines["floor"]) == pytest.approx(10.0 * 3_000.0 * chain.floor_m2_per_mw)
    assert lines["operations"] == 10.0 * chain.opex_usd_per_mw_year
    assert lines["losses"] == pytest.approx(4e6 * chain.ups_loss_share)
    assert set(owned(PLAIN, chain_of("none"), MONEY).values()) == {0.0}


def test_hours_lost_by_hand():
    chain = chain_of("none")
    lines, hours = expected_outages(PLAIN, chain, None)
    stops = chain.outages_per_year + chain.dips_per_year
    assert hours == pytest.approx(chain.outages_per_year * chain.outage_hours + chain.classes[0].hours_per_year + 0.25 * stops)
    assert lines == {"hours lost": pytest.approx(1_000.0 * hours), "work done again": 0.0, "credits": 0.0, "tenants leaving": 0.0}


def test_a_year_loses_no_more_hours_than_it_has():
    chain = chain_of("none")
    stops = chain.outages_per_year + chain.dips_per_year
    asleep = replace(PLAIN, restart_h=8_766.0 / stops)
    lines, hours = expected_outages(asleep, chain, None)
    assert (hours, lines["hours lost"]) == (8_766.0, 8_766_000.0)
    dark = (1.0 - chain.availability) * 8_766.0
    tired = replace(TRAINED, restart_h=(8_766.0 - 10.0 - dark) / stops)  # ten hours are left, less than is done again
    lines, hours = expected_outages(tired, chain, job_on(tired, chain))
    assert (hours, lines["hours lost"] + lines["work done again"]) == (pytest.approx(8_766.0), pytest.approx(8_766_000.0))
    often = ChainYears(2, np.array([0.1, 0.2, 1.5]), np.array([8_000.0, 8_000.0, 1.0]), np.zeros(3, dtype=np.int64))
    assert drawn_years(PLAIN, often, None, np.random.default_rng(0)).tolist() == [8_766_000.0, 1_250.0]


def test_a_year_without_outages_costs_nothing():
    nothing = ChainYears(3, np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    for tenant in TENANTS:
        assert drawn_years(tenant, nothing, job_of(tenant, chain_of("none")), np.random.default_rng(0)).tolist() == [0.0, 0.0, 0.0]


def test_years_by_hand():
    lived = ChainYears(2, np.array([0.1, 0.11, 1.5]), np.array([3.0, 2.0, 800.0]), np.zeros(3, dtype=np.int64))
    rng = np.random.default_rng(0)
    assert drawn_years(PLAIN, lived, None, rng).tolist() == pytest.approx([5_500.0, 800_250.0])
    month_h = 8_766 / 12
    credited = 24.0 * (5.0 - 1e-4 * month_h) / month_h * 1e6
    assert drawn_years(LEASED, lived, None, rng).tolist() == pytest.approx([credited, 1e6 + 0.1 * 9e6])
    trained = drawn_years(TRAINED, lived, job_on(TRAINED, chain_of("none")), rng)
    assert (trained > 1_000.0 * np.array([5.0, 800.0])).all()
    assert trained[0] < 1_000.0 * (5.0 + 2 * (4.1 + 0.77))


def test_contracts_do_not_count_what_is_announced():
    announced = ChainYears(1, np.array([0.5]), np.array([12.0]), np.array([PLANNED]))
    assert drawn_years(LEASED, announced, None, np.random.default_rng(0)).tolist() == [0.0]
    assert drawn_years(PLAIN, announced, None, np.random.default_rng(0)).tolist() == [12_250.0]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 1.99), st.floats(0.0, 100.0)), min_size=1, max_size=20), st.integers(0, 19), st.floats(0.0, 50.0))
def test_a_longer_or_a_further_outage_never_costs_less(stops, which, longer):
    at, hours = (np.array(column) for column in zip(*sorted(stops), strict=True))
    stretched = hours + longer * (np.arange(hours.size) == which % hours.size)
    years = [ChainYears(2, at[:n], h[:n], np.zeros(n, dtype=np.int64)) for h, n in ((hours, at.size), (stretched, at.size), (hours, at.size - 1))]
    for tenant in (PLAIN, LEASED, SOLD):
        base, lasting, fewer = (drawn_years(tenant, one, None, np.random.default_rng(0)).sum() for one in years)
        assert fewer <= base + 1e-6 <= lasting + 2e-6


@settings(max_examples=20, deadline=None)
@given(st.floats(0.5, 24.0), st.floats(0.0, 24.0))
def test_rarer_checkpoints_never_cost_power_less(interval, more):
    chain, often = chain_of("none"), replace(TRAINED, interval_h=interval)
    seldom = replace(TRAINED, interval_h=interval + more)
    costs = [sum(expected_outages(tenant, chain, job_on(tenant, chain))[0].values()) for tenant in (often, seldom)]
    assert costs[0] <= costs[1] * (1.0 + 1e-12)
