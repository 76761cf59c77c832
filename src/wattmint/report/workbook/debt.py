"""The sheet of debt: the loans sized as a lender would, month by month, with cover ratios; all of it formulas."""

from dataclasses import dataclass
from typing import Final

from wattmint.finance.debt_service import LEAST_USD, NEGLIGIBLE
from wattmint.report.workbook.inputs import Inputs
from wattmint.report.workbook.market import Calendar
from wattmint.report.workbook.sheets import Look, Row, Sheet
from wattmint.report.workbook.terms import Term, average, both, count, if_, max_, min_, monthly, product, sum_ifs, whole
from wattmint.units import MONTHS_PER_YEAR

_USD, _TOTAL, _PLAIN, _SMALL = Look("usd"), Look("usd", "total"), Look("plain"), Look("small")
NO_LIMIT: Final = 1e300


@dataclass(frozen=True, slots=True)
class Outlays:
    """Rows of a build that loans look at, positive: works and machines paid, and cash before both and before tax."""

    works: Row
    machines: Row
    cash: Row


@dataclass(frozen=True, slots=True)
class Cover:
    """Cells: cover ratios, or a word where nothing is due."""

    least: Term
    mean: Term
    life: Term


class Loans:
    """Fills the sheet of one build.

    Parameters
    ----------
    sheet : Sheet
        With its calendar.
    days : Calendar
        The sheet's.
    inputs : Inputs
        The workbook's.
    outlays : Outlays
        The build's.
    in_service : int
        Column with which all works end.
    """

    def __init__(self, sheet: Sheet, days: Calendar, inputs: Inputs, outlays: Outlays, in_service: int) -> None:
        self.sheet, self.days, self.inputs, self.outlays, self.starts = sheet, days, inputs, outlays, in_service
        self.last = sheet.times - 1
        self._terms()
        self._sizing()
        self._project()
        self._equipment()
        self._together()

    def _terms(self) -> None:
        sheet, inputs = self.sheet, self.inputs
        sheet.section("Terms")
        self.rate = sheet.scalar("Interest per month", "share", "small", monthly(inputs["debt_rate"]))
        self.rate_machines = sheet.scalar("Interest per month, loan on machines", "share", "small", monthly(inputs["equipment_rate"]))
        months, rate = inputs["equipment_term_months"], self.rate_machines
        level = rate / (1.0 - (1.0 + rate) ** (-months))
        self.instalment = sheet.scalar("Level instalment per dollar, loan on machines", "USD", "small", if_(rate.equals(0.0), 1.0 / months, level))
        self.service = sheet.scalar("Full service after (from the run)", "months", "plain", float(self.starts), "held")
        self.payments = sheet.scalar("Months of repayment", "months", "plain", inputs["debt_term_months"] - inputs["grace_months"])
        self.on_machines = inputs["equipment_share"] > 0.0
        last = float(self.last)
        ends = if_(self.on_machines, last, min_(self.service + inputs["debt_term_months"], last))
        self.ends = sheet.scalar("Last month of the loans", "months", "plain", ends)

    def _sizing(self) -> None:
        sheet, inputs, number = self.sheet, self.inputs, self.days.number
        works, machines = self.outlays.works, self.outlays.machines
        sheet.section("How much the cash carries: the lender's case is this future's cash, year by year")

        def shared(c: int) -> Term:
            return works[c] + if_(self.on_machines, 0.0, machines[c]) if c <= self.starts else works[c] * 1.0

        self.spend = sheet.row("Outlays that the project loan shares in", "USD", _USD, shared, total=True)
        self.bought = sheet.row("Machines that their loan shares in", "USD", _USD, lambda c: if_(self.on_machines, machines[c], 0.0), total=True)
        k = sheet.row("Number of the payment", "", _PLAIN, lambda c: number[c] - self.service - inputs["grace_months"])
        due = sheet.row("Repayment falls due", "0 or 1", _PLAIN, lambda c: if_(both(k[c] >= 1.0, k[c] <= self.payments), 1.0, 0.0))
        block = sheet.row("Year of repayment", "", _PLAIN, lambda c: if_(due[c].equals(1.0), whole((k[c] - 1.0) / MONTHS_PER_YEAR) + 1.0, 0.0))
        cash = self.outlays.cash

        def counted(c: int) -> Term:
            months = sum_ifs(due.all(), (block.all(), "", block[c]))
            return if_(due[c].equals(1.0), max_(sum_ifs(cash.all(), (block.all(), "", block[c])), 0.0) / months, 0.0)

        case = sheet.row("Cash counted on (the year's, spread evenly)", "USD", _USD, counted)

        def service(c: int) -> Term:
            still = (number.all(), ">=", number[c] - inputs["equipment_term_months"])
            bought = sum_ifs(self.bought.all(), (number.all(), "<=", self.service), still)
            return due[c] * inputs["equipment_share"] * self.instalment * bought

        first = sheet.row("Service of the first machines' loan", "USD", _USD, service)

        def can(c: int) -> Term:
            return if_(both(due[c].equals(1.0), inputs["dscr_asked"] > 0.0), max_(case[c] / inputs["dscr_asked"] - first[c], 0.0), 0.0)

        payable = sheet.row("Service that may be planned", "USD", _USD, can)

        def fewest(c: int) -> Term | float:
            if c == 0:
                return 0.0
            return if_(due[c].equals(0.0), 0.0, if_(k[c].equals(1.0), payable[c], min_(least[c - 1], payable[c])))

        least = sheet.row("Least so far", "USD", _USD)
        for c in range(sheet.times):
            least[c] = fewest(c)
        carried = sheet.row("Balance that it carries, before the payment", "USD", _USD)
        for c in range(self.last, -1, -1):
            after: Term | float = carried[c + 1] if c < self.last else 0.0
            most = if_(self.rate > 0.0, least[c] / self.rate, NO_LIMIT)
            carried[c] = if_(due[c].equals(1.0), min_((payable[c] + after) / (1.0 + self.rate), most), 0.0)
        self._shares(k, due, carried)

    def _shares(self, k: Row, due: Row, carried: Row) -> None:
        """Share of the loan repaid by column, and how large the loan is."""
        sheet, inputs, n = self.sheet, self.inputs, self.payments
        sculpted = inputs["dscr_asked"] > 0.0

        def left(c: int, paid: Term) -> Term:
            level = ((1.0 + self.rate) ** (-(n - paid)) - 1.0) / ((1.0 + self.rate) ** (-n) - 1.0)
            return if_(self.rate.equals(0.0), (n - paid) / n, level) if c else Term("0", 0.0)

        before = sheet.row("Balance before the payment, any scale", "", Look("large"))
        after = sheet.row("Balance after it", "", Look("large"))
        for c in range(sheet.times):
            beyond: Term | float = carried[c + 1] if c < self.last else 0.0
            before[c] = if_(due[c].equals(1.0), if_(sculpted, carried[c], left(c, k[c] - 1.0)), 0.0)
            after[c] = if_(due[c].equals(1.0), if_(sculpted, beyond, left(c, k[c])), 0.0)
        most = sheet.scalar("Balance before the first payment, same scale", "", "large", sum_ifs(before.all(), (k.all(), "", 1.0)))
        self.repays = sheet.row("Share of the loan repaid", "share", _SMALL, lambda c: if_(most > 0.0, (before[c] - after[c]) / most, 0.0))
        grows = sheet.row("Growth of what is drawn until full service", "×", _SMALL, lambda c: (1.0 + self.rate) ** float(max(self.starts - c, 0)))
        grown = sheet.scalar("Outlays with the interest of the construction time", "USD", "usd", product(self.spend.all(), grows.all()))
        share = if_(both(sculpted, grown > 0.0), min_(inputs["debt_share"], most / grown), if_(sculpted, 0.0, inputs["debt_share"]))
        self.share = sheet.scalar("Share of outlays lent", "share", "share", share)
        cut = if_(both(sculpted, self.share < inputs["debt_share"]), "cover of the lender's case", "share of cost")
        sheet.scalar("Limited by", "", "text", cut)
        self.commitment = sheet.scalar("Project loan agreed", "USD", "usd", self.share * self.spend.total, "strong")
        self.fee = sheet.scalar("Fee", "USD", "usd", inputs["upfront_fee_share"] * self.commitment)

    def _project(self) -> None:
        sheet, last = self.sheet, self.last
        sheet.section("Project loan")
        opening, rolled, interest = (sheet.row(label, "USD", _USD) for label in ("Opening balance", "Interest added to the loan", "Interest paid"))
        self.project_due, repaid, drawn = (sheet.row(label, "USD", _USD) for label in ("Repayment by schedule", "Repaid", "Drawn"))
        borrowed, closing = sheet.row("Drawn so far", "USD", _USD), sheet.row("Closing balance", "USD", _TOTAL)
        for c in range(sheet.times):
            opening[c] = closing[c - 1] if c else 0.0
            rolled[c] = opening[c] * self.rate if c <= self.starts else 0.0
            interest[c] = opening[c] * self.rate if c > self.starts else 0.0
            owed = opening[c] + rolled[c]
            self.project_due[c] = min_(closing[self.starts] * self.repays[c], owed) if c > self.starts else 0.0
            repaid[c] = owed if c == last else self.project_due[c] * 1.0
            drawn[c] = 0.0 if c == last else min_(self.share * self.spend[c], self.commitment - (borrowed[c - 1] if c else 0.0))
            borrowed[c] = borrowed[c - 1] + drawn[c] if c else drawn[c] * 1.0
            closing[c] = opening[c] + rolled[c] - repaid[c] + drawn[c]
        self.rolled, self.project = rolled, (interest, repaid, drawn, closing)

    def _equipment(self) -> None:
        sheet, inputs, number, last = self.sheet, self.inputs, self.days.number, self.last
        sheet.section("Loan on machines")
        lent = sheet.row("Drawn", "USD", _USD, lambda c: inputs["equipment_share"] * self.bought[c] if c < last else 0.0, total=True)

        def level(c: int) -> Term:
            window = ((number.all(), ">=", number[c] - inputs["equipment_term_months"]), (number.all(), "<", number[c]))
            return self.instalment * sum_ifs(lent.all(), *window)

        instalments = sheet.row("Instalments", "USD", _USD, level)
        opening, interest = sheet.row("Opening balance", "USD", _USD), sheet.row("Interest paid", "USD", _USD)
        self.machines_due, repaid = sheet.row("Repayment by schedule", "USD", _USD), sheet.row("Repaid", "USD", _USD)
        closing = sheet.row("Closing balance", "USD", _TOTAL)
        for c in range(sheet.times):
            opening[c] = closing[c - 1] if c else 0.0
            interest[c] = opening[c] * self.rate_machines
            self.machines_due[c] = min_(max_(instalments[c] - interest[c], 0.0), opening[c])
            repaid[c] = opening[c] * 1.0 if c == last else self.machines_due[c] * 1.0
            closing[c] = opening[c] - repaid[c] + lent[c]
        self.equipment = (interest, repaid, lent, closing)

    def _together(self) -> None:
        sheet, last = self.sheet, self.last
        sheet.section("Both loans")

        def added(label: str, which: int, *, total: bool = True) -> Row:
            return sheet.row(label, "USD", _USD, lambda c: self.project[which][c] + self.equipment[which][c], total=total)

        self.drawn, self.interest, self.repaid = added("Drawn", 2), added("Interest paid", 0), added("Repaid", 1)
        self.owed = added("Owed", 3, total=False)

        def scheduled(c: int) -> Term:
            repaid = self.project_due[c] + self.machines_due[c] if c == last else self.repaid[c]
            return self.interest[c] + repaid

        self.due = sheet.row("Debt service (without what is left at the end)", "USD", _TOTAL, scheduled, total=True)
        months = max_(self.ends, 1.0)

        def deducted(c: int) -> Term:
            return if_(both(self.days.number[c] >= 1.0, self.days.number[c] <= self.ends), self.fee / months, 0.0)

        self.fee_deducted = sheet.row("Fee, by month for tax", "USD", _USD, deducted, total=True)

    def reserve_and_cover(self, cash: Row) -> tuple[Row, Cover]:
        """Add reserve and cover ratios.

        Parameters
        ----------
        cash : Row
            After tax, before debt service and outlays.

        Returns
        -------
        tuple of (Row, Cover)
            What the reserve takes from the owner and gives back; and the ratios.
        """
        sheet, last, number = self.sheet, self.last, self.days.number
        sheet.section("Reserve")

        def aim(c: int) -> Term | float:
            if c < self.starts or c == last:
                return 0.0
            return max_(sum_ifs(self.due.all(), (number.all(), ">", number[c]), (number.all(), "<=", number[c] + self.inputs["reserve_months"])), 0.0)

        target = sheet.row("Target: service of the coming months", "USD", _USD, aim)
        held = sheet.row("Held", "USD", _USD)
        for c in range(sheet.times):
            if c <= self.starts:
                held[c] = target[c] * 1.0
                continue
            free, before = cash[c] - self.due[c], held[c - 1]
            filled = if_(before <= target[c], before + min_(free, target[c] - before), target[c])
            held[c] = if_(free < 0.0, min_(max_(before + free, 0.0), target[c]), filled)
        flows = sheet.row("To (-) and from (+) the reserve", "USD", _TOTAL, lambda c: held[c - 1] - held[c] if c else -held[c], total=True)
        return flows, self._cover(cash)

    def _cover(self, cash: Row) -> Cover:
        sheet, number, first = self.sheet, self.days.number, float(self.starts + 1)
        sheet.section("Cover: years from the first payment on; the last takes what is left over")
        years = max_(whole((self.ends - first + 1.0) / MONTHS_PER_YEAR), 1.0)

        def year(c: int) -> Term:
            within = both(number[c] >= first, number[c] <= self.ends)
            return if_(within, min_(whole((number[c] - first) / MONTHS_PER_YEAR) + 1.0, years), 0.0)

        of_loan = sheet.row("Year of the loan", "", _PLAIN, year)
        discount = sheet.row(
            "Discounted at the loan's rate to full service", "×", _SMALL,
            lambda c: if_(of_loan[c] > 0.0, (1.0 + self.rate) ** (float(self.starts) - number[c]), 0.0),
        )  # fmt: skip
        columns = max(self.last // MONTHS_PER_YEAR, 1)
        counted = sheet.row("Year of the loan, below", "", Look("plain", "heading"), lambda c: float(c) if 1 <= c <= columns else "")

        def by_year(row: Row, c: int) -> Term | str:
            return sum_ifs(row.all(), (of_loan.all(), "", counted[c])) if 1 <= c <= columns else ""

        free = sheet.row("Cash for debt service after tax", "USD", _USD, lambda c: by_year(cash, c))
        due = sheet.row("Debt service", "USD", _USD, lambda c: by_year(self.due, c))
        enough = max_(max_(due.part(1, columns)) * NEGLIGIBLE, LEAST_USD)
        ratio = sheet.row("DSCR", "×", Look("times", "total"), lambda c: if_(due[c] > enough, free[c] / due[c], "") if 1 <= c <= columns else "")
        ratios = ratio.part(1, columns)
        known = count(ratios) > 0.0
        least = sheet.scalar("DSCR, worst year", "×", "times", if_(known, min_(ratios), "no debt"), "strong")
        mean = average(ratios)
        middle = sheet.scalar("DSCR, mean", "×", "times", if_(known, mean, "no debt"), "strong")
        owed = self.owed[self.starts]
        life = if_(owed > LEAST_USD, product(cash.all(), discount.all()) / owed, "no debt")
        return Cover(least, middle, sheet.scalar("LLCR", "×", "times", life, "strong"))
