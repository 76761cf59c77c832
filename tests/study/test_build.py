import pytest

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
