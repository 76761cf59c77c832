"""Does project finance agree with the reference tool off the golden list? `python benchmarks/single_owner_sam.py [CASES] [SEED]`.

Runs random cases through the calculator and through NREL's System Advisor Model (PySAM, compute module Singleowner), which has to be
importable (the package nlr-pysam, version 8; 227 MB, hence no dependency), and prints the worst deviation of any line in any year.
Three kinds of cases:

    plain    the fields of the golden cases, over more than their range: 1 to 40 years, cash that does not cover the loan, no loan
    capped   the same, sculpted, with the tool told to lend at most the cost
    terms    a reserve; grace for level loans; a fee for sculpted ones below their cap

Left out, because wattmint departs on purpose (docs/finance.md): sculpted loans against years without cash, a fee on a level or a capped
loan, a reserve for a loan of one year, which the tool never gives back, and a large one for a level loan, which it sizes by a few steps only.
"""

import math
import random
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from wattmint.calculators.project.lines import LINES, SCALARS, ProjectFinance, project_finance

CASES, SEED = 300, 20_261_123
YEARS: Final = (1, 2, 3, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40)
OFF: Final = (
    "construction_financing_cost", "cost_debt_closing", "cost_other_financing", "months_working_reserve", "months_receivables_reserve",
    "reserves_interest", "salvage_percentage", "equip1_reserve_cost", "equip2_reserve_cost", "equip3_reserve_cost", "insurance_rate",
    "property_tax_rate", "payment_option", "depr_bonus_sta",
    "depr_en_basis_mat", "depr_alloc_sl_5_percent", "depr_alloc_sl_15_percent", "depr_alloc_sl_20_percent",
    "depr_alloc_sl_39_percent", "depr_alloc_custom_percent", "system_use_lifetime_output",
)  # fmt: skip
"""Inputs of the tool that the calculator does not have."""


def main() -> None:
    """Print a line for each kind of case."""
    try:
        from PySAM import Singleowner  # noqa: PLC0415 - not a dependency
    except ImportError:
        sys.exit("PySAM is not installed: pip install nlr-pysam")
    count, seed = (int(word) for word in (*sys.argv[1:], *(str(default) for default in (CASES, SEED)[len(sys.argv) - 1 :])))
    print(f"{count} random cases of each kind, seed {seed}; the worst over all lines and years")
    print(f"{'':8}{'cases':>6}{'lines [USD]':>14}{'IRR [points]':>14}{'tool has no IRR':>17}{'exact IRR differs by over 1e-4':>32}")
    for kind in ("plain", "capped", "terms"):
        worst_usd, worst_rate, silent, loose, done = 0.0, 0.0, 0, 0, 0
        for case in cases(kind, count, random.Random(seed)):  # noqa: S311 - chance, not secrets
            ours, theirs = project_finance(case), reference(Singleowner, case, kind)
            done += 1
            worst_usd = max(worst_usd, *deviations(ours, theirs))
            rate, exact = theirs["project_return_aftertax_irr"], ours.returns.irr_percent
            if math.isnan(rate) or ours.outputs["project_return_aftertax_irr"] is None:
                silent += 1
                continue
            worst_rate = max(worst_rate, abs(ours.outputs["project_return_aftertax_irr"] - rate))
            loose += exact is not None and abs(exact - rate) > 1e-4
        print(f"{kind:8}{done:>6}{worst_usd:>14.1e}{worst_rate:>14.1e}{silent:>17}{loose:>32}")


def deviations(ours: ProjectFinance, theirs: Mapping[str, Any]) -> Iterator[float]:
    """Yield the worst deviation of every line and of every number but the rate of return."""
    for name in (*LINES, *(name for name in SCALARS if not name.endswith("irr"))):
        value = ours.outputs[name]
        if value is not None:
            yield float(np.abs(np.asarray(value) - np.asarray(theirs[name])).max())


