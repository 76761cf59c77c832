import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.errors import InputError
from wattmint.finance.cashflow import cashflow, combine, demand_charge, revenue, sum_of
from wattmint.scenario.model import Money
from wattmint.types import Cashflow


def test_lines_of_a_load_that_stops(offer, dispatch, tariff, world):
    flows = cashflow(offer, dispatch, tariff, world)
    assert list(flows.lines) == ["subsidy", "pool fee", "operations", "energy", "delivery", "demand charge", "machines"]
    expected = {
        "subsidy": offer.per_mwh["subsidy"] * dispatch.it_mwh,
        "pool fee": -1.5 * dispatch.it_mwh,
        "operations": np.full((3, 5), -2000.0),
        "energy": -dispatch.energy_usd,
        "delivery": -6.0 * dispatch.grid_mwh,
        "demand charge": np.tile([0.0, -6000.0, -6000.0, -6000.0, 0.0], (3, 1)),
    }
    for name, values in expected.items():
        assert (flows.lines[name][:, 0] == 0.0).all()
        np.testing.assert_allclose(flows.lines[name][:, 1:], values, rtol=1e-15)
    np.testing.assert_array_equal(flows.lines["machines"], np.tile(offer.capital["machines"], (3, 1)))
    assert all(line.shape == (3, 6) for line in flows.lines.values())


def test_lines_sum_to_net_exactly(offer, firm_offer, dispatch, tariff, world):
    for one in (offer, firm_offer):
        flows = cashflow(one, dispatch, tariff, world)
        np.testing.assert_array_equal(sum(flows.lines.values()), flows.net)
        np.testing.assert_array_equal(sum_of(flows.lines, flows.net.shape), flows.net)


def test_a_tenant_reimburses_his_share_of_the_power_bill(firm_offer, dispatch, tariff, world):
    lines = cashflow(firm_offer, dispatch, tariff, world).lines
    occupied = np.concatenate([[0.0], firm_offer.in_service[0]])
    bill = lines["energy"] + lines["delivery"] + lines["demand charge"] * occupied
    np.testing.assert_allclose(lines["power reimbursed"], -0.8 * bill, rtol=1e-15)
    assert (lines["demand charge"][:, 1:4] == [0.0, -8000.0, -8000.0]).all()


def test_a_tenant_who_pays_for_all_power_leaves_none_of_it(firm_offer, dispatch, tariff, world):
    full = dataclasses.replace(firm_offer, power_passthrough=1.0, in_service=np.ones((1, 5)))
    lines = cashflow(full, dispatch, tariff, world).lines
    power = sum(lines[name] for name in ("energy", "delivery", "demand charge", "power reimbursed"))
    np.testing.assert_allclose(power, 0.0, atol=1e-9)


def test_power_stays_reserved_through_a_pause_but_not_after_the_end(offer, tariff):
    pause = np.array([[0.0, 1.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.2]])
    charged = demand_charge(dataclasses.replace(offer, in_service=pause), tariff) < 0.0
    assert charged.astype(int).tolist() == [[0, 0, 1, 1, 1, 0], [0] * 6, [0, 1, 1, 1, 1, 1]]


def test_lines_that_are_zero_are_left_out(offer, dispatch, tariff, world):
    free = dataclasses.replace(tariff, delivery_usd_per_mwh=0.0, demand_charge_usd_per_kw_month=0.0)
    none = dataclasses.replace(offer, per_mwh={"subsidy": np.zeros((1, 5))}, capital={"salvage": np.zeros((1, 6))})
    assert list(cashflow(none, dispatch, free, world).lines) == ["operations", "energy"]


def test_a_line_that_stands_in_two_places_is_added(offer, dispatch, tariff, world):
    both = dataclasses.replace(offer, per_month={"subsidy": np.full((1, 5), 7.0)})
    lines = cashflow(both, dispatch, tariff, world).lines
    np.testing.assert_allclose(lines["subsidy"][:, 1:], offer.per_mwh["subsidy"] * dispatch.it_mwh + 7.0)


def test_refuses_a_line_of_another_length(offer, dispatch, tariff, world):
    with pytest.raises(InputError, match="machines"):
        cashflow(dataclasses.replace(offer, capital={"machines": np.ones((1, 5))}), dispatch, tariff, world)


