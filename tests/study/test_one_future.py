from typing import Any

import numpy as np

from wattmint.scenario.model import Scenario
from wattmint.study.engine import evaluate
from wattmint.study.one_future import one_future


def test_is_the_run_with_the_median_forecast(small_tables: dict[str, Any]):
    tables = {**small_tables, "tax": {"jurisdiction": "us-tx"}, "debt": {"debt_share": 0.5, "debt_rate": 0.08, "debt_term_months": 12}}
    future = one_future(Scenario.of(tables))
    verdict = evaluate(Scenario.of({**tables, "market": {"forecast": "median"}}), threads=1)
    for walk, after in zip(future.walks, future.after, strict=True):
        name = walk.build.name
        np.testing.assert_allclose(walk.cashflow.net.sum(), verdict.path_results[name].net_by_year_usd.sum(), rtol=1e-12)
        rate = future.financing.discount_rate
        discount = (1.0 + rate) ** (-np.arange(after.equity.shape[1]) / 12)
        np.testing.assert_allclose((after.equity[0] * discount).sum(), verdict.financed_results[name].equity_npv_usd[0], rtol=1e-9)


def test_without_tax_and_debt_there_is_nothing_after_them(small_scenario: Scenario):
    future = one_future(small_scenario)
    assert (future.financing, future.after) == (None, ())
    assert future.world.paths == 1
    assert small_scenario.market.forecast == "random"
