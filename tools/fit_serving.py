"""Fit the numbers of the table `serving_fit` to measurements: `python tools/fit_serving.py [--data DIR]`.

Reads `serving_cases.csv`, writes `src/wattmint/facts/serving_fit.csv`. The same data give the same table.

Each number has a prior (`serving_priors.py`): where physics or common sense puts it, and how far from there it may well be (a standard deviation,
of its logarithm unless it is a rate per year or a power). Fitted is the sum of a soft loss over errors of the logarithm (time per token, time to
first token, throughput, energy) and of squared distances from the priors. So a number that measurements say nothing about stays at its prior, and
factors of chips and models are drawn to 1. Rows whose weights cannot fit are left out. The least is sought by damped Gauss-Newton steps on the
normal equations, which for 35,000 residuals of some hundred numbers take milliseconds.
"""

import argparse
import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from serving_priors import BEAM_SEARCH, FIXED, Number, numbers

from wattmint.facts.load import Values, attributes, record
from wattmint.physics.accelerator_power import accelerator_watts
from wattmint.physics.serving_memory import free_bytes
from wattmint.physics.serving_steady import Steady, steady_state
from wattmint.physics.serving_types import Case, Software
from wattmint.serving.cases import Asked, read_cases
from wattmint.serving.estimate import FIELDS, build_case
from wattmint.serving.names import architecture_of
from wattmint.serving.software import TABLE, Codes, software
from wattmint.units import MS_PER_S

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data" / "ai"
OUT: Final = ROOT / "src" / "wattmint" / "facts" / f"{TABLE}.csv"
SPREAD: Final[Mapping[str, float]] = {"tpot_ms": 0.04, "ttft_ms": 0.1, "output_tokens_per_s_per_gpu": 0.04, "joules_per_output_token": 0.08}
"""Error of the logarithm that counts as 1, by quantity."""

COUNT: Final[Mapping[str, float]] = {"tpot_ms": 1.0, "ttft_ms": 1.2, "output_tokens_per_s_per_gpu": 2.0, "joules_per_output_token": 1.0}
"""How much a measurement of a quantity counts."""

STRANGER: Final = 0.2
"""How much a measurement counts a second time as one of a model never measured, without a number of its model's own: so the numbers that all
models share suit new ones too. Chosen, like `SPREAD`, `COUNT` and the priors of models, by the errors on curves and families left out.
"""

SOURCE: Final = "serving-fit-2026-11"
AS_OF: Final = "2026-11-23"
PASSES: Final = (4.0, 2.0, 1.0, 1.0)
ROUNDS: Final = 15
"""How many times wider the errors of `SPREAD` are in each pass, so that the fit is not caught where it is near few rows; most rounds of a pass."""

FOLDS: Final = 5
"""Parts into which curves are dealt at random (seed 0) to be left out in turn."""

LEFT_OUT_ROUNDS: Final = 8
"""Most rounds of a fit that starts from the full one and lacks some rows."""

SETTLED: Final = 3e-5
"""Relative gain of a round below which a fit is done."""

NUDGE: Final = 1e-4
"""Step of the logarithm over which slopes are taken."""

FIRST_DAMPING, DAMPED_TRIES, LONGEST_STEP = 1e-3, 6, 3.0
"""Damping of the first step, relative to the priors' and the data's own curvature; tries with eight times as much; spreads moved at most."""

COVERED: Final = 0.8
FEWEST_ROWS: Final = 30
WIDER_UNMEASURED: Final = 2.0
"""Estimate: how much wider a band is where fewer than `FEWEST_ROWS` measurements tell, as with prompts on accelerators of their own."""

FloatArray = NDArray[np.float64]


