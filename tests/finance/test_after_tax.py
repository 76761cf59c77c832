import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.finance.after_tax import (
    DRAWN,
    FEE,
    INCOME_TAX,
    INTEREST,
    MARGIN_TAX,
    PROPERTY_TAX,
    REPAID,
    RESERVE,
    VAT,
    AfterTax,
    Books,
    Outlay,
    after_tax,
)  # fmt: skip
from wattmint.finance.debt import Loan
from wattmint.finance.debt_service import level_balances, repaid_shares
from wattmint.finance.debt_sizing import SizedDebt, size_debt
from wattmint.finance.depreciation import Depreciation, TaxYears, assessed_values, deductions
from wattmint.finance.returns import monthly_rate
from wattmint.finance.single_owner import Project, owner_lines
from wattmint.finance.tax import combined_rate
from wattmint.finance.tax_terms import TaxTerms
from wattmint.scenario.model import Debt

MONTHS, WORKS_END = 36, 5
YEARS = TaxYears(dt.date(2027, 1, 1), MONTHS)
FIVE, FIFTEEN = Depreciation("macrs", 5, 0.0), Depreciation("macrs", 15, 0.0)
TERMS = TaxTerms(YEARS, 0.25, 0.0, False, 0.8, 0.3, False, FIFTEEN, FIVE, 0.0, 0.0, 2, ())
DEBT = Debt(debt_share=0.5, debt_rate=0.1, debt_term_months=24, upfront_fee_share=0.02, reserve_months=3)


def books_of(seed: int, paths: int = 4) -> Books:
    """Works over five months, machines at their end, a replacement later, revenue that may fail, salvage."""
    rng = np.random.default_rng(seed)
    works, machines, salvage, running = (np.zeros((paths, MONTHS + 1)) for _ in range(4))
    works[:, 1 : WORKS_END + 1] = rng.uniform(50.0, 150.0, (paths, 1))
    machines[:, WORKS_END] = 400.0
    machines[:, 25] = rng.uniform(0.0, 300.0, paths)
    salvage[:, 25] = 0.3 * machines[:, 25]
    salvage[:, -1] = rng.uniform(0.0, 200.0, paths)
    running[:, WORKS_END + 1 :] = rng.normal(40.0, 30.0, (paths, MONTHS - WORKS_END))
    revenue = np.maximum(running, 0.0) * 1.5
    shared = works + machines
    shared[:, WORKS_END + 1 :] = 0.0
    return Books(
        net=running + salvage - works - machines,
        works=(outlay(works, FIFTEEN, np.full(MONTHS + 1, YEARS.of_service[WORKS_END])),),
        machines=(outlay(machines, FIVE, YEARS.of_service),),
        salvage=salvage,
        working_capital=np.zeros((1, MONTHS + 1)),
        revenue=revenue,
        power=running - revenue,
        financed=shared,
        bought=np.zeros_like(shared),
    )


def outlay(usd, rule, service) -> Outlay:
    return Outlay(usd, service, deductions(rule, YEARS, 6), assessed_values(rule, YEARS))


def sized(books: Books, debt: Debt = DEBT) -> SizedDebt:
    return size_debt(debt, books.financed, books.bought, books.cash(), WORKS_END)


def whole(result: AfterTax, books: Books):
    return books.net + sum(result.lines.values(), np.zeros(books.net.shape))


def test_without_tax_and_debt_nothing_changes():
    books = books_of(1)
    result = after_tax(books, None, None)
    assert result.lines == {}
    np.testing.assert_array_equal(result.equity, books.net)
    assert result.cover is None


def test_income_tax_by_hand():
    # 1,200 of machines on the first day, 100 a month: 240, 384 and the rest are deducted; the first year's tax in twelve parts.
    paid, running = np.zeros((1, MONTHS + 1)), np.full((1, MONTHS + 1), 100.0)
    paid[0, 0], running[0, 0] = 1200.0, 0.0
    none = np.zeros((1, 1))
    books = Books(running - paid, (), (outlay(paid, FIVE, YEARS.of_service),), np.zeros((1, MONTHS + 1)), none, none, none, paid, paid * 0.0)
    line = after_tax(books, TERMS, None).lines[INCOME_TAX]
    expected = [-0.25 * (1200.0 - share * 1200.0) / 12.0 for share in (0.2, 0.32, 0.48)]
    np.testing.assert_allclose(line[0, 1:].reshape(3, 12), np.repeat(expected, 12).reshape(3, 12), rtol=1e-12)
    assert line[0, 0] == 0.0


