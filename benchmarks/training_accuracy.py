"""How far training estimates are from measurements: `python benchmarks/training_accuracy.py [--data DIR] [--in-sample]`.

Reads `training_cases.csv`, `mlperf_training_power.csv`, `training_throughput.csv` and `epoch_training_runs_mfu.csv`. Prints errors of the table as
shipped, of fits that have not seen a row's model or its accelerator (needs scipy, the extra `fit`; two minutes), of node power, of scaling, and
against published shares of the peak rate that no fit has seen. A line that misses its aim ends in a star.
"""

import argparse
import csv
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from wattmint.calculators.training.step_cases import FIELDS
from wattmint.calculators.training.step_estimate import estimate_training

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data" / "ai"
MEASURED: Final = "measured_tokens_per_s_per_gpu"
AIMS: Final = {"given": 0.12, "guessed": 0.20}
POWER_AIM: Final = 0.10
SCALING: Final = (("MLPerf 512 to 8,192 H100, Llama 3.1 405B", 512, 1152, 8192, 1536, 0.875),)
SCALING_AIM: Final = 0.03
FASTEST_ROWS: Final = 5_000

RUNS: Final = (
    ("Llama 3 405B, 16,384 H100, 8k", "llama-3.1-405b", "h100", 16384, "bf16", 8192, 2048, 8, 16, 1, 0.41),
    ("Llama 3 405B, 16,384 H100, 128k", "llama-3.1-405b", "h100", 16384, "bf16", 131072, 128, 8, 16, 16, 0.38),
    ("Megatron-LM GPT-3 175B, 4,608 H100", "gpt-3-175b", "h100", 4608, "bf16", 2048, 1152, None, None, None, 0.42),
    ("Megatron-LM GPT-3 175B, A100 (2023)", "gpt-3-175b", "a100 80gb", 1024, "bf16", 2048, 1536, None, None, None, 0.514),
    ("Epoch: DeepSeek-V3, 2,048 H800 (as H100)", "deepseek-v3", "h100", 2048, "fp8", 4096, 15360, None, None, None, 0.1947),
)
"""Published shares of the peak rate, with what is known of the plan; Megatron-LM's A100 run names no number: 1,024 are assumed."""

WITHOUT_SHAPE: Final = ("Megatron-LM", "MaxText", "paper")


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="folder of the measurements")
    parser.add_argument("--in-sample", action="store_true", help="only what needs no new fit")
    given = parser.parse_args()
    rows = read(given.data / "training_cases.csv")
    found = estimate_training({name: [row.get(name) for row in rows] for name in FIELDS})
    measured = np.array([float(row[MEASURED]) for row in rows])
    print_table("as shipped (fitted to these rows)", rows, found["tokens_per_s_per_gpu"] / measured - 1.0)
    for reason in sorted({error for error in found["error"] if error}):
        print(f"  refused: {reason}")
    if not given.in_sample:
        print_left_out(rows, given.data)
    print_power(read(given.data / "mlperf_training_power.csv"))
    print_scaling()
    print_shares(read(given.data / "training_throughput.csv"), read(given.data / "epoch_training_runs_mfu.csv"))
    print_speed(rows)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def print_table(title: str, rows: Sequence[Mapping[str, str]], error: NDArray[np.float64]) -> None:
    """Print errors of tokens per second by what is known of the plan, and by set."""
    print(f"\n{title}: tokens/s/GPU\n{'':28}{'rows':>6}{'answered':>10}{'median':>8}{'mean':>8}{'p90':>8}{'bias':>8}{'aim':>6}")
    known = np.array([bool(row["tp"] and row["pp"]) for row in rows])
    groups = {"given": known, "guessed": ~known, **{one: np.array([row["set"] == one for row in rows]) for one in sorted({r["set"] for r in rows})}}
    for name, some in groups.items():
        seen = error[some][np.isfinite(error[some])]
        size, aim = abs(seen), AIMS.get(name)
        label = f"parallelism {name}" if aim else name
        end = "" if aim is None else f"{aim:6.0%}{'*' if np.median(size) > aim else ''}"
        cells = f"{len(seen) / some.sum():10.1%}{np.median(size):8.1%}{size.mean():8.1%}{np.quantile(size, 0.9):8.1%}{np.median(seen):+8.1%}"
        print(f"{label:28}{some.sum():6}{cells}{end}")


def print_left_out(rows: Sequence[Mapping[str, str]], folder: Path) -> None:
    """Print errors of fits that have not seen a row's model, or its accelerator."""
    sys.path.insert(0, str(ROOT / "tools"))
    import fit_training as fitting  # noqa: PLC0415 - a tool, not a package

    problem = fitting.Problem(fitting.read_rows(folder))
    for column, title in (("model", "model"), ("gpu", "accelerator")):
        error = fitting.left_out(problem, column) / problem.measured - 1.0
        print_table(f"left out: whole {title}", rows, error)
        for one in sorted({row[column] for row in rows}):
            some = error[[row[column] == one for row in rows]]
            some = some[np.isfinite(some)]
            if len(some):
                print(f"  {one:36}{len(some):4} rows, median {np.median(abs(some)):.1%}, bias {np.median(some):+.1%}")


