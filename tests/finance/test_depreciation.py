import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.depreciation import Depreciation, TaxYears, assessed_values, basis_by_year, deductions, yearly_shares

YEARS = TaxYears(dt.date(2026, 12, 1), 26)


def test_tax_years_are_calendar_years_and_the_decision_belongs_to_the_first():
    assert YEARS.count == 4
    assert YEARS.of_column.tolist() == [0, 0] + [1] * 12 + [2] * 12 + [3]
    assert YEARS.last_columns.tolist() == [1, 13, 25, 26]
    assert YEARS.sums(np.ones((1, 27))).tolist() == [[2.0, 12.0, 12.0, 1.0]]


def test_what_is_paid_serves_from_the_next_month():
    assert YEARS.of_service.tolist() == [0] + [1] * 12 + [2] * 12 + [3, 3]
    assert [YEARS.calendar_month(c) for c in (0, 1, 13, 26)] == [12, 1, 1, 1]


def test_bonus_by_the_law_in_force_when_it_was_acquired():
    rule, years = Depreciation("macrs", 5), TaxYears(dt.date(2024, 6, 1), 60)
    assert deductions(Depreciation("macrs", 5), YEARS, 1)[1].tolist() == [0.0, 1.0, 0.0, 0.0]
    old = deductions(rule, years, 6, dt.date(2024, 6, 1))
    assert [old[row, row] for row in range(4)] == pytest.approx([0.6 + 0.4 * 0.2, 0.4 + 0.6 * 0.2, 0.2 + 0.8 * 0.2, 0.2])
    new = deductions(rule, years, 6)
    assert [new[row, row] for row in range(4)] == pytest.approx([0.6 + 0.4 * 0.2, 0.4 + 0.6 * 0.2, 1.0, 1.0])


def test_macrs_without_bonus_and_the_rest_when_all_is_sold():
    table = deductions(Depreciation("macrs", 5, 0.0), YEARS, 1)
    assert table[0].tolist() == pytest.approx([0.2, 0.32, 0.192, 0.288])
    assert table[3].tolist() == [0.0, 0.0, 0.0, 1.0]


def test_straight_line_with_half_a_year_at_both_ends():
    assert yearly_shares(Depreciation("straight-line", 4), 1).tolist() == [0.125, 0.25, 0.25, 0.25, 0.125]


def test_buildings_have_no_bonus_and_begin_in_the_middle_of_their_month():
    table = deductions(Depreciation("macrs", 39), TaxYears(dt.date(2026, 1, 1), 36), 7)
    assert table[0, 0] == pytest.approx(0.01177)


def test_refuses_a_class_that_no_table_has():
    with pytest.raises(InputError, match="recovery_years = 6"):
        deductions(Depreciation("macrs", 6), YEARS, 1)


def test_property_is_assessed_at_cost_less_wear():
    assert assessed_values(Depreciation("macrs", 5), YEARS)[1].tolist() == [0.0, 1.0, 0.8, 0.6]


@given(st.sampled_from([3, 5, 7, 10, 15, 20, 39]), st.integers(1, 200), st.integers(1, 12), st.floats(0.0, 1.0), st.integers(0, 99))
def test_depreciation_sums_to_basis(recovery, months, month, bonus, seed):
    years = TaxYears(dt.date(2026, month, 1), months)
    paid = np.random.default_rng(seed).uniform(0.0, 1e6, (3, months + 1))
    basis = basis_by_year(paid, years.of_service, years.count)
    np.testing.assert_allclose(basis.sum(axis=1), paid.sum(axis=1), rtol=1e-12)
    table = deductions(Depreciation("macrs", recovery, bonus), years, month)
    np.testing.assert_allclose((basis @ table).sum(axis=1), paid.sum(axis=1), rtol=1e-12)
    assert (table >= -1e-12).all()
    assert not np.tril(table, -1).any()


@pytest.mark.parametrize("rule", [Depreciation("macrs", 15, 0.0), Depreciation("straight-line", 3)])
def test_what_is_sold_early_is_deducted_in_the_year_of_its_sale_and_assessed_no_more(rule):
    years = TaxYears(dt.date(2027, 1, 1), 72)
    kept, sold = deductions(rule, years, 1), deductions(rule, years, 1, None, 2)
    assert sold[0, :2].tolist() == kept[0, :2].tolist()
    assert sold[0, 2] == pytest.approx(1.0 - sold[0, :2].sum())
    assert not sold[:3, 3:].any()
    assert sold.sum(axis=1) == pytest.approx(np.ones(6))
    assert deductions(rule, years, 1, None, 5).tolist() == kept.tolist()
    assert assessed_values(rule, years, 2)[0].tolist() == [*assessed_values(rule, years)[0, :3].tolist(), 0.0, 0.0, 0.0]
