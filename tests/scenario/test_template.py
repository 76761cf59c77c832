import tomllib

import pytest

from wattmint.facts.load import text
from wattmint.scenario.existing import Conversion, Existing, ExistingMachine
from wattmint.scenario.model import (
    Debt,
    HostingPart,
    InferencePart,
    Market,
    MiningPart,
    Money,
    Power,
    PriceHistory,
    RentalPart,
    Scenario,
    Site,
    Study,
    Tax,
)
from wattmint.scenario.schema import SCHEMA_FILE
from wattmint.scenario.template import site_template


def uncommented() -> str:
    """Every key taken from behind its '#', except those that exclude others."""
    lines = []
    for line in site_template().splitlines():
        key = line.removeprefix("# ").split(" = ")[0]
        is_key = line.startswith("# ") and " = " in line and key.isidentifier()
        is_table = line.startswith("# [") and line.endswith("]")
        lines.append(line.removeprefix("# ") if is_table or (is_key and key not in ("fixed_usd_per_mwh", "outage_log")) else line)
    return "\n".join(lines)


def test_passes_as_it_stands():
    scenario = Scenario.of(tomllib.loads(site_template()))
    assert [build.parts[0].kind for build in scenario.builds] == ["mining", "hosting", "rental", "inference"]


def test_passes_with_every_optional_key_taken_at_its_default():
    scenario = Scenario.of(tomllib.loads(uncommented()))
    assert scenario.builds[1].parts[0].backup == text("defaults", "hosting", "backup")


TABLES = [Site, Power, PriceHistory, Market, Money, Tax, Debt, Study, MiningPart, HostingPart, RentalPart, InferencePart]
TABLES += [Existing, ExistingMachine, Conversion]


@pytest.mark.parametrize("model", TABLES)
def test_every_key_is_there_with_its_meaning(model):
    lines = site_template().splitlines()
    for name in set(model.model_fields) - {"history", "kind", "machines"}:
        places = [i for i, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{name} = ")]
        assert places, name
        assert all(lines[i - 1].startswith("# ") for i in places)


@pytest.mark.parametrize("key", ["cooling", "backup"])
def test_what_a_conversion_works_out_itself_is_called_an_example(key):
    section = site_template().partition("# [conversion]\n")[2].partition("[[builds]]")[0]
    line = next(line for line in section.splitlines() if line.startswith(f"# {key} = "))
    assert "# an example; by default" in line


def test_editors_find_the_schema():
    assert site_template().splitlines()[0] == f"#:schema ./{SCHEMA_FILE}"


def test_no_default_is_left_open():
    assert "None" not in site_template()
