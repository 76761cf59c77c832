import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.errors import InputError
from wattmint.finance.tax import NO_LIMIT, TaxLaw, assess, combined_rate, limit_interest, tax_law, use_losses

MONEY = arrays(np.float64, (3, 6), elements=st.floats(-1e7, 1e7).map(lambda value: round(value, 2)))
SHARE = st.floats(0.0, 1.0)


def test_the_state_is_deducted_from_what_the_federation_taxes():
    assert combined_rate(0.21, 0.05) == pytest.approx(0.05 + 0.21 * 0.95)
    assert combined_rate([0.21, 0.0], 0.0).tolist() == [0.21, 0.0]


def test_law_by_tax_year():
    assert tax_law(2018) == TaxLaw(0.21, 1.0, 0.3, "ebitda")
    assert tax_law(2020) == TaxLaw(0.21, 1.0, 0.5, "ebitda")
    assert tax_law(2021) == TaxLaw(0.21, 0.8, 0.3, "ebitda")
    assert tax_law(2024) == TaxLaw(0.21, 0.8, 0.3, "ebit")
    assert tax_law(2025) == tax_law(2040) == TaxLaw(0.21, 0.8, 0.3, "ebitda")
    with pytest.raises(InputError, match="2018 or later"):
        tax_law(2017)


def test_losses_by_hand():
    """A loss of 100; 80 % of 50 is covered, then 80 % of 70, then the 4 that are left."""
    used, carried = use_losses([-100.0, 50.0, 70.0, 30.0], 0.8)
    assert used.tolist() == [0.0, 40.0, 56.0, 4.0]
    assert carried.tolist() == [100.0, 60.0, 4.0, 0.0]


def test_losses_where_the_limit_changes():
    used, _ = use_losses([-100.0, 50.0, 50.0], np.array([1.0, 1.0, 0.8]))
    assert used.tolist() == [0.0, 50.0, 40.0]


@given(MONEY, SHARE)
def test_losses_are_used_or_carried_and_never_more_than_the_limit(income, limit):
    used, carried = use_losses(income, limit)
    np.testing.assert_allclose(used.sum(axis=1) + carried[:, -1], np.maximum(-income, 0.0).sum(axis=1), rtol=1e-12, atol=1e-6)
    assert (used >= 0.0).all()
    assert (carried >= 0.0).all()
    assert (used <= limit * np.maximum(income, 0.0) + 1e-9).all()


def test_interest_by_hand():
    """30 % of 100 are deducted of 50; the 20 that wait and 10 more meet a limit of 60."""
    deducted, carried = limit_interest([50.0, 10.0, 0.0], [100.0, 200.0, -5.0], 0.3)
    assert deducted.tolist() == [30.0, 30.0, 0.0]
    assert carried.tolist() == [20.0, 0.0, 0.0]


def test_interest_without_a_limit_is_deducted_even_in_a_year_of_loss():
    deducted, carried = limit_interest([50.0, 10.0], [-100.0, 0.0], NO_LIMIT)
    assert deducted.tolist() == [50.0, 10.0]
    assert carried.tolist() == [0.0, 0.0]


@given(MONEY, MONEY, SHARE)
def test_interest_is_deducted_or_carried_and_never_more_than_the_limit(interest, income, limit):
    paid = np.abs(interest)
    deducted, carried = limit_interest(paid, income, limit)
    np.testing.assert_allclose(deducted.sum(axis=1) + carried[:, -1], paid.sum(axis=1), rtol=1e-12, atol=1e-6)
    assert (deducted <= limit * np.maximum(income, 0.0) + 1e-9).all()
    assert (carried >= 0.0).all()


def test_the_basis_of_the_interest_limit_follows_the_year():
    """100 earned, 60 written off: 30 % of 100 under the one law, of 40 under the other."""
    before, after = tax_law(2021), tax_law(2022)
    found = assess([100.0, 100.0], [60.0, 60.0], [40.0, 0.0], (before, after))
    assert found.interest_deducted.tolist() == pytest.approx([30.0, 10.0])
    found = assess([100.0, 100.0], [60.0, 60.0], [40.0, 0.0], (after, before))
    assert found.interest_deducted.tolist() == pytest.approx([12.0, 28.0])


@given(MONEY, MONEY, MONEY)
def test_what_is_taxed_reconciles_with_what_was_earned(ebitda, depreciation, interest):
    """Over all years: taxed = earned − written off − interest, but for losses and interest that still wait."""
    laws = tuple(tax_law(year) for year in range(2019, 2025))
    written_off, paid = np.abs(depreciation), np.abs(interest)
    found = assess(ebitda, written_off, paid, laws)
    waiting = found.losses_carried[:, -1] + found.interest_carried[:, -1]
    earned = (ebitda - written_off - paid).sum(axis=1)
    np.testing.assert_allclose(found.taxable.sum(axis=1), earned + waiting, rtol=1e-12, atol=1e-5)
    assert (found.taxable >= -1e-9).all()
