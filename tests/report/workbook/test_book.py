from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import load_workbook
from tests.report.workbooks import SOFFICE, assert_same, by_file, by_python, by_workbook, changed, future_of, labelled, recalculated, sheet_of, site

from wattmint.finance.cashflow import cashflow, combine
from wattmint.report.workbook.book import assemble, workbook
from wattmint.report.workbook.terms import Term
from wattmint.scenario.model import Scenario
from wattmint.study.financed import finance
from wattmint.study.financing import arrange
from wattmint.study.one_future import OneFuture, one_future
from wattmint.workloads.timeline import remaining_life_share

VARIANTS: dict[str, dict[str, Any]] = {
    "as it is": site(),
    "no tax, no debt": site(tax=None, debt=None),
    "tax alone": site(debt=None),
    "debt alone, level instalments": site(tax=None, debt={"debt_share": 0.6, "debt_rate": 0.09, "debt_term_months": 24}),
    "loans on machines": site(debt={"equipment_share": 0.6, "equipment_term_months": 18, "equipment_rate": 0.11}),
    "loans longer than the horizon, without interest": site(debt={"debt_rate": 0.0, "debt_term_months": 80, "dscr": 1.1}),
    "straight line, value-added tax": site(tax={"jurisdiction": "no", "property_tax_per_year": 0.002, "vat_refund_months": 3}),
    "losses used, interest limited after depreciation": site(tax={"losses": "used", "interest_limit_share": 0.1, "bonus_share": 0.0}),
    "buildings": site(tax={"works_recovery_years": 39, "machine_recovery_years": 3, "bonus_share": 0.4}),
    "coins held": site(treasury={"coin_policy": "hold", "hold_share": 0.5}),
    "two months": site(study={"start": "2026-12", "horizon_months": 2}),
    "a short horizon": site(study={"start": "2027-05", "horizon_months": 13}),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_formulas_make_what_the_engine_makes(name: str):
    future = future_of(VARIANTS[name])
    book = assemble(future)
    assert_same(by_workbook(book), by_python(future))
    cells = sheet_of(book, "Checks").cells
    gaps = {cells[row, 0][0]: content.value for (row, column), (content, _) in cells.items() if column >= 2 and isinstance(content, Term)}
    assert len(gaps) > 15
    assert set(gaps.values()) == {0.0}


@pytest.mark.parametrize(
    "name", ["as it is", "loans on machines", "straight line, value-added tax", "losses used, interest limited after depreciation"]
)
def test_every_line_is_the_engines_month_by_month(name: str):
    future = future_of(VARIANTS[name])
    book = assemble(future)
    words = {
        "income tax": "Income tax with debt",
        "loan drawn": "Loans drawn",
        "loan interest": "Interest",
        "loan repaid": "Repaid",
        "reserve": "Reserve",
    }
    words |= {"property tax": "Property tax", "margin tax": "Tax on gross margin", "VAT": "Value-added tax paid and refunded"}
    for number, after in enumerate(future.after):
        for line, label in words.items():
            if line in after.lines:
                ours = labelled(book, f"{number + 1} Monthly", label)[1:]
                np.testing.assert_allclose(ours, after.lines[line][0], atol=0.005, rtol=0.0, err_msg=f"{number} {line}")
        cover = after.cover[0]
        known = cover[np.isfinite(cover)]
        least, mean = (labelled(book, "Returns", label)[number] for label in ("DSCR, worst year", "DSCR, mean"))
        if known.size:
            assert (least, mean) == pytest.approx((known.min(), known.mean()), abs=1e-6)
            assert labelled(book, "Returns", "LLCR")[number] == pytest.approx(after.life_cover[0], abs=1e-6)
        else:
            assert (least, mean) == ("no debt", "no debt")


def test_the_same_future_gives_the_same_file():
    future = future_of(site(study={"start": "2026-12", "horizon_months": 6}))
    assert workbook(future) == workbook(future)


def mix(**keys: float) -> list[dict[str, Any]]:
    """Both builds with keys of every part replaced where it has them."""
    builds = site()["builds"]
    for build in builds:
        for part in build["parts"]:
            part |= {key: value for key, value in keys.items() if key in EVERYWHERE or key in OWN[part["kind"]]}
    return builds


EVERYWHERE = {"opex_usd_per_mw_year", "site_capex_usd_per_mw", "salvage_share"}
OWN: dict[str, set[str]] = {"mining": set(), "hosting": {"lease_usd_per_kw_month", "power_passthrough"}, "rental": {"market_fee"}}
PARTS = ("b1p1", "b1p2", "b2p1")

CHANGES: dict[str, tuple[dict[str, float | str], dict[str, Any]]] = {
    "two inputs: capex and opex": (
        {f"{part}_{key}": value for part in PARTS for key, value in (("site_capex_usd_per_mw", 6e6), ("opex_usd_per_mw_year", 150_000.0))},
        site(builds=mix(site_capex_usd_per_mw=6e6, opex_usd_per_mw_year=150_000.0)),
    ),
    "two inputs: discount rate and tax": (
        {"discount_rate": 0.11, "national_tax_rate": 0.3},
        site(money={"discount_rate": 0.11}, tax={"national_tax_rate": 0.3}),
    ),
    "the loan": (
        {"debt_share": 0.7, "dscr_asked": 0.0, "debt_rate": 0.1, "debt_term_months": 40, "grace_months": 5,
         "upfront_fee_share": 0.03, "reserve_months": 6},
        site(debt={**site()["debt"], "debt_share": 0.7, "dscr": None, "debt_rate": 0.1, "debt_term_months": 40, "grace_months": 5,
                   "upfront_fee_share": 0.03, "reserve_months": 6}),
    ),
    "a loan on machines, a stricter lender": (
        {"equipment_share": 0.5, "equipment_rate": 0.12, "equipment_term_months": 20, "dscr_asked": 1.8, "equity_discount_rate": 0.15},
        site(debt={"equipment_share": 0.5, "equipment_rate": 0.12, "equipment_term_months": 20, "dscr": 1.8, "equity_discount_rate": 0.15}),
    ),
    "other tax rules": (
        {"depreciation_schedule": "straight-line", "bonus_share": 0.25, "machine_recovery_years": 4, "works_recovery_years": 12, "tax_losses": "used",
         "interest_limit_share": 1.0, "vat_rate": 0.19, "vat_refund_months": 3, "property_tax_per_year": 0.02, "state_tax_rate": 0.05},
        site(tax={"depreciation_schedule": "straight-line", "bonus_share": 0.25, "machine_recovery_years": 4, "works_recovery_years": 12,
                  "losses": "used",
                  "interest_limit_share": 1.0, "vat_rate": 0.19, "vat_refund_months": 3, "property_tax_per_year": 0.02, "state_tax_rate": 0.05}),
    ),
    "leases, passed power, salvage, payment days": (
        {"b1p2_lease_usd_per_kw_month": 120.0, "b1p2_lease_factor": 1.0, "b1p2_power_passthrough": 0.5, "demand_charge_usd_per_kw_month": 9.0,
         "receivable_days": 60, **{f"{part}_salvage_share": 0.1 for part in PARTS}},
        site(power={"demand_charge_usd_per_kw_month": 9.0}, money={"receivable_days": 60},
             builds=mix(lease_usd_per_kw_month=120.0, power_passthrough=0.5, salvage_share=0.1)),
    ),
}  # fmt: skip


CASES = {
    "coin_price_multiplier": 1.2, "power_price_multiplier": 1.1, "opex_multiplier": 0.9, "works_multiplier": 1.05, "machine_price_multiplier": 1.1,
    "salvage_multiplier": 0.8, "lease_multiplier": 0.95, "rental_multiplier": 1.15,
}  # fmt: skip
DRIVERS = {
    "coin_price_multiplier": ("subsidy", "transaction fees", "pool fee"),
    "opex_multiplier": ("operations",),
    "works_multiplier": ("site works", "conversion"),
    "machine_price_multiplier": ("machines", "accelerators", "replacement"),
    "lease_multiplier": ("lease", "downtime credits"),
    "rental_multiplier": ("GPU rental", "market fee", "service credits"),
}


def as_if(future: OneFuture, monkeypatch: pytest.MonkeyPatch) -> OneFuture:
    """The engine's answer to `CASES`: lines scaled, hours run and machines bought as they were, then taxed and financed anew."""
    by = {line: CASES[case] for case, lines in DRIVERS.items() for line in lines}
    prepared, last, walks = future.prepared, future.world.months, []
    for walk in future.walks:
        offers = []
        for plan, offer in zip(walk.build.plans, walk.offers, strict=True):
            per_mwh, per_month, capital = (
                {n: usd * by.get(n, 1.0) for n, usd in lines.items()} for lines in (offer.per_mwh, offer.per_month, offer.capital)
            )
            works = np.zeros((1, last + 1))
            left = remaining_life_share(last - plan.construction_months, plan.works.life_months)
            works[0, -1] = -offer.capital[plan.works.line].sum() * plan.works.salvage_share * left
            machines = offer.capital["salvage"] - works
            capital["salvage"] = CASES["salvage_multiplier"] * (CASES["works_multiplier"] * works + CASES["machine_price_multiplier"] * machines)
            offers.append(replace(offer, per_mwh=per_mwh, per_month=per_month, capital=capital))
        runs = [replace(run, energy_usd=run.energy_usd * CASES["power_price_multiplier"]) for run in walk.dispatches]
        parts = [cashflow(o, r, prepared.tariff, future.world, prepared.scenario.money) for o, r in zip(offers, runs, strict=True)]
        walks.append(replace(walk, offers=tuple(offers), dispatches=tuple(runs), parts=tuple(parts), cashflow=combine(parts)))
    monkeypatch.setattr("wattmint.study.financing.walk", lambda *_: walks)
    terms = arrange(prepared, 1)
    after = tuple(finance(one, number, terms, prepared.scenario) for number, one in enumerate(walks))
    return replace(future, walks=tuple(walks), financing=terms, after=after)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workbooks")


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, Any]:
    """The small site's workbook with each set of changes, computed by LibreOffice in one call."""
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed: the workbook cannot be recalculated here")
    base = folder / "base.xlsx"
    base.write_bytes(workbook(future_of(site())))
    cases = {"as it is": {}, "cases": CASES, **{name: cells for name, (cells, _) in CHANGES.items()}}
    paths = [changed(base, cells, folder / f"case-{number}.xlsx") for number, cells in enumerate(cases.values())]
    return {"base": base, **dict(zip(cases, recalculated(paths, folder), strict=True))}


