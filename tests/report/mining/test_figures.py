from dataclasses import replace

import pytest

from wattmint.calculators.mining.hashprice import hashprice_history
from wattmint.calculators.mining.static import static_result
from wattmint.report.mining import figures as mine_figures


def _notes(figure):
    return [note.text for note in figure.layout.annotations]


def test_revenue_and_cost_meet_at_the_break_even(mine_answer):
    case, result, ahead = mine_answer.case, mine_answer.result, mine_answer.ahead
    figure = mine_figures.power_figure(case, result, ahead)
    assert _notes(figure) == ["earns $123/MWh", "break-even $123/MWh", "power $45/MWh"]
    hosted = replace(case, hosting_fee_usd_per_kwh=0.02)
    assert _notes(mine_figures.power_figure(hosted, static_result(hosted), ahead))[:2] == ["earns $123/MWh", "break-even $103/MWh"]


def test_the_machine_itself_is_in_the_league_and_stands_out(mine_answer):
    figure = mine_figures.league_figure(mine_answer.league, "antminer-s21-xp", 0.045)
    bars = figure.data[0]
    (own,) = [i for i, colour in enumerate(bars.marker.color) if colour == mine_figures.MACHINE]
    assert bars.text[own].startswith("Antminer S21 XP, 13.5 J/TH")
    assert list(bars.x) == sorted(bars.x, reverse=True)
    unmarked = mine_figures.league_figure(mine_answer.league, None, 0.045)
    assert len(unmarked.data[0].x) == mine_figures.BARS
    assert mine_figures.league_height(mine_answer.league, None) == unmarked.layout.height


def test_the_past_has_gaps_where_fees_are_unknown(mine_answer):
    past = hashprice_history("2022-01")
    figure = mine_figures.hashprice_figure(past, mine_answer.result, mine_answer.ahead)
    alone, whole, *band, dot = figure.data
    assert None in whole.y
    assert None not in alone.y
    assert [trace.x[0] for trace in band] == ["2026-11"] * 3
    assert (dot.x[0], dot.y[0]) == ("2026-10", pytest.approx(40.64, abs=0.01))
    assert figure.layout.yaxis.type == "log"


def test_the_obsolescence_chart_holds_both_machines_and_the_power_price(mine_answer):
    ahead = mine_answer.ahead
    figure = mine_figures.obsolescence_figure(mine_answer.case, ahead)
    assert figure.data[2].y[0] == pytest.approx(1000.0 * ahead.reference_breakeven_usd_per_kwh.p50[0], rel=1e-3)
    assert figure.data[5].y[0] == pytest.approx(1000.0 * ahead.breakeven_power_usd_per_kwh.p50[0], rel=1e-3)
    assert figure.data[6].y[-1] == pytest.approx(1000.0 * ahead.marginal_breakeven_usd_per_kwh.p50[-1], rel=1e-3)
    assert figure.layout.shapes[0].y0 == pytest.approx(45.0)
    assert "halving" in _notes(figure)


def test_shares_are_drawn_in_percent(mine_answer):
    running, scrap = mine_figures.running_figure(mine_answer.ahead).data
    assert max(running.y) <= 100.0
    assert (scrap.x[0], scrap.y[0]) == (0, 0.0)


def test_the_promise_is_a_straight_line_to_its_lifetime_profit(mine_answer):
    ahead = mine_answer.ahead
    promised = mine_figures.cash_figure(mine_answer.case, ahead).data[-1]
    assert promised.y[0] == -mine_answer.case.capex_usd
    assert promised.y[-1] == pytest.approx(ahead.static.lifetime_profit_usd, rel=2e-3)


def test_the_promised_payback_is_marked_where_there_is_one(mine_answer):
    ahead = mine_answer.ahead
    assert mine_figures.payback_figure(ahead).layout.shapes[0].x0 == ahead.static.payback_months
    never = replace(ahead, static=replace(ahead.static, payback_months=None), halving_month=None)
    assert not mine_figures.payback_figure(never).layout.shapes


def test_months_have_calendar_names(mine_answer):
    assert mine_figures.calendar_months(mine_answer.ahead)[:3] == ["2026-11", "2026-12", "2027-01"]
