"""What the workbook's tests share: a small site, its workbook's numbers, and LibreOffice."""

import copy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from wattmint.finance.returns import irr_by_path, npv, payback_months
from wattmint.report.workbook.sheets import Book, Sheet
from wattmint.report.workbook.terms import Term
from wattmint.scenario.model import Scenario
from wattmint.study.one_future import OneFuture, one_future
from wattmint.types import FloatArray

KINDS = {"before": "Before tax and debt", "after tax": "After tax, without debt", "owner": "Owner, after tax and debt"}
Results = dict[tuple[str, str, int], float | str]
"""NPV, IRR and payback by kind of flow, name and build (from 0)."""

SITE: dict[str, Any] = {
    "name": "Workbook site",
    "site": {"power_mw": 10},
    "power": {"fixed_usd_per_mwh": 38.0, "weather": "midland-tmy3", "delivery_usd_per_mwh": 4.0, "demand_charge_usd_per_kw_month": 5.0},
    "money": {"discount_rate": 0.09, "receivable_days": 30, "payable_days": 14},
    "tax": {"jurisdiction": "us-va", "gross_margin_tax_rate": 0.0075, "property_tax_per_year": 0.01},
    "debt": {
        "debt_share": 0.5, "dscr": 1.3, "debt_rate": 0.08, "debt_term_months": 30, "grace_months": 2, "upfront_fee_share": 0.02,
        "reserve_months": 4, "equity_discount_rate": 0.12,
    },
    "study": {"start": "2026-12", "horizon_months": 54},
    "builds": [
        {"name": "Mix", "parts": [{"kind": "mining", "share": 0.5, "machine": "antminer-s21-xp"}, {"kind": "hosting", "share": 0.5}]},
        {"name": "Rent", "parts": [{"kind": "rental", "accelerator": "b200-sxm", "refresh_months": 30}]},
    ],
}  # fmt: skip


def site(**tables: Any) -> dict[str, Any]:
    """The small site with tables changed; None takes one out."""
    made = copy.deepcopy(SITE)
    for name, changes in tables.items():
        if changes is None:
            del made[name]
        elif isinstance(changes, dict):
            made[name] = {**made.get(name, {}), **changes}
        else:
            made[name] = changes
    return made


def future_of(tables: dict[str, Any]) -> OneFuture:
    return one_future(Scenario.of(tables))


def _three(net: FloatArray, rate: float) -> dict[str, float]:
    return {"NPV": float(npv(net, rate)[0]), "IRR per year": float(irr_by_path(net)[0][0]), "Payback": float(payback_months(net)[0])}


def by_python(future: OneFuture) -> Results:
    """What the engine says of the same run."""
    found: Results = {}
    rate = future.prepared.scenario.money.discount_rate
    for number, walk in enumerate(future.walks):
        flows = dict.fromkeys(KINDS, walk.cashflow.net)
        if future.after:
            flows |= {"after tax": future.after[number].unlevered, "owner": future.after[number].equity}
        owners = rate if future.financing is None else future.financing.discount_rate
        for kind, net in flows.items():
            found |= {(kind, name, number): value for name, value in _three(net, owners if kind == "owner" else rate).items()}
    return found


def by_workbook(book: Book) -> Results:
    """What the workbook's formulas say, by their own values."""
    sheet = next(one for one in book.sheets if one.name == "Returns")
    return _read({at: content.value if isinstance(content, Term) else content for at, (content, _) in sheet.cells.items()})


def by_file(book: Workbook) -> Results:
    """What an xlsx file says."""
    page = book["Returns"]
    return _read({(cell.row - 1, cell.column - 1): cell.value for row in page.iter_rows() for cell in row})


def _read(cells: dict[tuple[int, int], Any]) -> Results:
    titles, found, kind = {title: kind for kind, title in KINDS.items()}, {}, ""
    last = max(row for row, _ in cells)
    for row in range(last + 1):
        label = cells.get((row, 0))
        kind = titles.get(label, kind) if isinstance(label, str) else kind
        if label in ("NPV", "IRR per year", "Payback"):
            found |= {(kind, label, c - 2): cells[row, c] for c in range(2, 10) if cells.get((row, c)) is not None}
    return found


def assert_same(ours: Results, theirs: Results) -> None:
    """To the cent, and 1e-6 in rates and months; a word stands where the engine says NaN."""
    assert ours.keys() == theirs.keys()
    for key, expected in theirs.items():
        found = ours[key]
        if np.isnan(expected):
            assert isinstance(found, str), key
        else:
            assert found == pytest.approx(expected, abs=0.005 if key[1] == "NPV" else 1e-6, rel=0.0), key


def sheet_of(book: Book, name: str) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.name == name)


def labelled(book: Book, name: str, label: str) -> list[Any]:
    """Values behind a label: of its first row, from the column of totals on."""
    sheet = sheet_of(book, name)
    row = next(row for (row, column), (content, _) in sorted(sheet.cells.items()) if column == 0 and content == label)
    cells = [(column, content) for (at, column), (content, _) in sorted(sheet.cells.items()) if at == row and column >= 2]
    return [content.value if isinstance(content, Term) else content for _, content in cells]


SOFFICE = shutil.which("soffice")


def recalculated(files: list[Path], folder: Path) -> list[Workbook]:
    """The same workbooks after LibreOffice has computed every formula. The files must hold no values, as openpyxl writes them."""
    out = folder / "recalculated"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), "--headless", profile, "--convert-to", "xlsx", "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return [load_workbook(out / file.name, data_only=True) for file in files]


def changed(file: Path, changes: dict[str, float | str], to: Path) -> Path:
    """A workbook with input cells changed, by their names."""
    book = load_workbook(file)
    for name, value in changes.items():
        page, _, cell = book.defined_names[name].attr_text.rpartition("!")
        book[page.strip("'")][cell.replace("$", "")].value = value
    book.save(to)
    return to