@pytest.mark.parametrize("name", CHANGES)
def test_changed_inputs_give_what_python_gives_for_the_same_changes(files: dict[str, Any], name: str):
    tables = CHANGES[name][1]
    if "debt" in tables:
        tables["debt"] = {key: value for key, value in tables["debt"].items() if value is not None}
    expected = by_python(future_of(tables))
    assert_same(by_file(files[name]), expected)
    assert expected != by_python(future_of(site()))
    gaps = [cell.value for row in files[name]["Checks"].iter_rows(min_row=5, min_col=3) for cell in row if cell.value is not None]
    assert set(gaps) == {0}


def test_cases_scale_the_runs_own_lines(files: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    assert_same(by_file(files["cases"]), by_python(as_if(future_of(site()), monkeypatch)))


def test_what_is_written_beside_a_formula_is_what_it_gives(files: dict[str, Any]):
    assert gaps_of(files["base"], files["as it is"]) == []


@pytest.mark.parametrize("name", ["west-texas-100mw", "west-texas-financed", "own-prices"])
def test_the_example_sites_recalculate_to_what_is_written(root: Path, folder: Path, name: str):
    if SOFFICE is None:
        pytest.skip("LibreOffice (soffice) is not installed: the workbook cannot be recalculated here")
    future = one_future(Scenario.load(root / "examples" / f"{name}.toml"))
    written = folder / f"{name}-written.xlsx"
    written.write_bytes(workbook(future))
    (fresh,) = recalculated([changed(written, {}, folder / f"{name}.xlsx")], folder)
    assert gaps_of(written, fresh) == []
    assert_same(by_file(fresh), by_python(future))
    assert {cell.value for row in fresh["Checks"].iter_rows(min_row=5, min_col=3) for cell in row if cell.value is not None} == {0}


def gaps_of(written: Path, fresh: Any) -> list[str]:
    """Cells whose value differs from what LibreOffice makes of their formula, or that show an error."""
    formulas, cached = load_workbook(written), load_workbook(written, data_only=True)
    found, seen = [], 0
    for page in formulas:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                seen += 1
                ours, theirs = cached[page.title][cell.coordinate].value, fresh[page.title][cell.coordinate].value
                if not same(ours, theirs):
                    found.append(f"{page.title}!{cell.coordinate}: {ours!r} for {theirs!r} from {cell.value}")
    assert seen > 5_000
    return found[:20]


def same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= 1e-4 + 1e-9 * abs(ours)
    return (ours or "") == (theirs or "")
