import copy

import pytest
from tests.calculators.conversion.conftest import MINE

from wattmint.errors import ScenarioError
from wattmint.scenario.existing import Conversion, Existing
from wattmint.scenario.model import Scenario


def test_what_is_left_out_is_none():
    existing = Existing.of({"machines": [{"machine": "antminer-s21-xp"}]})
    assert (existing.machines[0].share, existing.machines[0].machine_age_months, existing.feeds) == (1.0, None, None)
    assert Conversion.of({"ai_class": "batch"}).blocks is None


@pytest.mark.parametrize(
    ("table", "key", "value", "what"),
    [
        ("existing", "machines", [{"machine": "antminer-s21-xp", "share": 0.7}] * 2, r"existing.machines = \(shares adding to 1.4\): at most 1"),
        ("existing", "machines", [], r"existing.machines = \(a list of 0\): a list with at least one entry"),
        ("existing", "hall_kind", "tent", "existing.hall_kind = 'tent': one of 'container', 'shed', 'building'"),
        ("existing", "feeds", 0, "existing.feeds = 0: a whole number from 1 to 10"),
        ("existing", "firm_mw", -1, "existing.firm_mw = -1: a number from 0"),
        ("conversion", "ai_class", "trainin", "conversion.ai_class = 'trainin': unknown name; did you mean 'training'"),
        ("conversion", "share", 60, r"conversion.share = 60: .*meant in percent"),
        ("conversion", "blocks", 0, "conversion.blocks = 0: a whole number from 1 to 20"),
    ],
)
def test_refusals_name_field_value_and_what_is_allowed(table, key, value, what):
    tables = copy.deepcopy(MINE)
    tables[table][key] = value
    with pytest.raises(ScenarioError, match=what):
        Scenario.of(tables)
