"""The workbook of a site: inputs, monthly and annual cash flow, debt, tax, returns, sensitivity and checks, with live formulas.

It shows the deterministic future, in which every number can be followed; the chances are in the report. XlsxWriter writes it, an optional
dependency (extra ``xlsx``).
"""

from wattmint.finance.after_tax import DRAWN, INCOME_TAX, RESERVE, VAT
from wattmint.finance.cashflow import WORKING_CAPITAL
from wattmint.provenance import MarketValue, UsedInput
from wattmint.report.workbook.build import BuildSheets, build_sheets
from wattmint.report.workbook.inputs import SHEET as INPUTS
from wattmint.report.workbook.inputs import Inputs
from wattmint.report.workbook.market import SHEET as MARKET
from wattmint.report.workbook.market import market_sheet
from wattmint.report.workbook.returns import CENT, TITLES, Returns
from wattmint.report.workbook.returns import SHEET as RETURNS
from wattmint.report.workbook.sensitivity import SHEET as SENSITIVITY
from wattmint.report.workbook.sensitivity import Sensitivity
from wattmint.report.workbook.sheets import Book, Link, Sheet
from wattmint.report.workbook.tax import TABLES, TaxTables
from wattmint.report.workbook.terms import Range, Term, absolute, if_, max_, pick, position, sum_
from wattmint.study.one_future import OneFuture
from wattmint.types import ZERO_LINE
from wattmint.version import VERSION

SUMMARY, CHECKS, NUMBERS = "Summary", "Checks", "Numbers used"


def workbook(future: OneFuture) -> bytes:
    """Return the workbook of a site as the bytes of an xlsx file.

    Parameters
    ----------
    future : OneFuture
        From `study.one_future`.

    Returns
    -------
    bytes
        The same future gives the same bytes.

    Raises
    ------
    OutputError
        XlsxWriter is not installed.
    """
    return assemble(future).to_bytes(f"{future.prepared.scenario.name}: cash flow", VERSION)


def assemble(future: OneFuture) -> Book:
    """Return the workbook's sheets with every formula and its value.

    Parameters
    ----------
    future : OneFuture
        From `study.one_future`.

    Returns
    -------
    Book
        Sheets in the order in which they are read.
    """
    book = Book()
    front = book.sheet(SUMMARY)
    inputs = Inputs(book, future)
    market = market_sheet(book, future)
    tables = TaxTables(book, future)
    builds = [build_sheets(book, inputs, market, tables, future, number) for number in range(1, len(future.walks) + 1)]
    returns = Returns(book, inputs, builds)
    Sensitivity(book, inputs, builds, returns)
    wrong = _checks(book, builds, returns)
    _numbers(book, future)
    first, last = (SUMMARY, INPUTS, RETURNS, SENSITIVITY, CHECKS, MARKET), (TABLES, NUMBERS)
    book.sheets.sort(key=lambda one: first.index(one.name) if one.name in first else len(first) + (one.name in last))
    _summary(front, book, future, builds, returns, wrong)
    return book


def _summary(sheet: Sheet, book: Book, future: OneFuture, builds: list[BuildSheets], returns: Returns, wrong: Term) -> None:
    scenario, study = future.prepared.scenario, future.prepared.scenario.study
    sheet.title(scenario.name, f"{scenario.site.power_mw:g} MW from {study.start}, {study.horizon_months} months · wattmint {VERSION}")
    sheet.widths = {0: 42.0, **dict.fromkeys(range(1, 8), 27.0)}
    words = (
        "Build",
        "NPV before tax, USD",
        "IRR before tax",
        "Owner's NPV, USD",
        "Owner's IRR",
        "Owner's payback, months",
        "Owner's need, USD",
        "As run, USD",
    )
    for column, word in enumerate(words):
        sheet.put(3, column, word, "plain" if column else "text", "heading")
    for row, build in enumerate(builds, start=4):
        before, owner = returns.flows[build.number, "before"], returns.flows[build.number, "owner"]
        sheet.put(row, 0, Link(build.months.name, f"{build.number} {build.name}"), "text", "link")
        cells = ((before.npv, "usd"), (before.irr, "rate"), (owner.npv, "usd"), (owner.irr, "rate"), (owner.payback, "months"), (owner.need, "usd"))
        for column, (cell, number) in enumerate(cells, start=1):
            sheet.put(row, column, cell, number, "strong" if column == 3 else "")
        sheet.put(row, 7, owner.npv.number, "usd", "note")
    best = _best(sheet, len(builds), [f"{build.number} {build.name}" for build in builds])
    sheet.put(4 + len(builds), 0, "Highest NPV of the owner in this future", "text", "total")
    sheet.put(4 + len(builds), 1, best, "plain", "total")
    below = 6 + len(builds)
    sheet.put(below, 0, "Checks that do not read zero (must be 0)", "text", "section")
    sheet.put(below, 1, wrong, "plain", "strong")
    notes = (
        "This workbook follows one future without surprises, that of `wattmint run --forecast median`: the coin on its median, median months.",
        "It answers what a number is made of and what an input does to it. What may happen otherwise, and how likely, stands in report.html.",
        "Cells in blue on yellow on the sheet Inputs may be changed; NPV, IRR, payback and all that lies between follow at once.",
        "Hours run, the network and when machines are bought are the run's own. Inputs that would move them say so in their last column.",
        "Loans are sized on this future's cash; a run over many futures sizes them on a bad year's and may lend less.",
        "Money in is positive. Columns are ends of months; the first is the day of decision.",
    )
    for place, note in enumerate(notes, start=below + 2):
        sheet.put(place, 0, note, "text")
    at = below + 3 + len(notes)
    lines = [(build.name, build.days.number.all(), returns.cumulated[build.number, "owner"].all()) for build in builds]
    sheet.chart = (at, "Owner's cash after tax and debt, cumulated", lines)
    sheet.put(at, 0, "Sheets", "text", "section")
    names = [other.name for other in book.sheets if other.name != SUMMARY]
    for place, name in enumerate(names, start=at + 1):
        sheet.put(place, 0, Link(name, name), "text", "link")


