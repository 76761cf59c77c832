"""Goodput and failure rates as published, beside what the model gives: ``python benchmarks/goodput_cases.py``.

Every case of the table `training_failures` is printed with its error, also where it is bad. Rates are predicted from Llama 3's failures per GPU-hour
alone; goodput takes a case's own rate where it has one, else Llama 3's, and the defaults for detection, restart, state and storage. What follows
holds the intervals of Young and Daly against the optimum, and the simulation against the formula.
"""

import itertools
import time

import numpy as np

from wattmint.calculators.training.goodput import run_goodput
from wattmint.calculators.training.run_terms import RunCase
from wattmint.facts.load import number, table
from wattmint.physics.goodput import Cause, Checkpointing, best_interval, daly_interval, goodput, young_interval
from wattmint.physics.goodput_simulation import simulate_runs
from wattmint.units import HOURS_PER_DAY

PARAMETERS_B = {"llama-3-405b": 405, "opt-175b": 175, "megascale": 175, "hlat-manual": 70, "hlat-automatic": 70}
"""Of the models, from the same publications; the default for others."""

PERCENT = 100.0


def rates() -> None:
    """Print interruptions and mean times as published, and from Llama 3's rate."""
    llama = number("training_failures", "llama-3-405b", "mttf_gpu_hours")
    print(f"interruptions from Llama 3's {llama:,.0f} GPU-hours each")
    print(f"{'case':46}{'GPUs':>7}{'published':>23}{'predicted':>11}{'error':>8}")
    for facts in table("training_failures").values():
        if "mttf_gpu_hours" not in facts:
            continue
        gpus, own = float(facts["observed_gpus"].value), float(facts["mttf_gpu_hours"].value)
        if "observed_days" in facts:
            published, unit = float(facts["interruptions"].value), "interruptions"
            predicted = gpus * float(facts["observed_days"].value) * HOURS_PER_DAY / llama
        else:
            published, unit, predicted = own / gpus, "h between", llama / gpus
        print(f"{facts['name'].value:46}{gpus:7,.0f}{published:9.4g} {unit:>14}{predicted:11.4g}{predicted / published - 1:+8.0%}")


def goodputs() -> None:
    """Print goodput as published and predicted, and the recovery time that would explain the difference."""
    print("\ngoodput with default detection, restart, state and storage")
    print(f"{'case':46}{'GPUs':>7}{'rate from':>11}{'published':>10}{'predicted':>10}{'error':>8}  recovery that would explain it")
    for id_, facts in table("training_failures").items():
        if "reported_goodput" not in facts:
            continue
        name, published = str(facts["name"].value), float(facts["reported_goodput"].value)
        if "observed_gpus" not in facts:
            print(f"{name:46}{'?':>7}{'':11}{published:10.1%}{'-':>10}  neither size nor failures are published")
            continue
        own = "mttf_gpu_hours" in facts
        mttf = float(facts["mttf_gpu_hours"].value) if own else None
        state = PARAMETERS_B.get(id_, 405) * number("defaults", "training", "checkpoint_bytes_per_parameter")
        found = run_goodput(RunCase(gpus=float(facts["observed_gpus"].value), mttf_gpu_hours=mttf, state_gb=state))
        free = found.goodput / (1.0 - found.shares.restart - found.shares.waiting)
        hours = (free / published - 1.0) * found.hours_between_interruptions
        shown = f"{hours:.2f} h" if hours > 0.0 else "none would"
        source = "own" if own else "Llama 3"
        print(
            f"{name:46}{found.terms.gpus:7,.0f}{source:>11}{published:10.1%}{found.goodput:10.1%}{100 * (found.goodput - published):+7.1f} p  {shown}"
        )


def intervals() -> None:
    """Print how far Young's and Daly's goodput is below the best, at worst over a grid."""
    worst = {"Young": 0.0, "Daly": 0.0}
    for ratio in np.geomspace(1e-5, 0.5, 60):  # checkpoint over the mean time between interruptions
        pace, cause = Checkpointing(blocking_s=ratio), [Cause("failures", 1.0)]
        best = goodput(best_interval(ratio, 1.0), pace, cause)
        for name, find in (("Young", young_interval), ("Daly", daly_interval)):
            worst[name] = max(worst[name], 1.0 - goodput(find(ratio, 1.0), pace, cause) / best)
    print("\nbelow the best goodput at worst, for checkpoints of up to half the time between interruptions: ", end="")
    print(", ".join(f"{name} {loss:.4%}" for name, loss in worst.items()))


def simulations() -> None:
    """Print how many standard errors the simulation is from the formula over a grid."""
    grid = itertools.product((1e3, 1e4, 1e5), (5.0, 120.0), (0.0, 200.0), (0.0, 400.0), (0.0, 3_000.0))
    scores = []
    for mean, blocking, flush, restart, off in grid:
        pace = Checkpointing(blocking_s=blocking, flush_s=flush, restart_s=restart)
        causes = [Cause("failures", 0.9 / mean, 60.0), Cause("outages", 0.1 / mean, 60.0, off), Cause("stops", 0.05 / mean, 500.0, planned=True)]
        interval = best_interval(blocking, 1.0 / mean, flush)
        found = simulate_runs(np.random.default_rng(len(scores)), interval, pace, causes, segments=1_000, runs=60)
        scores.append((found.goodput - goodput(interval, pace, causes)) / found.goodput_error)
    spread = np.array(scores)
    print(f"simulation less formula over {spread.size} cases: {spread.mean():+.2f} standard errors on average, spread {spread.std():.2f}, ", end="")
    print(f"largest {np.abs(spread).max():.2f}")


def speed() -> None:
    """Print estimates per second on one core."""
    case, count = RunCase(gpus=16_384, mttf_gpu_hours=50_000, checkpoint_s=30, restart_s=300), 2_000
    start = time.process_time()
    for _ in range(count):
        run_goodput(case)
    print(f"{count / (time.process_time() - start):,.0f} estimates per second of processor time")


if __name__ == "__main__":
    rates()
    goodputs()
    intervals()
    simulations()
    speed()