MONEY = arrays(np.float64, (2, 4), elements=st.floats(-1e9, 1e9))
LINES = st.dictionaries(st.sampled_from(["energy", "lease", "subsidy", "machines"]), MONEY, min_size=1)


@given(st.lists(LINES, min_size=1, max_size=3))
def test_combining_parts_adds_their_lines(parts):
    flows = [Cashflow(lines, sum_of(lines, (2, 4))) for lines in parts]
    joint = combine(flows)
    np.testing.assert_array_equal(sum(joint.lines.values(), np.zeros((2, 4))), joint.net)
    np.testing.assert_allclose(joint.net, sum(flow.net for flow in flows), rtol=1e-12, atol=1e-5)
    for name in {name for lines in parts for name in lines}:
        expected = sum(lines[name] for lines in parts if name in lines)
        np.testing.assert_array_equal(joint.lines.get(name, np.zeros((2, 4))), expected)


def test_combining_leaves_the_parts_as_they_were(offer, dispatch, tariff, world):
    part = cashflow(offer, dispatch, tariff, world)
    before = {name: line.copy() for name, line in part.lines.items()}
    twice = combine([part, part])
    np.testing.assert_allclose(twice.net, 2.0 * part.net, rtol=1e-12)
    for name, line in before.items():
        np.testing.assert_array_equal(part.lines[name], line)


def test_refuses_to_combine_nothing_or_other_shapes():
    with pytest.raises(InputError, match="parts"):
        combine([])
    with pytest.raises(InputError, match="one shape"):
        combine([Cashflow({}, np.zeros((1, 3))), Cashflow({}, np.zeros((1, 4)))])


def test_a_mwh_earns_what_its_mode_makes_of_it_and_is_billed_whole(offer, dispatch, tariff, world):
    thrifty = dataclasses.replace(dispatch, value_mwh=1.25 * dispatch.it_mwh)
    plain, better = (cashflow(offer, run, tariff, world).lines for run in (dispatch, thrifty))
    for name in offer.per_mwh:
        np.testing.assert_allclose(better[name], 1.25 * plain[name], rtol=1e-15)
    for name in ("energy", "delivery", "operations"):
        np.testing.assert_array_equal(better[name], plain[name])


def test_working_capital_comes_later_and_is_settled_at_the_end(offer, dispatch, tariff, world):
    money = Money(receivable_days=30.4375, payable_days=15.21875)
    lines = cashflow(offer, dispatch, tariff, world, money).lines
    line = lines["working capital"]
    owed = revenue(lines, (offer,), line.shape) + 0.5 * (lines["energy"] + lines["delivery"] + lines["demand charge"])
    np.testing.assert_allclose(line[:, 1], -owed[:, 1], rtol=1e-12)
    np.testing.assert_allclose(line[:, 2:-1], -np.diff(owed, axis=1)[:, 1:-1], rtol=1e-9)
    np.testing.assert_allclose(line.sum(axis=1), 0.0, atol=1e-6)


def test_what_neither_earns_nor_pays_owes_nothing(offer, dispatch, tariff, world):
    nothing = dataclasses.replace(offer, per_mwh={}, per_month={}, capital={}, in_service=0.0 * offer.in_service)
    idle = dataclasses.replace(dispatch, **{field: 0.0 * getattr(dispatch, field) for field in ("it_mwh", "grid_mwh", "energy_usd", "value_mwh")})
    assert cashflow(nothing, idle, tariff, world, Money(receivable_days=30.0)).lines == {}


def test_without_days_there_is_no_working_capital(offer, dispatch, tariff, world):
    plain, paid_at_once = cashflow(offer, dispatch, tariff, world), cashflow(offer, dispatch, tariff, world, Money())
    assert list(paid_at_once.lines) == list(plain.lines)
    np.testing.assert_array_equal(paid_at_once.net, plain.net)


def test_revenue_is_what_customers_pay(offer, dispatch, tariff, world):
    lines = cashflow(offer, dispatch, tariff, world).lines
    np.testing.assert_array_equal(revenue(lines, (offer,), lines["energy"].shape), lines["subsidy"])
