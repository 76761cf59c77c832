"""A mine of 20 MW that asks to become an AI site, and its plan."""

import copy
from typing import Any

import pytest

from wattmint.calculators.conversion.answer import ConversionAnswer, conversion_answer
from wattmint.calculators.conversion.plan import ConversionPlan, plan_conversion
from wattmint.calculators.conversion.worth import worth_of
from wattmint.scenario.model import Scenario
from wattmint.study.alternatives import alternatives

MINE: dict[str, Any] = {
    "name": "Small mine",
    "site": {"power_mw": 20, "time_zone": "America/Chicago"},
    "power": {"fixed_usd_per_mwh": 58.0, "weather": "dallas-2020-2024"},
    "study": {"start": "2026-12", "horizon_months": 96, "paths": 12, "seed": 3},
    "existing": {
        "machines": [{"machine": "antminer-s19j-pro-104t", "machine_age_months": 40}], "hall_kind": "container", "feeds": 2, "firm_mw": 16,
        "latency_ms": 9, "noise_db": 68,
    },
    "conversion": {"ai_class": "training", "share": 0.6, "blocks": 2, "block_gap_months": 3, "new_build_usd_per_mw": 9_300_000},
    "builds": [{"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s19j-pro-104t"}]}],
}  # fmt: skip


def mine(**changes: dict[str, Any]) -> Scenario:
    """The mine with other keys, given by table."""
    tables = copy.deepcopy(MINE)
    for name, keys in changes.items():
        tables[name] |= keys
    return Scenario.of(tables)


@pytest.fixture(scope="session")
def plan() -> ConversionPlan:
    return plan_conversion(mine(), draws=400)


@pytest.fixture(scope="session")
def refused() -> ConversionPlan:
    return plan_conversion(mine(existing={"flood_return_years": 60, "latency_ms": 60}, conversion={"ai_class": "serving", "backup": "2n"}), draws=400)


@pytest.fixture(scope="session")
def found(plan: ConversionPlan) -> ConversionAnswer:
    return conversion_answer(plan, worth_of(plan, alternatives(plan.builds, threads=1)))
