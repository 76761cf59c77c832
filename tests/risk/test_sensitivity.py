import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.risk.sensitivity import LeadChange, additive_win_map, find_flip
from wattmint.types import ZERO_LINE

VALUES = np.array([0.5, 1.0, 2.0, 4.0])


def test_flip_lies_where_the_lines_cross():
    builds = {"mine": 10.0 * VALUES, "host": np.full(4, 14.0), ZERO_LINE: np.zeros(4)}
    assert find_flip(VALUES, builds, 1.0) == LeadChange("host", pytest.approx(1.4), "mine")


def test_the_nearer_of_two_flips():
    builds = {"mine": np.array([-5.0, 5.0, 7.0, 9.0]), "host": np.array([-1.0, 0.0, 8.0, 20.0]), ZERO_LINE: np.zeros(4)}
    change = find_flip(VALUES, builds, 1.0)
    assert change == LeadChange("mine", pytest.approx(0.75), ZERO_LINE)


def test_of_several_that_overtake_the_first_counts():
    builds = {"a": np.full(4, 10.0), "b": np.array([0.0, 0.0, 20.0, 0.0]), "c": np.array([0.0, 0.0, 40.0, 0.0])}
    assert find_flip(VALUES, builds, 1.0) == LeadChange("a", pytest.approx(1.25), "c")


def test_no_flip_on_the_grid():
    builds = {"mine": np.full(4, 3.0), ZERO_LINE: np.zeros(4)}
    assert find_flip(VALUES, builds, 1.0) == LeadChange("mine", None, None)


def test_a_tie_today_goes_to_doing_nothing_and_flips_at_once():
    builds = {"mine": VALUES - 1.0, ZERO_LINE: np.zeros(4)}
    assert find_flip(VALUES, builds, 1.0) == LeadChange(ZERO_LINE, 1.0, "mine")


def test_base_between_two_values():
    builds = {"mine": VALUES - 1.0, ZERO_LINE: np.zeros(4)}
    assert find_flip(VALUES, builds, 1.5) == LeadChange("mine", pytest.approx(1.0), ZERO_LINE)


@given(st.lists(st.tuples(st.floats(-10.0, 10.0), st.floats(-10.0, 10.0)), min_size=2, max_size=5))
def test_flip_against_a_fine_scan(lines):
    builds = {f"b{i}": a + b * VALUES for i, (a, b) in enumerate(lines)} | {ZERO_LINE: np.zeros(4)}
    change = find_flip(VALUES, builds, 1.0)
    fine = np.linspace(VALUES[0], VALUES[-1], 3501)
    npvs = {name: np.interp(fine, VALUES, values) for name, values in builds.items()}
    best = np.max(list(npvs.values()), axis=0)
    overtaken = fine[best - npvs[change.winner] > 1e-9]
    if change.value is None:
        assert overtaken.size == 0
    elif overtaken.size:
        # The first point overtaken on the fine scan is no nearer than the flip, and hardly farther.
        assert abs(change.value - 1.0) <= np.abs(overtaken - 1.0).min() + 1e-9


@pytest.mark.parametrize(
    ("values", "builds", "base", "field"),
    [
        (VALUES[::-1], {"a": VALUES}, 1.0, "values"),
        (VALUES[:1], {"a": VALUES[:1]}, 0.5, "values"),
        (VALUES, {"a": VALUES}, 5.0, "base"),
        (VALUES, {"a": VALUES}, np.nan, "base"),
        (VALUES, {"a": VALUES[:2]}, 1.0, "npv_by_build"),
        (VALUES, {}, 1.0, "npv_by_build"),
    ],
)
def test_flip_refuses_a_broken_grid(values, builds, base, field):
    with pytest.raises(InputError, match=field):
        find_flip(values, builds, base)


def test_map_from_two_sweeps_equals_brute_force():
    """A toy site whose parts feel the coin price or the rental price, never both, computed at every pair of prices."""

    def mine(coin: float) -> float:
        return 40.0 * max(coin - 0.8, 0.0) ** 1.5 - 9.0

    def rent(gpu: float) -> float:
        return 30.0 * np.log(gpu) - 4.0 * gpu + 2.0

    def npv_of(coin: float, gpu: float) -> dict[str, float]:
        return {"mine": mine(coin), "rent": rent(gpu), "mix": 0.6 * mine(coin) + 0.4 * rent(gpu) + 1.0, ZERO_LINE: 0.0}

    coins, gpus = np.geomspace(0.25, 4.0, 9), np.geomspace(0.5, 3.0, 7)
    sweep = {name: np.array([npv_of(coin, 1.0)[name] for coin in coins]) for name in npv_of(1.0, 1.0)}
    other = {name: np.array([npv_of(1.0, gpu)[name] for gpu in gpus]) for name in npv_of(1.0, 1.0)}
    winner, margin = additive_win_map(sweep, other, npv_of(1.0, 1.0))
    seen = set()
    for j, gpu in enumerate(gpus):
        for i, coin in enumerate(coins):
            ranked = sorted(npv_of(coin, gpu).items(), key=lambda item: -item[1])
            assert winner[j][i] == ranked[0][0]
            assert margin[j][i] == pytest.approx(ranked[0][1] - ranked[1][1], abs=1e-12)
            seen.add(winner[j][i])
    assert seen == {"mine", "rent", "mix", ZERO_LINE}


def test_map_gives_ties_to_doing_nothing():
    flat = np.zeros(2)
    assert additive_win_map({"a": flat, ZERO_LINE: flat}, {"a": flat, ZERO_LINE: flat}, {"a": 0.0, ZERO_LINE: 0.0})[0] == (
        (ZERO_LINE, ZERO_LINE),
        (ZERO_LINE, ZERO_LINE),
    )


def test_map_refuses_sweeps_of_other_builds():
    with pytest.raises(InputError, match="same builds"):
        additive_win_map({"a": VALUES}, {"b": VALUES}, {"a": 0.0})
    with pytest.raises(InputError, match="same builds"):
        additive_win_map({}, {}, {})
