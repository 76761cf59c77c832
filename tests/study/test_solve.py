import numpy as np
import pytest

from wattmint.errors import InputError, ScenarioError
from wattmint.scenario.model import Debt, Tax
from wattmint.scenario.place import place_of, with_number
from wattmint.study import evaluate
from wattmint.study.bracket import Point
from wattmint.study.solve import _along, _crossings, _is_monotone, _values, solve
from wattmint.study.target import target_of
from wattmint.study.trial import Trial

LEASE = "builds.1.parts.0.lease_usd_per_kw_month"


def _solve(scenario, path=LEASE, target="npv=0", build=1, between=None, of=None):
    return solve(scenario, place_of(scenario, path), target_of(target, of), build, between, threads=1)


@pytest.mark.parametrize(("target", "of", "read"), [
    ("npv=1000000", None, lambda b: b.npv_usd.mean - 1e6),
    ("npv=0", "median", lambda b: b.npv_usd.p50),
    ("irr=0.25", None, lambda b: b.irr.p50 - 0.25),
    ("mirr=0.15", None, lambda b: b.mirr.p50 - 0.15),
])  # fmt: skip
def test_the_run_with_the_value_found_meets_the_target(small_scenario, target, of, read):
    found = _solve(small_scenario, target=target, of=of)
    build = evaluate(with_number(small_scenario, found.place, found.value), threads=1).builds[1]
    assert abs(read(build)) < (2e4 if "npv" in target else 5e-4)
    assert found.result == pytest.approx(found.target.value, rel=0.02, abs=2e4 if "npv" in target else 5e-4)
    assert found.standard_error > 0.0
    assert found.is_monotone
    assert found.today == pytest.approx(149.5, rel=0.5)


def test_tax_and_debt_count_where_there_are_any(small_scenario):
    terms = {"tax": Tax(jurisdiction="us-tx"), "debt": Debt(debt_share=0.5, debt_rate=0.09, debt_term_months=18)}
    financed = small_scenario.model_copy(update=terms)
    found = _solve(financed)
    owner = evaluate(with_number(financed, found.place, found.value), threads=1).builds[1].financed
    assert abs(owner.npv_usd.mean) < 2e4
    assert found.value != pytest.approx(_solve(financed, target="npv-before=0").value, rel=1e-3)


def test_more_paths_than_the_search_s_are_used(small_scenario, monkeypatch):
    monkeypatch.setattr("wattmint.study.solve.FIRST_PATHS", 8)
    found, short = _solve(small_scenario), _solve(small_scenario.model_copy(update={"study": small_scenario.study.model_copy(update={"paths": 8})}))
    assert found.first_paths == 8
    assert found.paths == 16
    assert abs(found.result) < 1e5
    assert found.value != short.value


def test_few_values_are_tried_on_all_paths(small_scenario, monkeypatch):
    monkeypatch.setattr("wattmint.study.solve.FIRST_PATHS", 8)
    walked, whole = Trial._walked, []

    def counted(self, value, paths, over):
        whole.append(value) if paths == 16 else None
        return walked(self, value, paths, over)

    monkeypatch.setattr(Trial, "_walked", counted)
    found = _solve(small_scenario)
    assert len(whole) <= 5  # today's value, the start, and a straight line or three
    assert found.value == whole[-1]


def test_straight_lines_lead_to_the_crossing_and_a_flat_one_nowhere():
    assert _along([Point(1.0, 3.0)], -0.5) == 0.5
    assert _along([Point(1.0, 3.0), Point(2.0, 1.0)], -0.5) == 2.5
    assert _along([Point(1.0, 3.0), Point(2.0, 3.0)], -0.5) == 2.0


def test_no_value_says_so_with_both_ends(small_scenario):
    found = _solve(small_scenario, between=(1.0, 5.0))
    assert (found.value, found.result, found.standard_error) == (None, None, None)
    assert [point.x for point in found.tried] == [1.0, 5.0]
    assert all(point.y < 0.0 for point in found.tried)


def test_a_whole_number_is_answered_by_the_nearest_one(small_scenario):
    found = _solve(small_scenario, "builds.1.parts.0.construction_months", target="npv=0")
    assert found.value is None or found.value == round(found.value)


def test_without_a_range_one_must_be_given(small_scenario):
    place = place_of(small_scenario, "power.level_growth_per_year")
    assert place.low is not None
    with pytest.raises(InputError, match="the lower one first"):
        _solve(small_scenario, between=(5.0, 1.0))


def test_values_that_the_site_file_refuses_are_left_out_and_all_refused_is_an_error(small_scenario):
    with pytest.raises(ScenarioError, match="lease_usd_per_kw_month"):
        _solve(small_scenario, between=(1e6, 2e6))
    found = _solve(small_scenario, between=(0.0, 1e6))
    assert found.tried[-1].x < 1e6
    assert found.value is not None


def test_every_crossing_is_seen_and_what_turns_round_is_no_monotone():
    hill = (Point(0.0, -1.0), Point(1.0, 2.0), Point(2.0, -1.0))
    assert len(_crossings(hill, 0.0)) == 2
    assert not _is_monotone(hill)
    assert _is_monotone(hill[:2])


def test_points_lie_around_today_and_between_the_ends():
    around = _values(0.0, 1_000.0, 100.0, is_whole=False)
    assert around[0] == 0.0
    assert around[-1] == 1_000.0
    assert {25.0, 100.0, 400.0} <= set(around)
    assert len(_values(-0.5, 0.5, 0.0, is_whole=False)) == len(_values(-0.5, 0.5, None, is_whole=False)) == 9
    assert all(x == round(x) for x in _values(1.0, 30.0, 7.0, is_whole=True))


def test_the_answer_does_not_depend_on_threads(small_scenario):
    place, target = place_of(small_scenario, LEASE), target_of("npv=0")
    one, two = (solve(small_scenario, place, target, 1, threads=n) for n in (1, 2))
    assert one == two
    assert np.isfinite(one.value)
