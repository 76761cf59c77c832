import pytest

from wattmint.calculators.conversion.deals import deals_with, place


def test_leases_are_those_of_halls_alone():
    names = [deal.name for deal in deals_with("lease_usd_per_kw_month")]
    assert not [name for name in names if "Microsoft" in name or "AWS" in name]
    values = [deal.value for deal in deals_with("lease_usd_per_kw_month")]
    assert values == sorted(values)


def test_a_number_among_the_deals_has_its_place():
    found = place("cost", "site_capex_usd_per_mw", "USD/MW", 9_500_000.0, "low", "high")
    assert (found.inside, found.reason) == (True, "")
    assert found.low == 3_592_000.0  # Riot, AMD: existing buildings
    assert 0.0 < found.above_share < 1.0


@pytest.mark.parametrize(("value", "reason", "above"), [(1e6, "low", 0.0), (3e7, "high", 1.0)])
def test_a_number_outside_says_why(value, reason, above):
    found = place("cost", "site_capex_usd_per_mw", "USD/MW", value, "low", "high")
    assert (found.inside, found.reason, found.above_share) == (False, reason, above)


def test_riot_s_numbers_follow_from_its_filing():
    riot = next(deal for deal in deals_with("site_capex_usd_per_mw") if deal.name.startswith("Riot"))
    assert riot.value == pytest.approx(89.8e6 / 25.0)
