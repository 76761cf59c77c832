"""One build's sheets: months, debt, tax and years, woven together; every number below the run's inputs is a formula."""

from dataclasses import dataclass
from typing import Final

from wattmint.finance.after_tax import DRAWN, FEE, INCOME_TAX, INTEREST, MARGIN_TAX, PROPERTY_TAX, REPAID, RESERVE, VAT
from wattmint.finance.cashflow import POWER_LINES, SALVAGE, WORKING_CAPITAL
from wattmint.report.workbook.debt import Cover, Loans, Outlays
from wattmint.report.workbook.inputs import MACHINES, Inputs
from wattmint.report.workbook.market import Calendar, Market, calendar
from wattmint.report.workbook.part import PartBlock, PartRows
from wattmint.report.workbook.sheets import FIRST_COLUMN, Book, Look, Row, Sheet
from wattmint.report.workbook.tax import Charged, MonthRows, PartOutlays, TaxSheet, TaxTables
from wattmint.report.workbook.terms import Range, Term, if_, sum_, sum_ifs
from wattmint.study.financing import full_service
from wattmint.study.one_future import OneFuture
from wattmint.types import FloatArray
from wattmint.units import MONTHS_PER_YEAR

COLOURS: Final = ("#2A7F9E", "#C8553D", "#6A994E", "#8E6C8A", "#B08900", "#4F5D75")
_USD, _TOTAL, _STRONG = Look("usd"), Look("usd", "total"), Look("usd", "strong")


@dataclass(frozen=True, slots=True)
class BuildSheets:
    """What other sheets need of a build.

    Attributes
    ----------
    number : int
        From 1.
    name : str
        Of the build.
    months : Sheet
        Its months.
    workings : Sheet
        Rows that returns are read from.
    days : Calendar
        The months' calendar.
    parts : tuple of PartRows
        Its parts' lines.
    treasury : dict of str to Row
        Lines of coins that are not sold at once.
    flows : dict of str to Row
        Net cash by month: ``before``, ``after tax`` and ``owner``.
    added : dict of str to Row
        Lines that tax and debt add.
    tax, loans : TaxSheet, Loans
        Those sheets.
    charged : Charged
        Income tax with debt.
    cover : Cover
        Ratios.
    annual : dict of str to Row
        Rows of the sheet of years that checks look at.
    """

    number: int
    name: str
    months: Sheet
    workings: Sheet
    days: Calendar
    parts: tuple[PartRows, ...]
    treasury: dict[str, Row]
    flows: dict[str, Row]
    added: dict[str, Row]
    tax: TaxSheet
    loans: Loans
    charged: Charged
    cover: Cover
    annual: dict[str, Row]


