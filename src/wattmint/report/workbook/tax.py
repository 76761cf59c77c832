"""The sheets of tax: the tables of depreciation for all builds, and each build's tax by calendar year."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from wattmint.finance.after_tax import MARGIN_SHARE
from wattmint.finance.depreciation import TaxYears
from wattmint.finance.macrs import CLASSES, LONGEST_WITH_BONUS, REAL_PROPERTY, bonus_share, macrs_shares
from wattmint.finance.tax_terms import tax_years
from wattmint.report.workbook.inputs import LAW, NONE, Inputs
from wattmint.report.workbook.sheets import FIRST_COLUMN, Book, Look, Row, Sheet
from wattmint.report.workbook.terms import Range, Term, both, cell_of, either, if_, max_, min_, position, sum_, sum_ifs, worn_down
from wattmint.study.one_future import OneFuture
from wattmint.units import MONTHS_PER_YEAR

TABLES: Final = "Tax tables"
LONGEST: Final = 60
"""Years of service in the tables; no horizon is longer."""

_USD, _TOTAL, _SHARE = Look("usd"), Look("usd", "total"), Look("share")


class TaxTables:
    """MACRS percentages by class and year of service, and bonus by the law in force.

    Parameters
    ----------
    book : Book
        Gets the sheet.
    future : OneFuture
        Start and horizon.
    """

    def __init__(self, book: Book, future: OneFuture) -> None:
        self.years: TaxYears = tax_years(future.prepared.scenario.study)
        self._shares: dict[tuple[float, int], float] = {}
        sheet = self.sheet = book.sheet(TABLES)
        note = "Share of the basis deducted by year of service: MACRS, half-year convention; buildings as 39 and the month of service."
        sheet.title("Tables of depreciation", note)
        classes = {float(years): (years, 1) for years in CLASSES if years != REAL_PROPERTY}
        classes |= {building_key(month): (REAL_PROPERTY, month) for month in range(1, MONTHS_PER_YEAR + 1)}
        keys = list(classes)
        sheet.widths = {0: 18.0, **dict.fromkeys(range(1, len(keys) + 1), 9.5)}
        sheet.put(3, 0, "Year of service", "text", "heading")
        for column, (key, (years, month)) in enumerate(classes.items(), start=1):
            sheet.put(3, column, key, "plain", "heading")
            shares = macrs_shares(years, month=month)
            for age in range(LONGEST):
                self._shares[key, age] = float(shares[age]) if age < shares.size else 0.0
                sheet.put(4 + age, column, self._shares[key, age], "share", "input")
        for age in range(LONGEST):
            sheet.put(4 + age, 0, float(age + 1), "plain")
        sheet.frozen, sheet.repeat_rows = (4, 1), 4
        last = sheet.address(3 + LONGEST, len(keys)).partition("!")[2]
        self._keys = Range(f"{sheet.address(3, 1)}:{sheet.address(3, len(keys)).partition('!')[2]}", tuple(keys))
        self._table = Range(f"{sheet.address(4, 1)}:{last}", ())

    def share(self, schedule: Term, years: Term, key: Term, age: Term) -> Term:
        """Return the share of the basis that a year of service, counted from 0, deducts without bonus."""
        known = self._shares.get((key.number, int(age.number)), float("nan"))
        macrs = cell_of(self._table, age + 1.0, position(key, self._keys), known)
        ends = either(age.equals(0.0), age.equals(years))
        straight = if_(ends, 0.5 / years, if_(age < years, 1.0 / years, 0.0))
        return if_(schedule.equals("macrs"), macrs, straight)


def building_key(month: int) -> float:
    """Return the heading of the column of buildings that enter service in a calendar month: 3901 … 3912."""
    return float(REAL_PROPERTY * 100 + month)


@dataclass(frozen=True, slots=True)
class PartOutlays:
    """What one part pays, by month, positive.

    Attributes
    ----------
    label : str
        Of the part.
    works, machines : Row
        Payments.
    serves, sold : int
        Columns with which its works end, and in which all is sold.
    """

    label: str
    works: Row
    machines: Row
    serves: int
    sold: int


@dataclass(frozen=True, slots=True)
class MonthRows:
    """Rows of a build's months that tax looks at."""

    tax_year: Row
    service_year: Row
    revenue: Row
    power: Row
    salvage: Row
    working_capital: Row


