import numpy as np
import pytest

from wattmint.errors import UnknownNameError
from wattmint.scenario.model import Scenario
from wattmint.study.alternatives import alternatives
from wattmint.study.engine import evaluate


def test_the_numbers_are_the_verdict_s(small_scenario):
    found, verdict = alternatives(small_scenario, threads=1), evaluate(small_scenario, threads=1)
    for one, build in zip(found, verdict.builds, strict=False):
        assert one.name == build.name
        assert np.array_equal(one.npv_usd, verdict.path_results[build.name].npv_usd)
        years = np.array([build.lines_by_year_usd[name] for name in one.lines_usd]).sum()
        assert sum(values.sum() for values in one.lines_usd.values()) == pytest.approx(years)


def test_gains_are_the_difference_to_the_first(small_scenario):
    first, second = alternatives(small_scenario, threads=1)
    assert not first.gain_usd.any()
    assert np.isnan(first.gain_irr).all()
    assert second.gain_usd == pytest.approx(second.npv_usd - first.npv_usd)


def test_threads_and_chunks_change_no_bit(small_tables, monkeypatch):
    small_tables["study"]["paths"] = 7
    scenario = Scenario.of(small_tables)
    whole = alternatives(scenario, threads=1)
    monkeypatch.setattr("wattmint.study.alternatives.CHUNK_PATHS", 3)
    calls = []
    pieces = alternatives(scenario, threads=2, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(1, 3), (2, 3), (3, 3)]
    for one, other in zip(whole, pieces, strict=True):
        assert np.array_equal(one.npv_usd, other.npv_usd)
        assert np.array_equal(one.gain_irr, other.gain_irr, equal_nan=True)
        assert one.lines_usd["operations"] == pytest.approx(other.lines_usd["operations"])


def test_after_tax_and_debt_the_owner_s_money_counts(small_tables):
    small_tables["tax"] = {"jurisdiction": "us-tx"}
    taxed, plain = alternatives(Scenario.of(small_tables), threads=1), alternatives(Scenario.of({**small_tables, "tax": None}), threads=1)
    assert taxed[0].npv_usd.mean() != plain[0].npv_usd.mean()


def test_one_future_is_enough(small_tables):
    small_tables["market"] = {"forecast": "median"}
    assert alternatives(Scenario.of(small_tables), threads=1)[0].npv_usd.shape == (1,)


def test_a_name_that_only_the_plan_looks_up_is_refused(small_tables):
    small_tables["power"]["history"][0]["prices"] = "no-such-series"
    with pytest.raises(UnknownNameError):
        alternatives(Scenario.of(small_tables), threads=1)
