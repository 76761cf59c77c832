import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.debt import Loan, loan_lines
from wattmint.finance.functions import ipmt, pmt

YEARS = 8
CASH = np.array([0.0, 100.0, 120.0, 90.0, 130.0, 110.0, 100.0, 100.0, 100.0])


@st.composite
def loans(draw):
    years = draw(st.integers(0, YEARS))
    return Loan(
        kind=draw(st.sampled_from(["level", "sculpted"])),
        years=years,
        rate=draw(st.floats(0.0, 0.3)),
        share=draw(st.floats(0.0, 0.9)),
        cover=draw(st.floats(1.0, 3.0)),
        cap_share=draw(st.floats(0.1, 1.0)),
        grace_years=draw(st.integers(0, max(years - 1, 0))),
        fee_share=draw(st.floats(0.0, 0.05)),
        reserve_months=draw(st.floats(0.0, 6.0)),
    )


CASHES = st.lists(st.floats(-200.0, 500.0).map(lambda usd: round(usd, 2)), min_size=YEARS, max_size=YEARS).map(lambda cash: np.array([0.0, *cash]))


@given(loans(), CASHES, st.floats(1.0, 2000.0))
def test_a_loan_ends_at_zero_and_its_lines_follow_from_one_another(loan, cash, works):
    found = loan_lines(loan, cash, works)
    size = 1e-9 * (found.size_usd + 1.0) * (1.0 + loan.rate) ** YEARS
    assert found.balance[0] == found.size_usd >= 0.0
    assert (found.balance[loan.years :] == 0.0).all() or loan.years == 0
    np.testing.assert_allclose(np.diff(found.balance), -found.principal[1:], atol=size)
    np.testing.assert_allclose(found.interest[1:], loan.rate * found.balance[:-1], atol=size)
    assert found.principal.sum() == pytest.approx(found.size_usd, abs=size)
    assert found.interest[0] == found.principal[0] == 0.0
    assert found.reserve[-1] == 0.0
    np.testing.assert_allclose(found.reserve[:-1], found.service[1:] * loan.reserve_months / 12.0, atol=size)
    assert found.fee_usd == loan.fee_share * found.size_usd


@given(loans(), CASHES, st.floats(1.0, 2000.0))
def test_size_follows_the_terms(loan, cash, works):
    found = loan_lines(loan, cash, works)
    if loan.years == 0:
        assert found.size_usd == 0.0
    elif loan.kind == "level":
        cost = works + found.fee_usd + found.reserve[0]
        assert found.size_usd == pytest.approx(loan.share * cost, rel=1e-9, abs=1e-9)
        assert not found.capped
    else:
        assert found.size_usd <= loan.cap_share * works * (1.0 + 1e-12)
        paid = found.service[loan.grace_years + 1 : loan.years + 1]
        most = np.maximum(cash[loan.grace_years + 1 : loan.years + 1], 0.0) / loan.cover
        factor = paid.sum() / most.sum() if most.sum() else 0.0
        assert factor <= 1.0 + 1e-9
        np.testing.assert_allclose(paid, factor * most, rtol=1e-6, atol=1e-6 * (1.0 + found.size_usd) * 1.3**YEARS)
        assert found.capped == (factor < 1.0 - 1e-9) or not most.sum() or found.size_usd == pytest.approx(loan.cap_share * works)


def test_a_level_loan_is_paid_as_a_calculator_says():
    found = loan_lines(Loan("level", 5, 0.07, share=0.6), CASH, 1000.0)
    assert found.size_usd == 600.0
    assert found.service[1:6] == pytest.approx([-pmt(0.07, 5, 600.0)] * 5)
    assert found.interest[1:6] == pytest.approx([-ipmt(0.07, k, 5, 600.0) for k in range(1, 6)])


def test_a_sculpted_loan_covers_every_year_alike():
    found = loan_lines(Loan("sculpted", 6, 0.05, cover=1.25), CASH, 1e6)
    assert CASH[1:7] / found.service[1:7] == pytest.approx([1.25] * 6)
    assert not found.capped
    assert found.size_usd == pytest.approx(sum(CASH[k] / 1.25 / 1.05**k for k in range(1, 7)))


def test_a_cap_raises_cover_evenly():
    found = loan_lines(Loan("sculpted", 6, 0.05, cover=1.25, cap_share=0.5), CASH, 300.0)
    assert found.capped
    assert found.size_usd == 150.0
    cover = CASH[1:7] / found.service[1:7]
    assert cover == pytest.approx([cover[0]] * 6)
    assert cover[0] > 1.25


@pytest.mark.parametrize("kind", ["level", "sculpted"])
def test_grace_pays_interest_only(kind):
    found = loan_lines(Loan(kind, 6, 0.05, share=0.5, cover=1.5, grace_years=2), CASH, 1000.0)
    assert found.principal[1:3] == pytest.approx([0.0, 0.0], abs=1e-9)
    assert (found.principal[3:7] > 0.0).all()
    assert found.balance[2] == pytest.approx(found.size_usd)


def test_a_year_without_cash_pays_nothing_and_its_interest_is_added():
    found = loan_lines(Loan("sculpted", 3, 0.1, cover=2.0), np.array([0.0, -50.0, 100.0, 100.0]), 1000.0)
    assert found.service[1] == pytest.approx(0.0, abs=1e-12)
    assert found.balance[1] == pytest.approx(1.1 * found.size_usd)
    assert found.balance[3] == 0.0


def test_nothing_is_lent_against_no_cash():
    found = loan_lines(Loan("sculpted", 3, 0.1, cover=1.5), np.array([0.0, -1.0, 0.0, -5.0]), 1000.0)
    assert found.size_usd == 0.0
    assert not found.service.any()


@pytest.mark.parametrize(
    ("loan", "why"),
    [
        (Loan("level", 9, 0.05, share=0.5), "tenor = 9: 0 to 8 years"),
        (Loan("level", -1, 0.05, share=0.5), "tenor = -1"),
        (Loan("level", 3, 0.05, share=0.5, grace_years=3), "grace = 3"),
        (Loan("level", 1, 0.05, share=1.0, reserve_months=12.0), "debt_pct = 1.0"),
    ],
)
def test_refusals(loan, why):
    with pytest.raises(InputError, match=why):
        loan_lines(loan, CASH, 1000.0)
