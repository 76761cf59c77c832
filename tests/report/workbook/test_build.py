import numpy as np
import pytest
from tests.report.workbooks import future_of, labelled, sheet_of, site

from wattmint.report.workbook.book import assemble
from wattmint.study.reduce import by_year


@pytest.fixture(scope="module")
def both():
    future = future_of(site())
    return future, assemble(future)


def test_years_are_the_engines(both):
    future, book = both
    for number, (walk, after) in enumerate(zip(future.walks, future.after, strict=True), start=1):
        for label, net in (("Net before tax and debt", walk.cashflow.net), ("Owner's cash after tax and debt", after.equity)):
            total, *years = labelled(book, f"{number} Annual", label)
            np.testing.assert_allclose(years, by_year(net)[0], atol=0.005)
            assert total == pytest.approx(net.sum(), abs=0.005)


def test_each_build_has_its_sheets_in_its_colour(both):
    _, book = both
    for number in (1, 2):
        sheets = [sheet for sheet in book.sheets if sheet.name.startswith(f"{number} ")]
        assert [sheet.name[2:] for sheet in sheets] == ["Monthly", "Annual", "Debt", "Tax", "Workings"]
        assert len({sheet.colour for sheet in sheets}) == 1
        assert all(sheet.frozen[0] >= 4 and sheet.repeat_rows for sheet in sheets)


def test_coins_put_aside_stand_as_run():
    future = future_of(site(treasury={"coin_policy": "hold", "hold_share": 0.5}))
    book = assemble(future)
    aside = labelled(book, "1 Monthly", "coins put aside (as run)")
    np.testing.assert_allclose(aside[1:], future.walks[0].cashflow.lines["coins put aside"][0], atol=0.005)
    assert sheet_of(book, "2 Monthly") is not None
