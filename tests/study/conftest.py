"""One small run of the example site, shared by the tests of this room."""

from collections.abc import Callable
from pathlib import Path

import pytest

from wattmint.risk.verdict import Verdict
from wattmint.scenario.model import Scenario
from wattmint.study import evaluate

EXAMPLE = Path(__file__).parents[2] / "examples" / "west-texas-100mw.toml"


def _with_study(scenario: Scenario, **changes: object) -> Scenario:
    return scenario.model_copy(update={"study": scenario.study.model_copy(update=changes)})


@pytest.fixture(scope="session")
def with_study() -> Callable[..., Scenario]:
    """What gives a scenario other paths, another seed or horizon."""
    return _with_study


@pytest.fixture(scope="session")
def example() -> Scenario:
    return _with_study(Scenario.load(EXAMPLE), paths=300)


@pytest.fixture(scope="session")
def verdict(example: Scenario) -> Verdict:
    return evaluate(example, threads=1)
