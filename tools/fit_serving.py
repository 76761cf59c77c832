"""Fit the numbers of the table `serving_fit` to measurements: `python tools/fit_serving.py [--data DIR]`; needs the extra `fit` (scipy).

Reads `serving_cases.csv`, writes `src/wattmint/facts/serving_fit.csv`. The same data give the same table.

Each number has a prior: what physics or common sense says of it, and how far it may well be from that (a standard deviation, of its logarithm
unless it is a rate per year). Fitted is the sum of a soft loss over errors of the logarithm (time per token, time to first token, throughput,
energy) and of squared distances from the priors. So a number that measurements say nothing about stays at its prior, and factors of
chips and models are drawn to 1. Rows whose weights cannot fit are left out.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattmint.facts.load import attributes, record
from wattmint.physics.accelerator_power import accelerator_watts
from wattmint.physics.serving_memory import free_bytes
from wattmint.physics.serving_steady import Steady, steady_state
from wattmint.physics.serving_types import Case
from wattmint.serving.cases import Asked, read_cases
from wattmint.serving.estimate import FIELDS, build_case
from wattmint.serving.names import architecture_of
from wattmint.serving.software import TABLE, Values, software
from wattmint.units import MS_PER_S

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data" / "ai"
OUT: Final = ROOT / "src" / "wattmint" / "facts" / f"{TABLE}.csv"
SPREAD: Final[Mapping[str, float]] = {"tpot_ms": 0.08, "ttft_ms": 0.2, "output_tokens_per_s_per_gpu": 0.08, "joules_per_output_token": 0.1}
"""Error of the logarithm that counts as 1, by quantity."""


SOURCE: Final = "serving-fit-2026-11"
AS_OF: Final = "2026-11-23"
PASSES: Final = 3
ROUNDS: Final = 12
"""Passes, and most rounds of each."""

FOLDS: Final = 5
"""Parts into which curves are dealt at random (seed 0) to be left out in turn."""

LEFT_OUT_ROUNDS: Final = 6
"""Rounds of a fit that starts from the full one and lacks some rows."""

COVERED: Final = 0.8
FEWEST_ROWS: Final = 30
WIDER_UNMEASURED: Final = 2.0
"""Estimate: how much wider a band is where fewer than `FEWEST_ROWS` measurements tell, as with prompts on accelerators of their own."""


class Number(NamedTuple):
    """A number to fit: where it stands, its prior, how far from it it may well be, and whether it is a factor (its logarithm is fitted)."""

    id: str
    attribute: str
    prior: float
    spread: float
    factor: bool = True


PRIORS: Final[Mapping[str, Sequence[tuple[str, float, float]]]] = {
    "shared": (
        ("memory_efficiency", 0.8, 0.08), ("cache_memory_factor", 0.8, 0.15), ("expert_call_us", 0.03, 0.7), ("routing_skew", 0.8, 0.3),
        ("expert_imbalance", 0.5, 0.7), ("fp4_dense_memory_factor", 1.0, 0.15), ("widened_memory_factor", 0.7, 0.3),
        ("int4_memory_factor", 0.7, 0.3), ("prefill_mfu", 0.6, 0.2), ("fp8_mfu_factor", 0.7, 0.25), ("fp4_mfu_factor", 0.55, 0.2),
        ("widened_mfu_factor", 0.7, 0.3), ("attention_mfu_factor", 0.8, 0.3), ("expert_mfu_factor", 0.7, 0.3), ("latent_mfu_factor", 1.0, 0.3),
        ("decode_mfu_factor", 0.7, 0.3), ("layer_us", 18.0, 0.4), ("expert_layer_us", 15.0, 0.5), ("expert_choice_us", 3.0, 0.6),
        ("latent_layer_us", 25.0, 0.4), ("linear_layer_us", 40.0, 0.4), ("index_layer_us", 50.0, 0.5), ("scaled_layer_us", 10.0, 0.7),
        ("prefill_layer_factor", 5.0, 0.7), ("first_layer_us", 300.0, 0.7),
        ("allreduce_us", 5.0, 0.4), ("allreduce_doubling_us", 1.3, 0.5), ("alltoall_us", 10.0, 0.5), ("link_efficiency", 0.6, 0.25),
        ("interference", 1.2, 0.15), ("burst_share", 0.1, 0.6), ("burst_share_median", 0.02, 0.6), ("queue_factor", 1.0, 0.5),
        ("step_wait", 1.5, 0.5),
        ("draft_acceptance", 0.65, 0.1), ("draft_overhead", 0.15, 0.5), ("wave_loss", 1.03, 0.01), ("cache_reserve", 0.75, 0.15),
        ("tail_factor", 1.15, 0.1), ("power_base", 0.107, 0.5), ("power_memory", 1.56, 0.3), ("power_arithmetic", 4.5, 0.4),
        ("memory_per_year", 0.05, 0.05), ("prefill_per_year", 0.2, 0.12),
    ),
    "kind-other-vendor": (("memory_factor", 0.9, 0.25), ("prefill_factor", 0.6, 0.25), ("overhead_factor", 1.8, 0.25)),
    "kind-pcie": (("memory_factor", 1.0, 0.25), ("link_factor", 0.7, 0.3)),
    "kind-blackwell": (("prefill_factor", 0.8, 0.2), ("overhead_factor", 0.85, 0.2), ("link_factor", 1.0, 0.3), ("power_factor", 1.0, 0.2)),
    "stack-vllm": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 25.0, 0.7), ("request_s", 0.03, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("overhead_factor", 1.0, 0.25), ("interference_factor", 1.0, 0.15), ("decode_per_year", 0.5, 0.4), ("sequence_per_year", 1.0, 0.5),
    ),
    "stack-sglang": (
        ("step_ms", 1.2, 0.5), ("sequence_us", 5.0, 0.7), ("request_s", 0.08, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("expert_mfu_factor", 1.0, 0.2), ("interference_factor", 1.0, 0.15), ("decode_per_year", 0.2, 0.15),
    ),
    "stack-trtllm": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 4.0, 0.7), ("request_s", 0.06, 0.7), ("prefill_factor", 1.0, 0.25), ("interference_factor", 1.0, 0.15),
        ("decode_per_year", 0.2, 0.15), ("group_wait_steps", 20.0, 0.7), ("most_sequences", 1500.0, 0.5),
    ),
    "stack-atom": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 5.0, 0.7), ("request_s", 0.05, 0.7), ("prefill_factor", 1.0, 0.25), ("decode_per_year", 0.2, 0.15),
    ),
    "stack-tuned": (
        ("step_ms", 1.5, 0.5), ("sequence_us", 3.0, 0.7), ("memory_factor", 1.0, 0.08), ("prefill_factor", 1.0, 0.25),
        ("expert_mfu_factor", 1.0, 0.2), ("decode_per_year", 0.2, 0.15), ("most_sequences", 2000.0, 0.5),
    ),
    "stack-sglang-blackwell": (("admission_steps", 10.0, 0.6),),
    "stack-sglang-other-vendor": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.2), ("overhead_factor", 1.0, 0.2)),
    "stack-tuned-blackwell": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.2)),
    "h100-sxm": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.12)),
    "h200-sxm": (("prefill_factor", 1.0, 0.12), ("overhead_factor", 1.0, 0.15)),
    "mi300x": (("memory_factor", 1.0, 0.06), ("overhead_factor", 1.0, 0.15)),
    "mi325x": (("prefill_factor", 1.0, 0.12), ("overhead_factor", 1.0, 0.15)),
    "mi355x": (("memory_factor", 1.0, 0.06), ("prefill_factor", 1.0, 0.12), ("overhead_factor", 1.0, 0.15)),
    "h100-nvl": (("prefill_factor", 1.0, 0.12),),
    "gh200-144gb": (("prefill_factor", 1.0, 0.12),),
}  # fmt: skip
MODELS: Final[Mapping[str, float]] = {
    **dict.fromkeys(
        (
            "deepseek-r1", "kimi-k2-5", "llama-2-70b", "llama-4-scout-17b-16e", "llama-3-1-405b", "llama-3-1-70b", "llama-3-1-8b", "minimax-m2-5",
            "qwen3-30b-a3b", "qwen3-coder-480b-a35b",
        ),
        0.05,
    ),
    "gpt-oss-120b": 0.15,
    "gpt-j-6b": 0.3,
}  # fmt: skip
"""Models with a factor of their own, and how far it may be from 1; others, and chips left out above, keep 1: the fit found none worth having.
gpt-oss has kernels of its own. Of GPT-J only beam search is measured, which decodes each request four times over.
"""

FIXED: Final[Values] = {
    "stack-tuned": {"request_s": 0.05},
    "kind-other-vendor": {"allreduce_factor": 1.5},
    "kind-pcie": {"allreduce_factor": 2.0},
}
"""Numbers that no measurement here tells anything about: estimates."""


def numbers() -> list[Number]:
    """Return all numbers to fit."""
    found = [Number(id_, name, prior, spread, not name.endswith("per_year")) for id_, some in PRIORS.items() for name, prior, spread in some]
    return found + [Number(model, "decode_factor", 1.0, spread) for model, spread in MODELS.items()]


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

    def prior(self) -> NDArray[np.float64]:
        """Return the fit's coordinates at the priors."""
        return np.array([np.log(number.prior) if number.factor else number.prior for number in self.spec])

    def values(self, at: NDArray[np.float64]) -> Values:
        """Return the numbers at some coordinates, by id and attribute."""
        found: dict[str, dict[str, float]] = {id_: dict(fixed) for id_, fixed in FIXED.items()}
        for number, x in zip(self.spec, at, strict=True):
            found.setdefault(number.id, {})[number.attribute] = float(np.exp(x) if number.factor else x)
        return found

    def choose(self, at: NDArray[np.float64]) -> None:
        """Fix the layouts of rows that leave it open, and find rows that contradict physics."""
        case = build_case(self.asked, self.values(at))
        self.load = case.load
        self.possible = free_bytes(case) > 0.0

    def case(self, at: NDArray[np.float64]) -> Case:
        """Return physics' columns."""
        a = self.asked
        return Case(a.shape, a.chip, self.load, software(self.values(at), a.codes, a.form, a.shape, self.load, a.date))

    def predict(self, at: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Return what is predicted by quantity."""
        return predictions(case := self.case(at), steady_state(case))

    def residuals(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the roots of all losses; their squares add up to what is minimised."""
        found = self.predict(at)
        parts = []
        for name, spread in SPREAD.items():
            some = np.isfinite(self.measured[name]) & self.possible
            if name == "output_tokens_per_s_per_gpu":
                some &= self.load.running == 0.0  # there the rate is the requests over the time per token, nothing new
            error = np.log(found[name][some] / self.measured[name][some]) / spread
            # Means matter for the time per token; elsewhere the tails are wrong assumptions, which should not pull.
            loss = 2.0 * (np.sqrt(1.0 + error**2) - 1.0) if name == "tpot_ms" else 2.0 * np.log1p(error**2 / 2.0)
            parts.append(np.sqrt(loss) * np.sign(error))
        spread = np.array([number.spread for number in self.spec])
        return np.concatenate([*parts, (at - self.prior()) / spread])

    def subset(self, rows: NDArray[np.intp]) -> "Problem":
        """Return the same for some rows."""
        other = object.__new__(Problem)
        a = self.asked
        codes = type(a.codes)(a.codes.stack[rows], a.codes.kind[rows], a.codes.chip[rows], a.codes.model[rows], a.codes.chips, a.codes.models)
        other.spec, other.rows = self.spec, [self.rows[int(i)] for i in rows]
        other.asked = Asked(rows, [], a.shape.take(rows), a.chip.take(rows), a.load.take(rows), codes, a.form.take(rows), a.date[rows], a.gpus[rows],
                            a.widest[rows], a.known[rows])  # fmt: skip
        other.measured = {name: values[rows] for name, values in self.measured.items()}
        other.possible, other.load = self.possible[rows], self.load.take(rows)
        return other


def predictions(case: Case, steady: Steady) -> dict[str, NDArray[np.float64]]:
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


def fit(problem: Problem, at: NDArray[np.float64], rounds: int) -> NDArray[np.float64]:
    """Return the coordinates of least loss, starting from some."""
    from scipy.optimize import least_squares  # noqa: PLC0415 - an extra

    spread = np.array([number.spread for number in problem.spec])
    result = least_squares(problem.residuals, at, jac=lambda x: _slopes(problem, x), x_scale=spread, max_nfev=rounds)
    return np.asarray(result.x)


def solve(problem: Problem) -> NDArray[np.float64]:
    """Return the coordinates of least loss from the priors on, layouts that are left open chosen anew before each pass."""
    at = problem.prior()
    for _ in range(PASSES):
        problem.choose(at)
        at = fit(problem, at, ROUNDS)
        print(f"loss {np.sum(problem.residuals(at) ** 2):.1f}", flush=True)
    problem.choose(at)
    return at


def _slopes(problem: Problem, at: NDArray[np.float64]) -> NDArray[np.float64]:
    here, step = problem.residuals(at), 1e-4
    slopes = np.empty((len(here), len(at)))
    for i in range(len(at)):
        moved = at.copy()
        moved[i] += step
        slopes[:, i] = (problem.residuals(moved) - here) / step
    return slopes


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


def left_out(problem: Problem, at: NDArray[np.float64], kind: str) -> dict[str, NDArray[np.float64]]:
    """Return predictions for each row by a fit that has not seen its group; see `groups`."""
    names = np.array(groups(problem, kind))
    distinct = np.unique(names)
    parts = np.random.default_rng(0).permutation(len(distinct)) % FOLDS if kind == "curve" else np.arange(len(distinct))
    part = parts[np.searchsorted(distinct, names)]
    found = {name: np.full(len(names), np.nan) for name in SPREAD}
    for number in range(int(part.max()) + 1):
        print(f"without part {number + 1} of {part.max() + 1} by {kind}", flush=True)
        away = np.flatnonzero(part == number)
        seen = fit(problem.subset(np.flatnonzero(part != number)), at, LEFT_OUT_ROUNDS)
        for name, values in problem.subset(away).predict(seen).items():
            found[name][away] = values
    return found


def words_of_errors(problem: Problem, found: Mapping[str, NDArray[np.float64]], name: str) -> str:
    """Return median and mean absolute error of predictions of a quantity, in words."""
    error = abs(found[name] / problem.measured[name] - 1.0)[problem.possible]
    return f"{np.nanmedian(error):.1%} / {np.nanmean(error):.1%}"


def bands(problem: Problem, at: NDArray[np.float64], unseen: Mapping[str, Mapping[str, NDArray[np.float64]]]) -> Values:
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
