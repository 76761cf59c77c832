"""At which value of one input a build meets a target: the lease that gives 15 %, the coin price that leaves a loss in one future of ten.

The input is moved over its range on a few paths first: at both ends, and around today's value. Where the result crosses the target, the
crossing is narrowed on the few paths, then found on all of them, with the same seed throughout. More than one crossing is said, and none too,
with the results at both ends.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from wattmint.errors import InputError, ScenarioError
from wattmint.provenance import MarketValue, UsedInput
from wattmint.scenario.model import Scenario
from wattmint.scenario.place import Place
from wattmint.scenario.refusal import Words
from wattmint.study.bracket import Point, find_root, find_root_over_decades
from wattmint.study.corridor import prepare
from wattmint.study.target import Target, error_of, result_of
from wattmint.study.trial import Trial

FIRST_PATHS: Final = 512
"""Paths of the search; the answer is found on all."""

AROUND: Final = (0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0)
"""Multiples of today's value that are looked at beside the ends of the range."""

INSIDE: Final = 7
"""Points between the ends where today's value is unknown or zero."""

FEW_WIDTH, WIDTH = 1e-4, 1e-9
"""How narrow a bracket gets on the few paths and on all, as a share of where it stands."""

FEW_NEAR, NEAR = 0.25, 0.01
"""How close to the target the result has to come, in its own standard errors."""

JUMPS: Final = 0.02
"""Where results jump no value may come that near: a bracket on all paths gets no narrower than this share of the value's standard error."""

FURTHER: Final = (1.0, -1.0, 2.0, -2.0, 4.0, -4.0, 8.0, -8.0)
"""Steps towards the crossing on all paths, where straight lines do not lead there."""

LINES: Final = 3
"""Straight lines that are followed first."""

TILT: Final = 0.05
"""The answer is moved by this share to see how steeply the result follows."""


@dataclass(frozen=True, slots=True)
class Solution:
    """What was found.

    Attributes
    ----------
    place : Place
        The input.
    build : str
        Whose result it is.
    target : Target
        What was asked for.
    value, result, standard_error : float or None
        The input's value at which the result is the target, the result there, and the value's standard error over paths (of sampling
        alone); None where there is none in the range.
    today, today_result : float or None
        The input as the site file or its cited default has it, and the result with the site file as it is, on all paths.
    tried : tuple of Point
        Values and results on the first paths, in order: the ends of the range and what lies between.
    others : tuple of float
        Further crossings, on the first paths.
    is_monotone : bool
        Whether the results tried only rise or only fall.
    left_out_share : float
        Share of paths without the number asked for: with several internal rates of return.
    paths, first_paths : int
        All, and those of the search.
    """

    place: Place
    build: str
    target: Target
    value: float | None
    result: float | None
    standard_error: float | None
    today: float | None
    today_result: float
    tried: tuple[Point, ...]
    others: tuple[float, ...]
    is_monotone: bool
    left_out_share: float
    paths: int
    first_paths: int


def solve(
    scenario: Scenario, place: Place, target: Target, build: int, between: tuple[float, float] | None = None, threads: int | None = None
) -> Solution:
    """Return at which value of an input a build meets a target.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    place : Place
        The input, from `wattmint.scenario.place.place_of`.
    target : Target
        What is asked for.
    build : int
        Number of the build, from 0.
    between : tuple of float, optional
        Range of the input; the data dictionary's when left out.
    threads : int, optional
        Worker threads; all processors by default. The answer does not depend on it.

    Returns
    -------
    Solution
        With what was tried.

    Raises
    ------
    InputError
        If the input has no range, the target means nothing for this study, or the site file is refused at all values.
    """
    low, high = _range(place, between)
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        trial = Trial(scenario, place, target, build, pool)
        now = trial.today(trial.paths)
        today = _today(scenario, place, build)
        few = min(FIRST_PATHS, trial.paths)
        values = _values(low, high, today, is_whole=place.is_whole)
        trial.ahead(values, few)
        tried = _tried(lambda x: result_of(trial.at(x, few), target), values, place)
        value, result, error = None, None, None
        others: tuple[float, ...] = ()
        crossings = _crossings(tried, target.value)
        if crossings:
            found, others = _nearest(trial, target, crossings, today, few)
            start = trial.rounded(found[0].x)
            slope = _slope(trial, target, start, few, (low, high))
            value = _on_all(trial, target, start, slope, (low, high))
            now = trial.at(value, trial.paths)
            result = result_of(now, target)
            error = error_of(now, target) / abs(slope) if trial.paths > 1 and slope else None
    return Solution(
        place, scenario.builds[build].name, target, value, result, error, today, result_of(trial.today(trial.paths), target), tried, others,
        _is_monotone(tried), float(np.isnan(now).mean()), trial.paths, few,
    )  # fmt: skip


def _range(place: Place, between: tuple[float, float] | None) -> tuple[float, float]:
    if between is not None:
        if not between[0] < between[1]:
            raise InputError("--between", between, "two numbers, the lower one first")
        return between
    if place.low is None or place.high is None:
        raise ScenarioError(place.path, Words("(no range)"), "an input with a range in the data dictionary, or one given with --between LOW HIGH")
    return place.low, place.high


