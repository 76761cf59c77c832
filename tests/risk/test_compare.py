import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from wattmint.errors import InputError
from wattmint.risk.compare import best_shares, pick_winner
from wattmint.risk.verdict import Spread
from wattmint.types import ZERO_LINE


def test_winner_by_mean_with_its_share_and_margin():
    builds = {"mine": np.array([10.0, -2.0, 4.0]), "host": np.array([1.0, 1.0, 1.0]), ZERO_LINE: np.zeros(3)}
    winner = pick_winner(builds)
    assert (winner.name, winner.runner_up) == ("mine", "host")
    assert winner.share == pytest.approx(2.0 / 3.0)
    assert winner.margin_usd.mean == 3.0
    assert winner.margin_usd.p50 == 3.0


def test_doing_nothing_wins_when_all_lose():
    winner = pick_winner({"mine": np.array([-1.0, 0.5]), ZERO_LINE: np.zeros(2)})
    assert (winner.name, winner.runner_up, winner.share) == (ZERO_LINE, "mine", 0.5)


def test_ties_go_to_doing_nothing():
    builds = {"mine": np.zeros(4), ZERO_LINE: np.zeros(4)}
    winner = pick_winner(builds)
    assert (winner.name, winner.share) == (ZERO_LINE, 1.0)
    assert best_shares(builds) == {"mine": 0.0, ZERO_LINE: 1.0}


def test_the_last_one_standing_is_its_own_runner_up():
    winner = pick_winner({ZERO_LINE: np.zeros(3)})
    assert (winner.name, winner.runner_up, winner.share, winner.margin_usd) == (ZERO_LINE, ZERO_LINE, 1.0, Spread(0.0, 0.0, 0.0, 0.0))


def test_best_shares_by_hand_in_the_order_given():
    shares = best_shares({"a": np.array([3.0, -1.0, 0.0, 2.0]), "b": np.array([1.0, -2.0, 5.0, 2.0]), ZERO_LINE: np.zeros(4)})
    assert shares == {"a": 0.5, "b": 0.25, ZERO_LINE: 0.25}
    assert list(shares) == ["a", "b", ZERO_LINE]


@given(arrays(np.float64, (3, 20), elements=st.floats(-1e6, 1e6)))
def test_shares_sum_to_one_and_the_winner_leads_on_average(npvs):
    builds = dict(zip(["a", "b", ZERO_LINE], npvs, strict=True))
    assert sum(best_shares(builds).values()) == pytest.approx(1.0)
    winner = pick_winner(builds)
    assert all(builds[winner.name].mean() >= values.mean() for values in builds.values())
    assert winner.margin_usd.mean >= -1e-6


@pytest.mark.parametrize("builds", [{}, {"a": np.zeros(2), "b": np.zeros(3)}, {"a": np.zeros(0)}])
def test_refuses_builds_that_cannot_be_compared(builds):
    with pytest.raises(InputError, match="npv_by_build"):
        pick_winner(builds)
    with pytest.raises(InputError, match="npv_by_build"):
        best_shares(builds)
