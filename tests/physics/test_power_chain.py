import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.physics.chains import CHAINS, NOTHING, chain

from wattmint.physics.availability import carried
from wattmint.physics.outages import Duration, Hazard, duration_of_mean, excess, mean_hours, survival
from wattmint.physics.power_chain import CAUSES, Chain, Sides, curves, dark_hours, dark_in, exceedance, losses

NO_PATHS = Sides(1, (Hazard("planned", 1e-12, Duration(1.0, 0.2, longest_h=1000.0)),), 1.0, 0.0)


def only_feeds(number: int, *hazards: Hazard, switchover_hours: float = 0.0) -> Chain:
    return Chain(Sides(number, hazards, 1.0, switchover_hours), NO_PATHS, NOTHING)


def of(cause: str, by_cause) -> float:
    return float(by_cause[CAUSES.index(cause)].item())


@pytest.mark.parametrize("case", [0, 4, 5])
def test_one_side_is_up_for_mtbf_over_mtbf_and_mttr(root, case):
    _, _, mtbf, mttr, unit, _ = json.loads((root / "tests" / "golden" / "availability.json").read_text())["k_of_n"][case]
    law = duration_of_mean(mttr, Duration(1.0, 0.7, longest_h=1000.0))
    assert dark_hours(only_feeds(1, Hazard("feed", 1.0 / mtbf, law))).sum() == pytest.approx(1.0 - unit, rel=1e-3)


def test_two_sides_are_up_as_one_of_two_units_and_fail_together_as_seldom(root):
    golden = json.loads((root / "tests" / "golden" / "availability.json").read_text())
    _, _, mtbf, mttr, _, system = golden["k_of_n"][1]
    both = only_feeds(2, Hazard("feed", 1.0 / mtbf, duration_of_mean(mttr, Duration(1.0, 0.7, longest_h=1000.0))))
    assert dark_hours(both).sum() == pytest.approx(1.0 - system, rel=2e-3)
    assert 1.0 / exceedance(both, 0.0).sum() == pytest.approx(golden["one_of_two"]["mtbf_both_h"], rel=2e-3)


def test_a_bare_load_is_dark_whenever_its_feed_or_path_is():
    bare = CHAINS["bare"]
    feed, path = (sum(h.per_hour * mean_hours(h.hours) for h in sides.hazards) for sides in (bare.feeds, bare.paths))
    assert dark_hours(bare).sum() == pytest.approx(feed / (1 + feed) + path / (1 + path), rel=4e-3)
    assert of("ups", exceedance(bare, 0.0)) == of("generators", exceedance(bare, 0.0)) == 0.0


def test_a_battery_takes_away_what_is_shorter_and_shortens_the_rest():
    law = Duration(1.0, 1.0, longest_h=100.0)
    feed = only_feeds(1, Hazard("feed", 1e-4, law))
    battery = feed._replace(backup=NOTHING._replace(ups_failure=0.1, ride_hours=2.0))
    for length in (0.0, 0.5, 3.0):
        found = exceedance(battery, length)
        up = 1.0 / (1.0 + 1e-4 * mean_hours(law))
        assert of("grid", found) == pytest.approx(0.9 * 1e-4 * up * survival(law, length + 2.0), rel=1e-3)
        assert of("ups", found) == pytest.approx(0.1 * 1e-4 * up * survival(law, length), rel=1e-3)


def test_a_common_cause_and_a_stranded_load_make_a_second_feed_less_than_it_seems():
    law = Duration(2.0, 0.8, longest_h=200.0)
    alone = dark_hours(only_feeds(2, Hazard("feed", 1e-4, law))).sum()
    common = dark_hours(only_feeds(2, Hazard("feed", 1e-4, law, common_share=0.16))).sum()
    stranded = dark_hours(only_feeds(2, Hazard("feed", 1e-4, law, stranded_share=0.02)))
    assert common == pytest.approx(0.16 * 1e-4 * mean_hours(law), rel=0.01)
    assert alone < 1e-2 * common
    assert of("transfer", stranded) == pytest.approx(0.02 * 1e-4 * mean_of_shorter(law, 1.0), rel=0.01)


def mean_of_shorter(law: Duration, manual_h: float) -> float:
    """Mean of the shorter of a loss and an exponential time until a crew has switched."""
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 200.0, 20_001)])
    return float(np.trapezoid(survival(law, grid) * np.exp(-grid / manual_h), grid))


def test_generators_leave_what_outlasts_them():
    law, set_ = Duration(10.0, 1.0, longest_h=500.0), CHAINS["one of each"].backup.generators
    backup = CHAINS["one of each"].backup._replace(ups_failure=0.0, transfer_failure=0.0, tank_hours=1e4)
    found = exceedance(only_feeds(1, Hazard("feed", 1e-4, law))._replace(backup=backup), 0.0)
    odds, hours = 1.0 - np.random.default_rng(3).random(400_000), np.geomspace(1e-4, 1e5, 20_000)
    stops = np.interp(-odds, -carried(set_, hours), hours, left=0.0)  # when the odds to carry have fallen to a uniform draw; at once if never so high
    late = float(survival(law, stops + backup.ride_hours).mean())
    assert of("generators", found) == pytest.approx(1e-4 * late / (1.0 + 1e-4 * mean_hours(law)), rel=0.01)
    assert of("fuel", found) == 0.0


def test_an_empty_tank_waits_longer_in_a_storm():
    law = Duration(30.0, 0.8, longest_h=500.0)
    backup = CHAINS["spares"].backup
    calm, storm = (only_feeds(1, Hazard("feed", 1e-4, law, storm=storm))._replace(backup=backup) for storm in (False, True))
    assert of("fuel", dark_hours(storm)) > 10.0 * of("fuel", dark_hours(calm)) > 0.0


