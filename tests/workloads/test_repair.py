import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.facts.load import number
from wattmint.workloads.repair import WEAR_KEYS, Wear, repaired, worn

WEAR = Wear(failures_per_year=0.12, growth_per_year=0.0, write_off_share=0.0, repair_usd_per_kw=70.0, repair_months=1.0)


def live(wear, worth, months=12, age=0.0):
    return worn(wear, np.ones(1), np.array([age]), months, np.array([worth]))


def test_the_repairs_worth_while_by_an_integral():
    """Origin: the exponential distribution, integrated by steps."""
    for worth in (5.0, 70.0, 400.0):
        cost = (np.arange(2_000_000) + 0.5) * (worth / 2_000_000)
        density = np.exp(-cost / 70.0) / 70.0 * (worth / 2_000_000)
        share, mean = repaired(np.array([worth]), WEAR)
        assert share[0] == pytest.approx(density.sum(), rel=1e-6)
        assert mean[0] == pytest.approx((cost * density).sum() / density.sum(), rel=1e-6)


def test_machines_worth_nothing_are_not_repaired_and_die():
    month = live(WEAR, 0.0)
    assert not month.repairs_usd_per_mw.any()
    assert month.left[0] == pytest.approx(np.exp(-0.12))
    assert month.working[0, 3] == pytest.approx(np.exp(-0.12 * 3.5 / 12.0))


def test_precious_machines_are_all_repaired_but_out_of_service_meanwhile():
    month = live(WEAR, 1e9)
    assert month.left[0] == pytest.approx(1.0)
    # 1 % break down in a month and are away for one: 1 in 101
    assert month.working[0] == pytest.approx(np.full(12, 1.0 / 1.01))
    assert month.repairs_usd_per_mw.sum() == pytest.approx(0.12 / 1.01 * 70.0 * 1000.0)


def test_what_cannot_be_repaired_dies_whatever_it_is_worth():
    assert live(WEAR.__class__(0.12, 0.0, 0.25, 70.0, 1.0), 1e9).left[0] == pytest.approx(np.exp(-0.03))


def test_breakdowns_grow_with_age():
    ageing = Wear(0.12, 0.5, 1.0, 70.0, 1.0)
    assert live(ageing, 0.0, age=24.0).left[0] == pytest.approx(np.exp(-0.12 * (1.0 + 0.5 * 2.5)))


@given(worth=st.floats(0.0, 1e7), rate=st.floats(0.0, 2.0), months=st.integers(1, 24), out=st.floats(0.0, 24.0))
def test_shares_stay_shares(worth, rate, months, out):
    month = live(Wear(rate, 0.3, 0.2, 70.0, out), worth, months)
    assert ((month.working >= 0.0) & (month.working <= 1.0)).all()
    assert 0.0 <= month.left[0] <= 1.0
    assert (month.repairs_usd_per_mw >= 0.0).all()
    # no more is spent on average than the machines repaired are worth
    assert (month.repairs_usd_per_mw <= worth * 2.0 * (1.0 + 0.3 * 3.0) / 12.0 + 1e-9).all()


def test_the_defaults_say_how_machines_wear():
    wear = Wear(*(number("defaults", "mining", key) for key in WEAR_KEYS))
    assert (wear.failures_per_year, wear.repair_months) == (0.1, 1.0)
