import pytest

from wattmint.errors import ScenarioError
from wattmint.scenario.model import Study
from wattmint.scenario.refusal import Words
from wattmint.scenario.table import Table, refused


def test_keys_are_checked_and_frozen():
    study = Study.of({"start": "2026-12", "paths": 10})
    assert (study.paths, study.seed) == (10, 1)
    assert isinstance(study, Table)


@pytest.mark.parametrize(("keys", "what"), [({"paths": True}, "paths = true"), ({"path": 3}, "path = 3: unknown key")])
def test_other_keys_and_truth_values_are_refused(keys, what):
    with pytest.raises(ScenarioError, match=what):
        Study.of({"start": "2026-12", **keys})


def test_a_rule_over_several_keys_says_where_and_what_is_allowed():
    error = refused(".share", Words("(too much)"), "at most 1")
    assert error.context == {"within": ".share", "given": "(too much)", "allowed": "at most 1"}