class _Months:
    """The sheet of months while it is filled."""

    def __init__(self, book: Book, inputs: Inputs, market: Market, future: OneFuture, number: int) -> None:
        self.future, self.number, self.inputs = future, number, inputs
        self.walk = future.walks[number - 1]
        self.colour = COLOURS[(number - 1) % len(COLOURS)]
        self.last = future.world.months
        self.sheet = book.sheet(f"{number} Monthly", self.last + 1, self.colour)
        note = "USD, money in positive. Blue rows are the run's, all others formulas. First the day of decision, then the months' ends."
        self.days = calendar(self.sheet, future, f"{self.walk.build.name}: cash flow by month", note)
        parts = range(len(self.walk.build.plans))
        self.parts = tuple(PartBlock(self.sheet, inputs, market, future, (number - 1, part)).fill() for part in parts)
        self._before()

    def every(self, names: tuple[str, ...]) -> list[Row]:
        """Return the rows of these lines in all parts."""
        return [part.lines[name] for part in self.parts for name in names if name in part.lines]

    def added(self, label: str, names: tuple[str, ...], look: Look = _USD, sign: int = 1) -> Row:
        """Add a row that sums lines of all parts."""
        rows = self.every(names)

        def fill(c: int) -> Term | float:
            total = sum_(*(row[c] for row in rows)) if rows else Term("0", 0.0)
            return total if sign > 0 else -total

        return self.sheet.row(label, "USD", look, fill, total=True)

    def _before(self) -> None:
        sheet = self.sheet
        sheet.section("Build before tax and debt")
        self.revenue = self.added("Revenue", tuple(dict.fromkeys(name for part in self.parts for name in part.paid)))
        self.power = self.added("Power, net of what tenants reimburse", POWER_LINES)
        self.works = self.added("Paid for works", tuple(dict.fromkeys(part.works for part in self.parts)), sign=-1)
        self.machines = self.added("Paid for machines", (*MACHINES, "replacement"), sign=-1)
        self.salvage = self.added("Salvage and old machines sold", (SALVAGE,))
        self.working_capital = self.added("Working capital", (WORKING_CAPITAL,))
        self.treasury = self._treasury()
        every = [part.net for part in self.parts if part.net is not None] + list(self.treasury.values())
        self.net = sheet.row("Net before tax and debt", "USD", _STRONG, lambda c: sum_(*(row[c] for row in every)), total=True)

        def cash(c: int) -> Term:
            return self.net[c] - self.salvage[c] + self.works[c] + self.machines[c]

        self.cash = sheet.row("Cash before outlays", "USD", _TOTAL, cash, total=True)

    def _treasury(self) -> dict[str, Row]:
        """Lines of coins that are not sold at once stand as the run gave them; so does what of them is no income."""
        known, made = {name for part in self.parts for name in part.lines}, {}
        for name, usd in self.walk.cashflow.lines.items():
            if name not in known:
                made[name] = self._as_run(f"{name} (as run)", usd)
        if made and self.walk.coins is not None:
            capital = self.working_capital
            own = self._as_run("of these: bought or given back, no income (as run)", self.walk.coins.no_income)
            self.working_capital = self.sheet.row("No income: working capital and coins", "USD", _USD, lambda c: capital[c] + own[c], total=True)
        return made

    def _paid(self, label: str, lines: list[Row]) -> Row:
        return self.sheet.row(label, "USD", _USD, lambda c: -sum_(*(row[c] for row in lines)) if lines else 0.0, total=True)

    def _as_run(self, label: str, usd: FloatArray) -> Row:
        return self.sheet.row(label, "USD", Look("usd", "held"), lambda c: float(usd[0, c]), total=True)

    def outlays_of(self, tax: list[PartOutlays]) -> None:
        """Rows of each part's outlays, positive, for depreciation."""
        for part, plan in zip(self.parts, self.walk.build.plans, strict=True):
            works, bought = part.lines[part.works], [part.lines[name] for name in (*MACHINES, "replacement") if name in part.lines]
            single = len(self.parts) == 1
            paid = self.works if single else self._paid(f"Works: {plan.label}", [works])
            machines = self.machines if single else self._paid(f"Machines: {plan.label}", bought)
            tax.append(PartOutlays(plan.label, paid, machines, min(plan.first_month, self.last), plan.stay.end(self.last)))


