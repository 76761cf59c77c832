import numpy as np
import pytest

from wattmint.errors import UnknownNameError
from wattmint.facts.load import number
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook


def halls_of(scenario_of, library, **keys):
    scenario = scenario_of({"kind": "hosting", **keys})
    return plan_halls(InputBook(scenario.builds[0].parts[0]), scenario, library)


def test_halls_are_sized_for_the_hottest_hour_with_the_backups_losses(scenario_of, library):
    bare, safe = (halls_of(scenario_of, library, backup=backup) for backup in ("none", "2n"))
    assert bare.it_mw * np.nanmax(bare.hourly_pue) == pytest.approx(10.0)
    assert safe.it_mw * np.nanmax(safe.hourly_pue) == pytest.approx(10.0)
    assert safe.it_mw < bare.it_mw
    assert safe.availability == number("backup", "2n", "availability") > bare.availability
    assert safe.backup_usd_per_mw == number("backup", "2n", "backup_capex_usd_per_mw") > bare.backup_usd_per_mw == 0.0


def test_an_unknown_backup_is_refused_with_the_nearest_names(scenario_of, library):
    scenario = scenario_of({"kind": "hosting"})
    part = scenario.builds[0].parts[0].model_copy(update={"backup": "2nn"})
    with pytest.raises(UnknownNameError, match=r"backup = '2nn'.*did you mean '2n'"):
        plan_halls(InputBook(part), scenario, library)
