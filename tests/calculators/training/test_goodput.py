import math

import pytest

from wattmint.calculators.training.goodput import CURVE_POINTS, goodput_at, goodput_curve, run_goodput, simulate_goodput
from wattmint.calculators.training.run_terms import MACHINES, RunCase
from wattmint.errors import InputError
from wattmint.physics.goodput import best_interval, daly_interval, young_interval

GIVEN = RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300)


def test_goodput_is_daly_s_when_a_restart_is_given():
    found, mean = run_goodput(GIVEN), 50 * 3_600
    interval = best_interval(60.0, 1.0 / mean)
    assert found.interval_s == found.best_s == interval
    assert [found.young_s, found.daly_s] == pytest.approx([young_interval(60.0, 1 / mean), daly_interval(60.0, 1 / mean)])
    assert found.goodput == pytest.approx(interval / (mean * math.exp(300 / mean) * math.expm1((interval + 60) / mean)))
    assert found.lost_gpu_hours_per_day == pytest.approx((1 - found.goodput) * 24_000)
    assert found.interruptions_per_day == pytest.approx(24 / 50)
    assert found.hours_between_interruptions == pytest.approx(50)
    assert sum(found.machines_per_day.values()) == pytest.approx(found.per_day[MACHINES])


def test_llama_3_s_rate_gives_its_interruptions_and_nearly_its_goodput():
    found = run_goodput(RunCase(gpus=16_384, detect_s=0, restart_s=0, checkpoint_s=1e-3))
    assert abs(54 * found.interruptions_per_day - 419) < 0.01  # the rate was counted there
    with_defaults = run_goodput(RunCase(gpus=16_384)).goodput
    assert with_defaults == pytest.approx(0.90, abs=0.01)  # "above 90 %"


def test_outages_and_curtailments_cost_goodput_and_announced_ones_less():
    plain = run_goodput(GIVEN).goodput
    kept = {}
    for name, more in {
        "outages": {"outages_per_year": 50.0, "outage_hours": 2.0},
        "curtailments": {"curtailments_per_year": 50.0, "curtailment_hours": 2.0},
        "announced": {"curtailments_per_year": 50.0, "curtailment_hours": 2.0, "notice_s": 600.0},
        "too late": {"curtailments_per_year": 50.0, "curtailment_hours": 2.0, "notice_s": 59.0},
    }.items():
        found = run_goodput(RunCase(gpus=1_000, mttf_gpu_hours=50_000, checkpoint_s=60, restart_s=300, **more))
        kept[name] = found.goodput
        assert sum(found.per_day.values()) == pytest.approx(found.interruptions_per_day)
    assert kept["outages"] == pytest.approx(kept["curtailments"]) == pytest.approx(kept["too late"])
    assert kept["curtailments"] < kept["announced"] < plain


def test_spare_machines_keep_goodput_up():
    plain = run_goodput(RunCase(gpus=16_384))
    kept = [run_goodput(RunCase(gpus=16_384, spares=spares)) for spares in (0, 2, 5, 12, 40)]
    assert [one.goodput for one in kept] == sorted(one.goodput for one in kept)
    assert kept[0].goodput < 0.5 * plain.goodput
    assert kept[-1].goodput == pytest.approx(plain.goodput)
    assert sum(kept[-1].machines_per_day.values()) == pytest.approx(plain.interruptions_per_day)
    assert kept[-1].per_day["machines replaced"] == pytest.approx(289 / 419 * plain.interruptions_per_day)
    lived = simulate_goodput(kept[2], days=30, runs=40, seed=1)
    assert lived.goodput > kept[2].goodput - 4 * lived.standard_error
    assert lived.goodput == pytest.approx(kept[2].goodput, rel=0.05)


def test_the_curve_is_goodput_by_interval_and_highest_at_the_best():
    found = run_goodput(RunCase(gpus=16_384, checkpoint_s=60, restart_s=300, interval_s=7_200))
    curve = goodput_curve(found)
    assert len(curve) == CURVE_POINTS
    assert all(kept == goodput_at(found, interval) <= goodput_at(found, found.best_s) for interval, kept in curve)
    assert goodput_at(found, 7_200) == found.goodput
    assert goodput_at(found, found.daly_s) == found.daly_goodput
    assert curve[0][0] < found.best_s < 7_200 < curve[-1][0]


@pytest.mark.parametrize("case", [{"checkpoint_s": 0.0}, {"checkpoint_s": 5, "flush_s": 900}])
def test_the_curve_keeps_to_intervals_that_can_be_written(case):
    found = run_goodput(RunCase(gpus=16_384, **case))
    least = case.get("flush_s", 0.0) - case["checkpoint_s"]
    assert all(interval > 0.0 and interval >= least * (1 - 1e-12) for interval, _ in goodput_curve(found))
    assert goodput_at(found, 1e-9) == goodput_at(found, max(least, 1e-9))


def test_daly_is_near_the_best_also_with_a_flush():
    found = run_goodput(RunCase(gpus=16_384, checkpoint_s=5, flush_s=900, restart_s=300))
    assert found.best_s == 895.0
    assert found.daly_goodput == found.goodput


def test_a_simulation_meets_the_formula_and_its_seed():
    found = run_goodput(RunCase(gpus=16_384, checkpoint_s=60, restart_s=300))
    lived = [simulate_goodput(found, days=20, runs=60, seed=seed) for seed in (3, 3, 4)]
    assert lived[0] == lived[1] != lived[2]
    assert abs(lived[0].goodput - found.goodput) < 4 * lived[0].standard_error
    assert lived[0].wall_days == pytest.approx(lived[0].days / lived[0].goodput)
    assert lived[0].wall_days_tail > lived[0].wall_days
    assert lived[0].days == pytest.approx(20, abs=found.interval_s / 86_400)


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ({"gpus": 0}, "gpus"),
        ({"gpus": 8, "interval_s": 0}, "interval_s"),
        ({"gpus": 8, "interval_s": 10, "flush_s": 100, "checkpoint_s": 5}, "at least 95 s"),
    ],
)
def test_refuses(case, what):
    with pytest.raises(InputError, match=what):
        run_goodput(RunCase(**case))


@pytest.mark.parametrize(
    ("case", "settings", "what"),
    [
        ({"gpus": 8}, {"runs": 1}, "runs"),
        ({"gpus": 8}, {"days": 0.0}, "training_days"),
        ({"gpus": 8, "checkpoint_s": 0.0}, {}, "checkpoint_s"),
        ({"gpus": 1_000_000, "mttf_gpu_hours": 100, "restart_s": 300}, {}, "events"),
        ({"gpus": 8, "interval_s": 0.01}, {"days": 1_000.0}, "events"),
    ],
)
def test_refuses_to_simulate(case, settings, what):
    with pytest.raises(InputError, match=what):
        simulate_goodput(run_goodput(RunCase(**case)), **{"days": 10.0, "runs": 5, "seed": 0, **settings})
