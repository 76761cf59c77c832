import numpy as np
import pytest
from tests.physics.chains import CHAINS

from wattmint.physics.power_chain import CAUSES, curves, dark_hours, exceedance
from wattmint.physics.power_chain_simulation import live_through, live_through_plain, numbers_of, rules_of, sides_of, simulate_chain
from wattmint.units import HOURS_PER_YEAR

YEARS = 20_000


@pytest.mark.parametrize("name", CHAINS)
def test_simulated_years_meet_the_formula_cause_by_cause(name):
    chain, hours = CHAINS[name], YEARS * HOURS_PER_YEAR
    found = simulate_chain(np.random.default_rng(11), chain, YEARS)
    grid, beyond = curves(chain)
    squares = np.trapezoid(2.0 * grid * beyond, grid, axis=1)
    often, dark = exceedance(chain, [0.0, 1.0]), dark_hours(chain)[:, 0]
    for i, cause in enumerate(CAUSES):
        lengths_found = found.hours[found.causes == i]
        assert abs(lengths_found.size - often[i, 0] * hours) <= 4.5 * np.sqrt(often[i, 0] * hours), cause
        assert abs((lengths_found > 1.0).sum() - often[i, 1] * hours) <= 4.5 * np.sqrt(often[i, 1] * hours), cause
        assert abs(lengths_found.sum() - dark[i] * hours) <= 4.5 * np.sqrt(squares[i] * hours), cause


@pytest.mark.parametrize("name", CHAINS)
def test_the_kernel_does_what_its_plain_twin_does(name):
    chain = CHAINS[name]
    lived = []
    for walk in (live_through, live_through_plain):
        events = np.zeros((4_000, 3))
        count = walk(np.random.default_rng(3), rules_of(chain), sides_of(chain), numbers_of(chain), 60.0 * HOURS_PER_YEAR, events)
        lived.append((count, events))
    assert lived[0][0] == lived[1][0] > 10
    assert lived[0][1] == pytest.approx(lived[1][1], rel=1e-12)


def test_the_same_seed_gives_the_same_years_and_another_another():
    runs = [simulate_chain(np.random.default_rng(seed), CHAINS["all twice"], 500) for seed in (1, 1, 2)]
    assert runs[0].at_h.tobytes() == runs[1].at_h.tobytes() != runs[2].at_h.tobytes()
    assert runs[0].hours.tobytes() == runs[1].hours.tobytes()
    assert runs[0].causes.tolist() == runs[1].causes.tolist()


@pytest.mark.parametrize("name", CHAINS)
def test_times_in_the_dark_are_in_order_and_apart(name):
    found = simulate_chain(np.random.default_rng(2), CHAINS[name], 2_000)
    assert (np.diff(found.at_h) >= 0.0).all()
    assert (found.hours > 0.0).all()
    ends = found.at_h + found.hours
    assert np.maximum.accumulate(ends)[-1] <= found.at_h[-1] + found.hours.max() + 1e-9
    overlap = np.maximum(np.maximum.accumulate(ends)[:-1] - found.at_h[1:], 0.0).sum()
    assert overlap < 1e-3 * found.hours.sum()


def test_planned_work_comes_as_often_every_year():
    found = simulate_chain(np.random.default_rng(6), CHAINS["bare"], 500)
    planned = found.at_h[(found.causes == CAUSES.index("planned")) & (found.hours > 1.0)]
    a_year = np.bincount((planned / HOURS_PER_YEAR).astype(int), minlength=500)
    assert a_year.max() <= 2
    assert a_year.mean() > 1.9


def test_rules_hold_each_hazard_once_for_all_sides_together():
    one, two = rules_of(CHAINS["bare"]), rules_of(CHAINS["two feeds"])
    assert one.shape == two.shape == (8, 13)
    feeds = CHAINS["bare"].feeds.hazards
    assert one[4, 0] == pytest.approx(sum(hazard.per_hour for hazard in feeds))
    assert one[7, 0] - one[6, 0] == 0.0
    assert one[7, 9] == pytest.approx(HOURS_PER_YEAR / 2.0)
    assert two[4, 0] == pytest.approx(sum(hazard.per_hour * (2.0 - hazard.common_share) for hazard in feeds))
