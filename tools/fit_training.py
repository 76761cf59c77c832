"""Fit the numbers of the table `training_fit` to measurements: `python tools/fit_training.py [--data DIR]`; needs the extra `fit` (scipy).

Reads `training_cases.csv`, writes `src/wattmint/facts/training_fit.csv`. The same data give the same table.

Each number has a prior: what physics or common sense says of it, and how far its logarithm may well be from that. Fitted is the sum of a soft loss
over errors of the logarithm of tokens per second and of squared distances from the priors, so that a number that measurements say nothing about
stays at its prior. Rows that differ in the date only share one weight. Plans that a source does not give are chosen anew before each pass.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattmint.calculators.training.step_cases import FIELDS, TrainingAsked, read_training_cases
from wattmint.calculators.training.step_layout import choose
from wattmint.calculators.training.step_table import TABLE, training_software
from wattmint.facts.load import Values, attributes
from wattmint.physics.training_memory import training_memory
from wattmint.physics.training_step import step_time
from wattmint.physics.training_types import TrainingCase

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data" / "ai"
OUT: Final = ROOT / "src" / "wattmint" / "facts" / f"{TABLE}.csv"
SOURCE: Final = "training-fit-2026-11"
AS_OF: Final = "2026-11-23"
MEASURED: Final = "measured_tokens_per_s_per_gpu"
SPREAD: Final = 0.08
"""Error of the logarithm that counts as 1."""

PASSES: Final = 4
ROUNDS: Final = 20
SAME: Final = ("model", "gpu", "gpus", "precision", "seq_len", "global_batch", "micro_batch", "tp", "pp", "cp", "ep", "task", "recompute")

PRIORS: Final[Mapping[str, Sequence[tuple[str, float, float]]]] = {
    "shared": (
        ("linear_mfu", 0.8, 0.15), ("fp8_mfu_factor", 0.75, 0.2), ("fp4_mfu_factor", 0.55, 0.3), ("attention_mfu", 0.5, 0.3),
        ("expert_mfu_factor", 0.6, 0.3), ("narrow_loss", 0.05, 0.7), ("moved_factor", 1.5, 0.4), ("link_efficiency", 0.7, 0.2),
        ("network_efficiency", 0.7, 0.2), ("exposed_share", 0.3, 0.4), ("training_layer_us", 100.0, 0.7), ("training_expert_layer_us", 300.0, 0.7),
        ("interleaved_stages", 3.0, 0.4), ("straggling_share", 0.01, 0.5),
    ),
    "kind-ampere": (("linear_factor", 1.0, 0.04), ("attention_factor", 1.0, 0.2)),
    "kind-blackwell": (("linear_factor", 1.0, 0.15), ("expert_factor", 1.0, 0.2), ("attention_factor", 1.0, 0.2)),
    "kind-other-vendor": (("linear_factor", 0.9, 0.2),),
    "way-pytorch": (("linear_factor", 0.95, 0.1), ("moved_factor", 1.3, 0.3), ("attention_factor", 0.7, 0.3), ("overhead_factor", 3.0, 0.5)),
}  # fmt: skip


class Number(NamedTuple):
    """A number to fit: where it stands, its prior, and how far its logarithm may well be from it."""

    id: str
    attribute: str
    prior: float
    spread: float


def numbers() -> list[Number]:
    """Return all numbers to fit."""
    return [Number(id_, *one) for id_, some in PRIORS.items() for one in some]


def values_at(at: NDArray[np.float64]) -> Values:
    """Return the numbers at some coordinates (their logarithms), by id and attribute."""
    found: dict[str, dict[str, float]] = {}
    for number, x in zip(numbers(), at, strict=True):
        found.setdefault(number.id, {})[number.attribute] = float(np.exp(x))
    return found


class Problem:
    """Measured rows, and the loss of a set of numbers on them."""

    def __init__(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.rows = rows
        self.asked: TrainingAsked = read_training_cases({name: [row.get(name) for row in rows] for name in FIELDS})
        if any(self.asked.errors):
            raise SystemExit(f"{sum(map(bool, self.asked.errors))} rows refused: {next(filter(None, self.asked.errors))}")
        self.measured = np.array([float(row[MEASURED]) for row in rows])
        counts = Counter(tuple(row[name] for name in SAME) for row in rows)
        self.weight = np.array([counts[tuple(row[name] for name in SAME)] ** -0.5 for row in rows])
        self.prior = np.log([number.prior for number in numbers()])
        self.spread = np.array([number.spread for number in numbers()])
        self.case: TrainingCase
        self.possible: NDArray[np.bool_]

    def choose(self, at: NDArray[np.float64]) -> None:
        """Fix the plans of rows that leave them open, and find rows that fit nowhere."""
        self.case, broken = choose(self.asked, values_at(at))
        fits = training_memory(self.case.model, self.case.chip, self.case.plan).fits > 0.0
        self.possible = fits & np.array([not reason for reason in broken])

    def predict(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return tokens per second and accelerator."""
        asked, case = self.asked, self.case
        now = TrainingCase(case.model, case.chip, case.plan, training_software(values_at(at), asked.kinds, asked.formats, asked.eager))
        seconds = step_time(now, training_memory(now.model, now.chip, now.plan).recompute).total_s
        return now.plan.global_batch * now.plan.seq_len / now.plan.gpus / seconds

    def residuals(self, at: NDArray[np.float64], used: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the roots of all losses of the rows used; their squares add up to what is minimised."""
        some = used & self.possible
        error = np.log(self.predict(at)[some] / self.measured[some]) / SPREAD
        loss = np.sqrt(2.0 * (np.sqrt(1.0 + error**2) - 1.0)) * np.sign(error) * self.weight[some]
        return np.concatenate([loss, (at - self.prior) / self.spread])


def solve(problem: Problem, used: NDArray[np.bool_] | None = None) -> NDArray[np.float64]:
    """Return the coordinates of least loss on the rows used (default: all), from the priors on."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - an extra

    some = np.ones(len(problem.rows), bool) if used is None else used
    at = problem.prior
    for _ in range(PASSES):
        problem.choose(at)
        at = least_squares(problem.residuals, at, x_scale=problem.spread, max_nfev=ROUNDS, args=(some,)).x
    problem.choose(at)
    return np.asarray(at)


def left_out(problem: Problem, column: str) -> NDArray[np.float64]:
    """Return predictions for each row by a fit that has not seen any row with the same cell of `column`; NaN where it is refused."""
    found = np.full(len(problem.rows), np.nan)
    cells = np.array([row[column] for row in problem.rows])
    for one in sorted(set(cells)):
        at = solve(problem, cells != one)
        found = np.where((cells == one) & problem.possible, problem.predict(at), found)
    return found


def read_rows(folder: Path) -> list[dict[str, str]]:
    """Return the measured rows."""
    with (folder / "training_cases.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def main() -> None:
    """Fit and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="folder of training_cases.csv")
    problem = Problem(read_rows(parser.parse_args().data))
    at = solve(problem)
    units = attributes()
    lines = ["id,attribute,value,low,high,unit,source,kind,as_of"]
    for number, x in zip(numbers(), at, strict=True):
        lines.append(f"{number.id},{number.attribute},{np.exp(x):.4g},,,{units[number.attribute].unit},{SOURCE},derived,{AS_OF}")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = abs(problem.predict(at) / problem.measured - 1.0)[problem.possible]
    print(f"{len(size)} of {len(problem.rows)} rows fit; tokens per second: median error {np.median(size):.1%}, mean {size.mean():.1%}")


if __name__ == "__main__":
    main()
