"""What the calculators' tests share: the shipped market."""

import pytest

from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.scenario.model import Market


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    """The market as shipped."""
    return market_snapshot(Market())
