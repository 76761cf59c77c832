import numpy as np
import pytest

from wattmint.physics.goodput import Cause, Checkpointing, best_interval, goodput, lost_uptime, lost_uptime_quantile
from wattmint.physics.goodput_simulation import draw_lost_uptime, live_through, live_through_plain, rules_of, simulate_runs

FAILURES = Cause("failures", 1.0 / 5_000.0, 300.0)
OUTAGES = Cause("outages", 1.0 / 50_000.0, 300.0, 5_000.0)
STOPS = Cause("stops", 1.0 / 20_000.0, 4_000.0, planned=True)
REPAIRS = Cause("machines", 1.0 / 5_000.0, 20.0, 8_000.0, spares=2)
PACES = {
    "blocking": Checkpointing(blocking_s=60.0, restart_s=300.0),
    "background": Checkpointing(blocking_s=10.0, flush_s=200.0, restart_s=300.0),
    "no restart": Checkpointing(blocking_s=60.0),
}


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
@pytest.mark.parametrize("causes", [[FAILURES], [FAILURES, OUTAGES], [FAILURES, STOPS], [STOPS], [FAILURES, OUTAGES, STOPS]])
@pytest.mark.parametrize("interval", [250.0, 1_000.0])
def test_simulated_runs_meet_the_formula(pace, causes, interval):
    found = simulate_runs(np.random.default_rng(11), interval, pace, causes, segments=800, runs=150)
    assert abs(found.goodput - goodput(interval, pace, causes)) < 4.0 * found.goodput_error
    assert found.goodput_error < 0.01


@pytest.mark.parametrize("spares", [0, 1, 3])
def test_waits_for_spare_machines_are_erlang_s(spares):
    cause = Cause("machines", 1.0 / 5_000.0, 0.0, 8_000.0, spares=spares)
    found = simulate_runs(np.random.default_rng(9), 500.0, PACES["blocking"], [cause], segments=2_000, runs=100)
    assert abs(found.goodput - goodput(500.0, PACES["blocking"], [cause])) < 4.0 * found.goodput_error


def test_waits_for_spare_machines_are_never_reckoned_too_short():
    cause = Cause("machines", 1.0 / 5_000.0, 2_000.0, 8_000.0, spares=1)
    found = simulate_runs(np.random.default_rng(10), 500.0, PACES["blocking"], [cause], segments=2_000, runs=100)
    formula = goodput(500.0, PACES["blocking"], [cause])
    assert formula < found.goodput + 4.0 * found.goodput_error
    assert formula > 0.93 * found.goodput


def test_the_same_seed_gives_the_same_history_and_another_another():
    runs = [simulate_runs(np.random.default_rng(seed), 500.0, PACES["blocking"], [FAILURES, OUTAGES], segments=50, runs=20) for seed in (1, 1, 2)]
    assert runs[0].wall_s.tolist() == runs[1].wall_s.tolist() != runs[2].wall_s.tolist()
    assert runs[0].stops.tolist() == runs[1].stops.tolist()


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
@pytest.mark.parametrize("causes", [[], [FAILURES, OUTAGES, STOPS], [OUTAGES, STOPS, REPAIRS]])
def test_the_kernel_does_what_its_plain_twin_does(pace, causes):
    times = np.array([400.0 + pace.blocking_s, pace.flush_s, pace.restart_s])
    lived = []
    for walk in (live_through, live_through_plain):
        wall, stops = np.zeros(20), np.zeros((20, max(len(causes), 1)), dtype=np.int64)
        walk(np.random.default_rng(3), 40, times, rules_of(causes), np.zeros(2 + 1), wall, stops)
        lived.append((wall, stops))
    assert lived[0][0] == pytest.approx(lived[1][0], rel=1e-12)
    assert lived[0][1].tolist() == lived[1][1].tolist()


def test_a_run_that_nothing_interrupts_takes_its_work_and_its_checkpoints():
    found = simulate_runs(np.random.default_rng(0), 900.0, PACES["blocking"], [], segments=10, runs=3)
    assert found.wall_s.tolist() == [9_600.0] * 3
    assert found.stops.shape == (3, 0)
    assert (found.goodput, found.goodput_error) == (0.9375, 0.0)


def test_llama_3_s_interruptions_follow_from_its_failure_rate():
    """419 unexpected interruptions in 54 days on 16,384 GPUs: the mean of simulated runs of that wall time, within the sampling error."""
    day = 86_400.0
    cause = Cause("machines", 16_384 / (50_677.0 * 3_600.0))
    interval = best_interval(3.0, cause.rate_per_s)
    found = simulate_runs(
        np.random.default_rng(8), interval, Checkpointing(blocking_s=3.0), [cause], segments=round(54 * day / (interval + 6.0)), runs=200
    )
    scaled = found.stops[:, 0] * (54 * day / found.wall_s)
    assert abs(scaled.mean() - 419) < 3.0 * scaled.std(ddof=1) / np.sqrt(scaled.size) + 0.01
    assert np.quantile(scaled, 0.02) < 419 < np.quantile(scaled, 0.98)
    assert scaled.std() == pytest.approx(np.sqrt(419), rel=0.2)


@pytest.mark.parametrize("rate", [0.0, 1e-6, 1e-3])
@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_drawn_losses_have_the_mean_and_the_tail_of_the_formulas(rate, pace):
    drawn = draw_lost_uptime(np.random.default_rng(4), 40_000, 900.0, pace, rate)
    assert abs(drawn.mean() - lost_uptime(900.0, pace, rate)) < 4.0 * drawn.std() / 200.0
    assert np.mean(drawn <= lost_uptime_quantile(0.95, 900.0, pace, rate)) == pytest.approx(0.95, abs=0.005)
