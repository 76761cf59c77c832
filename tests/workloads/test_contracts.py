import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.facts.load import number
from wattmint.scenario.model import HostingPart
from wattmint.workloads.contracts import (
    MONTH_HOURS,
    HourlyCredits,
    Leaving,
    TieredCredits,
    customer_credits,
    month_of,
    serving_restart_h,
    tenant_credits,
    tenant_leaving,
)
from wattmint.workloads.inputs import InputBook

LEASE = HourlyCredits(promised=0.9999, multiple=24.0, cap=1.0)
CLOUD = TieredCredits(((0.999, 0.1), (0.99, 0.25), (0.95, 1.0)))


def stops(per_year, hours):
    """So many stops of one length."""
    return lambda beyond: np.where(np.asarray(beyond) < hours, per_year, 0.0)


def test_hourly_credits_begin_beyond_the_promise_and_end_at_the_cap():
    hours = np.array([0.0, 0.07, 1.0, 10.0, 100.0])
    promised_h = 0.0001 * MONTH_HOURS
    expected = [0.0, 0.0, 24 * (1 - promised_h) / MONTH_HOURS, 24 * (10 - promised_h) / MONTH_HOURS, 1.0]
    assert LEASE.of_month(hours) == pytest.approx(expected)


def test_tiers_count_the_deepest():
    assert CLOUD.of_month(np.array([0.0, 0.7, 0.8, 7.2, 7.4, 36.0, 37.0])).tolist() == [0.0, 0.0, 0.1, 0.1, 0.25, 0.25, 1.0]


def test_leaving_is_a_right_from_a_threshold_on():
    assert Leaving(0.01, 0.1).of_month(np.array([7.3, 7.31])).tolist() == [0.0, 0.1]


def test_a_month_by_hand():
    # one stop of ten hours in ten years: one month in 120, very nearly
    month = month_of(stops(0.1, 10.0))
    assert month.hours @ month.probability == pytest.approx(10.0 / 120, rel=1e-3)
    assert month.mean_of(LEASE) == pytest.approx(24 * (10 - 0.07305) / MONTH_HOURS / 120, rel=5e-3)
    assert month.mean_of(CLOUD) == pytest.approx(0.25 / 120, rel=5e-3)
    assert month.mean_of(Leaving(0.01, 0.5)) == pytest.approx(0.5 / 120, rel=5e-3)


def test_restarts_make_dips_into_downtime():
    dips = stops(12.0, 1e-4)
    assert month_of(dips).mean_of(CLOUD) == pytest.approx(0.0, abs=1e-9)
    chance = 1.0 - np.exp(-1.0)
    assert month_of(dips, added_h=0.8).mean_of(TieredCredits(((0.999, 0.1),))) == pytest.approx(0.1 * chance, rel=1e-3)


def test_what_is_longer_than_a_month_fills_it():
    month = month_of(stops(0.12, 5_000.0))
    assert month.probability[-1] == pytest.approx(0.01, rel=0.01)
    assert month.mean_of(LEASE) == pytest.approx(0.01, rel=0.01)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 30.0), st.floats(0.1, 200.0), st.floats(0.0, 20.0), st.floats(0.0, 50.0))
def test_longer_or_more_frequent_stops_never_cost_less(often, long, more, longer):
    base, frequent, lasting = (month_of(stops(*pair)) for pair in ((often, long), (often + more, long), (often, long + longer)))
    for terms in (LEASE, CLOUD, Leaving(0.01, 0.1)):
        assert frequent.mean_of(terms) >= base.mean_of(terms) - 1e-9
        assert lasting.mean_of(terms) >= base.mean_of(terms) - 1e-9


def test_terms_are_the_parts_or_the_cited_ones():
    book = InputBook(HostingPart(kind="hosting", credit_multiple=5.0, leave_probability=0.0))
    promised, cap = (number("defaults", "hosting", key) for key in ("sla_availability", "credit_cap_share"))
    assert tenant_credits(book) == HourlyCredits(promised, 5.0, cap)
    assert tenant_leaving(book) == Leaving(number("defaults", "hosting", "leave_downtime_share"), 0.0)
    assert customer_credits(book).tiers[0] == (0.999, 0.1)
    seconds = number("defaults", "training", "boot_s") + number("defaults", "serving", "serving_load_s")
    assert serving_restart_h(book) == pytest.approx(seconds / 3_600)
    assert {"credit_multiple", "leave_downtime_share", "sla_availability_1", "boot_s"} <= {one.name for one in book.used}
