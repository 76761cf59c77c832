import datetime as dt

import numpy as np
from tests.report.workbooks import future_of, site

from wattmint.report.workbook.market import calendar, market_sheet
from wattmint.report.workbook.sheets import FIRST_COLUMN, Book


def test_the_path_stands_a_column_after_its_month():
    future = future_of(site(study={"start": "2026-12", "horizon_months": 14}))
    market = market_sheet(Book(), future)
    for row, values in (
        (market.coin_usd, future.world.btc_usd),
        (market.difficulty, future.world.difficulty),
        (market.subsidy_btc, future.world.subsidy_btc),
    ):
        assert row.values[0] == 0.0
        np.testing.assert_array_equal([row.values[c] for c in range(1, 15)], values[0])
    np.testing.assert_array_equal([market.hours.values[c] for c in range(1, 15)], future.world.hours)


def test_the_calendar_counts_years_twice():
    future = future_of(site(study={"start": "2026-12", "horizon_months": 14}))
    sheet = Book().sheet("S", 15)
    days = calendar(sheet, future, "title", "note")
    assert [days.year.values[c] for c in (0, 1, 12, 13, 14)] == [1.0, 1.0, 1.0, 2.0, 2.0]
    assert [days.tax_year.values[c] for c in (0, 1, 2, 13, 14)] == [2026.0, 2026.0, 2027.0, 2027.0, 2028.0]
    assert [days.service_year.values[c] for c in (0, 1, 13, 14)] == [2026.0, 2027.0, 2028.0, 2028.0]
    heads = [sheet.cells[3, FIRST_COLUMN + c][0] for c in (0, 1, 2, 14)]
    assert heads == ["decision", dt.date(2026, 12, 1), dt.date(2027, 1, 1), dt.date(2028, 1, 1)]