def test_a_transfer_that_works_is_a_dip_without_batteries_and_nothing_with_them():
    bare = only_feeds(2, Hazard("feed", 1e-4, Duration(2.0, 0.8, longest_h=200.0)), switchover_hours=0.001)
    assert exceedance(bare, 0.0).sum() == pytest.approx(1e-4, rel=0.01)
    assert exceedance(bare, 0.001).sum() < 1e-7
    assert exceedance(bare._replace(backup=NOTHING._replace(ups_failure=0.0, ride_hours=0.1)), 0.0).sum() < 1e-7


@pytest.mark.parametrize("name", CHAINS)
def test_curves_fall_and_their_area_is_the_time_in_the_dark(name):
    grid, beyond = curves(CHAINS[name])
    assert (np.diff(beyond, axis=1) <= 1e-15).all()
    assert (beyond >= 0.0).all()
    assert dark_hours(CHAINS[name])[:, 0] == pytest.approx(np.trapezoid(beyond, grid, axis=1), rel=1e-9)
    whole, over_an_hour = dark_hours(CHAINS[name], [0.0, 1.0]).T
    assert (over_an_hour <= whole + 1e-15).all()


@settings(max_examples=12)
@given(st.integers(0, 4), st.floats(0.0, 1.0), st.floats(0.0, 4.0))
def test_more_of_anything_never_makes_more_dark(spares, ups_failure, ride_hours):
    backup = CHAINS["one of each"].backup
    worse = chain(1, 1, backup._replace(ups_failure=ups_failure, ride_hours=ride_hours, generators=backup.generators._replace(installed=4 + spares)))
    better = [
        worse._replace(feeds=worse.feeds._replace(number=2)),
        worse._replace(backup=worse.backup._replace(ride_hours=ride_hours + 0.5)),
        worse._replace(backup=worse.backup._replace(ups_failure=ups_failure / 2.0)),
        worse._replace(backup=worse.backup._replace(tank_hours=2.0 * backup.tank_hours)),
        worse._replace(backup=worse.backup._replace(generators=worse.backup.generators._replace(installed=5 + spares))),
    ]
    dark = dark_hours(worse).sum()
    for chain_ in better:
        assert dark_hours(chain_).sum() <= dark * (1.0 + 1e-9)


def test_darkness_in_a_stretch_of_time_is_a_compound_poisson_sum():
    """Losses of 1 to 3 hours, evenly likely, 0.4 in a stretch: none of them with odds exp(-0.4), and the mean 0.8 h."""
    lengths = np.array([0.0, 1.0, 3.0])
    sums, odds = dark_in(1_000.0, lengths, np.array([4e-4, 4e-4, 0.0]), np.zeros(3))
    assert odds[0] == pytest.approx(np.exp(-0.4), rel=1e-6)
    assert np.interp([0.9, 2.0], sums, odds) == pytest.approx([np.exp(-0.4), np.exp(-0.4) * 1.2], rel=1e-3)
    assert sums @ np.diff(odds, prepend=0.0) == pytest.approx(0.8, rel=1e-3)
    assert odds[-1] == pytest.approx(1.0)
    assert (np.diff(odds) >= -1e-12).all()


@pytest.mark.parametrize(("times", "never", "mean"), [(0.25, 0.75, 0.5), (1.0, 0.0, 2.0), (2.5, 0.0, 5.0)])
def test_what_comes_at_regular_times_comes_as_often_every_year(times, never, mean):
    lengths, rate = np.array([0.0, 1.0, 3.0]), times / 1_000.0
    sums, odds = dark_in(1_000.0, lengths, np.zeros(3), np.array([rate, rate, 0.0]))
    assert odds[0] == pytest.approx(never, abs=1e-6)
    assert np.interp(0.99 * np.floor(times), sums, odds) == pytest.approx(never, abs=1e-6)
    assert np.interp(3.01 * np.ceil(times), sums, odds) == pytest.approx(1.0)
    assert sums @ np.diff(odds, prepend=0.0) == pytest.approx(mean, rel=1e-3)


def test_planned_work_waits_for_the_other_side_but_leaves_it_alone_meanwhile():
    law = Duration(12.0, 0.2, longest_h=100.0)
    work, fault = Hazard("planned", 1e-4, law, planned=True), Hazard("people", 1e-5, law)
    paths = Sides(2, (work, fault), 1.0, 0.0)
    dark = dark_hours(Chain(CHAINS["bare"].feeds._replace(hazards=(fault._replace(per_hour=1e-12),)), paths, NOTHING))
    assert of("planned", dark) == 0.0
    assert of("people", dark) == pytest.approx(2.0 * 1e-5 * 1.1e-4 * mean_of_overlap(law), rel=0.01)


def mean_of_overlap(law: Duration) -> float:
    """Integral of survival times mean excess: what a fault has in common with work under way, up to rates."""
    grid = np.concatenate([[0.0], np.geomspace(1e-6, 100.0, 20_001)])
    return float(np.trapezoid(survival(law, grid) * excess(law, grid), grid))


def test_tables_name_the_cause_of_what_nothing_carries():
    assert {loss.word for loss in losses(CHAINS["two feeds"].feeds, 400.0)} == {"grid", "transfer", "distribution"}
    assert {loss.word for loss in losses(CHAINS["bare"].feeds, 400.0)} == {"grid", "distribution"}
