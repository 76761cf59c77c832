"""The sheet of the market, and the calendar that every monthly sheet carries at its head."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from wattmint.finance.depreciation import TaxYears
from wattmint.finance.tax_terms import tax_years
from wattmint.report.workbook.sheets import FIRST_COLUMN, Book, Look, Row, Sheet
from wattmint.study.one_future import OneFuture
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

SHEET: Final = "Market"
MONTHS_A_PAGE: Final = 2 * MONTHS_PER_YEAR


@dataclass(frozen=True, slots=True)
class Calendar:
    """Rows at the head of a monthly sheet.

    Attributes
    ----------
    number : Row
        Months since the decision.
    year : Row
        Year of the horizon; the decision counts to the first.
    tax_year : Row
        Calendar year.
    service_year : Row
        Calendar year in which what a column pays enters service.
    """

    number: Row
    year: Row
    tax_year: Row
    service_year: Row


@dataclass(frozen=True, slots=True)
class Market:
    """Rows of the sheet that others use."""

    hours: Row
    coin_usd: Row
    difficulty: Row
    subsidy_btc: Row
    fees_btc: Row
    rental_factor: Row


def calendar(sheet: Sheet, future: OneFuture, title: str, note: str) -> Calendar:
    """Put title and calendar at the head of a monthly sheet.

    Parameters
    ----------
    sheet : Sheet
        With a column of time per month, and one for the decision.
    future : OneFuture
        Gives start and horizon.
    title, note : str
        Above the calendar.

    Returns
    -------
    Calendar
        The sheet stands frozen below it.
    """
    sheet.title(title, note)
    study = future.prepared.scenario.study
    years = tax_years(study)
    sheet.next_row = 3
    for column, word in enumerate(("USD unless another unit stands here", "Unit", "Total")):
        sheet.put(3, column, word, "plain" if column == 2 else "text", "heading")
    for c in range(sheet.times):
        sheet.put(3, FIRST_COLUMN + c, _first_day(years, c) if c else "decision", "date" if c else "plain", "heading")
    sheet.next_row = 4
    plain = Look("plain", "note")
    number = sheet.row("Months since the decision", "months", plain, float)
    year = sheet.row("Year of the horizon", "", plain, lambda c: float(max(c - 1, 0) // MONTHS_PER_YEAR + 1))
    of_column, of_service = years.of_column + study_year(years), years.of_service + study_year(years)
    tax_year = sheet.row("Tax year", "", plain, lambda c: float(of_column[c]))
    service = sheet.row("Tax year in which what is paid now enters service", "", plain, lambda c: float(of_service[c]))
    sheet.frozen, sheet.repeat_rows, sheet.page_columns = (4, FIRST_COLUMN), 4, MONTHS_A_PAGE
    return Calendar(number, year, tax_year, service)


def study_year(years: TaxYears) -> int:
    """Return the calendar year in which the horizon begins."""
    return years.start.year


def market_sheet(book: Book, future: OneFuture) -> Market:
    """Add the sheet of the market path.

    Parameters
    ----------
    book : Book
        Gets the sheet.
    future : OneFuture
        Its World.

    Returns
    -------
    Market
        Month m stands in column m + 1.
    """
    world = future.world
    sheet = book.sheet(SHEET, world.months + 1)
    note = "The deterministic future: no shock, the coin on its median, every calendar month its history's median one. Inputs of other sheets."
    calendar(sheet, future, "Market by month", note)
    sheet.section("Prices and network")

    def row(label: str, unit: str, values: FloatArray, number: str = "number") -> Row:
        monthly = values.reshape(-1)
        return sheet.row(label, unit, Look(number, "held"), lambda c: float(monthly[c - 1]) if c else 0.0)

    hours = row("Hours of the month", "h", world.hours, "count")
    coin = row("Bitcoin price", "USD/BTC", world.btc_usd, "count")
    row("Network hashrate", "EH/s", world.network_hashrate_ehs, "count")
    difficulty = row("Difficulty", "", world.difficulty, "count")
    subsidy = row("Block subsidy", "BTC/block", world.subsidy_btc, "small")
    fees = row("Transaction fees", "BTC/block", world.fees_btc_per_block, "small")
    rental = row("GPU rental of new accelerators over the start's", "×", world.gpu_rental_factor, "small")
    row("Power price over that of the historical month", "×", world.power_level, "small")
    labels = [world.library.labels[int(m)] for m in world.history_month.reshape(-1)]
    sheet.row("Historical month lived through", "", Look("text", "held"), lambda c: labels[c - 1] if c else "")
    return Market(hours, coin, difficulty, subsidy, fees, rental)


def _first_day(years: TaxYears, column: int) -> dt.date:
    month = years.start.month - 2 + column
    return dt.date(years.start.year + month // MONTHS_PER_YEAR, month % MONTHS_PER_YEAR + 1, 1)
