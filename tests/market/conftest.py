"""What the market's tests share."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from wattmint.market.library import build_library
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.scenario.model import Scenario
from wattmint.types import MonthLibrary

WriteCsv = Callable[..., Path]


@pytest.fixture
def write_csv(tmp_path: Path) -> WriteCsv:
    """Return a function that writes lines to a CSV file in a fresh folder."""

    def write(lines: Iterable[str], name: str = "prices.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def site() -> Scenario:
    """A West Texas site over ten years."""
    return Scenario.of(
        {
            "name": "Site",
            "site": {"power_mw": 10, "time_zone": "America/Chicago"},
            "power": {"history": [{"prices": "ercot-west-2024", "weather": "midland-tmy3"}]},
            "study": {"start": "2026-12", "horizon_months": 120, "paths": 2000, "seed": 11},
            "builds": [{"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s21-xp"}]}],
        }
    )


@pytest.fixture(scope="session")
def library(site: Scenario) -> MonthLibrary:
    """Its month library."""
    return build_library(site)


@pytest.fixture(scope="session")
def snapshot(site: Scenario) -> Snapshot:
    """Its market snapshot."""
    return market_snapshot(site.market)
