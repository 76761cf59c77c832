import json

import pytest

from wattmint.study import evaluate


def test_json_has_no_nan_and_no_path_arrays(verdict):
    text = json.dumps(verdict.to_dict(), allow_nan=False)
    assert "path_results" not in text


def test_within_capital_only_builds_that_fit(verdict):
    fits = {b.name for b in verdict.builds if b.capital_gap_usd == 0.0}
    assert verdict.winner_within_capital.name in fits


def test_without_a_capital_there_is_no_gap(example):
    rich = example.model_copy(update={"site": example.site.model_copy(update={"capital_usd": None})})
    verdict = evaluate(rich, threads=1)
    assert verdict.winner_within_capital is None
    assert all(b.capital_gap_usd is None for b in verdict.builds)


def test_inputs_say_what_was_given_and_what_was_left_to_its_default(verdict):
    kinds = {used.name: used.kind for used in verdict.inputs}
    assert kinds["power_mw"] == "given"
    assert set(kinds.values()) <= {"given", "default", "estimate", "published", "derived", "measured", "datasheet"}


@pytest.mark.parametrize("avoidance", [None, 0.25])
def test_each_input_of_the_site_stands_once(example, avoidance):
    power = example.power.model_copy(update={"peak_avoidance": avoidance})
    found = evaluate(example.model_copy(update={"power": power}), threads=1)
    names = [used.name for used in found.inputs]
    assert len(names) == len(set(names))
    kinds = {used.name: used.kind for used in found.inputs}
    assert {"delivery_usd_per_mwh", "demand_charge_usd_per_kw_month"} <= set(kinds)
    assert kinds["peak_avoidance"] == ("estimate" if avoidance is None else "given")
