import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.irr import irr
from wattmint.finance.irr_paths import UNTOLD, _log_growth, irr_by_path

FLOW = st.one_of(st.sampled_from([-100.0, -1.0, 0.0, 1.0, 2.0, 100.0]), st.floats(-1e6, 1e6))


@settings(deadline=None, max_examples=300)
@given(st.lists(FLOW, min_size=1, max_size=30))
def test_kernel_equals_its_plain_twin(flows):
    plain = irr(flows)
    log_growth, roots = _log_growth(np.array([flows]))
    if roots[0] == UNTOLD:
        assert "too close" in plain.reason
        return
    assert roots[0] == len(plain.roots)
    if roots[0] == 1:
        # A multiple root is only known to a root of rounding.
        assert log_growth[0] == pytest.approx(math.log1p(plain.roots[0]), rel=1e-9, abs=1e-9 if plain.sign_changes == 1 else 1e-3)
    else:
        assert np.isnan(log_growth[0])


def test_kernel_equals_its_plain_twin_on_cash_flows_of_a_site():
    """Outlay, monthly margin that may be negative, replacement, works at the end."""
    rng = np.random.default_rng(5)
    flows = rng.normal(1.5, 1.2, (200, 121))
    flows[:, 0] = -rng.uniform(20.0, 150.0, 200)
    flows[::2, 60] -= 80.0
    flows[::3, -1] -= 20.0
    rate, roots = irr_by_path(flows)
    plain = [irr(row) for row in flows]
    assert roots.tolist() == [len(result.roots) for result in plain]
    expected = [(1.0 + result.roots[0]) ** 12 - 1.0 if result.status == "unique" else np.nan for result in plain]
    np.testing.assert_allclose(rate, expected, rtol=1e-9, atol=1e-12)
    assert np.isfinite(rate).sum() > 100


def test_known_rows():
    rows = np.zeros((7, 5))
    rows[0, :2] = -100.0, 101.0  # 1 % per month
    rows[1, :3] = -100.0, 230.0, -132.0  # two rates
    rows[2, :3] = 1.0, 1.0, 1.0  # none
    rows[3, 2:4] = -100.0, 101.0  # zeros before and after
    rows[4, :2] = -100.0, 50.0  # half is lost in a month
    rows[6, :2] = -100.0, 0.5  # below -99 %
    rate, roots = irr_by_path(rows)
    assert roots.tolist() == [1, 2, 0, 1, 1, 0, 0]
    np.testing.assert_allclose(rate, [1.01**12 - 1, np.nan, np.nan, 1.01**12 - 1, 0.5**12 - 1, np.nan, np.nan], rtol=1e-12)


def test_size_of_the_money_does_not_matter():
    flows = np.array([[-1.0, 0.3, 0.5, 0.6]])
    base = irr_by_path(flows)[0][0]
    for scale in (1e-200, 1e-3, 1e9, 1e250, -1e6):
        assert irr_by_path(flows * scale)[0][0] == pytest.approx(base, rel=1e-12)


def test_rows_that_do_not_own_their_memory():
    flows = np.random.default_rng(1).normal(1.0, 1.0, (9, 20)) - np.eye(1, 20) * 30.0
    np.testing.assert_array_equal(irr_by_path(np.asfortranarray(flows))[0], irr_by_path(flows)[0])
    one_for_all = np.broadcast_to(flows[:1], (4, 20))
    assert len(set(irr_by_path(one_for_all)[0].tolist())) == 1


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_refuses_a_flow_that_is_not_finite(wrong):
    with pytest.raises(InputError, match="finite"):
        irr_by_path(np.array([[-1.0, wrong]]))
