import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import InputError, UnknownNameError
from wattmint.facility.grid import grid_named
from wattmint.facility.power_chain import exceedance_per_year, power_chain, simulate, topologies, year_quantiles
from wattmint.physics.power_chain import CAUSES, curves
from wattmint.units import HOURS_PER_YEAR

FEEDER, LINE = grid_named("us-distribution"), grid_named("us-transmission")
YEARS = 10_000


def of(topology: str, grid=FEEDER, load: float = 0.8):
    return power_chain(topology, grid, 100.0, load)


@pytest.mark.parametrize("grid", [FEEDER, LINE], ids=lambda grid: grid.name)
@pytest.mark.parametrize("topology", topologies())
def test_ten_thousand_years_meet_the_formula(topology, grid):
    chain = of(topology, grid)
    lived = simulate(chain, YEARS, seed=20)
    lengths, by_cause = curves(chain.physics)
    spread = math.sqrt(np.trapezoid(2.0 * lengths * by_cause.sum(axis=0), lengths) * HOURS_PER_YEAR / YEARS)
    assert abs(lived.hours_per_year.mean() - HOURS_PER_YEAR * (1.0 - chain.availability)) < 4.5 * spread
    assert abs(lived.outages_per_year.mean() - chain.outages_per_year) < 4.5 * math.sqrt(chain.outages_per_year / YEARS)
    assert abs(lived.dips_per_year.mean() - chain.dips_per_year) < 4.5 * math.sqrt(chain.dips_per_year / YEARS)
    for share, number in zip(chain.by_cause, np.bincount(lived.causes, minlength=len(CAUSES)), strict=True):
        expected = YEARS * (share.outages_per_year + share.dips_per_year)
        assert abs(number - expected) <= 4.5 * math.sqrt(expected) + 0.5, share.name


@pytest.mark.parametrize("topology", topologies())
def test_bad_years_by_formula_are_as_bad_as_those_lived_through(topology):
    chain, lived = of(topology), simulate(of(topology), YEARS, seed=21)
    for share, hours in zip((0.5, 0.9, 0.99), year_quantiles(chain, [0.5, 0.9, 0.99]), strict=True):
        below, up_to = (np.mean(lived.hours_per_year <= hours + step) for step in (-0.07, 0.07))
        error = 4.5 * math.sqrt(share * (1.0 - share) / YEARS)
        assert below - error < share < up_to + error
    announced = CAUSES.index("planned")
    hours = np.bincount(lived.at_years.astype(int), np.where(lived.causes == announced, 0.0, lived.hours), YEARS)
    worst = float(year_quantiles(chain, 0.99, unplanned=True)[0])
    assert abs(np.mean(hours > worst) - 0.01) < 4.5 * math.sqrt(0.01 * 0.99 / YEARS) + np.mean(abs(hours - worst) < 0.07)


@pytest.mark.parametrize("topology", topologies())
def test_causes_and_classes_add_up_to_the_whole(topology):
    chain = of(topology)
    dark = HOURS_PER_YEAR * (1.0 - chain.availability)
    assert sum(share.hours_per_year for share in chain.by_cause) == pytest.approx(dark, rel=1e-9)
    assert sum(each.hours_per_year for each in chain.classes) == pytest.approx(dark, rel=1e-9)
    assert sum(share.outages_per_year for share in chain.by_cause) == pytest.approx(chain.outages_per_year, rel=1e-9)
    assert sum(share.dips_per_year for share in chain.by_cause) == pytest.approx(chain.dips_per_year, rel=1e-6, abs=1e-12)
    assert chain.classes[0].per_year == chain.dips_per_year
    assert all(each.per_year >= 0.0 and each.hours_per_year >= 0.0 for each in chain.classes)
    assert all(each.from_hours <= each.hours_per_year / each.per_year <= each.to_hours for each in chain.classes if each.per_year > 1e-6)


def test_the_curve_begins_with_everything_and_can_leave_planned_work_out():
    chain = of("n")
    every, outages, endless = exceedance_per_year(chain, [0.0, 5.0 / 60.0, 1e4])
    assert (every, endless) == (pytest.approx(chain.outages_per_year + chain.dips_per_year), 0.0)
    assert outages == pytest.approx(chain.outages_per_year)
    planned = next(share for share in chain.by_cause if share.name == "planned")
    assert exceedance_per_year(chain, 0.0, unplanned=True) == pytest.approx(every - planned.outages_per_year)


