import pytest

from wattmint.calculators.chain.network_energy import network_energy
from wattmint.facts.load import number
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market


def test_the_guess_lies_between_the_best_machine_and_the_one_that_only_just_pays():
    snapshot = market_snapshot(Market())
    found = network_energy(snapshot)
    low, guess, high = found.j_per_th
    assert low == number("snapshot", "market", "frontier_j_per_th")
    assert low < guess < high
    # A petahash per second at `high` J/TH spends on power exactly what it earns.
    hashprice = number("snapshot", "market", "hashprice_usd_per_ph_day")
    assert high * 1_000 * 24 / 1_000 * found.power_price_usd_per_kwh == pytest.approx(hashprice, rel=0.002)
    assert found.machines > 20


def test_power_is_hashrate_times_energy_per_hash():
    snapshot = market_snapshot(Market())
    found = network_energy(snapshot)
    assert found.power_mw == pytest.approx([one * snapshot.network_hashrate_ehs for one in found.j_per_th])  # EH/s x J/TH = MW


def test_a_lower_coin_price_leaves_fewer_and_better_machines():
    now, later = (network_energy(market_snapshot(Market(btc_usd=price))) for price in (84_700, 40_000))
    assert later.machines < now.machines
    assert later.j_per_th[1] < now.j_per_th[1]
