import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.macrs import CLASSES, bonus_share, convention_of, depreciation, macrs_shares

TABLES = json.loads((Path(__file__).parents[1] / "golden" / "irs_pub946.json").read_text())["tables"]
MID_QUARTER = [(name, quarter, years) for quarter, name in enumerate(("A-2", "A-3", "A-4", "A-5")) for years in TABLES[name]]


@pytest.mark.parametrize("years", TABLES["A-1"])
def test_half_year_table(years):
    assert (100.0 * macrs_shares(int(years))).tolist() == pytest.approx(TABLES["A-1"][years], abs=1e-12)


@pytest.mark.parametrize(("name", "quarter", "years"), MID_QUARTER)
def test_mid_quarter_tables(name, quarter, years):
    for month in (3 * quarter + 1, 3 * quarter + 3):
        shares = macrs_shares(int(years), "mid-quarter", month)
        assert (100.0 * shares).tolist() == pytest.approx(TABLES[name][years], abs=1e-12)


def test_buildings_by_month():
    for month, first in enumerate(TABLES["A-7a"]["39"], start=1):
        shares = macrs_shares(39, month=month)
        assert 100.0 * shares[0] == pytest.approx(first, abs=1e-12)
        assert 100.0 * shares[1:39] == pytest.approx([2.564] * 38, abs=1e-12)
        assert shares.size == 40


def test_straight_line_of_seven_years():
    """Publication 946, table A-8, recovery period of 7 years."""
    assert (100.0 * macrs_shares(7, straight_line=True)).tolist() == pytest.approx([7.14, 14.29, 14.29, 14.28, 14.29, 14.28, 14.29, 7.14])


@given(st.sampled_from(CLASSES), st.sampled_from(["half-year", "mid-quarter"]), st.integers(1, 12), st.booleans())
def test_every_schedule_deducts_the_whole_cost_once(years, convention, month, straight_line):
    shares = macrs_shares(years, convention, month, straight_line=straight_line)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert (shares > 0.0).all()
    assert shares.size == years + 1


def test_schedules_are_kept_and_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        macrs_shares(5)[0] = 1.0


@pytest.mark.parametrize(("words", "why"), [((4,), "recovery_years"), ((5, "full-month"), "convention"), ((5, "half-year", 13), "month")])
def test_refuses_what_the_law_does_not_know(words, why):
    with pytest.raises(InputError, match=why):
        macrs_shares(*words)


def test_more_than_two_fifths_in_the_last_quarter_makes_it_mid_quarter():
    year = [10.0] * 9 + [20.0] * 3
    assert convention_of(year) == "half-year"  # 60 of 150 are 40 %, not more
    year[11] += 1.0
    assert convention_of(year) == "mid-quarter"
    assert convention_of([0.0] * 12) == "half-year"
    with pytest.raises(InputError, match="12 amounts"):
        convention_of([1.0] * 11)
    with pytest.raises(InputError, match="12 amounts"):
        convention_of([-1.0] + [1.0] * 11)


@pytest.mark.parametrize(
    ("acquired", "in_service", "share"),
    [
        ("2017-09-28", "2022-12-31", 1.0),
        ("2022-06-01", "2023-01-01", 0.8),
        ("2022-06-01", "2024-12-31", 0.6),
        ("2025-01-19", "2025-12-31", 0.4),
        ("2025-01-20", "2025-12-31", 1.0),
        ("2025-01-19", "2026-07-01", 0.2),
        ("2025-01-19", "2027-01-01", 0.0),
        ("2026-05-05", "2031-01-01", 1.0),
    ],
)
def test_bonus_by_the_law_in_force(acquired, in_service, share):
    assert bonus_share(dt.date.fromisoformat(in_service), dt.date.fromisoformat(acquired)) == share


def test_buildings_get_no_bonus():
    assert bonus_share(dt.date(2026, 1, 1), dt.date(2026, 1, 1), 39) == 0.0


def test_refuses_dates_that_no_law_of_the_table_covers():
    with pytest.raises(InputError, match="not before it was acquired"):
        bonus_share(dt.date(2024, 1, 1), dt.date(2025, 1, 1))
    with pytest.raises(InputError, match="from 2017-09-28 on"):
        bonus_share(dt.date(2018, 1, 1), dt.date(2016, 1, 1))


@given(st.sampled_from(CLASSES), st.floats(0.0, 1.0), st.integers(1, 60))
def test_depreciation_sums_to_the_basis_or_to_what_fits(years, bonus, life):
    shares = macrs_shares(years)
    basis = np.array([1e6, 3e7])
    deducted = depreciation(basis, shares, life, bonus)
    assert deducted.shape == (2, life)
    inside = bonus + (1.0 - bonus) * shares[:life].sum()
    np.testing.assert_allclose(deducted.sum(axis=1), basis * inside, rtol=1e-12)
    if life >= shares.size:
        np.testing.assert_allclose(deducted.sum(axis=1), basis, rtol=1e-12)
