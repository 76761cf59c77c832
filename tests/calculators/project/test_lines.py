import json
import math
from pathlib import Path

import numpy as np
import pytest

from wattmint.calculators.project.lines import LINES, SCALARS, project_finance
from wattmint.finance.irr import irr
from wattmint.finance.reference_irr import reference_irr

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "sam_single_owner.json").read_text())["cases"]
BY_NAME = {case["id"]: case["inputs"] for case in GOLDEN}
BASE = BY_NAME["sam_so_00"]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["id"])
def test_every_line_of_the_reference_tool_to_the_cent(case):
    found = project_finance(case["inputs"]).outputs
    assert set(found) == set(case["outputs"]) == {*SCALARS, *LINES}
    for name in LINES:
        np.testing.assert_allclose(found[name], case["outputs"][name], rtol=0.0, atol=1e-3, err_msg=name)  # the golden file has four places
    for name in SCALARS:
        expected = case["outputs"][name]
        assert found[name] == (None if expected is None else pytest.approx(expected, rel=0.0, abs=1e-3 if expected > 1e3 else 1e-7)), name


@pytest.mark.parametrize("case", [case for case in GOLDEN if case["id"].startswith("sam_so")], ids=lambda case: case["id"])
def test_the_exact_rate_is_what_the_reference_tool_approaches(case):
    found = project_finance(case["inputs"])
    assert found.returns.irr_status == "unique"
    assert found.returns.irr_percent == pytest.approx(case["outputs"]["project_return_aftertax_irr"], abs=1.1e-4)
    assert found.returns.irr_percent == 100.0 * irr(found.lines.after_tax).roots[0]


def test_further_returns():
    returns = project_finance(BASE).returns
    assert returns.average_dscr == pytest.approx(1.3)
    assert returns.llcr == pytest.approx(1.3)  # a loan sculpted to one ratio covers its whole life by it
    assert returns.undepreciated_usd == returns.fee_usd == returns.first_reserve_usd == 0.0
    flow = project_finance(BASE).lines.after_tax
    assert returns.equity_multiple == pytest.approx(flow[1:].sum() / -flow[0])
    assert returns.payback_years == pytest.approx(1.0 + (-flow[0] - flow[1]) / flow[2])
    assert returns.irr_percent is not None
    assert returns.mirr_percent is not None
    assert 9.06 < returns.mirr_percent < returns.irr_percent  # reinvested at less than it earns
    assert project_finance(BASE).notes == ()


def test_a_capped_loan_is_said_and_equity_of_nothing_has_no_rate():
    found = project_finance(BY_NAME["capped_at_cost"])
    assert found.outputs["size_of_debt"] == BY_NAME["capped_at_cost"]["capex"]
    assert found.outputs["project_return_aftertax_irr"] is None
    assert found.notes[0].startswith("the loan was held down to 100% of the cost")
    assert "no money" in found.notes[1]


def test_the_cap_can_be_lifted():
    """As the reference tool does by default: it lends more than everything costs."""
    case = {**BASE, "capex": 8e6}
    assert project_finance(case).outputs["size_of_debt"] == 8e6
    free = project_finance({**case, "debt_cap": 10})
    assert free.outputs["size_of_debt"] == pytest.approx(17953686.63108797)
    assert free.outputs["size_of_equity"] < 0.0


def test_several_rates_or_none_are_said_with_the_reason():
    late_loss = project_finance({**BASE, "opex": 3_000_000, "opex_esc": 0.08, "debt_option": 0, "n": 12, "capex": 5e6})
    assert late_loss.returns.irr_status == "multiple"
    assert len(late_loss.returns.irr_roots_percent) == 2
    assert late_loss.returns.irr_percent is None
    assert any(note.startswith("rate of return multiple: 2 rates") and "MIRR" in note for note in late_loss.notes)
    never = project_finance({**BASE, "ppa": 0.0, "debt_option": 0, "debt_pct": 0.0, "fed": 0.0})
    assert never.returns.irr_status == "undefined"
    assert never.outputs["project_return_aftertax_irr"] is None
    assert never.returns.payback_years is None
    assert never.returns.mirr_percent == -100.0


def test_depreciation_that_the_end_cuts_off_is_said():
    found = project_finance({**BASE, "n": 4, "tenor": 3, "bonus": 0.5})
    assert found.returns.undepreciated_usd == pytest.approx(0.5 * (0.1152 + 0.0576) * 2e7)
    assert any("1,728,000 USD of cost are never deducted" in note for note in found.notes)


def test_a_year_without_cash_is_said():
    found = project_finance({**BASE, "opex": 5_000_000, "opex_esc": 0.05})
    assert any("pays nothing" in note for note in found.notes)
    assert found.outputs["cf_debt_balance"][-1] == 0.0


def test_without_a_loan_there_is_no_cover():
    found = project_finance({**BASE, "tenor": 0})
    assert found.outputs["min_dscr"] is None
    assert found.returns.average_dscr is None
    assert found.returns.llcr is None


def test_where_the_reference_tool_gives_up_the_only_rate_stands():
    found = project_finance({**BY_NAME["class_15"], "dscr": 1.45})
    assert math.isnan(reference_irr(found.lines.after_tax))
    assert found.returns.irr_status == "unique"
    assert found.outputs["project_return_aftertax_irr"] == found.returns.irr_percent
