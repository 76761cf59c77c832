import math

import numpy as np
import pytest
from tests.report.workbooks import future_of, labelled, site

from wattmint.finance.equity_returns import mirr_by_path, multiple
from wattmint.finance.returns import capital_need, discounted_payback_months, npv, roi
from wattmint.report.workbook.book import assemble
from wattmint.report.workbook.returns import NEVER, NO_RATE, RATES


@pytest.fixture(scope="module")
def both():
    future = future_of(site(tax=None, debt=None))
    return future, assemble(future)


def test_returns_are_the_engines(both):
    future, book = both
    rate = 0.09
    for number, walk in enumerate(future.walks):
        net = walk.cashflow.net
        expected = {
            "MIRR per year": mirr_by_path(net, rate)[0],
            "Discounted payback": discounted_payback_months(net, rate)[0],
            "Given back per dollar put in (multiple)": multiple(net)[0],
            "Capital need: deepest point of the cumulated cash": capital_need(net)[0],
            "Return on it (ROI)": roi(net)[0],
        }
        for label, value in expected.items():
            found = labelled(book, "Returns", label)[number]
            assert (found == NEVER) if math.isnan(value) else found == pytest.approx(value, rel=1e-9), label


def test_the_profile_is_the_present_value_at_other_rates(both):
    future, book = both
    sheet = next(one for one in book.sheets if one.name == "Returns")
    asked = {content: row for (row, column), (content, look) in sheet.cells.items() if column == 0 and look.role == "input"}
    for rate in (0.0, 0.1, 0.3):
        found = [sheet.cells[asked[rate], 2 + number][0].value for number in range(2)]
        assert found == pytest.approx([npv(walk.cashflow.net, rate)[0] for walk in future.walks], rel=1e-9)


def test_money_that_never_comes_back_has_words_for_numbers():
    tables = site(tax=None, debt=None, builds=[{"name": "Rent", "parts": [{"kind": "rental", "accelerator": "b200-sxm", "salvage_share": 0.0}]}])
    tables["study"] = {"start": "2026-12", "horizon_months": 3}
    book = assemble(future_of(tables))
    assert labelled(book, "Returns", "Payback")[0] == NEVER
    assert labelled(book, "Returns", "IRR per year")[0] == NO_RATE
    assert list(RATES) == sorted(RATES)
    assert np.diff(RATES).min() > 0.0
