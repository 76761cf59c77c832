import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.ledger.subsidy import HALVING_INTERVAL_BLOCKS, subsidy_sat
from wattmint.market import kernels
from wattmint.market.laws import (
    LONG_MONTHS,
    NetworkBelief,
    NetworkLaw,
    NetworkShocks,
    NetworkStart,
    mean_reverting_numpy,
    network_numpy,
)
from wattmint.market.tiers import TIERS, BaseLaw

MONTHS = 130


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    height=st.floats(0, 6e6),
    lag=st.integers(1, 9),
    crash=st.sampled_from([0.0, -1.5, -9.0, 4.0]),
    ordinary=st.floats(0.1, 1.0),
)
def test_the_network_kernel_is_its_plain_twin(seed, height, lag, crash, ordinary):
    rng = np.random.default_rng(seed)
    start = NetworkStart(
        log_price=11.3,
        log_hashrate=32.5,
        log_difficulty=32.6,
        height=height,
        changes=rng.normal(0.02, 0.05, LONG_MONTHS),
        log_returns=rng.normal(0.0, 0.1, LONG_MONTHS),
        log_frontier=2.4,
        par_blocks=rng.choice([4032.0, 4320.0, 4464.0], MONTHS),
        log_hashprice_unit=23.7,
        era_blocks=HALVING_INTERVAL_BLOCKS,
        era_subsidy_btc=np.array([subsidy_sat(era * HALVING_INTERVAL_BLOCKS) / 1e8 for era in range(64)]),
        base_share=rng.dirichlet(np.ones(TIERS)),
        base_log_j=np.sort(rng.normal(3.0, 0.3, TIERS)),
        log_j_new=2.5,
    )
    r, e, n = rng.standard_normal((3, 20, MONTHS)) * np.array([0.14, 1.0, 1.0])[:, None, None]
    r[:, 7] += crash
    belief = NetworkBelief(rng.normal(1.1, 0.3, 20), rng.uniform(0.0, 0.03, 20))
    law = NetworkLaw(0.003, 0.107, 0.078, 0.030, 0.179, 0.298, 0.226, 0.038, 0.027, 0.46, lag)
    base_law = BaseLaw(0.1, 5.2, -0.07, np.log(ordinary))
    shocks = NetworkShocks(r, e, n, np.exp(rng.normal(-2.0, 1.0, r.shape)))
    for fast, plain in zip(kernels.network(shocks, belief, law, base_law, start), network_numpy(shocks, belief, law, base_law, start), strict=True):
        # The kernel stops solving at an error of 1e-12 in the log; over the months of a crash that grows to about 1e-8.
        np.testing.assert_allclose(fast, plain, rtol=1e-7, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), keep=st.floats(0, 0.999), centre=st.floats(-5, 5))
def test_the_mean_reverting_kernel_is_its_plain_twin(seed, keep, centre):
    shock = np.random.default_rng(seed).standard_normal((10, 40))
    fast, plain = (run(shock, 0.7, centre, keep, 0.2) for run in (kernels.mean_reverting, mean_reverting_numpy))
    np.testing.assert_allclose(fast, plain, rtol=1e-12, atol=1e-12)


def test_the_kernel_keeps_no_state():
    shock = np.random.default_rng(1).standard_normal((4, 12))
    first = kernels.mean_reverting(shock, 0.0, 0.0, 0.9, 0.1)
    kernels.mean_reverting(shock * 2, 1.0, 3.0, 0.5, 0.9)
    assert np.array_equal(kernels.mean_reverting(shock, 0.0, 0.0, 0.9, 0.1), first)
    assert first[2] == pytest.approx(kernels.mean_reverting(shock[2:3], 0.0, 0.0, 0.9, 0.1)[0], abs=0)