def test_losses_wait_up_to_their_limit_or_pay_at_once():
    paid, running = np.zeros((1, MONTHS + 1)), np.full((1, MONTHS + 1), 100.0)
    paid[0, 0], running[0, 0] = 3000.0, 0.0
    none, all_at_once = np.zeros((1, 1)), dataclasses.replace(FIVE, bonus=1.0)
    books = Books(running - paid, (), (outlay(paid, all_at_once, YEARS.of_service),), np.zeros((1, MONTHS + 1)), none, none, none, paid, paid * 0.0)
    carried = after_tax(books, TERMS, None)
    assert YEARS.sums(carried.lines[INCOME_TAX])[0] == pytest.approx([0.0, -0.25 * 240.0, -0.25 * (1200.0 - 840.0)])
    assert carried.losses_carried == pytest.approx([0.0])
    used = after_tax(books, dataclasses.replace(TERMS, losses_used=True), None)
    assert YEARS.sums(used.lines[INCOME_TAX])[0] == pytest.approx([450.0, -300.0, -300.0])


def test_interest_beyond_its_limit_waits():
    books = books_of(3)
    free = after_tax(books, dataclasses.replace(TERMS, interest_limit=np.inf), sized(books))
    tight = after_tax(books, dataclasses.replace(TERMS, interest_limit=0.0), sized(books))
    interest = -tight.lines[INTEREST].sum(axis=1)
    np.testing.assert_allclose(tight.interest_carried, interest)
    np.testing.assert_allclose(tight.taxable - free.taxable, interest)
    assert not free.interest_carried.any()


def test_a_limit_after_depreciation_deducts_less():
    books = books_of(3)
    after = after_tax(books, dataclasses.replace(TERMS, interest_after_depreciation=True), sized(books))
    assert (after.interest_carried >= after_tax(books, TERMS, sized(books)).interest_carried).all()


def test_margin_tax_counts_at_most_seventy_percent_of_revenue():
    books = books_of(4)
    line = after_tax(books, dataclasses.replace(TERMS, margin_rate=0.01), None).lines[MARGIN_TAX]
    expected = np.maximum(np.minimum(0.7 * YEARS.sums(books.revenue), YEARS.sums(books.revenue + books.power)), 0.0)
    np.testing.assert_allclose(YEARS.sums(line), -0.01 * expected)


def test_property_tax_on_cost_less_wear_is_deducted_from_income():
    books = books_of(5)
    with_it, without = after_tax(books, dataclasses.replace(TERMS, property_rate=0.02), None), after_tax(books, TERMS, None)
    line = with_it.lines[PROPERTY_TAX]
    works, machines = books.works[0].usd.sum(axis=1), books.machines[0].usd[:, WORKS_END]
    np.testing.assert_allclose(YEARS.sums(line)[:, 0], -0.02 * (works + machines))
    np.testing.assert_allclose(with_it.taxable - without.taxable, line.sum(axis=1))


@pytest.mark.parametrize("months", [0, 2, MONTHS, MONTHS + 5])
def test_value_added_tax_comes_back(months):
    books = books_of(6)
    line = after_tax(books, dataclasses.replace(TERMS, vat_rate=0.2, vat_refund_months=months), None).lines[VAT]
    np.testing.assert_allclose(line.sum(axis=1), 0.0, atol=1e-9)
    if months == 2:
        np.testing.assert_allclose(line[:, 1], -0.2 * books.works[0].usd[:, 1])
        np.testing.assert_allclose(line[:, 9], 0.0)


def test_construction_interest_is_deducted_with_the_works():
    books = books_of(7)
    debt = sized(books, DEBT.model_copy(update={"upfront_fee_share": 0.0}))
    result, alone = after_tax(books, dataclasses.replace(TERMS, interest_limit=np.inf), debt), after_tax(books, TERMS, None)
    rolled = -result.lines[REPAID].sum(axis=1) - result.lines[DRAWN].sum(axis=1)
    assert (rolled > 0.0).all()
    np.testing.assert_allclose(alone.taxable - result.taxable, rolled - result.lines[INTEREST].sum(axis=1))


def test_cover_is_cash_after_tax_over_scheduled_service():
    books = books_of(8)
    debt = sized(books)
    result = after_tax(books, TERMS, debt)
    cash = books.cash() + result.lines[INCOME_TAX]
    due = -(result.lines[INTEREST] + result.lines[REPAID])
    first = WORKS_END + 1
    years = [slice(first + 12 * k, first + 12 * k + 12) for k in range(2)]
    expected = [cash[:, year].sum(axis=1) / due[:, year].sum(axis=1) for year in years]
    np.testing.assert_allclose(result.cover, np.stack(expected, axis=1))
    discount = (1.0 + monthly_rate(0.1)) ** -np.arange(1.0, 25.0)
    owed = due[:, first : first + 24] @ discount
    np.testing.assert_allclose(result.life_cover, cash[:, first : first + 24] @ discount / owed)