@dataclass(frozen=True, slots=True)
class Charged:
    """Rows by tax year: income tax, and what income was taxed, with the cells of what is carried at the end."""

    tax: Row
    income: Row
    taxed: Row
    losses: Row
    losses_left: Row


class TaxSheet:
    """Fills the sheet of one build.

    Parameters
    ----------
    sheet : Sheet
        A column of time per tax year.
    inputs : Inputs
        The workbook's.
    tables : TaxTables
        Of depreciation.
    months : MonthRows
        The build's.
    parts : list of PartOutlays
        In order.
    """

    def __init__(self, sheet: Sheet, inputs: Inputs, tables: TaxTables, months: MonthRows, parts: list[PartOutlays]) -> None:
        self.sheet, self.inputs, self.tables, self.months, self.parts = sheet, inputs, tables, months, parts
        self.years, self.count = tables.years, tables.years.count
        self._head()
        self.per_dollar: list[Row] = []
        self.basis: list[Term] = []
        self._deduct()
        self._levies()

    def _head(self) -> None:
        sheet, years = self.sheet, self.years
        for column, word in enumerate(("USD unless another unit stands here", "Unit", "Total")):
            sheet.put(3, column, word, "plain" if column == 2 else "text", "heading")
        for v in range(self.count):
            sheet.put(3, FIRST_COLUMN + v, float(years.start.year + v), "plain", "heading")
        sheet.next_row = 4
        plain = Look("plain", "note")
        self.year = sheet.row("Tax year", "", plain, lambda v: float(years.start.year + v))
        counts = [int((years.of_column[1:] == v).sum()) for v in range(self.count)]
        self.length = sheet.row("Months of it", "months", plain, lambda v: float(counts[v]))
        self.age = sheet.row("Years since the first", "years", plain, float)
        sheet.frozen, sheet.repeat_rows = (4, FIRST_COLUMN), 4

    def _law(self, label: str, acquired: dt.date | None) -> Row:
        def by_law(v: int) -> float:
            year = self.years.start.year + v
            return bonus_share(dt.date(year, MONTHS_PER_YEAR, 31), acquired or max(self.years.start, dt.date(year, 1, 1)))

        return self.sheet.row(label, "share", Look("share", "held"), by_law)

    def _deduct(self) -> None:
        sheet, inputs, years = self.sheet, self.inputs, self.years
        sheet.section("Bonus by the law in force, by year of service")
        law_works, law_machines = self._law("Works, contracted with the decision", years.start), self._law("Machines, bought in their year", None)
        written: list[Row] = []
        self.machine_bases: list[Row] = []
        schedule = inputs["depreciation_schedule"]
        for part in self.parts:
            sheet.section(f"Depreciation: {part.label}")
            month = years.calendar_month(part.serves)
            time = (int(years.of_service[part.serves]), month, int(years.of_column[part.sold]))
            written.append(self._works(part, schedule, law_works, time))
            written.append(self._machines(part, schedule, law_machines, time))
        sheet.section("Depreciation together")
        self.written = sheet.row("Depreciation", "USD", _TOTAL, lambda v: sum_(*(row[v] for row in written)), total=True)

    def _class_key(self, years: Term, month: int) -> Term:
        return if_(years.equals(float(REAL_PROPERTY)), building_key(month), years)

    def _bonus(self, law: Term, years: Term) -> Term:
        given = self.inputs["bonus_share"]
        by_law = if_(both(self.inputs["depreciation_schedule"].equals("macrs"), years <= float(LONGEST_WITH_BONUS)), law, 0.0)
        return if_(given.equals(LAW), by_law, given)

    def _works(self, part: PartOutlays, schedule: Term, law: Row, time: tuple[int, int, int]) -> Row:
        sheet, years, (first, month, sold) = self.sheet, self.inputs["works_recovery_years"], time
        basis = sheet.scalar("Works: cost", "USD", "usd", part.works.total)
        bonus = sheet.scalar("Works: bonus", "share", "share", self._bonus(law[first], years))
        key = sheet.scalar("Works: column of the tables", "", "plain", self._class_key(years, month))
        row = sheet.row("Works: deducted per dollar", "share", _SHARE)
        for v in range(self.count):
            if v < first or v > max(sold, first):
                row[v] = 0.0
            elif v == max(sold, first):
                row[v] = 1.0 - sum_(row.part(0, v - 1)) if v else 1.0
            else:
                share = self.tables.share(schedule, years, key, self.age[v - first])
                row[v] = (1.0 - bonus) * share + (bonus if v == first else 0.0)
        self.per_dollar.append(row)
        self.basis.append(basis)
        return sheet.row("Works: depreciation", "USD", _USD, lambda v: basis * row[v], total=True)

    def _machines(self, part: PartOutlays, schedule: Term, law: Row, time: tuple[int, int, int]) -> Row:
        sheet, years, (first, month, sold) = self.sheet, self.inputs["machine_recovery_years"], time
        key = sheet.scalar("Machines: column of the tables", "", "plain", self._class_key(years, month))
        enters = self.months.service_year.all()

        def entering(v: int) -> Term:
            return sum_ifs(part.machines.all(), (enters, "", self.year[v]))

        basis = sheet.row("Machines: cost of what enters service", "USD", _USD, entering, total=True)
        self.machine_bases.append(basis)
        share = sheet.row("Machines: by year of service", "share", _SHARE, lambda v: self.tables.share(schedule, years, key, self.age[v]))
        bonus = sheet.row("Machines: bonus", "share", _SHARE, lambda v: self._bonus(law[v], years))
        vintages = []
        for bought in range(first, self.count):
            row = sheet.row(f"in service in {self.years.start.year + bought}", "USD", _USD)
            for v in range(self.count):
                if v < bought or v > max(sold, bought):
                    row[v] = 0.0
                elif v == max(sold, bought):
                    row[v] = basis[bought] - sum_(row.part(0, v - 1)) if v else basis[bought] * 1.0
                else:
                    extra = basis[bought] * bonus[bought] if v == bought else None
                    regular = basis[bought] * (1.0 - bonus[bought]) * share[v - bought]
                    row[v] = regular if extra is None else regular + extra
            vintages.append(row)
        return sheet.row("Machines: depreciation", "USD", _USD, lambda v: sum_(*(row[v] for row in vintages)), total=True)

    def _levies(self) -> None:
        sheet, inputs, months = self.sheet, self.inputs, self.months
        sheet.section("Property tax and tax on gross margin")
        firsts = [int(self.years.of_service[part.serves]) for part in self.parts]
        lasts = [int(self.years.of_column[part.sold]) for part in self.parts]

        def assessed(v: int) -> Term:
            life, kept = inputs["works_recovery_years"], []
            for basis, first, last, machines in zip(self.basis, firsts, lasts, self.machine_bases, strict=True):
                if v > last:
                    continue
                if v >= first:
                    kept.append(basis * max_(1.0 - float(v - first) / life, 0.0))
                kept.append(worn_down(machines.part(0, v), self.year.part(0, v), self.year[v], inputs["machine_recovery_years"]))
            return sum_(*kept) if kept else Term("0", 0.0)

        value = sheet.row("Assessed value: cost less straight-line wear", "USD", _USD, assessed)
        self.property_tax = sheet.row("Property tax", "USD", _USD, lambda v: inputs["property_tax_per_year"] * value[v], total=True)
        revenue = sheet.row("Revenue", "USD", _USD, lambda v: self._by_year(months.revenue, v), total=True)
        power = sheet.row("Power, net of what tenants reimburse", "USD", _USD, lambda v: self._by_year(months.power, v), total=True)
        margin = sheet.row("Gross margin", "USD", _USD, lambda v: max_(min_(MARGIN_SHARE * revenue[v], revenue[v] + power[v]), 0.0), total=True)
        self.margin_tax = sheet.row("Tax on gross margin", "USD", _USD, lambda v: inputs["gross_margin_tax_rate"] * margin[v], total=True)

    def _by_year(self, row: Row, v: int) -> Term:
        return sum_ifs(row.all(), (self.months.tax_year.all(), "", self.year[v]))

    def income(self, cash: Row) -> None:
        """Add earnings before depreciation, interest and income tax.

        Parameters
        ----------
        cash : Row
            Of the months: before outlays and salvage, after property and margin tax.
        """
        sheet, months = self.sheet, self.months
        sheet.section("Earnings")

        def earned(v: int) -> Term:
            return self._by_year(cash, v) - self._by_year(months.working_capital, v)

        self.ebitda = sheet.row("Cash before outlays and income tax, less what is no income", "USD", _USD, earned, total=True)
        sold = "Salvage and old machines sold"
        self.sold = sheet.row(sold, "USD", _USD, lambda v: self._by_year(months.salvage, v), total=True)

    def charge(self, title: str, interest: Row | None = None, fee: Row | None = None, rolled: tuple[Term, int] | None = None) -> Charged:
        """Add income tax.

        Parameters
        ----------
        title : str
            Of the block.
        interest, fee : Row, optional
            Of the loans' months: interest paid, and what of the fee is deducted.
        rolled : tuple of (Term, int), optional
            Interest added to the loan while the works last, and the number of the part whose works' cost it joins.

        Returns
        -------
        Charged
        """
        sheet, inputs = self.sheet, self.inputs
        sheet.section(title)
        cost: Row | None = None
        if interest is not None and fee is not None:
            paid = sheet.row("Interest paid", "USD", _USD, lambda v: self._by_year(interest, v), total=True)

            def of_debt(v: int) -> Term:
                by_month = self._by_year(fee, v)
                return by_month if rolled is None else by_month + rolled[0] * self.per_dollar[rolled[1]][v]

            cost = sheet.row("Fee, and interest of the construction time through depreciation", "USD", _USD, of_debt, total=True)
            deducted = self._limited(paid, cost)

        def income(v: int) -> Term:
            earned = self.ebitda[v] + self.sold[v] - self.written[v]
            return earned if cost is None else earned - cost[v] - deducted[v]

        earned = sheet.row("Income", "USD", _TOTAL, income, total=True)
        at_once = inputs["tax_losses"].equals("used")
        used, left = sheet.row("Old losses used", "USD", _USD), sheet.row("Losses carried forward", "USD", _USD)
        for v in range(self.count):
            before: Term | float = left[v - 1] if v else 0.0
            used[v] = if_(at_once, 0.0, min_(before, inputs["loss_limit_share"] * max_(earned[v], 0.0)))
            left[v] = if_(at_once, 0.0, before - used[v] + max_(-earned[v], 0.0))
        taxed = sheet.row("Income that is taxed", "USD", _USD, lambda v: if_(at_once, earned[v], max_(earned[v], 0.0) - used[v]), total=True)
        tax = sheet.row("Income tax", "USD", _TOTAL, lambda v: inputs["tax_rate_on_income"] * taxed[v], total=True)
        return Charged(tax, earned, taxed, used, left)

    def _limited(self, paid: Row, cost: Row) -> Row:
        sheet, inputs = self.sheet, self.inputs
        after = inputs["interest_limit_basis"].equals("ebit")
        counted = sheet.row("Income that limits interest", "USD", _USD, lambda v: self.ebitda[v] - if_(after, self.written[v] + cost[v], 0.0))
        deducted, waits = sheet.row("Interest deducted", "USD", _USD), sheet.row("Interest carried forward", "USD", _USD)
        limit = inputs["interest_limit_share"]
        for v in range(self.count):
            waiting = paid[v] + waits[v - 1] if v else paid[v] * 1.0
            deducted[v] = if_(limit.equals(NONE), waiting, min_(waiting, limit * max_(counted[v], 0.0)))
            waits[v] = waiting - deducted[v]
        self.interest_left = waits
        return deducted
