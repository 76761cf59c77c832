"""The best that a number of accelerators can do within limits on waiting: how to cut the model, how many copies, how many requests at once.

A layout is a number of equal copies (replicas), each cut over its accelerators by tensor, pipeline, expert and attention-data parallelism.
Copies share the requests evenly and do not know one another. The search tries every layout that the model's shape allows at requests in
geometric steps, then ever finer around the best ones; all trials of a round are one vectorised estimate.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.errors import InputError
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.transformer import Architecture
from wattmint.scenario.refusal import Words
from wattmint.serving.forms import CARDS_IN_SERVER
from wattmint.types import FloatArray, IntArray

Case = Mapping[str, Any]
"""One case by the names of a case's columns; None is automatic."""

Columns = Mapping[str, Any]
"""Columns of equal length, by name."""

Estimator = Callable[[Columns], Columns]
"""Columns of cases in, columns of results out; `wattmint.serving.estimate.estimate_columns`."""

MAX: Final = "max"
PARALLEL: Final = ("tp", "pp", "ep", "dp")
LARGEST_COPY: Final = 64
"""Accelerators that one copy of a model is cut over at most; wider ones are served by nobody yet."""

DEEPEST_PIPELINE: Final = 8
"""Beyond, bubbles and latency eat what is gained; nobody serves so."""

COARSE: Final = 12
"""Geometric steps from one request per copy to as many as memory holds."""

