"""Sheets as data: cells with a term or a word, rows along time, named inputs; and one place where they become an xlsx file."""

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wattmint.errors import FactsError, MissingExtraError
from wattmint.report.workbook.terms import Range, Term, Value, sum_, term
from wattmint.units import MONTHS_PER_YEAR

if TYPE_CHECKING:
    import xlsxwriter

FIRST_COLUMN: Final = 3
"""Column in which time begins: label, unit and total stand before it."""

_BASE: Final[Mapping[str, Any]] = {"font_name": "Calibri", "font_size": 10, "valign": "vcenter"}
_NUMBERS: Final = {
    "usd": '[<=-0.5][Red]-#,##0;[>=0.5]#,##0;"–"',
    "cents": '[<=-0.005][Red]-#,##0.00;[>=0.005]#,##0.00;"–"',
    "number": "#,##0.00##;[Red]-#,##0.00##;0",
    "count": "#,##0",
    "small": '0.00000000;[Red]-0.00000000;"–"',
    "large": "0.00E+00;[Red]-0.00E+00",
    "share": "0.00##%;[Red]-0.00##%",
    "rate": "0.00%;[Red]-0.00%",
    "precise": "0.000000%;[Red]-0.000000%",
    "change": "+0%;-0%;0%",
    "plain": "0",
    "date": "mmm yyyy",
    "times": '0.00"×"',
    "months": "0.0",
    "check": "0.00;[Red]-0.00;0",
    "text": "General",
    "unit": "General",
}
_LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "": {},
    "input": {"font_color": "#1F3FBF", "bg_color": "#FFF8DC", "border": 1, "border_color": "#D9CFA8"},
    "held": {"font_color": "#1F3FBF"},
    "total": {"bold": True, "top": 1},
    "title": {"bold": True, "font_size": 16},
    "heading": {"bold": True, "bg_color": "#1F3B4D", "font_color": "#FFFFFF", "text_wrap": True},
    "section": {"bold": True, "font_color": "#1F3B4D", "bottom": 1},
    "note": {"italic": True, "font_color": "#555555"},
    "link": {"font_color": "#0B57A4", "underline": 1},
    "strong": {"bold": True, "bg_color": "#E4EEF3"},
}


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks: a number format and a role."""

    number: str = "usd"
    role: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A word that leads to a sheet of the same workbook."""

    sheet: str
    text: str


Content = Term | Value | dt.date | Link


class Sheet:
    """One sheet: cells by row and column, both from 0.

    Parameters
    ----------
    name : str
        At most 31 characters.
    times : int
        Columns of time, from `FIRST_COLUMN` on; 0 for a sheet without.
    colour : str
        Of its tab.
    """

    def __init__(self, name: str, times: int = 0, colour: str = "#1F3B4D") -> None:
        self.name, self.times, self.colour = name, times, colour
        self.cells: dict[tuple[int, int], tuple[Content, Look]] = {}
        self.next_row = 0
        self.widths: dict[int, float] = {0: 52.0, 1: 13.0, 2: 15.0}
        self.frozen = (0, 0)
        self.repeat_rows, self.page_columns, self.span = 0, 0, FIRST_COLUMN
        self.chart: tuple[int, str, list[tuple[str, Range, Range]]] | None = None
        self.lists: dict[tuple[int, int], tuple[str, ...]] = {}
        self.watched: list[tuple[int, int, str]] = []

    def put(self, row: int, column: int, content: Content, number: str = "usd", role: str = "") -> Term:
        """Fill a cell and return the term that refers to it.

        Parameters
        ----------
        row, column : int
            From 0.
        content : Term, number, str, date or Link
            A term becomes a formula.
        number, role : str
            Its `Look`.

        Returns
        -------
        Term
            A reference, absolute.
        """
        # Words beside numbers stand off them a little.
        self.cells[row, column] = (content, Look("unit" if number == "text" and column else number, role))
        value = content.value if isinstance(content, Term) else content
        return Term(self.address(row, column), value if isinstance(value, float | int | str) else 0.0)

    def address(self, row: int, column: int, absolute: str = "$") -> str:
        """Return a cell's address with the sheet's name."""
        return f"'{self.name}'!{_column(column, absolute)}{absolute}{row + 1}"

    def title(self, text: str, note: str) -> None:
        """Put a title and a line below it at the top."""
        self.put(0, 0, text, "text", "title")
        self.put(1, 0, note, "text", "note")
        self.next_row = 3

    def section(self, text: str, unit: str = "") -> None:
        """Begin a block of rows."""
        self.next_row += 1
        for column in range(FIRST_COLUMN + self.times if self.times else self.span):
            self.put(self.next_row, column, text if column == 0 else unit if column == 1 else "", "text", "section")
        self.next_row += 1

    def scalar(self, label: str, unit: str, number: str, content: Term | Value, role: str = "") -> Term:
        """Add a row of one number, which stands where other rows have their sum; return the reference to it."""
        at = self.next_row
        self.next_row += 1
        self.put(at, 0, label, "text")
        self.put(at, 1, unit, "text")
        return self.put(at, 2, content, number, role)

    def row(self, label: str, unit: str, look: Look, fill: Callable[[int], Term | Value] | None = None, *, total: bool = False) -> "Row":
        """Add a row along time.

        Parameters
        ----------
        label, unit : str
            Before it.
        look : Look
            Of its cells.
        fill : callable, optional
            From the column of time to what stands there; left out, the caller fills the row.
        total : bool
            Whether its sum stands before it.

        Returns
        -------
        Row
        """
        at = self.next_row
        self.next_row += 1
        bold = look.role if look.role in ("total", "strong") else ""
        self.put(at, 0, label, "text", bold)
        self.put(at, 1, unit, "text", bold)
        row = Row(self, at, look)
        if fill is not None:
            for c in range(self.times):
                row[c] = fill(c)
        if total:
            self.put(at, 2, sum_(row.all()), look.number, bold)
        elif bold:
            self.put(at, 2, "", "text", bold)
        return row


