"""The sheet of sensitivity: NPV before tax and debt when drivers move, from the present values of the lines that they scale.

Before tax and debt an NPV is linear in every one of these drivers, so that the sheet is exact, and live, without computing the
months again. After tax and debt it is not: there the inputs themselves are to be changed.
"""

from dataclasses import dataclass
from typing import Final

from wattmint.finance.cashflow import ENERGY, SALVAGE
from wattmint.report.workbook.build import BuildSheets
from wattmint.report.workbook.inputs import MACHINES, Inputs
from wattmint.report.workbook.part import MONTH_DAYS, PartRows
from wattmint.report.workbook.returns import NO_RATE, Returns
from wattmint.report.workbook.sheets import Book, Row, Sheet
from wattmint.report.workbook.terms import Term, if_, worth

SHEET: Final = "Sensitivity"
CHANGES: Final = (-0.5, -0.3, -0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.5)
_POWER: Final = "Wholesale price of power"


@dataclass(frozen=True, slots=True)
class _Driver:
    label: str
    value: Term


class Sensitivity:
    """Fills the sheet.

    Parameters
    ----------
    book : Book
        Gets the sheet.
    inputs : Inputs
        Days of payment.
    builds : list of BuildSheets
        In order.
    returns : Returns
        NPVs and the discount rate.
    """

    def __init__(self, book: Book, inputs: Inputs, builds: list[BuildSheets], returns: Returns) -> None:
        self.inputs, self.rate = inputs, returns.monthly["before"]
        sheet = self.sheet = book.sheet(SHEET)
        note = "NPV before tax and debt, USD: live and exact, hours run and machines bought as in the run. For the owner's money change inputs."
        sheet.title("Sensitivity", note)
        sheet.widths = {0: 40.0, 1: 17.0, 2: 14.0, **dict.fromkeys(range(3, 13), 15.0)}
        for build in builds:
            self._build(build, returns.flows[build.number, "before"].npv)

    def _build(self, build: BuildSheets, npv: Term) -> None:
        sheet = self.sheet
        drivers = self._drivers(build)
        head = sheet.next_row + 1
        words = (f"Build {build.number}: {build.name}", "Worth today, USD", "NPV is 0 at")
        for column, word in enumerate(words):
            sheet.put(head, column, word, "text", "heading")
        changes = [sheet.put(head, 3 + place, change, "change", "heading") for place, change in enumerate(CHANGES)]
        at = head
        for driver in drivers:
            at += 1
            sheet.put(at, 0, driver.label, "text")
            value = sheet.put(at, 1, driver.value, "usd")
            sheet.put(at, 2, if_(value.equals(0.0), NO_RATE, -npv / value), "rate", "strong")
            for place, change in enumerate(changes):
                sheet.put(at, 3 + place, npv + change * value, "usd")
        sheet.next_row = at + 1
        revenue = drivers[0]
        second = next(driver for driver in drivers if driver.label == _POWER)
        self._grid(sheet, npv, (revenue, second))
        capital = next(driver for label in ("Price of machines", "Cost of works") for driver in drivers if driver.label == label)
        self._grid(sheet, npv, (revenue, capital))

    def _grid(self, sheet: Sheet, npv: Term, drivers: tuple[_Driver, _Driver]) -> None:
        across, down = drivers
        head = sheet.next_row + 1
        sheet.put(head, 0, f"{down.label} (down) and {across.label.lower()} (across)", "text", "heading")
        for column in (1, 2):
            sheet.put(head, column, "", "text", "heading")
        top = [sheet.put(head, 3 + place, change, "change", "heading") for place, change in enumerate(CHANGES)]
        for number, change in enumerate(CHANGES, start=1):
            side = sheet.put(head + number, 2, change, "change", "strong")
            for place, asked in enumerate(top):
                sheet.put(head + number, 3 + place, npv + asked * across.value + side * down.value, "usd")
        sheet.next_row = head + len(CHANGES) + 1

    def _drivers(self, build: BuildSheets) -> list[_Driver]:
        """Revenue first."""
        found: dict[str, Term] = {}

        def add(label: str, value: Term | None) -> None:
            if value is not None:
                found[label] = found[label] + value if label in found else value

        for part in build.parts:
            for label, term in self._revenue(part):
                add(label, term)
        for part, own in zip(build.parts, self.inputs.parts[build.number - 1], strict=True):
            energy = self._paid(part.lines[ENERGY], self.inputs["payable_days"])
            kept = 1.0 - own["power_passthrough"] if "power_passthrough" in own.cells else None
            add(_POWER, energy if kept is None else energy * kept)
            add("Running costs", self._worth(part.lines["operations"]))
            sold = self._worth(part.works_sold) if part.works_sold else None
            works = self._worth(part.lines[part.works])
            add("Cost of works", works if sold is None else works + sold)
            machines = [self._worth(part.lines[name]) for name in (*MACHINES, "replacement") if name in part.lines]
            if machines:
                resale = self._worth(part.lines[SALVAGE])
                add("Price of machines", sum(machines[1:], machines[0]) + (resale if sold is None else resale - sold))
            add("What works and machines fetch", self._worth(part.lines[SALVAGE]))
        return [_Driver(label, value) for label, value in found.items()]

    def _revenue(self, part: PartRows) -> list[tuple[str, Term]]:
        days = self.inputs["receivable_days"]
        if "subsidy" in part.lines:
            coins = self._paid(part.lines["subsidy"], days) + self._paid(part.lines["transaction fees"], days)
            return [("Coin price", coins + self._worth(part.lines["pool fee"]))]
        if "lease" in part.lines:
            return [("Leases of halls", self._paid(part.lines["lease"], days) + self._worth(part.lines["downtime credits"]))]
        paid = [self._paid(part.lines[name], days) for name in part.paid]
        fee = [self._worth(part.lines[name]) for name in ("market fee", "service credits") if name in part.lines]
        label = "GPU rental" if "GPU rental" in part.lines else "Price of tokens" if "output tokens" in part.lines else "Revenue"
        return [(label, sum((*paid[1:], *fee), paid[0]))] if paid else []

    def _worth(self, row: Row) -> Term:
        return worth(self.rate, row[0], row.part(1, row.sheet.times - 1))

    def _paid(self, row: Row, days: Term) -> Term:
        """Present value of a line that is paid some days later: what is still owed at the end is settled then."""
        last = row.sheet.times - 1
        final = row[last] / (1.0 + self.rate) ** float(last)
        delay = days / MONTH_DAYS * (1.0 - 1.0 / (1.0 + self.rate))
        return self._worth(row) - delay * (self._worth(row) - final)

