import numpy as np
import pytest

from wattmint.finance.equity_returns import mirr_by_path, multiple, real_rate


def test_mirr_as_microsoft_documents_it():
    # Microsoft's example of MIRR, reinvested at 12 %: 12.61 %. With one outlay on the first day the finance rate does not count.
    flows = np.zeros((1, 61))
    flows[0, ::12] = [-120_000.0, 39_000.0, 30_000.0, 21_000.0, 37_000.0, 46_000.0]
    assert mirr_by_path(flows, 0.12) == pytest.approx([0.1260941303659051])


def test_mirr_of_one_outlay_at_its_own_irr_is_that_irr():
    flows = np.zeros((1, 25))
    flows[0, 0], flows[0, 24] = -100.0, 121.0
    assert mirr_by_path(flows, 0.3) == pytest.approx([0.1])


def test_mirr_without_outlay_is_undefined_and_without_income_all_is_lost():
    assert np.isnan(mirr_by_path(np.ones((1, 13)), 0.1)).all()
    assert mirr_by_path(-np.ones((1, 13)), 0.1) == pytest.approx([-1.0])


def test_multiple_counts_every_dollar_put_in():
    assert multiple(np.array([[-50.0, -50.0, 30.0, 170.0], [0.0, 1.0, 0.0, 0.0]])).tolist() == pytest.approx([2.0, float("nan")], nan_ok=True)


def test_real_rates_take_inflation_out():
    assert real_rate(np.array([0.1275, np.nan]), 0.025) == pytest.approx([0.1, float("nan")], nan_ok=True)