def test_cost_is_that_of_the_parts():
    chain = of("2n")
    assert chain.capex_usd_per_mw == pytest.approx(sum(usd for _, usd in chain.parts))
    lives = {"ups": 15.0, "generator": 25.0, "path": 30.0}
    assert chain.life_years == pytest.approx(chain.capex_usd_per_mw / sum(usd / lives[name] for name, usd in chain.parts))
    assert of("none").life_years == math.inf
    assert (of("none").capex_usd_per_mw, of("none").ups_loss_share, of("none").floor_m2_per_mw) == (0.0, 0.0, 0.0)


def test_tiers_come_in_their_order_and_near_their_hours(root):
    """Uptime's hours count cooling and everything else; power alone is less. The planned part of I and II is Uptime's own."""
    tiers = json.loads((root / "tests" / "golden" / "availability.json").read_text())["tier_hours"]
    ours = {tier: HOURS_PER_YEAR * (1.0 - of(name).availability) for tier, name in zip("1234", ("n", "n+1-one-path", "n+1", "2n"), strict=True)}
    hours = dict(zip("1234", tiers.values(), strict=True))
    assert ours["1"] > ours["2"] > ours["3"] > ours["4"]
    for tier in "1234":
        assert 0.15 * hours[tier] < ours[tier] < 1.05 * hours[tier]


BETTER = (
    ("none", "dual-feed"), ("none", "ups-only"), ("dual-feed", "dual-feed-ups"), ("ups-only", "dual-feed-ups"), ("ups-only", "bess-4h"),
    ("bess-4h", "dual-feed-bess-4h"), ("ups-only", "n"), ("n", "n+1-one-path"), ("n+1-one-path", "n+1"), ("n+1-eco", "n+1"), ("n+1", "2n"),
    ("2n", "2n-dual-feed"),
)  # fmt: skip


@pytest.mark.parametrize(("less", "more"), BETTER)
@pytest.mark.parametrize("load", [0.3, 0.8, 1.0])
def test_what_is_bought_on_top_never_makes_more_dark(less, more, load):
    for grid in (FEEDER, LINE):
        assert of(less, grid, load).availability <= of(more, grid, load).availability


def test_batteries_take_the_dips_and_generators_the_hours():
    assert of("ups-only").dips_per_year < 0.02 * of("none").dips_per_year
    grid_hours = {name: of(name).by_cause[0].hours_per_year for name in ("none", "ups-only", "bess-4h", "n")}
    assert grid_hours["none"] > grid_hours["ups-only"] > grid_hours["bess-4h"] > grid_hours["n"] == 0.0


def test_no_year_is_sure_but_nearly_all_are_told():
    most, nearly_all = year_quantiles(of("n"), [0.999, 1.0 - 1e-15])
    assert most < nearly_all < HOURS_PER_YEAR


@settings(max_examples=20)
@given(st.sampled_from(topologies()), st.floats(0.3, 1.0), st.floats(0.5, 300.0))
def test_any_load_and_size_give_a_sane_chain(topology, load, it_mw):
    chain = power_chain(topology, LINE, it_mw, load)
    assert 0.99 < chain.availability < 1.0
    assert chain.outage_hours > 5.0 / 60.0
    assert chain.ups_loss_share < 0.1


def test_the_same_seed_gives_the_same_years():
    first, again, other = (simulate(of("none"), 50, seed) for seed in (1, 1, 2))
    assert first.at_years.tobytes() == again.at_years.tobytes() != other.at_years.tobytes()
    assert first.hours.tobytes() == again.hours.tobytes()
    assert first.availability == again.availability


def test_years_hold_their_events():
    lived = simulate(of("none"), 200, 3)
    assert lived.hours_per_year.shape == lived.outages_per_year.shape == (200,)
    assert lived.hours_per_year.sum() == pytest.approx(lived.hours.sum())
    assert lived.outages_per_year.sum() + lived.dips_per_year.sum() == lived.hours.size
    assert lived.availability == pytest.approx(1.0 - lived.hours.sum() / (200 * HOURS_PER_YEAR))
    assert (np.diff(lived.at_years) >= 0.0).all()
    assert lived.at_years[-1] < 200.0


def test_what_cannot_be_is_refused():
    with pytest.raises(UnknownNameError, match="backup = '2nn'"):
        power_chain("2nn", FEEDER, 100.0)
    for it_mw in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(InputError, match="it_mw"):
            power_chain("n", FEEDER, it_mw)
    for load in (0.0, 1.1, math.nan):
        with pytest.raises(InputError, match="load_share"):
            power_chain("n", FEEDER, 100.0, load)
    for share in (-0.1, 1.0, math.nan):
        with pytest.raises(InputError, match=f"shares = {share}: from 0 to below 1"):
            year_quantiles(of("n"), [0.5, share])
    for years in (0, 200_001):
        with pytest.raises(InputError, match=f"years = {years}: from 1 to 200,000"):
            simulate(of("n"), years, 1)
