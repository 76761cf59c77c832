"""The main job's speed and memory, in one run: `python benchmarks/full_run.py`.

Prints seconds of computing for 10,000 paths × 120 months × 6 builds (the example's five and doing nothing) once the
kernels are compiled, peak memory of that process, the time of `wattmint --help`, and the share of time by arrow of the
corridor. `benchmarks/dispatch_kernels.py` prints the ratio to the plain NumPy twin.
"""

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from wattmint import Scenario, evaluate

EXAMPLE = Path(__file__).parents[1] / "examples" / "west-texas-100mw.toml"
RUNS = 5


def main() -> None:
    """Print the table."""
    scenario = Scenario.load(EXAMPLE)
    print(f"{scenario.study.paths:,} paths x {scenario.study.horizon_months} months x {len(scenario.builds) + 1} builds")
    for threads in (1, 2):
        evaluate(scenario, threads=threads)
        seconds = [_timed(lambda t=threads: evaluate(scenario, threads=t)) for _ in range(RUNS)]
        print(f"evaluate, {threads} thread(s): median {statistics.median(seconds):.2f} s (min {min(seconds):.2f}, max {max(seconds):.2f})")
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory: {peak_mb:.0f} MB")
    command = [sys.executable, "-m", "wattmint", "--help"]
    helps = [_timed(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(RUNS)]
    print(f"wattmint --help: median {statistics.median(helps):.3f} s")


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
