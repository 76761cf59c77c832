"""Small month libraries and loads for the tests of this room."""

from collections.abc import Callable

import numpy as np
import pytest

from wattmint.types import MonthLibrary, Offer, World


def make_library(price: np.ndarray) -> MonthLibrary:
    """Return a library with the given hours of price; NaN is padding."""
    months = price.shape[0]
    return MonthLibrary(
        labels=tuple(f"month {i}" for i in range(months)),
        calendar_month=np.arange(months, dtype=np.int64) % 12 + 1,
        hours=np.isfinite(price).sum(axis=1).astype(np.int64),
        price_usd_per_mwh=price,
        temp_dry_c=np.full(price.shape, 20.0),
        temp_wet_c=np.full(price.shape, 15.0),
        temp_dew_c=np.full(price.shape, 12.0),
        pressure_pa=np.full(price.shape, 101_325.0),
        hour_of_day=np.tile(np.arange(price.shape[1], dtype=np.int64) % 24, (months, 1)),
        ordinary_price_usd_per_mwh=float(np.nanmean(price)),
        market_level_factor=1.0,
        notes=(),
        sources=(),
    )


def make_world(library: MonthLibrary, level: np.ndarray, rows: np.ndarray, hours: np.ndarray) -> World:
    """Return a world whose prices matter and nothing else."""
    ones = np.ones(level.shape)
    return World(
        first_path=0,
        hours=hours,
        calendar_month=np.ones(hours.size, dtype=np.int64),
        btc_usd=ones,
        network_hashrate_ehs=ones,
        difficulty=ones,
        subsidy_btc=ones,
        fees_btc_per_block=ones,
        running_share=ones,
        installed_j_per_th=ones,
        marginal_j_per_th=ones,
        gpu_rental_factor=ones,
        token_price_factor=ones,
        gpu_ageing_per_year=0.0,
        frontier_factor=np.ones((1, hours.size)),
        power_level=level,
        history_month=rows,
        tenant_draw=ones,
        works_draw=np.zeros(level.shape[0]),
        lease_draw=np.zeros(level.shape[0]),
        library=library,
    )


def make_offer(pue: np.ndarray, months: int, **changes: object) -> Offer:
    """Return an interruptible megawatt worth 60 USD/MWh."""
    fields: dict[str, object] = {
        "workload": "load",
        "grid_mw": 1.3,
        "it_mw": 1.0,
        "in_service": np.ones((1, months)),
        "load_factor": 1.0,
        "hourly_pue": pue,
        "interruptible": True,
        "per_mwh": {"worth": np.full((1, months), 60.0)},
        "per_month": {},
        "capital": {},
        "power_passthrough": 0.0,
        "construction_months": 0,
        "inputs": (),
    }
    return Offer(**(fields | changes))  # type: ignore[arg-type]


@pytest.fixture
def library() -> MonthLibrary:
    """Three months of 700, 744 and 500 hours with spikes and negative prices."""
    rng = np.random.default_rng(7)
    price = rng.normal(35.0, 30.0, (3, 744))
    price[1, 100:130] = 4000.0
    price[0, 700:] = np.nan
    price[2, 500:] = np.nan
    return make_library(price)


@pytest.fixture
def pue(library: MonthLibrary) -> np.ndarray:
    return 1.05 + 0.3 * np.random.default_rng(8).random(library.price_usd_per_mwh.shape)


@pytest.fixture
def world(library: MonthLibrary) -> World:
    """Five paths of six months."""
    rng = np.random.default_rng(9)
    level, rows = np.exp(rng.normal(0.0, 0.4, (5, 6))), rng.integers(0, 3, (5, 6))
    return make_world(library, level, rows, np.array([744.0, 672.0, 744.0, 720.0, 744.0, 720.0]))


@pytest.fixture(scope="session")
def library_of() -> Callable[[np.ndarray], MonthLibrary]:
    return make_library


@pytest.fixture(scope="session")
def world_of() -> Callable[..., World]:
    return make_world


@pytest.fixture(scope="session")
def offer_of() -> Callable[..., Offer]:
    return make_offer
