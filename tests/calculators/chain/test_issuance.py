import pytest

from wattmint.calculators.chain.issuance import curve, date_of, halving, issuance
from wattmint.errors import InputError
from wattmint.ledger.subsidy import MAX_SUPPLY_SAT
from wattmint.units import SAT_PER_BTC


@pytest.mark.parametrize(
    ("height", "date", "kind"),
    [
        (0, "2009-01-03", "between"),
        (210_000, "2012-11-28", "block"),
        (840_000, "2024-04-20", "block"),
        (969_700, "2026-10-03", "snapshot"),
        (1_050_000, "2028-04-12", "expected"),
    ],
)
def test_days_of_blocks(height, date, kind):
    assert date_of(height) == (date, kind)


def test_days_never_go_back():
    days = [date_of(height)[0] for height in range(0, 1_200_000, 20_000)]
    assert days == sorted(days)
    assert date_of(10**9 // 2)[0] == "after 9999"


@pytest.mark.parametrize(
    ("height", "subsidy", "issued"), [(0, 50.0, 50.0), (209_999, 50.0, 10_500_000.0), (210_000, 25.0, 10_500_025.0), (839_999, 6.25, 19_687_500.0)]
)
def test_coins_at_a_height(height, subsidy, issued):
    found = issuance(height)
    assert (found.subsidy_btc, found.issued_btc) == (subsidy, issued)
    assert found.issued_btc + found.remaining_btc == pytest.approx(MAX_SUPPLY_SAT / SAT_PER_BTC)


def test_the_snapshot_s_height_is_the_default():
    found = issuance()
    assert (found.height, found.date_kind, found.subsidy_btc) == (969_700, "snapshot", 3.125)
    assert found.growth_per_year == pytest.approx(3.125 * 52_596 / found.issued_btc)
    assert [one.height for one in found.next_halvings] == [1_050_000, 1_260_000, 1_470_000, 1_680_000]
    assert found.next_halvings[0].subsidy_btc == 1.5625


def test_the_end_of_the_subsidy():
    found = issuance(6_930_000)
    assert (found.subsidy_btc, found.remaining_btc, found.issued_share, found.next_halvings) == (0.0, 0.0, 1.0, ())
    assert [one.height for one in issuance(6_800_000).next_halvings] == [6_930_000]
    assert halving(33).subsidy_btc == 0.0


def test_the_curve_has_every_halving():
    eras = curve()
    assert [one.height for one in eras] == [210_000 * era for era in range(1, 34)]
    shares = [one.issued_share for one in eras]
    assert shares == sorted(shares)
    assert shares[0] == pytest.approx(0.5, abs=1e-6)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("height", [-1, 1.5, float("nan"), 1e9])
def test_what_is_no_height_is_refused(height):
    with pytest.raises(InputError, match="block_height"):
        issuance(height)
