import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.conversion.build_up import Item, Range
from wattmint.calculators.conversion.distribution import Z_10, Terms, delay_share, draw_costs, lognormal_between, share_between

FIXED = Range(1.0, 1.0, 1.0)
NOTHING = Range(0.0, 0.0, 0.0)
NORMAL = np.random.default_rng(5).standard_normal(40_000)


@given(value=st.floats(1.0, 1e7), down=st.floats(1.0, 5.0), up=st.floats(1.0, 5.0))
def test_a_range_is_p10_median_and_p90(value, down, up):
    span = Range(value / down, value, value * up)
    assert lognormal_between(span, np.array([-Z_10, 0.0, Z_10])) == pytest.approx([span.low, span.value, span.high])


def test_shares_are_cut_at_0_and_1():
    found = share_between(Range(0.2, 0.5, 0.9), np.array([-9.0, -Z_10, 0.0, Z_10, 9.0]))
    assert found == pytest.approx([0.0, 0.2, 0.5, 0.9, 1.0])


def test_delays_have_the_published_chance_and_mean():
    found = delay_share(NORMAL, 0.9, 0.34)
    assert (found > 0.0).mean() == pytest.approx(0.9, abs=0.005)
    assert found.mean() == pytest.approx(0.34, abs=0.01)
    assert np.all(np.diff(found[np.argsort(NORMAL)]) >= 0.0)  # larger draws are later


def terms(correlation: float, overrun: float = 0.15) -> Terms:
    return Terms(FIXED, overrun, correlation, 0.9, 0.34)


def items(kept: Range = NOTHING):
    return [Item(f"item-{i}", "x", "site", Range(80.0, 100.0, 125.0), kept, follows_market=True) for i in range(6)]


def test_items_that_move_together_make_the_sum_wider():
    apart, together = (draw_costs(items(), terms(r), 4_000, 1).total_usd_per_mw for r in (0.0, 0.8))
    assert together.std() > 1.4 * apart.std()
    assert np.median(apart) == pytest.approx(600.0, rel=0.02)


def test_dear_works_are_late_ones():
    costs = draw_costs(items(), terms(0.5), 4_000, 1)
    assert 0.2 < np.corrcoef(costs.total_usd_per_mw, costs.delay_share)[0, 1] < 0.8


def test_what_is_kept_is_not_paid():
    costs = draw_costs(items(Range(1.0, 1.0, 1.0)), terms(0.5), 100, 1)
    assert not costs.total_usd_per_mw.any()
    assert costs.kept_usd_per_mw.min() > 0.0


def test_nothing_that_scatters_leaves_the_values():
    fixed = [Item("a", "a", "site", Range(70.0, 70.0, 70.0)), Item("b", "b", "site", Range(0.0, 0.0, 0.0))]
    assert draw_costs(fixed, terms(0.5, overrun=0.0), 5, 1).total_usd_per_mw == pytest.approx([70.0] * 5)


def test_the_same_seed_gives_the_same_bits():
    first, again, other = (draw_costs(items(), terms(0.5), 50, seed).total_usd_per_mw for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