FINALISTS: Final = 6
FINE: Final = 20
ROUNDS: Final = 4
"""How many layouts are refined, at how many numbers of requests per round, in how many rounds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a user may wait: for the first token, and for each further one; None is no limit."""

    ttft_ms: float | None = None
    tpot_ms: float | None = None

    def allow(self, found: Columns) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Return which cases fit in memory and keep the limits."""
        fine = np.asarray(found["fits"], bool)
        for name in ("ttft_ms", "tpot_ms"):
            most = getattr(self, name)
            if most is not None:
                fine = fine & (np.asarray(found[name]) <= most)
        return fine


@dataclass(frozen=True, slots=True)
class Layout:
    """How the accelerators are divided: `replicas` copies of tp x pp x dp each."""

    replicas: int
    tp: int
    pp: int
    ep: int
    dp: int

    @property
    def gpus(self) -> int:
        """Accelerators of one copy."""
        return self.tp * self.pp * self.dp


@dataclass(frozen=True, slots=True)
class Best:
    """The best found.

    Attributes
    ----------
    layout : Layout
        How the accelerators are divided.
    concurrency : float
        Requests at once on all copies together.
    found : Mapping
        What the estimate says of all accelerators, by name.
    tried : int
        Cases estimated on the way.
    """

    layout: Layout
    concurrency: float
    found: Mapping[str, Any]
    tried: int


def layouts(arch: Architecture, gpus: int, scale_up: int) -> list[Layout]:
    """Return every way to divide the accelerators that the model's shape allows.

    Parameters
    ----------
    arch : Architecture
        Tensor parallelism divides its heads, a pipeline its layers, experts go around whole.
    gpus : int
        Accelerators.
    scale_up : int
        Accelerators that share the fast links; tensor parallelism stays within.

    Returns
    -------
    list of Layout
        At least one: as many copies as accelerators.
    """
    found = []
    for size in _divisors(gpus):
        for tp in (n for n in _divisors(size) if arch.heads % n == 0 and n <= scale_up):
            for pp in (n for n in _divisors(size // tp) if n <= min(DEEPEST_PIPELINE, arch.layers)):
                dp = size // (tp * pp)
                found += [Layout(gpus // size, tp, pp, ep, dp) for ep in _expert_parallelism(arch, tp * dp, dp)]
    return found


def copies(arch: Architecture, chip: Accelerator) -> list[Layout]:
    """Return the layouts of one copy of a model on accelerators of a kind, within the reach of their fast links or of a server."""
    sizes = [1 << n for n in range(widest_copy(chip).bit_length())]
    return [layout for size in sizes for layout in layouts(arch, size, widest_copy(chip)) if layout.replicas == 1]


def widest_copy(chip: Accelerator) -> int:
    """Return how many accelerators of a kind one copy may take: a power of 2 within the reach of their fast links or of a server."""
    together = min(max(chip.scale_up_gpus, CARDS_IN_SERVER), LARGEST_COPY)
    return 1 << (together.bit_length() - 1)


def _expert_parallelism(arch: Architecture, width: int, dp: int) -> Iterator[int]:
    """Attention in parallel on data only pays where experts are spread over the same chips; else it is a copy more."""
    if dp == 1:
        yield 1
    if 1 < width <= arch.experts:
        yield width


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


def best(case: Case, candidates: Sequence[Layout], limits: Limits, estimator: Estimator) -> Best:
    """Return the layout, and within limits the number of requests, with most output per accelerator.

    Parameters
    ----------
    case : mapping
        What is asked. A number as its ``concurrency`` is kept; ``"max"`` is, without limits, as many as memory and scheduler take, and
        within limits sought. Its parallelism and number of accelerators are the candidates'.
    candidates : sequence of Layout
        What may be tried.
    limits : Limits
        What must be kept.
    estimator : callable
        Estimates columns of cases.

    Returns
    -------
    Best
        On a tie the fewer requests, then the earlier candidate.

    Raises
    ------
    InputError
        If no candidate fits, or none keeps the limits; the message says how near the nearest comes.
    """
    if case["concurrency"] != MAX or limits == Limits():
        return _best_layout(case, candidates, limits, estimator)
    trials = _Trials(case, candidates, limits, estimator)
    caps = most_requests(case, candidates, estimator)
    held = np.flatnonzero(caps >= 1)
    trials.add(held, [grid(candidates[int(i)].replicas, int(caps[i]), COARSE) for i in held])
    if not np.isfinite(trials.rate).any():
        raise _out_of_reach(trials.found, limits)
    for _ in range(ROUNDS):
        leaders = trials.leaders()
        spans = (trials.around(at, int(caps[trials.which[at]])) for at in leaders)
        if not trials.add(trials.which[leaders], [grid(low, high, FINE) for low, high in spans]):
            break
    return trials.best(len(candidates))


class _Trials:
    """What has been tried: candidate, requests, what the estimate said, and the output per accelerator."""

    def __init__(self, case: Case, candidates: Sequence[Layout], limits: Limits, estimator: Estimator) -> None:
        self._case, self._candidates, self._limits, self._estimator = case, candidates, limits, estimator
        self.which, self.requests = np.empty(0, np.int64), np.empty(0, np.int64)
        self.rate: FloatArray = np.empty(0)
        self.found: dict[str, Any] = {}

    def add(self, which: IntArray, requests: Sequence[IntArray]) -> int:
        """Try each candidate at some numbers of requests; what was tried before is left out. Return how many were new."""
        fresh = [np.setdiff1d(numbers, self.requests[self.which == i]) for i, numbers in zip(which, requests, strict=True)]
        more, asked = np.repeat(which, [len(numbers) for numbers in fresh]), np.concatenate([np.empty(0, np.int64), *fresh])
        if not len(asked):
            return 0
        chosen = [self._candidates[int(i)] for i in more]
        new = estimated(self._case, chosen, asked, self._estimator)
        rate = _rates(new, self._limits)
        self.which, self.requests = np.concatenate([self.which, more]), np.concatenate([self.requests, asked])
        self.rate = np.concatenate([self.rate, rate])
        self.found = {name: np.concatenate([self.found[name], values]) for name, values in new.items()} if self.found else new
        return len(asked)

    def leaders(self) -> list[int]:
        """Return the best trial of each of the best few candidates."""
        first: dict[int, int] = {}
        for at in np.argsort(-self.rate, kind="stable"):
            if np.isfinite(self.rate[at]):
                first.setdefault(int(self.which[at]), int(at))
            if len(first) == FINALISTS:
                break
        return list(first.values())

    def around(self, at: int, cap: int) -> tuple[int, int]:
        """Return between which numbers of requests a trial's neighbours leave something to be tried."""
        own = np.sort(self.requests[self.which == self.which[at]])
        place = int(np.searchsorted(own, self.requests[at]))
        low = int(own[place - 1]) + 1 if place else int(own[0])
        return low, int(own[place + 1]) - 1 if place + 1 < len(own) else cap

    def best(self, tried_before: int) -> Best:
        """Return the best of all, the fewer requests on a tie."""
        at = _first_best(self.rate, self.requests)
        found = {name: values[at] for name, values in self.found.items()}
        return Best(self._candidates[int(self.which[at])], float(self.requests[at]), found, tried_before + len(self.which))