def test_a_commitment_of_nothing_is_no_loan():
    books = books_of(9)
    nothing = sized(books, DEBT.model_copy(update={"debt_share": 0.0, "reserve_months": 0}))
    result = after_tax(books, TERMS, nothing)
    np.testing.assert_allclose(result.equity, result.unlevered, atol=1e-9)
    assert np.isnan(result.life_cover).all()
    assert repaid_shares(level_balances(0.1, 3), WORKS_END, 0, MONTHS).sum() == pytest.approx(1.0)


CASES = st.fixed_dictionaries(
    {"rate": st.floats(0.0, 0.5), "losses_used": st.booleans(), "loss_limit": st.floats(0.0, 1.0), "interest_limit": st.floats(0.0, 1.0)}
    | {"interest_after_depreciation": st.booleans(), "margin_rate": st.sampled_from([0.0, 0.01]), "property_rate": st.sampled_from([0.0, 0.02])}
    | {"vat_rate": st.sampled_from([0.0, 0.19])}
)
LOANS = st.builds(
    Debt,
    debt_share=st.floats(0.0, 0.9),
    debt_rate=st.floats(0.0, 0.3),
    dscr=st.none() | st.floats(1.0, 3.0),
    debt_term_months=st.integers(8, 60),
    grace_months=st.integers(0, 7),
    upfront_fee_share=st.floats(0.0, 0.1),
    reserve_months=st.integers(0, 12),
)


@settings(deadline=None)
@given(CASES, st.none() | LOANS, st.integers(0, 1000))
def test_lines_sum_to_the_owners_cash_debt_ends_at_zero_and_taxes_reconcile(keys, loan, seed):
    books, terms = books_of(seed), dataclasses.replace(TERMS, **keys)
    result = after_tax(books, terms, None if loan is None else sized(books, loan))
    np.testing.assert_allclose(whole(result, books), result.equity, atol=1e-6)
    # Tax paid is the rate on all income; where losses are carried, what is left of them was never counted.
    np.testing.assert_allclose(-result.lines[INCOME_TAX].sum(axis=1), keys["rate"] * (result.taxable + result.losses_carried), atol=1e-6)
    # All that was earned less all that was paid out is income, but for interest that was never deducted.
    other = sum((result.lines[name].sum(axis=1) for name in (MARGIN_TAX, PROPERTY_TAX, INTEREST, FEE) if name in result.lines), np.zeros(4))
    if loan is not None:
        other += result.lines[DRAWN].sum(axis=1) + result.lines[REPAID].sum(axis=1)
        np.testing.assert_allclose(result.lines.get(RESERVE, np.zeros(1)).sum(axis=-1), 0.0, atol=1e-6)
        assert (-np.cumsum(result.lines[DRAWN] + result.lines[REPAID], axis=1)[:, -1] >= -1e-6).all()
    np.testing.assert_allclose(result.taxable, books.net.sum(axis=1) + other + result.interest_carried, atol=1e-6)


def test_taxes_of_a_project_without_loan_are_those_of_the_annual_model():
    """The annual model agrees with the reference tool to the cent; month by month the same project must pay the same tax each year."""
    project = Project(1000.0, 10, 0.06, 0.02, 90_000.0, 0.01, 1.9e6, 5, 0.0, 0.21, 0.06, 0.06, 0.025, Loan("level", 0, 0.0))
    lines = owner_lines(project)
    years = TaxYears(dt.date(2027, 1, 1), 120)
    paid, running = np.zeros((1, 121)), np.zeros((1, 121))
    paid[0, 0], running[0, 1:] = project.capex_usd, np.repeat(lines.ebitda[1:] / 12.0, 12)
    none = np.zeros((1, 121))
    rule = Depreciation("macrs", 5, 0.0)
    bought = Outlay(paid, years.of_service, deductions(rule, years, 1), assessed_values(rule, years))
    terms = dataclasses.replace(TERMS, years=years, rate=float(combined_rate(0.21, 0.06)), losses_used=True)
    found = after_tax(Books(running - paid, (), (bought,), none, none, none, none, paid, none), terms, None)
    np.testing.assert_allclose(years.sums(found.lines[INCOME_TAX])[0], (lines.state_tax + lines.federal_tax)[1:], rtol=1e-9, atol=0.01)
