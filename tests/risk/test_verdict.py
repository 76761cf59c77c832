import json
import math

import numpy as np
import pytest

from wattmint.risk.verdict import PathResults, Spread, _plain
from wattmint.study import evaluate


@pytest.fixture
def verdict(small_scenario):
    return evaluate(small_scenario, threads=1)


def test_numbers_that_are_not_finite_become_none():
    assert _plain({"a": math.nan, "b": [math.inf, 1.0], "c": np.float64(2.5), "d": np.int64(3)}) == {"a": None, "b": [None, 1.0], "c": 2.5, "d": 3}


def test_to_dict_is_json_as_it_stands(verdict):
    assert json.loads(json.dumps(verdict.to_dict(), allow_nan=False)) == verdict.to_dict()


def test_to_frame_has_a_row_per_build_and_path(verdict):
    columns = dict.fromkeys(("npv_usd", "irr", "irr_roots", "roi", "capital_need_usd", "payback_months"), np.arange(3.0))
    columns |= dict.fromkeys(("discounted_payback_months", "bitcoin", "bitcoin_kept", "btc_end_usd", "grid_mwh", "mirr"), np.arange(3.0))
    results = PathResults(**columns, net_by_year_usd=np.ones((3, 2)))
    object.__setattr__(verdict, "path_results", {"one": results, "two": results})
    frame = verdict.to_frame()
    assert frame.shape == (6, 2 + 12 + 2)
    assert frame["path"].to_list() == [0, 1, 2, 0, 1, 2]


def test_spread_may_be_undefined():
    assert Spread(None, None, None, None).mean is None
