import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.report.digits import duration, month_later, month_name, musd, price, quantity, rate, rounded, share, times, usd

# The expected texts are written by hand from the rule: three significant digits from 100 million up, two below.


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_063_400_000.0, "$1,060M"), (142_300_000.0, "$142M"), (99_600_000.0, "$100M"), (42_300_000.0, "$42M"),
        (4_260_000.0, "$4.3M"), (9_960_000.0, "$10M"), (350_000.0, "$0.35M"), (400_000.0, "$0.4M"),
        (35_100.0, "$35k"), (999.6, "$1k"), (12.3, "$12"), (0.2, "$0"),
        (0.0, "$0"), (-41_000_000.0, "-$41M"), (-420_000.0, "-$0.42M"), (None, "n/a"), (math.nan, "n/a"), (math.inf, "n/a"),
    ],
)  # fmt: skip
def test_usd_shows_no_more_digits_than_are_known(value, text):
    assert usd(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(-1_063_400_000.0, "-1,060"), (4_260_000.0, "4.3"), (350_000.0, "0.35"), (-4_000.0, "0"), (0.0, "0"), (None, "n/a")]
)
def test_musd_leaves_the_unit_to_the_heading(value, text):
    assert musd(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (95_123.0, "USD/BTC", "$95,100"), (48.21, "USD/MWh", "$48.2/MWh"), (88.0, "USD/MWh", "$88/MWh"), (2.1, "USD/GPU-h", "$2.10/GPU-h"),
        (-3.456, "", "-$3.46"), (0.0, "USD/MWh", "$0.00/MWh"), (None, "USD/MWh", "n/a"),
    ],
)  # fmt: skip
def test_price_carries_its_unit(value, unit, text):
    assert price(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0%"), (0.004, "<1%"), (0.005, "<1%"), (0.62, "62%"), (0.996, ">99%"), (0.99999, ">99%"), (1.0, "100%"), (None, "n/a")]
)
def test_share_does_not_call_nearly_all_all(value, text):
    assert share(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.1423, "14%"), (0.0941, "9.4%"), (0.05, "5%"), (-0.0001, "0%"), (12.5, "1,250%"), (None, "n/a")])
def test_rate(value, text):
    assert rate(value) == text


@pytest.mark.parametrize(
    ("months", "text"),
    [(0.0, "0 months"), (1.0, "1 month"), (15.0, "15 months"), (24.0, "2 years"), (86.4, "7.2 years"), (None, "n/a"), (math.nan, "n/a")],
)
def test_duration_is_in_years_from_two_years_on(months, text):
    assert duration(months) == text


def test_month_name():
    assert month_name("2026-12") == "December 2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Antminer S21 XP", "Antminer S21 XP"), (300_000_000.0, "300,000,000"), (0.0153, "0.0153"), (12.0, "12"), (95_400.4, "95,400"),
        (33.4, "33.4"), (1.2407e14, "1.241 x 10^14"), (9_223_372_036_854_775_807, "9,223,372,036,854,775,807"), (math.nan, "n/a"),
    ],
)  # fmt: skip
def test_quantity_shows_an_input_as_it_was_used(value, text):
    assert quantity(value) == text


@given(st.floats(-1e15, 1e15).filter(lambda x: abs(x) > 1e-6), st.integers(1, 6))
def test_rounding_moves_a_value_by_less_than_one_unit_of_its_last_digit(value, digits):
    assert abs(rounded(value, digits) - value) <= abs(value) * 10.0 ** (1 - digits)


@given(st.floats(-1e13, 1e13))
def test_money_is_ascii_and_keeps_its_sign(value):
    text = usd(value)
    assert text.isascii()
    assert text.startswith("-") == (value < -0.5 or (value < 0 and text != "$0"))


@pytest.mark.parametrize(("value", "text"), [(1.349, "1.35x"), (-0.2, "-0.20x"), (0.0, "0.00x"), (None, "n/a"), (math.nan, "n/a")])
def test_times_is_a_ratio(value, text):
    assert times(value) == text


def test_months_are_counted_over_the_turn_of_the_year():
    assert [month_later("2026-12", months) for months in (0, 1, 12, 25)] == ["December 2026", "January 2027", "December 2027", "January 2029"]
