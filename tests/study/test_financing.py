import numpy as np
import pytest

from wattmint.scenario.model import Debt, Scenario, Tax, Treasury
from wattmint.study.corridor import prepare, walk, world_of
from wattmint.study.financed import finance
from wattmint.study.financing import arrange, books_of, full_service

LOAN = {"debt_share": 0.6, "debt_rate": 0.09, "debt_term_months": 60}


def financed(example, **debt):
    return example.model_copy(update={"tax": Tax(jurisdiction="us-tx"), "debt": Debt(**LOAN, **debt)})


def test_without_both_tables_there_is_nothing_to_arrange(example):
    assert arrange(prepare(example), 10) is None


def test_tax_alone_has_no_loans(example):
    found = arrange(prepare(example.model_copy(update={"tax": Tax(jurisdiction="us-tx")})), 10)
    assert found.debts is None
    assert found.debt_of(0) is None
    assert found.discount_rate == example.money.discount_rate


def test_every_build_has_its_loans_and_the_owner_his_rate(example):
    found = arrange(prepare(financed(example, equity_discount_rate=0.15)), 40)
    assert len(found.debts) == len(example.builds)
    assert found.discount_rate == 0.15
    assert found.debt_of(1) is found.debts[1]


def test_outlays_and_salvage_are_all_the_capital_there_is(example):
    scenario = financed(example)
    prepared = prepare(scenario)
    financing, world = arrange(prepared, 20), world_of(prepared, 0, 20)
    for one in walk(prepared, world):
        books = books_of(one, financing, scenario)
        capital = sum(usd for offer in one.offers for usd in offer.capital.values())
        outlays = sum(outlay.usd for outlay in (*books.works, *books.machines))
        np.testing.assert_allclose(books.salvage - outlays, np.broadcast_to(capital, books.net.shape), atol=1e-3)
        ends = full_service(one.build, scenario)
        assert not books.financed[:, ends + 1 :].any()
        np.testing.assert_allclose(books.financed[:, : ends + 1].sum(axis=1), (outlays - 0.0)[:, : ends + 1].sum(axis=1))


def test_an_equipment_loan_takes_all_machines_and_leaves_the_works(example):
    scenario = financed(example, equipment_share=0.5)
    prepared = prepare(scenario)
    financing, world = arrange(prepared, 20), world_of(prepared, 0, 20)
    for one in walk(prepared, world):
        books = books_of(one, financing, scenario)
        for mine, theirs in ((books.financed, books.works), (books.bought, books.machines)):
            np.testing.assert_allclose(mine, sum((outlay.usd for outlay in theirs), np.zeros(mine.shape)))


def test_works_enter_service_when_they_are_finished(example):
    scenario = financed(example)
    prepared = prepare(scenario)
    financing, world = arrange(prepared, 4), world_of(prepared, 0, 4)
    mixed = list(walk(prepared, world))[-1]
    years = [int(outlay.service_year[0]) for outlay in books_of(mixed, financing, scenario).works]
    finished = [plan.construction_months for plan in mixed.build.plans]
    assert years == [financing.years.of_service[month] for month in finished]
    assert full_service(mixed.build, scenario) == max(finished)


def test_a_jurisdiction_with_margin_tax_needs_revenue(example):
    scenario = example.model_copy(update={"tax": Tax(jurisdiction="us-tx")})
    prepared = prepare(scenario)
    world = world_of(prepared, 0, 4)
    one = next(walk(prepared, world))
    books = books_of(one, arrange(prepared, 4), scenario)
    lines = one.cashflow.lines
    np.testing.assert_allclose(books.revenue, lines["subsidy"] + lines["transaction fees"])
    np.testing.assert_allclose(books.power, lines["energy"] + lines["delivery"] + lines["demand charge"])
    bare = scenario.model_copy(update={"tax": Tax(jurisdiction="us-tx", gross_margin_tax_rate=0.0)})
    assert not books_of(one, arrange(prepare(bare), 4), bare).revenue.any()
    assert books.cash() == pytest.approx(books.net - books.salvage + sum(o.usd for o in (*books.works, *books.machines)))


