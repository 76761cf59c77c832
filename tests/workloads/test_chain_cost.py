import pytest

from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.workloads.chain_cost import BackupCost, cost_beyond


def chain_of(name):
    return power_chain(name, grid_named(DEFAULT), 50.0)


def test_what_is_contained_is_not_paid_twice():
    assert cost_beyond(chain_of("n"), chain_of("n"), 3_000.0) == BackupCost()


def test_the_difference_is_capital_floor_and_upkeep_and_has_a_sign():
    better, worse = chain_of("2n"), chain_of("ups-only")
    more, less = cost_beyond(better, worse, 3_000.0), cost_beyond(worse, better, 3_000.0)
    floor = 3_000.0 * (better.floor_m2_per_mw - worse.floor_m2_per_mw)
    assert more.usd_per_mw == pytest.approx(better.capex_usd_per_mw - worse.capex_usd_per_mw + floor)
    assert more.opex_usd_per_mw_year == pytest.approx(better.opex_usd_per_mw_year - worse.opex_usd_per_mw_year)
    assert less == pytest.approx((-more.usd_per_mw, -more.opex_usd_per_mw_year))
    assert dict(more.named()) == {"backup_usd_per_mw": more.usd_per_mw, "backup_opex_usd_per_mw_year": more.opex_usd_per_mw_year}
