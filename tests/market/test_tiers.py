import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.market.tiers import TIERS, Base, BaseLaw, affordable, affording, marginal_log_j, renewed

LAW = BaseLaw(turnover=0.1, steepness=5.0, log_median_cost=math.log(0.9), log_ordinary_share=math.log(0.6))
J = np.linspace(15.0, 25.0, TIERS)


def base_of(share=None, j=J):
    share = np.full(TIERS, 1.0 / TIERS) if share is None else np.asarray(share)
    return Base(share[None, :].copy(), np.log(j)[None, :].copy())


def test_a_month_of_renewal_by_hand():
    # a tenth of each tier passes on, a tenth of the last leaves, and as much arrives
    after = renewed(base_of(), np.zeros(1), np.log([10.0]), 0.1)
    assert after.share[0] == pytest.approx(np.full(TIERS, 1.0 / TIERS))
    assert after.log_j_per_th[0, 0] == pytest.approx(0.9 * math.log(15.0) + 0.1 * math.log(10.0))
    assert after.log_j_per_th[0, 1] == pytest.approx(0.9 * math.log(17.0) + 0.1 * math.log(15.0))


def test_growth_is_new_machines_and_shrinking_takes_the_worst():
    grown = renewed(base_of(), np.log([1.5]), np.log([10.0]), 0.1)
    assert grown.share[0, 0] == pytest.approx((0.9 / TIERS + 0.5 + 0.1 / TIERS) / 1.5)
    shrunk = renewed(base_of(), np.log([0.5]), np.log([10.0]), 0.1)
    assert shrunk.share[0, -2:].tolist() == [0.0, 0.0]
    assert shrunk.share[0, 0] == pytest.approx(0.9 / TIERS / 0.5)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), growth=st.floats(-2.0, 2.0))
def test_shares_stay_shares_and_a_base_is_never_worse_than_its_worst(seed, growth):
    rng = np.random.default_rng(seed)
    base = base_of(rng.dirichlet(np.ones(TIERS)), np.sort(rng.uniform(5.0, 50.0, TIERS)))
    after = renewed(base, np.array([growth]), base.log_j_per_th[:, 0] - 0.1, LAW.turnover)
    assert after.share.sum() == pytest.approx(1.0)
    assert (after.share >= 0.0).all()
    assert after.log_j_per_th.max() <= base.log_j_per_th.max() + 1e-12


def test_a_machine_lasts_its_mean_life():
    """A base without arrivals: what entered the first tier is gone after TIERS / turnover months on average."""
    share, left = base_of([1.0, *[0.0] * (TIERS - 1)]), []
    for _ in range(600):
        old = share.share.sum()
        stays = share.share * 0.9
        stays[:, 1:] += share.share[:, :-1] * 0.1
        share = Base(stays, share.log_j_per_th)
        left.append(old)
    assert sum(left) == pytest.approx(TIERS / 0.1, rel=1e-6)


def test_half_of_a_tier_runs_at_its_break_even_of_the_median_price():
    runs = affording(base_of(), np.log([0.9 * 20.0]), LAW)[0]
    assert np.interp(20.0, J, runs) == pytest.approx(0.5, abs=0.02)
    assert (np.diff(runs) < 0.0).all()
    assert runs[0] == pytest.approx(1.0 / (1.0 + (15.0 / 20.0) ** 5))
    assert affording(base_of(), np.array([-400.0]), LAW).max() < 1e-200


def test_what_is_wanted_runs_where_it_can_be_afforded():
    wanted = np.array([30.0])
    assert affordable(wanted, base_of(), np.log([40.0]) + 30.0, wanted, 0.46, LAW).tolist() == [30.0]


@settings(max_examples=80, deadline=None)
@given(hashprice=st.floats(0.001, 25.0), lag=st.floats(0.05, 0.95), seed=st.integers(0, 2**32))
def test_a_shortfall_solves_its_equation(hashprice, lag, seed):
    base = base_of(np.random.default_rng(seed).dirichlet(np.ones(TIERS)))
    wanted = np.array([30.0])
    log_reward = np.log([hashprice]) + 30.0
    h = affordable(wanted, base, log_reward, wanted, lag, LAW)
    runs = (base.share * affording(base, log_reward - lag * wanted - (1.0 - lag) * h, LAW)).sum()
    assert h[0] <= 30.0
    if h[0] < 30.0:
        assert h[0] - 30.0 == pytest.approx(math.log(runs) - LAW.log_ordinary_share, abs=1e-7)
    else:
        assert math.log(runs) >= LAW.log_ordinary_share - 1e-12


def test_the_marginal_machine_is_the_worst_tier_that_runs_by_half():
    base = base_of([0.3, 0.3, 0.3, 0.0999, 0.0001, 0.0])
    runs = np.array([[1.0, 0.9, 0.5, 0.4, 0.6, 0.7]])
    assert marginal_log_j(base, runs)[0] == math.log(J[2])  # the last two are all but empty
    assert marginal_log_j(base, np.zeros((1, TIERS)))[0] == math.log(J[0])
