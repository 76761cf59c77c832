import pytest

from wattmint.facts.load import attribute, number, table
from wattmint.facts.prices import INDEX_FACTS, PRICE_TIERS, index_points, machine_price


def test_its_own_price_goes_before_its_tier_s():
    assert machine_price("antminer-s21-xp", 13.5).table == "machines"
    assert machine_price(None, 13.5).table == "defaults"


@pytest.mark.parametrize(
    ("efficiency", "tier"),
    [(5.0, "below_14"), (13.99, "below_14"), (14.0, "14_to_19"), (19.0, "19_to_25"), (25.0, "25_to_38"), (37.9, "25_to_38")],
)
def test_tiers_begin_where_their_names_say(efficiency, tier):
    assert machine_price(None, efficiency).value == number("defaults", "mining", f"machine_usd_per_th_{tier}")


def test_no_price_beyond_the_last_tier():
    assert machine_price(None, 38.0) is None
    assert machine_price("antminer-v9", 256.75) is None


def test_every_tier_is_a_default_and_they_rise():
    limits = [limit for limit, _ in PRICE_TIERS]
    assert limits == sorted(limits)
    assert all(tier in table("defaults")["mining"] and attribute(tier).unit == "USD/(TH/s)" for _, tier in PRICE_TIERS)


def test_the_index_stands_at_the_middle_of_its_tiers():
    points = index_points()
    assert [usd for _, usd in points] == [number("defaults", "mining", tier) for _, tier in PRICE_TIERS]
    assert [j for j, _ in points] == pytest.approx([(9.5 * 14) ** 0.5, (14 * 19) ** 0.5, (19 * 25) ** 0.5, (25 * 38) ** 0.5])
    assert [number(*fact) for fact in INDEX_FACTS] == [9.5, *(usd for _, usd in points)]
