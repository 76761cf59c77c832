import dataclasses

import numpy as np
import pytest

from wattmint.dispatch.duration import duration_curves
from wattmint.errors import InputError


def test_each_month_ascends_and_keeps_its_hours(library, pue):
    curves = duration_curves(library, pue)
    for row, hours in enumerate(curves.hours):
        assert hours == library.hours[row]
        cost = (library.price_usd_per_mwh * pue)[row, :hours]
        assert curves.wholesale_usd_per_it_mwh[row, :hours].tolist() == sorted(cost)
        assert np.isinf(curves.wholesale_usd_per_it_mwh[row, hours:]).all()
        assert (curves.pue_low[row], curves.pue_high[row]) == (pue[row, :hours].min(), pue[row, :hours].max())


def test_price_and_pue_stay_together(library, pue):
    curves = duration_curves(library, pue)
    for row, hours in enumerate(curves.hours):
        np.testing.assert_array_equal((curves.price_usd_per_mwh * curves.pue)[row, :hours], curves.wholesale_usd_per_it_mwh[row, :hours])


def test_running_sums(library, pue):
    curves = duration_curves(library, pue)
    for row, hours in enumerate(curves.hours):
        for k in (0, 1, 17, hours):
            assert curves.pue_sum[row, k] == pytest.approx(curves.pue[row, :k].sum(), rel=1e-13)
            assert curves.wholesale_sum[row, k] == pytest.approx(curves.wholesale_usd_per_it_mwh[row, :k].sum(), rel=1e-10)


def test_hours_of_equal_cost_keep_the_order_of_time(library):
    price = np.where(np.isfinite(library.price_usd_per_mwh), 40.0, np.nan)
    pue = np.ones(price.shape)
    curves = duration_curves(dataclasses.replace(library, price_usd_per_mwh=price), pue)
    assert (curves.price_usd_per_mwh[1] == 40.0).all()
    assert curves.wholesale_sum[1, -1] == 744 * 40.0


def test_a_pue_that_is_missing_where_nothing_is_priced_is_no_matter(library, pue):
    missing = np.where(np.isfinite(library.price_usd_per_mwh), pue, np.nan)
    for given, expected in zip(duration_curves(library, missing), duration_curves(library, pue), strict=True):
        np.testing.assert_array_equal(given, expected)


@pytest.mark.parametrize("wrong", [np.nan, 0.0, -1.0, np.inf])
def test_refuses_a_priced_hour_without_a_positive_pue(library, pue, wrong):
    pue[1, 5] = wrong
    with pytest.raises(InputError, match="hourly_pue"):
        duration_curves(library, pue)


def test_refuses_another_shape(library, pue):
    with pytest.raises(InputError, match="shape"):
        duration_curves(library, pue[:, :-1])


def test_refuses_a_month_without_hours(library, pue):
    price = library.price_usd_per_mwh.copy()
    price[2] = np.nan
    with pytest.raises(InputError, match="month 2"):
        duration_curves(dataclasses.replace(library, price_usd_per_mwh=price), pue)


def test_capacity_weighs_the_sums_and_keeps_the_order(library, pue):
    capacity = np.random.default_rng(1).choice([0.0, 0.5, 1.0], pue.shape)
    plain, curves = duration_curves(library, pue), duration_curves(library, pue, capacity)
    np.testing.assert_array_equal(curves.wholesale_usd_per_it_mwh, plain.wholesale_usd_per_it_mwh)
    for row, hours in enumerate(curves.hours):
        share = curves.capacity[row, :hours]
        assert sorted(share) == sorted(capacity[row, :hours])
        assert curves.able_sum[row, hours] == (share > 0.0).sum()
        assert curves.capacity_sum[row, 17] == share[:17].sum()
        assert curves.pue_sum[row, 17] == pytest.approx((share * curves.pue[row, :hours])[:17].sum(), rel=1e-13)
        assert curves.wholesale_sum[row, 17] == pytest.approx((share * curves.wholesale_usd_per_it_mwh[row, :hours])[:17].sum(), rel=1e-10)


def test_full_capacity_is_the_default_to_the_bit(library, pue):
    for given, expected in zip(duration_curves(library, pue, np.ones(pue.shape)), duration_curves(library, pue), strict=True):
        np.testing.assert_array_equal(given, expected)


@pytest.mark.parametrize("wrong", [np.nan, -0.1, 1.1])
def test_refuses_a_capacity_outside_0_to_1(library, pue, wrong):
    capacity = np.ones(pue.shape)
    capacity[1, 5] = wrong
    with pytest.raises(InputError, match="hourly_capacity"):
        duration_curves(library, pue, capacity)
