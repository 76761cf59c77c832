"""Layouts that were left open."""

import numpy as np
from tests.physics.serving_case import case

from wattmint.serving.layout import complete

OPEN = {"tp": np.nan, "pp": np.nan, "ep": np.nan, "dp": np.nan}
EIGHT = np.array([8.0, 8.0])


def choose(judge, **given):
    """Complete a dense model's layout and one with experts'."""
    made = case(**(OPEN | given))
    load = complete(made.load, made.shape, EIGHT, EIGHT, judge)
    return [tuple(int(getattr(load, name)[row]) for name in ("tp", "pp", "ep", "dp")) for row in (0, 1)]


def test_the_widest_wins_where_width_pays():
    assert choose(lambda _, tried: tried.tp) == [(8, 1, 1, 1), (8, 1, 8, 1)]


def test_groups_are_for_models_with_experts():
    assert choose(lambda _, tried: tried.dp) == [(1, 1, 1, 1), (1, 1, 8, 8)]


def test_what_was_given_is_kept():
    assert choose(lambda _, tried: tried.tp, tp=2.0) == [(2, 1, 1, 1), (2, 1, 1, 1)]
    assert choose(lambda _, tried: tried.tp, tp=1.0, dp=4.0) == [(1, 1, 1, 4), (1, 1, 4, 4)]
    assert choose(lambda _, tried: tried.tp, dp=1.0, ep=1.0) == [(8, 1, 1, 1), (8, 1, 1, 1)]


def test_experts_on_more_chips_than_named_mean_more_groups():
    assert choose(lambda _, tried: tried.tp, tp=1.0, ep=16.0)[1] == (1, 1, 16, 16)
    assert choose(lambda _, tried: tried.tp, tp=8.0, ep=8.0)[1] == (8, 1, 8, 1)


def test_a_pipeline_only_where_nothing_else_fits():
    def judge(_, tried):
        return np.where(tried.pp * tried.tp * tried.dp >= 8.0, 1.0 / tried.tp, np.nan)

    assert choose(judge, tp=np.nan)[0] == (8, 1, 1, 1)
    assert choose(lambda _, tried: np.where(tried.pp == 4.0, 1.0, np.nan))[0] == (1, 4, 1, 1)


def test_where_nothing_fits_the_widest_is_told_of():
    assert choose(lambda _, tried: np.full(len(tried.tp), np.nan))[0][:2] == (1, 8)
