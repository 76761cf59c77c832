"""Does serving come out as measured? `python benchmarks/serving_accuracy.py [--data DIR] [--left-out]`.

Prints, per set of measurements and quantity: rows, rows answered, median, mean and 90th percentile of |predicted / measured - 1|, bias (median of
predicted / measured - 1), and how often the 80 % band held. First in sample, through the door that every case takes (`estimate_columns`).
With ``--left-out`` also for fits that have not seen a row's curve, model family or accelerator (some minutes): what to expect of new rows.
Then, group by group, where the aim is missed by most, with what is known of why; last the speed.
"""

import argparse
import csv
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattmint.serving.bands import band, circumstances
from wattmint.serving.estimate import BANDED, FIELDS, estimate_columns
from wattmint.units import MONTHS_PER_YEAR, MS_PER_S

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data" / "ai"
AIMS: Final = {"tpot_ms": 0.08, "ttft_ms": 0.22, "output_tokens_per_s_per_gpu": 0.12, "joules_per_output_token": 0.15}
"""Median error aimed at on rows never seen."""

OTHER_AIMS: Final = {("tpot_ms", "mlenergy_v3"): 0.12, ("output_tokens_per_s_per_gpu", "mlperf"): 0.06}
UNSEEN_AIMS: Final = {"family": 0.15, "accelerator": 0.12}
"""Median error of the time per token aimed at for a model family or an accelerator never seen."""

OTHERS: Final = "aiconfigurator 0.12 on 850 such rows: answers 54 %, tpot_ms 19.3 % / 33.8 %, ttft_ms 49.8 % / 56.1 % (median / mean)"
WHY: Final = (
    ("mlperf", "gpt-oss", "", "lengths are guesses: answers of 1,300 tokens on average hide a tail of very long ones, which hold the batch down"),
    ("mlperf", "DeepSeek-R1", "", "latency-bound and disaggregated submissions, lengths approximate"),
    ("mlperf", "gpt-j", "", "beams: every request is decoded four times over, and scored"),
    ("mlenergy_v3", "Qwen3-8B", "B200", "measured six times slower from batch 16 on than the same model on an H100: not the chip"),
    ("mlenergy_v3", "Qwen3-Coder", "B200", "attention in parallel on data of a young release: three times slower than its memory traffic"),
    ("vendor_silicon", "Qwen3-235B-A22B", "H200", "weights of 235 GB on one or two chips: the parallelism written down cannot be what ran"),
    ("vendor_silicon", "Llama-3.1-8B", "H200", "prompts of 8,000 tokens answered as if they had been seen before: prefix cache"),
    ("vendor_silicon", "Qwen3-32B", "H100", "first tokens of sglang wait for all prompts of a wave: requests in lock-step"),
    ("vendor_silicon", "DeepSeek-R1", "", "448 requests at once cannot keep the measured time per token on 8 chips: many more ran"),
    ("inferencex_silicon", "DeepSeek-R1", "B300", "prompts of 8,192 tokens took seven times longer before a fix of April 2026; both are in the set"),
    ("inferencex_r1", "DeepSeek-R1", "B300", "prompts of 8,192 tokens took seven times longer before a fix of April 2026; both are in the set"),
    ("inferencex_silicon", "DeepSeek-R1", "B200", "4-bit runs with cut experts wait 5 to 12 s for a first token at light load, others 0.2 to 0.6"),
    ("inferencex_silicon", "DeepSeek-R1", "H200", "first tokens come 0.1 to 0.6 s later than prompt and layers take, unevenly over the load"),
    ("inferencex_silicon", "gpt-oss", "B200", "first tokens come 50 ms sooner than with the stack's other models, whose fixed time it shares"),
    ("mlperf", "Llama-2-70b", "L40S", "entries of the same case differ sixfold, from 74 to 465 tokens/s per card"),
    ("inferencex_r1", "DeepSeek-R1", "MI355X", "runs half a year apart differ twofold: one pace per stack cannot follow one chip's young software"),
    ("inferencex_silicon", "GLM-5", "B", "its recipe looks for new requests at every step, that of DeepSeek-R1 at every tenth to thirtieth"),
    ("trtllm_tables", "gpt-oss", "H", "MXFP4 emulated on Hopper at large batches"),
)
"""Set, part of the model's name, start of the accelerator's, and what is known of the misfit."""