def print_power(rows: Sequence[Mapping[str, str]]) -> None:
    """Print node power of the MLPerf runs of a language model; the rest of that file are models this package does not know."""
    print(f"\nnode power, MLPerf Training: AC runs of Llama 2 70B LoRA ({len(rows)} rows in the file; others are BERT, image models, DC twins)")
    for row in rows:
        if row["benchmark"] != "llama2_70b_lora" or "dc-power" in row["submitter"]:
            continue
        gpus = int(float(row["nodes"]) * float(row["accel_per_node"]))
        case = {"model": "llama-2-70b", "gpu": row["accelerator"].split("-SXM")[0], "gpus": gpus, "precision": "fp8", "seq_len": 8192, "task": "lora"}
        found = one({**case, "global_batch": 8})
        error, measured = found["node_power_w"] / float(row["node_power_mean_w"]) - 1.0, float(row["node_power_mean_w"])
        peak = found["node_power_w"] / float(row["node_power_peak_w"]) - 1.0
        short = float(row["run_seconds_median"]) < 180.0
        note = f", over its peak {peak:+.1%}; a run of two minutes, start-up included" if short else ""
        print(f"  {row['submitter']:14}{row['nodes']:>4} nodes: {found['node_power_w']:,.0f} W, measured {measured:,.0f} W, error {error:+.1%}"
              f"{'*' if abs(error) > POWER_AIM else ''}{note}")  # fmt: skip


def print_scaling() -> None:
    """Print how efficiency falls with the number of accelerators."""
    print("\nscaling")
    for title, few, few_batch, many, many_batch, published in SCALING:
        case = {"model": "llama-3.1-405b", "gpu": "h100", "precision": "fp8", "seq_len": 8192}
        rates = [one({**case, "gpus": n, "global_batch": batch})["tokens_per_s_per_gpu"] for n, batch in ((few, few_batch), (many, many_batch))]
        kept = rates[1] / rates[0]
        star = "*" if abs(kept - published) > SCALING_AIM else ""
        print(f"  {title}: {rates[0]:.0f} to {rates[1]:.0f} tokens/s/GPU, {kept:.1%} kept; published 334 to 292, {published:.1%}{star}")


def print_shares(throughput: Sequence[Mapping[str, str]], epoch: Sequence[Mapping[str, str]]) -> None:
    """Print shares of the peak rate (MFU) against published ones, and how many cannot be compared."""
    print("\nMFU against published runs that no fit has seen")
    for title, model, gpu, gpus, precision, seq_len, batch, tp, pp, cp, published in RUNS:
        plan = {"tp": tp, "pp": pp, "cp": cp}
        found = one({"model": model, "gpu": gpu, "gpus": gpus, "precision": precision, "seq_len": seq_len, "global_batch": batch, **plan})
        words = found["error"] or f"{found['mfu']:.1%}, published {published:.1%}, error {found['mfu'] / published - 1.0:+.0%}"
        print(f"  {title:44}{words}")
    for set_ in WITHOUT_SHAPE:
        known = [float(row["mfu"] or row["hfu"]) for row in throughput if row["framework"] == set_ and (row["mfu"] or row["hfu"])]
        print(f"  {set_}: {len(known)} rows, {min(known):.0f} to {max(known):.0f} %; models without a published shape here, not compared otherwise")
    shares = [float(row["Hardware utilization (MFU)"]) for row in epoch]
    print(f"  Epoch: {len(shares)} runs, {min(shares):.0%} to {max(shares):.0%}; only DeepSeek-V3's shape and batch are known here")


def print_speed(rows: Sequence[Mapping[str, str]]) -> None:
    """Print cases per second, as given and with every plan left to be chosen."""
    plan = ("micro_batch", "tp", "pp", "cp", "ep", "fsdp")
    known = [row for row in rows if row["tp"] and row["pp"] and row["cp"] and row["fsdp"]]
    for title, some, left in (("plans as given", known, ()), ("plans chosen", rows, plan)):
        many = [some[i % len(some)] for i in range(FASTEST_ROWS)]
        columns: dict[str, list[Any]] = {name: [None if name in left else row.get(name) for row in many] for name in FIELDS}
        begin = time.perf_counter()
        estimate_training(columns)
        print(f"speed, {title}: {FASTEST_ROWS / (time.perf_counter() - begin):,.0f} estimates a second")


def one(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the estimate of one case."""
    return {name: values[0] for name, values in estimate_training({name: [case.get(name)] for name in FIELDS}).items()}


if __name__ == "__main__":
    main()
