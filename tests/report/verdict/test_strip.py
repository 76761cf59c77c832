from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wattmint.report.verdict.strip import npv_strip, round_values
from wattmint.risk.verdict import Spread


def test_all_bands_and_zero_lie_on_the_scale(verdict):
    strip = npv_strip(verdict)
    assert 0.0 <= strip.zero <= 100.0
    for bar in strip.bars:
        assert 0.0 <= bar.left <= bar.left + bar.width <= 100.0
        assert bar.median is not None
        assert bar.left <= bar.median <= bar.left + bar.width
    assert "NPV P10 -$" in strip.bars[0].text


def test_one_path_is_a_bar_from_zero(median_verdict):
    strip = npv_strip(median_verdict)
    for bar, build in zip(strip.bars, median_verdict.builds, strict=True):
        assert bar.median is None
        assert (bar.left == strip.zero) == (build.npv_usd.mean >= 0.0)


def test_a_site_where_nothing_moves_still_has_a_scale(verdict):
    zero = Spread(0.0, 0.0, 0.0, 0.0)
    still = replace(verdict, builds=tuple(replace(build, npv_usd=zero) for build in verdict.builds))
    assert all(bar.width == 0.0 for bar in npv_strip(still).bars)


def test_ticks_next_to_zero_are_the_first_to_go_on_a_phone(verdict):
    ticks = npv_strip(verdict).ticks
    at_zero = [tick.text for tick in ticks].index("$0")
    assert ticks[at_zero].major
    assert not ticks[at_zero - 1].major


@given(st.floats(-1e12, 0.0), st.floats(1.0, 1e12))
def test_round_values_are_few_evenly_spaced_and_hold_zero(low, high):
    values = round_values(low, high)
    assert 0.0 in values
    assert 3 <= len(values) <= 10
    assert all(low <= value <= high for value in values)
