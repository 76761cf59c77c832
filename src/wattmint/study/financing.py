"""Tax and debt of a study: the terms that hold for every path, and each build's books before them."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from wattmint.finance.after_tax import Books, Outlay
from wattmint.finance.cashflow import POWER_LINES, SALVAGE, WORKING_CAPITAL, revenue, sum_of
from wattmint.finance.debt_sizing import SizedDebt, size_debt
from wattmint.finance.depreciation import Depreciation, TaxYears, assessed_values, deductions
from wattmint.finance.tax_terms import TaxTerms, tax_terms, tax_years
from wattmint.scenario.model import Scenario
from wattmint.study.corridor import BuildWalk, Prepared, PreparedBuild, walk, world_of
from wattmint.types import FloatArray, IntArray

SIZING_PATHS = 256
"""Paths of the sample on which a lender's case is read."""


@dataclass(frozen=True, slots=True)
class Financing:
    """Terms of tax and debt.

    Attributes
    ----------
    years : TaxYears
        Of the horizon.
    tax : TaxTerms or None
        None: no tax.
    debts : tuple of SizedDebt or None
        One per build, or None: no debt.
    discount_rate : float
        Of the owner's money, per year.
    """

    years: TaxYears
    tax: TaxTerms | None
    debts: tuple[SizedDebt, ...] | None
    discount_rate: float

    def debt_of(self, build: int) -> SizedDebt | None:
        """Return the loans of the build of this number."""
        return None if self.debts is None else self.debts[build]


def arrange(prepared: Prepared, paths: int) -> Financing | None:
    """Return the terms of tax and debt, loans sized.

    Parameters
    ----------
    prepared : Prepared
        From `corridor.prepare`.
    paths : int
        Number of paths of the study; the first of them, at most `SIZING_PATHS`, are the lender's sample.

    Returns
    -------
    Financing or None
        None where the site file has neither table.

    Raises
    ------
    InputError
        A rule of depreciation is refused.
    """
    scenario = prepared.scenario
    if scenario.tax is None and scenario.debt is None:
        return None
    tax = None if scenario.tax is None else tax_terms(scenario.tax, scenario.study)
    rate = scenario.money.discount_rate
    unsized = Financing(tax_years(scenario.study), tax, None, rate)
    if scenario.debt is None:
        return unsized
    world = world_of(prepared, 0, min(SIZING_PATHS, paths))
    debts = []
    for one in walk(prepared, world):
        books = books_of(one, unsized, scenario)
        debts.append(size_debt(scenario.debt, books.financed, books.bought, books.cash(), full_service(one.build, scenario)))
    equity_rate = scenario.debt.equity_discount_rate
    return Financing(unsized.years, tax, tuple(debts), rate if equity_rate is None else equity_rate)


def full_service(build: PreparedBuild, scenario: Scenario) -> int:
    """Return the column with which the last part that is built or bought is ready, or the horizon; 0 where all is there already."""
    months = scenario.study.horizon_months
    ready = (plan.first_month for plan in build.plans if not plan.stands and plan.from_month < months)
    return min(max(ready, default=0), months)


def books_of(one: BuildWalk, financing: Financing, scenario: Scenario) -> Books:
    """Return a build's books before tax and debt.

    Parameters
    ----------
    one : BuildWalk
        Its walk through a chunk of paths.
    financing : Financing
        Tax terms and calendar.
    scenario : Scenario
        Its `[debt]` says which outlays which loan shares in.

    Returns
    -------
    Books
        Works and machines of every part apart, because they enter service apart.
    """
    shape, lines, tax = one.cashflow.net.shape, one.cashflow.lines, financing.tax
    ends = full_service(one.build, scenario)
    on_machines = scenario.debt is not None and scenario.debt.equipment_share > 0.0
    works, machines = [], []
    rules = (None, None) if tax is None else (tax.works, tax.machines)
    financed, bought = np.zeros(shape), np.zeros(shape)
    for plan, offer in zip(one.build.plans, one.offers, strict=True):
        serves = min(plan.first_month, scenario.study.horizon_months)
        sold = int(financing.years.of_column[plan.stay.end(scenario.study.horizon_months)])
        for name, usd in offer.capital.items():
            if name == plan.works.line:
                service = np.full(shape[1], financing.years.of_service[serves])
                works.append(_outlay(-usd, service, financing.years, rules[0], (serves, sold), financing.years.start))
                financed -= usd
            elif name != SALVAGE and usd.any():
                machines.append(_outlay(-usd, financing.years.of_service, financing.years, rules[1], (serves, sold), None))
                if on_machines:
                    bought -= usd
                else:
                    financed[:, : ends + 1] -= usd[:, : ends + 1]
    none = np.zeros((1, shape[1]))
    return Books(
        net=one.cashflow.net,
        works=tuple(works),
        machines=tuple(machines),
        salvage=lines.get(SALVAGE, none),
        working_capital=lines.get(WORKING_CAPITAL, none) + (none if one.coins is None else one.coins.no_income),
        revenue=revenue(lines, one.offers, shape) if tax is not None and tax.margin_rate > 0.0 else none,
        power=sum_of({name: lines[name] for name in POWER_LINES if name in lines}, shape) if tax is not None and tax.margin_rate > 0.0 else none,
        financed=financed,
        bought=bought,
    )


def _outlay(
    usd: FloatArray, service: IntArray, years: TaxYears, rule: Depreciation | None, time: tuple[int, int], acquired: dt.date | None
) -> Outlay:
    """Return an outlay; `time` is the column with which service begins, and the tax year of the sale."""
    serves, sold = time
    if rule is None:
        return Outlay(usd, service, np.zeros((years.count, years.count)), np.zeros((years.count, years.count)))
    return Outlay(usd, service, deductions(rule, years, years.calendar_month(serves), acquired, sold), assessed_values(rule, years, sold))