def _best_layout(case: Case, candidates: Sequence[Layout], limits: Limits, estimator: Estimator) -> Best:
    asked = case["concurrency"]
    busy = candidates if asked == MAX else [layout for layout in candidates if layout.replicas <= max(asked, 1)]
    found = estimated(case, busy, [asked] * len(busy), estimator)
    rate = _rates(found, limits)
    if not np.isfinite(rate).any():
        raise _out_of_reach(found, limits)
    at = int(np.argmax(rate))
    requests = _served(found, busy[at], at) if asked == MAX else asked
    return Best(busy[at], float(requests), {name: values[at] for name, values in found.items()}, len(busy))


def _served(found: Columns, layout: Layout, at: int) -> int:
    """Return how many requests run at once when as many are let in as there is room for."""
    running = float(found["sequences_per_group"][at]) * layout.dp * layout.replicas
    return max(1, int(min(running, float(found["max_concurrency"][at]))))


def most_requests(case: Case, candidates: Sequence[Layout], estimator: Estimator) -> IntArray:
    """Return the most requests that memory holds at once under each candidate; 0 where the model does not fit.

    Raises
    ------
    InputError
        If it fits nowhere.
    """
    found = estimated(case, candidates, [MAX] * len(candidates), estimator)
    fits = np.asarray(found["fits"], bool)
    if not fits.any():
        raise InputError("gpus", case["gpus"], _reason(found))
    return np.where(fits, np.nan_to_num(np.asarray(found["max_concurrency"], float)), 0.0).astype(np.int64)


def estimated(case: Case, chosen: Sequence[Layout], requests: Sequence[Any] | IntArray, estimator: Estimator) -> dict[str, Any]:
    """Return what the estimate says of each layout chosen, each at its number of requests."""
    columns: dict[str, Any] = {name: [value] * len(chosen) for name, value in case.items()}
    columns |= {name: [getattr(layout, name) for layout in chosen] for name in PARALLEL}
    columns["gpus"] = [layout.gpus * layout.replicas for layout in chosen]
    columns["concurrency"] = list(requests)
    return dict(estimator(columns))


def _rates(found: Columns, limits: Limits) -> FloatArray:
    """Output tokens per second and accelerator; minus infinity where something does not fit or keep the limits."""
    rate = np.asarray(found["output_tokens_per_s_per_gpu"], float)
    return np.where(limits.allow(found) & np.isfinite(rate), rate, -np.inf)


def grid(low: int, high: int, steps: int) -> IntArray:
    """Return whole numbers from `low` to `high` in about geometric steps; none where `high` is below."""
    if high < low:
        return np.empty(0, np.int64)
    return np.unique(np.rint(np.geomspace(low, high, min(steps, high - low + 1))).astype(np.int64))


def _first_best(rate: FloatArray, requests: IntArray) -> int:
    top = np.flatnonzero(rate == rate.max())
    return int(top[np.argmin(requests[top])])


def _out_of_reach(found: Columns, limits: Limits) -> InputError:
    """Say how near the nearest comes: the shortest wait of all that fit, however few requests."""
    fits = np.asarray(found["fits"], bool)
    if not fits.any():
        return InputError("gpus", Words("(all layouts)"), _reason(found))
    for name in ("ttft_ms", "tpot_ms"):
        most, least = getattr(limits, name), float(np.nanmin(np.where(fits, np.asarray(found[name], float), np.nan)))
        if most is not None and least > most:
            return InputError(f"--{name.replace('_', '-')}", most, f"no layout is that fast; the fastest needs {least:,.4g} ms")
    return InputError("--ttft-ms", limits.ttft_ms, f"no layout keeps this and {limits.tpot_ms:g} ms per token together")


def _reason(found: Columns) -> str:
    """Return why the last candidate, the widest copy, does not fit: it lacks the least."""
    reasons = [str(reason) for reason in found["error"] if reason]
    return reasons[-1] if reasons else "more accelerators, or a lower precision: the model does not fit"
