import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, MAX_SUPPLY_SAT, SUBSIDY_ERAS, issued_sat, subsidy_sat

HEIGHTS = st.integers(0, 8_000_000)


@pytest.mark.parametrize(
    ("height", "satoshi"),
    [
        (0, 5_000_000_000),
        (209_999, 5_000_000_000),
        (210_000, 2_500_000_000),  # 2012-11-28
        (419_999, 2_500_000_000),
        (420_000, 1_250_000_000),  # 2016-07-09
        (630_000, 625_000_000),  # 2020-05-11
        (840_000, 312_500_000),  # 2024-04-20
        (1_050_000, 156_250_000),
        (6_929_999, 1),
        (6_930_000, 0),
        (21_000_000, 0),
    ],
)
def test_subsidy_by_height(height, satoshi):
    assert subsidy_sat(height) == satoshi


def test_all_coins_are_a_little_less_than_21_million():
    assert MAX_SUPPLY_SAT == 2_099_999_997_690_000  # Bitcoin Core validation_tests.cpp, subsidy_limit_test
    assert issued_sat(SUBSIDY_ERAS * HALVING_INTERVAL_BLOCKS - 1) == MAX_SUPPLY_SAT
    assert issued_sat(SUBSIDY_ERAS * HALVING_INTERVAL_BLOCKS - 2) == MAX_SUPPLY_SAT - 1


@given(HEIGHTS)
def test_each_block_issues_its_subsidy(height):
    before = issued_sat(height - 1) if height else 0
    assert issued_sat(height) - before == subsidy_sat(height)


@given(HEIGHTS)
def test_supply_never_exceeds_its_limit(height):
    assert issued_sat(height) <= MAX_SUPPLY_SAT


@given(st.integers(max_value=-1))
def test_heights_below_the_first_block_are_refused(height):
    for function in (subsidy_sat, issued_sat):
        with pytest.raises(InputError, match="height"):
            function(height)
