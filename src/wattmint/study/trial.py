"""One build of a site walked with another value of one input, on as many paths as asked for."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from typing import Final

import numpy as np

from wattmint.errors import InputError
from wattmint.market.snapshot import market_snapshot
from wattmint.market.tariff import tariff_of
from wattmint.scenario.model import Scenario
from wattmint.scenario.place import Place, with_number
from wattmint.study.corridor import Prepared, prepare, replanned, walk_build, world_of
from wattmint.study.financed import finance
from wattmint.study.financing import Financing, arrange
from wattmint.study.target import LOSS, Target, numbers_of
from wattmint.types import FloatArray, World

CHUNK_PATHS: Final = 256

MOST_KEPT: Final = 80
"""Chunks of a World that are kept for the next value; more would fill the memory, and are simulated again."""

OF_BUILDS: Final = ("builds", "money", "tax", "debt", "treasury")
"""Tables of the site file that only plans and terms depend on."""

NOT_OF_THE_WORLD: Final = (
    ("site", "power_mw"), ("site", "capital_usd"), ("power", "delivery_usd_per_mwh"), ("power", "demand_charge_usd_per_kw_month"),
    ("power", "peak_avoidance"), ("market", "gpu_rental_multiplier"),
)  # fmt: skip
"""Other keys that leave the futures as they are, so that these need not be simulated for every value."""

OF_THE_FUTURES: Final = ("power", "level_growth_per_year")
"""A key outside the table `market` that moves the futures and leaves the hours of the past, which are dear to read, as they are."""


class Trial:
    """Numbers of one build's paths at any value of one input, on the same random numbers.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    place : Place
        The input.
    target : Target
        Which number of a path.
    build : int
        Number of the build, from 0.
    pool : Executor
        Walks chunks of paths.

    Raises
    ------
    InputError
        The input belongs to another build, or a share of paths is asked for of one path.
    """

    def __init__(self, scenario: Scenario, place: Place, target: Target, build: int, pool: Executor) -> None:
        if place.build is not None and place.build != build:
            raise InputError(place.path, f"build {place.build}", f"an input of build {build}, or of no build")
        self.place, self.paths = place, 1 if scenario.market.forecast == "median" else scenario.study.paths
        if self.paths == 1 and target.name == LOSS:
            raise InputError("--target", LOSS, "more than one future; set market.forecast to random or raise study.paths")
        self._scenario, self._target, self._build, self._pool = scenario, target, build, pool
        self._base = prepare(self._alone(scenario))
        self._worlds: dict[tuple[int, int], World] = {}
        self._known: dict[tuple[float | None, int], FloatArray] = {}

    def at(self, value: float, paths: int) -> FloatArray:
        """Return the numbers of the first `paths` paths with the input at `value`, shape (paths,); InputError where the file refuses it."""
        return self._numbers(self.rounded(value), paths)

    def today(self, paths: int) -> FloatArray:
        """Return the numbers with the site file as it is."""
        return self._numbers(None, paths)

    def ahead(self, values: Sequence[float], paths: int) -> None:
        """Work out several values at once, a thread each, for `at` to find; those that the file refuses are left to it."""

        def work(value: float) -> None:
            with suppress(InputError):
                self._known[value, paths] = self._walked(value, paths, map)

        list(self._pool.map(work, dict.fromkeys(self.rounded(value) for value in values)))

    def rounded(self, value: float) -> float:
        """Return `value`, as a whole number where the input must be one."""
        return float(round(value)) if self.place.is_whole else value

    def _alone(self, scenario: Scenario) -> Scenario:
        return scenario.model_copy(update={"builds": (scenario.builds[self._build],)})

    def _numbers(self, value: float | None, paths: int) -> FloatArray:
        key = (value, paths)
        if key not in self._known:
            self._known[key] = self._walked(value, paths, self._pool.map)
        return self._known[key]

    def _walked(self, value: float | None, paths: int, over: Callable[..., Iterable[FloatArray]]) -> FloatArray:
        prepared = self._base if value is None else self._prepared(self._alone(with_number(self._scenario, self.place, value)))
        financing = None if self._target.is_before else arrange(prepared, self.paths)
        shares_world = value is None or self.place.keys[0] in OF_BUILDS or self.place.keys in NOT_OF_THE_WORLD
        chunks = [(first, min(CHUNK_PATHS, paths - first)) for first in range(0, paths, CHUNK_PATHS)]
        return np.concatenate(list(over(lambda chunk: self._chunk(prepared, financing, chunk, shares_world=shares_world), chunks)))

    def _prepared(self, changed: Scenario) -> Prepared:
        """Plan a changed scenario; what the change leaves as it is, is taken over."""
        keys = self.place.keys
        if keys[0] in OF_BUILDS:
            return replanned(self._base, changed)
        if keys[0] == "market" or keys in NOT_OF_THE_WORLD or keys == OF_THE_FUTURES:
            tariff, used = tariff_of(changed)
            snapshot = market_snapshot(changed.market, changed.power)
            return replanned(replace(self._base, snapshot=snapshot, tariff=tariff, tariff_inputs=used), changed)
        return prepare(changed)

    def _chunk(self, prepared: Prepared, financing: Financing | None, chunk: tuple[int, int], *, shares_world: bool) -> FloatArray:
        world = self._worlds.get(chunk) if shares_world else None
        if world is None:
            world = world_of(prepared, *chunk)
            if shares_world and len(self._worlds) < MOST_KEPT:
                self._worlds[chunk] = world
        one = walk_build(prepared, prepared.builds[0], world)
        if financing is None:
            return numbers_of(one.cashflow.net, prepared.scenario.money.discount_rate, self._target.name)
        return numbers_of(finance(one, 0, financing, prepared.scenario).equity, financing.discount_rate, self._target.name)
