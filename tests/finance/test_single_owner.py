"""The owner's lines against the rules that bind them; against the reference tool in tests/calculators/project/test_lines.py."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.finance.debt import Loan
from wattmint.finance.functions import present_value
from wattmint.finance.macrs import CLASSES
from wattmint.finance.single_owner import Project, energy_kwh, levelised_usd_per_kwh, owner_lines

PROJECT = Project(
    capacity_kw=1000.0,
    years=10,
    price_usd_per_kwh=0.06,
    price_growth=0.01,
    opex_usd=100_000.0,
    opex_growth=0.005,
    capex_usd=2e6,
    recovery_years=5,
    bonus=0.4,
    federal_rate=0.21,
    state_rate=0.05,
    real_rate=0.06,
    inflation=0.02,
    loan=Loan("sculpted", 7, 0.06, cover=1.4, fee_share=0.02, reserve_months=6.0),
)


@st.composite
def projects(draw):
    years = draw(st.integers(1, 30))
    tenor = draw(st.integers(0, years))
    loan = Loan(
        draw(st.sampled_from(["level", "sculpted"])),
        tenor,
        draw(st.floats(0.0, 0.2)),
        share=draw(st.floats(0.0, 0.8)),
        cover=draw(st.floats(1.0, 3.0)),
        grace_years=draw(st.integers(0, max(tenor - 1, 0))),
        fee_share=draw(st.floats(0.0, 0.03)),
        reserve_months=draw(st.sampled_from([0.0, 3.0, 6.0])),
    )
    return Project(
        capacity_kw=draw(st.floats(1.0, 1e5)),
        years=years,
        price_usd_per_kwh=draw(st.floats(0.0, 0.2)),
        price_growth=draw(st.floats(-0.1, 0.1)),
        opex_usd=draw(st.floats(0.0, 1e7)),
        opex_growth=draw(st.floats(-0.05, 0.05)),
        capex_usd=draw(st.floats(1e3, 1e8)),
        recovery_years=draw(st.sampled_from(CLASSES)),
        bonus=draw(st.floats(0.0, 1.0)),
        federal_rate=draw(st.floats(0.0, 0.4)),
        state_rate=draw(st.floats(0.0, 0.2)),
        real_rate=draw(st.floats(0.0, 0.2)),
        inflation=draw(st.floats(-0.02, 0.1)),
        loan=loan,
    )


@given(projects())
def test_lines_sum_to_what_the_owner_gets(project):
    lines = owner_lines(project)
    loan, size = lines.loan, 1e-9 * (np.abs(lines.revenue).max() + project.capex_usd + np.abs(lines.operating_expenses).max())
    np.testing.assert_array_equal(lines.ebitda, lines.revenue - lines.operating_expenses)
    total = lines.ebitda - loan.interest - loan.principal + lines.state_tax + lines.federal_tax
    total[1:] -= loan.reserve[1:] - loan.reserve[:-1]
    total[0] -= project.capex_usd + loan.fee_usd + loan.reserve[0] - loan.size_usd
    np.testing.assert_allclose(lines.after_tax, total, atol=size)
    assert lines.equity_usd == pytest.approx(-lines.after_tax[0], abs=size)
    assert loan.balance[-1] == 0.0


@given(projects())
def test_taxes_are_the_rates_on_what_is_left_over_all_years(project):
    """Every dollar earned is taxed once: revenue − cost − interest − depreciation, and the state's tax for the federal one."""
    lines = owner_lines(project)
    income = (lines.ebitda - lines.loan.interest).sum()
    written_off_state, written_off = lines.state_depreciation.sum(), lines.federal_depreciation.sum()
    size = 1e-9 * (1.0 + np.abs(lines.ebitda).sum() + np.abs(lines.loan.interest).sum() + project.capex_usd)
    assert lines.state_tax.sum() == pytest.approx(-project.state_rate * (income - written_off_state), abs=size)
    assert lines.federal_tax.sum() == pytest.approx(-project.federal_rate * (income - written_off + lines.state_tax.sum()), abs=size)
    if project.years > project.recovery_years:
        assert [written_off, written_off_state] == pytest.approx([project.capex_usd] * 2, rel=1e-12)
    else:
        assert written_off_state < project.capex_usd


def test_by_hand():
    """One kilowatt, two years, no loan: every line on the back of an envelope."""
    project = dataclasses.replace(
        PROJECT, capacity_kw=1.0, years=2, price_usd_per_kwh=0.1, price_growth=0.1, opex_usd=200.0, opex_growth=0.03, capex_usd=1000.0, bonus=0.5,
        inflation=0.02, loan=Loan("level", 0, 0.0),
    )  # fmt: skip
    lines = owner_lines(project)
    assert energy_kwh(project).tolist() == [0.0, 8760.0, 8760.0]
    assert lines.revenue.tolist() == pytest.approx([0.0, 876.0, 963.6])
    assert lines.operating_expenses.tolist() == pytest.approx([0.0, 200.0, 210.0])
    assert lines.federal_depreciation.tolist() == pytest.approx([0.0, 600.0, 160.0])
    assert lines.state_depreciation.tolist() == pytest.approx([0.0, 200.0, 320.0])
    assert lines.state_tax.tolist() == pytest.approx([0.0, -0.05 * 476.0, -0.05 * 433.6])
    assert lines.federal_tax.tolist() == pytest.approx([0.0, -0.21 * (76.0 - 23.8), -0.21 * (593.6 - 21.68)])
    assert lines.after_tax.tolist() == pytest.approx([-1000.0, 676.0 - 23.8 - 0.21 * 52.2, 753.6 - 21.68 - 0.21 * 571.92])


def test_a_reserve_is_money_put_aside_and_given_back():
    """With and without: the same sum over all years, later."""
    without = dataclasses.replace(PROJECT, loan=dataclasses.replace(PROJECT.loan, reserve_months=0.0))
    kept, free = owner_lines(PROJECT), owner_lines(without)
    assert kept.after_tax.sum() == pytest.approx(free.after_tax.sum())
    assert kept.after_tax[0] < free.after_tax[0]
    assert kept.after_tax[7] > free.after_tax[7]


def test_cover_is_zero_where_nothing_is_due():
    cover = owner_lines(PROJECT).cover
    assert cover[1:8] == pytest.approx([1.4] * 7)
    assert cover[[0, 8, 9, 10]].tolist() == [0.0] * 4


def test_sold_at_what_a_kwh_costs_the_owner_gains_nothing():
    """Revenue taken at the levelised cost instead of the price, after tax as it is, has the present value of the owner's costs."""
    lines = owner_lines(PROJECT)
    cost, real_cost, earned = levelised_usd_per_kwh(PROJECT, lines)
    energy = present_value(PROJECT.nominal_rate, energy_kwh(PROJECT))
    assert (earned - cost) * energy == pytest.approx(present_value(PROJECT.nominal_rate, lines.after_tax))
    assert real_cost < cost
    assert PROJECT.nominal_rate == pytest.approx(1.06 * 1.02 - 1.0)
