import pytest
from tests.report.workbooks import future_of, site

from wattmint.report.workbook.inputs import DECIDES, EXACT, FLEET, SIZE, Inputs, first_machines_usd
from wattmint.report.workbook.sheets import Book


def filled(**tables: object) -> tuple[Book, Inputs]:
    book = Book()
    return book, Inputs(book, future_of(site(study={"start": "2026-12", "horizon_months": 30}, **tables)))


def test_every_input_has_unit_source_name_and_what_it_moves():
    book, inputs = filled()
    rows = {row for row, column in inputs.sheet.cells if column == 3 and row > 3 and inputs.sheet.cells[row, 3][1].role == "note"}
    assert len(rows) > 60
    effects = set()
    for row in rows:
        words = [inputs.sheet.cells[row, column][0] for column in range(8)]
        assert words[6] in book.names
        assert words[4], words
        effects.add(words[7])
        value = words[1].value if hasattr(words[1], "value") else words[1]
        assert value == words[3], "as run"
    assert {EXACT, FLEET, DECIDES, SIZE} <= effects


def test_values_are_those_of_the_run():
    _, inputs = filled()
    assert inputs["discount_rate"].value == 0.09
    assert inputs["equity_discount_rate"].value == 0.12
    assert inputs["equipment_rate"].value == inputs["debt_rate"].value == 0.08
    assert inputs["tax_rate_on_income"].value == pytest.approx(0.21 + 0.06 - 0.21 * 0.06)
    assert inputs["bonus_share"].value == "law"


def test_without_tax_and_debt_their_inputs_are_there_and_off():
    _, inputs = filled(tax=None, debt=None)
    assert (
        inputs["tax_rate_on_income"].value == inputs["gross_margin_tax_rate"].value == inputs["vat_rate"].value == inputs["debt_share"].value == 0.0
    )


def test_only_cases_that_something_feels_are_there():
    _, inputs = filled(builds=[{"name": "Host", "parts": [{"kind": "hosting"}]}])
    assert "coin_price_multiplier" not in inputs.cells
    assert "machine_price_multiplier" not in inputs.cells
    assert "lease_multiplier" in inputs.cells


def test_what_follows_from_a_part():
    _, inputs = filled()
    mining, hosting = inputs.parts[0]
    assert mining["works_usd"].value == pytest.approx(
        mining["site_capex_usd_per_mw"].value * mining["it_mw"].value * mining["works_cost_factor"].value
    )
    assert mining["machine_price_ratio"].value == 1.0
    assert "machines_usd" not in hosting.cells
    future = future_of(site(study={"start": "2026-12", "horizon_months": 30}))
    assert mining["machines_usd"].value == pytest.approx(first_machines_usd(future.walks[0].offers[0]))
