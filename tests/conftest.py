"""What several rooms' tests share: the checkout, and small sites."""

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from wattmint.scenario.model import Scenario

settings.register_profile("untimed", deadline=None)  # no test depends on how fast or how busy the machine is
settings.load_profile("untimed")

ROOT = Path(__file__).parent.parent

SMALL_SITE: dict[str, Any] = {
    "name": "Small site",
    "site": {"power_mw": 10, "capital_usd": 40_000_000, "time_zone": "America/Chicago"},
    "power": {"history": [{"prices": "ercot-west-2024", "weather": "midland-tmy3"}]},
    "study": {"start": "2026-12", "horizon_months": 24, "paths": 16, "seed": 7},
    "builds": [
        {"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s21-xp"}]},
        {"name": "Host", "parts": [{"kind": "hosting"}]},
    ],
}


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def small_tables() -> dict[str, Any]:
    """Tables of a small site, to be changed at will."""
    return copy.deepcopy(SMALL_SITE)


@pytest.fixture
def small_scenario(small_tables: dict[str, Any]) -> Scenario:
    """A small site: 10 MW, two builds, two years, sixteen paths."""
    return Scenario.of(small_tables)
