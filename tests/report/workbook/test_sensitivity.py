import dataclasses

import pytest
from tests.report.workbooks import future_of, sheet_of, site

from wattmint.finance.cashflow import cashflow, combine
from wattmint.finance.returns import npv
from wattmint.report.workbook.book import assemble
from wattmint.report.workbook.sensitivity import CHANGES
from wattmint.report.workbook.terms import Term
from wattmint.study.one_future import OneFuture
from wattmint.types import Offer

LINES = {
    "Coin price": ("subsidy", "transaction fees", "pool fee"),
    "Leases of halls": ("lease", "downtime credits"),
    "Running costs": ("operations",),
}
CAPITAL = {"Price of machines": ("machines", "replacement")}


def scaled(offer: Offer, names: tuple[str, ...], by: float) -> Offer:
    def some(lines):
        return {name: usd * by if name in names else usd for name, usd in lines.items()}

    return dataclasses.replace(offer, per_mwh=some(offer.per_mwh), per_month=some(offer.per_month), capital=some(offer.capital))


def npv_with(future: OneFuture, names: tuple[str, ...], by: float, power: float = 1.0) -> float:
    """The first build with lines scaled, hours run as they were."""
    walk, prepared = future.walks[0], future.prepared
    flows = []
    for offer, run in zip(walk.offers, walk.dispatches, strict=True):
        paid = dataclasses.replace(run, energy_usd=run.energy_usd * power)
        flows.append(cashflow(scaled(offer, names, by), paid, prepared.tariff, future.world, prepared.scenario.money))
    return float(npv(combine(flows).net, prepared.scenario.money.discount_rate)[0])


@pytest.fixture(scope="module")
def table():
    """NPV by driver and change, of the first build."""
    future = future_of(site())
    sheet = sheet_of(assemble(future), "Sensitivity")
    rows, grids = {}, {}
    for (row, column), (content, _) in sorted(sheet.cells.items()):
        if column == 0 and content not in rows:
            if (row, 1) in sheet.cells and isinstance(sheet.cells[row, 1][0], Term):
                rows[content] = [sheet.cells[row, 3 + place][0].value for place in range(len(CHANGES))]
            elif (row + 1, 2) in sheet.cells:
                grids[content] = row
    return future, rows, sheet, grids


@pytest.mark.parametrize("driver", [*LINES, "Wholesale price of power"])
def test_the_table_is_what_the_engine_gives_with_hours_as_they_were(table, driver: str):
    future, rows, _, _ = table
    for change, found in zip(CHANGES, rows[driver], strict=True):
        by = 1.0 + change
        expected = npv_with(future, (), 1.0, by) if driver not in LINES else npv_with(future, LINES[driver], by)
        assert found == pytest.approx(expected, abs=0.005), change


def test_works_and_machines_carry_what_they_fetch(table):
    future, rows, _, _ = table
    found = rows["What works and machines fetch"]
    for change, value in zip(CHANGES, found, strict=True):
        assert value == pytest.approx(npv_with(future, ("salvage",), 1.0 + change), abs=0.005)
    everything = ("machines", "replacement", "site works", "conversion", "salvage")
    both = rows["Cost of works"][0] + rows["Price of machines"][0] - rows["Cost of works"][4]
    assert both == pytest.approx(npv_with(future, everything, 1.0 + CHANGES[0]), abs=0.005)


def test_two_drivers_move_together(table):
    future, _, sheet, grids = table
    row = grids["Wholesale price of power (down) and coin price (across)"]
    found = sheet.cells[row + 1 + CHANGES.index(0.2), 3 + CHANGES.index(-0.1)][0].value
    assert found == pytest.approx(npv_with(future, LINES["Coin price"], 0.9, 1.2), abs=0.005)
