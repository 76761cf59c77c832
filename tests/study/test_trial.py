from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from wattmint.errors import InputError
from wattmint.scenario.model import Tax
from wattmint.scenario.place import place_of, with_number
from wattmint.study import evaluate
from wattmint.study.target import target_of
from wattmint.study.trial import Trial

LEASE = "builds.1.parts.0.lease_usd_per_kw_month"


@pytest.fixture
def pool():
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.mark.parametrize(
    ("path", "value", "build"),
    [
        (LEASE, 160.0, 1), ("market.btc_usd", 60_000.0, 0), ("money.discount_rate", 0.2, 1), ("site.power_mw", 7.0, 0),
        ("power.peak_avoidance", 0.5, 0), ("power.delivery_usd_per_mwh", 9.0, 0), ("power.demand_charge_usd_per_kw_month", 3.0, 1),
        ("market.gpu_rental_multiplier", 1.5, 1),
        ("power.level_usd_per_mwh", 50.0, 0), ("power.level_growth_per_year", 0.07, 0), ("site.capital_usd", 1e6, 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("taxed", [False, True])
def test_a_trial_is_what_the_run_of_the_changed_file_says(small_scenario, pool, path, value, build, taxed):
    scenario = small_scenario.model_copy(update={"tax": Tax(jurisdiction="us-tx")}) if taxed else small_scenario
    place = place_of(scenario, path)
    numbers = Trial(scenario, place, target_of("npv=0"), build, pool).at(value, 16)
    verdict = evaluate(with_number(scenario, place, value), threads=1)
    name = scenario.builds[build].name
    expected = verdict.financed_results[name].equity_npv_usd if taxed else verdict.path_results[name].npv_usd
    np.testing.assert_array_equal(numbers, expected)
    before = Trial(scenario, place, target_of("npv-before=0"), build, pool).at(value, 16)
    np.testing.assert_array_equal(before, verdict.path_results[name].npv_usd)


def test_today_is_the_file_as_it_is_and_fewer_paths_are_the_first(small_scenario, pool):
    trial = Trial(small_scenario, place_of(small_scenario, LEASE), target_of("npv=0"), 1, pool)
    known = evaluate(small_scenario, threads=1).path_results["Host"].npv_usd
    np.testing.assert_array_equal(trial.today(16), known)
    np.testing.assert_array_equal(trial.today(5), known[:5])


def test_an_input_of_another_build_is_refused(small_scenario, pool):
    with pytest.raises(InputError, match="build 0"):
        Trial(small_scenario, place_of(small_scenario, LEASE), target_of("npv=0"), 0, pool)


def test_a_chance_of_loss_needs_more_than_one_future(small_scenario, pool):
    median = small_scenario.model_copy(update={"market": small_scenario.market.model_copy(update={"forecast": "median"})})
    with pytest.raises(InputError, match="more than one future"):
        Trial(median, place_of(median, LEASE), target_of("loss=0.1"), 1, pool)


def test_several_values_at_once_are_the_same_and_are_found_again(small_scenario, pool, monkeypatch):
    place, target = place_of(small_scenario, "market.btc_usd"), target_of("npv=0")
    ahead, apart = (Trial(small_scenario, place, target, 0, pool) for _ in range(2))
    ahead.ahead([50_000.0, 60_000.0, 50_000.0, -1.0], 16)
    expected = [apart.at(value, 16) for value in (50_000.0, 60_000.0)]
    with pytest.raises(InputError, match="btc_usd"):
        ahead.at(-1.0, 16)
    monkeypatch.setattr(ahead, "_walked", lambda *_: pytest.fail("worked out again"))
    np.testing.assert_array_equal([ahead.at(value, 16) for value in (50_000.0, 60_000.0)], expected)
