import json
from pathlib import Path

import pytest

from wattmint.calculators.project.lines import project_finance
from wattmint.cli.finance_words import COLUMNS, in_words

CASES = {case["id"]: case["inputs"] for case in json.loads((Path(__file__).parents[1] / "golden" / "sam_single_owner.json").read_text())["cases"]}


def test_summary():
    lines = in_words(project_finance(CASES["sam_so_00"])).splitlines()
    assert lines[0] == "owner puts in 2,046,313 USD, the lender 17,953,687 USD"
    assert lines[1] == "after tax: IRR 59.8350 %, MIRR 27.18 %, NPV 7,470,734 USD at 9.06%, money back after 1.5 years"
    assert lines[2].startswith("a kWh costs 4.9009 cents and earns 6.2333 (nominal)")
    assert lines[3] == "debt service is covered 1.300 times at least, 1.300 on average; LLCR 1.300"


@pytest.mark.parametrize("name", ["sam_so_01", "grace_and_reserve", "no_loan"])
def test_the_table_has_a_row_for_each_year_whose_parts_add_up(name: str):
    case = CASES[name]
    text = in_words(project_finance(case))
    rows = [line.split() for line in text[text.index("\n\n") + 2 :].splitlines()[1:]]
    assert [row[0] for row in rows] == [str(year) for year in range(case["n"] + 1)]
    for row in rows[1:]:
        usd = [int(cell.replace(",", "")) for cell in row[1:10]]
        assert usd[0] + usd[1] == pytest.approx(usd[2], abs=2)
        assert sum(usd[2:8]) == pytest.approx(usd[8], abs=4)


def test_without_a_rate_of_return():
    text = in_words(project_finance({**CASES["no_loan"], "ppa": 0.0, "state": 0.0}))
    assert "IRR undefined, MIRR -100.00 %" in text
    assert "money back never" in text
    assert "covered" not in text
    several = {**CASES["sam_so_00"], "opex": 3_000_000, "opex_esc": 0.08, "debt_option": 0, "n": 12, "capex": 5e6}
    assert "IRR multiple (" in in_words(project_finance(several))


def test_columns_are_named_once():
    assert len(set(COLUMNS)) == len(COLUMNS)
