import dataclasses
from typing import Any

import numpy as np
import pytest
from tests.report.workbooks import assert_same, by_python, by_workbook, future_of, site

from wattmint.report.workbook.book import assemble
from wattmint.report.workbook.inputs import Inputs
from wattmint.report.workbook.market import calendar, market_sheet
from wattmint.report.workbook.part import PartBlock, PartRows
from wattmint.report.workbook.sheets import Book
from wattmint.study.one_future import OneFuture
from wattmint.workloads.plan import Plan

KINDS: dict[str, dict[str, Any]] = {
    "mining": {"kind": "mining", "machine": "antminer-s21-xp", "machine_life_months": 24},
    "hosting": {"kind": "hosting"},
    "rental": {"kind": "rental", "accelerator": "b200-sxm", "refresh_months": 24},
    "inference": {"kind": "inference", "accelerator": "b200-sxm", "model": "llama-3-3-70b", "refresh_months": 24},
}


def block(future: OneFuture) -> PartRows:
    book = Book()
    inputs = Inputs(book, future)
    market = market_sheet(book, future)
    sheet = book.sheet("1 Monthly", future.world.months + 1)
    calendar(sheet, future, "", "")
    return PartBlock(sheet, inputs, market, future, (0, 0)).fill()


def of_kind(kind: str) -> OneFuture:
    return future_of(site(builds=[{"name": "One", "parts": [KINDS[kind]]}], tax=None, debt=None))


def assert_lines(rows: PartRows, future: OneFuture) -> None:
    lines = future.walks[0].cashflow.lines
    for name, row in rows.lines.items():
        expected = lines[name][0] if name in lines else np.zeros(future.world.months + 1)
        np.testing.assert_allclose([float(row.values[c]) for c in range(expected.size)], expected, rtol=1e-9, atol=1e-4, err_msg=name)
    assert set(lines) <= set(rows.lines)


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_is_the_runs(kind: str):
    future = of_kind(kind)
    rows = block(future)
    assert_lines(rows, future)
    assert all(float(row.total.number) >= 0.0 for name, row in rows.lines.items() if name in rows.paid)
    assert rows.paid


class OtherPlan(Plan):
    """A workload that the workbook has no formulas for."""

    feels = frozenset()


def test_an_unknown_workload_stands_as_run_and_works_staff_and_machines_follow():
    future = of_kind("rental")
    walk = future.walks[0]
    plan = OtherPlan(**{field.name: getattr(walk.build.plans[0], field.name) for field in dataclasses.fields(Plan)})
    build = dataclasses.replace(walk.build, plans=(plan,))
    walk = dataclasses.replace(walk, build=build, offers=(dataclasses.replace(walk.offers[0], workload="other"),))
    other = dataclasses.replace(future, walks=(walk,), prepared=dataclasses.replace(future.prepared, builds=(build,)))
    rows = block(other)
    assert_lines(rows, future)
    assert rows.paid == ("GPU rental",)
    book = assemble(other)
    assert_same(by_workbook(book), by_python(future))
    assert {"b1p1_first_machines_usd", "b1p1_opex_usd_per_mw_year", "b1p1_works_usd"} <= book.names.keys()


MINE: dict[str, Any] = KINDS["mining"] | {"existing": True, "machine_age_months": 8}
PHASED: dict[str, list[dict[str, Any]]] = {
    "a mine that stops": [MINE | {"until_month": 20, "clearing_usd_per_mw": 50_000}],
    "a later mine": [KINDS["mining"] | {"from_month": 9, "until_month": 50}],
    "halls that follow": [KINDS["hosting"] | {"from_month": 7, "until_month": 40}],
    "old accelerators": [KINDS["rental"] | {"existing": True, "machine_age_months": 10, "until_month": 44}],
    "later accelerators": [KINDS["inference"] | {"from_month": 6, "until_month": 50}],
    "never": [KINDS["rental"] | {"existing": True, "machine_age_months": 10, "from_month": 54}],
    "backup alone": [KINDS["hosting"] | {"site_capex_usd_per_mw": 0, "backup": "2n"}],
    "halls taken over": [KINDS["hosting"] | {"until_month": 30}, KINDS["hosting"] | {"existing": True, "from_month": 30}],
    "all": [
        MINE | {"until_month": 12}, KINDS["rental"] | {"from_month": 12, "share": 0.5}, MINE | {"from_month": 13, "share": 0.5, "until_month": 53},
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", PHASED)
def test_parts_that_come_and_go_are_the_runs(name: str):
    one = future_of(site(builds=[{"name": "One", "parts": PHASED[name][:1]}], tax=None, debt=None))
    assert_lines(block(one), one)
    financed = future_of(site(builds=[{"name": "One", "parts": PHASED[name]}]))
    ours, theirs = by_workbook(assemble(financed)), by_python(financed)
    # What stands already has rates of return without a meaning, beyond those that the workbook looks at.
    assert_same(*({key: value for key, value in results.items() if key[1] != "IRR per year"} for results in (ours, theirs)))
