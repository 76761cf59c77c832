from dataclasses import replace

import pytest

from wattmint.report.verdict.financing import financing_lines_table, financing_table


def rows(table):
    return {row[0]: row[1:] for row in table.rows}


def test_without_tax_and_debt_there_is_no_table(verdict):
    assert financing_table(verdict) is None
    assert financing_lines_table(verdict.builds[0]) is None


def test_before_and_after_stand_side_by_side(owners_verdict):
    found = rows(financing_table(owners_verdict))
    first = owners_verdict.builds[0]
    assert len(found["Loans drawn"]) == len(owners_verdict.builds) - 1
    assert found["Debt service cover (DSCR), worst year"][0] == "1.31x (0.70x to 2.00x)"
    assert found["Some year's DSCR below 1 in"][0] == "21%"
    assert found["Limited by"][0] == "cover of the lender's case"
    assert found["Chance of loss after tax and debt"][0] == "33%"
    assert found["NPV before tax and debt, mean"][0] != found["NPV after tax and debt, mean"][0]
    assert first.npv_usd.mean * first.financed.npv_usd.mean > 0.0


def test_the_rate_of_the_owners_money_is_said(owners_verdict):
    assert financing_table(owners_verdict).caption.endswith("12% per year")


def test_tax_alone_speaks_of_no_debt(taxed_verdict):
    found = rows(financing_table(taxed_verdict))
    assert "NPV after tax, mean" in found
    assert not any("DSCR" in label or "Loans" in label or "without debt" in label for label in found)


def test_one_future_has_no_chances(median_verdict, owners_verdict):
    one = replace(owners_verdict, forecast="median")
    assert not any(label.startswith(("Chance", "Some year")) for label in rows(financing_table(one)))
    assert financing_table(median_verdict) is None


def test_lines_by_year_sum_to_their_total(owners_verdict):
    table = financing_lines_table(owners_verdict.builds[0])
    found = rows(table)
    assert found["income tax"][-1] == "-45"
    assert found["together"][-1] == "5"
    assert len(table.head) == 12


def test_a_build_without_lines_has_no_table(owners_verdict):
    build = owners_verdict.builds[0]
    assert financing_lines_table(replace(build, financed=replace(build.financed, lines_by_year_usd={}))) is None


@pytest.mark.parametrize("limited", [True, False])
def test_what_limits_the_loan_is_named(owners_verdict, limited):
    builds = tuple(
        b if b.financed is None else replace(b, financed=replace(b.financed, loan_cut_by_dscr=limited)) for b in owners_verdict.builds
    )
    cells = rows(financing_table(replace(owners_verdict, builds=builds)))["Limited by"]
    assert set(cells) == {"cover of the lender's case" if limited else "share of cost"}
