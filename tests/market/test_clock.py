import pytest

from wattmint.errors import ScenarioError
from wattmint.market.clock import horizon, month_index


def test_hours_are_those_of_the_calendar():
    calendar = horizon("2027-12", 4)
    assert calendar.year.tolist() == [2027, 2028, 2028, 2028]
    assert calendar.month.tolist() == [12, 1, 2, 3]
    assert calendar.hours.tolist() == [744, 744, 696, 744]  # 2028 is a leap year


def test_ten_years_have_their_leap_days():
    assert horizon("2026-12", 120).hours.sum() == (365 * 10 + 3) * 24  # 29 February 2028, 2032 and 2036


def test_century_without_leap_day():
    assert horizon("2100-02", 1).hours[0] == 28 * 24


def test_months_subtract():
    assert month_index("2026-10-03") - month_index("2026-06") == 4
    assert month_index("2027-01") - month_index("2026-12") == 1


@pytest.mark.parametrize("bad", ["2026-13", "2026-00", "26-12", "2026/12", "2026", ""])
def test_refuses_what_is_no_month(bad):
    with pytest.raises(ScenarioError, match="a month such as"):
        horizon(bad, 12)


def test_refuses_an_empty_horizon():
    with pytest.raises(ScenarioError, match="at least 1 month"):
        horizon("2026-12", 0)
