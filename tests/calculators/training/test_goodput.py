import math

import pytest

from wattmint.calculators.training.goodput import MACHINES, RunCase, category_shares, machine_cause, run_goodput, settle, simulate_goodput
from wattmint.errors import InputError
from wattmint.facts.load import number, table
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


def test_llama_3_s_rate_gives_its_interruptions_and_nearly_its_goodput():
    found = run_goodput(RunCase(gpus=16_384, detect_s=0, restart_s=0, checkpoint_s=1e-3))
    assert abs(54 * found.interruptions_per_day - 419) < 0.01  # the rate was counted there
    with_defaults = run_goodput(RunCase(gpus=16_384)).goodput
    assert with_defaults == pytest.approx(0.90, abs=0.01)  # "above 90 %"


def test_the_mean_gpu_hours_in_the_table_follow_from_its_counts():
    checked = 0
    for id_, facts in table("training_failures").items():
        if "mttf_gpu_hours" not in facts:
            continue
        gpus = facts["observed_gpus"].value
        if "observed_days" in facts:
            hours = gpus * facts["observed_days"].value * 24 / facts["interruptions"].value
        elif "mean_hours_between_interruptions" in facts:
            hours = gpus * facts["mean_hours_between_interruptions"].value
        else:
            hours = 1_000 * 24 * 8 / facts["failures_per_1000_node_days"].value
        assert facts["mttf_gpu_hours"].value == pytest.approx(hours, rel=1e-4), id_
        checked += 1
    assert checked == 8


def test_the_causes_of_llama_3_add_up_to_its_count():
    parts = [facts["interruptions"].value for facts in table("training_failures").values() if "part_of" in facts]
    assert sum(parts) == number("training_failures", "llama-3-405b", "interruptions") == 419
    shares = category_shares()
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares["GPU"] == pytest.approx(268 / 419)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert sum(run_goodput(GIVEN).machines_per_day.values()) == pytest.approx(run_goodput(GIVEN).per_day[MACHINES])


def test_defaults_are_the_tables_and_say_so():
    terms = settle(RunCase(gpus=16_384))
    used = {one.name: (one.value, one.kind) for one in terms.inputs}
    assert used["mttf_gpu_hours"] == (50_677.0, "derived")
    assert used["gpus"] == (16_384.0, "given")
    assert terms.checkpointing.blocking_s == pytest.approx(405 * 14 / (0.122 * 16_384))
    assert [terms.detect_s, terms.checkpointing.restart_s] == [300.0, 660.0]
    assert settle(RunCase(gpus=1_000, state_gb=122)).checkpointing.blocking_s == pytest.approx(1.0)


def test_a_restart_alone_counts_from_the_interruption():
    assert settle(GIVEN).detect_s == 0.0
    assert settle(RunCase(gpus=8, restart_s=300, detect_s=20)).causes[0].wait_s == 20.0
    assert settle(RunCase(gpus=8, detect_s=20)).checkpointing.restart_s == 660.0


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
    default = settle(RunCase(gpus=8, outages_per_year=1)).causes[1]
    assert default.off_s == 3_600 * number("backup", "n+1", "outage_hours")


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
        ({"gpus": 1.5}, "gpus"),
        ({"gpus": 8, "mttf_gpu_hours": 0}, "mttf_gpu_hours"),
        ({"gpus": 8, "checkpoint_s": -1}, "checkpoint_s"),
        ({"gpus": 8, "interval_s": 0}, "interval_s"),
        ({"gpus": 8, "interval_s": 10, "flush_s": 100, "checkpoint_s": 5}, "at least 95 s"),
        ({"gpus": 8, "outages_per_year": -1}, "outages_per_year"),
        ({"gpus": 8, "restart_s": math.nan}, "restart_s"),
        ({"gpus": 8, "spares": 1.5}, "spares"),
        ({"gpus": 8, "repair_hours": 3}, "goes with spares"),
        ({"gpus": 8, "notice_s": 3}, "goes with curtailments_per_year"),
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


def test_the_rate_of_machines_is_gpus_over_their_mean_hours():
    assert machine_cause(1_000.0, 50_000.0, 7.0).rate_per_s == pytest.approx(1 / 180_000)
