"""The sheet of returns: NPV, rates of return, paybacks and multiples of every build, before tax, after it, and for the owner."""

from dataclasses import dataclass
from typing import Final

from wattmint.report.workbook.build import BuildSheets
from wattmint.report.workbook.inputs import Inputs
from wattmint.report.workbook.sheets import Book, Look, Row, Sheet
from wattmint.report.workbook.terms import (
    Range,
    Term,
    absolute,
    both,
    changes,
    count,
    grown,
    if_,
    if_error,
    internal_rate,
    max_,
    min_,
    monthly,
    slope,
    spent,
    sum_,
    sum_ifs,
    worth,
)
from wattmint.units import MONTHS_PER_YEAR

SHEET: Final = "Returns"
CENT: Final = 0.005
"""A flow below half a cent is rounding, and has no sign."""

NEVER, SEVERAL, NO_RATE = "never", "several", "none"
"""Words where a number does not exist: no payback within the horizon; more than one rate, or none, brings the present value to zero."""

RATES: Final = (
    -0.9999, -0.999, -0.99, -0.9, -0.75, -0.6, -0.5, -0.4, -0.3, -0.2, -0.15, -0.1, -0.05, -0.02, 0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.15,
    0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0, 100.0,
)  # fmt: skip
"""Yearly rates at which the present value is looked at: how often its sign changes between them is the number of rates of return."""

TITLES: Final = {"before": "Before tax and debt", "after tax": "After tax, without debt", "owner": "Owner, after tax and debt"}


@dataclass(frozen=True, slots=True)
class Flow:
    """Cells of one row of flows: its results, and helpers that the checks look at."""

    npv: Term
    irr: Term
    payback: Term
    need: Term
    worth_at_irr: Term


