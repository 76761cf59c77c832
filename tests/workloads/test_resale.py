import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.facts.prices import index_points
from wattmint.workloads.resale import Quote, index_usd_per_th, resale_usd_per_mw

QUOTE = Quote(efficiency_j_per_th=13.5, usd_per_mw=800_000.0, earned_usd_per_mwh=125.0, scrap_share=0.03)


def resale(efficiency=13.5, frontier=1.0, earns=125.0, life_left=1.0):
    return float(resale_usd_per_mw(QUOTE, *(np.array([value]) for value in (efficiency, life_left, frontier, earns)))[0])


def test_the_curve_meets_the_published_tiers_and_falls():
    j, usd = (np.array(column) for column in zip(*index_points(), strict=True))
    assert index_usd_per_th(j) == pytest.approx(usd)
    assert (np.diff(index_usd_per_th(np.linspace(5.0, 120.0, 200))) < 0.0).all()


def test_a_new_machine_on_the_day_of_its_quote_fetches_its_price():
    assert resale() == pytest.approx(800_000.0)


def test_machines_answer_the_hashprice_within_bounds():
    assert resale(earns=250.0) == pytest.approx(1_600_000.0)
    assert resale(earns=1_000.0) == pytest.approx(3_200_000.0)
    assert resale(earns=1.0) == pytest.approx(200_000.0)


def test_an_old_machine_is_worth_what_one_so_far_behind_is_today():
    """At half the J/TH on sale, 13.5 stands where 27 stands today; a MWh of it earns half of what a new one does."""
    curve = index_usd_per_th(np.array([13.5, 27.0]))
    expected = 800_000.0 * (curve[1] / 27.0) / (curve[0] / 13.5)
    assert resale(frontier=0.5, earns=62.5) == pytest.approx(expected)
    assert 0.04 < expected / 800_000.0 < 0.10


def test_a_generation_bought_later_is_new_again():
    assert resale(efficiency=6.75, frontier=0.5) == pytest.approx(800_000.0)


def test_no_machine_fetches_more_than_the_life_it_has_left():
    """Where the frontier stands still an old machine is as good as a new one, for as long as it lasts."""
    assert resale(life_left=0.25) == pytest.approx(200_000.0)
    assert resale(life_left=0.0) == pytest.approx(24_000.0)
    assert resale(frontier=0.5, earns=62.5, life_left=0.9) == resale(frontier=0.5, earns=62.5)


@given(efficiency=st.floats(5.0, 100.0), frontier=st.floats(0.05, 1.0), earns=st.floats(0.0, 1e4))
def test_never_below_scrap_and_never_above_new(efficiency, frontier, earns):
    value = resale(max(efficiency, 13.5 * frontier), frontier, earns)
    assert 0.03 * 800_000.0 <= value <= 4.0 * 800_000.0 * (1.0 + 1e-12)
