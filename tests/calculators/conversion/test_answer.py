from dataclasses import replace

import pytest

from wattmint.calculators.conversion.answer import CONVERT, PART, REFUSE, conversion_answer, replaced_share
from wattmint.calculators.conversion.worth import Start
from wattmint.risk.measures import Spread


def spread_of(mean):
    return Spread(mean, mean, mean, mean)


def judged(plan, found, *means, share=0.6):
    starts = tuple(Start(f"start {i}", 12 * i, spread_of(mean), float(mean > 0.0)) for i, mean in enumerate(means))
    return conversion_answer(replace(plan, share=share), replace(found.worth, starts=starts))


def test_a_gain_converts_and_a_loss_in_every_year_refuses(plan, found):
    assert judged(plan, found, 5e6, 1e6).verdict == PART
    assert judged(plan, found, 5e6, 1e6, share=1.0).verdict == CONVERT
    refused = judged(plan, found, -5e6, -6e6)
    assert (refused.verdict, refused.reasons[0]) == (REFUSE, "mining on is worth 5 million USD more on average than the best year to convert")


def test_a_later_year_may_be_the_best(plan, found):
    later = judged(plan, found, -5e6, 2e6)
    assert later.verdict == PART
    assert "it gains most when begun in month 12" in later.reasons


def test_large_gains_are_spelt_out(plan, found):
    assert "it gains 1,230 million USD over mining on" in judged(plan, found, 1.234e9).reasons[0]
    assert judged(plan, found, 5e6, 6e6).best_start_month == 12


@pytest.mark.parametrize(("capital_usd", "share"), [(0.0, 1.0), (1e12, 0.0)])
def test_a_capital_that_is_too_small_is_said(plan, found, capital_usd, share):
    site = plan.scenario.site.model_copy(update={"capital_usd": capital_usd})
    answer = conversion_answer(replace(plan, scenario=plan.scenario.model_copy(update={"site": site})), found.worth)
    assert answer.over_capital_share == share
    assert any("million USD of capital in 100% of cases" in reason for reason in answer.reasons) == (share > 0.0 and answer.verdict != REFUSE)
    assert (found.capital_usd, found.over_capital_share) == (None, None)


def test_checks_refuse_before_any_future_is_looked_at(refused):
    answer = conversion_answer(refused, None)
    assert (answer.verdict, answer.worth) == (REFUSE, None)
    assert [reason.split(":")[0] for reason in answer.reasons] == ["latency", "flood"]
    assert answer.it_mw == refused.planned.it_mw


def test_the_build_up_adds_to_the_whole(found):
    assert sum(item.usd_per_mw.mean for item in found.items) == pytest.approx(found.usd_per_mw.mean)
    assert found.usd.p50 == pytest.approx(found.usd_per_mw.p50 * found.it_mw)
    caused = sum(row.usd for row in found.checks)
    rest = sum(item.usd_per_mw.mean for item in found.items if item.id in ("site", "back-of-house", "soft", "clearing", "substation"))
    assert caused + rest * found.it_mw == pytest.approx(found.usd_per_mw.mean * found.it_mw)


def test_most_of_the_plant_is_replaced(plan, found):
    assert 0.8 < found.replaced_share == replaced_share(plan) < 1.0
    assert found.published_replaced_share == 0.9


def test_blocks_follow_each_other(found):
    first, second = found.blocks
    assert second.begun - first.begun == pytest.approx(3.0)
    assert first.begun < first.built < first.tested < first.done <= found.planned_months
    assert found.months.p10 < found.months.p50 < found.months.p90


def test_every_place_is_inside_or_says_why(found, refused):
    for place in (*found.places, *conversion_answer(refused, None).places):
        assert place.inside == (place.reason == "")
    late = next(place for place in found.places if place.name.startswith("months"))
    assert "switchgear takes 11 months from order to delivery" in late.reason
