import numpy as np
import pytest

from wattmint.finance.debt_service import debt_service, level_instalment
from wattmint.finance.debt_sizing import lenders_case, size_debt
from wattmint.finance.returns import monthly_rate
from wattmint.scenario.model import Debt

MONTHS, WORKS = 60, 6


def asked(**keys) -> Debt:
    return Debt(**{"debt_share": 0.6, "debt_rate": 0.08, "debt_term_months": 36} | keys)


def site(paths=40):
    rng = np.random.default_rng(5)
    spend, cash = np.zeros((paths, MONTHS + 1)), np.zeros((paths, MONTHS + 1))
    spend[:, 1 : WORKS + 1] = 100.0
    cash[:, WORKS + 1 :] = rng.uniform(5.0, 30.0, (paths, 1)) * rng.uniform(0.5, 1.5, (paths, MONTHS - WORKS))
    return spend, np.zeros_like(spend), cash


def test_the_case_is_the_quantile_of_every_year():
    cash = np.arange(11.0)[:, None] * np.ones((11, 31))
    case = lenders_case(cash, 1, 36, 0.1)
    assert case.tolist() == [1.0] * 30 + [0.0] * 6


def test_a_bad_year_counts_as_nothing():
    assert not lenders_case(-np.ones((3, 13)), 1, 12, 0.1).any()


def test_a_share_of_the_cost_with_level_instalments():
    sized = size_debt(asked(upfront_fee_share=0.02), *site(), WORKS)
    assert sized.project.commitment_usd == pytest.approx(360.0)
    assert sized.fee_usd == pytest.approx(7.2)
    assert (sized.ends, sized.cut_by_cover) == (WORKS + 36, False)


def test_a_loan_cut_to_cover_is_covered_exactly_in_the_lenders_case():
    spend, bought, cash = site()
    sized = size_debt(asked(dscr=1.5), spend, bought, cash, WORKS)
    assert sized.cut_by_cover
    due = debt_service(spend, bought, sized.project, sized.equipment).scheduled_usd()[0, WORKS + 1 : WORKS + 37]
    case = lenders_case(cash, WORKS + 1, 36, 0.1)
    assert (case / due).min() == pytest.approx(1.5, rel=1e-9)


def test_a_high_cover_ratio_never_lends_more_than_the_share():
    sized = size_debt(asked(dscr=1.01, debt_share=0.05), *site(), WORKS)
    assert (sized.project.share, sized.cut_by_cover) == (0.05, False)


def test_equipment_has_its_own_terms_and_comes_first():
    spend, bought, cash = site()
    bought[:, WORKS] = 200.0
    alone = size_debt(asked(dscr=1.5), spend, np.zeros_like(bought), cash, WORKS)
    both = size_debt(asked(dscr=1.5, equipment_share=0.5, equipment_rate=0.1, equipment_term_months=24), spend, bought, cash, WORKS)
    assert both.project.commitment_usd < alone.project.commitment_usd
    assert both.equipment.monthly_rate == monthly_rate(0.1)
    assert both.equipment.instalment == level_instalment(monthly_rate(0.1), 24)
    assert both.ends == MONTHS


def test_a_site_that_earns_nothing_is_lent_nothing():
    spend, bought, cash = site()
    sized = size_debt(asked(dscr=1.5), spend, bought, -cash, WORKS)
    assert sized.project.commitment_usd == 0.0
    assert not debt_service(spend, bought, sized.project, sized.equipment).drawn_usd.any()