def _best(sheet: Sheet, count: int, names: list[str]) -> Term:
    """Return the build whose owner's NPV is highest; doing nothing where none is worth anything."""
    columns = []
    for column in (0, 3):
        first, last = sheet.address(4, column), sheet.address(3 + count, column).partition("!")[2]
        columns.append(f"{first}:{last}")
    values = [content.value for content, _ in (sheet.cells[4 + row, 3] for row in range(count)) if isinstance(content, Term)]
    called, npvs = Range(columns[0], tuple(names)), Range(columns[1], tuple(values))
    return if_(max_(npvs) > 0.0, pick(called, position(max_(npvs), npvs)), ZERO_LINE)


def _checks(book: Book, builds: list[BuildSheets], returns: Returns) -> Term:
    """Add the sheet of checks; return the cell that counts what is wrong."""
    sheet = book.sheet(CHECKS)
    sheet.title("Checks", "Every number must read zero; what is below half a cent is rounding and counts as zero.")
    sheet.widths = {0: 80.0, 1: 12.0, **dict.fromkeys(range(2, 2 + len(builds)), 22.0)}
    for column, word in enumerate(("Check", "Unit", *(build.name for build in builds))):
        sheet.put(3, column, word, "plain" if column > 1 else "text", "heading")
    sheet.frozen, row = (4, 2), 4
    made = [_checked(build, returns) for build in builds]
    cells: list[float] = []
    for label in made[0]:
        sheet.put(row, 0, label, "text")
        sheet.put(row, 1, "USD", "text")
        for place, checks in enumerate(made):
            gap = checks[label]
            cell = sheet.put(row, 2 + place, if_(absolute(gap) < CENT, 0.0, gap), "check")
            cells.append(cell.number)
        row += 1
    last = sheet.address(row - 1, 1 + len(builds)).partition("!")[2]
    every = Range(f"{sheet.address(4, 2)}:{last}", tuple(cells))
    sheet.put(row + 1, 0, "Checks that do not read zero", "text", "strong")
    wrong = Term(f"SUMPRODUCT(({every.text}<>0)*1)", float(sum(value != 0.0 for value in cells)))
    return sheet.put(row + 1, 2, wrong, "plain", "strong")


def _checked(build: BuildSheets, returns: Returns) -> dict[str, Term]:
    tax, loans, last = build.tax, build.loans, build.months.times - 1
    owner, more = build.flows["owner"], [row.total for row in build.added.values()]
    lines = [row.total for part in build.parts for row in part.lines.values()] + [row.total for row in build.treasury.values()]
    machines = [row.total for row in tax.machine_bases]
    income = build.charged
    taxed_twice = income.income.total - income.taxed.total + income.losses_left[tax.count - 1]
    years = build.annual
    checks = {
        "Lines of all parts add to the net before tax and debt": sum_(*lines) - build.flows["before"].total,
        "Net before tax and debt, with what tax and debt add, is the owner's cash": sum_(build.flows["before"].total, *more) - owner.total,
        "Years add to months: before tax and debt": years["before"].total - build.flows["before"].total,
        "Years add to months: after tax, without debt": years["after tax"].total - build.flows["after tax"].total,
        "Years add to months: owner": years["owner"].total - owner.total,
        "Working capital comes back": sum_(*(part.lines[WORKING_CAPITAL].total for part in build.parts)),
        "Value-added tax comes back": build.added[VAT].total,
        "The reserve comes back": build.added[RESERVE].total,
        "Debt ends at zero": loans.owed[last] * 1.0,
        "Drawn, with the interest added, is repaid": build.added[DRAWN].total + sum_(loans.rolled.all()) - loans.repaid.total,
        "No more is drawn than agreed": max_(sum_(loans.project[2].all()) - loans.commitment, 0.0),
        "Depreciation sums to cost": tax.written.total - sum_(*tax.basis, *machines),
        "Income is what is taxed, less losses still carried": if_(returns.inputs["tax_losses"].equals("used"), 0.0, taxed_twice),
        "Tax by month is tax by year": build.added[INCOME_TAX].total + build.charged.tax.total,
    }
    for kind, title in TITLES.items():
        checks[f"{title}: present value at the IRR"] = returns.flows[build.number, kind].worth_at_irr
    return checks


def _numbers(book: Book, future: OneFuture) -> None:
    """Add the sheet of every number the run used, with its source."""
    sheet = book.sheet(NUMBERS)
    sheet.title("Numbers used", "Every number of the run, input of this workbook or not, with its source. Changing one here changes nothing.")
    sheet.widths = {0: 46.0, 1: 44.0, 2: 16.0, 3: 20.0, 4: 40.0, 5: 13.0}
    for column, word in enumerate(("Part", "Number", "Value", "Unit", "Source", "Kind")):
        sheet.put(3, column, word, "text", "heading")
    sheet.frozen = (4, 0)
    rows: list[tuple[str, UsedInput | MarketValue]] = [
        (f"{build.name} · {plan.label}", used) for build in future.prepared.builds for plan in build.plans for used in plan.inputs
    ]
    rows += [(f"market, {value.as_of}", value) for value in future.prepared.snapshot.values]
    for row, (part, used) in enumerate(rows, start=4):
        for column, content in enumerate((part, used.name, used.value, used.unit, used.source, used.kind)):
            sheet.put(row, column, content, "text" if isinstance(content, str) else "number")