def cases(kind: str, count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield random cases of one kind."""
    found = 0
    while found < count:
        case = one_case(kind, chance)
        if not departs(case):
            found += 1
            yield case


def departs(case: Mapping[str, Any]) -> bool:
    """Whether wattmint departs from the tool on purpose."""
    answer = project_finance(case)
    no_cash = case["debt_option"] == 1 and bool((answer.lines.ebitda[1 : case["tenor"] + 1] < 0.0).any())
    return no_cash or (answer.lines.loan.capped and (case.get("debt_fee", 0.0) > 0.0 or case["debt_cap"] > 1.0))


def one_case(kind: str, chance: random.Random) -> dict[str, Any]:
    """Return a case: energy worth its price, cost and capital as shares of that."""
    years, kw, price = chance.choice(YEARS), chance.choice((1, 1000, 10_000, 250_000)), chance.uniform(0.02, 0.12)
    sold = kw * 8760.0 * price
    case: dict[str, Any] = {
        "kw": kw, "n": years, "fed": chance.choice((0.0, 0.21, 0.35)), "state": chance.choice((0.0, 0.05, 0.12)),
        "real": chance.uniform(0.0, 0.15), "infl": chance.uniform(-0.01, 0.06), "ppa": price, "esc": chance.uniform(-0.03, 0.04),
        "tenor": chance.randint(0, years), "i": chance.uniform(0.0, 0.15), "dscr": chance.uniform(1.0, 2.5),
        "debt_option": 1 if kind == "capped" else chance.choice((0, 1)), "debt_pct": chance.choice((0.0, 0.5, 0.5 if kind == "terms" else 0.95)),
        "opex": sold * chance.uniform(0.0, 1.1), "opex_esc": chance.uniform(-0.02, 0.03), "macrs": chance.choice((5, 15)),
        "bonus": chance.choice((0.0, 0.2, 0.4, 0.6, 0.8, 1.0)), "capex": sold * chance.uniform(0.5, 12.0),
        "debt_cap": 1.0 if kind == "capped" else 10.0,
    }  # fmt: skip
    if kind == "terms" and case["tenor"] > 1:
        case["reserve_months"] = chance.choice((0.0, 3.0, 6.0, 12.0) if case["debt_option"] == 1 else (0.0, 3.0))
        if case["debt_option"] == 0:
            case["grace"] = chance.randint(0, case["tenor"] - 1)
        else:
            case["debt_fee"] = chance.choice((0.0, 0.01, 0.03))
    return case


def reference(single_owner: Any, case: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """Return what the tool makes of a case."""
    model = single_owner.default("CustomGenerationProfileSingleOwner")
    for name in OFF:
        model.value(name, 0)
    values = {
        "analysis_period": case["n"], "system_capacity": case["kw"], "gen": [float(case["kw"])] * 8760, "degradation": [0.0],
        "federal_tax_rate": [100 * case["fed"]], "state_tax_rate": [100 * case["state"]], "real_discount_rate": 100 * case["real"],
        "inflation_rate": 100 * case["infl"], "ppa_soln_mode": 1, "ppa_price_input": [case["ppa"]], "ppa_escalation": 100 * case["esc"],
        "term_tenor": case["tenor"], "term_int_rate": 100 * case["i"], "dscr": case["dscr"], "debt_option": case["debt_option"],
        "debt_percent": 100 * case["debt_pct"], "om_fixed": [case["opex"]], "om_fixed_escal": 100 * case["opex_esc"], "om_capacity": [0.0],
        "om_production": [0.0], "om_fuel_cost": [0.0], "total_installed_cost": case["capex"],
        "depr_alloc_macrs_5_percent": 100 * (case["macrs"] == 5), "depr_alloc_macrs_15_percent": 100 * (case["macrs"] == 15),
        "depr_bonus_fed": 100 * case["bonus"], "depr_bonus_fed_macrs_5": 1, "depr_bonus_fed_macrs_15": 1,
        "dscr_limit_debt_fraction": int(kind == "capped"),
        "dscr_maximum_debt_fraction": 100, "dscr_reserve_months": case.get("reserve_months", 0.0), "cost_debt_fee": 100 * case.get("debt_fee", 0.0),
        "loan_moratorium": case.get("grace", 0),
    }  # fmt: skip
    for name, value in values.items():
        model.value(name, value)
    model.execute(0)
    return {name: getattr(model.Outputs, name) for name in (*LINES, *SCALARS)}


if __name__ == "__main__":
    main()