def _today(scenario: Scenario, place: Place, build: int) -> float | None:
    """Return the site file's number, or the cited default that stands in for it."""
    if place.given is not None:
        return float(place.given)
    prepared = prepare(scenario.model_copy(update={"builds": (scenario.builds[build],)}))
    name = str(place.keys[-1])
    plans = prepared.builds[0].plans
    if place.build is not None:
        plans = plans[int(place.keys[3]) : int(place.keys[3]) + 1] if len(place.keys) > 4 else ()
    used: list[UsedInput | MarketValue] = [*(one for plan in plans for one in plan.inputs), *prepared.tariff_inputs, *prepared.snapshot.values]
    return next((float(one.value) for one in used if one.name == name and isinstance(one.value, int | float)), None)


def _values(low: float, high: float, today: float | None, *, is_whole: bool) -> list[float]:
    inside = [today * by for by in AROUND] if today else np.linspace(low, high, INSIDE + 2)[1:-1].tolist()
    values = {low, high, *(x for x in inside if low < x < high)}
    return sorted({float(round(x)) for x in values} if is_whole else values)


def _tried(function: Callable[[float], float], values: Sequence[float], place: Place) -> tuple[Point, ...]:
    """Results at values; those that the site file refuses are left out."""
    found, refused = [], None
    for x in values:
        try:
            found.append(Point(x, function(x)))
        except InputError as error:
            refused = error
    known = tuple(point for point in found if not np.isnan(point.y))
    if not known:
        raise refused or ScenarioError(place.path, Words("(any value)"), "a build with a result; no path has one")
    return known


def _crossings(tried: Sequence[Point], goal: float) -> list[tuple[Point, Point]]:
    less = [Point(point.x, point.y - goal) for point in tried]
    return [(a, b) for a, b in pairwise(less) if (a.y > 0.0) != (b.y > 0.0)]


def _is_monotone(tried: Sequence[Point]) -> bool:
    steps = [b.y - a.y for a, b in pairwise(tried) if a.y != b.y]
    return all(step > 0.0 for step in steps) or all(step < 0.0 for step in steps)


def _nearest(
    trial: Trial, target: Target, crossings: Sequence[tuple[Point, Point]], today: float | None, few: int
) -> tuple[tuple[Point, Point], tuple[float, ...]]:
    """Return the crossing nearest to today's value, narrowed on the first paths, and where the others are."""
    miss = _miss(trial, target, few)
    near = _nearness(trial, target, few, FEW_NEAR)
    narrowed = [find_root_over_decades(miss, a, b, FEW_WIDTH, near) for a, b in crossings]
    first = min(narrowed, key=lambda ends: abs(ends[0].x - today) if today is not None else 0.0)
    return first, tuple(ends[0].x for ends in narrowed if ends is not first)


def _miss(trial: Trial, target: Target, paths: int) -> Callable[[float], float]:
    return lambda x: result_of(trial.at(x, paths), target) - target.value


def _nearness(trial: Trial, target: Target, paths: int, share: float) -> Callable[[Point], bool]:
    """Return what says whether a point lies within a share of its own standard error of the target."""
    return lambda point: abs(point.y) <= max(target.resolution(paths), share * error_of(trial.at(point.x, paths), target))


def _on_all(trial: Trial, target: Target, start: float, slope: float, ends: tuple[float, float]) -> float:
    """Return the crossing on all paths from the one on the first; the nearest value where they do not cross."""
    miss, is_near = _miss(trial, target, trial.paths), _nearness(trial, target, trial.paths, NEAR)
    seen = [Point(start, miss(start))]
    step = -seen[0].y / slope if slope else 0.0
    for number in range(LINES + len(FURTHER)):
        best = min(seen, key=lambda point: abs(point.y))
        if is_near(best) or step == 0.0:
            break
        guess = _along(seen, step) if number < LINES else start + FURTHER[number - LINES] * step
        x = trial.rounded(float(np.clip(guess, *ends)))
        if x in {point.x for point in seen}:
            continue
        there = Point(x, miss(x))
        if (there.y > 0.0) != (best.y > 0.0):
            least = abs(JUMPS * error_of(trial.at(best.x, trial.paths), target) / slope)
            width = max(least, target.resolution(trial.paths) / abs(slope), WIDTH * max(abs(best.x), abs(x)))
            best = there if is_near(there) else find_root(miss, best, there, width, is_near)[0]
            break
        seen.append(there)
    else:
        best = min(seen, key=lambda point: abs(point.y))
    return trial.rounded(best.x)


def _along(seen: Sequence[Point], step: float) -> float:
    """Return where the line through the last two points crosses; a step beyond the first while there is no other."""
    if len(seen) == 1:
        return seen[0].x + step
    a, b = seen[-2:]
    return b.x - b.y * (b.x - a.x) / (b.y - a.y) if b.y != a.y else b.x


def _slope(trial: Trial, target: Target, x: float, few: int, ends: tuple[float, float]) -> float:
    """Return how steeply the result follows the input, on the first paths."""
    reach = max(TILT * abs(x), 1e-3 * TILT * (ends[1] - ends[0]) if x == 0.0 else 0.0, 1.0 if trial.place.is_whole else 0.0)
    left, right = float(np.clip(x - reach, *ends)), float(np.clip(x + reach, *ends))
    rise = result_of(trial.at(right, few), target) - result_of(trial.at(left, few), target)
    return rise / (right - left)
