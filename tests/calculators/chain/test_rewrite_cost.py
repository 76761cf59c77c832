import pytest

from wattmint.calculators.chain.rewrite_cost import LEAD, RewriteCost, rewrite_cost
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.physics.race import race_odds, rosenfeld
from wattmint.scenario.model import Market


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return market_snapshot(Market())


def block_usd(snapshot: Snapshot) -> float:
    return (3.125 + snapshot.fees_btc_per_block) * snapshot.btc_usd


@pytest.mark.parametrize("share", [0.1, 0.4, 0.51, 0.7])
def test_rent_at_the_hashprice_is_the_worth_of_the_attacker_s_blocks(snapshot, share):
    cost = rewrite_cost(snapshot, share)
    assert cost.rent_usd == pytest.approx(cost.attacker_blocks * block_usd(snapshot))
    assert cost.net_usd == pytest.approx(cost.rent_usd - cost.returned_usd)
    assert cost.breakeven_payment_usd * cost.success == pytest.approx(max(cost.net_usd, 0.0))
    assert cost.success <= cost.success_ever == rosenfeld(share, 6, LEAD)


def test_an_hour_of_the_network_is_six_blocks(snapshot):
    cost = rewrite_cost(snapshot, 0.51)
    assert cost.network_hour_usd == pytest.approx(6 * block_usd(snapshot))
    assert cost.hashprice_usd_per_ph_day == pytest.approx(number("snapshot", "market", "hashprice_usd_per_ph_day"), rel=0.002)


def breakeven(snapshot: Snapshot, share: float, give_up: int) -> float:
    odds = race_odds(share, 6, LEAD, give_up)
    return (odds.attacker_blocks - odds.attacker_blocks_of_successes) * block_usd(snapshot) / odds.success


def test_it_gives_up_where_the_payment_is_the_smallest(snapshot):
    cost = rewrite_cost(snapshot, 0.4)
    others = [breakeven(snapshot, 0.4, give_up) for give_up in range(8, 60)]
    assert cost.breakeven_payment_usd == pytest.approx(min(others))
    assert cost.breakeven_payment_usd == pytest.approx(breakeven(snapshot, 0.4, cost.give_up))


def test_a_majority_earns_what_it_spends_unless_the_price_falls(snapshot):
    kept, fallen = rewrite_cost(snapshot, 0.6), rewrite_cost(snapshot, 0.6, price_fall=0.5)
    assert abs(kept.net_usd) < 1e-3 * kept.rent_usd
    assert fallen.net_usd == pytest.approx(fallen.rent_usd / 2, rel=0.05)


def test_each_more_block_and_each_more_share_changes_the_price_the_right_way(snapshot):
    costs = [rewrite_cost(snapshot, share, blocks) for share, blocks in ((0.3, 3), (0.3, 6), (0.4, 6))]
    assert costs[0].breakeven_payment_usd < costs[1].breakeven_payment_usd > costs[2].breakeven_payment_usd


def test_owned_machines_join_the_network_that_is_there(snapshot):
    cost = rewrite_cost(snapshot, 0.5, machine="antminer-s21-xp")
    assert cost.machines * 270 == pytest.approx(snapshot.network_hashrate_ehs * 1e6)
    assert cost.power_mw == pytest.approx(cost.machines * 3_645 / 1e6)
    assert cost.sites_usd == pytest.approx(cost.power_mw * 325_000)
    assert cost.machines_usd == pytest.approx(snapshot.network_hashrate_ehs * 1e6 * number("machines", "antminer-s21-xp", "machine_usd_per_th"))


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"share": 0.0}, "attack_share"),
        ({"share": 1.0}, "attack_share"),
        ({"share": 0.3, "blocks": 0}, "rewrite_blocks"),
        ({"share": 0.3, "blocks": 1.5}, "whole number"),
        ({"share": 0.3, "price_fall": 1.1}, "price_fall"),
    ],
)
def test_numbers_out_of_range_are_refused(snapshot, given, what):
    with pytest.raises(InputError, match=what):
        rewrite_cost(snapshot, **given)


def test_machines_that_are_unknown_or_of_another_coin_are_refused(snapshot):
    with pytest.raises(UnknownNameError, match="machine"):
        rewrite_cost(snapshot, 0.3, machine="antminer")
    with pytest.raises(InputError, match="SHA-256"):
        rewrite_cost(snapshot, 0.3, machine="antminer-l9")


def test_no_field_is_left_out_of_what_is_documented():
    told = RewriteCost.__doc__ or ""
    assert all(name in told for name in RewriteCost.__dataclass_fields__)
