import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.finance.debt_paths import debt_service_by_path
from wattmint.finance.debt_service import (
    EquipmentLoan,
    ProjectLoan,
    cover_ratios,
    debt_service,
    level_balances,
    level_instalment,
    repaid_shares,
    sculpted_balances,
)  # fmt: skip

NO_EQUIPMENT = EquipmentLoan(0.0, 0.0, 1, 1.0)
COLUMNS = 25


def project(share=0.6, commitment=1e9, rate=0.01, until=4, grace=0, term=12, months=COLUMNS - 1) -> ProjectLoan:
    return ProjectLoan(share, commitment, rate, until, repaid_shares(level_balances(rate, term - grace), until, grace, months))


def test_a_level_loan_by_hand():
    spend = np.zeros((1, COLUMNS))
    spend[0, 0] = 1000.0
    result = debt_service(spend, np.zeros_like(spend), project(until=2), NO_EQUIPMENT)
    owed = 600.0 * 1.01**2
    assert result.drawn_usd.sum() == pytest.approx(600.0)
    assert result.rolled_up_usd[0] == pytest.approx(owed - 600.0)
    assert result.owed_at_start_usd == pytest.approx([owed])
    paid = (result.interest_usd + result.repaid_usd)[0, 3:15]
    np.testing.assert_allclose(paid, owed * level_instalment(0.01, 12), rtol=1e-12)
    np.testing.assert_allclose(paid @ 1.01 ** -np.arange(1.0, 13.0), owed, rtol=1e-12)


def test_no_more_than_the_commitment_is_drawn():
    spend = np.full((1, COLUMNS), 100.0)
    result = debt_service(spend, np.zeros_like(spend), project(commitment=150.0), NO_EQUIPMENT)
    assert result.drawn_usd[0, :4].tolist() == [60.0, 60.0, 30.0, 0.0]


def test_grace_pays_interest_only():
    spend = np.zeros((1, COLUMNS))
    spend[0, 0] = 1000.0
    result = debt_service(spend, np.zeros_like(spend), project(until=0, grace=3), NO_EQUIPMENT)
    assert result.repaid_usd[0, :4].tolist() == [0.0] * 4
    np.testing.assert_allclose(result.interest_usd[0, 1:4], 6.0)


def test_what_is_owed_when_the_horizon_ends_is_repaid_then():
    spend = np.zeros((1, 7))
    spend[0, 0] = 1000.0
    result = debt_service(spend, np.zeros_like(spend), project(until=0, term=60, months=6), NO_EQUIPMENT)
    assert result.balloon_usd[0] > 500.0
    assert result.repaid_usd.sum() == pytest.approx(600.0)
    assert result.scheduled_usd()[0, -1] == pytest.approx(600.0 * level_instalment(0.01, 60))


def test_every_purchase_of_machines_is_a_loan_of_its_own():
    bought = np.zeros((1, COLUMNS))
    bought[0, 2], bought[0, 10] = 1000.0, 500.0
    loan = EquipmentLoan(0.5, 0.01, 6, level_instalment(0.01, 6))
    result = debt_service(np.zeros_like(bought), bought, project(share=0.0), loan)
    expected = np.zeros(COLUMNS)
    expected[3:9] = 500.0 * loan.instalment
    expected[11:17] = 250.0 * loan.instalment
    np.testing.assert_allclose((result.interest_usd + result.repaid_usd)[0], expected, atol=1e-9)


LOANS = st.tuples(st.floats(0.0, 0.9), st.floats(0.0, 0.02), st.integers(0, 10), st.integers(1, 40), st.floats(0.0, 1e6))


@settings(deadline=None)  # the first example waits for the compiler
@given(LOANS, st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 0.02), st.integers(1, 40)), st.integers(0, 10_000))
def test_debt_ends_at_zero_and_the_compiled_form_agrees(loan, machines, seed):
    share, rate, until, term, commitment = loan
    equipment = EquipmentLoan(machines[0], machines[1], machines[2], level_instalment(machines[1], machines[2]))
    rng = np.random.default_rng(seed)
    spend, bought = (rng.uniform(0.0, 1e6, (3, COLUMNS)) * (rng.uniform(size=(3, COLUMNS)) < 0.3) for _ in range(2))
    asked = project(share, commitment, rate, until, 0, term)
    plain, quick = debt_service(spend, bought, asked, equipment), debt_service_by_path(spend, bought, asked, equipment)
    owed = plain.drawn_usd.sum(axis=1) + plain.rolled_up_usd
    np.testing.assert_allclose(plain.repaid_usd.sum(axis=1), owed, rtol=1e-9, atol=1e-6)
    assert (plain.drawn_usd[:, -1] == 0.0).all()
    assert (plain.repaid_usd >= -1e-6).all()
    for name in ("drawn_usd", "interest_usd", "repaid_usd", "rolled_up_usd", "owed_at_start_usd", "balloon_usd"):
        np.testing.assert_allclose(getattr(quick, name), getattr(plain, name), rtol=1e-9, atol=1e-6, err_msg=name)


def test_a_sculpted_loan_is_the_present_value_of_its_service():
    service = np.array([100.0, 120.0, 90.0, 110.0])
    balances = sculpted_balances(service, 0.01)
    assert balances[0] == pytest.approx(service @ 1.01 ** -np.arange(1.0, 5.0))
    np.testing.assert_allclose(balances[:-1] * 1.01 - balances[1:], service)


@given(st.lists(st.floats(-50.0, 100.0), min_size=1, max_size=60), st.floats(0.0, 0.05))
def test_a_sculpted_balance_falls_to_zero_and_asks_for_no_more_than_there_is(service, rate):
    balances = sculpted_balances(np.array(service), rate)
    assert balances[-1] == 0.0
    assert (np.diff(balances) <= 1e-9).all()
    assert (balances[:-1] * (1.0 + rate) - balances[1:] <= np.maximum(service, 0.0) + 1e-9).all()


def test_level_loans_without_interest():
    assert level_instalment(0.0, 10) == 0.1
    assert level_balances(0.0, 4).tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]


def test_repayment_beyond_the_horizon_is_left_out():
    assert repaid_shares(level_balances(0.0, 4), 3, 1, 6).tolist() == [0.0] * 5 + [0.25, 0.25]
    assert not repaid_shares(np.zeros(5), 3, 1, 6).any()


def test_cover_counts_years_from_the_first_payment():
    cash, due = np.full((1, 31), 3.0), np.full((1, 31), 2.0)
    due[0, 25:] = 1e-6
    assert cover_ratios(cash, due, 1, 24).tolist() == [[1.5, 1.5]]
    assert cover_ratios(cash, due, 1, 30).shape == (1, 2)
    assert np.isnan(cover_ratios(cash, due * 0.0, 1, 24)).all()
    assert np.isnan(cover_ratios(cash, due, 31, 30)).all()
