import numpy as np
import pytest
from tests.report.workbooks import future_of, labelled, site

from wattmint.finance.depreciation import Depreciation, deductions
from wattmint.report.workbook.book import assemble
from wattmint.report.workbook.sheets import Book
from wattmint.report.workbook.tax import TaxTables, building_key
from wattmint.report.workbook.terms import term

RULES = {
    "macrs, bonus by law": ({}, Depreciation("macrs", 15), Depreciation("macrs", 5)),
    "macrs, no bonus": ({"bonus_share": 0.0, "machine_recovery_years": 3}, Depreciation("macrs", 15, 0.0), Depreciation("macrs", 3, 0.0)),
    "buildings": ({"works_recovery_years": 39}, Depreciation("macrs", 39), Depreciation("macrs", 5)),
    "straight line": (
        {"depreciation_schedule": "straight-line", "works_recovery_years": 2, "machine_recovery_years": 1, "bonus_share": 0.1},
        Depreciation("straight-line", 2, 0.1),
        Depreciation("straight-line", 1, 0.1),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_what_a_dollar_deducts_is_the_engines_table(name: str):
    given, works, machines = RULES[name]
    future = future_of(site(tax=given))
    book, years, walk = assemble(future), future.financing.years, future.walks[1]
    serves = walk.build.plans[0].construction_months
    first, month = int(years.of_service[serves]), years.calendar_month(serves)
    np.testing.assert_allclose(labelled(book, "2 Tax", "Works: deducted per dollar"), deductions(works, years, month, years.start)[first], atol=1e-12)
    basis = np.array(labelled(book, "2 Tax", "Machines: cost of what enters service")[1:])
    total, *ours = labelled(book, "2 Tax", "Machines: depreciation")
    np.testing.assert_allclose(ours, basis @ deductions(machines, years, month), atol=0.005)
    assert total == pytest.approx(basis.sum(), abs=0.005)


def test_tables_refuse_what_they_do_not_have():
    tables = TaxTables(Book(), future_of(site()))
    assert tables.share(term("macrs"), term(5.0), term(5.0), term(1.0)).value == pytest.approx(0.32)
    assert tables.share(term("macrs"), term(39.0), term(building_key(6)), term(0.0)).value == pytest.approx(0.01391)
    assert tables.share(term("straight-line"), term(4.0), term(4.0), term(4.0)).value == 0.125
    assert np.isnan(tables.share(term("macrs"), term(6.0), term(6.0), term(0.0)).value)


@pytest.mark.parametrize(
    "tables", [{}, {"losses": "used"}, {"interest_limit_share": 0.05}, {"interest_limit_share": 0.05, "depreciation_schedule": "macrs"}]
)
def test_losses_and_taxes_are_the_engines(tables: dict[str, object]):
    future = future_of(site(tax=tables))
    book = assemble(future)
    for number, after in enumerate(future.after, start=1):
        tax = labelled(book, "Returns", "Income tax paid")[number - 1]
        assert tax == pytest.approx(-after.lines["income tax"].sum(), abs=0.005)
        assert labelled(book, "Returns", "Losses never used")[number - 1] == pytest.approx(after.losses_carried[0], abs=0.005)
