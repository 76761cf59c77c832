"""A small site, a library of two short months and a World by hand, so that a month's economics can be checked on paper."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.scenario.model import Scenario
from wattmint.types import MonthLibrary, World
from wattmint.units import MAX_HOURS_PER_MONTH

HOURS = 730.0


def make_scenario(*parts: dict[str, Any], **power: Any) -> Scenario:
    """Return a 10 MW site with one build of these parts."""
    site = {"power_mw": 10.0, "time_zone": "America/Chicago"}
    keys = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3", **power}
    build = {"name": "build", "parts": list(parts)}
    return Scenario.of({"name": "small site", "site": site, "power": keys, "study": {"start": "2026-12"}, "builds": [build]})


def make_library(price_usd_per_mwh: float = 40.0, dry_c: float = 20.0) -> MonthLibrary:
    """Return two months of four hours: three at the given price, one at ten times it; the last hour is 15 K hotter."""
    blank = np.full((2, MAX_HOURS_PER_MONTH), np.nan)
    price, dry = blank.copy(), blank.copy()
    price[:, :4] = price_usd_per_mwh * np.array([1.0, 1.0, 1.0, 10.0])
    dry[:, :4] = dry_c + np.array([0.0, 0.0, 0.0, 15.0])
    hour = np.full((2, MAX_HOURS_PER_MONTH), -1)
    hour[:, :4] = np.arange(4)
    mean, sea_level = float(np.nanmean(price)), np.where(np.isnan(dry), np.nan, 101_325.0)
    return MonthLibrary(("a", "b"), np.array([1, 2]), np.array([4, 4]), price, dry, dry - 5.0, dry - 9.0, sea_level, hour, mean, 1.0, (), ())


def make_world(paths: int = 3, months: int = 24, library: MonthLibrary | None = None, **changes: Any) -> World:
    """Return a World in which nothing moves: 100,000 USD per coin, difficulty 1e14, subsidy 3.125, fees 0.1, months of 730 hours."""
    shape = (paths, months)
    fields: dict[str, Any] = {
        "first_path": 0,
        "hours": np.full(months, HOURS),
        "calendar_month": np.arange(months) % 12 + 1,
        "btc_usd": np.full(shape, 100_000.0),
        "network_hashrate_ehs": np.full(shape, 700.0),
        "difficulty": np.full(shape, 1e14),
        "subsidy_btc": np.full(shape, 3.125),
        "fees_btc_per_block": np.full(shape, 0.1),
        "running_share": np.ones(shape),
        "installed_j_per_th": np.full(shape, 20.0),
        "marginal_j_per_th": np.full(shape, 24.0),
        "gpu_rental_factor": np.ones(shape),
        "token_price_factor": np.ones(shape),
        "gpu_ageing_per_year": 0.2,
        "frontier_factor": np.ones(shape),
        "power_level": np.ones(shape),
        "history_month": np.zeros(shape, dtype=np.int64),
        "tenant_draw": np.full(shape, 0.999),
        "works_draw": np.zeros(paths),
        "lease_draw": np.zeros(paths),
        "library": library or make_library(),
    }
    return World(**{**fields, **changes})


def make_random_world(seed: int, paths: int, months: int) -> World:
    """Return a World in which everything moves, wildly."""
    rng = np.random.default_rng(seed)

    def wild(centre: float) -> np.ndarray:
        return centre * np.exp(rng.standard_normal((paths, months)))

    return make_world(
        paths,
        months,
        btc_usd=wild(100_000.0),
        difficulty=wild(1e14),
        fees_btc_per_block=wild(0.1),
        gpu_rental_factor=wild(1.0),
        token_price_factor=wild(1.0),
        frontier_factor=np.exp(-0.02 * rng.random((paths, 1)) * np.arange(months)),
        power_level=wild(1.0),
        tenant_draw=rng.random((paths, months)),
        works_draw=rng.standard_normal(paths),
        lease_draw=rng.standard_normal(paths),
    )


@pytest.fixture(scope="module")
def scenario_of() -> Callable[..., Scenario]:
    return make_scenario


@pytest.fixture(scope="module")
def library() -> MonthLibrary:
    return make_library()


@pytest.fixture(scope="module")
def library_of() -> Callable[..., MonthLibrary]:
    return make_library


@pytest.fixture(scope="module")
def world_of() -> Callable[..., World]:
    return make_world


@pytest.fixture(scope="module")
def random_world() -> Callable[..., World]:
    return make_random_world


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return market_snapshot(make_scenario({"kind": "hosting"}).market)
