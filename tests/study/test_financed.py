import json

import numpy as np
import pytest

from wattmint.finance.after_tax import AfterTax
from wattmint.scenario.model import Debt, Tax
from wattmint.study import evaluate
from wattmint.study.financed import collect_financed, financed_verdict, merge_financed

LOAN = {"debt_share": 0.6, "dscr": 1.3, "debt_rate": 0.09, "debt_term_months": 60, "reserve_months": 3, "equity_discount_rate": 0.12}


@pytest.fixture(scope="module")
def owner(example):
    return evaluate(example.model_copy(update={"tax": Tax(jurisdiction="us-tx"), "debt": Debt(**LOAN)}), threads=1)


def flows(paths=6, months=24) -> np.ndarray:
    rng = np.random.default_rng(2)
    net = rng.uniform(1.0, 12.0, (paths, months + 1))
    net[:, 0] = -100.0
    return net


def result_of(net, cover=None) -> AfterTax:
    none = np.zeros(net.shape[0])
    lines = {"income tax": -0.1 * np.maximum(net, 0.0)} | ({} if cover is None else {"loan drawn": np.ones(net.shape)})
    return AfterTax(lines, net, net, cover, None if cover is None else cover.mean(axis=1), none, none, none)


def test_what_is_ranked_is_the_owners_money(owner, verdict):
    assert owner.ranked_by == "NPV after tax and debt"
    assert verdict.ranked_by == "NPV before tax and debt"
    assert owner.equity_discount_rate == 0.12
    means = {build.name: build.decisive.npv_usd.mean for build in owner.builds}
    assert owner.winner.name == max(means, key=means.get)
    assert owner.winner.margin_usd.mean == pytest.approx(means[owner.winner.name] - means[owner.winner.runner_up])


def test_numbers_before_tax_and_debt_stay_as_they_are(owner, verdict):
    for mine, plain in zip(owner.builds, verdict.builds, strict=True):
        assert mine.npv_usd == plain.npv_usd
        assert mine.lines_by_year_usd == plain.lines_by_year_usd
        assert plain.financed is None
        assert plain.decisive is plain


def test_all_lines_by_year_sum_to_the_owners_cash(owner):
    for build in owner.builds[:-1]:
        both = [*build.lines_by_year_usd.values(), *build.financed.lines_by_year_usd.values()]
        total = sum(sum(values) for values in both)
        assert total == pytest.approx(build.financed.cumulative_usd["mean"][-1], rel=1e-6, abs=10.0)


def test_the_gap_counts_the_owners_need(owner):
    for build in owner.builds[:-1]:
        assert build.capital_gap_usd == pytest.approx(max(0.0, build.financed.capital_need_usd.p50 - owner.capital_usd))


def test_per_path_results_are_in_the_frame_and_not_in_the_json(owner):
    frame = owner.to_frame()
    assert {"equity_npv_usd", "after_tax_irr", "dscr_min", "llcr"} <= set(frame.columns)
    mine = frame.filter(frame["build"] == owner.builds[0].name)["equity_npv_usd"].mean()
    assert mine == pytest.approx(owner.builds[0].financed.npv_usd.mean)
    text = json.dumps(owner.to_dict(), allow_nan=False)
    assert "financed_results" not in text


def test_the_inputs_of_tax_and_debt_are_listed_with_their_sources(owner):
    used = {one.name: one for one in owner.inputs}
    assert used["national_tax_rate"].source in {source.id for source in owner.sources}
    assert used["debt_share"].kind == "given"
    assert used["lenders_quantile"].kind == "default"


def test_no_tax_input_stands_twice(example):
    tax = Tax(jurisdiction="us-tx", national_tax_rate=0.25, depreciation_schedule="straight-line")
    found = evaluate(example.model_copy(update={"tax": tax, "study": example.study.model_copy(update={"paths": 8})}), threads=1)
    names = [one.name for one in found.inputs if one.name in Tax.model_fields]
    assert {"national_tax_rate", "state_tax_rate", "depreciation_schedule"} <= set(names)
    assert len(names) == len(set(names))


def test_chunks_of_any_size_give_the_same(owner, example, monkeypatch):
    monkeypatch.setattr("wattmint.study.engine.CHUNK_PATHS", 128)
    scenario = example.model_copy(update={"tax": Tax(jurisdiction="us-tx"), "debt": Debt(**LOAN)})
    again = evaluate(scenario, threads=2)
    for name, results in owner.financed_results.items():
        np.testing.assert_array_equal(again.financed_results[name].equity_npv_usd, results.equity_npv_usd)


def test_collected_chunks_merge_in_order():
    net = flows()
    whole, parts = collect_financed(result_of(net), 0.1, 0.1), [collect_financed(result_of(net[a:b]), 0.1, 0.1) for a, b in ((0, 4), (4, 6))]
    merged = merge_financed(parts)
    np.testing.assert_array_equal(merged.paths.equity_irr, whole.paths.equity_irr)
    np.testing.assert_array_equal(merged.cumulative_usd, whole.cumulative_usd)
    np.testing.assert_allclose(merged.line_sums_usd["income tax"], whole.line_sums_usd["income tax"])
    assert merge_financed([]) is None


def test_cover_over_the_years_in_which_something_was_due():
    cover = np.array([[1.5, 0.5], [2.0, np.nan], [np.nan, np.nan], [1.0, 3.0], [1.0, 1.0], [4.0, 4.0]])
    kept = collect_financed(result_of(flows(), cover), 0.1, 0.1)
    assert kept.paths.dscr_min.tolist() == pytest.approx([0.5, 2.0, np.nan, 1.0, 1.0, 4.0], nan_ok=True)
    assert kept.paths.dscr_mean.tolist() == pytest.approx([1.0, 2.0, np.nan, 2.0, 1.0, 4.0], nan_ok=True)
    told = financed_verdict(kept, 0.025, False, (10.0, 6.0))
    assert told.dscr_below_one_share == pytest.approx(1.0 / 6.0)
    assert told.npv_usd_per_mw == pytest.approx(told.npv_usd.mean / 10.0)


def test_without_debt_there_is_no_cover():
    told = financed_verdict(collect_financed(result_of(flows()), 0.1, 0.1), 0.025, None, (0.0, 0.0))
    assert told.dscr_below_one_share is None
    assert told.dscr_min.p50 is None
    assert told.loan_usd.mean == 0.0
    assert told.npv_usd_per_mw is None


def test_a_median_forecast_is_financed_on_its_one_path(example):
    market = example.market.model_copy(update={"forecast": "median"})
    found = evaluate(example.model_copy(update={"market": market, "tax": Tax(jurisdiction="no"), "debt": Debt(**LOAN)}), threads=1)
    assert found.builds[0].financed.npv_usd.p10 == found.builds[0].financed.npv_usd.p90