def build_sheets(book: Book, inputs: Inputs, market: Market, tables: TaxTables, future: OneFuture, number: int) -> BuildSheets:
    """Add a build's sheets.

    Parameters
    ----------
    book : Book
        Gets them.
    inputs : Inputs
        The workbook's.
    market : Market
        Rows of the market.
    tables : TaxTables
        Of depreciation.
    future : OneFuture
        The run.
    number : int
        Of the build, from 1.

    Returns
    -------
    BuildSheets
    """
    months = _Months(book, inputs, market, future, number)
    years = -(-months.last // MONTHS_PER_YEAR)
    annual = book.sheet(f"{number} Annual", years, months.colour)
    debt = book.sheet(f"{number} Debt", months.last + 1, months.colour)
    taxes = book.sheet(f"{number} Tax", tables.years.count, months.colour)
    workings = book.sheet(f"{number} Workings", months.last + 1, months.colour)
    name = months.walk.build.name
    taxes.title(f"{name}: tax by calendar year", "What is not yet deducted when everything is sold is deducted then.")
    days = calendar(debt, future, f"{name}: debt", "Terms stand on the sheet Inputs. Months' ends, as on the sheet of months.")
    calendar(workings, future, f"{name}: workings of returns", "Flows cumulated and discounted, and where the present value changes its sign.")
    parts: list[PartOutlays] = []
    months.outlays_of(parts)
    rows = MonthRows(months.days.tax_year, months.days.service_year, months.revenue, months.power, months.salvage, months.working_capital)
    tax = TaxSheet(taxes, inputs, tables, rows, parts)
    added = _levies(months, tax)
    cash = months.sheet.row(
        "Cash before outlays, after these", "USD", _TOTAL,
        lambda c: months.cash[c] + added[PROPERTY_TAX][c] + added[MARGIN_TAX][c], total=True,
    )  # fmt: skip
    tax.income(cash)
    plain = tax.charge("Income tax without debt")
    alone = _by_month(months, tax, "Income tax without debt", plain.tax, -1)
    levies = (PROPERTY_TAX, MARGIN_TAX, VAT)
    unlevered = months.sheet.row(
        "Net after tax, without debt", "USD", _STRONG, lambda c: months.net[c] + sum_(*(added[n][c] for n in levies)) + alone[c], total=True
    )
    starts = full_service(months.walk.build, future.prepared.scenario)
    loans = Loans(debt, days, inputs, Outlays(months.works, months.machines, months.cash), starts)
    built = [number for number, part in enumerate(parts) if float(part.works.total.number)] or range(len(parts))
    last_works = max(built, key=lambda p: int(tables.years.of_service[parts[p].serves]))
    rolled = loans.sheet.scalar("Interest added to the loan, all", "USD", "usd", sum_(loans.rolled.all()))
    charged = tax.charge("Income tax with debt", loans.interest, loans.fee_deducted, (rolled, last_works))
    owner, cover = _with_debt(months, tax, loans, charged, added, cash)
    flows = {"before": months.net, "after tax": unlevered, "owner": owner}
    kept = _annual(annual, months, flows, added)
    return BuildSheets(
        number, name, months.sheet, workings, months.days, months.parts, months.treasury, flows, added, tax, loans, charged, cover, kept
    )


def _by_month(months: _Months, tax: TaxSheet, label: str, yearly: Row, sign: int) -> Row:
    """Add a year's tax in equal parts of its months."""
    of_column = tax.years.of_column

    def part(c: int) -> Term | float:
        v = int(of_column[c])
        share = yearly[v] / tax.length[v]
        return 0.0 if c == 0 else (-share if sign < 0 else share)

    return months.sheet.row(label, "USD", _USD, part, total=True)


def _levies(months: _Months, tax: TaxSheet) -> dict[str, Row]:
    sheet, inputs, number, last = months.sheet, months.inputs, months.days.number, months.last
    sheet.section("Tax")
    added = {PROPERTY_TAX: _by_month(months, tax, "Property tax", tax.property_tax, -1)}
    added[MARGIN_TAX] = _by_month(months, tax, "Tax on gross margin", tax.margin_tax, -1)
    outlay = sheet.row("Paid for works and machines", "USD", Look("usd", "note"), lambda c: months.works[c] + months.machines[c], total=True)

    def vat(c: int) -> Term:
        wait = inputs["vat_refund_months"]
        due = (number.all(), ">=", number[c] - wait) if c == last else (number.all(), "", number[c] - wait)
        return inputs["vat_rate"] * (sum_ifs(outlay.all(), due) - outlay[c])

    added[VAT] = sheet.row("Value-added tax paid and refunded", "USD", _USD, vat, total=True)
    return added


def _with_debt(months: _Months, tax: TaxSheet, loans: Loans, charged: Charged, added: dict[str, Row], cash: Row) -> tuple[Row, Cover]:
    sheet = months.sheet
    sheet.section("Debt, and the owner's money")
    added[INCOME_TAX] = _by_month(months, tax, "Income tax with debt", charged.tax, -1)
    after = sheet.row("Cash for debt service", "USD", _TOTAL, lambda c: cash[c] + added[INCOME_TAX][c], total=True)
    reserve, cover = loans.reserve_and_cover(after)
    added[DRAWN] = sheet.row("Loans drawn", "USD", _USD, lambda c: loans.drawn[c] * 1.0, total=True)
    added[INTEREST] = sheet.row("Interest", "USD", _USD, lambda c: -loans.interest[c], total=True)
    added[REPAID] = sheet.row("Repaid", "USD", _USD, lambda c: -loans.repaid[c], total=True)
    added[FEE] = sheet.row("Fee", "USD", _USD, lambda c: 0.0 if c else -loans.fee, total=True)
    added[RESERVE] = sheet.row("Reserve", "USD", _USD, lambda c: reserve[c] * 1.0, total=True)
    names = (PROPERTY_TAX, MARGIN_TAX, VAT, INCOME_TAX, DRAWN, INTEREST, REPAID, FEE, RESERVE)

    def left(c: int) -> Term:
        return months.net[c] + sum_(*(added[name][c] for name in names))

    return sheet.row("Owner's cash after tax and debt", "USD", _STRONG, left, total=True), cover


def _annual(sheet: Sheet, months: _Months, flows: dict[str, Row], added: dict[str, Row]) -> dict[str, Row]:
    """Every line by year of the horizon, lines of the same name added."""
    sheet.title(f"{months.walk.build.name}: cash flow by year of the horizon", "USD; the day of decision counts to the first year.")
    for column, word in enumerate(("USD", "Unit", "Total")):
        sheet.put(3, column, word, "plain" if column == 2 else "text", "heading")
    for y in range(sheet.times):
        sheet.put(3, FIRST_COLUMN + y, f"Year {y + 1}", "plain", "heading")
    sheet.frozen, sheet.repeat_rows, sheet.next_row = (4, FIRST_COLUMN), 4, 4
    number = sheet.row("Year", "", Look("plain", "note"), lambda y: float(y + 1))
    of_year = months.days.year.all()

    def yearly(label: str, rows: list[Row], look: Look = _USD) -> Row:
        def fill(y: int) -> Term:
            terms = [sum_ifs(row.all(), (of_year, "", number[y])) for row in rows]
            return sum(terms[1:], terms[0])

        return sheet.row(label, "USD", look, fill, total=True)

    sheet.section("Before tax and debt")
    lines = [yearly(name, months.every((name,))) for name in dict.fromkeys(name for part in months.parts for name in part.lines)]
    lines += [yearly(name, [row]) for name, row in months.treasury.items()]
    kept = {"before": sheet.row("Net before tax and debt", "USD", _STRONG, lambda y: sum_(*(row[y] for row in lines)), total=True)}
    sheet.section("Tax and debt")
    more = [yearly(name, [row]) for name, row in added.items()]

    def left(y: int) -> Term:
        return kept["before"][y] + sum_(*(row[y] for row in more))

    kept["owner"] = sheet.row("Owner's cash after tax and debt", "USD", _STRONG, left, total=True)
    sheet.section("For comparison")
    kept["after tax"] = yearly("Net after tax, without debt", [flows["after tax"]])
    running: list[Row] = [sheet.row("Owner's cash, cumulated", "USD", _USD)]
    for y in range(sheet.times):
        running[0][y] = running[0][y - 1] + kept["owner"][y] if y else kept["owner"][y] * 1.0
    sheet.row("Margin of cash before outlays over revenue", "share", Look("share"), lambda y: _margin(months, number[y], of_year))
    return kept


def _margin(months: _Months, year: Term, of_year: Range) -> Term:
    revenue = sum_ifs(months.revenue.all(), (of_year, "", year))
    return if_(revenue > 0.0, sum_ifs(months.cash.all(), (of_year, "", year)) / revenue, 0.0)