def test_a_coin_put_aside_is_taxed_when_it_is_mined_and_its_gain_when_it_is_sold(example):
    """Over all years income is what the site got, whichever way: held coins add only what they gained."""
    taxed = example.model_copy(update={"tax": Tax(jurisdiction="us-tx", gross_margin_tax_rate=0.0)})
    income = {}
    for policy in ("sell", "hold"):
        scenario = taxed.model_copy(update={"treasury": Treasury(coin_policy=policy)})
        prepared = prepare(scenario)
        world = world_of(prepared, 0, 8)
        one = next(walk(prepared, world))
        financing = arrange(prepared, 8)
        result = finance(one, 0, financing, scenario)
        income[policy] = result.taxable, one
    gained = income["hold"][1].cashflow.net.sum(axis=1) - income["sell"][1].cashflow.net.sum(axis=1)
    np.testing.assert_allclose(income["hold"][0] - income["sell"][0], gained, rtol=1e-6, atol=1.0)
    first = income["hold"][1].coins.no_income[:, :24]
    assert (first.sum(axis=1) < 0.0).all()


def test_a_part_that_stops_is_deducted_to_the_end_and_taxed_no_more_as_property(small_tables):
    small_tables["builds"] = [{"name": "One", "parts": [{"kind": "hosting", "construction_months": 0, "until_month": 14}]}]
    small_tables["study"]["horizon_months"] = 60
    small_tables["tax"] = {"jurisdiction": "us-tx", "property_tax_per_year": 0.01, "bonus_share": 0.0}
    scenario = Scenario.of(small_tables)
    prepared = prepare(scenario)
    financing = arrange(prepared, 4)
    (one,) = walk(prepared, world_of(prepared, 0, 4))
    (works,) = books_of(one, financing, scenario).works
    assert works.deducted[0, 2] == pytest.approx(0.855)  # 5 and 9.5 % before; the horizon begins in December: it stops in the third tax year, 2028
    assert not works.deducted[0, 3:].any()
    taxed = finance(one, 0, financing, scenario).lines["property tax"]
    assert (taxed[:, 14:25] < 0.0).all()
    assert not taxed[:, 26:].any()


MINE = {"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 20}


@pytest.mark.parametrize(
    ("parts", "column"),
    [
        ([MINE], 0),
        ([MINE | {"from_month": 6}], 0),  # starts later, but nothing is built or bought for it
        ([{"kind": "hosting", "construction_months": 3, "until_month": 12}, {"kind": "hosting", "existing": True, "from_month": 12}], 3),
        ([MINE | {"until_month": 9}, {"kind": "hosting", "construction_months": 3, "from_month": 9}], 12),
        # The second never comes.
        ([{"kind": "hosting", "share": 0.5, "construction_months": 3}, {"kind": "hosting", "share": 0.5, "from_month": 24}], 3),
        ([{"kind": "hosting", "construction_months": 30}], 24),
    ],
)
def test_construction_lasts_till_what_is_built_or_bought_is_ready(small_tables, parts, column):
    scenario = Scenario.of(small_tables | {"builds": [{"name": "One", "parts": parts}]})
    assert full_service(prepare(scenario).builds[0], scenario) == column


def test_interest_of_the_construction_time_is_deducted_with_the_works_that_cause_it(small_tables):
    """A part that takes over what stands changes nothing of it."""
    small_tables["study"]["horizon_months"] = 48
    steady = {"kind": "hosting", "lease_usd_per_kw_month": 150, "lease_escalator_per_year": 0.0, "tenant_default_per_year": 0.0, "salvage_share": 0.0}
    built, taken = steady | {"construction_months": 3, "ramp_months": 0, "share": 0.5}, steady | {"share": 0.5, "existing": True}
    small_tables |= {"tax": {"jurisdiction": "us-tx"}, "debt": LOAN}
    taxes = []
    for parts in ([built, taken | {"from_month": 0}], [built, taken | {"until_month": 24}, taken | {"from_month": 24}]):
        scenario = Scenario.of(small_tables | {"builds": [{"name": "One", "parts": parts}]})
        prepared = prepare(scenario)
        one = next(walk(prepared, world_of(prepared, 0, 8)))
        taxes.append(finance(one, 0, arrange(prepared, 8), scenario).lines["income tax"])
    assert (taxes[0] < 0.0).any()
    np.testing.assert_allclose(taxes[0], taxes[1], rtol=1e-9, atol=1e-3)
