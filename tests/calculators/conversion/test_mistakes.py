from dataclasses import replace

from wattmint.calculators.conversion.mistakes import mistakes


def names(plan, **changes):
    return [one.name for one in mistakes(plan.has, plan.needs, replace(plan.wish, **changes), plan.topologies)]


def test_a_design_that_fits_has_none(plan):
    assert names(plan) == []


def test_2n_where_less_is_enough_is_named_with_what_it_costs(plan):
    (mistake,) = mistakes(plan.has, plan.needs, replace(plan.wish, backup="2n"), plan.topologies)
    assert mistake.name == f"backup 2n where {plan.wish.backup} is enough"
    assert mistake.usd_per_mw == plan.topologies["2n"].capex_usd_per_mw - plan.topologies[plan.wish.backup].capex_usd_per_mw


def test_too_little_backup_and_the_mine_s_own_fans_are_named(plan):
    assert names(plan, backup="none") == ["backup none where more is needed"]
    assert names(plan, cooling="open-air-fans") == ["cooling open-air-fans"]
    immersed = replace(plan.wish, cooling="immersion")
    assert "racks of 132 kW give their heat to water" in mistakes(plan.has, plan.needs, immersed, plan.topologies)[0].reason


def test_interruptible_work_may_go_without(plan):
    batch = replace(plan.needs, availability_need=0.99, ride_through_s=0.0)
    assert [one.name for one in mistakes(plan.has, batch, replace(plan.wish, backup="none"), plan.topologies)] == []
    assert mistakes(plan.has, batch, replace(plan.wish, backup="n+1"), plan.topologies)[0].name == "backup n+1 where none is enough"