class Returns:
    """The sheet while it is filled; afterwards `flows`, and `cumulated` rows, by build and kind.

    Parameters
    ----------
    book : Book
        Gets the sheet.
    inputs : Inputs
        Discount rates.
    builds : list of BuildSheets
        In order.
    """

    def __init__(self, book: Book, inputs: Inputs, builds: list[BuildSheets]) -> None:
        self.inputs, self.builds, self.sheet = inputs, builds, book.sheet(SHEET)
        self.flows: dict[tuple[int, str], Flow] = {}
        self.cumulated: dict[tuple[int, str], Row] = {}
        sheet = self.sheet
        sheet.title("Returns", "Yearly rates; the deterministic future. Every cell follows the inputs.")
        sheet.widths = {0: 46.0, 1: 12.0, **dict.fromkeys(range(2, 2 + len(builds)), 26.0)}
        for column, word in enumerate(("", "Unit", *(one.name for one in builds))):
            sheet.put(3, column, word, "plain" if column > 1 else "text", "heading")
        sheet.frozen, sheet.next_row, sheet.span = (4, 2), 4, 2 + max(len(builds), 2)
        self._monthly_rates()
        for kind, title in TITLES.items():
            self._kind(kind, title)
        self._cover()
        self._profile()

    def _monthly_rates(self) -> None:
        sheet = self.sheet
        sheet.section("Discounting")
        build = sheet.scalar("Discount rate per month", "share", "small", monthly(self.inputs["discount_rate"]))
        owner = sheet.scalar("The same of the owner's money", "share", "small", monthly(self.inputs["equity_discount_rate"]))
        self.monthly = {"before": build, "after tax": build, "owner": owner}

    def _row(self, label: str, unit: str, number: str, fill: "dict[int, Term]", role: str = "") -> dict[int, Term]:
        at = self.sheet.next_row
        self.sheet.next_row += 1
        self.sheet.put(at, 0, label, "text")
        self.sheet.put(at, 1, unit, "text")
        return {column: self.sheet.put(at, 2 + column, content, number, role) for column, content in fill.items()}

    def _kind(self, kind: str, title: str) -> None:
        self.sheet.section(title)
        rate, found = self.monthly[kind], [_Workings(one, kind, self.monthly[kind]) for one in self.builds]

        def row(label: str, unit: str, number: str, made: "list[Term]", role: str = "") -> dict[int, Term]:
            return self._row(label, unit, number, dict(enumerate(made)), role)

        npv = row("NPV", "USD", "cents", [worth(rate, one.net[0], one.later) for one in found], "strong")
        irr = row("IRR per year", "share", "precise", [one.irr() for one in found], "strong")
        row("MIRR per year", "share", "precise", [one.mirr() for one in found])
        payback = row("Payback", "months", "cents", [one.payback for one in found], "strong")
        row("Discounted payback", "months", "cents", [one.discounted_payback for one in found])
        row("Given back per dollar put in (multiple)", "×", "number", [one.multiple() for one in found])
        need = row("Capital need: deepest point of the cumulated cash", "USD", "cents", [max_(-min_(one.cumulated.all()), 0.0) for one in found])
        row("Return on it (ROI)", "share", "share", [if_(need[b] > 0.0, sum_(one.net.all()) / need[b], NO_RATE) for b, one in enumerate(found)])
        row("Changes of sign in the flows", "", "plain", [one.changes for one in found])
        at_rate = row("Present value at the IRR (check)", "USD", "check", [one.at(irr[b]) for b, one in enumerate(found)])
        for b, one in enumerate(self.builds):
            self.cumulated[one.number, kind] = found[b].cumulated
            self.flows[one.number, kind] = Flow(npv[b], irr[b], payback[b], need[b], at_rate[b])

    def _cover(self) -> None:
        self.sheet.section("Debt")
        for label, name in (("DSCR, worst year", "least"), ("DSCR, mean", "mean"), ("LLCR", "life")):
            self._row(label, "×", "times", {b: getattr(one.cover, name) for b, one in enumerate(self.builds)})
        self._row("Loans drawn", "USD", "usd", {b: one.loans.drawn.total for b, one in enumerate(self.builds)})
        self._row("Income tax paid", "USD", "usd", {b: one.charged.tax.total for b, one in enumerate(self.builds)})
        last = {b: one.charged.losses_left[one.tax.count - 1] for b, one in enumerate(self.builds)}
        self._row("Losses never used", "USD", "usd", last)

    def _profile(self) -> None:
        sheet = self.sheet
        sheet.section("Present value of the owner's cash by discount rate per year", "")
        for rate in (-0.05, 0.0, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
            at = sheet.next_row
            sheet.next_row += 1
            asked = sheet.put(at, 0, rate, "share", "input")
            sheet.put(at, 1, "USD", "text")
            for b, one in enumerate(self.builds):
                flow = one.flows["owner"]
                sheet.put(at, 2 + b, worth(monthly(asked), flow[0], flow.part(1, one.months.times - 1)), "usd")


class _Workings:
    """Rows that the returns of one row of flows are read from."""

    def __init__(self, build: BuildSheets, kind: str, rate: Term) -> None:
        sheet: Sheet = build.workings
        self.sheet, self.rate, self.last, self.net = sheet, rate, sheet.times - 1, build.flows[kind]
        self.number = build.days.number
        self.later: Range = self.net.part(1, self.last)
        sheet.section(TITLES[kind])
        self.cumulated = self._running("Cumulated", self.net)
        self.payback = self._payback(self.cumulated, self.net)
        discounted = sheet.row("Discounted", "USD", Look("usd"), lambda c: self.net[c] * (1.0 + rate) ** (-self.number[c]))
        self.discounted_payback = self._payback(self._running("Discounted and cumulated", discounted), discounted)
        sign = sheet.row("Sign of the last flow of a cent or more", "", Look("plain"))
        for c in range(sheet.times):
            before: Term | float = sign[c - 1] if c else 0.0
            sign[c] = if_(self.net[c] > CENT, 1.0, if_(self.net[c] < -CENT, -1.0, before))
        self.changes = changes(sign.part(0, self.last - 1), sign.part(1, self.last))

    def _running(self, label: str, row: Row) -> Row:
        made = self.sheet.row(label, "USD", Look("usd"))
        for c in range(self.sheet.times):
            made[c] = made[c - 1] + row[c] if c else row[c] * 1.0
        return made

    def _payback(self, cumulated: Row, flow: Row) -> Term:
        def back(c: int) -> Term | str:
            if c == 0:
                return ""
            when = self.number[c - 1] + min_(-cumulated[c - 1] / flow[c], 1.0)
            return if_(both(cumulated[c - 1] < 0.0, cumulated[c] >= 0.0), when, "")

        marks = self.sheet.row("Earned back after", "months", Look("months"), back)
        first = marks.part(1, self.last)
        return if_(count(first) > 0.0, min_(first), if_(min_(cumulated.all()) < 0.0, NEVER, 0.0))

    def _grid(self) -> tuple[Term, Term]:
        """Return the number of changes of sign over `RATES` and a guess of the rate per month."""
        sheet, last = self.sheet, len(RATES) - 1
        at = sheet.row("Rates per year looked at", "share", Look("rate", "note"))
        rate = sheet.row("per month", "share", Look("small", "note"))
        values = sheet.row("Present value", "USD", Look("large", "note"))
        guesses = sheet.row("First guess of the rate per month", "share", Look("small", "note"))
        for c, looked_at in enumerate(RATES):  # side by side, whether or not there are as many months
            at[c] = looked_at
            rate[c] = monthly(at[c])
            values[c] = worth(rate[c], self.net[0], self.later)
            if c:
                chord = rate[c - 1] - values[c - 1] * (rate[c] - rate[c - 1]) / (values[c] - values[c - 1])
                guesses[c] = if_((values[c - 1] < 0.0).equals(values[c] < 0.0), "", chord)
        return count(guesses.part(1, last)), max_(guesses.part(1, last))

    def irr(self) -> Term:
        """Return the rate per year: the function's, made exact by one step of Newton's method; a word where it is not one."""
        sheet, (roots, guess) = self.sheet, self._grid()
        found = sheet.scalar("Rates of return found", "", "plain", if_(self.changes.equals(0.0), 0.0, roots))
        given = if_(found.equals(1.0), if_error(internal_rate(self.net.all(), guess), guess), 0.0)
        start = sheet.scalar("Rate per month, as the function gives it", "share", "small", given)
        step = worth(start, self.net[0], self.later) / slope(start, self.net.all(), self.number.all())
        once = sheet.scalar("and one step of Newton's method further", "share", "small", if_(found.equals(1.0), start - step, 0.0))
        return if_(found.equals(1.0), (1.0 + once) ** float(MONTHS_PER_YEAR) - 1.0, if_(found.equals(0.0), NO_RATE, SEVERAL))

    def mirr(self) -> Term:
        """Return the modified rate, money out financed and money in reinvested at the discount rate."""
        out = spent(self.rate, self.net.all(), self.number.all())
        back = grown(self.rate, self.net.all(), self.number.all(), float(self.last))
        return if_error((back / out) ** (float(MONTHS_PER_YEAR) / float(self.last)) - 1.0, NO_RATE)

    def multiple(self) -> Term:
        """Return inflows over outflows."""
        flows = self.net.all()
        return if_error(sum_ifs(flows, (flows, ">", 0.0)) / -sum_ifs(flows, (flows, "<", 0.0)), NO_RATE)

    def at(self, irr: Term) -> Term:
        """Return the present value at the rate of return."""
        value = if_error(worth(monthly(irr), self.net[0], self.later), 0.0)
        return if_(absolute(value) < CENT, 0.0, value)