class Row(NamedTuple):
    """One line of a table."""

    rows: int
    answered: float
    median: float
    mean: float
    p90: float
    bias: float
    covered: float


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Accuracy of serving estimates against measurements.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with serving_cases.csv")
    parser.add_argument("--left-out", action="store_true", help="also for fits that have not seen a row's curve, family or accelerator")
    given = parser.parse_args()
    with (given.data / "serving_cases.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = {name: [row.get(name) for row in rows] for name in FIELDS}
    found = estimate_columns(columns)
    print(f"{len(rows):,} measurements; {sum(1 for reason in found['error'] if reason)} refused")
    print_table("in sample", rows, found)
    plain = {name: values for name, values in columns.items() if name not in ("tpot_limit_ms", "ttft_statistic")}
    print_table("in sample, limits on the time per token (MLPerf) and the kind of mean of first tokens not told", rows, estimate_columns(plain))
    print_separate(given.data)
    if given.left_out:
        print_left_out(rows, given.data)
    print(f"\nbeside it: {OTHERS}")
    print_misfits(rows, found)
    print_speed(columns)


def print_table(title: str, rows: Sequence[Mapping[str, str]], found: Mapping[str, Any], aims: Mapping[str, float] | None = None) -> None:
    """Print errors by quantity and set; a line that misses its aim ends in a star."""
    aims = AIMS if aims is None else aims
    sets = np.array([row["set"] for row in rows])
    print(f"\n{title}\n{'':50}{'rows':>6}{'answered':>10}{'median':>8}{'mean':>8}{'p90':>8}{'bias':>8}{'in band':>9}{'aim':>7}")
    for name in BANDED:
        measured = measured_of(rows, name)
        for one in (*sorted(set(sets)), "all"):
            some = np.isfinite(measured) & ((sets == one) | (one == "all"))
            if some.any():
                line = errors(measured[some], {key: np.asarray(found[key])[some] for key in (name, f"{name}_low", f"{name}_high")}, name)
                aim = OTHER_AIMS.get((name, one), aims.get(name)) if aims is AIMS else aims.get(name)
                star = "*" if aim is not None and line.median > aim else ""
                cells = f"{line.answered:10.1%}{line.median:8.1%}{line.mean:8.1%}{line.p90:8.1%}{line.bias:+8.1%}{line.covered:9.1%}"
                print(f"{name:30}{one:20}{line.rows:6}{cells}{'' if aim is None else f'{aim:7.0%}'}{star}")


def measured_of(rows: Sequence[Mapping[str, str]], name: str) -> NDArray[np.float64]:
    """Return what was measured, NaN where it was not."""
    return np.array([float(row[f"measured_{name}"] or "nan") for row in rows])


def errors(measured: NDArray[np.float64], found: Mapping[str, NDArray[np.float64]], name: str) -> Row:
    """Return the line of a table."""
    seen = np.isfinite(found[name])
    error = found[name][seen] / measured[seen] - 1.0
    inside = (found[f"{name}_low"][seen] <= measured[seen]) & (measured[seen] <= found[f"{name}_high"][seen])
    size = abs(error)
    return Row(len(measured), seen.mean(), np.median(size), size.mean(), np.quantile(size, 0.9), np.median(error), inside.mean())


def print_left_out(rows: Sequence[Mapping[str, str]], folder: Path) -> None:
    """Print errors of fits that have not seen a row's group."""
    sys.path.insert(0, str(ROOT / "tools"))
    import fit_serving as fitting  # noqa: PLC0415 - a tool, not a package

    problem = fitting.Problem(fitting.read_rows(folder), fitting.numbers())
    at = fitting.solve(problem)
    case = problem.case(at)
    held = fitting.steady_state(case).held
    for kind in ("curve", "family", "accelerator"):
        unseen: dict[str, Any] = {name: np.where(problem.possible, values, np.nan) for name, values in fitting.left_out(problem, at, kind).items()}
        known = problem.asked.known.copy()
        if kind != "curve":
            known[:, 1 if kind == "accelerator" else 2] = False
        for name in BANDED:
            low, high = band(name, circumstances(known, case.load, held))
            unseen[f"{name}_low"], unseen[f"{name}_high"] = unseen[name] * low, unseen[name] * high
        aims = AIMS if kind == "curve" else {"tpot_ms": UNSEEN_AIMS[kind]}
        print_table(f"left out: whole {kind}", rows, unseen, aims)
        if kind != "curve":
            print_groups(problem.rows, fitting.groups(problem, kind), unseen["tpot_ms"])


def print_separate(folder: Path) -> None:
    """Print errors on DeepSeek-R1 served with prompts on accelerators of their own (InferenceX), which no fit has seen."""
    with (folder / "inferencex_deepseek_r1.csv").open(encoding="utf-8", newline="") as stream:
        given = [row for row in csv.DictReader(stream) if row["disagg"] == "True"]
    rows = [separate_case(row) for row in given]
    columns = {name: [row.get(name) for row in rows] for name in FIELDS}
    print_table("prompts on accelerators of their own: never fitted, parallelism is that of decoding", rows, estimate_columns(columns))


def separate_case(row: Mapping[str, str]) -> dict[str, str]:
    """Return a row of InferenceX in the form of the others."""
    wide, spread = row["decode_tp"], row["decode_dp_attention"] == "True"
    year, month = (int(part) for part in row["date"].split("-")[:2])
    measured = {"tpot_ms": row["median_tpot"], "ttft_ms": row["median_ttft"]}
    return {
        "set": "inferencex_r1", "model": "deepseek-ai/DeepSeek-R1", "gpu": row["hardware"], "precision": row["precision"], "isl": row["isl"],
        "osl": row["osl"], "concurrency": row["conc"], "gpus": str(int(float(row["num_prefill_gpu"]) + float(row["num_decode_gpu"]))),
        "tp": "1" if spread else wide, "dp": wide if spread else "1", "pp": "1", "ep": row["decode_ep"] or "1", "backend": row["framework"],
        "software_date": f"{year + (month - 0.5) / MONTHS_PER_YEAR:.2f}", "disagg": "1",
        "speculative": "mtp" if row["spec_method"] == "mtp" else "none", "ttft_statistic": "median",
        "measured_output_tokens_per_s_per_gpu": row["output_tput_per_gpu"], "measured_joules_per_output_token": "",
    } | {f"measured_{name}": str(float(seconds) * MS_PER_S) for name, seconds in measured.items()}  # fmt: skip


def print_groups(rows: Sequence[Mapping[str, str]], names: Sequence[str], found: NDArray[np.float64]) -> None:
    """Print the time per token's error for each group left out."""
    measured, labels = measured_of(rows, "tpot_ms"), np.array(names)
    for one in sorted(set(names)):
        some = np.isfinite(measured) & np.isfinite(found) & (labels == one)
        if some.any():
            error = found[some] / measured[some] - 1.0
            print(f"  {one:24} tpot_ms of {some.sum():5} rows: median {np.median(abs(error)):.1%}, bias {np.median(error):+.1%}")


def print_misfits(rows: Sequence[Mapping[str, str]], found: Mapping[str, Any]) -> None:
    """Print the groups of a set, model and accelerator that are off by more than twice the aim, and what is known of why."""
    print("\noff by more than twice the aim (median of at least 5 rows):")
    for name in BANDED:
        measured = measured_of(rows, name)
        error = np.asarray(found[name]) / measured - 1.0
        groups: dict[tuple[str, ...], list[int]] = {}
        for i in np.flatnonzero(np.isfinite(error)):
            groups.setdefault((rows[i]["set"], rows[i]["model"].rsplit("/", 1)[-1], rows[i]["gpu"], rows[i]["backend"]), []).append(int(i))
        for key, which in sorted(groups.items()):
            size = float(np.median(abs(error[which])))
            if len(which) >= 5 and size > 2.0 * OTHER_AIMS.get((name, key[0]), AIMS[name]):
                print(f"  {name:28} {' '.join(key):64} {len(which):4} rows, median {size:.0%}, bias {np.median(error[which]):+.0%}; {why(*key[:3])}")


def why(set_: str, model: str, gpu: str) -> str:
    """Return what is known of a misfit."""
    found = [words for one, part, start, words in WHY if one == set_ and part in model and gpu.startswith(start)]
    return found[0] if found else "not explained"


def print_speed(columns: Mapping[str, Sequence[Any]]) -> None:
    """Print cases per second, as given and with every layout left to be chosen."""
    for title, left in (("as given", ()), ("parallelism automatic", ("tp", "pp", "ep", "dp"))):
        given = {name: [None] * len(values) if name in left else values for name, values in columns.items()}
        begin = time.perf_counter()
        estimate_columns(given)
        print(f"speed, {title}: {len(columns['model']) / (time.perf_counter() - begin):,.0f} estimates a second")


if __name__ == "__main__":
    main()
