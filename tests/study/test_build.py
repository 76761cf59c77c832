import pytest

from wattmint.risk.phase import Phase
from wattmint.scenario.model import Scenario
from wattmint.study import evaluate
from wattmint.types import ZERO_LINE


def test_spreads_are_ordered(verdict):
    for build in verdict.builds:
        assert build.npv_usd.p10 <= build.npv_usd.p50 <= build.npv_usd.p90


def test_gap_is_the_need_beyond_the_capital(verdict):
    for build in verdict.builds:
        assert build.capital_gap_usd == pytest.approx(max(0.0, build.capital_need_usd.p50 - verdict.capital_usd))


def test_payback_shares_agree_with_the_histogram(verdict):
    for build in verdict.builds:
        assert sum(build.payback_histogram["share"]) == pytest.approx(build.paid_back_share)


def test_the_zero_line_is_zero(verdict):
    zero = verdict.builds[-1]
    assert zero.name == ZERO_LINE
    assert zero.npv_usd.mean == zero.capital_need_usd.mean == zero.loss_probability == 0.0
    assert zero.irr.mean is None


def test_the_tail_is_worse_than_the_tenth_percentile(verdict):
    for build in verdict.builds:
        assert build.cvar_npv_usd <= build.npv_usd.p10


def test_a_build_in_phases_says_when_its_parts_run(small_tables):
    mine = {"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 20, "until_month": 6}
    halls = {"kind": "hosting", "from_month": 6, "construction_months": 5, "share": 0.5}
    small_tables["builds"].append({"name": "Turn", "parts": [mine, halls]})
    verdict = evaluate(Scenario.of(small_tables), threads=1)
    turn = verdict.builds[2]
    assert turn.phases == (Phase("mining", 10.0, 0, 0, 6), Phase("hosting", 5.0, 6, 11, None))
    assert (turn.grid_mw, turn.months_to_revenue) == (10.0, 0)
    assert turn.npv_usd_per_month_waited == pytest.approx(turn.npv_usd.mean / (11 * 5.0 / 15.0))
    assert turn.strike_usd_per_mwh.mean is not None
    assert [build.phases for build in verdict.builds if build is not turn] == [(), (), ()]


def test_what_stands_already_has_no_rate_of_return(small_tables):
    mine = {"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 20, "end_of_life": "shrink"}
    small_tables["builds"] = [{"name": "Keep", "parts": [mine]}]
    keep = evaluate(Scenario.of(small_tables), threads=1).builds[0]
    assert (keep.capital_need_usd.p50, keep.irr.p50, keep.irr_none_share) == (0.0, None, 1.0)
    assert (keep.payback_months.p50, keep.coin_instead) == (0.0, None)