@dataclass(slots=True)
class Row:
    """A row along time: `row[c]` refers to a cell, ``row[c] = term`` fills it."""

    sheet: Sheet
    at: int
    look: Look
    values: dict[int, Value] = field(default_factory=dict)

    def __getitem__(self, c: int) -> Term:
        return Term(self.sheet.address(self.at, FIRST_COLUMN + c, ""), self.values[c])

    def __setitem__(self, c: int, content: Term | Value) -> None:
        self.sheet.put(self.at, FIRST_COLUMN + c, content, self.look.number, self.look.role)
        self.values[c] = content.value if isinstance(content, Term) else content

    def part(self, first: int, last: int) -> Range:
        """Return the cells from one column of time to another, both included."""
        start = self.sheet.address(self.at, FIRST_COLUMN + first)
        end = self.sheet.address(self.at, FIRST_COLUMN + last).partition("!")[2]
        return Range(f"{start}:{end}", tuple(self.values[c] for c in range(first, last + 1)))

    def all(self) -> Range:
        """Return all cells."""
        return self.part(0, self.sheet.times - 1)

    @property
    def total(self) -> Term:
        """Its sum as a reference to the cell before it."""
        content = self.sheet.cells[self.at, 2][0]
        return Term(self.sheet.address(self.at, 2), term(content).value if isinstance(content, Term) else math.nan)


@dataclass(slots=True)
class Book:
    """A workbook: sheets in order, and names of input cells."""

    sheets: list[Sheet] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def name(self, name: str, cell: Term) -> Term:
        """Give a cell a name and return the term that uses it."""
        if name in self.names or not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name):
            raise FactsError(f"workbook: the name {name!r} is taken or no name")
        self.names[name] = cell.text
        return Term(name, cell.value)

    def sheet(self, name: str, times: int = 0, colour: str = "#1F3B4D") -> Sheet:
        """Add a sheet at the end."""
        made = Sheet(name, times, colour)
        self.sheets.append(made)
        return made

    def to_bytes(self, title: str, version: str) -> bytes:
        """Return the xlsx file.

        Parameters
        ----------
        title, version : str
            For the file's properties.

        Returns
        -------
        bytes
            The same workbook gives the same bytes.

        Raises
        ------
        MissingExtraError
            XlsxWriter is not installed.
        """
        try:
            import xlsxwriter  # noqa: PLC0415 - an optional dependency
        except ModuleNotFoundError as error:
            raise MissingExtraError("workbook", "XlsxWriter", "xlsx") from error
        memory = io.BytesIO()
        book = xlsxwriter.Workbook(memory, {"in_memory": True})
        # A fixed date: the same numbers give the same bytes.
        book.set_properties({"title": title, "comments": f"wattmint {version}", "created": dt.datetime.fromisoformat("2000-01-01")})
        book.set_calc_mode("auto")
        formats: dict[Look, Any] = {}
        pages = {sheet.name: book.add_worksheet(sheet.name) for sheet in self.sheets}
        for name, address in self.names.items():
            book.define_name(name, f"={address}")
        for sheet in self.sheets:
            _write(book, pages[sheet.name], sheet, formats)
        book.close()
        return memory.getvalue()


