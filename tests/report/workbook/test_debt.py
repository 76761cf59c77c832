import numpy as np
import pytest
from tests.report.workbooks import future_of, labelled, site

from wattmint.report.workbook.book import assemble

TERMS = {
    "sculpted": {},
    "sculpted tightly": {"dscr": 2.5},
    "level": {"dscr": None},
    "outlives the horizon": {"dscr": None, "debt_term_months": 100},
    "machines": {"equipment_share": 0.7, "equipment_term_months": 12},
}


@pytest.mark.parametrize("name", TERMS)
def test_loans_are_sized_and_served_as_the_engine_does(name: str):
    tables = site(debt=TERMS[name])
    tables["debt"] = {key: value for key, value in tables["debt"].items() if value is not None}
    future = future_of(tables)
    book = assemble(future)
    for number, debt in enumerate(future.financing.debts):
        page = f"{number + 1} Debt"
        assert labelled(book, page, "Project loan agreed")[0] == pytest.approx(debt.project.commitment_usd, abs=0.005)
        assert labelled(book, page, "Share of outlays lent")[0] == pytest.approx(debt.project.share, abs=1e-12)
        assert labelled(book, page, "Fee")[0] == pytest.approx(debt.fee_usd, abs=0.005)
        assert labelled(book, page, "Limited by")[0] == ("cover of the lender's case" if debt.cut_by_cover else "share of cost")
        np.testing.assert_allclose(labelled(book, page, "Share of the loan repaid"), debt.project.repaid_share, atol=1e-9)
        assert labelled(book, page, "Owed")[-1] == pytest.approx(0.0, abs=0.005)
        assert labelled(book, page, "Last month of the loans")[0] == debt.ends


def test_without_a_loan_nothing_is_due():
    book = assemble(future_of(site(debt=None)))
    assert labelled(book, "1 Debt", "Debt service (without what is left at the end)")[0] == 0.0
    assert [labelled(book, "1 Debt", label)[0] for label in ("DSCR, worst year", "DSCR, mean", "LLCR")] == ["no debt"] * 3
