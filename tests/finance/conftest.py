"""A small offer with every kind of line, and what was run of it."""

import dataclasses

import numpy as np
import pytest

from wattmint.types import Dispatch, MonthLibrary, Offer, Tariff, World

PATHS, MONTHS = 3, 5


@pytest.fixture
def tariff() -> Tariff:
    return Tariff(delivery_usd_per_mwh=6.0, demand_charge_usd_per_kw_month=4.0, peak_avoidance=0.25)


@pytest.fixture
def world() -> World:
    """Only its numbers of paths and months count in this room."""
    ones = np.ones((PATHS, MONTHS))
    nothing = np.empty((0, 0))
    library = MonthLibrary((), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), *[nothing] * 5, np.empty((0, 0), np.int64), 0.0, 1.0, (), ())
    rows, per_path = np.zeros((PATHS, MONTHS), np.int64), ones[:, 0]
    return World(0, ones[0], np.ones(MONTHS, np.int64), *[ones] * 10, 0.0, ones, ones, rows, ones, per_path, per_path, library)


@pytest.fixture
def dispatch() -> Dispatch:
    rng = np.random.default_rng(2)
    hours, it_mwh, grid_mwh, energy = (rng.uniform(10.0, 1000.0, (PATHS, MONTHS)) for _ in range(4))
    return Dispatch(hours, it_mwh, grid_mwh, energy, it_mwh)


@pytest.fixture
def offer() -> Offer:
    rng = np.random.default_rng(3)
    capital = np.zeros((1, MONTHS + 1))
    capital[0, 0], capital[0, -1] = -5e6, 1e6
    return Offer(
        workload="load",
        grid_mw=2.0,
        it_mw=1.5,
        in_service=np.array([[0.0, 0.5, 1.0, 1.0, 0.0]]),
        load_factor=1.0,
        hourly_pue=np.ones((1, 1)),
        interruptible=True,
        per_mwh={"subsidy": rng.uniform(50.0, 90.0, (PATHS, MONTHS)), "pool fee": np.full((1, MONTHS), -1.5)},
        per_month={"operations": np.full((1, MONTHS), -2000.0)},
        capital={"machines": capital},
        power_passthrough=0.0,
        construction_months=1,
        inputs=(),
    )


@pytest.fixture
def firm_offer(offer: Offer) -> Offer:
    """A tenant's hall: never stops, and the tenant pays 80 % of the power bill."""
    lease = {"lease": np.full((1, MONTHS), 30_000.0)}
    return dataclasses.replace(offer, interruptible=False, per_mwh={}, per_month=lease | dict(offer.per_month), power_passthrough=0.8)