class Problem:
    """Measured rows, and the loss of a set of numbers on them."""

    def __init__(self, rows: Sequence[Mapping[str, str]], spec: Sequence[Number]) -> None:
        self.spec = spec
        self.rows = rows
        columns = {name: [row.get(name) for row in rows] for name in FIELDS}
        self.asked: Asked = read_cases(columns, self.values(self.prior()))
        if any(self.asked.errors):
            raise SystemExit(f"{sum(map(bool, self.asked.errors))} rows refused: {next(filter(None, self.asked.errors))}")
        self.measured = {name: np.array([float(row[f"measured_{name}"] or "nan") for row in rows]) for name in SPREAD}
        self.possible = np.ones(len(rows), bool)
        self.load = self.asked.load
        self.wider = 1.0
        self.spread = np.array([number.spread for number in spec])

    def prior(self) -> FloatArray:
        """Return the fit's coordinates at the priors."""
        return np.array([np.log(number.prior) if number.factor else number.prior for number in self.spec])

    def values(self, at: FloatArray) -> Values:
        """Return the numbers at some coordinates, by id and attribute."""
        found: dict[str, dict[str, float]] = {id_: dict(fixed) for id_, fixed in FIXED.items()}
        for number, x in zip(self.spec, at, strict=True):
            found.setdefault(number.id, {})[number.attribute] = float(np.exp(x) if number.factor else x)
        return found

    def choose(self, at: FloatArray) -> None:
        """Fix the layouts of rows that leave it open, and find rows that contradict physics."""
        case = build_case(self.asked, self.values(at))
        self.load = case.load
        self.possible = free_bytes(case) > 0.0

    def views(self) -> Iterator[tuple[Codes, float]]:
        """Yield what the rows are with how much they count: as themselves, and as if their models had no numbers of their own."""
        codes = self.asked.codes
        kept = np.array([id_ == BEAM_SEARCH for id_ in codes.models] + [True])
        yield codes, 1.0 / (1.0 + STRANGER)
        yield replace(codes, model=np.where(kept[codes.model], codes.model, len(codes.models))), STRANGER / (1.0 + STRANGER)

    def software(self, at: FloatArray, codes: Codes) -> Software:
        """Return the software of the rows."""
        a = self.asked
        return software(self.values(at), codes, a.form, a.shape, self.load, a.date)

    def case(self, at: FloatArray) -> Case:
        """Return physics' columns."""
        return Case(self.asked.shape, self.asked.chip, self.load, self.software(at, self.asked.codes))

    def predict(self, at: FloatArray) -> dict[str, FloatArray]:
        """Return what is predicted by quantity."""
        return predictions(case := self.case(at), steady_state(case))

    def logarithms(self, soft: Software) -> FloatArray:
        """Return the logarithms of what is predicted with some software, of shape (quantities, rows)."""
        case = Case(self.asked.shape, self.asked.chip, self.load, soft)
        return np.log(np.stack([*predictions(case, steady_state(case)).values()]))

    def losses(self, logarithms: FloatArray, counted: NDArray[np.bool_], share: float) -> tuple[FloatArray, FloatArray]:
        """Return roots of losses (their squares add up to what is minimised) and their slopes by the logarithms, of shape (quantities, rows)."""
        roots, slopes = np.zeros((2, *logarithms.shape))
        for i, (name, spread) in enumerate(SPREAD.items()):
            some = np.isfinite(self.measured[name]) & self.possible & counted
            if name == "output_tokens_per_s_per_gpu":
                some &= self.load.running == 0.0  # there the rate is the requests over the time per token, nothing new
            width = spread * self.wider
            error = (logarithms[i, some] - np.log(self.measured[name][some])) / width
            # Means matter for the time per token; elsewhere the tails are wrong assumptions, which should not pull.
            tail = np.sqrt(1.0 + error**2) if name == "tpot_ms" else 1.0 + error**2 / 2.0
            root = np.sqrt(2.0 * (tail - 1.0 if name == "tpot_ms" else np.log(tail))) * np.sign(error)
            slope = np.divide(error, tail * root, out=np.ones_like(root), where=abs(root) > NUDGE)
            weight = np.sqrt(share * COUNT[name])
            roots[i, some], slopes[i, some] = root * weight, slope * weight / width
        return roots, slopes

    def residuals(self, at: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
        """Return the roots of all losses on rows that count, then the distances from the priors."""
        found = [self.losses(self.logarithms(self.software(at, codes)), counted, share)[0].ravel() for codes, share in self.views()]
        return np.concatenate([*found, (at - self.prior()) / self.spread])

    def slopes(self, at: FloatArray, counted: NDArray[np.bool_]) -> FloatArray:
        """Return the slopes of the residuals by the numbers: by the chain rule, through the columns of the software that physics sees."""
        parts = []
        for codes, share in self.views():
            soft = self.software(at, codes)
            here = self.logarithms(soft)
            moved = [self.software(at + NUDGE * row, codes) for row in np.eye(len(at))]
            found = np.zeros((*here.shape, len(at)))
            for name in (field.name for field in fields(Software)):
                column = getattr(soft, name)
                with np.errstate(divide="ignore", invalid="ignore"):  # columns may be 0 or infinite: there nothing moves
                    by_number = np.nan_to_num([getattr(one, name) / column - 1.0 for one in moved], nan=0.0, posinf=0.0) / NUDGE
                if by_number.any():
                    by_column = (self.logarithms(replace(soft, **{name: column * np.exp(NUDGE)})) - here) / NUDGE
                    for i in np.flatnonzero(by_number.any(axis=1)):
                        found[:, :, i] += by_column * by_number[i]
            parts.append((found * self.losses(here, counted, share)[1][:, :, None]).reshape(-1, len(at)))
        return np.concatenate([*parts, np.diag(1.0 / self.spread)])


def predictions(case: Case, steady: Steady) -> dict[str, FloatArray]:
    """Return what is predicted by quantity."""
    soft, load = case.software, case.load
    rate = steady.tokens_per_s / (load.tp * load.pp * load.dp)
    weights = (soft.power_base, soft.power_memory, soft.power_arithmetic)
    watts = accelerator_watts(case.chip.tdp_w, (steady.memory_busy, steady.arithmetic_busy), weights)
    return {
        "tpot_ms": steady.tpot_s * MS_PER_S,
        "ttft_ms": steady.ttft_s * MS_PER_S,
        "output_tokens_per_s_per_gpu": rate,
        "joules_per_output_token": watts / rate,
    }


def fit(problem: Problem, at: FloatArray, rounds: int, counted: NDArray[np.bool_] | None = None) -> FloatArray:
    """Return the coordinates of least loss on the rows that count (all unless told), starting from some."""
    rows = np.ones(len(problem.rows), bool) if counted is None else counted
    damping, residuals = FIRST_DAMPING, problem.residuals(at, rows)
    for _ in range(rounds):
        before = residuals @ residuals
        slopes = problem.slopes(at, rows)
        curvature = slopes.T @ slopes
        scale = np.diag(1.0 / problem.spread**2 + 0.1 * np.diag(curvature))
        for _ in range(DAMPED_TRIES):
            step = -np.linalg.solve(curvature + damping * scale, slopes.T @ residuals)
            there = at + np.clip(step, -LONGEST_STEP * problem.spread, LONGEST_STEP * problem.spread)
            found = problem.residuals(there, rows)
            if found @ found < before:
                at, residuals, damping = there, found, damping / 8.0
                break
            damping *= 8.0
        if before - residuals @ residuals < SETTLED * before:
            break
    return at


def solve(problem: Problem) -> FloatArray:
    """Return the coordinates of least loss from the priors on, layouts that are left open chosen anew before each pass."""
    at = problem.prior()
    for problem.wider in PASSES:
        problem.choose(at)
        at = fit(problem, at, ROUNDS)
        print(f"loss {np.sum(problem.residuals(at, np.ones(len(problem.rows), bool)) ** 2):.1f}", flush=True)
    problem.choose(at)
    return at


def read_rows(folder: Path) -> list[dict[str, str]]:
    """Return the measured rows."""
    with (folder / "serving_cases.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def groups(problem: Problem, kind: str) -> list[str]:
    """Return what each row belongs to.

    Parameters
    ----------
    problem : Problem
        The rows.
    kind : str
        ``curve``: rows that differ in the number of requests and the date only (ML.ENERGY's differ a little in length too); ``family`` of
        models; ``accelerator``.
    """
    if kind == "accelerator":
        return [row["gpu"] for row in problem.rows]
    if kind == "family":
        return [family(row["model"]) for row in problem.rows]
    same = ("model", "gpu", "precision", "backend", "tp", "pp", "ep", "dp")
    return ["|".join([*(row[name] for name in same), row["isl"], "" if row["set"] == "mlenergy_v3" else row["osl"]]) for row in problem.rows]


def family(model: str) -> str:
    """Return the family of a model, or of the model whose shape it shares."""
    facts = record("models", architecture_of(model)[0])
    return str((facts if "family" in facts else record("models", str(facts["same_as"].value)))["family"].value)


def left_out(problem: Problem, at: FloatArray, kind: str) -> dict[str, FloatArray]:
    """Return predictions for each row by a fit that has not seen its group; see `groups`."""
    names = np.array(groups(problem, kind))
    distinct = np.unique(names)
    parts = np.random.default_rng(0).permutation(len(distinct)) % FOLDS if kind == "curve" else np.arange(len(distinct))
    part = parts[np.searchsorted(distinct, names)]
    found = {name: np.full(len(names), np.nan) for name in SPREAD}
    for number in range(int(part.max()) + 1):
        print(f"without part {number + 1} of {part.max() + 1} by {kind}", flush=True)
        away = part == number
        unaware = problem.predict(fit(problem, at, LEFT_OUT_ROUNDS, ~away))
        for name, values in unaware.items():
            found[name][away] = values[away]
    return found


def words_of_errors(problem: Problem, found: Mapping[str, FloatArray], name: str) -> str:
    """Return median and mean absolute error of predictions of a quantity, in words."""
    error = abs(found[name] / problem.measured[name] - 1.0)[problem.possible]
    return f"{np.nanmedian(error):.1%} / {np.nanmean(error):.1%}"


def bands(problem: Problem, at: FloatArray, unseen: Mapping[str, Mapping[str, FloatArray]]) -> Values:
    """Return the bands' numbers.

    Parameters
    ----------
    problem : Problem
        The rows.
    at : NDArray
        The full fit, for how many sequences memory holds.
    unseen : mapping
        By kind of group, what fits predict that have not seen a row's group.
    """
    case = problem.case(at)
    seen, held = problem.predict(at), steady_state(case).held
    most = np.isinf(case.load.requests)
    full = ~most & (case.load.requests / case.load.dp > held)
    dated = problem.asked.known[:, 0]
    found: dict[str, dict[str, float]] = {}
    for name in SPREAD:
        error = {kind: np.log(problem.measured[name] / values[name]) for kind, values in unseen.items()}
        fine = {kind: np.isfinite(values) & problem.possible for kind, values in error.items()}
        # New measurements are partly of configurations measured before, partly of new curves.
        again = np.log(problem.measured[name] / seen[name])
        both = np.stack([error["curve"], again])
        usual = both[:, fine["curve"] & dated & ~full & ~most].ravel()
        low, high = -np.quantile(usual, (1.0 - COVERED) / 2.0), np.quantile(usual, (1.0 + COVERED) / 2.0)
        one = {"band_low": float(low), "band_high": float(high)}
        rest = dated & ~full & ~most
        some = {"band_undated": ("curve", ~dated & ~full), "band_full": ("curve", full), "band_new_chip": ("accelerator", rest),
                "band_new_model": ("family", rest)}  # fmt: skip
        beyond = {label: error[kind][fine[kind] & rows] for label, (kind, rows) in some.items()}
        if name == "output_tokens_per_s_per_gpu":
            beyond["band_most"] = both[:, fine["curve"] & dated & most].ravel()
        for label, values in beyond.items():
            wider = float(np.quantile(np.maximum(values / high, -values / low), COVERED)) if len(values) >= FEWEST_ROWS else WIDER_UNMEASURED
            one[label] = max(wider, 1.0)
        found[f"band-{name.replace('_', '-')}"] = one
    return found


def write_table(path: Path, values: Values) -> None:
    """Write the table whole.

    Parameters
    ----------
    path : Path
        The table.
    values : mapping
        Numbers by id and attribute.
    """
    units = {name: attribute.unit for name, attribute in attributes().items()}
    lines = ["id,attribute,value,low,high,unit,source,kind,as_of"]
    for id_, numbers_of in values.items():
        lines += [f"{id_},{name},{value:.4g},,,{units[name]},{SOURCE},derived,{AS_OF}" for name, value in numbers_of.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fit, calibrate the bands, write the table."""
    parser = argparse.ArgumentParser(description="Fit the table serving_fit to measurements.")
    parser.add_argument("--data", type=Path, default=DATA, help="folder with serving_cases.csv")
    given = parser.parse_args()
    problem = Problem(read_rows(given.data), numbers())
    at = solve(problem)
    unseen = {kind: left_out(problem, at, kind) for kind in ("curve", "family", "accelerator")}
    for kind, found in (("in sample", problem.predict(at)), *unseen.items()):
        print(f"{kind:12}" + "".join(f"  {name} {words_of_errors(problem, found, name)}" for name in SPREAD))
    values = dict(problem.values(at)) | dict(bands(problem, at, unseen))
    write_table(OUT, values)
    print(f"{OUT.name}: {sum(len(one) for one in values.values())} numbers")


if __name__ == "__main__":
    main()