def _column(number: int, absolute: str) -> str:
    letters, rest = "", number + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{absolute}{letters}"


def _write(book: "xlsxwriter.Workbook", page: Any, sheet: Sheet, formats: dict[Look, Any]) -> None:
    for (row, column), (content, look) in sheet.cells.items():
        if look not in formats:
            place = {"text": {}, "unit": {"indent": 1}}.get(look.number, {"align": "right"})
            formats[look] = book.add_format({**_BASE, **place, "num_format": _NUMBERS[look.number], **_LOOKS[look.role]})
        style = formats[look]
        if isinstance(content, Term):
            if isinstance(content.value, float) and not math.isfinite(content.value):
                raise FactsError(f"workbook: {sheet.address(row, column, '')} is an error: ={content.text}")
            page.write_formula(row, column, "=" + content.text.replace(f"'{sheet.name}'!", ""), style, content.value)
        elif isinstance(content, Link):
            page.write_url(row, column, f"internal:'{content.sheet}'!A1", style, content.text)
        elif isinstance(content, dt.date):
            page.write_datetime(row, column, dt.datetime.fromisoformat(content.isoformat()), style)
        elif isinstance(content, str):
            page.write_string(row, column, content, style) if content else page.write_blank(row, column, None, style)
        else:
            page.write_number(row, column, content, style)
    _arrange(book, page, sheet)


def _draw(book: "xlsxwriter.Workbook", page: Any, sheet: Sheet) -> None:
    """Draw lines over time."""
    if sheet.chart is None:
        return
    row, title, lines = sheet.chart
    chart = book.add_chart({"type": "line"})
    for name, times, values in lines:
        chart.add_series({"name": name, "categories": f"={times.text}", "values": f"={values.text}", "line": {"width": 1.75}})
    chart.set_title({"name": title, "name_font": {"size": 11}})
    chart.set_x_axis({"name": "months since the decision", "interval_unit": MONTHS_PER_YEAR, "label_position": "low"})
    chart.set_y_axis({"num_format": '#,##0,,"M"', "name": "USD"})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 360})
    page.insert_chart(row, 1, chart)


def _arrange(book: "xlsxwriter.Workbook", page: Any, sheet: Sheet) -> None:
    """Widths, frozen panes, drop-down lists, marks and print setup."""
    if sheet.times:
        page.set_column(FIRST_COLUMN, FIRST_COLUMN + sheet.times - 1, 12.5)
    for column, width in sheet.widths.items():
        page.set_column(column, column, width)
    for (row, column), allowed in sheet.lists.items():
        page.data_validation(row, column, row, column, {"validate": "list", "source": list(allowed)})
    for row, column, rule in sheet.watched:
        page.conditional_format(row, column, row, column, {"type": "formula", "criteria": rule, "format": book.add_format({"bg_color": "#F7B267"})})
    page.freeze_panes(*sheet.frozen)
    page.set_tab_color(sheet.colour)
    page.hide_gridlines(2)
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_footer("&L&8&A&C&8wattmint&R&8&P / &N")
    page.set_landscape()
    if sheet.chart is not None:
        _draw(book, page, sheet)
    if sheet.repeat_rows:
        page.repeat_rows(0, sheet.repeat_rows - 1)
    if sheet.page_columns and sheet.times > sheet.page_columns:
        page.repeat_columns(0, 1)
        page.set_v_pagebreaks([FIRST_COLUMN + start for start in range(sheet.page_columns, sheet.times, sheet.page_columns)])
        page.fit_to_pages(math.ceil(sheet.times / sheet.page_columns), 1)
    else:
        page.fit_to_pages(1, 0)
