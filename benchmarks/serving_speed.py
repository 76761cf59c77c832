"""Speed of the serving calculator: `python benchmarks/serving_speed.py`.

Prints rows per second of `wattmint serve --cases`, from the start of the process to the file written, for the shipped sample of measured
cases repeated to 22,000 rows, with everything given and with layout and software left to be found; and seconds of a parallelism search over a rack
of 72 accelerators, within limits on waiting. Wall and processor time: on a busy machine the former says less.
"""

import csv
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from wattmint.calculators.serving.case import serve
from wattmint.calculators.serving.check import SAMPLE
from wattmint.facts.load import series_path

ROWS = 22_000
NEEDED = ("model", "gpu", "gpus", "precision", "isl", "osl", "concurrency")
RACKS = (("deepseek-r1", "gb200", "fp4"), ("llama-3.1-405b", "gb300", "fp8"), ("qwen3-235b-a22b", "gb300", "fp8"))
RUNS = 3


def main() -> None:
    """Print the table."""
    with series_path(SAMPLE).open(encoding="utf-8", newline="") as stream:
        sample = list(csv.DictReader(stream))
    rows = [sample[i % len(sample)] for i in range(ROWS)]
    print(f"{os.cpu_count()} cores, of which one is used")
    for what, columns in (("all given", tuple(sample[0])), ("layout and software left open", NEEDED)):
        wall, busy = min(_cases(rows, columns) for _ in range(RUNS))
        print(f"serve --cases, {what}: {ROWS:,} rows in {wall:.2f} s ({ROWS / wall:,.0f} a second; {ROWS / busy:,.0f} per second of processor)")
    for model, gpu, precision in RACKS:
        wall, tried = min(_search(model, gpu, precision) for _ in range(RUNS))
        print(f"search over a rack, {model} on 72 x {gpu}: {wall:.3f} s, {tried:,} cases estimated")


def _cases(rows: list[dict[str, str]], columns: tuple[str, ...]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        cases, out = Path(folder) / "in.csv", Path(folder) / "out.csv"
        with cases.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "wattmint", "serve", "--cases", str(cases), "--out", str(out)], check=True, capture_output=True)
        wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _search(model: str, gpu: str, precision: str) -> tuple[float, int]:
    start = time.perf_counter()
    found = serve(model, gpu, gpus=72, precision=precision, ttft_ms=2000.0, tpot_ms=40.0, parallel="auto")
    return time.perf_counter() - start, found.tried


if __name__ == "__main__":
    main()
