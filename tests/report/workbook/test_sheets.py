import datetime as dt
import io
import sys

import pytest
from openpyxl import load_workbook

from wattmint.errors import FactsError, MissingExtraError
from wattmint.report.workbook.sheets import Book, Link, Look
from wattmint.report.workbook.terms import Term, term


def small() -> tuple[Book, Term]:
    book = Book()
    first, second = book.sheet("Inputs"), book.sheet("1 Months", 3)
    price = book.name("coin_price", first.put(0, 1, 50.0, "usd", "input"))
    first.watched.append((0, 1, "=$B$1<>50"))
    first.lists[1, 1] = ("a", "b")
    first.put(1, 1, Link("1 Months", "months"), "text", "link")
    second.title("Months", "a note")
    row = second.row("Coins", "USD", Look("usd", "held"), float, total=True)
    second.row("Worth", "USD", Look("usd", "total"), lambda c: row[c] * price, total=True)
    second.put(0, 5, dt.date(2026, 12, 1), "date")
    second.chart = (8, "Coins", [("all", row.all(), row.all())])
    return book, row.total


def test_a_file_holds_formulas_and_their_values():
    book, total = small()
    data = book.to_bytes("title", "1")
    assert data == small()[0].to_bytes("title", "1")
    formulas, values = (load_workbook(io.BytesIO(data), data_only=only) for only in (False, True))
    months = formulas["1 Months"]
    assert (months["C4"].value, months["F5"].value) == ("=SUM($D$4:$F$4)", "=F4*coin_price")
    assert (values["1 Months"]["C4"].value, values["1 Months"]["F5"].value, total.value) == (3, 100, 3.0)
    assert formulas.defined_names["coin_price"].attr_text == "'Inputs'!$B$1"
    assert months["F1"].value == dt.datetime.fromisoformat("2026-12-01")
    assert formulas["Inputs"].data_validations.dataValidation[0].formula1 == '"a,b"'


def test_far_columns_have_two_letters():
    sheet = Book().sheet("S")
    assert [sheet.address(0, column, "") for column in (0, 25, 26, 701, 702)] == ["'S'!A1", "'S'!Z1", "'S'!AA1", "'S'!ZZ1", "'S'!AAA1"]


@pytest.mark.parametrize("name", ["coin_price", "dscr", "A_1", "x-y"])
def test_names_that_are_taken_or_none_are_refused(name: str):
    book, _ = small()
    with pytest.raises(FactsError, match="is taken or no name"):
        book.name(name, term(1.0))


def test_a_cell_that_shows_an_error_is_refused():
    book, _ = small()
    book.sheets[0].put(5, 0, term(1.0) / 0.0)
    with pytest.raises(FactsError, match=r"'Inputs'!A6 is an error: =1/0"):
        book.to_bytes("", "")


def test_without_xlsxwriter_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingExtraError, match=r"wattmint\[xlsx\]"):
        small()[0].to_bytes("", "")
